"""AeroDataBox boards in both generations, and flights in arrays or alone (formats.md 2.4)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.formats.aerodatabox import home_of
from tests.ingest.formats.flight_goldens import golden, members_unseen
from tests.ingest.told import refused, told

BOARD = "aerodatabox/fids_EGCC_20260901.json"
LEGS = "aerodatabox/fids_EGPH_legs_20260901.json"
OLD = "aerodatabox/fids_EGBB_20220701.json"
FLIGHTS = "aerodatabox/flights_N1101_20260902.json"

USELESS = {"terminal", "checkInDesk", "gate", "baggageBelt", "runway", "quality"}
"""Where in the airport, and how good the data are: ignored on purpose."""


def flight(**more: Any) -> dict[str, Any]:
    return {
        "movement": {"airport": {"icao": "EGPH"}, "scheduledTime": {"utc": "2026-09-01 09:05Z"}},
        "number": "N1 101", "status": "Unknown", "codeshareStatus": "Unknown",
    } | more  # fmt: skip


def board(*departures: Any, **more: Any) -> str:
    return json.dumps({"departures": list(departures), "arrivals": []} | more)


def test_a_departure_comes_to_its_hand_checked_values() -> None:
    told_ = golden(BOARD)

    # formats.md 2.4: the members; times with a space and without seconds, in UTC with a Z.
    assert told_.values(0, "flight", "flight_number") == ["N1101"]
    assert told_.values(0, "flight", "callsign") == ["NMX101"]
    assert told_.values(0, "flight", "status") == ["Departed"]
    assert told_.values(0, "flight", "codeshare") == ["IsOperator"]
    assert told_.values(0, "flight", "cargo") == ["false"]
    assert told_.values(0, "flight", "icao24") == ["400abc"]
    assert told_.values(0, "flight", "registration") == ["G-ZQAB"]
    assert told_.values(0, "aircraft", "model") == ["Airbus A320"]
    assert told_.values(0, "operator", "name") == ["Northmere Airways"]
    assert told_.values(0, "operator", "airline_icao") == ["NMX"]
    assert told_.values(0, "operator", "airline_iata") == ["N1"]
    assert told_.values(0, "flight", "scheduled_departure") == ["2026-09-01T09:05:00Z"]
    # The revised time of a flight that has left is when it left the gate, the runway time when its wheels did.
    assert told_.values(0, "flight", "departed") == ["2026-09-01T09:12:00Z"]
    assert told_.values(0, "flight", "took_off") == ["2026-09-01T09:24:00Z"]
    assert told_.values(0, "flight", "expected_departure") == ["2026-09-01T09:10:00Z"]
    # The queried airport is left out of its own board (formats.md 2.4): the file's name has it.
    assert told_.values(0, "flight", "origin") == ["EGCC"]
    assert told_.values(0, "flight", "destination") == ["EGPH", "EDI"]
    assert told_.values(0, "destination", "time_zone") == ["Europe/London"]
    assert told_.values(0, "destination", "geo") == ["55.95,-3.3725"]


def test_an_arrival_keeps_gate_and_runway_apart() -> None:
    told_ = golden(BOARD)
    [rec] = [r["rec"] for r in told_.records if r["key"] == "arrivals/D0110/2026-09-01 13:00Z/LKPR"]

    # formats.md 2.7: a real sample has 17.2 minutes from wheels on to gate in; here 18.
    assert told_.values(rec, "flight", "landed") == ["2026-09-01T14:18:00Z"]
    assert told_.values(rec, "flight", "arrived") == ["2026-09-01T14:36:00Z"]
    assert told_.values(rec, "flight", "scheduled_arrival") == ["2026-09-01T13:00:00Z"]
    assert told_.values(rec, "flight", "cargo") == ["true"]
    assert told_.values(rec, "flight", "destination") == ["EGCC"]
    assert told_.link(rec, "ARRIVES_AT")["props"] == {
        "scheduled": "2026-09-01T13:00:00Z",
        "actual": "2026-09-01T14:36:00Z",
    }
    assert told_.link(rec, "OPERATED_BY")["valid_to"] == "2026-09-01T14:36:00Z"


def test_what_has_not_happened_is_expected_only() -> None:
    told_ = golden(BOARD)
    told_of = {record["key"].split("/")[1]: record["rec"] for record in told_.records}

    delayed = told_.mention(told_of["N10103"], "flight")
    assert delayed["props"]["expected_departure"] == [["2026-09-02T00:20:00Z", "2026-09-02 00:20Z"]]
    assert "departed" not in delayed["props"]
    # A delay past midnight UTC stays the flight of the day that it was due (formats.md 2.7).
    assert delayed["caption"] == "NMX103 EGCC→LKPR 2026-09-01"
    assert told_.values(told_of["N1105"], "flight", "status") == ["Canceled"]
    assert told_.values(told_of["N1112"], "flight", "expected_arrival") == ["2026-09-01T18:07:00Z"]
    assert told_.values(told_of["N1109"], "flight", "scheduled_departure") == ["9999-12-31T16:00:00Z"]
    assert told_.mention(told_of["N1109"], "flight")["props"]["flags"] == [["day:implausible", "9999-12-31"]]


def test_a_time_that_is_only_local_is_read_by_its_offset_and_a_nameless_airport_by_its_name() -> None:
    told_ = golden(BOARD)
    [rec] = [r["rec"] for r in told_.records if r["key"].startswith("departures/GZQAC/")]

    assert told_.values(rec, "flight", "scheduled_departure") == ["2026-09-01T14:30:00Z"]
    assert told_.mention(rec, "destination")["caption"] == "Little Marsh Strip"
    assert told_.mention(rec, "destination")["keys"] == []
    assert [m["slot"] for m in told_.mentions if m["rec"] == rec] == [
        "flight", "origin", "destination", "aircraft",
    ]  # fmt: skip


def test_a_sale_of_anothers_flight_is_skipped_and_counted() -> None:
    # formats.md 2.4: drop IsCodeshared duplicates.
    staged = golden(BOARD).staged

    assert (staged.read, staged.kept, staged.rejected, staged.skipped) == (11, 7, 3, 1)
    assert "T47101" not in {values for record in golden(BOARD).records for values in record["key"].split("/")}


def test_bad_flights_are_rejects_and_the_good_ones_land() -> None:
    rejects = golden(BOARD).rejects

    assert [(r["locator"], r["field"], r["value"]) for r in rejects] == [
        ("departures 6", "scheduledTime", "2026-13-01 09:05Z"),
        ("departures 7", "number", ""),
        ("departures 8", "flight", '"not a flight"'),
    ]
    assert [r["remedy"] for r in rejects] == [
        f"Correct the {r['field']} in the file and ingest it again." for r in rejects
    ]
    assert golden(BOARD).staged.leftovers == {"gateAssistant": 1}


def test_a_board_with_legs_has_times_at_both_ends() -> None:
    told_ = golden(LEGS)

    # formats.md 2.4: with legs, departure and arrival, the queried airport left out of its own.
    assert (told_.values(0, "flight", "origin"), told_.values(0, "flight", "destination")) == (
        ["EGPH"],
        ["EGCC", "MAN"],
    )
    assert told_.values(0, "flight", "departed") == ["2026-09-01T11:04:00Z"]
    assert told_.values(0, "flight", "took_off") == ["2026-09-01T11:15:00Z"]
    assert told_.values(0, "flight", "landed") == ["2026-09-01T11:58:00Z"]
    assert told_.values(0, "flight", "arrived") == ["2026-09-01T12:06:00Z"]
    assert told_.values(1, "flight", "origin") == ["EGCC", "MAN"]
    assert told_.values(1, "flight", "destination") == ["EGPH"]
    assert told_.values(1, "flight", "scheduled_departure") == ["2026-09-01T09:05:00Z"]
    assert told_.values(1, "flight", "scheduled_arrival") == ["2026-09-01T10:10:00Z"]
    assert told_.mention(1, "flight")["valid_from"] == "2026-09-01T09:12:00Z"
    assert told_.mention(1, "flight")["valid_to"] == "2026-09-01T10:15:00Z"


def test_a_board_of_2022_has_its_own_names_of_times() -> None:
    told_ = golden(OLD)

    # formats.md 2.4: scheduledTimeLocal, scheduledTimeUtc, actualTimeLocal, actualTimeUtc.
    assert told_.values(0, "flight", "scheduled_departure") == ["2022-07-01T10:00:00Z"]
    assert told_.values(0, "flight", "departed") == ["2022-07-01T10:05:00Z"]
    assert told_.values(0, "flight", "origin") == ["EGBB"]
    assert told_.values(0, "flight", "destination") == ["LKPR", "PRG"]
    assert told_.values(0, "operator", "name") == ["Celtica Air"]
    assert told_.mention(0, "operator")["keys"] == [], "an airline's name alone merges with nothing"
    assert "operator:CLQ" in told_.mention(0, "flight")["facets"], "it is found by its callsign's designator"
    # Without an offset the local time is of no known zone; the name of the UTC one says its zone.
    assert told_.values(1, "flight", "scheduled_departure") == ["2022-07-01T12:00:00"]
    assert told_.mention(1, "flight")["valid_from"] is None
    assert told_.values(2, "flight", "scheduled_departure") == ["2022-07-01T13:00:00Z"]
    assert told_.values(3, "flight", "scheduled_departure") == ["2022-07-01T15:00:00Z"]
    assert told_.values(3, "flight", "departed") == ["2022-07-01T15:02:00Z"]
    assert told_.values(4, "flight", "arrived") == ["2022-07-01T17:20:00Z"]
    assert told_.mention(4, "origin")["keys"] == ["airport_iata:QZV"]


def test_an_array_of_flights_has_both_airports() -> None:
    told_ = golden(FLIGHTS)

    # formats.md 2.4: the flight-status endpoints return a bare array with departure and arrival.
    assert told_.records[0]["key"] == "flights/N1101/2026-09-01 09:05Z/EGCC-EGPH"
    assert str(told_.records[0]["observed_at"]) == "2026-09-01 12:30:00+00:00", "lastUpdatedUtc"
    assert told_.values(0, "flight", "origin") == ["EGCC", "MAN"]
    assert told_.values(0, "flight", "destination") == ["EGPH", "EDI"]
    assert told_.values(0, "flight", "departed") == ["2026-09-01T09:12:00Z"]
    assert told_.values(0, "flight", "arrived") == ["2026-09-01T10:15:00Z"]
    assert told_.values(1, "flight", "scheduled_departure") == ["2026-09-02T09:05:00Z"]
    # A local time without an offset is placed by the time zone that its airport is given with.
    assert told_.values(1, "flight", "scheduled_arrival") == ["2026-09-02T10:10:00Z"]
    assert told_.mention(2, "flight")["props"]["flags"] == [
        ["arrived:before departure", "2026-09-03T08:15:00Z"]
    ]
    assert told_.rejects[0]["field"] == "movement", "a flight of a board that is in none"


def test_one_flight_saved_alone_is_the_same_record() -> None:
    assert (
        golden("aerodatabox/flight_alone_20260902.json").records[0]["key"]
        == golden(FLIGHTS).records[0]["key"]
    )


def test_every_mapped_member_is_seen_when_dropped(tmp_path: Path) -> None:
    ends = ("movement", "departure", "arrival")
    useless = {f"{end}.{name}" for end in ends for name in USELESS}

    # The UTC time is the one that counts where both are given; the board has one that is only local.
    assert members_unseen(BOARD, tmp_path) - useless == {
        "movement.predictedTime.local", "movement.revisedTime.local", "movement.runwayTime.local",
        "gateAssistant",
    }  # fmt: skip
    assert members_unseen(LEGS, tmp_path) - useless == {
        f"{end}.{time}.local" for end in ("departure", "arrival") for time in ("revisedTime", "runwayTime", "scheduledTime")
    }  # fmt: skip
    assert members_unseen(OLD, tmp_path) - useless == set()
    # A board's flight among them is a reject, whatever it lacks.
    unseen = {name for name in members_unseen(FLIGHTS, tmp_path) if not name.startswith("movement.")}
    assert unseen - useless == {
        "departure.revisedTime.local", "departure.runwayTime.local", "departure.scheduledTime.local",
        "arrival.revisedTime.local", "arrival.runwayTime.local",
        *(f"greatCircleDistance.{unit}" for unit in ("meter", "km", "mile", "nm", "feet")),
    }  # fmt: skip


def test_a_boards_airport_is_the_one_code_of_its_files_name() -> None:
    assert home_of("fids_EGCC_2026-09-01.json") == "EGCC"
    assert home_of("EGCC.json") == "EGCC"
    assert home_of("fids_movement.json") is None
    assert home_of("EGCC_EGPH.json") is None, "which of the two?"


def test_a_board_of_unknown_airport_lands_and_says_so() -> None:
    told_ = told(board(flight()), "fids.json")

    assert told_.values(0, "flight", "origin") == []
    assert told_.values(0, "flight", "destination") == ["EGPH"]
    assert told_.staged.notes[0].startswith("Flights whose board's airport is unknown: 1.")


def test_an_empty_board_is_no_flights_and_an_empty_side_is_no_leftover() -> None:
    assert told(board(), "fids_EGCC.json").staged.read == 0
    staged = told(json.dumps({"departures": [flight()], "arrivals": None}), "fids_EGCC.json").staged
    assert (staged.read, staged.leftovers) == (1, {})


def test_another_feeds_board_is_not_taken_for_this_one() -> None:
    arrivals = {"arrivals": [{"ident": "BAW1", "fa_flight_id": "BAW1-1", "number": "1", "arrival": {}}]}

    assert "no format knows this content" in refused(json.dumps(arrivals), "EGLL.json")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (board(flight(), flight())[:-30], "the text stops in the middle"),
        (board(flight()) + "{}", "something after the end"),
        (board(flight()).encode() + b"\xe9", "not UTF-8 text"),
    ],
    ids=["cut off", "trailing garbage", "not UTF-8"],
)
def test_a_file_that_breaks_an_assumption_is_refused(content: str | bytes, complaint: str) -> None:
    assert complaint in refused(content, "fids_EGCC.json")


def test_half_a_character_is_a_reject_of_its_flight_alone() -> None:
    told_ = told(board(flight(), flight(callSign="NMX\ud800")), "fids_EGCC.json")

    assert (told_.staged.kept, told_.staged.rejected) == (1, 1)
    assert told_.rejects[0]["reason"] == "flight: '\\\\ud800' is not a character: one half of it is missing."
