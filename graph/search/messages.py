"""Texts in the index: what they are found by, and pages of them with exact totals.

A text is in the answer or not by what it holds itself; nothing is ranked by how common a word is. Texts are ordered by
(time to the millisecond, tid): those without a time come before all others.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson
import tantivy

from graph.model import LabelId, View
from graph.search import facets
from graph.search.documents import key_number
from graph.search.files import Reader
from graph.search.filters import MUST, Q, all_of, any_of, field_name, visible
from graph.search.following import Kind
from graph.search.words import Clause, tokens_in
from graph.tables import handles

UNDETERMINED: Final = "und"
"""The language of a text that has none, as BCP 47 writes it."""

Place = tuple[str, bytes]
"""(moment it was sent at, or "", and tid) of a text: the cursor after it."""

_ID_BITS: Final = 15
_LEAST: Final = "0001-01-01T00:00:00.000"
_YEAR_ONE: Final = datetime.fromisoformat(_LEAST)


class TextDoc(NamedTuple):
    """A `texts` row (graph/tables.py) put at the revision `since`. derived: its JSON, read."""

    row: int
    tid: bytes
    label: LabelId
    source: int
    rec_key: str
    slot: str
    kind: str
    author: bytes | None
    author_keys: tuple[str, ...]
    room: bytes | None
    room_keys: tuple[str, ...]
    about: tuple[str, ...]
    sent_at: str | None
    body: str
    reply_to: str | None
    language: str | None
    derived: dict[str, dict[str, Any]]
    observed_at: str
    revision: int
    locator: str
    since: int

    @property
    def place(self) -> Place:
        return _place_of(self.sent_at), self.tid

    @property
    def tongue(self) -> str:
        """The language to find and count it by: as stated, else as detected, else "und": never an assumed one."""
        return self.language or str(self.derived.get("language", {}).get("value") or UNDETERMINED)

    @property
    def tongues(self) -> list[str]:
        """The terms of its language: `tongue`, and beside "und" what is assumed for it, as assumed_term has it."""
        assumed = self.derived.get("language", {}).get("assumed")
        return (
            [UNDETERMINED, assumed_term(assumed)]
            if assumed and self.tongue == UNDETERMINED
            else [self.tongue]
        )


def assumed_term(language: str) -> str:
    """The term of texts that say no language and for which this one is assumed."""
    return f"~{language}"


@dataclass(frozen=True, slots=True)
class Handles:
    """A thing that texts are by, in or about, as one reader sees it: texts with one of `terms` (graph.tables.handles),
    and those with a term of `shared` that have none of its `others`: mentions of the same keys, judged another."""

    terms: tuple[str, ...] = ()
    shared: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class TextFilter:
    """Which texts; None and () mean any. first, last: texts of times as ISO 8601 begins, both included: "2026-09-01" as
    last is all of that day. languages: as TextDoc.tongues has them. words: as words.asked reads a question; None without one."""

    author: Handles | None = None
    room: Handles | None = None
    about: Handles | None = None
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    words: tuple[Clause, ...] | None = None


class Page(NamedTuple):
    """Texts in order. total: how many match on all pages, exactly."""

    documents: tuple[TextDoc, ...]
    total: int


NO_PAGE: Final = Page((), 0)


def schema() -> tantivy.Schema:
    """The fields. `f` holds what texts are counted by, each value behind "=" as in documents.py."""
    build = tantivy.SchemaBuilder()
    for name in ("row", "label", "since", "until", "key", "order"):
        build.add_unsigned_field(name, indexed=True, fast=True)
    build.add_unsigned_field("head", indexed=True, stored=True)
    for name in ("kind", "author", "room", "about", "language"):
        build.add_text_field(name, tokenizer_name="raw", index_option="basic")
    build.add_text_field("token", tokenizer_name="whitespace", index_option="position")
    build.add_json_field("f", tokenizer_name="raw", index_option="basic", fast=True)
    build.add_bytes_field("doc", stored=True)
    return build.build()


def from_row(row: Sequence[Any], since: int) -> TextDoc:
    """A `texts` row (its values in the order of the schema) put at a revision."""
    number, tid, label, source, key, slot, kind, author, author_keys, room, room_keys, about, *rest = row
    sent_at, body, reply_to, language, derived, observed_at, revision, locator = rest
    return TextDoc(
        number, tid, label, source, key, slot, kind, author, tuple(author_keys or ()), room, tuple(room_keys or ()),
        tuple(about or ()), sent_at, body, reply_to, language, json.loads(derived) if derived else {}, observed_at,
        revision, locator, since,
    )  # fmt: skip


@lru_cache(maxsize=1 << 16)
def moment(time: str, *, last: bool = False) -> str:
    """A time to the millisecond, "2026-09-01T12:00:00.000", of as much of it as is written; last: the end of that.

    Raises ValueError for what is no time."""
    written = time.rstrip("Z")[: len(_LEAST)]
    ends = [_LEAST]
    if last:
        # A month may have no 31st.
        ends = [f"9999-12-{day}T23:59:59.999" for day in (31, 30, 29, 28)]
    for end in ends:
        try:
            return datetime.fromisoformat(written + end[len(written) :]).isoformat(timespec="milliseconds")
        except ValueError:
            if end is ends[-1]:
                raise
    raise AssertionError


def millis(at: str) -> int:
    """Whole milliseconds from the year 1 to a moment."""
    gap = datetime.fromisoformat(at) - _YEAR_ONE
    return (gap.days * 86_400 + gap.seconds) * 1000 + gap.microseconds // 1000


@lru_cache(maxsize=1 << 16)
def _place_of(sent_at: str | None) -> str:
    """Its moment; "" where there is none, or an odd text, which must not stop the index."""
    try:
        return moment(sent_at) if sent_at else ""
    except ValueError:
        return ""


def order_number(at: str, tid: bytes) -> int:
    """Sorts as (moment, tid) does, up to ties of the id's first bits; without a time first."""
    head = 1 + millis(at) if at else 0
    return head << _ID_BITS | int.from_bytes(tid[:2], "big") >> (16 - _ID_BITS)


def to_json(doc: TextDoc, until: int) -> str:
    """The Tantivy document, as the JSON text its writer takes."""
    stored = orjson.dumps(
        [doc.row, doc.tid.hex(), doc.label, doc.source, doc.rec_key, doc.slot, doc.kind, doc.author and doc.author.hex(),
         doc.author_keys, doc.room and doc.room.hex(), doc.room_keys, doc.about, doc.sent_at, doc.body, doc.reply_to,
         doc.language, doc.derived, doc.observed_at, doc.revision, doc.locator, doc.since]
    )  # fmt: skip
    day = doc.place[0][:10]
    counted = {"language": f"={doc.tongue}", **({"day": f"={day}"} if day else {})}
    fields: dict[str, Any] = {
        "row": doc.row, "label": doc.label, "since": doc.since, "until": until, "key": key_number(doc.tid),
        "order": order_number(*doc.place), "kind": doc.kind, "language": doc.tongues,
        "author": [] if doc.author is None else handles(doc.author, doc.author_keys),
        "room": [] if doc.room is None else handles(doc.room, doc.room_keys), "about": list(doc.about),
        "token": " ".join(tokens_in(doc.body)), "f": counted,
        "doc": b64encode(stored).decode(),
    }  # fmt: skip
    return orjson.dumps(fields).decode()


def load(searcher: tantivy.Searcher, at: tantivy.DocAddress) -> TextDoc:
    """The text at an address of a searcher."""
    stored: Any = searcher.doc(at).get_first("doc")
    values = orjson.loads(stored)
    for index in (1, 7, 9):
        values[index] = None if values[index] is None else bytes.fromhex(values[index])
    for index in (8, 10, 11):
        values[index] = tuple(values[index])
    return TextDoc(*values)


TEXTS: Final[Kind[TextDoc]] = Kind("texts", "texts", schema, from_row, to_json, load)


def page(
    reader: Reader, view: View, wanted: TextFilter, after: Place | None, limit: int, ascending: bool
) -> Page:
    """The texts that match by (sent_at, tid), those beyond `after` only, and how many match in all."""
    query = _query(reader, view, wanted)
    total = facets.counted(reader, query)
    if after is not None:
        edge = order_number(*after)
        low, high = (edge, None) if ascending else (None, edge)
        query = all_of([query, _between(reader.schema, low, high)])
    take = limit + 1
    while True:
        found = facets.top(reader, query, "order", take, ascending)
        docs = sorted(
            (load(reader.searcher, at) for _, at in found), key=lambda doc: doc.place, reverse=not ascending
        )
        if after is not None:
            docs = [doc for doc in docs if (doc.place > after if ascending else doc.place < after)]
        # `order` holds only the head of an id: the page is sure when it ends before the last order fetched.
        sure = len(docs) > limit and order_number(*docs[limit - 1].place) != found[-1][0]
        if sure or len(found) < take:
            return Page(tuple(docs[:limit]), total)
        take *= 2


def counts(reader: Reader, view: View, wanted: TextFilter, by: str, limit: int) -> facets.Counts:
    """Texts that match by their "day" or "language": see facets.counts."""
    return facets.counts_of(reader, _query(reader, view, wanted), f"f.{field_name(by)}", limit)


def _query(reader: Reader, view: View, wanted: TextFilter) -> tantivy.Query:
    return all_of([*visible(reader.schema, view, reader.head), *_conditions(reader.schema, wanted)])


def _conditions(schema: tantivy.Schema, wanted: TextFilter) -> Iterator[tantivy.Query]:
    for field, thing in (("author", wanted.author), ("room", wanted.room), ("about", wanted.about)):
        if thing is not None:
            yield any_of(list(_held(schema, field, thing)))
    for field, values in (("language", wanted.languages), ("kind", wanted.kinds)):
        if values:
            yield Q.term_set_query(schema, field, sorted(set(values)))
    if wanted.first is not None or wanted.last is not None:
        low = None if wanted.first is None else 1 + millis(moment(wanted.first)) << _ID_BITS
        high = None if wanted.last is None else (2 + millis(moment(wanted.last, last=True)) << _ID_BITS) - 1
        # A text without a time was sent at none of a period.
        yield _between(schema, 1 << _ID_BITS if low is None else low, high)
    if wanted.words is not None:
        yield _said(schema, wanted.words)


def _held(schema: tantivy.Schema, field: str, thing: Handles) -> Iterator[tantivy.Query]:
    if thing.terms:
        yield Q.term_set_query(schema, field, sorted(thing.terms))
    for term, others in thing.shared:
        own = Q.term_query(schema, field, term)
        apart = [(tantivy.Occur.MustNot, Q.term_set_query(schema, field, sorted(others)))] if others else []
        yield Q.boolean_query([(MUST, own), *apart])


def _said(schema: tantivy.Schema, clauses: Iterable[Clause]) -> tantivy.Query:
    """Texts that hold all that is wanted and nothing that is not; none for a question without a word."""
    parts = [
        (MUST if clause.wanted else tantivy.Occur.MustNot, _clause(schema, clause)) for clause in clauses
    ]
    if not parts:
        return Q.empty_query()
    if all(occur != MUST for occur, _ in parts):
        parts.append((MUST, Q.all_query()))
    return Q.boolean_query(parts)


def _clause(schema: tantivy.Schema, clause: Clause) -> tantivy.Query:
    first = clause.tokens[0]
    if clause.how == "prefix":
        return Q.fuzzy_term_query(schema, "token", first, distance=0, prefix=True)
    if len(clause.tokens) == 1:
        return Q.term_query(schema, "token", first)
    return Q.phrase_query(schema, "token", list(clause.tokens))


def _between(schema: tantivy.Schema, low: int | None, high: int | None) -> tantivy.Query:
    return Q.range_query(schema, "order", tantivy.FieldType.Unsigned, low, high)
