"""Saved pages of a map's place search (formats.md 3)."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.golden import ROOT
from tests.ingest.formats.flight_goldens import golden
from tests.ingest.told import refused, told

PAGE = "map-listings/car_wash_20260901.json"
TILES = "map-listings/tiles_20260902.json"
LINES = "map-listings/tiles_20260903.jsonl"


def page(*results: Any, **summary: Any) -> str:
    whole = {"query": "x", "queryType": "NON_NEAR", "numResults": len(results), "totalResults": len(results)}
    return json.dumps({"summary": whole | summary, "results": list(results)})


def poi(ident: str, name: str = "A", lat: float = 50.7, **poi: Any) -> dict[str, Any]:
    return {
        "type": "POI", "id": ident, "poi": {"name": name} | poi, "position": {"lat": lat, "lon": -3.5}
    }  # fmt: skip


def test_a_listing_comes_to_its_hand_checked_values() -> None:
    listings = golden(PAGE)

    # formats.md 3: the id of a British place, a phone with its codes in brackets, postalCode its first half alone.
    assert (listings.records[0]["key"], listings.records[0]["locator"]) == (
        "azure-maps/GB/POI/p0/100001",
        "GB/POI/p0/100001",
    )
    assert listings.mention(0, "listing")["caption"] == "Glint Hand Car Wash"
    assert listings.mention(0, "listing")["keys"] == [
        "listing:azure-maps/GB/POI/p0/100001",
        "listing_place:GLINT HAND CAR WASH 50.72561,-3.52691",
    ]
    assert listings.values(0, "listing", "category") == ["valeting", "car wash", "golchfa geir"]
    assert listings.values(0, "listing", "category_code") == ["9155", "CAR_WASH"]
    assert listings.values(0, "listing", "brand") == ["Glint"]
    assert listings.values(0, "listing", "postcode") == ["EX4 2MP"]
    assert listings.values(0, "listing", "geo") == ["50.72561,-3.52691"]
    assert listings.values(0, "listing", "entry_point") == ["50.7257,-3.527"]
    assert listings.values(0, "listing", "opening_hours") == [
        "2026-09-01 09:00-2026-09-01 17:30; 2026-09-02 09:00-2026-09-02 12:00"
    ]
    assert listings.mention(0, "phone")["keys"] == ["phone:+441392960011"]
    assert listings.mention(0, "website")["keys"] == ["url:glint.example/exeter"]
    assert listings.mention(0, "address")["keys"] == ["address:14 TALLOW ROW EXETER EX4 2MP"]
    assert {link["kind"] for link in listings.links} == {"HAS_PHONE", "HAS_WEBSITE", "HAS_ADDRESS"}
    assert listings.staged.notes[0] == "'car wash near 50.72,-3.53': 2 of its 5 results are here."


def test_several_whole_postcodes_are_all_the_listings_and_none_is_the_addresss() -> None:
    listings = golden(PAGE)

    assert listings.values(1, "listing", "postcode") == ["EX4 2MP", "EX4 2MQ"]
    assert listings.values(1, "address", "postcode") == ["EX4 2"]
    assert listings.mention(1, "listing")["props"]["flags"] == [
        ["phone:unreadable", "ring the bell"],
        ["url:unreadable", "not a page"],
    ]


def test_two_listings_at_one_point_are_two_and_one_under_two_ids_is_one() -> None:
    first, beside = (golden(PAGE).mention(rec, "listing")["keys"] for rec in (0, 1))
    later = golden(TILES).mention(1, "listing")["keys"]

    assert set(first) & set(beside) == set()
    assert set(first) & set(later) == {"listing_place:GLINT HAND CAR WASH 50.72561,-3.52691"}


def test_a_listing_without_an_id_is_its_name_at_its_point() -> None:
    tiles = golden(TILES)

    assert (tiles.records[2]["key"], tiles.records[2]["locator"]) == (
        "place/CAFE ANGSTROM 50.7,-3.5",
        "Café Ångström",
    )
    assert tiles.mention(2, "listing")["keys"] == ["listing_place:CAFE ANGSTROM 50.7,-3.5"]


def test_listings_that_a_map_puts_nowhere_are_not_one_for_their_name() -> None:
    leeds, elsewhere = poi("a", "Hand Car Wash", 0.0), poi("b", "Hand Car Wash", 0.0)
    for each in (leeds, elsewhere):
        each["position"]["lon"] = 0.0
    out = told(page(leeds, elsewhere), "car_wash.json")
    first, other = (out.mention(rec, "listing")["keys"] for rec in (0, 1))
    assert set(first) & set(other) == set()


def test_one_name_at_one_point_under_two_numbers_is_two_listings() -> None:
    """A franchise's two counters; the one that is listed again in another tile under another id is still one."""
    one, other = poi("a", "Tidy", phone="01392 960011"), poi("b", "Tidy", phone="01392 960012")
    again, silent = poi("c", "Tidy", phone="+44 1392 960011"), poi("d", "Tidy")
    for body in (page(one, other, again, silent), page(silent, again, other, one)):
        out = told(body, "p.json")
        keys = {out.records[rec]["locator"]: out.mention(rec, "listing")["keys"][1:] for rec in range(4)}
        assert keys == {
            "a": ["listing_place:TIDY 50.7,-3.5 +441392960011"], "b": ["listing_place:TIDY 50.7,-3.5 +441392960012"],
            "c": ["listing_place:TIDY 50.7,-3.5 +441392960011"], "d": ["listing_place:TIDY 50.7,-3.5 d"],
        }  # fmt: skip
        assert (
            "TIDY 50.7,-3.5: several listings of that name at that point, told apart by their numbers or ids."
            in out.staged.notes
        )
    out = told(page(one, again), "p.json")
    assert [out.mention(rec, "listing")["keys"][1:] for rec in (0, 1)] == [
        ["listing_place:TIDY 50.7,-3.5"]
    ] * 2


def test_one_page_does_not_list_one_place_twice() -> None:
    """Two cash machines side by side: other ids in one answer, and no number to tell them apart; in two tiles they are one."""
    left, right = poi("a", "Cash Machine"), poi("b", "Cash Machine")
    numbered = poi("c", "Cash Machine", phone="01392 960011")
    for pois in ((left, right), (left, numbered)):
        out = told(page(*pois), "p.json")
        assert [out.mention(rec, "listing")["keys"][1:] for rec in (0, 1)] == [
            [f"listing_place:CASH MACHINE 50.7,-3.5 {key}"]
            for key in ((each["poi"].get("phone") and "+441392960011") or each["id"] for each in pois)
        ]
    older = poi("GB/POI/p0/7", "Cash Machine")
    for body in (f"[{page(left)},{page(right)}]", json.dumps([left, right]), page(left, older)):
        out = told(body, "p.json")
        assert [out.mention(rec, "listing")["keys"][1:] for rec in (0, 1)] == [
            ["listing_place:CASH MACHINE 50.7,-3.5"]
        ] * 2


def test_a_tile_that_was_capped_is_told_and_makes_nothing_complete() -> None:
    tiles = golden(TILES)

    assert tiles.staged.notes[:2] == (
        "Skipped results of type Street: 1.",
        "Capped tile: 'car wash near 50.7,-3.5' has 100 results or more, and the map gives no more: split it.",
    )
    whole = told(page(poi("1"), totalResults=100), "p.json", complete=True)
    assert whole.staged.snapshot == "NO"
    assert whole.staged.notes[-1] == "Not taken as complete: a search in it was cut."
    assert told(page(poi("1")), "p.json", complete=True).staged.snapshot == "STATED"


def test_bad_results_are_rejects_and_the_good_ones_stay() -> None:
    tiles = golden(TILES)

    assert (tiles.staged.read, tiles.staged.kept, tiles.staged.rejected, tiles.staged.skipped) == (
        10,
        5,
        4,
        1,
    )
    assert [(r["locator"], r["field"], r["value"]) for r in tiles.rejects] == [
        ("result 5", "error", "429 TooManyRequests: Rate limit is exceeded."),
        ("result 7", "poi.name", ""),
        ("result 8", "id", ""),
        ("result 10", "result", '"x"'),
    ]
    assert tiles.mention(4, "listing")["props"]["flags"] == [["geo:unreadable", "95.0,-3.5"]]


def test_a_page_a_line_and_a_listing_a_line_come_to_the_same_as_one_page() -> None:
    lines = golden(LINES)

    assert lines.mentions[:6] == golden(PAGE).mentions
    assert [r["locator"] for r in lines.records] == [
        "GB/POI/p0/100001", "GB/POI/p0/100002", "3x9Tq-2f", "FR/POI/p0/7",
    ]  # fmt: skip
    assert [r["raw"] for r in lines.rejects] == ["{cut"]
    assert lines.staged.notes[0] == "'car wash near 50.72,-3.53': 3 of its 5 results are here."


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (
            '{"error":{"code":"400 BadRequest","message":"Query is empty."}}',
            "error: 400 BadRequest: Query is empty.",
        ),
        (
            '{"errorText":"Missing q","detailedError":{"code":"BadRequest","message":"Missing q"},"httpStatusCode":400}',
            "the map answered with an error: 400: Missing q.",
        ),
        ('{"httpStatusCode":403}', "the map answered with an error: 403."),
        ('{"detailedError":{"code":"Forbidden"}}', "the map answered with an error: Forbidden."),
        ("<!DOCTYPE html><html><body>Too many requests</body></html>", "a web page, not data"),
        ('{\n "error": {"code": "429"}\n}\n', "the map answered with an error: 429."),
        (page(poi("1"))[:-20], "the file stops in the middle|is not the JSON it began as"),
        (json.dumps([json.loads(page(poi("1")))], indent=1)[:-40], "is not the JSON it began as"),
        ('{"summary":{"queryType":"POI"},"results":[\n{"id": "\ud800', "no format|not UTF-8|is not the JSON"),
        ('{"poiCategories":[{"id":7315,"name":"Restaurant"}]}', "no format knows this content"),
        ('{"results":[{"name":"A"}]}', "no format knows this content"),
    ],
)
def test_what_is_no_page_is_refused_by_name(content: str, why: str) -> None:
    raw = content.encode("utf-8", "surrogatepass")
    assert any(part in refused(raw, "page.json") for part in why.split("|"))


def test_many_searches_that_were_cut_are_named_a_few_times() -> None:
    pages = "\n".join(page(poi(str(n)), query=f"q{n}", totalResults=100) for n in range(30))
    notes = told(pages, "pages.jsonl").staged.notes

    assert len(notes) == 11
    assert notes[-1] == "And 20 more searches like these."


_IGNORED = {
    "score", "dist", "info", "viewport.topLeftPoint.lat", "viewport.topLeftPoint.lon", "viewport.btmRightPoint.lat",
    "viewport.btmRightPoint.lon", "dataSources.geometry.id", "address.countryCodeISO3", "address.countrySubdivision",
    "address.countrySubdivisionCode", "address.countryTertiarySubdivision", "address.localName",
    "poi.classifications.names.nameLocale", "poi.openingHours.mode", "entryPoints.type",
    # Each says again what another says, or what stands in its place.
    "address.countrySubdivisionName", "address.postalCode",
}  # fmt: skip


def test_every_member_of_a_result_is_seen_when_dropped() -> None:
    body = json.loads((ROOT / PAGE).read_text(encoding="utf-8"))
    body["results"] = body["results"][:1]
    whole = _facts(body)
    unseen = set()
    for where in _leaves(body["results"]):
        changed = copy.deepcopy(body)
        inner: Any = changed["results"]
        for part in where[:-1]:
            inner = inner[part]
        del inner[where[-1]]
        if _facts(changed) == whole:
            unseen.add(".".join(part for part in where if isinstance(part, str)))
    assert unseen - _IGNORED == set()


def _facts(body: Any) -> list[Any]:
    found = told(json.dumps(body), "p.json")
    return [
        found.mentions,
        found.links,
        [(r["key"], r["locator"]) for r in found.records],
        found.rejects != [],
    ]


def _leaves(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    inner = list(items)
    if not inner:
        yield where
    for key, held in inner:
        yield from _leaves(held, (*where, key))
