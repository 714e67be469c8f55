"""The case can be found from the files alone, by ids."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.world.readers import PersonLine, flightlist, json_lines, officers, register


@pytest.fixture(scope="module")
def facts(case: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((case / "truth/story.json").read_text(encoding="utf-8"))
    return told


@pytest.fixture(scope="module")
def owners(case: Path) -> dict[str, list[dict[str, Any]]]:
    """Current controllers by company in the last snapshot."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in json_lines(case / "psc-snapshot-2026-11-01_1of1.txt"):
        if "name" in line["data"] and "ceased_on" not in line["data"]:
            found.setdefault(line["company_number"], []).append(line["data"])
    return found


def stated(control: dict[str, Any]) -> str:
    return str(control.get("identification", {}).get("registration_number", ""))


def test_the_chain_leads_from_the_target_through_three_shells_to_the_controller(
    owners: dict[str, list[dict[str, Any]]],
) -> None:
    assert [stated(c) for c in owners["08816402"]] == ["17000182"]
    assert [stated(c) for c in owners["17000182"]] == ["17000181"]
    assert [stated(c) for c in owners["17000181"]] == ["17000180", "121337"]
    assert owners["17000181"][1]["identification"]["country_registered"] == "Jersey"
    assert [c["name"] for c in owners["17000180"]] == ["Mr Radosław Wierzbicki"]
    assert owners["17000181"][0]["natures_of_control"][0] == "ownership-of-shares-50-to-75-percent"


def test_the_controller_is_in_the_open_elsewhere_without_diacritics(
    owners: dict[str, list[dict[str, Any]]],
) -> None:
    assert [c["name"] for c in owners["07120544"]] == ["Mr Radoslaw Wierzbicki"]


def test_three_companies_own_one_another(owners: dict[str, list[dict[str, Any]]]) -> None:
    ring = ["09340011", "09340012", "09340013"]
    assert [stated(owners[number][0]) for number in ring] == ["09340012", "09340013", "09340011"]


def test_the_aircraft_lands_the_day_after_each_event(case: Path, facts: dict[str, Any]) -> None:
    landed = [
        row["lastseen"][:10]
        for path in sorted(case.glob("flightlist_*"))
        for row in flightlist(path)
        if row["icao24"] == "407a3f" and row["destination"] == "EGSV"
    ]
    after = [date.fromisoformat(day) + timedelta(days=1) for day in facts["dates"].values()]
    assert landed == [day.isoformat() for day in after]
    assert landed == ["2026-09-09", "2026-09-25", "2026-10-14", "2026-10-23", "2026-11-11"]


def test_the_operator_of_the_aircraft_is_one_of_the_shells(case: Path) -> None:
    flown = json.loads((case / "aerodatabox_flights_G-CVNE_20260901.json").read_text(encoding="utf-8"))
    rows = register(case / "BasicCompanyDataAsOneFile-2026-10-01.csv")
    names = {row["CompanyNumber"]: row["CompanyName"] for row in rows}
    assert {leg["airline"]["name"].upper() for leg in flown} == {"CORVANE AIR CHARTER LTD"}
    assert names["17000181"] == "CORVANE AIR CHARTER LTD"


def test_the_shells_appear_one_month_after_the_other(case: Path) -> None:
    for day, expected in (
        ("09-01", set()),
        ("10-01", {"17000180", "17000181"}),
        ("11-01", {"17000180", "17000181", "17000182"}),
    ):
        rows = register(case / f"BasicCompanyDataAsOneFile-2026-{day}.csv")
        shells = {"17000180", "17000181", "17000182"}
        assert {row["CompanyNumber"] for row in rows} & shells == expected


def test_the_address_and_the_nominee_are_shared_by_many_who_are_not_in_it(
    case: Path, facts: dict[str, Any]
) -> None:
    held = [r for r in officers(case / "Prod195_4262_20261101.dat") if isinstance(r, PersonLine)]
    nominee = {r.number for r in held if r.fields[1:3] == ("PHILIPPA", "UNDERWELL")}
    rows = register(case / "BasicCompanyDataAsOneFile-2026-11-01.csv")
    at_office = [row for row in rows if row["RegAddress.PostCode"] == "EC2Q 7TZ"]
    assert len(nominee) == facts["nominee_decoy"]["companies"] == 24
    # The shells and the ring are there too.
    assert len(at_office) == facts["address_decoy"]["unrelated"] + 6 == 67


def test_somebody_resigns_on_the_day_of_the_takeover(case: Path) -> None:
    held = [r for r in officers(case / "Prod195_4262_20261101.dat") if isinstance(r, PersonLine)]
    gone = [r for r in held if r.number == "08816402" and r.resigned.strip()]
    assert [(r.fields[1:3], r.resigned, r.role) for r in gone] == [(("COLIN", "HALDRIDGE"), "20261022", "03")]
