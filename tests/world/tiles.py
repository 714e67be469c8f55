"""Saved pages of a map's search (Azure Maps, TomTom): a town is asked in tiles that overlap, each answered with 100 at most."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self, TextIO, TypeAlias

import orjson

from .care import Tally
from .companies import Company
from .contacts import Holding, landline
from .plan import Plan
from .seeds import etag
from .shops import TOWNS, Shop, filler, shop
from .truth import Truth

CAP: Final = 100
_LONDON, _FILLERS, _ELSEWHERE = "London", 120, 2
Box: TypeAlias = tuple[float, float, float, float]
"""South, west, north, east."""


class Listings:
    """Keeps the shops by town while companies pass, then writes each town's pages; `lines` counts results by file."""

    def __init__(self, plan: Plan, out: Path, truth: Truth, tally: Tally) -> None:
        self._plan, self._out, self._truth, self._tally = plan, out, truth, tally
        self._parts: dict[str, TextIO] = {}
        self._stack = ExitStack()
        self.lines: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def offer(self, company: Company) -> None:
        """The company's shop, if it has one."""
        made = shop(self._plan, company, self._tally)
        if made:
            self.add(made)
            self._truth.holds(
                (
                    Holding(company.number, "listing", made.true_id),
                    Holding(company.number, "phone", landline(company.index)),
                )
            )

    def add(self, made: Shop) -> None:
        if made.town not in self._parts:
            path = self._out / f".shops-{made.town}.part"
            self._parts[made.town] = self._stack.enter_context(path.open("w+", encoding="utf-8"))
        self._parts[made.town].write(made.spill())

    def close(self) -> None:
        """Write every town's pages and drop the parts."""
        for town in sorted({*self._parts, _LONDON}):
            shops = []
            if part := self._parts.get(town):
                part.seek(0)
                shops = [Shop.read(line) for line in part]
                part.close()
                Path(part.name).unlink()
            count = _FILLERS if town == _LONDON else _ELSEWHERE
            shops += [filler(self._plan, town, number) for number in range(count)]
            self._town(town, _at_one_point(shops))

    def _town(self, town: str, shops: list[Shop]) -> None:
        lat, lon = TOWNS[town]
        slug = town.lower().replace(" ", "-").replace(".", "")
        self._tile(slug, (lat - 0.1, lon - 0.15, lat + 0.1, lon + 0.15), shops, "a")
        # The map's next release: other ids for the same places, asked around the middle.
        middle = [replace(one, id=one.second) for one in shops[:20] if int(etag(one.id)[:2], 16) < 96]
        if middle:
            self._page(slug, "nearby", middle, (lat, lon), 40)

    def _tile(self, slug: str, box: Box, shops: list[Shop], name: str) -> None:
        south, west, north, east = box
        here = [one for one in shops if south <= one.lat <= north and west <= one.lon <= east]
        if not here:
            return
        self._page(slug, name, here[:CAP], None, 10)
        if len(here) < CAP or len(name) > 7:
            return
        # A full answer may hide more: the tile is asked again in four that overlap.
        lat, lon, over = (south + north) / 2, (west + east) / 2, (north - south) / 20
        for part, quarter in enumerate(
            (
                (south, west, lat + over, lon + over),
                (south, lon - over, lat + over, east),
                (lat - over, west, north, lon + over),
                (lat - over, lon - over, north, east),
            )
        ):
            self._tile(slug, quarter, shops, name + "abcd"[part])

    def _page(
        self, slug: str, name: str, shops: list[Shop], bias: tuple[float, float] | None, day: int
    ) -> None:
        asked = self._plan.months[0] + timedelta(
            days=min(day, (self._plan.end - self._plan.months[0]).days - 1)
        )
        file = f"poi_{slug}_{name}_{asked:%Y%m%d}.json"
        (self._out / file).write_bytes(page(shops, bias))
        self.lines[file] = len(shops)
        for one in shops:
            self._truth.add("listings", f"{file}#{one.id}", "listing", "Listing", one.true_id)


def page(shops: list[Shop], bias: tuple[float, float] | None = None) -> bytes:
    """An answer of the map's search with these shops; `bias` is the point that it was asked around."""
    summary: dict[str, Any] = {
        "query": "shops",
        "queryType": "NEARBY" if bias else "NON_NEAR",
        "queryTime": 30 + len(shops) % 40,
        "numResults": len(shops),
        "offset": 0,
        "totalResults": len(shops),
        "fuzzyLevel": 1,
    }
    if bias:
        summary["geoBias"] = {"lat": bias[0], "lon": bias[1]}
    return orjson.dumps(
        {"summary": summary, "results": [_result(one, place, bias) for place, one in enumerate(shops)]}
    )


def _at_one_point(shops: list[Shop]) -> list[Shop]:
    """The shops with the second at the very place of the first: two doors of one arcade."""
    if len(shops) < 2:
        return shops
    first, second, *rest = shops
    return [first, replace(second, lat=first.lat, lon=first.lon), *rest]


def _result(one: Shop, place: int, bias: tuple[float, float] | None) -> dict[str, Any]:
    code, number, word = one.category
    poi: dict[str, Any] = {"name": one.name}
    if one.phone:
        poi["phone"] = one.phone
    poi["categorySet"] = [{"id": number}]
    if one.url:
        poi["url"] = one.url
    poi["categories"] = [word]
    poi["classifications"] = [{"code": code, "names": [{"nameLocale": "en-GB", "name": word}]}]
    premises, line = one.street
    street = f"{premises} {line}".strip()
    outward = one.postcode.split(" ")[0]
    address = {
        "streetNumber": premises,
        "streetName": line,
        "municipality": one.town,
        "countrySubdivision": one.region or "England",
        "countryCode": "GB",
        "country": "United Kingdom",
        "countryCodeISO3": "GBR",
        "freeformAddress": ", ".join(part for part in (street, one.town, one.postcode) if part),
        "localName": one.town,
    }
    if outward:
        address["postalCode"] = outward
    if " " in one.postcode:
        address["extendedPostalCode"] = one.postcode
    made: dict[str, Any] = {"type": "POI", "id": one.id, "score": round(9.9 - place * 0.01, 3)}
    if bias:
        made["dist"] = round(111_000 * abs(one.lat - bias[0]) + 68_000 * abs(one.lon - bias[1]), 6)
    return made | {
        "info": f"search:ta:{int(etag(one.id)[:12], 16)}-GB",
        "poi": poi,
        "address": address,
        "position": {"lat": one.lat, "lon": one.lon},
        "viewport": {
            "topLeftPoint": {"lat": round(one.lat + 0.0009, 5), "lon": round(one.lon - 0.00145, 5)},
            "btmRightPoint": {"lat": round(one.lat - 0.0009, 5), "lon": round(one.lon + 0.00145, 5)},
        },
        "entryPoints": [{"type": "main", "position": {"lat": one.lat, "lon": one.lon}}],
    }
