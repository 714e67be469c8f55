"""OpenSky's REST flights (formats.md 2.1)."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

import ingest.json_values as json_values_module
from graph.errors import Refused
from ingest.detect import detect
from ingest.json_values import json_values
from tests.ingest.formats.flight_goldens import golden, members_unseen
from tests.ingest.told import refused, told

GOLDEN = "opensky-flights/opensky_arrivals_EGPH_20260901.json"
FLIGHT = {"icao24": "400abc", "firstSeen": 1788253805, "lastSeen": 1788256900, "callsign": "NMX101  "}


def array(*flights: Any) -> str:
    return json.dumps(list(flights))


def test_a_flight_comes_to_its_hand_checked_values() -> None:
    flights = golden(GOLDEN)

    # formats.md 2.1: lower-case hex, Unix seconds, ICAO or null, the callsign padded to eight characters.
    assert flights.records[0]["key"] == "400abc/1788253805"
    assert flights.values(0, "flight", "callsign") == ["NMX101"]
    assert flights.values(0, "flight", "icao24") == ["400abc"]
    assert flights.values(0, "flight", "first_seen") == ["2026-09-01T09:10:05Z"]
    assert flights.values(0, "flight", "last_seen") == ["2026-09-01T10:01:40Z"]
    assert flights.values(0, "flight", "origin") == ["EGCC"]
    assert flights.values(0, "flight", "destination") == ["EGPH"]
    assert flights.values(0, "flight", "day") == ["2026-09-01"]
    assert flights.mention(0, "flight")["caption"] == "NMX101 EGCC→EGPH 2026-09-01"
    assert flights.mention(0, "aircraft")["keys"] == ["icao24:400abc"]
    assert flights.mention(0, "destination")["keys"] == ["airport_icao:EGPH"]
    assert flights.link(0, "ARRIVES_AT")["props"] == {"actual": "2026-09-01T10:01:40Z"}


def test_a_member_misspelt_with_a_capital_is_taken() -> None:
    # The shared sample flights_data.json has "EstArrivalAirport" and lacks members.
    assert golden(GOLDEN).values(1, "flight", "destination") == ["KEWR"]
    assert golden(GOLDEN).values(1, "flight", "origin") == []


def test_a_flight_of_unknown_callsign_and_airports_is_known_by_its_aircraft() -> None:
    flights = golden(GOLDEN)

    # formats.md 2.1: callsign may be null, airports are ICAO or null.
    for rec, caption in ((2, "4b1a2c 2026-09-01"), (3, "40ab17 2026-09-02")):
        assert [m["slot"] for m in flights.mentions if m["rec"] == rec] == ["flight", "aircraft"]
        assert flights.mention(rec, "flight")["caption"] == caption
    assert flights.mention(4, "flight")["caption"] == "40ab18 EGCC→EGPH 2026-09-01", (
        "eight spaces are no callsign"
    )


def test_bad_flights_are_rejects_and_the_good_ones_land() -> None:
    flights = golden(GOLDEN)

    assert (flights.staged.read, flights.staged.kept, flights.staged.rejected) == (13, 7, 6)
    assert flights.staged.leftovers == {"squawk": 1}
    assert [(r["locator"], r["field"], r["value"]) for r in flights.rejects] == [
        ("flight 7", "lastSeen", "1788253805"),
        ("flight 8", "icao24", ""),
        ("flight 9", "firstSeen", "2026-09-01"),
        ("flight 10", "firstSeen", "1788253805000"),
        ("flight 11", "flight", '"EGCC"'),
        ("flight 12", "flight", "\\ud800"),
    ]
    assert flights.rejects[0]["reason"] == "lastSeen: 1788253805 is not at or after firstSeen, 1788253905."
    assert [r["remedy"] for r in flights.rejects] == [
        f"Correct the {r['field']} in the file and ingest it again." for r in flights.rejects
    ]


def test_every_mapped_member_is_seen_when_dropped(tmp_path: Path) -> None:
    assert members_unseen(GOLDEN, tmp_path) == {
        "estDepartureAirportHorizDistance",
        "estDepartureAirportVertDistance",
        "departureAirportCandidatesCount",
        "estArrivalAirportHorizDistance",
        "estArrivalAirportVertDistance",
        "arrivalAirportCandidatesCount",
        "squawk",
    }, "ignored on purpose: how good the estimate of an airport is; and a leftover"


def test_one_flight_saved_alone_is_read() -> None:
    alone = golden("opensky-flights/one_flight_20260902.json")

    assert [record["key"] for record in alone.records] == ["400abc/1788340205"]
    assert alone.mention(0, "flight")["caption"] == "NMX101 EGCC→EGPH 2026-09-02"


def test_a_byte_order_mark_and_white_space_around_are_no_fault() -> None:
    assert told("\ufeff\n " + array(FLIGHT) + "\n\n", "flights.json").staged.kept == 1


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (array(FLIGHT, FLIGHT)[:-20], "the text stops in the middle"),
        (array(FLIGHT) + "]", "something after the end"),
        (array(FLIGHT).encode() + b"\xff", "not UTF-8 text"),
        (array(FLIGHT)[:-1] + ", NaN]", "NaN is no JSON"),
        ("", "the file is empty"),
        ("[]", "there is nothing in it"),
        ("\ufeff{ }\n", "there is nothing in it"),
    ],
    ids=["cut off", "trailing garbage", "not UTF-8", "not a number", "empty body", "empty array", "empty object"],
)  # fmt: skip
def test_a_file_that_breaks_an_assumption_is_refused(content: str | bytes, complaint: str) -> None:
    assert complaint in refused(content, "flights.json")


def test_an_empty_array_said_to_be_this_is_no_flights() -> None:
    assert told("[]", "flights.json", format="opensky-flights").staged.read == 0


def test_flights_in_an_object_are_not_taken_for_an_array() -> None:
    with pytest.raises(Refused, match="no format knows this content"):
        detect(json.dumps({"flights": [FLIGHT]}).encode(), "flights.json")


def test_an_array_of_any_length_is_read_a_piece_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_values_module, "CHUNK", 16 << 10)
    path = tmp_path / "flights.json"
    path.write_text(array(*[FLIGHT] * 20_000), encoding="utf-8")

    tracemalloc.start()
    read = sum(1 for _ in json_values(path, path.name))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert read == 20_000
    assert peak < path.stat().st_size / 10, "what is held is a piece, not the file"
