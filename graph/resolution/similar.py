"""Near misses: entities that were proposed or nearly joined to one, and why each is not one with it; and why two entities are not one.

A function of the pairs and groups that the reader sees. Of pairs that no run proposed nothing is kept, so none is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from graph.model import Entity, Pair, Truncation, View
from graph.reading.reading import Reading
from graph.resolution.clusters import JUDGEMENT, Skipped
from graph.resolution.models import MODELS
from graph.resolution.models.base import Model
from graph.store.base import Store

REMEDIES: Final = {
    "JUDGED_DIFFERENT": "Undo the judgement, if it is wrong.",
    "JUDGED_UNSURE": "Judge them SAME or DIFFERENT.",
    "MODEL_DIFFERENT": "Judge them SAME, which goes before a model.",
    "NOT_FOLLOWED": "Undo the judgement that stands against it, if that is wrong.",
    "WEIGHT": "More that agrees, or a judgement.",
    "NOT_CORROBORATED": "More than names that agrees, and nothing that contradicts; or a judgement.",
    "CLASH": "What clashes put right, or a judgement.",
    "SEVERAL": "A birth date or a full name that tells which of several is meant, or a judgement.",
    "RECORD": "They are two of one record; only a judgement makes them one.",
    "BRIDGE": "A second tie between the two groups, or a judgement.",
    "CONTRADICTION": "What contradicts put right, or a judgement.",
}
"""What would have to change, by why two are not one."""
SAID: Final = {
    "JUDGED_DIFFERENT": "judged different",
    "JUDGED_UNSURE": "judged unsure",
    "MODEL_DIFFERENT": "different, by the model",
    "NOT_FOLLOWED": "a judgement stands against it",
    "WEIGHT": "too little agrees",
    "NOT_CORROBORATED": "names alone agree, or hardly more",
    "CLASH": "birth dates or numbers clash",
    "SEVERAL": "fits several who are not each other",
    "RECORD": "two things of one record",
    "BRIDGE": "the one weak tie between two groups",
    "CONTRADICTION": "something contradicts",
}
"""Why two are not one, in words."""
_AGAINST: Final = {
    "": "WEIGHT",
    "clash": "CLASH",
    "several": "SEVERAL",
    "record": "RECORD",
    "bridge": "BRIDGE",
}


class Obstacle(NamedTuple):
    """What keeps two entities from being one. code: of REMEDIES. detail: what the model said against it, or the key or id that was
    not followed. pair: the decision, None for an identifier. because: the pairs that stand against it."""

    code: str
    detail: str
    pair: Pair | None
    because: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """Another entity, the strongest pair to it and its bits (None: nothing but judgements), and all that keeps it apart."""

    entity: Entity
    pair: Pair | None
    bits: float | None
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class Similar:
    near: tuple[Near, ...]
    total: int
    truncated: Truncation | None


def similar(
    store: Store, view: View, entity: Entity, limit: int, models: Sequence[Model] = MODELS
) -> Similar:
    """The near misses of an entity, the strongest first, then by id. models: the versions in force at the view's revision."""
    found = _near(store, view, entity, models)
    found.sort(key=lambda near: (-(near.bits or 0.0), near.entity.id))
    cut = Truncation("limit", limit, None) if len(found) > limit else None
    return Similar(tuple(found[:limit]), len(found), cut)


def between(
    store: Store, view: View, one: Entity, other: Entity, models: Sequence[Model] = MODELS
) -> Near | None:
    """What was decided between two entities; None when nothing was."""
    return next((near for near in _near(store, view, one, models) if near.entity.id == other.id), None)


def _near(store: Store, view: View, entity: Entity, models: Sequence[Model]) -> list[Near]:
    reading = Reading(store, view)
    pairs = {pair.id: pair for pair in store.pairs(view, [entity.comp])}
    own = {group.grp for group in entity.groups}
    touching = [pair for pair in pairs.values() if pair.grp_a in own or pair.grp_b in own]
    reading.load({entity.comp, *(comp for pair in touching for comp in (pair.comp, pair.other))})
    others: dict[bytes, Entity] = {}
    against: dict[bytes, list[Obstacle]] = {}
    strongest: dict[bytes, Pair] = {}
    for pair in touching:
        a, b = reading.at(pair.comp, pair.grp_a), reading.at(pair.other, pair.grp_b)
        if a.id == b.id:
            continue
        far = b if a.id == entity.id else a
        others[far.id] = far
        held = strongest.get(far.id)
        if pair.strength is not None and (held is None or (held.strength or 0.0) < pair.strength):
            strongest[far.id] = pair
        if pair.verdict != "SAME":
            against.setdefault(far.id, []).append(obstacle(pair, models))
    for edge in reading.skipped(entity):
        for far in _far(reading, entity, edge):
            others[far.id] = far
            because = tuple(pairs[id] for id in edge.because if id in pairs)
            against.setdefault(far.id, []).append(
                Obstacle("NOT_FOLLOWED", edge.id, pairs.get(edge.id), because)
            )
    return [
        Near(far, strongest.get(id), strongest[id].strength if id in strongest else None, tuple(_ordered(against.get(id, ()))))
        for id, far in others.items()
    ]  # fmt: skip


def _far(reading: Reading, entity: Entity, edge: Skipped) -> list[Entity]:
    """The other entity of a SAME edge that was not followed."""
    if edge.verdict != "SAME":
        return []
    ends = [found for found in reading.resolve([edge.a, edge.b]) if found is not None]
    return [found for found in ends if found.id != entity.id][:1]


def obstacle(pair: Pair, models: Sequence[Model] = MODELS) -> Obstacle:
    """Why a pair that is not SAME is not: of one that weighs enough for its model, that nothing but weight speaks for it."""
    if pair.by == JUDGEMENT:
        return Obstacle(f"JUDGED_{pair.verdict}", "", pair)
    if pair.verdict == "DIFFERENT":
        return Obstacle("MODEL_DIFFERENT", _said_against(pair), pair)
    against = _said_against(pair)
    accept = next((model.accept for model in models if model.decider == pair.by), None)
    if not against and accept is not None and pair.strength is not None and pair.strength >= accept:
        return Obstacle("NOT_CORROBORATED", "", pair)
    return Obstacle(_AGAINST.get(against, "CONTRADICTION"), against, pair)


def _said_against(pair: Pair) -> str:
    reasons = json.loads(pair.reason or "[]") or []
    told = (reason.get("against", "") for reason in reasons if isinstance(reason, dict))
    return next((str(one) for one in told if one), "")


def _ordered(found: Iterable[Obstacle]) -> list[Obstacle]:
    """Judgements first, then what else weighs, the strongest pairs first."""
    order = list(REMEDIES)
    unique = {(one.code, one.detail, one.pair.id if one.pair else ""): one for one in found}
    return sorted(
        unique.values(),
        key=lambda one: (order.index(one.code), -((one.pair.strength if one.pair else 0.0) or 0.0), one.pair.id if one.pair else one.detail),
    )  # fmt: skip
