"""`flights(filter)`: every flight that matches, exactly counted, by plain scalars that are all optional."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import Enum

import strawberry

from api.schema.context import AsOf, Info, view_of
from api.schema.entities import Siblings
from api.schema.flight_terms import aircraft_terms, airport_terms, country_terms, number_terms, period
from api.schema.paging import PageInfo, Total, Truncation, first_of
from api.schema.views import Flight
from api.service import Service
from graph.errors import InvalidValue
from graph.model import Entity, View
from graph.model import Total as TotalModel
from graph.reading import cursors
from graph.search import CANDIDATES, Filter
from graph.values import clean
from graph.values.folding import bare

BUCKETS = 1000
"""Values that one list of counts names at most; the rest is summed in `others`."""


@strawberry.enum(description="Which end of a flight an airport is.")
class FlightDirection(Enum):
    ARRIVAL = "to"
    DEPARTURE = "from"


@strawberry.input(
    description="All that is given must hold; nothing given means all flights. Airports by ICAO or IATA code."
)
class FlightFilter:
    airport: str | None = strawberry.field(
        default=None, description="at either end, or at the one of `direction`"
    )
    direction: FlightDirection | None = None
    origin: str | None = strawberry.field(default=None, description="airport of departure")
    destination: str | None = strawberry.field(default=None, description="airport of arrival")
    from_: str | None = strawberry.field(
        default=None, name="from", description="first day (UTC) of the period: 2026-09-01, 2026-09 or 2026"
    )
    to: str | None = strawberry.field(default=None, description="last day of the period, included")
    operator: str | None = strawberry.field(
        default=None, description="ICAO or IATA designator, e.g. EZY or U2, or the whole name"
    )
    aircraft: str | None = strawberry.field(
        default=None, description="ICAO 24-bit address or registration, with or without its hyphen"
    )
    callsign: str | None = None
    number: str | None = strawberry.field(default=None, description="flight number as sold, e.g. BA 1393")
    origin_country: str | None = strawberry.field(
        default=None, description="ISO 3166 alpha-2 code or English name"
    )
    destination_country: str | None = strawberry.field(
        default=None, description="ISO 3166 alpha-2 code or English name"
    )


@strawberry.type(description="How many flights by one value.")
class FlightCount:
    value: str
    flights: int


@strawberry.type(description="Counts by value, most first; others: under all values not named.")
class FlightCounts:
    values: list[FlightCount]
    others: int


@strawberry.type(description="One flight of a page.")
class FlightEdge:
    node: Flight
    cursor: str


@strawberry.type(description="Flights by (day, id), and their exact total.")
class FlightConnection:
    edges: list[FlightEdge]
    nodes: list[Flight]
    total_count: Total
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int
    count: strawberry.Private[_Counting]

    @strawberry.field(
        description="Exact counts by route, 'EGCC-LKPR'; a flight without both ends is in none."
    )
    def by_route(self) -> FlightCounts:
        return self.count.by("route")

    @strawberry.field(description="Exact counts by UTC day.")
    def by_day(self) -> FlightCounts:
        return self.count.by("day")

    @strawberry.field(
        description="Exact counts by operator: its designator, else its name in capitals; a flight of unknown operator is in none."
    )
    def by_operator(self) -> FlightCounts:
        return self.count.by("operator")


def flights(
    info: Info,
    filter: FlightFilter | None = None,
    first: int = 50,
    after: str | None = None,
    as_of: AsOf | None = None,
) -> FlightConnection:
    """The root field's resolver. after: a cursor of an earlier answer; it goes on at its own revision."""
    service = info.context.service
    view, resumed = cursors.resume("flights", view_of(info, as_of), after, [str, str])
    place = None if resumed is None else (str(resumed[0]), cursors.id_of(resumed[1]))
    given = filter or FlightFilter()
    wanted = wanted_by(given, () if given.operator is None else _designators(service, view, given.operator))
    live = _live(service, view, wanted)
    plain = service.search.page(view, wanted, after=place, limit=first_of(first) + 1)
    total = service.search.count(view, wanted) if plain.total is None else plain.total
    rows: list[tuple[str, bytes]] = [(doc.day, doc.anchor or b"") for doc in plain.documents]
    mixed = [(_day(facets), entity.id) for entity, facets in live]
    rows = sorted(rows + [row for row in mixed if place is None or row > place])
    page, near = rows[:first], Siblings(service, view)
    marks = [cursors.cursor("flights", view, [day, mid.hex()]) for day, mid in page]
    found = service.graph.entities(view, [mid for _, mid in page])
    edges = [
        FlightEdge(node=Flight.of(entity, near), cursor=mark)
        for entity, mark in zip(found, marks, strict=True)
        if entity is not None
    ]
    more = len(rows) > first
    return FlightConnection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        total_count=Total.of(TotalModel(total + len(live))),
        page_info=PageInfo(has_next_page=more, end_cursor=marks[-1] if marks else None),
        truncated=[Truncation(by="first", limit=first, next=marks[-1])] if more else [],
        revision=view.revision,
        count=_Counting(service, view, wanted, live),
    )


def wanted_by(given: FlightFilter, designators: Sequence[str] = ()) -> Filter:
    """The facet filter that a flight filter means. designators: the operator's, all of them. InvalidValue for a value
    that its type cannot read."""
    if given.direction and not given.airport:
        raise InvalidValue("direction", given.direction.name, "given with an airport")
    groups: list[tuple[str, ...]] = []
    for field, code in (
        (given.direction.value if given.direction else "airport", given.airport),
        ("from", given.origin),
        ("to", given.destination),
    ):
        if code is not None:
            groups.append(airport_terms(field, code))
    for field, country in (("from", given.origin_country), ("to", given.destination_country)):
        if country is not None:
            groups.append(country_terms(field, country))
    if given.operator is not None:
        groups.append(tuple(f"operator:{code}" for code in designators))
    if given.callsign is not None:
        groups.append((f"callsign:{clean('callsign', given.callsign)}",))
    if given.number is not None:
        groups.append(number_terms(given.number))
    if given.aircraft is not None:
        groups.append(aircraft_terms(given.aircraft))
    first, last = period(given.from_, given.to)
    return Filter("Flight", tuple(groups), first, last)


def _designators(service: Service, view: View, text: str) -> list[str]:
    """What flights may carry of an operator: its designator or name as given, and all designators and names of the
    operators that have it. A flight carries the ICAO designator where its source has it, else the IATA one, else the name."""
    code, name = clean("code", text).upper(), bare(text)
    hits = service.search.find(view, code, kinds=["Organisation"], limit=CANDIDATES).hits
    found = [one for one in service.graph.located(view, [(h.comp, h.grp) for h in hits]) if one is not None]
    codes = {code, name or code}
    for said in service.graph.values_of_all(view, found):
        designators = {v.value.upper() for v in said.values if v.property in ("airline_icao", "airline_iata")}
        names = {bare(v.value) for v in said.values if v.property == "name"}
        if code in designators or (name and name in names):
            codes |= designators | names - {""}
    return sorted(codes)


class _Counting:
    """Counts of what a filter matches, worked out only for the fields that are asked for."""

    def __init__(self, service: Service, view: View, wanted: Filter, live: _Live) -> None:
        self._service, self._view, self._wanted, self._live = service, view, wanted, live

    def by(self, field: str) -> FlightCounts:
        # All values, not the first thousand: a mixed flight's may be any of them.
        most = BUCKETS if not self._live else 1_000_000
        found = self._service.search.counts(self._view, self._wanted, by=field, limit=most)
        counted = Counter(dict(found.buckets))
        for _, facets in self._live:
            counted.update(facet.partition(":")[2] for facet in facets if facet.startswith(f"{field}:"))
        ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        named = [FlightCount(value=value, flights=n) for value, n in ordered[:BUCKETS]]
        return FlightCounts(values=named, others=found.others + sum(n for _, n in ordered[BUCKETS:]))


_Live = Sequence[tuple[Entity, frozenset[str]]]


def _live(service: Service, view: View, wanted: Filter) -> _Live:
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
