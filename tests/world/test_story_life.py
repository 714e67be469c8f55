"""The path through all five families can be walked in the files alone, each step by one value that two files share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.world import generate
from tests.world.readers import aircraft, cards, json_lines, truth
from tests.world.test_life import number


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story's own files beside the registers and flights."""
    return generate(tmp_path_factory.mktemp("cast"), 200, months=3, story=True, families=["cast"]).out


@pytest.fixture(scope="module")
def path(cast: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((cast / "truth/story.json").read_text(encoding="utf-8"))[
        "five_families"
    ]
    return told


def rooms(world: Path) -> dict[str, list[dict[str, Any]]]:
    bodies = [json.loads(path.read_bytes()) for path in sorted(world.glob("discord_story_*.json"))]
    return {body["channel"]["name"]: body["messages"] for body in bodies}


def saying(world: Path, words: str) -> list[tuple[str, str]]:
    """(room, user) of each message with some words."""
    return [
        (room, m["author"]["id"])
        for room, held in rooms(world).items()
        for m in held
        if words in m["content"]
    ]


def test_the_new_director_is_in_the_leavers_phone_book_by_name_and_birth_month(
    cast: Path, path: dict[str, Any]
) -> None:
    events = [
        event
        for event in json_lines(cast / "stream-2026-11.jsonl")
        if event["resource_kind"] == "company-officers"
    ]
    (made,) = [
        event["data"] for event in events if event["resource_uri"].startswith(f"/company/{path['company']}/")
    ]
    assert (made["name"], made["date_of_birth"]) == ("PENHALIGON, Gareth", {"month": 9, "year": 1979})
    first, *others = cards(cast / path["book"])
    assert (first.one("N"), first.one("BDAY")) == ("Penhaligon;Gareth;;;", "1979-09-01")
    assert number(first.one("TEL")) == path["phone"]
    assert len(others) == 4
    assert {
        row["true_id"] for row in truth(cast / "truth/records.csv") if row["key"] == f"{path['book']}#1"
    } == {path["director"]}


def test_one_user_gives_that_number_and_names_the_flight_in_another_room(
    cast: Path, path: dict[str, Any]
) -> None:
    assert saying(cast, "07700 900961") == [("freight-yard", path["user"])]
    assert saying(cast, "CVN12 on 23 October 2026") == [
        ("apron", path["other_user"]),
        ("trips", path["user"]),
    ]
    users = {room: {m["author"]["id"] for m in held} for room, held in rooms(cast).items()}
    assert users["freight-yard"] & users["trips"] == {path["user"]}
    assert users["apron"] & users["for-sale"] == {path["other_user"]}
    assert not (users["freight-yard"] | users["trips"]) & (users["apron"] | users["for-sale"])


def test_the_flight_lands_at_the_airfield_on_the_day_after_the_takeover(
    cast: Path, path: dict[str, Any]
) -> None:
    flown = json.loads((cast / "aerodatabox_flights_G-CVNE_20261001.json").read_text(encoding="utf-8"))
    day = path["flight"]["day"]
    (leg,) = [
        leg
        for leg in flown
        if leg["number"] == "CVN 12" and leg["arrival"]["scheduledTime"]["utc"].startswith(day)
    ]
    assert (leg["arrival"]["airport"]["icao"], day) == ("EGSV", "2026-10-23")
    owned = {row["registration"]: row for row in aircraft(cast / "aircraft-database-complete-2026-11.csv")}
    before = {row["registration"]: row for row in aircraft(cast / "aircraftDatabase-2022-06.csv")}
    assert owned["G-CVNE"]["owner"] == "PELHAVEN MERIDIAN HOLDINGS LTD"
    assert owned["G-CVNE"]["operatorIcao"] == "CVN"
    assert before["G-CVNE"]["owner"] == "Lenmore Trustees (Jersey) Limited"


def test_the_other_user_gives_the_number_of_a_place_on_the_map(cast: Path, path: dict[str, Any]) -> None:
    assert saying(cast, "01632 960914") == [("for-sale", path["other_user"])]
    page = json.loads((cast / "poi_old-buckenham_a_20261027.json").read_bytes())
    (found,) = [
        result
        for result in page["results"]
        if result["poi"].get("phone") and number(result["poi"]["phone"]) == path["desk"]
    ]
    assert (found["id"], found["poi"]["name"]) == (path["listing"]["id"], "Hangar Four Tea Room")


def test_the_casts_files_are_few_and_leave_the_registers_alone(case: Path, cast: Path) -> None:
    plain, grown = (
        {p.name: p.read_bytes() for p in world.iterdir() if p.is_file()} for world in (case, cast)
    )
    assert {name: grown[name] for name in plain} == plain
    assert len(grown) - len(plain) == 8
