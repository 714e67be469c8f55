"""Files about flights that are of no format here are refused, never taken for one of those that are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.pipeline import RefusedFile
from tests.ingest.told import outcomes, refused

_FLIGHTAWARE = {
    "ident": "NMX101", "ident_icao": "NMX101", "ident_iata": "N1101", "fa_flight_id": "NMX101-1788253805-1-0-101",
    "operator": "NMX", "flight_number": "101", "registration": "G-ZQAB", "codeshares": [], "cancelled": False,
    "origin": {"code": "EGCC", "code_icao": "EGCC"}, "destination": {"code": "EGPH", "code_icao": "EGPH"},
    "scheduled_out": "2026-09-01T09:05:00Z", "actual_off": "2026-09-01T09:24:00Z", "status": "Arrived",
}  # fmt: skip
_KINDS = {
    # formats.md 2.3
    "arrivals_EGPH.json": json.dumps({"arrivals": [_FLIGHTAWARE], "links": None, "num_pages": 1}),
    "departures_EGPH.json": json.dumps({"departures": [_FLIGHTAWARE], "links": {"next": "/x"}, "num_pages": 1}),
    # OpenSky's states and tracks, which are positions and no flights.
    "states.json": json.dumps({"time": 1788253805, "states": [["400abc", "NMX101  ", "United Kingdom", 1, 1, -2.2]]}),
    "track.json": json.dumps({"icao24": "400abc", "startTime": 1, "endTime": 2, "callsign": "NMX101", "path": [[1, 5]]}),
    # formats.md 2.8, both generations
    "aircraft-database-complete-2026-09.csv": (
        "'icao24','timestamp','acars','adsb','built','country','model','operator','registration','typecode'\n"
        "'400abc','2026-09-01 00:00:00',0,0,,'United Kingdom','A320','Northmere','G-ZQAB','A320'\n"
    ),
    "aircraftDatabase.csv": (
        "icao24,registration,manufacturericao,manufacturername,model,typecode,serialnumber,operator,operatoricao,owner\n"
        ",,,,,,,,,\n400abc,G-ZQAB,AIRBUS,Airbus,A320,A320,1234,Northmere,NMX,\n"
    ),
    # OurAirports' other lists (formats.md 2.5)
    "countries.csv": '"id","code","name","continent","wikipedia_link","keywords"\n1,"GB","United Kingdom","EU",,\n',
    "regions.csv": (
        '"id","code","local_code","name","continent","iso_country","wikipedia_link","keywords"\n'
        '1,"GB-ENG","ENG","England","EU","GB",,\n'
    ),
    "runways.csv": '"id","airport_ref","airport_ident","length_ft","width_ft","surface"\n1,2,"EGQZ",3000,45,"ASP"\n',
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(_KINDS))
def test_a_file_of_another_kind_is_refused_with_what_is_known(name: str) -> None:
    assert refused(_KINDS[name], name).startswith(
        f"{name}: no format knows this content. Known are aerodatabox, "
    )


def test_a_web_page_instead_of_data_is_refused_as_one() -> None:
    page = "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"
    assert refused(page, "error.html").startswith("error.html: a web page, not data: ")


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    assert outcomes(tmp_path / "flights.json") == [
        RefusedFile(
            "flights.json",
            "flights.json: cannot be opened: No such file or directory. Name a file that is there and may be read.",
        )
    ]
