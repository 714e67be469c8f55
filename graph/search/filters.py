"""What a read asks for, as Tantivy queries: the reader's View, and a facet filter that also judges an entity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

import tantivy

from graph.errors import InvalidValue
from graph.model import Revision, View
from graph.search.documents import cell, day_number, split_facet
from graph.tables import OPEN

Q, MUST, SHOULD = tantivy.Query, tantivy.Occur.Must, tantivy.Occur.Should


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents: of one kind, holding a facet of every group in all_of ("from:EGCC"), on a day in a range.

    day_from, day_to: ISO days, both included, None open. An entity matches when its facets, taken together, do;
    with several days, when one of them is in the range. An empty group in all_of matches nothing.
    Raises InvalidValue for a facet that is not field:VALUE or a day that is none."""

    kind: str = "Flight"
    all_of: tuple[tuple[str, ...], ...] = ()
    day_from: str | None = None
    day_to: str | None = None

    def __post_init__(self) -> None:
        for facet in (facet for group in self.all_of for facet in group):
            split_facet(facet)
        for day in (self.day_from, self.day_to):
            if day is not None:
                day_number(day)

    def matches(self, facets: Set[str]) -> bool:
        """Whether an entity of the kind with all these facets is meant: the same answer the index gives. One without
        facets is only named by a text, and never meant."""
        return (
            bool(facets)
            and all(any(facet in facets for facet in group) for group in self.all_of)
            and self._on_day(facets)
        )

    def _on_day(self, facets: Set[str]) -> bool:
        if self.day_from is None and self.day_to is None:
            return True
        low, high = self.day_from or "", self.day_to or "9999-12-31"
        return any(low <= facet[4:] <= high for facet in facets if facet.startswith("day:"))


def plain(schema: tantivy.Schema, view: View, head: Revision, wanted: Filter) -> tantivy.Query:
    """The plain documents that a view sees and the filter means."""
    now = view.revision == head
    cells = [cell(wanted.kind, label, standing=now) for label in sorted(view.labels)]
    seen = [Q.term_set_query(schema, "cell", cells) if cells else Q.empty_query()]
    return all_of([*seen, *([] if now else _stood(schema, view)), *_conditions(schema, wanted)])


def visible(schema: tantivy.Schema, view: View, head: Revision) -> list[tantivy.Query]:
    """Clauses that let through what a view sees: label in its labels, since <= revision < until.

    At the head nothing is newer and only open rows stand: one term says so, cheaper than two ranges."""
    labels = Q.term_set_query(schema, "label", sorted(view.labels)) if view.labels else Q.empty_query()
    if view.revision == head:
        return [labels, Q.term_query(schema, "until", OPEN)]
    return [labels, *_stood(schema, view)]


def _stood(schema: tantivy.Schema, view: View) -> list[tantivy.Query]:
    unsigned = tantivy.FieldType.Unsigned
    return [
        Q.range_query(schema, "since", unsigned, None, view.revision),
        Q.range_query(schema, "until", unsigned, view.revision + 1, None),
    ]


def clauses(schema: tantivy.Schema, wanted: Filter) -> Iterator[tantivy.Query]:
    """One query a condition of the filter: the kind, each group of facets, the days."""
    yield Q.term_query(schema, "kind", wanted.kind)
    yield from _conditions(schema, wanted)


def _conditions(schema: tantivy.Schema, wanted: Filter) -> Iterator[tantivy.Query]:
    for group in wanted.all_of:
        by_field: dict[str, set[str]] = {}
        for field, value in map(split_facet, group):
            by_field.setdefault(field, set()).add(f"={value}")
        yield any_of(
            [
                Q.term_set_query(schema, f"f.{field}", sorted(values))
                for field, values in sorted(by_field.items())
            ]
        )
    if wanted.day_from is not None or wanted.day_to is not None:
        low = None if wanted.day_from is None else day_number(wanted.day_from)
        high = None if wanted.day_to is None else day_number(wanted.day_to)
        # From the posting lists: costs what the days hold, where the column would be read from end to end.
        yield Q.range_query(schema, "day", tantivy.FieldType.Unsigned, low, high, use_inverted_index=True)


def kinds_term(schema: tantivy.Schema, kinds: Sequence[str]) -> list[tantivy.Query]:
    """A clause for documents of any of these kinds; none when no kind is named."""
    return [any_of([Q.term_query(schema, "kind", kind) for kind in sorted(set(kinds))])] if kinds else []


def all_of(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    """Documents in every query."""
    return Q.boolean_query([(MUST, query) for query in queries])


def any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """Documents in any query; none for no query."""
    if not queries:
        return Q.empty_query()
    return queries[0] if len(queries) == 1 else Q.boolean_query([(SHOULD, query) for query in queries])


def field_name(name: str) -> str:
    """A facet field as it is asked for by name. Raises InvalidValue when it cannot be one."""
    if not name.isascii() or not name.replace("_", "a").isalnum():
        raise InvalidValue("facet field", name, "a name of a-z, 0-9 and _")
    return name
