"""Faceted reads: pages, exact totals and counts of plain documents, and which components must be worked out live.

A plain component is one document and one entity for whoever sees it, so the index counts entities by counting
documents. Of any other component every reader may see other entities: `live` names those that might match, and the
caller assembles them and asks Filter.matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import tantivy

from graph.errors import ClewError, InvalidValue
from graph.model import View
from graph.search.documents import Document, load, order_number
from graph.search.files import Reader
from graph.search.filters import Filter, Q, all_of, clauses, field_name, visible

_SEGMENT_SIZE: Final = 2**31 - 1
"""Values counted in each segment before any is dropped: none, so that the merged counts are exact."""

_COMPS: Final = 1000
"""Components looked up by one query."""


class Counts(NamedTuple):
    """buckets: (value, documents), most first, equal ones by value. others: documents under all other values,
    where one with two values counts under both. A document without the field is in neither."""

    buckets: tuple[tuple[str, int], ...]
    others: int


NO_COUNTS: Final = Counts((), 0)


def plain(reader: Reader, view: View, wanted: Filter) -> list[tantivy.Query]:
    """Clauses for the visible plain documents that match."""
    rest = list(clauses(reader.schema, wanted))
    return [*visible(reader.schema, view, reader.head), Q.term_query(reader.schema, "plain", 1), *rest]


def select(
    reader: Reader, view: View, wanted: Filter, after: tuple[str, bytes] | None, limit: int, ascending: bool
) -> list[Document]:
    """One page; see SearchIndex.select."""
    queries = plain(reader, view, wanted)
    if after is not None:
        edge = order_number(*after)
        low, high = (edge, None) if ascending else (None, edge)
        queries.append(Q.range_query(reader.schema, "order", tantivy.FieldType.Unsigned, low, high))
    query, take = all_of(queries), limit + 1
    while True:
        hits = top(reader, query, "order", take, ascending)
        page = sorted(fetch(reader, (at for _, at in hits)), key=_place, reverse=not ascending)
        if after is not None:
            page = [doc for doc in page if (_place(doc) > after if ascending else _place(doc) < after)]
        # `order` holds only the head of an id: the page is sure when it ends before the last order fetched.
        if len(hits) < take or (len(page) > limit and order_number(*_place(page[limit - 1])) != hits[-1][0]):
            return page[:limit]
        take *= 2


def count(reader: Reader, view: View, wanted: Filter) -> int:
    """How many plain documents match, exactly."""
    return _count(reader, all_of(plain(reader, view, wanted)))


def counts(reader: Reader, view: View, wanted: Filter, by: str, limit: int) -> Counts:
    """The `limit` most frequent values of a facet field (by: "route", "day", "operator" …) and the rest's sum.

    Tantivy does not say in which order it cuts equal counts, so values that tie with the last are asked for again
    in the order of their text."""
    query, field = all_of(plain(reader, view, wanted)), f"f.{field_name(by)}"
    most = _buckets(reader, query, {"field": field, "size": limit, "order": {"_count": "desc"}})
    buckets, others = most
    if others and len(buckets) == limit:
        edge = min(n for _, n in buckets)
        above = [(value, n) for value, n in buckets if n > edge]
        # Of the first `limit + above` values by text that reach the edge, at most `above` are over it.
        size = {"field": field, "size": limit, "min_doc_count": edge, "order": {"_key": "asc"}}
        ties, _ = _buckets(reader, query, size | {"size": limit + len(above)})
        total = others + sum(n for _, n in buckets)
        buckets = above + sorted(pair for pair in ties if pair[1] == edge)[: limit - len(above)]
        others = total - sum(n for _, n in buckets)
    return Counts(tuple(sorted(buckets, key=lambda pair: (-pair[1], pair[0]))), others)


def live(reader: Reader, view: View, wanted: Filter) -> list[int]:
    """Components that have, for each condition of the filter, a visible non-plain document that meets it.

    An entity that matches lies in such a component, since each facet it holds is held by one of its documents."""
    base = [*visible(reader.schema, view, reader.head), Q.term_query(reader.schema, "plain", 0)]
    found: set[int] | None = None
    for clause in clauses(reader.schema, wanted):
        query = all_of([*base, clause])
        comps = {comp for comp, _ in top(reader, query, "comp", _count(reader, query), True)}
        found = comps if found is None else found & comps
        if not found:
            return []
    return sorted(found or ())


def documents(reader: Reader, view: View, comps: Sequence[int]) -> list[Document]:
    """The visible documents of components, ordered by (comp, key)."""
    found: list[Document] = []
    wanted = sorted(set(comps))
    for start in range(0, len(wanted), _COMPS):
        some = Q.term_set_query(reader.schema, "comp", wanted[start : start + _COMPS])
        query = all_of([*visible(reader.schema, view, reader.head), some])
        found += fetch(reader, (at for _, at in top(reader, query, "comp", _count(reader, query), True)))
    return sorted(found, key=lambda doc: (doc.comp, doc.key, doc.row))


def top(
    reader: Reader, query: tantivy.Query, field: str, limit: int, ascending: bool
) -> list[tuple[int, tantivy.DocAddress]]:
    """The first documents by a number, with it; equal ones in no order that may be shown."""
    if limit <= 0:
        return []
    order = tantivy.Order.Asc if ascending else tantivy.Order.Desc
    hits: list[tuple[int, tantivy.DocAddress]] = reader.searcher.search(
        query, limit=limit, count=False, order_by_field=field, order=order
    ).hits
    return hits


def fetch(reader: Reader, addresses: Iterable[tantivy.DocAddress]) -> list[Document]:
    """The documents at these addresses of the same reader."""
    return [load(reader.searcher, at) for at in addresses]


def _place(doc: Document) -> tuple[str, bytes]:
    return doc.day, doc.key


def _count(reader: Reader, query: tantivy.Query) -> int:
    found = reader.searcher.aggregate(query, {"n": {"value_count": {"field": "row"}}})
    return int(found["n"]["value"])


def _buckets(
    reader: Reader, query: tantivy.Query, terms: dict[str, object]
) -> tuple[list[tuple[str, int]], int]:
    """(value, count) pairs and the sum of the rest's. Raises InvalidValue for more values than can be listed."""
    try:
        found = reader.searcher.aggregate(query, {"n": {"terms": {**terms, "segment_size": _SEGMENT_SIZE}}})[
            "n"
        ]
    except ValueError as error:
        raise InvalidValue("limit", terms["size"], "at most 65,000 values") from error
    if found.get("doc_count_error_upper_bound"):
        raise ClewError(f"Counts by {terms['field']} are not exact.")
    buckets = [(str(bucket["key"])[1:], int(bucket["doc_count"])) for bucket in found["buckets"]]
    return buckets, int(found.get("sum_other_doc_count") or 0)
