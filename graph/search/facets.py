"""Faceted reads: pages, exact totals and counts of plain documents, and which components must be worked out live.

A plain component is one document and one entity for whoever sees it, so the index counts entities by counting
documents. Of any other component every reader may see other entities: `live` names those that might match, and the
caller assembles them and asks Filter.matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import tantivy

from graph.errors import ClewError, InvalidValue
from graph.model import View
from graph.search.documents import Document, load, order_number
from graph.search.files import Reader
from graph.search.filters import Filter, Q, all_of, clauses, field_name, plain, visible

_SEGMENT_SIZE: Final = 2**31 - 1
"""Values counted in each segment before any is dropped: none, so that the merged counts are exact."""

_TIES: Final = 100
"""Values fetched beyond the limit: when equal counts end within them, they need not be asked for again."""

_COMPS: Final = 1000
"""Components looked up by one query."""


class Counts(NamedTuple):
    """buckets: (value, documents), most first, equal ones by value. others: documents under all other values,
    where one with two values counts under both. A document without the field is in neither."""

    buckets: tuple[tuple[str, int], ...]
    others: int


class Page(NamedTuple):
    """Documents in order. total: how many the filter means on all pages, exactly, told with the first page (where
    it costs nothing); None on later ones (ask SearchIndex.count)."""

    documents: tuple[Document, ...]
    total: int | None


NO_PAGE: Final = Page((), 0)
NO_COUNTS: Final = Counts((), 0)


def page(
    reader: Reader, view: View, wanted: Filter, after: tuple[str, bytes] | None, limit: int, ascending: bool
) -> Page:
    """One page; see SearchIndex.page."""
    query = plain(reader.schema, view, reader.head, wanted)
    if after is not None:
        edge = order_number(*after)
        low, high = (edge, None) if ascending else (None, edge)
        beyond = Q.range_query(reader.schema, "order", tantivy.FieldType.Unsigned, low, high)
        query = all_of([query, beyond])
    take = limit + 1
    while True:
        found = _ordered(reader, query, "order", take, ascending, total=after is None)
        docs = sorted(fetch(reader, (at for _, at in found.hits)), key=_place, reverse=not ascending)
        if after is not None:
            docs = [doc for doc in docs if (_place(doc) > after if ascending else _place(doc) < after)]
        # `order` holds only the head of an id: the page is sure when it ends before the last order fetched.
        sure = len(docs) > limit and order_number(*_place(docs[limit - 1])) != found.hits[-1][0]
        if sure or len(found.hits) < take:
            return Page(tuple(docs[:limit]), found.count if after is None else None)
        take *= 2


def count(reader: Reader, view: View, wanted: Filter) -> int:
    """How many plain documents match, exactly."""
    return counted(reader, plain(reader.schema, view, reader.head, wanted))


def counts(reader: Reader, view: View, wanted: Filter, by: str, limit: int) -> Counts:
    """The `limit` most frequent values of a facet field (by: "route", "day", "operator" …) and the rest's sum.

    Tantivy does not say in which order it cuts equal counts, so values that tie with the last are asked for again
    in the order of their text."""
    return counts_of(reader, plain(reader.schema, view, reader.head, wanted), f"f.{field_name(by)}", limit)


def counts_of(reader: Reader, query: tantivy.Query, field: str, limit: int) -> Counts:
    """As counts, of the documents that a query finds."""
    buckets, others = _buckets(
        reader, query, {"field": field, "size": limit + _TIES, "order": {"_count": "desc"}}
    )
    total = others + sum(n for _, n in buckets)
    if others and buckets[-1][1] == buckets[limit - 1][1]:
        edge = buckets[-1][1]
        above = [(value, n) for value, n in buckets if n > edge]
        # Of the first `limit + above` values by text that reach the edge, at most `above` are over it.
        terms = {"field": field, "size": limit + len(above), "min_doc_count": edge, "order": {"_key": "asc"}}
        ties, _ = _buckets(reader, query, terms)
        buckets = above + [pair for pair in ties if pair[1] == edge]
    shown = tuple(sorted(buckets, key=lambda pair: (-pair[1], pair[0]))[:limit])
    return Counts(shown, total - sum(n for _, n in shown))


def live(reader: Reader, view: View, wanted: Filter) -> list[int]:
    """Components that have, for each condition of the filter, a visible non-plain document that meets it.

    An entity that matches lies in such a component, since each facet it holds is held by one of its documents."""
    base = [*visible(reader.schema, view, reader.head), Q.term_query(reader.schema, "plain", 0)]
    found: set[int] | None = None
    for clause in clauses(reader.schema, wanted):
        query = all_of([*base, clause])
        comps = {comp for comp, _ in top(reader, query, "comp", counted(reader, query), True)}
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
        found += fetch(reader, (at for _, at in top(reader, query, "comp", counted(reader, query), True)))
    return sorted(found, key=lambda doc: (doc.comp, doc.key, doc.row))


def top(
    reader: Reader, query: tantivy.Query, field: str, limit: int, ascending: bool
) -> list[tuple[int, tantivy.DocAddress]]:
    """The first documents by a number, with it; equal ones in no order that may be shown."""
    if limit <= 0:
        return []
    hits: list[tuple[int, tantivy.DocAddress]] = _ordered(reader, query, field, limit, ascending).hits
    return hits


def _ordered(
    reader: Reader, query: tantivy.Query, field: str, limit: int, ascending: bool, *, total: bool = False
) -> Any:
    """Tantivy's result: `hits`, and `count` when the total is asked for, which costs next to nothing here."""
    order = tantivy.Order.Asc if ascending else tantivy.Order.Desc
    return reader.searcher.search(query, limit=limit, count=total, order_by_field=field, order=order)


def fetch(reader: Reader, addresses: Iterable[tantivy.DocAddress]) -> list[Document]:
    """The documents at these addresses of the same reader."""
    return [load(reader.searcher, at) for at in addresses]


def _place(doc: Document) -> tuple[str, bytes]:
    return doc.day, doc.key


def counted(reader: Reader, query: tantivy.Query) -> int:
    """How many documents a query finds."""
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
