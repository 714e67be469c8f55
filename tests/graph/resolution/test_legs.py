"""Flight legs: which mentions are of one leg, and which never are (formats.md 2.7)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.resolution.legs import FLIGHT_COLUMNS, flight_columns, match_legs

from .legs_oracle import PLACES, Flight, decide_all, fill

AIRPORTS = {"MAN": "EGCC", "PRG": "LKPR"}
NOON = datetime.fromisoformat("2025-12-12T12:00:00")


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE airports (icao VARCHAR, iata VARCHAR, lat DOUBLE, lon DOUBLE)")
        rows = [(icao, iata, *PLACES[icao]) for iata, icao in AIRPORTS.items()]
        connection.executemany("INSERT INTO airports VALUES (?, ?, ?, ?)", rows)
        yield connection


def match(
    con: duckdb.DuckDBPyConnection, new: list[Flight], held: list[Flight] | None = None
) -> dict[tuple[bytes, bytes], str]:
    return {(row[0], row[1]): row[2] for row in decisions(con, new, held)}


def decisions(
    con: duckdb.DuckDBPyConnection, new: list[Flight], held: list[Flight] | None = None
) -> list[tuple[bytes, bytes, str, float, str]]:
    fill(con, "new", new)
    fill(con, "held", held or [])
    return match_legs(con, new="new", held="held", airports="airports").fetchall()


def at(clock: str, day: int = 12) -> datetime:
    return datetime.fromisoformat(f"2025-12-{day:02d}T{clock}")


# The board of formats.md 2.4's sample, and what a receiver network saw of the same leg and its neighbours.
BOARD = Flight(
    b"board",
    status="Arrived",
    callsign="TVS76P",
    number="QS1010",
    operator="TVS",
    icao24="49d5ef",
    registration="OK-FYC",
    origins=("LKPR", "PRG"),
    destinations=("EGCC",),
    scheduled_in=at("13:00"),
    gate_in=at("14:36"),
)
TRACK = Flight(
    b"track",
    callsign="TVS76P",
    icao24="49d5ef",
    origins=("LKPR",),
    destinations=("EGCC",),
    first_seen=at("12:21"),
    last_seen=at("14:20"),
)


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


TIMES = st.none() | st.sampled_from([-1500, -1440, -70, -16, -15, 0, 10, 15, 16, 60, 61, 90, 100, 1440]).map(
    lambda m: NOON + timedelta(minutes=m)
)
CODES = st.sampled_from([(), ("EGCC",), ("MAN",), ("LKPR", "PRG"), ("LKPR",), ("QQQ",)])
FLIGHTS = st.builds(
    Flight,
    mid=st.just(b""),
    status=st.sampled_from([None, "Expected", "Canceled", "Arrived", "Diverted"]),
    callsign=st.sampled_from([None, "TVS76P", "TVS1010"]),
    number=st.sampled_from([None, "QS1010", "QS11"]),
    operator=st.sampled_from([None, "TVS"]),
    icao24=st.sampled_from([None, None, "49d5ef", "400000"]),
    registration=st.sampled_from([None, "OK-FYC", "OKFYC", "G-ABCD"]),
    origins=CODES,
    destinations=CODES,
    **{name: TIMES for name, kind in FLIGHT_COLUMNS.items() if kind == "TIMESTAMP"},
)
QUICK = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def numbered(flights: list[Flight]) -> list[Flight]:
    return [replace(flight, mid=i.to_bytes(2, "big")) for i, flight in enumerate(flights)]


@QUICK
@given(st.lists(FLIGHTS, min_size=2, max_size=12).map(numbered), st.randoms(use_true_random=False))
def test_decisions_are_the_oracles_in_any_order_and_split(
    con: duckdb.DuckDBPyConnection, flights: list[Flight], random: Random
) -> None:
    expected = decide_all(flights, AIRPORTS)
    random.shuffle(flights)
    cut = random.randrange(len(flights))

    assert match(con, flights) == expected
    before, after = flights[:cut], flights[cut:]
    assert match(con, before) | match(con, after, before) == expected


def test_decisions_are_the_oracles_over_a_crowd(con: duckdb.DuckDBPyConnection) -> None:
    crowd = numbered([_drawn(Random(seed)) for seed in range(400)])
    expected = decide_all(crowd, AIRPORTS)

    assert match(con, crowd) == expected
    assert {v: list(expected.values()).count(v) for v in ("SAME", "DIFFERENT")} == {
        "SAME": 1072,
        "DIFFERENT": 630,
    }


def _drawn(draw: Random) -> Flight:
    """A mention of one of a few legs, with most of it right and much of it left out."""
    leg = draw.randrange(12)
    off = NOON + timedelta(minutes=95 * leg + draw.choice((0, 0, 3, 8, 14, 17, 40)))
    on = off + timedelta(minutes=50)

    def some(value: datetime, share: float = 0.4) -> datetime | None:
        return value if draw.random() < share else None

    craft = draw.random() < 0.6
    return Flight(
        b"",
        status=draw.choice((None, "Arrived", "Expected", "Canceled", "Diverted")),
        callsign=draw.choice((None, f"TVS{leg}", "TVS76P")),
        number=draw.choice((None, f"QS{leg}")),
        operator=draw.choice((None, "TVS")),
        icao24=("49d5ef", "400000")[leg % 2] if craft and draw.random() < 0.8 else None,
        registration=("OK-FYC", "G-ABCD")[leg % 2] if craft and draw.random() < 0.8 else None,
        origins=draw.choice(((), ("LKPR",), ("PRG",), ("LKPR", "PRG"))),
        destinations=draw.choice(((), ("EGCC",), ("MAN",), ("QQQ",))),
        scheduled_out=some(off - timedelta(minutes=25)),
        scheduled_in=some(on + timedelta(minutes=5)),
        expected_out=some(off - timedelta(minutes=12), 0.2),
        gate_out=some(off - timedelta(minutes=draw.choice((8, 17, 61))), 0.3),
        gate_in=some(on + timedelta(minutes=7), 0.3),
        took_off=some(off, 0.2),
        landed=some(on, 0.2),
        first_seen=some(off + timedelta(minutes=1)),
        last_seen=some(on - timedelta(minutes=1)),
    )
