"""Flight legs: which mentions are of one leg, and which never are (formats.md 2.7)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import duckdb
import pytest

from graph.resolution.legs import FLIGHT_COLUMNS, flight_columns, match_legs

from .legs_made import BOARD, NOON, TRACK, at, decisions, match
from .legs_oracle import Flight, fill


def test_a_board_and_a_track_of_one_aircraft_are_one_leg_and_the_reason_says_why(
    con: duckdb.DuckDBPyConnection,
) -> None:
    [(a, b, verdict, strength, reason)] = decisions(con, [BOARD], [TRACK])

    assert (a, b, verdict, strength) == (b"board", b"track", "SAME", 41.6)
    assert [(v["name"], v["a"], v["b"], v["minutes"], v["bits"]) for v in json.loads(reason)] == [
        ("aircraft", "49d5ef", "49d5ef", None, 14.0),
        ("callsign", "TVS76P", "TVS76P", None, 10.0),
        ("destination", "EGCC", "EGCC", None, 6.0),
        ("origin", "LKPR", "LKPR", None, 6.0),
        ("arrival gate and air", "2025-12-12T14:36:00Z", "2025-12-12T14:20:00Z", 16.0, 5.6),
    ]


@pytest.mark.parametrize(("minutes", "verdict"), [(0, "SAME"), (60, "SAME"), (61, None), (-1, None)], ids=str)
def test_wheels_on_to_gate_in_takes_0_to_60_minutes(
    con: duckdb.DuckDBPyConnection, minutes: int, verdict: str | None
) -> None:
    track = replace(TRACK, last_seen=at("14:36") - timedelta(minutes=minutes))

    assert match(con, [BOARD, track]).get((b"board", b"track")) == verdict


@pytest.mark.parametrize(
    ("minutes", "verdict"), [(15, "SAME"), (-15, "SAME"), (16, "DIFFERENT"), (61, None)], ids=str
)
def test_airborne_times_agree_within_15_minutes_and_clash_up_to_an_hour(
    con: duckdb.DuckDBPyConnection, minutes: int, verdict: str | None
) -> None:
    gap = timedelta(minutes=minutes)
    later = replace(TRACK, mid=b"later", first_seen=at("12:21") + gap, last_seen=at("14:20") + gap)

    assert match(con, [TRACK, later]).get((b"later", b"track")) == verdict


def test_a_gate_time_is_never_compared_with_an_airborne_one_as_like(con: duckdb.DuckDBPyConnection) -> None:
    # Two minutes apart, but the aircraft would have been at the gate before it landed.
    assert match(con, [replace(BOARD, gate_in=at("14:18")), TRACK]) == {}


def test_coverage_that_begins_in_mid_air_can_agree_with_a_take_off_but_not_clash(
    con: duckdb.DuckDBPyConnection,
) -> None:
    board = replace(BOARD, gate_out=at("12:10"))
    late = replace(TRACK, first_seen=at("13:30"))
    lost = replace(late, origins=(), destinations=(), last_seen=at("13:40"))

    assert match(con, [board, late]) == {}, "it would have taxied for 80 minutes"
    assert match(con, [board, replace(late, origins=())]) == {(b"board", b"track"): "SAME"}
    assert match(con, [board, lost]) == {(b"board", b"track"): "SAME"}, "56 minutes before the gate"
    assert match(con, [board, replace(lost, last_seen=at("13:35"))]) == {}


def test_a_cancelled_leg_is_kept_apart_from_the_airborne_one_that_it_looks_like(
    con: duckdb.DuckDBPyConnection,
) -> None:
    cancelled = replace(BOARD, mid=b"cancelled", status="Canceled", gate_in=None)
    hearsay = replace(BOARD, mid=b"hearsay", status="Unknown", gate_in=None)

    found = match(con, [BOARD, cancelled, hearsay])

    assert found[b"board", b"cancelled"] == "DIFFERENT"
    assert found[b"board", b"hearsay"] == "SAME"


def test_yesterdays_flight_of_the_number_is_another_leg(con: duckdb.DuckDBPyConnection) -> None:
    today = Flight(b"t", number="QS1010", destinations=("EGCC",), scheduled_in=NOON, gate_in=NOON)
    late = replace(today, mid=b"y", scheduled_in=NOON - timedelta(days=1))

    assert match(con, [today, late]) == {}
    assert match(con, [today, replace(late, scheduled_in=NOON)]) == {(b"t", b"y"): "SAME"}


def test_a_delay_past_midnight_stays_one_leg(con: duckdb.DuckDBPyConnection) -> None:
    board = replace(
        BOARD, gate_in=None, scheduled_in=None, scheduled_out=at("22:50"), gate_out=at("00:20", 13)
    )
    track = replace(TRACK, first_seen=at("00:41", 13), last_seen=at("02:30", 13))

    assert match(con, [board, track]) == {(b"board", b"track"): "SAME"}


def test_the_boards_of_both_airports_are_one_leg_when_number_and_route_agree(
    con: duckdb.DuckDBPyConnection,
) -> None:
    out = Flight(b"out", number="QS1010", origins=("LKPR",), destinations=("MAN",), scheduled_out=at("22:00"))
    back = Flight(
        b"in", number="QS1010", origins=("PRG",), destinations=("EGCC",), scheduled_in=at("00:30", 13)
    )
    next_day = replace(back, mid=b"next", scheduled_in=at("00:30", 14))

    [(a, b, verdict, strength, reason)] = decisions(con, [out], [back, next_day])

    assert (a, b, verdict, strength) == (b"in", b"out", "SAME", 26.0)
    assert json.loads(reason)[-1] == {
        "name": "departure to arrival",
        "a": "2025-12-13T00:30:00Z",
        "b": "2025-12-12T22:00:00Z",
        "minutes": 150.0,
        "bits": 4.0,
    }


def test_airport_codes_of_one_airport_agree_only_when_the_airport_is_known(
    con: duckdb.DuckDBPyConnection,
) -> None:
    icao = Flight(b"a", number="QS1010", origins=("EGCC",), gate_out=NOON)
    iata = replace(icao, mid=b"b", origins=("MAN",))

    assert match(con, [icao, iata]) == {(b"a", b"b"): "SAME"}
    fill(con, "new", [icao, iata])
    fill(con, "held", [])
    assert match_legs(con, new="new", held="held").fetchall() == []


def test_other_airports_other_aircraft_and_other_callsigns_contradict(con: duckdb.DuckDBPyConnection) -> None:
    unknown = replace(TRACK, icao24=None)
    for other in (
        replace(unknown, mid=b"x", origins=("EGPH",)),
        replace(TRACK, mid=b"x", icao24="400000"),
        replace(unknown, mid=b"x", callsign="TVS77"),
    ):
        assert match(con, [TRACK, other]) == {}


def test_one_aircraft_reaches_an_airport_once_whatever_else_a_feed_makes_of_it(
    con: duckdb.DuckDBPyConnection,
) -> None:
    same = {(b"track", b"x"): "SAME"}
    # Airports of a track are estimates (formats.md 2.1), and a callsign may be set wrong or change on the way.
    assert match(con, [TRACK, replace(TRACK, mid=b"x", origins=("EGPH",))]) == same
    assert match(con, [TRACK, replace(TRACK, mid=b"x", destinations=("EGGP",))]) == same
    assert match(con, [TRACK, replace(TRACK, mid=b"x", callsign="TVS77")]) == same
    # But it must have been there: two airports left at one time are two errors, or two aircraft.
    other = replace(TRACK, mid=b"x", origins=("EGPH",), destinations=("EGGP",))
    assert match(con, [TRACK, other]) == {}


def test_an_aircraft_that_has_landed_is_on_another_leg_when_it_leaves_again(
    con: duckdb.DuckDBPyConnection,
) -> None:
    # Circuits: ten minutes each, two minutes on the ground, in less time than like times may differ by.
    circuit = replace(TRACK, origins=("EGCC",), last_seen=at("12:31"))
    again = replace(circuit, mid=b"x", first_seen=at("12:33"), last_seen=at("12:43"))

    [(_, _, verdict, strength, reason)] = decisions(con, [circuit, again])

    assert (verdict, strength) == ("DIFFERENT", 30.6)
    assert json.loads(reason)[-1] == {
        "name": "one after the other",
        "a": "2025-12-12T12:31:00Z",
        "b": "2025-12-12T12:43:00Z",
        "minutes": None,
        "bits": 6.6,
    }
    assert match(con, [circuit, replace(again, icao24=None)]) == {}


def test_boards_that_leave_out_their_airports_meet_by_aircraft_and_number(
    con: duckdb.DuckDBPyConnection,
) -> None:
    out = Flight(b"out", number="QS1010", icao24="49d5ef", destinations=("EGCC",), scheduled_out=at("22:00"))
    back = Flight(b"in", number="QS1010", icao24="49d5ef", origins=("LKPR",), scheduled_in=at("00:30", 13))

    assert match(con, [out, back]) == {(b"in", b"out"): "SAME"}
    assert match(con, [out, replace(back, icao24="400000")]) == {}
    assert match(con, [out, replace(back, number="QS1012")]) == {}
    assert match(con, [out, replace(back, scheduled_in=at("00:30", 14))]) == {}, "tomorrow's"


def test_a_callsign_of_designator_and_number_is_that_number(con: duckdb.DuckDBPyConnection) -> None:
    board = Flight(b"a", number="QS1010", operator="TVS", origins=("LKPR",), gate_out=at("12:10"))
    track = replace(TRACK, mid=b"b", callsign="TVS1010")

    assert match(con, [board, track]) == {(b"a", b"b"): "SAME"}


def test_a_number_with_the_operators_icao_designator_is_its_callsign(con: duckdb.DuckDBPyConnection) -> None:
    board = Flight(b"a", number="TVS1010", origins=("LKPR",), gate_out=at("12:10"))

    assert match(con, [board, replace(TRACK, mid=b"b", callsign="TVS1010")]) == {(b"a", b"b"): "SAME"}


def test_a_callsign_and_a_number_of_the_same_digits_and_route_are_one_leg(
    con: duckdb.DuckDBPyConnection,
) -> None:
    # A board of 2022 names its airline and gives no designator; its flight may lack aircraft and callsign.
    board = Flight(b"a", number="QS1010", origins=("PRG",), destinations=("EGCC",), gate_out=at("12:10"))
    track = replace(TRACK, mid=b"b", callsign="TVS1010")
    same = {(b"a", b"b"): "SAME"}

    [(_, _, _, strength, reason)] = decisions(con, [board], [track])

    assert strength == 24.6
    assert json.loads(reason)[0]["name"] == "digits of callsign and number"
    assert match(con, [track], [board]) == same
    assert match(con, [board, replace(track, callsign="TVS1012")]) == {}
    assert match(con, [board, replace(track, origins=())]) == {}, "by the whole route only"
    assert match(con, [replace(board, operator="EZY"), track]) == {}, "another operator's"
    assert match(con, [replace(board, gate_out=at("11:20")), track]) == {}


def test_a_lettered_callsign_of_the_operator_on_the_route_meets_the_number_within_five_minutes(
    con: duckdb.DuckDBPyConnection,
) -> None:
    board = Flight(
        b"a", number="QS1010", operator="TVS", origins=("LKPR",), destinations=("EGCC",), took_off=at("12:25")
    )
    track = replace(TRACK, mid=b"b")

    assert match(con, [board, track]) == {(b"a", b"b"): "SAME"}
    assert match(con, [replace(board, took_off=at("12:27")), track]) == {}
    assert match(con, [replace(board, operator="EZY"), track]) == {}
    assert match(con, [board, replace(track, callsign="TVS1012")]) == {}, "digits alone are the number's"


def test_a_diverted_leg_may_end_elsewhere(con: duckdb.DuckDBPyConnection) -> None:
    board = replace(BOARD, status="Diverted", gate_out=at("12:10"), gate_in=None)
    track = replace(TRACK, destinations=("EGGP",))

    assert match(con, [board, track]) == {(b"board", b"track"): "SAME"}


def test_no_chain_joins_two_overlapping_legs_of_one_aircraft(con: duckdb.DuckDBPyConnection) -> None:
    legs = [
        replace(TRACK, mid=bytes([i]), first_seen=at("12:21") + timedelta(minutes=12 * i), last_seen=None)
        for i in range(3)
    ]

    assert match(con, legs) == {
        (b"\0", b"\1"): "SAME",
        (b"\1", b"\2"): "SAME",
        (b"\0", b"\2"): "DIFFERENT",
    }


def test_held_mentions_are_not_matched_with_each_other(con: duckdb.DuckDBPyConnection) -> None:
    again = replace(TRACK, mid=b"again")

    assert match(con, [BOARD], [TRACK, again]) == {(b"again", b"board"): "SAME", (b"board", b"track"): "SAME"}
    assert match(con, [], [TRACK, again]) == {}


def test_a_mention_that_is_new_and_held_counts_as_new(con: duckdb.DuckDBPyConnection) -> None:
    assert match(con, [BOARD, TRACK], [replace(TRACK, icao24="400000")]) == {(b"board", b"track"): "SAME"}


def test_ten_thousand_namesakes_meet_only_those_that_could_agree(con: duckdb.DuckDBPyConnection) -> None:
    # 10,000 flights "X1 1" a minute apart and to an airport each: 50 million pairs, none of them one leg.
    con.execute("CREATE OR REPLACE TABLE new AS SELECT NULL AS mid LIMIT 0")
    fill(con, "held", [])
    fill(con, "new", [])
    con.execute(
        """INSERT INTO new (mid, source, label, number, icao24, origins, destinations, gate_out)
           SELECT encode(lpad(i::VARCHAR, 6, '0')), 1, 0, 'X11', printf('%06x', i + 1), ['EGCC'], ['A' || i],
                  TIMESTAMP '2025-12-12' + INTERVAL (i) SECOND FROM range(10000) t(i)"""
    )

    assert match_legs(con, new="new", held="held", airports="airports").fetchall() == []


def test_columns_come_from_the_mentions_properties(con: duckdb.DuckDBPyConnection) -> None:
    props = {
        "callsign": [["TVS76P", "TVS76P  "]],
        "flight_number": [["QS1010", "QS 1010"]],
        "origin": [["PRG", None], ["LKPR", None]],
        "scheduled_arrival": [["2025-12-12T13:00:00Z", "2025-12-12 13:00Z"]],
        "departed": [["2025-12-12T12:00:00", None]],
    }
    con.execute(
        "CREATE OR REPLACE TABLE men (mid BLOB, source BIGINT, label BIGINT, kind VARCHAR, props VARCHAR)"
    )
    con.executemany(
        "INSERT INTO men VALUES (?, 7, 3, ?, ?)",
        [(b"f", "Flight", json.dumps(props)), (b"e", "Flight", None), (b"a", "Airport", "{}")],
    )

    relation = flight_columns(con, "men")
    empty, full = (dict(zip(relation.columns, row, strict=True)) for row in sorted(relation.fetchall()))

    assert relation.columns == list(FLIGHT_COLUMNS)
    assert {k: v for k, v in full.items() if v} == {
        "mid": b"f",
        "source": 7,
        "label": 3,
        "callsign": "TVS76P",
        "number": "QS1010",
        "origins": ["LKPR", "PRG"],
        "scheduled_in": at("13:00"),
    }, "a departure of unknown zone is no time"
    assert {k: v for k, v in empty.items() if v} == {"mid": b"e", "source": 7, "label": 3}
