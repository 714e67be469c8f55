"""What was decided about an entity's mentions, and whether the entities are as it says."""

from __future__ import annotations

from collections.abc import Sequence

from graph.model import Entity, Pair, View
from graph.reading.answers import Decided
from graph.reading.reading import Reading
from graph.store.base import Store


def decisions(store: Store, view: View, entities: Sequence[Entity]) -> list[list[Decided]]:
    """See Graph.decisions_of_all."""
    own = {group.grp for entity in entities for group in entity.groups}
    pairs = [
        pair
        for pair in store.pairs(view, sorted({entity.comp for entity in entities}))
        if pair.grp_a in own or pair.grp_b in own
    ]
    reading = Reading(store, view)
    reading.load({comp for pair in pairs for comp in (pair.comp, pair.other)})
    about: dict[int, dict[int, Decided]] = {}
    for number, pair in enumerate(pairs):
        decided = Decided(pair, _followed(reading, pair))
        for grp in (pair.grp_a, pair.grp_b):
            about.setdefault(grp, {})[number] = decided
    found = []
    for entity in entities:
        held: dict[int, Decided] = {}
        for group in entity.groups:
            held |= about.get(group.grp, {})
        found.append([held[number] for number in sorted(held)])
    return found


def _followed(reading: Reading, pair: Pair) -> bool:
    if pair.verdict == "UNSURE":
        return False
    together = reading.at(pair.comp, pair.grp_a).id == reading.at(pair.other, pair.grp_b).id
    return together is (pair.verdict == "SAME")
