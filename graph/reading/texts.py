"""From entities to the texts by, in or about them, as one reader sees both."""

from __future__ import annotations

from graph.model import Entity, View
from graph.reading.reading import Reading
from graph.search.messages import Handles
from graph.store.base import Store
from graph.tables import handles


def texts_of(store: Store, view: View, mid: bytes) -> Handles | None:
    """What the texts of the entity where a mention now lives are found by; None when it is unknown.

    Mentions of equal keys are one group, found by these keys; one that was judged is a group of its own, found by its
    id, and left out of what its keys find when the judgement put it into another entity."""
    reading = Reading(store, view)
    entity = reading.resolve([mid])[0]
    if entity is None:
        return None
    others = [
        group for other in reading.entities(entity.comp) if other.id != entity.id for group in other.groups
    ]
    apart: dict[tuple[str, ...], list[str]] = {}
    for group in others:
        if group.n == 1 and group.keys:
            apart.setdefault(group.keys, []).append(group.anchor.hex())
    terms, shared = [], []
    for group in entity.groups:
        if group.n == 1 or not group.keys:
            terms.append(group.anchor.hex())
        else:
            term = handles(group.anchor, group.keys)[1]
            shared.append((term, tuple(sorted(apart.get(group.keys, ())))))
    return Handles(tuple(sorted(set(terms))), tuple(sorted(set(shared))))


def authors(store: Store, view: View, mids: list[bytes]) -> dict[bytes, Entity]:
    """The entity of each mention id that there is one of."""
    found = Reading(store, view).resolve(mids)
    return {mid: entity for mid, entity in zip(mids, found, strict=True) if entity is not None}
