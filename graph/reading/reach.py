"""From surroundings to what is reached: links to picked neighbours, links among entities, and a search's frontier."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from graph.model import Entity, EntityId, Link, MentionLink
from graph.reading.links import between, links
from graph.reading.reading import Reading
from graph.reading.survey import (
    Bucket,
    Spot,
    Surroundings,
    degree,
    fetch,
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


def links_among(reading: Reading, page: Sequence[Entity], known: Sequence[Entity]) -> list[Link]:
    """The links between entities of a page and those known (the page among them), by id."""
    counters = hub_counters(reading, page)
    heavy = {e.id for e in page if e.whole and sum(counters.get(e.comp, {}).values()) > HEAVY}
    light = [entity for entity in page if entity.id not in heavy]
    near = {entity.id for entity in light}
    far = [entity for entity in known if entity.id not in near]
    pairs = [(a, b) for hub in page if hub.id in heavy for o in far for a, b in ((hub, o), (o, hub))]
    found = {_key(link): link for link in [*_among(fetch(reading, light), known), *between(reading, pairs)]}
    return [found[key] for key in sorted(found)]


def _among(rows: Iterable[MentionLink], known: Sequence[Entity]) -> Iterator[Link]:
    """The links that rows make between known entities; other ends are not worked out."""
    comps = {entity.comp: entity for entity in known if entity.whole}
    groups = {group.grp: entity for entity in known if not entity.whole for group in entity.groups}
    found: dict[tuple[str, bytes, bytes], tuple[Entity, Entity, list[MentionLink]]] = {}
    for row in rows:
        source = comps.get(row.from_comp) or groups.get(row.from_grp)
        target = comps.get(row.to_comp) or groups.get(row.to_grp)
        if source and target:
            key = (row.kind, source.id, target.id)
            (found.get(key) or found.setdefault(key, (source, target, [])))[2].append(row)
    return (Link(key[0], source, target, tuple(held)) for key, (source, target, held) in found.items())


def _key(link: Link) -> tuple[str, bytes, bytes]:
    return link.kind, link.source.id, link.target.id


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
