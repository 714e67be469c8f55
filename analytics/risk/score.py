"""Scores of everything that a reader sees: facts are read once, factors work on all entities at once.

A score is the sum of its contributions, and nothing else; each is its reason's formula over its listed values, rounded
to the model's quantum (halves to even).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.risk.base import OPEN, Factor, Facts, Flags, Reason, Ties
from analytics.risk.churn import churn
from analytics.risk.mass_address import mass_address
from analytics.risk.model import Model
from analytics.risk.opaque_ownership import opaque_ownership
from analytics.risk.proximity import proximity
from graph.errors import Replaced
from graph.model import LabelId, View
from graph.ontology import ontology
from graph.reading import Graph
from graph.reading.columns import Columns, Floats, Ints, Tick, no_tick, read
from graph.reading.members import GROUPS, PAIRS, Members, entities
from graph.reading.network import Projection, project
from graph.roles import Role

FACTORS: Final[Mapping[str, Factor]] = {
    "mass_address": mass_address,
    "churn": churn,
    "opaque_ownership": opaque_ownership,
    "proximity": proximity,
}
_TIES: Final = ("OFFICER_OF", "CONTROLS", "REGISTERED_AT")


@dataclass(frozen=True, slots=True)
class Contribution:
    """One reason for one entity. values: by name, as the formula reads them. about: ids of the entities it points at."""

    factor: str
    name: str
    text: str
    formula: str
    contribution: float
    cap: float
    values: tuple[tuple[str, float], ...]
    about: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a whole graph. contributions: by reason's name, parallel to facts.network.ids."""

    model: Model
    facts: Facts
    reasons: tuple[Reason, ...]
    contributions: Mapping[str, Floats]
    total: Floats

    def of(self, mid: bytes) -> tuple[float, tuple[Contribution, ...]]:
        """(the score of an entity, its reasons, the weightiest first); 0 and none for one that is not there."""
        position = self.facts.network.position(mid)
        if position is None:
            return 0.0, ()
        found = [
            self._reason(reason, position)
            for reason in self.reasons
            if self.contributions[reason.name][position]
        ]
        return float(self.total[position]), tuple(
            sorted(found, key=lambda one: (-one.contribution, one.name))
        )

    def _reason(self, reason: Reason, position: int) -> Contribution:
        factor = reason.name.partition(".")[0]
        values = tuple(
            (name, float(value if isinstance(value, float | int) else value[position]))
            for name, value in reason.values.items()
        )
        about = tuple(self.facts.network.id(one) for one in reason.about(position))
        return Contribution(
            factor, reason.name, reason.text, reason.formula, float(self.contributions[reason.name][position]),
            self.model.factors[factor]["cap"], values, about,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader sees beside the graph: roles, labels of cases in which no role lists anybody, and numbers of sources that list."""

    roles: tuple[Role, ...]
    cases: frozenset[LabelId]
    sources: frozenset[int]


def score(graph: Graph, view: View, model: Model, said: Said, *, tick: Tick = no_tick) -> Scores:
    """Score everything under a view. Only what the view and the roles given show counts."""
    facts, exempt = _facts(graph, view, model, said, tick)
    ranked = facts.of_kind(*model.kinds)
    reasons = tuple(
        reason for name, factor in FACTORS.items() for reason in factor(facts, model.factors[name])
    )
    contributions: dict[str, Floats] = {}
    for reason in reasons:
        points = np.where(ranked & ~exempt[reason.name.partition(".")[0]], reason.points, 0.0)
        contributions[reason.name] = np.round(points / model.quantum) * model.quantum
    total = sum(contributions.values(), np.zeros(facts.size))
    return Scores(model, facts, reasons, contributions, np.asarray(total))


def _facts(graph: Graph, view: View, model: Model, said: Said, tick: Tick) -> tuple[Facts, dict[str, Flags]]:
    """(the facts, who is exempt from each factor)."""
    links = ("kind", "from_grp", "to_grp", "valid_from", "valid_to")
    tables: dict[str, Sequence[str]] = {"groups": GROUPS, "pairs": PAIRS, "links": links}
    if said.sources:
        tables["mentions"] = ("grp", "source")
    found = read(graph.store, view, tables, tick=tick)
    members = entities(graph.store, view, found["groups"], found["pairs"])
    kinds, names = found["links"].codes("kind")
    sources, targets = members.at(found["links"].ints("from_grp")), members.at(found["links"].ints("to_grp"))
    hub_damping = model.factors["proximity"]["hub_damping"]
    network = project(members, kinds, names, sources, targets, Projection(hub_damping=hub_damping))
    ties = {kind: _ties(found["links"], kinds, names, kind, sources, targets, view) for kind in _TIES}
    ties["CONTROLS"] = _in_force(graph, view, members, ties["CONTROLS"], tick)
    listed, exempt = _listed(graph, view, model, said, members, found, len(members.ids))
    return Facts(network, ties, _on_register(members, found["groups"]), listed), exempt


def _ties(
    links: Columns, kinds: Ints, names: Sequence[str], kind: str, sources: Ints, targets: Ints, view: View
) -> Ties:
    if kind not in names:
        none = np.zeros(0, np.int64)
        return Ties(none, none, none, none, np.zeros(0, np.bool_))
    held = np.flatnonzero(kinds == names.index(kind))
    starts, ends = (
        _days(links[name].combine_chunks().take(pa.array(held, pa.int64())))
        for name in ("valid_from", "valid_to")
    )
    # On a given day the store gives only what was so then.
    current = np.ones(len(held), np.bool_) if view.valid is not None else ends == OPEN
    return Ties(sources[held], targets[held], starts, ends, current)


def _days(texts: Any) -> Ints:
    """Days since 1970; OPEN for none, and for what is no day. A month or a year is its first day."""
    encoded = texts.dictionary_encode()
    known = np.array([*(_day(text) for text in encoded.dictionary.to_pylist()), OPEN], np.int64)
    found: Ints = known[np.asarray(pc.fill_null(encoded.indices, pa.scalar(len(known) - 1, pa.int32())))]
    return found


def _day(text: str) -> int:
    try:
        return date.fromisoformat((text[:10] + "-01-01")[:10]).toordinal() - 719_163
    except ValueError:
        return OPEN + 1  # it has a bound, and none that a calendar knows


def _in_force(graph: Graph, view: View, members: Members, tie: Ties, tick: Tick) -> Ties:
    """Controls with those out that say they ceased on a day unknown (analytics/ownership.py, in_force)."""
    found = read(
        graph.store, view, {"links": ("kind", "from_grp", "to_grp", "valid_to", "props")}, ("CONTROLS",), tick
    )["links"]
    if sum(batch.num_rows for batch in found.batches) != len(tie.sources):
        raise Replaced("The store was rebuilt while it was read.", remedy="Try again.")
    if not found.batches:
        return tie
    ceased = pc.fill_null(pc.match_substring_regex(found["props"], r'"ceased": ?true'), pa.scalar(False))
    undated = pc.is_null(found["valid_to"])
    past = np.asarray(pc.and_(ceased, undated))
    return replace(tie, current=tie.current & ~past)


def _on_register(members: Members, groups: Columns) -> Flags:
    flags = np.zeros(len(members.ids), np.bool_)
    if groups.batches:
        number = ontology().identifiers["company_number"].key("")
        held = np.asarray(pc.match_substring(groups["keys"], f'"{number}'))
        flags[members.at(groups.ints("grp")[held])] = True
    return flags


def _listed(
    graph: Graph, view: View, model: Model, said: Said, members: Members, found: Mapping[str, Columns], n: int
) -> tuple[Flags, dict[str, Flags]]:
    listed = np.zeros(n, np.bool_)
    exempt = {factor: np.zeros(n, np.bool_) for factor in FACTORS}
    if model.listed_cases and said.cases:
        listed[members.of[np.isin(members.labels, sorted(said.cases))]] = True
    if said.sources and found["mentions"].batches:
        named = np.isin(found["mentions"].ints("source"), sorted(said.sources))
        listed[members.at(found["mentions"].ints("grp")[named])] = True
    held = graph.entities(view, [role.mention for role in said.roles])
    not_listed: list[int] = []
    place = {bytes(one): n for n, one in enumerate(members.ids.tolist())} if said.roles else {}
    for role, entity in zip(said.roles, held, strict=True):
        position = None if entity is None else place.get(entity.id)
        if position is None:
            continue
        listed[position] |= role.role in model.listed_roles
        if role.role not in model.listed_roles:
            not_listed.append(position)
        for factor in model.without.get(role.role, ()):
            exempt[factor][position] = True
    listed[not_listed] = False
    return listed, exempt
