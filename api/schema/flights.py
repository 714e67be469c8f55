"""`flights(filter)`: every flight that matches, exactly counted, by plain scalars that are all optional."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from functools import lru_cache

import strawberry

from api.schema import types as t
from api.schema.context import AsOf, view_of
from api.service import Service
from graph.errors import InvalidValue
from graph.model import Entity, Revision, View
from graph.search import Filter

BUCKETS = 1000
"""Values that one list of counts names at most; the rest is summed in `others`."""


@strawberry.enum
class FlightDirection(Enum):
    ARRIVAL = "to"
    DEPARTURE = "from"


@strawberry.input(description="All that is given must hold; nothing given means all. Codes: ICAO or IATA.")
class FlightFilter:
    airport: str | None = strawberry.field(
        default=None, description="at either end, or at the one of `direction`"
    )
    direction: FlightDirection | None = None
    from_: str | None = strawberry.field(default=None, name="from")
    to: str | None = None
    operator: str | None = strawberry.field(default=None, description="ICAO designator, e.g. EZY")
    aircraft: str | None = strawberry.field(default=None, description="ICAO 24-bit address or registration")
    callsign: str | None = None
    number: str | None = None
    origin_country: str | None = strawberry.field(default=None, description="ISO 3166 alpha-2")
    destination_country: str | None = strawberry.field(default=None, description="ISO 3166 alpha-2")
    day_from: str | None = None
    day_to: str | None = None


@strawberry.type(description="How many flights by one value.")
class FlightCount:
    value: str
    flights: int


@strawberry.type(description="Counts by value, most first; others: under all values not named.")
class FlightCounts:
    values: list[FlightCount]
    others: int


@strawberry.type(description="Flights by (day, id). Totals and counts are exact.")
class Flights:
    total: t.Total
    flights: list[t.Entity]
    by_route: FlightCounts
    by_day: FlightCounts
    by_operator: FlightCounts
    truncated: t.Truncation | None
    revision: int


def flights(
    info: t.Info,
    filter: FlightFilter | None = None,
    limit: int = 50,
    after: str | None = None,
    as_of: AsOf | None = None,
) -> Flights:
    """The root field's resolver. after: the cursor of `truncated.next`; it goes on at its own revision."""
    if not 1 <= limit <= 1000:
        raise InvalidValue("limit", limit, "1 to 1000")
    view, place = _resume(view_of(info, as_of), after)
    service = info.context.service
    wanted = _wanted(filter or FlightFilter())
    live = _live(service, view, wanted)
    plain = service.search.select(view, wanted, after=place, limit=limit + 1)
    rows: list[tuple[str, bytes, Entity | None]] = [(doc.day, doc.anchor or b"", None) for doc in plain]
    rows += [
        (day, entity.id, entity)
        for entity, facets in live
        for day in [_day(facets)]
        if place is None or (day, entity.id) > place
    ]
    rows.sort(key=lambda row: row[:2])
    page, more = rows[:limit], len(rows) > limit
    found = service.graph.entities(view, [row[1] for row in page])
    cut = None
    if more:
        day, last, _ = page[-1]
        cut = t.Truncation(by="limit", limit=limit, next=f"{view.revision}/{day}/{last.hex()}")
    return Flights(
        total=t.Total(value=service.search.count(view, wanted) + len(live), relation="EQ"),
        flights=[t.Entity.of(entity, view) for entity in found if entity is not None],
        by_route=_counts(service, view, wanted, live, "route"),
        by_day=_counts(service, view, wanted, live, "day"),
        by_operator=_counts(service, view, wanted, live, "operator"),
        truncated=cut,
        revision=view.revision,
    )


def _wanted(given: FlightFilter) -> Filter:
    if given.direction and not given.airport:
        raise InvalidValue("direction", given.direction.name, "given with an airport")
    groups: list[tuple[str, ...]] = []
    if given.airport:
        groups.append(_codes(given.direction.value if given.direction else "airport", given.airport))
    if given.from_:
        groups.append(_codes("from", given.from_))
    if given.to:
        groups.append(_codes("to", given.to))
    for field, country in (("from", given.origin_country), ("to", given.destination_country)):
        if country:
            groups.append(tuple(f"{field}:{code}" for code in _country(country.strip().upper())))
    for field, value in (
        ("operator", given.operator),
        ("callsign", given.callsign),
        ("number", given.number),
    ):
        if value:
            groups.append((f"{field}:{''.join(value.upper().split())}",))
    if given.aircraft:
        text = given.aircraft.strip()
        groups.append((f"aircraft:{text.lower()}", f"aircraft:{text.upper()}"))
    return Filter("Flight", tuple(groups), given.day_from, given.day_to)


def _codes(field: str, code: str) -> tuple[str, ...]:
    """Facets of an airport by any of its codes: a flight carries those that its source gave."""
    text = code.strip().upper()
    return tuple(f"{field}:{name}" for name in sorted({text, *_same().get(text, ())}))


@lru_cache
def _same() -> dict[str, tuple[str, ...]]:
    import airportsdata

    pairs = [(icao, row["iata"]) for icao, row in airportsdata.load("ICAO").items() if row["iata"]]
    return {code: pair for pair in pairs for code in pair}


@lru_cache
def _country(country: str) -> tuple[str, ...]:
    """Codes of a country's airports, from the frozen table: the same for every reader."""
    import airportsdata

    rows = [
        (icao, row["iata"]) for icao, row in airportsdata.load("ICAO").items() if row["country"] == country
    ]
    if not rows:
        raise InvalidValue("country", country, "an ISO 3166 alpha-2 code with an airport")
    return tuple(sorted({code for pair in rows for code in pair if code}))


def _live(service: Service, view: View, wanted: Filter) -> list[tuple[Entity, frozenset[str]]]:
    """Matching flights that are not plain (mentions of several labels, or kept apart), assembled for this view."""
    documents = service.search.documents(view, service.search.live(view, wanted))
    entities = service.graph.located(view, [(doc.comp, doc.grp) for doc in documents])
    facets: dict[bytes, tuple[Entity, set[str]]] = {}
    for doc, entity in zip(documents, entities, strict=True):
        if entity is not None:
            facets.setdefault(entity.id, (entity, set()))[1].update(doc.facets)
    return [(entity, frozenset(held)) for entity, held in facets.values() if wanted.matches(held)]


def _day(facets: frozenset[str]) -> str:
    return min((facet[4:] for facet in facets if facet.startswith("day:")), default="")


def _counts(
    service: Service, view: View, wanted: Filter, live: list[tuple[Entity, frozenset[str]]], field: str
) -> FlightCounts:
    most = service.search.counts(view, wanted, by=field, limit=1_000_000)
    counted = Counter(dict(most.buckets))
    for _, facets in live:
        counted.update(facet.partition(":")[2] for facet in facets if facet.startswith(f"{field}:"))
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    named = [FlightCount(value=value, flights=n) for value, n in ordered[:BUCKETS]]
    return FlightCounts(values=named, others=most.others + sum(n for _, n in ordered[BUCKETS:]))


def _resume(view: View, after: str | None) -> tuple[View, tuple[str, bytes] | None]:
    if after is None:
        return view, None
    try:
        revision, day, last = after.split("/")
        return View(view.labels, Revision(int(revision)), view.valid), (day, bytes.fromhex(last))
    except ValueError as error:
        raise InvalidValue("after", after, "a cursor of this field") from error
