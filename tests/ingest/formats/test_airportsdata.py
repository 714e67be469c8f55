"""The airportsdata package's airports (formats.md 2.5)."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.formats.flight_goldens import columns_unseen, golden
from tests.ingest.told import refused

GOLDEN = "airportsdata/airportsdata_20260905.csv"


def test_a_row_comes_to_its_hand_checked_values() -> None:
    told = golden(GOLDEN)

    # formats.md 2.5: icao,iata,name,city,subd,country,elevation,lat,lon,tz,lid.
    assert told.records[0]["key"] == "EGQZ"
    assert told.values(0, "airport", "icao") == ["EGQZ"]
    assert told.values(0, "airport", "iata") == ["QZV"]
    assert told.values(0, "airport", "name") == ["Zevenveld International Airport"]
    assert told.values(0, "airport", "municipality") == ["Zevenveld"]
    assert told.values(0, "airport", "region") == ["England"]
    assert told.values(0, "airport", "country") == ["GB"]
    assert told.values(0, "airport", "elevation_ft") == ["257"]
    assert told.values(0, "airport", "geo") == ["53.3537,-2.27495"]
    assert told.values(0, "airport", "time_zone") == ["Europe/London"]
    assert told.values(2, "airport", "local_code") == ["OHH"]
    assert told.mention(0, "airport")["keys"] == ["airport_icao:EGQZ", "airport_iata:QZV"]


def test_a_national_code_in_icaos_place_is_a_key_but_no_icao_code() -> None:
    told = golden(GOLDEN)

    # The sample of formats.md 2.5 begins with EG02, EG03: codes that ICAO did not give.
    assert told.values(1, "airport", "icao") == []
    assert told.values(1, "airport", "local_code") == ["EG9Q"]
    assert told.mention(1, "airport")["keys"] == ["airport_icao:EG9Q"]
    assert told.values(1, "airport", "elevation_ft") == ["-11"]


def test_codes_are_read_whatever_their_case_and_white_space() -> None:
    told = golden(GOLDEN)

    assert told.mention(3, "airport")["keys"] == ["airport_icao:EGQY", "airport_iata:QYX"]
    assert told.mention(3, "airport")["props"]["name"] == [
        ["Saint Brannoc's Airport", "Saint Brannoc's  Airport"]
    ]
    assert told.values(3, "airport", "elevation_ft") == ["52"], "feet, in some releases with a decimal point"


def test_odd_values_are_flagged_and_bad_rows_are_rejects() -> None:
    told = golden(GOLDEN)

    assert told.mention(4, "airport")["props"]["flags"] == [
        ["geo:unreadable", "91,-3.5"],
        ["elevation_ft:unreadable", "about 30"],
    ]
    assert told.mention(4, "airport")["keys"] == ["airport_icao:EGQX"], "a 0 is no IATA code"
    assert (told.staged.read, told.staged.kept, told.staged.rejected) == (9, 6, 3)
    assert [(r["locator"], r["field"], r["value"], r["reason"]) for r in told.rejects] == [
        ("line 9", "line", "EGQV,,Short Row,Short", "It has 4 values, the header 11."),
        ("line 7", "name", "", "The name is missing."),
        ("line 8", "icao iata", "", "The icao or iata is missing."),
    ]


def test_every_column_is_seen_when_dropped(tmp_path: Path) -> None:
    assert columns_unseen(GOLDEN, tmp_path) == []


def test_a_list_without_one_of_its_columns_is_refused() -> None:
    content = "icao,iata,name,city,subd,country,elevation,lat,tz,lid\nEGQZ,QZV,Zevenveld,Zevenveld,England,GB,1,2,Europe/London,\n"

    assert "the header lacks lon" in refused(content, "airports.csv")
