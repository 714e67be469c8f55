"""OpenSky's bulk flight list (formats.md 2.2)."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ingest.formats.opensky_flightlist import COLUMNS
from ingest.pipeline import RefusedFile
from tests.ingest.formats.flight_goldens import columns_unseen, golden
from tests.ingest.told import Told, outcomes, refused, told

GOLDEN = "opensky-flightlist/flightlist_20260801_20260831.csv"
HEADER = ",".join(COLUMNS) + "\n"
ROW = "NMX101  ,N1101,400abc,G-ZQAB,A320,EGCC,EGPH,{first},{last},2026-08-01 00:00:00+00:00,53.3,-2.2,121.92,55.9,-3.3,-12.19\n"


def row(first: str = "2026-08-01 09:10:05+00:00", last: str = "2026-08-01 10:01:40+00:00") -> str:
    return ROW.format(first=first, last=last)


def test_a_row_comes_to_its_hand_checked_values() -> None:
    list_ = golden(GOLDEN)

    # formats.md 2.2: the columns; 2.1: callsigns are padded to eight.
    assert list_.values(0, "flight", "callsign") == ["NMX101"]
    assert list_.values(0, "flight", "flight_number") == ["N1101"]
    assert list_.values(0, "aircraft", "icao24") == ["400abc"]
    assert list_.values(0, "aircraft", "registration") == ["G-ZQAB"]
    assert list_.values(0, "aircraft", "type_code") == ["A320"]
    assert list_.values(0, "flight", "origin") == ["EGCC"]
    assert list_.values(0, "flight", "destination") == ["EGPH"]
    # formats.md 2.2: "YYYY-MM-DD HH:MM:SS+00:00".
    assert list_.values(0, "flight", "first_seen") == ["2026-08-01T09:10:05Z"]
    assert list_.values(0, "flight", "last_seen") == ["2026-08-01T10:01:40Z"]
    assert list_.values(0, "flight", "first_position") == ["53.3493,-2.2795"]
    assert list_.values(0, "flight", "last_position") == ["55.9501,-3.3722"]
    # formats.md 2.2: metres, and can be negative.
    assert list_.values(0, "flight", "first_altitude_m") == ["121.92"]
    assert list_.values(0, "flight", "last_altitude_m") == ["-12.19"]


def test_links_carry_the_times_and_only_a_callsign_names_the_operator() -> None:
    list_ = golden(GOLDEN)

    departs, operated = list_.link(0, "DEPARTS_FROM"), list_.link(0, "OPERATED_BY")
    assert (departs["valid_from"], departs["props"]) == (
        "2026-08-01T09:10:05Z",
        {"actual": "2026-08-01T09:10:05Z"},
    )
    assert list_.link(0, "ARRIVES_AT")["valid_to"] == "2026-08-01T10:01:40Z"
    assert (operated["valid_from"], operated["valid_to"]) == ("2026-08-01T09:10:05Z", "2026-08-01T10:01:40Z")
    assert list_.mention(0, "operator")["keys"] == ["airline_icao:NMX"]
    assert list_.mention(0, "operator")["derived_by"] == "callsign"


def test_a_leg_of_unknown_airports_past_midnight_is_of_the_day_it_began() -> None:
    list_ = golden(GOLDEN)

    # formats.md 2.2: origin and destination ICAO or empty; 2.7: a flight may pass midnight UTC.
    assert [m["slot"] for m in list_.mentions if m["rec"] == 1] == ["flight", "aircraft", "operator"]
    assert list_.mention(1, "flight")["caption"] == "CLQ7A ?→? 2026-08-01"
    assert list_.mention(1, "flight")["facets"] == [
        "operator:CLQ", "aircraft:4010e1", "callsign:CLQ7A", "day:2026-08-01",
    ]  # fmt: skip
    assert list_.values(1, "flight", "first_position") == ["51.659485,0.804421"]


def test_odd_values_are_kept_apart_and_flagged() -> None:
    list_ = golden(GOLDEN)

    assert list_.mention(3, "flight")["props"]["flags"] == [["last_position:unreadable", "91.5,-1.6"]]
    assert [m["slot"] for m in list_.mentions if m["rec"] == 3] == [
        "flight", "origin", "destination", "aircraft",
    ], "a registration as callsign names no operator"  # fmt: skip
    assert list_.mention(5, "flight")["props"]["flags"] == [["day:implausible", "9999-12-31"]]
    assert list_.mention(4, "origin")["keys"] == ["airport_icao:ZZZZ"], "an airport that nobody knows is one"


def test_bad_rows_are_rejects_and_the_good_ones_land() -> None:
    list_ = golden(GOLDEN)

    assert (list_.staged.read, list_.staged.kept, list_.staged.rejected) == (11, 7, 4)
    assert [(r["locator"], r["field"], r["value"]) for r in list_.rejects] == [
        ("line 11", "line", "NMX105,,400abc,G-ZQAB,A320"),
        ("line 8", "firstseen", "2026-02-30 10:00:00+00:00"),
        ("line 9", "firstseen lastseen", "2026-08-04 12:00:00+00:00 to 2026-08-04 11:00:00+00:00"),
        ("line 10", "icao24", ""),
    ]
    assert [r["remedy"] for r in list_.rejects] == [
        f"Correct the {field} in the file and ingest it again."
        for field in ("line", "firstseen", "firstseen or lastseen", "icao24")
    ]


def test_every_mapped_column_is_seen_when_dropped(tmp_path: Path) -> None:
    assert columns_unseen(GOLDEN, tmp_path) == ["day"], "ignored on purpose: the UTC day of lastseen"


def test_observed_at_is_the_last_day_of_the_span_in_the_name() -> None:
    assert {str(record["observed_at"]) for record in golden(GOLDEN).records} == {"2026-08-31 00:00:00+00:00"}


def test_a_time_of_unknown_zone_orders_nothing() -> None:
    naive = told(HEADER + row("2026-08-01 09:10:05", "2026-08-01 10:01:40"), "list.csv")

    flight = naive.mention(0, "flight")
    assert (flight["valid_from"], flight["valid_to"], flight["facets"][-1]) == (None, None, "number:N1101")
    assert naive.values(0, "flight", "first_seen") == ["2026-08-01T09:10:05"]


def test_a_packed_list_is_the_same_and_a_torn_one_is_refused(tmp_path: Path) -> None:
    content = gzip.compress((HEADER + row() * 200).encode(), mtime=0)
    for name, packed in (("whole", content), ("torn", content[:-20])):
        (tmp_path / f"{name}_flightlist.csv.gz").write_bytes(packed)

    [whole] = outcomes(tmp_path / "whole_flightlist.csv.gz")
    [torn] = outcomes(tmp_path / "torn_flightlist.csv.gz")

    assert isinstance(whole, Told)
    assert (whole.staged.read, whole.staged.kept) == (200, 200)
    assert isinstance(torn, RefusedFile)
    assert "the archive is cut off or broken" in torn.refused


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (
            HEADER.replace("latitude_1", "lat1") + row(),
            "the header lacks latitude_1, and has lat1",
        ),
        (HEADER.encode() + row().encode() + b"\xff\xfe,\n", "line 3: not UTF-8 text"),
        (HEADER + row() + "NMX101,N11", "line 3: the file stops in the middle of a line"),
    ],
    ids=["wrong header", "not UTF-8", "cut off"],
)
def test_a_list_that_breaks_an_assumption_is_refused(content: bytes | str, complaint: str) -> None:
    assert complaint in refused(content, "flightlist_20260801_20260831.csv")
