"""Common neighbours: who is linked to each of some entities, without reading a hub where another end will do."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from graph.model import Entity, Truncation, View
from graph.reading import cursors
from graph.reading.answers import CommonNeighbours
from graph.reading.links import between
from graph.reading.reach import standing
from graph.reading.reading import Reading, unique
from graph.reading.survey import Spot, Surroundings, degree, neighbours, row_ids, settle, survey, take
from graph.store.base import Store

MAX_SCANNED = 50_000
"""Neighbours of the least connected entity that are tried before an answer is cut, and says so."""

_BATCH = 500
_COUNTED = 2**31


def common_neighbours(
    store: Store, view: View, ids: Sequence[bytes], kinds: Collection[str], after: str | None, limit: int
) -> CommonNeighbours:
    """See Graph.common_neighbours."""
    cursors.at_least("limit", limit, 1)
    view, place = cursors.resume("common", view, after, [str])
    reading = Reading(store, view)
    of = unique(reading.resolve(ids))
    if len(of) < 2:
        return CommonNeighbours(tuple(of), (), (), None)
    last = None if place is None else cursors.id_of(place[0])
    found, truncated = _scan(reading, survey(reading, of, kinds=kinds), kinds, last, limit)
    common = settle(reading, found.values())
    pairs = [(a, b) for one in of for other in common for a, b in ((one, other), (other, one))]
    links = [link for link in between(reading, pairs) if not kinds or link.kind in kinds]
    return CommonNeighbours(tuple(of), tuple(common), tuple(links), truncated)


def _scan(
    reading: Reading, arounds: Sequence[Surroundings], kinds: Collection[str], last: bytes | None, limit: int
) -> tuple[dict[bytes, Spot], Truncation | None]:
    """Up to `limit` common neighbours by id, from those of the least connected entity, a batch at a time."""
    base, *others = sorted(arounds, key=lambda around: (degree(reading, around, _COUNTED), around.entity.id))
    of = {around.entity.id for around in arounds}
    stream = neighbours(reading, base, base.buckets, last)
    found: dict[bytes, Spot] = {}
    scanned, more = 0, True
    while more and scanned < MAX_SCANNED:
        batch, more = take(stream, _BATCH)
        scanned += len(batch)
        left = {mid: spot for mid, spot in batch if mid not in of}
        for around in others:
            left = _linked(reading, around, left, kinds)
        for mid, spot in left.items():
            if len(found) == limit:
                return found, Truncation(
                    "limit", limit, cursors.cursor("common", reading.view, [max(found).hex()])
                )
            found[mid] = spot
        if more:
            # `take` looked one ahead: begin again after the last of this batch.
            stream = neighbours(reading, base, base.buckets, batch[-1][0])
    if more:
        return found, Truncation(
            "maxScanned", MAX_SCANNED, cursors.cursor("common", reading.view, [batch[-1][0].hex()])
        )
    return found, None


def _linked(
    reading: Reading, around: Surroundings, candidates: dict[bytes, Spot], kinds: Collection[str]
) -> dict[bytes, Spot]:
    """Those candidates that an entity is linked to, in their order: asked of the store where it has hub buckets."""
    linked: set[bytes] = {mid for near in around.near.values() for mid in near}
    if around.hubs:
        linked |= _asked(reading, around.entity, [c for c in candidates.items() if c[0] not in linked], kinds)
    return {mid: spot for mid, spot in candidates.items() if mid in linked}


def _asked(
    reading: Reading, hub: Entity, candidates: Sequence[tuple[bytes, Spot]], kinds: Collection[str]
) -> set[bytes]:
    comps = sorted({standing(reading, mid, spot).comp for mid, spot in candidates})
    pairs = [pair for comp in comps for pair in ((hub.comp, comp), (comp, hub.comp))]
    rows = reading.store.links(reading.view, between=pairs) if pairs else []
    rows = [row for row in rows if not kinds or row.kind in kinds]
    reading.ends([row for row in rows if row.from_anchor is None or row.to_anchor is None])
    ends = [row_ids(reading, row) for row in rows]
    return {b if a == hub.id else a for a, b in ends if hub.id in (a, b)}
