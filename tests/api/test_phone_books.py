"""Phone books, listings and the aircraft register through the service: owners, taxi firms, and the way from a flight to a name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from api.intake import Intake
from api.schema import execute
from api.service import Service


def card(name: str, *lines: str) -> str:
    return "\n".join(("BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", *lines, "END:VCARD", ""))


def take(
    service: Service, folder: Path, name: str, content: str, intake: Intake | None = None
) -> dict[str, Any]:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    [report] = service.ingest(path, intake or Intake())
    assert "revision" in report, report
    return report


def asked(service: Service, query: str, **variables: Any) -> Any:
    answer = execute(service, query, variables, reader=None)
    assert "errors" not in answer, answer
    return answer["data"]


WHO = """query Q($phone: String!) { entity(kind: Phone, identifier: $phone) {
  caption expand(perKindLimit: 5) { counts { linkKind direction kind total { value relation } next }
    links { kind source { kind caption } target { caption } } } } }"""


def test_a_taxi_firm_in_ten_thousand_cards_answers_bounded(service: Service, tmp_path: Path) -> None:
    cards = "".join(card(f"Cab {n}", "TEL:01392 960001") for n in range(10_000))
    report = take(service, tmp_path, "book.vcf", cards)
    assert (report["read"], report["rejected"], report["links"]) == (10_000, 0, 20_000)

    phone = asked(service, WHO, phone="+44 1392 960001")["entity"]
    assert phone["caption"] == "+441392960001"
    [count] = phone["expand"]["counts"]
    assert (count["linkKind"], count["direction"], count["kind"], count["total"]) == (
        "HAS_PHONE", "IN", "Person", {"value": 10_000, "relation": "EQ"},
    )  # fmt: skip
    assert len(phone["expand"]["links"]) == 5
    assert count["next"] is not None, "the rest is a page away"
    owner = asked(
        service,
        '{ search(text: "Cab 77") { edges { node { expand { links { kind source { id caption } } } } } } }',
    )["search"]["edges"][0]["node"]
    [book] = [link for link in owner["expand"]["links"] if link["kind"] == "HAS_CONTACT"]
    assert book["source"]["caption"] == "owner of book.vcf"


OWNER = """query Q($phone: String!) { entity(kind: Phone, identifier: $phone) {
  expand { links { kind source { id kind caption } target { caption } } } } }"""


def test_a_named_owner_is_reached_by_number_and_the_same_file_is_another_book_under_another_name(
    service: Service, tmp_path: Path
) -> None:
    content = card("Mum", "TEL:07700 900132")
    zo = take(service, tmp_path, "book.vcf", content, Intake(owner="Zo Elmwell 07700 900133"))
    again = take(service, tmp_path, "book.vcf", content, Intake(owner="Zo Elmwell 07700 900133"))
    moss = take(service, tmp_path, "book.vcf", content, Intake(owner="Moss"))
    assert (zo["revision"], again["revision"], moss["revision"]) == (1, 1, 2)

    [link] = asked(service, OWNER, phone="07700900133")["entity"]["expand"]["links"]
    assert (link["kind"], link["source"]["caption"]) == ("HAS_PHONE", "Zo Elmwell")
    callers = asked(service, OWNER, phone="+447700900132")["entity"]["expand"]["links"]
    assert sorted(link["source"]["caption"] for link in callers) == ["Mum", "Mum"], "one in each book"


def test_a_complete_book_ends_what_it_lacks_and_no_other_book(service: Service, tmp_path: Path) -> None:
    mum, dad = card("Mum", "TEL:07700 900134"), card("Dad", "TEL:07700 900135")
    books = Intake("their telephones")
    take(service, tmp_path, "his_book-2 (1).vcf", mum + dad, books)
    take(service, tmp_path, "her book.vcf", dad + mum, books)
    take(service, tmp_path, "his_book-2 (1).vcf", dad, replace(books, complete=True))

    def callers(phone: str) -> list[str]:
        entity = asked(service, OWNER, phone=phone)["entity"]
        return [link["source"]["caption"] for link in entity["expand"]["links"]]

    assert callers("07700 900134") == ["Mum"], "hers"
    assert callers("07700 900135") == ["Dad", "Dad"]


FLIGHTS = (
    "callsign,number,icao24,registration,typecode,origin,destination,firstseen,lastseen,day,latitude_1,longitude_1,"
    "altitude_1,latitude_2,longitude_2,altitude_2\n"
    "QLM12,,40fe01,,,EGTE,EGPH,2026-02-01 10:00:00+00:00,2026-02-01 11:00:00+00:00,2026-02-01 00:00:00+00:00,,,,,,\n"
)
REGISTER = (
    "icao24,registration,manufacturericao,manufacturername,model,typecode,serialnumber,linenumber,icaoaircrafttype,operator,"
    "operatorcallsign,operatoricao,operatoriata,owner,testreg,registered,reguntil,status,built,firstflightdate,"
    "seatconfiguration,engines,modes,adsb,acars,notes,categoryDescription\n"
    "40fe01,G-QLMA,,,,,,,,,,,,Moira Dell,,2019-04-02,,,,,,,,,,,\n"
)


def test_a_flight_reaches_the_owner_of_its_aircraft_by_its_address(service: Service, tmp_path: Path) -> None:
    take(service, tmp_path, "flightlist_20260201_20260228.csv", FLIGHTS)
    take(service, tmp_path, "aircraftDatabase-2026-03-01.csv", REGISTER)

    aircraft = asked(
        service,
        """{ entity(kind: Aircraft, identifier: "40fe01") { caption expand { links {
             kind source { kind } target { kind caption } episodes { validFrom validTo } } } } }""",
    )["entity"]
    assert aircraft["caption"] == "G-QLMA"
    told = {link["kind"]: link for link in aircraft["expand"]["links"]}
    assert sorted(told) == ["FLOWN_BY", "OWNED_BY"]
    assert told["OWNED_BY"]["target"] == {"kind": "Person", "caption": "Moira Dell"}
    assert told["OWNED_BY"]["episodes"] == [{"validFrom": "2019-04-02", "validTo": None}]


def test_a_listing_is_one_under_two_ids_at_one_point_and_two_under_two_names(
    service: Service, tmp_path: Path
) -> None:
    def poi(ident: str, name: str) -> dict[str, Any]:
        return {"type": "POI", "id": ident, "poi": {"name": name}, "position": {"lat": 50.7, "lon": -3.5}}

    def page(*results: dict[str, Any]) -> dict[str, Any]:
        return {
            "summary": {"numResults": len(results), "totalResults": len(results)},
            "results": list(results),
        }

    tiles = [page(poi("a", "Glint"), poi("c", "Weir")), page(poi("b", "GLINT"))]
    take(service, tmp_path, "tiles.json", json.dumps(tiles))
    a, b, c = (
        asked(service, f'{{ entity(kind: Listing, identifier: "azure-maps/{ident}") {{ id caption }} }}')[
            "entity"
        ]
        for ident in "abc"
    )
    assert a == b
    assert (a["caption"], c["caption"]) == ("GLINT", "Weir")
    assert a["id"] != c["id"]
