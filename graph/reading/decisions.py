"""What was decided about an entity's mentions, and whether the entities are as it says."""

from __future__ import annotations

from graph.model import Entity, Pair, View
from graph.reading.answers import Decided
from graph.reading.reading import Reading
from graph.store.base import Store


def decisions(store: Store, view: View, entity: Entity) -> list[Decided]:
    """See Graph.decisions."""
    own = {group.grp for group in entity.groups}
    pairs = [pair for pair in store.pairs(view, [entity.comp]) if pair.grp_a in own or pair.grp_b in own]
    reading = Reading(store, view)
    reading.load({comp for pair in pairs for comp in (pair.comp, pair.other)})
    return [Decided(pair, _followed(reading, pair)) for pair in pairs]


def _followed(reading: Reading, pair: Pair) -> bool:
    if pair.verdict == "UNSURE":
        return False
    together = reading.at(pair.comp, pair.grp_a).id == reading.at(pair.other, pair.grp_b).id
    return together is (pair.verdict == "SAME")
