"""Who is around an entity, by bucket (link kind, direction, neighbour kind), without fetching a hub's links.

A bucket that the store keeps a counter for is a *hub bucket*: its plain neighbours are counted by the counter and
read in id order through `Store.neighbours`; its other neighbours, and everything else, are worked out from their
links. The two are disjoint (a plain component's one entity is never worked out), so counts add up and streams merge.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from graph.model import Entity, LabelId, MentionLink, Total
from graph.reading.reading import Reading
from graph.store.base import HubKey
from graph.tables import HUB

VALID_COUNT = 1000
"""Neighbours counted on a given day (view.valid), where no counter holds; above it a total is a floor (GTE)."""

_FIRST_PAGE = 32
_PAGE = 4096
"""Neighbours read at a time, four times as many each time: at most three times as many as are taken, in few calls."""


class Bucket(NamedTuple):
    """Neighbours of one entity by link kind, direction (out: its links leave the entity) and their kind."""

    kind: str
    out: bool
    nkind: str

    @property
    def order(self) -> tuple[str, bool, str]:
        """By link kind, OUT before IN, neighbour kind."""
        return self.kind, not self.out, self.nkind

    def key(self, comp: int) -> HubKey:
        """The store's name for the bucket of a component."""
        return comp, self.out, self.kind, self.nkind


class Spot(NamedTuple):
    """Where a neighbour is, before it is an Entity. grp None: the one entity of a plain component."""

    comp: int
    grp: int | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One entity's neighbours. rows: its mention links, complete when `hubs` is empty, else without those to
    plain neighbours in hub buckets. near: neighbours by id, from rows. hubs: counter by hub bucket."""

    entity: Entity
    rows: tuple[MentionLink, ...]
    near: dict[Bucket, dict[bytes, Spot]]
    hubs: dict[Bucket, int]

    @property
    def buckets(self) -> list[Bucket]:
        return sorted(self.near.keys() | self.hubs.keys(), key=lambda bucket: bucket.order)


def survey(
    reading: Reading, entities: Sequence[Entity], *, kinds: Collection[str] = (), hubs: bool = True
) -> list[Surroundings]:
    """The surroundings of entities (each once), over all link kinds or some.

    Costs a few store calls, and one more an entity with hub buckets. hubs False: every link is fetched; only
    for entities known to have few. An entity that shares its component with others is never read by counter."""
    counters = hub_counters(reading, entities) if hubs else {}
    found = {
        entity.id: (_kept(counters.get(entity.comp, {}), kinds) if entity.whole else {})
        for entity in entities
    }
    rows: dict[bytes, list[MentionLink]] = {entity.id: [] for entity in entities}
    for entity in entities:
        keys = counters.get(entity.comp, {}) if entity.whole else {}
        if keys:
            skip: list[HubKey] = [bucket.key(entity.comp) for bucket in keys]
            rows[entity.id] += reading.store.links(reading.view, [entity.comp], skip=skip)
    _add_loops(reading, [e for e in entities if e.whole and counters.get(e.comp)], rows)
    _fetch(reading, [e for e in entities if not (e.whole and counters.get(e.comp))], rows)
    wanted = {key: [row for row in got if not kinds or row.kind in kinds] for key, got in rows.items()}
    reading.load(_unplain(row for got in wanted.values() for row in got))
    around = []
    for entity in entities:
        mine, hub = wanted[entity.id], found[entity.id]
        around.append(Surroundings(entity, tuple(mine), _near(reading, entity, mine, hub), hub))
    return around


def hub_counters(reading: Reading, entities: Iterable[Entity]) -> dict[int, dict[Bucket, int]]:
    """The counters of the entities' components, summed over labels; only those that the store keeps."""
    comps = sorted({entity.comp for entity in entities if entity.whole})
    found: dict[int, dict[Bucket, int]] = {}
    for counter in reading.store.counters(reading.view, comps) if comps else ():
        found.setdefault(counter.comp, {})[Bucket(counter.kind, counter.out, counter.nkind)] = counter.n
    return found


def count(reading: Reading, around: Surroundings, bucket: Bucket) -> Total:
    """How many distinct neighbours a bucket has: exact, but on a given day (view.valid) up to VALID_COUNT."""
    near = len(around.near.get(bucket, ()))
    if reading.view.valid is None:
        return Total(near + (_plain(reading, around, bucket) if bucket in around.hubs else 0))
    if bucket in around.hubs:
        key = bucket.key(around.entity.comp)
        near += len(reading.store.neighbours(reading.view, key, limit=VALID_COUNT + 1))
    return Total(near) if near <= VALID_COUNT else Total(VALID_COUNT, "GTE")


def degree(reading: Reading, around: Surroundings, enough: int) -> int:
    """Distinct neighbours over all buckets; anything above `enough` when there are more than that."""
    total = sum(len(near) for near in around.near.values())
    for bucket in sorted(around.hubs, key=lambda bucket: bucket.order):
        if total > enough:
            break
        if reading.view.valid is None:
            total += _plain(reading, around, bucket)
        else:
            key = bucket.key(around.entity.comp)
            total += len(reading.store.neighbours(reading.view, key, limit=enough + 1))
    return total


def neighbours(
    reading: Reading, around: Surroundings, buckets: Collection[Bucket], after: bytes | None = None
) -> Iterator[tuple[bytes, Spot]]:
    """The distinct neighbours in some buckets, by entity id, after one; read page by page as they are asked for."""
    near: dict[bytes, Spot] = {}
    for bucket in buckets:
        near |= around.near.get(bucket, {})
    streams: list[Iterator[tuple[bytes, Spot]]] = [
        iter(sorted(item for item in near.items() if after is None or item[0] > after))
    ]
    hubs = sorted(around.hubs.keys() & set(buckets), key=lambda bucket: bucket.order)
    streams += [_pages(reading, bucket.key(around.entity.comp), after) for bucket in hubs]
    last: bytes | None = None
    for found, spot in heapq.merge(*streams, key=lambda item: item[0]):
        if found != last:
            last = found
            yield found, spot


def settle(reading: Reading, spots: Iterable[Spot]) -> list[Entity]:
    """The entities at some spots, worked out in one go."""
    spots = list(spots)
    reading.load({spot.comp for spot in spots})
    return [
        reading.only(spot.comp) if spot.grp is None else reading.at(spot.comp, spot.grp) for spot in spots
    ]


def take(stream: Iterator[tuple[bytes, Spot]], limit: int) -> tuple[list[tuple[bytes, Spot]], bool]:
    """(the first `limit`, whether there are others)."""
    got = list(islice(stream, limit + 1))
    return got[:limit], len(got) > limit


def _kept(counters: dict[Bucket, int], kinds: Collection[str]) -> dict[Bucket, int]:
    return {bucket: n for bucket, n in counters.items() if not kinds or bucket.kind in kinds}


def fetch(reading: Reading, entities: Sequence[Entity]) -> list[MentionLink]:
    """All mention links that touch some entities, each once, by row.

    Every link is fetched: only for entities known to have few."""
    comps = sorted({entity.comp for entity in entities if entity.whole})
    groups = sorted({group.grp for entity in entities if not entity.whole for group in entity.groups})
    rows = reading.store.links(reading.view, comps) if comps else []
    if not groups:
        return rows
    distinct = {row.row: row for row in [*rows, *reading.store.links(reading.view, groups=groups)]}
    return [distinct[row] for row in sorted(distinct)]


def _fetch(reading: Reading, entities: Sequence[Entity], rows: dict[bytes, list[MentionLink]]) -> None:
    """All links of entities without hub buckets, each put down at every entity that it touches."""
    comps = {entity.comp: entity for entity in entities if entity.whole}
    groups = {group.grp: entity for entity in entities if not entity.whole for group in entity.groups}
    for row in fetch(reading, entities):
        ends = [
            comps.get(row.from_comp) or groups.get(row.from_grp),
            comps.get(row.to_comp) or groups.get(row.to_grp),
        ]
        for entity in {end.id: end for end in ends if end is not None}.values():
            rows[entity.id].append(row)


def _unplain(rows: Iterable[MentionLink]) -> set[int]:
    comps: set[int] = set()
    for row in rows:
        if row.from_anchor is None:
            comps.add(row.from_comp)
        if row.to_anchor is None:
            comps.add(row.to_comp)
    return comps


def _add_loops(reading: Reading, hubs: Sequence[Entity], rows: dict[bytes, list[MentionLink]]) -> None:
    """Links from a hub to itself: left out with one direction's hub bucket, they belong to the other's too."""
    by_comp = {entity.comp: entity for entity in hubs}
    pairs = [(comp, comp) for comp in sorted(by_comp)]
    for row in reading.store.links(reading.view, between=pairs) if pairs else ():
        held = rows[by_comp[row.from_comp].id]
        if all(other.row != row.row for other in held):
            held.append(row)


def _near(
    reading: Reading, entity: Entity, rows: Sequence[MentionLink], hubs: Collection[Bucket]
) -> dict[Bucket, dict[bytes, Spot]]:
    near: dict[Bucket, dict[bytes, Spot]] = {}
    for row in rows:
        start, from_spot, from_kind = _end(
            reading, row.from_comp, row.from_grp, row.from_anchor, row.from_kind
        )
        finish, to_spot, to_kind = _end(reading, row.to_comp, row.to_grp, row.to_anchor, row.to_kind)
        leaving, arriving = Bucket(row.kind, True, to_kind), Bucket(row.kind, False, from_kind)
        # A hub bucket's plain neighbours are counted by its counter.
        if start == entity.id and not (leaving in hubs and to_spot.grp is None):
            near.setdefault(leaving, {})[finish] = to_spot
        if finish == entity.id and not (arriving in hubs and from_spot.grp is None):
            near.setdefault(arriving, {})[start] = from_spot
    return near


def row_ids(reading: Reading, row: MentionLink) -> tuple[bytes, bytes]:
    """The entity ids at a row's ends; entities in components that aren't plain must be loaded."""
    start, finish = row.from_anchor, row.to_anchor
    return (
        reading.at(row.from_comp, row.from_grp).id if start is None else start,
        reading.at(row.to_comp, row.to_grp).id if finish is None else finish,
    )


def _end(reading: Reading, comp: int, grp: int, anchor: bytes | None, kind: str) -> tuple[bytes, Spot, str]:
    """(id, spot, kind) of the entity at a row's end. The row's own kind holds for plain components only: another's
    is that of all its mentions, hidden ones too."""
    if anchor is not None:
        return anchor, Spot(comp, None), kind
    entity = reading.at(comp, grp)
    return entity.id, Spot(comp, grp), entity.kind


def _pages(reading: Reading, key: HubKey, after: bytes | None) -> Iterator[tuple[bytes, Spot]]:
    size = _FIRST_PAGE
    while True:
        got = reading.store.neighbours(reading.view, key, after=after, limit=size)
        yield from ((anchor, Spot(comp, None)) for anchor, comp in got)
        if len(got) < size:
            return
        after, size = got[-1][0], min(size * 4, _PAGE)


def _plain(reading: Reading, around: Surroundings, bucket: Bucket) -> int:
    """Plain neighbours of a hub bucket. A counter is kept for each label with HUB of them or more; the few of
    other labels that the hub is seen under are counted. A plain neighbour has one label, so labels add up."""
    labels = sorted({group.label for group in around.entity.groups})
    if len(labels) < 2:
        return around.hubs[bucket]
    return sum(_plain_under(reading, around.entity.comp, bucket, label) for label in labels)


def _plain_under(reading: Reading, comp: int, bucket: Bucket, label: LabelId) -> int:
    under = replace(reading.view, labels=frozenset({label}))
    for counter in reading.store.counters(under, [comp]):
        if Bucket(counter.kind, counter.out, counter.nkind) == bucket:
            return counter.n
    return len(reading.store.neighbours(under, bucket.key(comp), limit=HUB))
