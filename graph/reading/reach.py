"""From surroundings to what is reached: links to picked neighbours, and a search's frontier."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from graph.model import Entity, EntityId, Link
from graph.reading.links import between, links
from graph.reading.reading import Reading
from graph.reading.survey import (
    Bucket,
    Spot,
    Surroundings,
    degree,
    hub_counters,
    neighbours,
    row_ids,
    settle,
    survey,
)

Picks = dict[Bucket, list[tuple[bytes, Spot]]]
"""Neighbours by bucket, each bucket's by entity id."""

HEAVY = 1000
"""Plain neighbours above which an entity's links are not all fetched to see which lead to a few others."""


def links_to(reading: Reading, around: Surroundings, picks: Picks) -> tuple[Link, ...]:
    """The links to picked neighbours, in the picks' order, each once and whole: with all their mention links."""
    entity = around.entity
    others = {bucket: settle(reading, [spot for _, spot in page]) for bucket, page in picks.items()}
    wanted = {
        (bucket.kind, entity.id, other.id) if bucket.out else (bucket.kind, other.id, entity.id): None
        for bucket, page in others.items()
        for other in page
    }
    if around.hubs:
        pairs = [
            (entity, other) if b.out else (other, entity) for b, page in others.items() for other in page
        ]
        found = between(reading, pairs)
    else:
        found = links(reading, [row for row in around.rows if (row.kind, *row_ids(reading, row)) in wanted])
    by_key = {(link.kind, link.source.id, link.target.id): link for link in found}
    return tuple(by_key[key] for key in wanted)


def frontier(
    reading: Reading, spots: Mapping[bytes, Spot], max_degree: int
) -> tuple[dict[bytes, dict[bytes, Spot]], set[bytes]]:
    """(the neighbours of each entity at some spots, the entities whose degree is above max_degree).

    Links count in both directions. The latter's neighbours are not fetched."""
    entities = [standing(reading, mid, spots[mid]) for mid in sorted(spots)]
    counters = hub_counters(reading, entities)
    many = {e.id for e in entities if e.whole and sum(counters.get(e.comp, {}).values()) > max_degree}
    if reading.view.valid is not None:
        # Counters hold for all times; on one day there may be fewer, to be counted and then read in pages.
        dated = survey(reading, [entity for entity in entities if entity.id in many])
        few = [around for around in dated if degree(reading, around, max_degree) <= max_degree]
    else:
        few = []
    found: dict[bytes, dict[bytes, Spot]] = {around.entity.id: everyone(reading, around) for around in few}
    hubs: set[bytes] = {mid for mid in many if mid not in found}
    for around in survey(reading, [entity for entity in entities if entity.id not in many], hubs=False):
        if degree(reading, around, max_degree) > max_degree:
            hubs.add(around.entity.id)
        else:
            found[around.entity.id] = everyone(reading, around)
    return found, hubs


def hubs_among(reading: Reading, spots: Mapping[bytes, Spot], max_degree: int) -> set[bytes]:
    """The entities at some spots whose degree is above max_degree. No hub's links are fetched."""
    entities = [standing(reading, mid, spots[mid]) for mid in sorted(spots)]
    counters = hub_counters(reading, entities)
    known = {e.id: sum(counters.get(e.comp, {}).values()) if e.whole else 0 for e in entities}
    # Counters hold for all times; on one day there may be fewer.
    sure = {mid for mid, n in known.items() if n > max_degree and reading.view.valid is None}
    heavy = [e for e in entities if e.id not in sure and known[e.id] > HEAVY]
    light = [e for e in entities if e.id not in sure and known[e.id] <= HEAVY]
    around = [*survey(reading, heavy), *survey(reading, light, hubs=False)]
    return sure | {one.entity.id for one in around if degree(reading, one, max_degree) > max_degree}


def crowd(reading: Reading, spots: Mapping[bytes, Spot]) -> int:
    """How many plain neighbours the entities at some spots have by counter: about what following them would fetch."""
    counters = hub_counters(reading, [standing(reading, mid, spots[mid]) for mid in sorted(spots)])
    return sum(sum(held.values()) for held in counters.values())


def everyone(reading: Reading, around: Surroundings, kinds: Collection[str] = ()) -> dict[bytes, Spot]:
    """All distinct neighbours by id, over some link kinds or all."""
    return dict(neighbours(reading, around, [b for b in around.buckets if not kinds or b.kind in kinds]))


def standing(reading: Reading, mid: bytes, spot: Spot) -> Entity:
    """Enough of the entity at a spot to survey it: one in a plain component is not looked up."""
    if spot.grp is None:
        return Entity(EntityId(mid), "", "", spot.comp, (), True)
    return reading.at(spot.comp, spot.grp)


def spot_of(entity: Entity) -> Spot:
    """The spot of a worked-out entity."""
    return Spot(entity.comp, entity.groups[0].grp)
