"""OurAirports' airports (formats.md 2.5)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden import ROOT
from tests.ingest.formats.flight_goldens import columns_unseen, golden
from tests.ingest.told import refused, told

GOLDEN = "ourairports/airports_20260901.csv"


def test_a_row_comes_to_its_hand_checked_values() -> None:
    told_ = golden(GOLDEN)

    # formats.md 2.5: the columns of airports.csv.
    assert told_.records[0]["key"] == "EGQZ"
    assert told_.values(0, "airport", "name") == ["Zevenveld International Airport"]
    assert told_.values(0, "airport", "icao") == ["EGQZ"]
    assert told_.values(0, "airport", "iata") == ["QZV"]
    assert told_.values(0, "airport", "geo") == ["53.3537,-2.27495"]
    assert told_.values(0, "airport", "elevation_ft") == ["257"]
    assert told_.values(0, "airport", "country") == ["GB"]
    assert told_.values(0, "airport", "region") == ["GB-ENG"]
    assert told_.values(0, "airport", "municipality") == ["Zevenveld"]
    assert told_.values(0, "airport", "scheduled_service") == ["true"]
    assert told_.values(0, "airport", "airport_type") == ["large_airport"]
    assert told_.values(0, "airport", "also_known_as") == ["ZVL, Ringfield"]
    assert told_.mention(0, "airport")["keys"] == ["airport_icao:EGQZ", "airport_iata:QZV"]


def test_every_type_of_the_list_is_kept_as_written() -> None:
    # formats.md 2.5: large, medium and small airports, heliports, seaplane bases, closed ones, balloonports.
    types = [golden(GOLDEN).values(rec, "airport", "airport_type") for rec in range(5)]

    assert types == [["large_airport"], ["small_airport"], ["closed"], ["heliport"], ["seaplane_base"]]


def test_an_airport_without_icao_code_is_known_by_the_one_of_gps_or_by_its_own_ident() -> None:
    told_ = golden(GOLDEN)

    assert told_.mention(1, "airport")["keys"] == ["airport_icao:EG9Q"]
    assert told_.values(1, "airport", "local_code") == ["GB-9002", "LMA"]
    assert told_.mention(3, "airport")["keys"] == [], "neither QQ nor 0 is a code of an airport"
    assert told_.mention(3, "airport")["names"] == ["Harbour Heliport", "GB-9004"]
    assert told_.values(4, "airport", "local_code") == ["US-9005", "9FL"]
    assert told_.mention(6, "airport")["keys"] == ["airport_icao:EGQU"]


def test_a_closed_airports_iata_code_may_be_anothers_by_now() -> None:
    told_ = golden(GOLDEN)

    assert told_.values(2, "airport", "iata") == ["QYX"]
    assert told_.mention(2, "airport")["keys"] == ["airport_icao:EGQY"]
    assert told_.values(2, "airport", "name") == ['Old Mossend "Moss" Aerodrome'], "quotes are doubled inside"


def test_odd_values_are_flagged_and_bad_rows_are_rejects() -> None:
    told_ = golden(GOLDEN)

    assert told_.mention(4, "airport")["props"]["flags"] == [
        ["geo:unreadable", "91,-150.25"],
        ["elevation_ft:unreadable", "3.5"],
    ]
    assert (told_.staged.read, told_.staged.kept, told_.staged.rejected) == (10, 7, 3)
    assert [(r["locator"], r["field"], r["reason"]) for r in told_.rejects] == [
        ("line 9", "line", "It has 4 values, the header 19."),
        ("line 7", "name", "The name is missing."),
        ("line 8", "ident", "The ident is missing."),
    ]


def test_every_mapped_column_is_seen_when_dropped(tmp_path: Path) -> None:
    assert columns_unseen(GOLDEN, tmp_path) == ["id", "continent", "home_link", "wikipedia_link"], (
        "ignored on purpose"
    )


def test_a_list_of_before_2025_lacks_icao_code_and_says_the_same() -> None:
    lines = (ROOT / GOLDEN).read_text(encoding="utf-8").splitlines()[:2]
    older = (
        "\n".join((lines[0].replace('"icao_code",', ""), lines[1].replace('"yes","EGQZ",', '"yes",'))) + "\n"
    )

    assert told(older, "airports_20260901.csv").mentions == golden(GOLDEN).mentions[:1]


@pytest.mark.parametrize("kind", ["countries", "regions"])
def test_the_lists_beside_it_are_not_taken_for_it(kind: str) -> None:
    more = {"countries": '"continent"', "regions": '"local_code"'}[kind]
    content = f'"id","code",{more},"name","wikipedia_link","keywords"\n1,"GB","EU","X",,\n'

    assert "no format knows this content" in refused(content, f"{kind}.csv")
