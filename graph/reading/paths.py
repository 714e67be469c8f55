"""All shortest paths, by one bidirectional breadth-first search over a batched frontier, whatever the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from graph.model import Entity, Truncation, View
from graph.reading import cursors
from graph.reading.answers import Path, Paths
from graph.reading.links import between
from graph.reading.reach import HEAVY, crowd, everyone, frontier, hubs_among, spot_of
from graph.reading.reading import Reading
from graph.reading.survey import Spot, Surroundings, degree, settle, survey
from graph.store.base import Store

MAX_VISITED = 200_000
"""Entities met before a search gives up and says so: six hops among the well connected reach everybody."""


@dataclass(slots=True)
class _Side:
    """One end's search. level: hops from the end by entity. parents: one hop nearer, on shortest ways.
    edge: the outermost level, not yet followed. cost: how many entities following it would look at."""

    level: dict[bytes, int]
    edge: dict[bytes, Spot]
    cost: int
    depth: int = 0
    parents: dict[bytes, list[bytes]] = field(default_factory=dict)
    spots: dict[bytes, Spot] = field(default_factory=dict)


def paths(
    store: Store, view: View, source: bytes, target: bytes, max_hops: int, max_degree: int, limit: int
) -> Paths:
    """See Graph.paths."""
    cursors.at_least("maxHops", max_hops, 0)
    cursors.at_least("maxDegree", max_degree, 1)
    cursors.at_least("limit", limit, 1)
    reading = Reading(store, view)
    start, end = reading.resolve([source, target])
    if start is None or end is None:
        return Paths((), None, (), max_degree, None)
    if start.id == end.id:
        return Paths((Path((start,), ()),), 0, (), max_degree, None)
    return _Search(reading, start, end, max_hops, max_degree).run(limit)


class _Search:
    def __init__(self, reading: Reading, start: Entity, end: Entity, max_hops: int, max_degree: int) -> None:
        self.reading = reading
        self.ends = (start, end)
        self.max_hops = max_hops
        self.max_degree = max_degree
        self.hubs: dict[bytes, Spot] = {}
        self.around: dict[bytes, Surroundings] = {
            around.entity.id: around for around in survey(reading, [start, end])
        }
        self.sides = (self._side(start), self._side(end))

    def _side(self, end: Entity) -> _Side:
        spot = spot_of(end)
        cost = degree(self.reading, self.around[end.id], MAX_VISITED)
        return _Side({end.id: 0}, {end.id: spot}, cost, spots={end.id: spot})

    def run(self, limit: int) -> Paths:
        one, other = self.sides
        while one.edge and other.edge and one.depth + other.depth < self.max_hops:
            # The cheaper side goes first, the source's when equal: known before anything is fetched.
            side, facing = (one, other) if one.cost <= other.cost else (other, one)
            self._follow(side)
            meets = self._passable([mid for mid in side.edge if mid in facing.level])
            if meets:
                return self._found(meets, limit)
            if len(one.level) + len(other.level) > MAX_VISITED:
                return self._answer((), None, Truncation("maxVisited", MAX_VISITED, None))
        return self._answer((), None, None)

    def _follow(self, side: _Side) -> None:
        """One more level of a side, whole."""
        reached: dict[bytes, Spot] = {}
        side.depth += 1
        for mid, near in sorted(self._neighbours(side.edge).items()):
            for other, spot in near.items():
                if other not in side.level:
                    side.level[other] = side.depth
                    side.parents[other] = []
                    reached[other] = spot
                if side.level[other] == side.depth:
                    side.parents[other].append(mid)
        side.spots |= reached
        side.edge, side.cost = reached, len(reached)
        if self.max_degree > HEAVY:  # only then may following one of them mean a million links
            side.cost += crowd(self.reading, reached)

    def _neighbours(self, edge: dict[bytes, Spot]) -> dict[bytes, dict[bytes, Spot]]:
        """Whom to reach from an edge: its ends are exempt from max_degree, its hubs lead nowhere."""
        inner = {mid: spot for mid, spot in edge.items() if mid not in self.around and mid not in self.hubs}
        near, hubs = frontier(self.reading, inner, self.max_degree)
        self.hubs |= {mid: inner[mid] for mid in hubs}
        for mid in edge.keys() & self.around.keys():
            near[mid] = everyone(self.reading, self.around[mid])
        return near

    def _passable(self, meets: list[bytes]) -> list[bytes]:
        """Where the sides meet, without hubs: nobody has looked at the degree of an edge yet."""
        spots = self.sides[0].spots | self.sides[1].spots
        unknown = {mid: spots[mid] for mid in meets if mid not in self.around and mid not in self.hubs}
        hubs = hubs_among(self.reading, unknown, self.max_degree)
        self.hubs |= {mid: unknown[mid] for mid in hubs}
        return [mid for mid in meets if mid not in self.hubs]

    def _found(self, meets: list[bytes], limit: int) -> Paths:
        got: list[tuple[bytes, ...]] = []
        for path in _walk(self._onward(meets), self.ends[0].id, self.ends[1].id):
            if len(got) == limit:
                return self._answer(got, limit, Truncation("limit", limit, None))
            got.append(path)
        return self._answer(got, limit, None)

    def _onward(self, meets: list[bytes]) -> dict[bytes, list[bytes]]:
        """The steps of all shortest paths: for each entity on one, those that may come next, by id."""
        onward: dict[bytes, set[bytes]] = {}
        for side, back in zip(self.sides, (True, False), strict=True):
            level = set(meets)
            while level:
                nearer: set[bytes] = set()
                for mid in level:
                    for parent in side.parents.get(mid, ()):
                        here, there = (parent, mid) if back else (mid, parent)
                        onward.setdefault(here, set()).add(there)
                        nearer.add(parent)
                level = nearer
        return {mid: sorted(others) for mid, others in onward.items()}

    def _answer(
        self, found: list[tuple[bytes, ...]] | tuple[()], limit: int | None, truncated: Truncation | None
    ) -> Paths:
        spots = self.sides[0].spots | self.sides[1].spots
        ids = sorted({mid for path in found for mid in path})
        entities = dict(zip(ids, settle(self.reading, [spots[mid] for mid in ids]), strict=True))
        steps = {step for path in found for step in pairwise(path)}
        pairs = sorted(steps | {(b, a) for a, b in steps})
        known = between(self.reading, [(entities[a], entities[b]) for a, b in pairs])
        by_step: dict[tuple[bytes, bytes], list[int]] = {}
        for index, link in enumerate(known):
            by_step.setdefault((link.source.id, link.target.id), []).append(index)

        def joined(a: bytes, b: bytes) -> list[int]:
            return sorted({*by_step.get((a, b), ()), *by_step.get((b, a), ())})

        answer = tuple(
            Path(
                tuple(entities[mid] for mid in path),
                tuple(tuple(known[i] for i in joined(a, b)) for a, b in pairwise(path)),
            )
            for path in found
        )
        hubs = tuple(settle(self.reading, [self.hubs[mid] for mid in sorted(self.hubs)]))
        return Paths(answer, len(found[0]) - 1 if found else None, hubs, self.max_degree, truncated)


def _walk(onward: dict[bytes, list[bytes]], start: bytes, end: bytes) -> Iterator[tuple[bytes, ...]]:
    """Every path through the steps, in the order of the ids along it; made as it is asked for."""
    path = [start]
    ways = [iter(onward.get(start, ()))]
    while ways:
        step = next(ways[-1], None)
        if step is None:
            ways.pop()
            path.pop()
        elif step == end:
            yield (*path, step)
        else:
            path.append(step)
            ways.append(iter(onward.get(step, ())))
