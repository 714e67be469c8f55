"""Every flight file speaks of the same legs, and the legs could have been flown."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.world.airports import AIRPORTS
from tests.world.flight_rows import fids, sold_as
from tests.world.flights import OPERATORS, Aircraft, Leg
from tests.world.readers import flightlist, truth


def body(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def families(case: Path) -> dict[str, set[str]]:
    """Families of files that hold each leg."""
    found = defaultdict(set)
    for row in truth(case / "truth/records.csv"):
        if row["kind"] == "Flight":
            found[row["true_id"]].add(row["family"])
    return found


def test_no_aircraft_flies_two_legs_at_once(town: Path) -> None:
    flown = defaultdict(list)
    for row in truth(town / "truth/legs.csv"):
        if row["cancelled"] == "0":
            flown[row["icao24"]].append((int(row["out"]), int(row["off"]), int(row["on"]), int(row["in"])))
    assert len(flown) == 8
    for spans in flown.values():
        spans.sort()
        assert all(out < off < on < home for out, off, on, home in spans)
        assert all(before[3] < after[0] for before, after in pairwise(spans))


def test_the_taxi_allowance_is_within_an_hour(town: Path) -> None:
    for row in truth(town / "truth/legs.csv"):
        if row["cancelled"] == "0":
            assert 300 <= int(row["off"]) - int(row["out"]) <= 3600
            assert 180 <= int(row["in"]) - int(row["on"]) <= 3600


def test_some_delays_pass_midnight(case: Path) -> None:
    rows = [row for path in case.glob("flightlist_*") for row in flightlist(path)]
    assert any(row["firstseen"][:10] < row["lastseen"][:10] for row in rows)
    assert all(row["day"] == row["lastseen"][:10] + " 00:00:00+00:00" for row in rows)


def test_a_cancelled_leg_is_on_a_board_and_in_no_track(case: Path) -> None:
    cancelled = {row["leg_id"] for row in truth(case / "truth/legs.csv") if row["cancelled"] == "1"}
    seen = families(case)
    shown = {leg for leg in cancelled if leg in seen}
    assert shown
    assert {family for leg in shown for family in seen[leg]} == {"aerodatabox"}


def test_many_legs_are_in_all_three_families(case: Path) -> None:
    everywhere = [leg for leg, found in families(case).items() if len(found) == 3]
    assert len(everywhere) >= 100


def test_a_domestic_leg_departs_on_one_board_and_arrives_on_another(case: Path) -> None:
    boards = defaultdict(set)
    for row in truth(case / "truth/records.csv"):
        if row["family"] == "aerodatabox" and "fids" in row["key"]:
            name, place = row["key"].split("#")
            boards[row["true_id"]].add((name[17:21], place.split("/")[0]))
    twice = [found for found in boards.values() if len(found) == 2]
    assert twice
    assert all({side for _, side in found} == {"departures", "arrivals"} for found in twice)


def test_the_rest_arrays_pad_the_callsign_to_eight(case: Path) -> None:
    flights = body(case / "opensky_departures_EGCC_20260901.json")
    assert {len(flight["callsign"]) for flight in flights if flight["callsign"]} == {8}
    assert {flight["estDepartureAirport"] for flight in flights} <= {"EGCC", None}


def test_the_boards_are_in_their_generations(case: Path) -> None:
    movement = body(case / "aerodatabox_fids_EGCC_20260901.json")["departures"][0]
    legs = body(case / "aerodatabox_fids_EGPH_20260901.json")["departures"][0]
    old = body(case / "aerodatabox_fids_EGBB_20260901.json")["departures"][0]
    bare = body(case / "aerodatabox_flights_G-CVNE_20260901.json")[0]
    assert movement["movement"].keys() >= {"airport", "scheduledTime", "quality"}
    assert "airport" not in legs["departure"]
    assert "icao" in legs["arrival"]["airport"]
    assert old["movement"].keys() >= {"scheduledTimeLocal", "scheduledTimeUtc"}
    assert bare.keys() >= {"departure", "arrival", "greatCircleDistance"}


def leg(due: int) -> Leg:
    craft = Aircraft(1, "400abc", "G-ABCD", "A320", "Airbus A320", OPERATORS[0], "EGCC")
    return Leg("L1", craft, 1, "NMX1", "EGCC", "KJFK", due, due + 28_800, None, None, None, None)


def test_local_times_follow_the_clocks() -> None:
    # 2026-10-25 00:30Z is still summer time in Manchester, an hour later it is not; New York goes on until November.
    made = fids(leg(1_792_888_200), "EGCC", sold_as(leg(0))[0], "movement")["movement"]["scheduledTime"]
    later = fids(leg(1_792_891_800), "EGCC", sold_as(leg(0))[0], "movement")["movement"]["scheduledTime"]
    there = fids(leg(1_792_891_800), "KJFK", sold_as(leg(0))[0], "movement")["movement"]["scheduledTime"]
    assert made == {"utc": "2026-10-25 00:30Z", "local": "2026-10-25 01:30+01:00"}
    assert later == {"utc": "2026-10-25 01:30Z", "local": "2026-10-25 01:30+00:00"}
    assert there == {"utc": "2026-10-25 09:30Z", "local": "2026-10-25 05:30-04:00"}


def test_a_codeshare_is_the_same_leg_under_another_number() -> None:
    assert [(seller.iata, number, status) for seller, number, status in sold_as(leg(0))] == [
        ("N1", 1, "IsOperator"),
        ("T4", 7001, "IsCodeshared"),
        ("K8", 7001, "IsCodeshared"),
    ]


def test_there_are_sixty_airports(case: Path) -> None:
    rows = truth(case / "airports.csv")
    assert len(rows) == 60
    assert {row["ident"] for row in rows} == set(AIRPORTS)
    assert next(row for row in rows if row["ident"] == "EGSV")["type"] == "small_airport"
