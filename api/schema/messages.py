"""`messages(filter, text)`: what people wrote, found by its words, its author, its room, its time and its language."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import cached_property
from typing import Any

import strawberry

from api.schema.context import AsOf, Info, mention_ids, view_of
from api.schema.entities import Entity, Siblings
from api.schema.paging import PageInfo, Total, Truncation, first_of
from api.service import Service
from graph.errors import InvalidValue
from graph.model import Entity as EntityModel
from graph.model import Total as TotalModel
from graph.model import View
from graph.reading import cursors
from graph.reading.texts import texts_of
from graph.search import Handles, TextDoc, TextFilter
from graph.search.messages import assumed_term
from graph.search.words import Clause, asked, places
from graph.values import clean, partial_date

CONTEXT = 160
"""Characters of a text around its first hit that `context` shows."""

MOST_MARKS = 100
"""Hits that are marked in one text; `highlightsCut` says that there are more."""

BUCKETS = 1000
"""Values that one list of counts names at most; the rest is summed in `others`."""


@strawberry.enum(description="In which order of time messages come.")
class MessageOrder(Enum):
    NEWEST = "newest"
    OLDEST = "oldest"


@strawberry.input(description="All that is given must hold; nothing given means all messages.")
class MessageFilter:
    room: strawberry.ID | None = strawberry.field(default=None, description="a chat room, by any id of it")
    author: strawberry.ID | None = strawberry.field(default=None, description="who wrote it, by any id")
    mentions: strawberry.ID | None = strawberry.field(
        default=None, description="what it names: a phone, flight, vehicle …, by any id"
    )
    from_: str | None = strawberry.field(
        default=None,
        name="from",
        description="sent then or later: 2026-09-01, 2026-09, 2026 or 2026-09-01T12:00:00Z",
    )
    to: str | None = strawberry.field(
        default=None, description="sent then or before, what is written included"
    )
    language: str | None = strawberry.field(
        default=None,
        description="as stated, else detected: ISO 639-1 (639-3 for a language that has no such code, as pcm), or und for none; what is assumed of a room is not meant",
    )
    assumed: bool = strawberry.field(
        default=False,
        description="with language: texts too that say no language, of a room for which this one is assumed",
    )
    kind: str | None = strawberry.field(
        default=None, description="message, system, forwarded, embed, file name, note …"
    )


@strawberry.type(
    description="Where in a text something stands: characters (code points) from 0, end not included."
)
class Highlight:
    start: int
    end: int


@strawberry.type(
    description="The language of a text. value: ISO 639-1 (639-3 for a language that has no such code, as pcm), und where it says nothing; assumed: then, of its room, where at least 5 texts say theirs and two thirds of them say this; stated: by its source."
)
class MessageLanguage:
    value: str
    assumed: str | None
    stated: bool
    confidence: float | None
    derived_by: str | None


@strawberry.type(description="Something that somebody wrote, or that the platform did in their name.")
class Message:
    id: strawberry.ID
    kind: str
    text: str
    sent_at: str | None
    language: MessageLanguage | None
    highlights: list[Highlight] = strawberry.field(description="where it holds what was asked for")
    highlights_cut: bool
    context: str = strawberry.field(description="the words around the first hit, or the text's beginning")
    reply_to: str | None = strawberry.field(
        description="key of the record that it answers, in the same source"
    )
    source: str
    key: str
    locator: str
    observed_at: str
    revision: int
    doc: strawberry.Private[TextDoc]
    near: strawberry.Private[_Near]

    @strawberry.field(description="Who wrote it.")
    def author(self) -> Entity | None:
        return self.near.one(self.doc.author)

    @strawberry.field(description="The room that it was written in.")
    def room(self) -> Entity | None:
        return self.near.one(self.doc.room)

    @strawberry.field(description="What it names, derived from its words, by id.")
    def mentions(self) -> list[Entity]:
        found = (self.near.one(mid) for mid in _named(self.doc))
        held = {entity.id: entity for entity in found if entity is not None}
        return [held[key] for key in sorted(held)]


@strawberry.type(description="One message of a page.")
class MessageEdge:
    node: Message
    cursor: str


@strawberry.type(description="How many messages by one value.")
class MessageCount:
    value: str
    messages: int


@strawberry.type(description="Counts by value, most first; others: under all values not named.")
class MessageCounts:
    values: list[MessageCount]
    others: int


@strawberry.type(description="Messages by (time, id), and their exact total.")
class MessageConnection:
    edges: list[MessageEdge]
    nodes: list[Message]
    total_count: Total
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int
    counting: strawberry.Private[_Counting]

    @strawberry.field(description="Exact counts by language, as `filter.language` finds them.")
    def by_language(self) -> MessageCounts:
        return self.counting.by("language")

    @strawberry.field(description="Exact counts by UTC day; a message without a time is in none.")
    def by_day(self) -> MessageCounts:
        return self.counting.by("day")


class _Near:
    """The entities of one page, worked out once, when the first is asked for."""

    def __init__(self, service: Service, view: View, docs: Sequence[TextDoc]) -> None:
        self._service, self._view, self._docs = service, view, docs

    @cached_property
    def _found(self) -> tuple[Siblings, dict[bytes, EntityModel]]:
        mids = {mid for doc in self._docs for mid in (doc.author, doc.room, *_named(doc)) if mid is not None}
        asked_for = sorted(mids)
        found = self._service.graph.entities(self._view, asked_for)
        near = Siblings(self._service, self._view)
        near.entities(one for one in found if one is not None)
        return near, {mid: one for mid, one in zip(asked_for, found, strict=True) if one is not None}

    def one(self, mid: bytes | None) -> Entity | None:
        near, found = self._found
        return near.entity(found[mid]) if mid in found and mid is not None else None


class _Counting:
    """Counts of what a filter matches, worked out only for the fields that are asked for."""

    def __init__(self, service: Service, view: View, wanted: TextFilter | None) -> None:
        self._service, self._view, self._wanted = service, view, wanted

    def by(self, field: str) -> MessageCounts:
        if self._wanted is None:
            return MessageCounts(values=[], others=0)
        found = self._service.search.text_counts(self._view, self._wanted, by=field, limit=BUCKETS)
        return MessageCounts(
            values=[MessageCount(value=value, messages=n) for value, n in found.buckets], others=found.others
        )


def messages(
    info: Info, filter: MessageFilter | None = None, text: str | None = None, order: MessageOrder = MessageOrder.NEWEST,
    first: int = 50, after: str | None = None, as_of: AsOf | None = None,
) -> MessageConnection:  # fmt: skip
    """The root field's resolver. after: a cursor of an earlier answer; it goes on at its own revision, in its order."""
    service, limit = info.context.service, first_of(first)
    view, resumed = cursors.resume(f"messages {order.value}", view_of(info, as_of), after, [str, str])
    place = None if resumed is None else (str(resumed[0]), cursors.id_of(resumed[1]))
    # A field of a form that was left empty asks for nothing.
    clauses = asked(text) if text and text.strip() else None
    if clauses == ():
        raise InvalidValue("text", text, "a word of letters or digits: signs and emoji are not looked for")
    wanted = _wanted(service, view, filter or MessageFilter(), clauses)
    docs: tuple[TextDoc, ...] = ()
    total = 0
    if wanted is not None:
        found = service.search.texts(
            view, wanted, after=place, limit=limit + 1, ascending=order is MessageOrder.OLDEST
        )
        docs, total = found.documents, found.total
    page, more = docs[:limit], len(docs) > limit
    near = _Near(service, view, page)
    names = {source.id: source.name for source in service.directory.ledger.sources()}
    edges = [
        MessageEdge(
            node=_message(doc, clauses or (), names[doc.source], near),
            cursor=cursors.cursor(f"messages {order.value}", view, [doc.place[0], doc.tid.hex()]),
        )
        for doc in page
    ]
    end = edges[-1].cursor if edges else None
    return MessageConnection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        total_count=Total.of(TotalModel(total)),
        page_info=PageInfo(has_next_page=more, end_cursor=end),
        truncated=[Truncation(by="first", limit=first, next=end)] if more else [],
        revision=view.revision,
        counting=_Counting(service, view, wanted),
    )


def _wanted(
    service: Service, view: View, given: MessageFilter, words: tuple[Clause, ...] | None
) -> TextFilter | None:
    """What the index is asked; None when a thing that it is to be by, in or about is not there: then nothing matches."""
    held: dict[str, Handles] = {}
    for name, id in (("author", given.author), ("room", given.room), ("about", given.mentions)):
        if id is not None:
            found = texts_of(service.store, view, mention_ids([id])[0])
            if found is None:
                return None
            held[name] = found
    first, last = _time("from", given.from_, False), _time("to", given.to, True)
    if first and last and last[: len(first)] < first[: len(last)]:
        raise InvalidValue("to", given.to, f"not before {given.from_}")
    # What was so on a day: written by its end.
    day = None if view.valid is None else view.valid.isoformat()
    if day is not None and (last is None or day < last[:10]):
        last = day
    languages: tuple[str, ...] = () if given.language is None else (_language(given.language),)
    if given.assumed:
        languages += tuple(assumed_term(tongue) for tongue in languages)
    kinds = () if given.kind is None else (given.kind,)
    return TextFilter(**held, languages=languages, kinds=kinds, first=first, last=last, words=words)


def _time(name: str, text: str | None, last: bool) -> str | None:
    if text is None:
        return None
    try:
        if "T" in text.upper():
            return clean("instant", text)
        told = partial_date.parse(clean("partial_date", text))
    except InvalidValue as error:
        raise InvalidValue(name, text, "a day, month, year or time such as 2026-09-01T12:00:00Z") from error
    return (told.latest if last else told.earliest).isoformat()


def _language(text: str) -> str:
    tag = text.strip()
    head, hyphen, rest = tag.partition("-")
    if not head.isalpha() or not 2 <= len(head) <= 8:
        raise InvalidValue("language", text, "a language tag such as en, pl or und")
    return f"{head.lower()}{hyphen}{rest}"


def _message(doc: TextDoc, clauses: Sequence[Clause], source: str, near: _Near) -> Message:
    marks = places(doc.body, clauses) if clauses else []
    return Message(
        id=strawberry.ID(doc.tid.hex()), kind=doc.kind, text=doc.body, sent_at=doc.sent_at, language=_tongue(doc),
        highlights=[Highlight(start=start, end=end) for start, end in marks[:MOST_MARKS]],
        highlights_cut=len(marks) > MOST_MARKS, context=_context(doc.body, marks), reply_to=doc.reply_to, source=source,
        key=doc.rec_key, locator=doc.locator, observed_at=doc.observed_at, revision=doc.revision, doc=doc, near=near,
    )  # fmt: skip


def _tongue(doc: TextDoc) -> MessageLanguage | None:
    if doc.language:
        return MessageLanguage(
            value=doc.language, assumed=None, stated=True, confidence=None, derived_by=None
        )
    found: dict[str, Any] | None = doc.derived.get("language")
    if found is None:
        return None
    return MessageLanguage(
        value=found["value"], assumed=found["assumed"], stated=False, confidence=found["confidence"], derived_by=found["by"]
    )  # fmt: skip


def _context(body: str, marks: Sequence[tuple[int, int]]) -> str:
    """Up to CONTEXT characters, with "…" where the text goes on; whole words where there are any."""
    start = max(0, marks[0][0] - CONTEXT // 3) if marks else 0
    end = min(len(body), start + CONTEXT)
    start = max(0, min(start, end - CONTEXT))
    if start and (space := body.find(" ", start, marks[0][0] if marks else end)) >= 0:
        start = space + 1
    if end < len(body) and (space := body.rfind(" ", marks[0][1] if marks else start, end)) > start:
        end = space
    return f"{'…' if start else ''}{body[start:end]}{'…' if end < len(body) else ''}"


def _named(doc: TextDoc) -> list[bytes]:
    return [bytes.fromhex(term) for term in doc.about if not term.startswith("=")]
