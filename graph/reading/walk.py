"""Subgraphs: some entities, those a few hops around them, and the links among them all."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graph.model import Entity, Truncation, View
from graph.reading import cursors
from graph.reading.among import links_among
from graph.reading.answers import Subgraph
from graph.reading.reach import frontier, spot_of
from graph.reading.reading import Reading, unique
from graph.reading.survey import Spot, neighbours, settle, survey
from graph.store.base import Store


@dataclass(slots=True)
class _Walk:
    """Entities by (hop, id). seen: hop by entity. page: what to show; `after` and before is known already."""

    limit: int
    after: tuple[int, bytes]
    seen: dict[bytes, int] = field(default_factory=dict)
    spots: dict[bytes, Spot] = field(default_factory=dict)
    page: list[bytes] = field(default_factory=list)
    hubs: dict[bytes, Spot] = field(default_factory=dict)
    more: bool = False

    def add(self, hop: int, mid: bytes, spot: Spot) -> bool:
        """Take one entity more; False when the page is full."""
        if (hop, mid) > self.after:
            if len(self.page) == self.limit:
                self.more = True
                return False
            self.page.append(mid)
        self.seen[mid] = hop
        self.spots[mid] = spot
        return True


def neighbourhood(
    store: Store, view: View, ids: Sequence[bytes], hops: int, limit: int, max_degree: int, after: str | None
) -> Subgraph:
    """See Graph.neighbourhood."""
    cursors.at_least("hops", hops, 0)
    cursors.at_least("limit", limit, 1)
    cursors.at_least("maxDegree", max_degree, 1)
    view, place = cursors.resume("neighbourhood", view, after, [int, str])
    reading = Reading(store, view)
    start = (-1, b"") if place is None else (int(place[0] or 0), cursors.id_of(place[1]))
    walk = _Walk(limit, start)
    starts = unique(reading.resolve(ids))
    if _take(walk, 0, iter(sorted((entity.id, spot_of(entity)) for entity in starts))):
        for hop in range(1, hops + 1):
            level = {mid: walk.spots[mid] for mid, at in walk.seen.items() if at == hop - 1}
            stream = _from_starts(reading, starts) if hop == 1 else _onward(reading, walk, level, max_degree)
            if not level or not _take(walk, hop, stream):
                break
    return _answer(reading, walk)


def subgraph(store: Store, view: View, ids: Sequence[bytes]) -> Subgraph:
    """See Graph.subgraph."""
    reading = Reading(store, view)
    entities = sorted(unique(reading.resolve(ids)), key=lambda entity: entity.id)
    return Subgraph(tuple(entities), links_among(reading, entities, ()))


def _take(walk: _Walk, hop: int, stream: Iterator[tuple[bytes, Spot]]) -> bool:
    """One level in id order, as far as the page takes it; False when it is full."""
    return all(walk.add(hop, mid, spot) for mid, spot in stream if mid not in walk.seen)


def _from_starts(reading: Reading, starts: Sequence[Entity]) -> Iterator[tuple[bytes, Spot]]:
    """The neighbours of the starts, read only as far as they are taken: a start may be a hub."""
    streams = [neighbours(reading, around, around.buckets) for around in survey(reading, starts)]
    return heapq.merge(*streams, key=lambda item: item[0])


def _onward(
    reading: Reading, walk: _Walk, level: dict[bytes, Spot], max_degree: int
) -> Iterator[tuple[bytes, Spot]]:
    near, hubs = frontier(reading, level, max_degree)
    walk.hubs |= {mid: level[mid] for mid in hubs}
    found: dict[bytes, Spot] = {}
    for others in near.values():
        found |= others
    return iter(sorted(found.items(), key=lambda item: item[0]))


def _answer(reading: Reading, walk: _Walk) -> Subgraph:
    page = settle(reading, [walk.spots[mid] for mid in walk.page])
    earlier = [mid for mid in walk.seen if (walk.seen[mid], mid) <= walk.after]
    known = settle(reading, [walk.spots[mid] for mid in sorted(earlier)])
    hubs = settle(reading, [walk.hubs[mid] for mid in sorted(walk.hubs)])
    truncated: tuple[Truncation, ...] = ()
    if walk.more:
        last = walk.page[-1]
        place = cursors.cursor("neighbourhood", reading.view, [walk.seen[last], last.hex()])
        truncated = (Truncation("limit", walk.limit, place),)
    return Subgraph(tuple(page), links_among(reading, page, known), truncated, tuple(hubs))
