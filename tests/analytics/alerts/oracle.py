"""What alerts must come to, worked out the slow way from docs/api.md: all of a small world, before and after, every time.

A world is what records say: mentions with their keys, and links. Nothing here knows components, deltas or a store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.evidence import mention_id
from graph.watches import Watch
from tests.graph.batches import L, M, R

Spot = tuple[str, str, str]
"""(source, record key, slot): a mention."""


class Said(NamedTuple):
    """A link as a record says it."""

    kind: str
    start: Spot
    end: Spot
    role: str
    valid: tuple[str, str]
    props: str


class Expected(NamedTuple):
    """An alert: its owner, and what is compared with what was kept."""

    owner: str
    revision: int
    kind: str
    source: bytes
    target: bytes
    change: str
    watches: tuple[str, ...]
    ties: tuple[tuple[bytes, bytes], ...]


@dataclass
class World:
    """All that sources say. labels: a label's number by source."""

    secret: bytes
    labels: dict[str, int]
    records: dict[tuple[str, str], R] = field(default_factory=dict)
    born: dict[Spot, int] = field(default_factory=dict)
    judged: set[tuple[Spot, Spot]] = field(default_factory=set)
    held: dict[bytes, tuple[str, ...]] = field(default_factory=dict)
    """The keys that each mention ever stated holds, or held last."""

    def copy(self) -> World:
        return World(
            self.secret, self.labels, dict(self.records), dict(self.born), set(self.judged), dict(self.held)
        )

    def put(self, source: str, records: Iterable[R], revision: int) -> None:
        for record in records:
            if record.put:
                self.records[source, record.key] = record
                for mention in record.mentions:
                    spot = (source, record.key, mention.slot)
                    self.born.setdefault(spot, revision)
                    self.held[self.mid(spot)] = tuple(sorted(mention.keys))
            else:
                self.records.pop((source, record.key), None)

    def mid(self, spot: Spot) -> bytes:
        return mention_id(self.secret, *spot)

    def seen(self, labels: frozenset[int]) -> Seen:
        return Seen(self, labels)


class Seen:
    """A world as one reader sees it: entities as sets of mentions, and the links between those."""

    def __init__(self, world: World, labels: frozenset[int]) -> None:
        self.world = world
        self.mentions: dict[Spot, M] = {}
        self.links: list[Said] = []
        for (source, key), record in world.records.items():
            if world.labels[source] in labels:
                self.mentions |= {(source, key, m.slot): m for m in record.mentions}
                self.links += [_said(source, key, link) for link in record.links]
        self.entity = self._entities()
        self.holders: dict[str, set[frozenset[Spot]]] = {}
        for spot, mention in self.mentions.items():
            for name in mention.keys:
                self.holders.setdefault(name, set()).add(self.entity[spot])
        self.stood = {(link.kind, self.entity[link.start], self.entity[link.end]) for link in self.links}
        self.said = {self.content(link) for link in self.links}

    def _entities(self) -> dict[Spot, frozenset[Spot]]:
        members: dict[Spot, set[Spot]] = {spot: {spot} for spot in self.mentions}

        def join(a: Spot, b: Spot) -> None:
            if members[a] is not members[b]:
                members[a] |= members[b]
                for spot in members[b]:
                    members[spot] = members[a]

        first: dict[str, Spot] = {}
        for spot, mention in self.mentions.items():
            for key in mention.keys:
                join(first.setdefault(key, spot), spot)
        for a, b in self.world.judged:
            if a in members and b in members:
                join(a, b)
        frozen = {id(found): frozenset(found) for found in members.values()}
        return {spot: frozen[id(found)] for spot, found in members.items()}

    def content(self, link: Said) -> tuple[object, ...]:
        return (*link, *(tuple(sorted(self.mentions[end].keys)) for end in (link.start, link.end)))

    def anchor(self, entity: frozenset[Spot]) -> bytes:
        return self._age(entity)[1]

    def _age(self, entity: frozenset[Spot]) -> tuple[int, bytes]:
        return min((self.world.born[spot], self.world.mid(spot)) for spot in entity)

    def heir(self, mid: bytes) -> frozenset[Spot] | None:
        """Who holds what a withdrawn mention held last: by key, then the oldest."""
        for key in self.world.held.get(mid, ()):
            if key in self.holders:
                return min(self.holders[key], key=self._age)
        return None


def _said(source: str, key: str, link: L) -> Said:
    start, end = ((source, key, slot) for slot in (link.source, link.target))
    return Said(
        link.kind, start, end, link.role, (link.valid_from or "", link.valid_to or ""), link.props or ""
    )


def expected(
    then: Mapping[str, Seen], now: Mapping[str, Seen], revision: int, brought: set[tuple[str, str]],
    watches: Iterable[Watch],
) -> list[Expected]:  # fmt: skip
    """The alerts of one revision. then, now: what each owner sees before and at it. brought: (source, key) of its
    records. watches: those that hold for it."""
    found: list[Expected] = []
    watching = list(watches)
    for owner in sorted({watch.owner for watch in watching}):
        found += _expected(
            owner, then[owner], now[owner], revision, brought, [w for w in watching if w.owner == owner]
        )
    return sorted(found)


def _expected(
    owner: str, then: Seen, now: Seen, revision: int, brought: set[tuple[str, str]], watches: list[Watch]
) -> list[Expected]:
    watching = _watching(now, watches)
    links: dict[tuple[str, frozenset[Spot], frozenset[Spot]], list[Said]] = {}
    for link in now.links:
        if link.start[:2] in brought and now.content(link) not in then.said:
            key = (link.kind, now.entity[link.start], now.entity[link.end])
            links.setdefault(key, []).append(link)
    found: list[Expected] = []
    mid, anchor = now.world.mid, now.anchor
    for (kind, start, end), news in links.items():
        both = [*watching.get(start, ()), *watching.get(end, ())]
        hit = tuple(sorted({w.id for w in both if not w.link_kinds or kind in w.link_kinds}))
        if hit:
            starts = _before(then, now, start, {link.start for link in news})
            ends = _before(then, now, end, {link.end for link in news})
            stood = any((kind, a, b) in then.stood for a in starts for b in ends)
            ties = tuple(sorted({(mid(link.start), mid(link.end)) for link in news}))
            change = "UPDATED" if stood else "CREATED"
            found.append(Expected(owner, revision, kind, anchor(start), anchor(end), change, hit, ties))
    return found


def _watching(now: Seen, watches: Iterable[Watch]) -> dict[frozenset[Spot], list[Watch]]:
    """The watches on each entity."""
    found: dict[frozenset[Spot], list[Watch]] = {}
    spots = {now.world.mid(spot): spot for spot in now.mentions} if any(w.mention for w in watches) else {}
    for watch in watches:
        on = {entity for key in watch.keys for entity in now.holders.get(key, ())}
        if watch.mention is not None:
            lives = now.entity[spots[watch.mention]] if watch.mention in spots else now.heir(watch.mention)
            on |= {lives} if lives else set()
        for entity in on:
            found.setdefault(entity, []).append(watch)
    return found


def _before(then: Seen, now: Seen, entity: frozenset[Spot], own: set[Spot]) -> set[frozenset[Spot]]:
    found: set[frozenset[Spot]] = set()
    for spot in entity:
        keys = now.mentions[spot].keys
        found |= {each for key in keys for each in then.holders.get(key, ())}
        if spot in then.mentions and (not keys or (spot in own and not then.mentions[spot].keys)):
            found.add(then.entity[spot])
    return found
