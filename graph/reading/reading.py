"""One read: a store under one View, and the entities worked out so far.

Entities are clusters of visible groups (graph/resolution/clusters.py); everything above asks this for them, many
components at a time, so that a list costs as many store calls as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from graph.errors import Corrupt
from graph.model import Entity, EntityId, Group, Mention, MentionLink, Pair, Revision, View
from graph.resolution.clusters import Skipped, cluster
from graph.store.base import Store


class Reading:
    """Made for one answer, then dropped: what it remembers is true for its view only."""

    def __init__(self, store: Store, view: View) -> None:
        self.store = store
        self.view = view
        self._places: dict[int, dict[int, Entity]] = {}
        self._skipped: dict[bytes, tuple[Skipped, ...]] = {}

    def load(self, comps: Iterable[int]) -> None:
        """Work out the entities of components: one `groups` call and, if some have several, one `pairs` call."""
        # One by one: set difference with the keys of a dict goes through the whole of the dict.
        missing = sorted({comp for comp in comps if comp not in self._places})
        if not missing:
            return
        groups = self.store.groups(self.view, missing)
        several = [comp for comp, found in groups.items() if len(found) > 1]
        pairs = _by_component(self.store.pairs(self.view, several) if several else ())
        for comp in missing:
            self._places[comp] = self._work_out(comp, groups.get(comp, []), pairs.get(comp, []))

    def _work_out(self, comp: int, groups: Sequence[Group], pairs: Sequence[Pair]) -> dict[int, Entity]:
        if len(groups) == 1:  # nearly all: nothing to cluster, nothing to choose
            (group,) = groups
            alone = Entity(
                EntityId(group.anchor), group.kind, group.caption or _number(groups), comp, (group,), True
            )
            self._skipped[alone.id] = ()
            return {group.grp: alone}
        if groups and not pairs and _share_a_key(groups):
            entity = entity_of(comp, tuple(groups), whole=True)
            self._skipped[entity.id] = ()
            return {group.grp: entity for group in groups}
        places: dict[int, Entity] = {}
        clusters = cluster(groups, pairs)
        for found in clusters:
            entity = entity_of(comp, found.groups, whole=len(clusters) == 1)
            self._skipped[entity.id] = found.skipped
            for group in found.groups:
                places[group.grp] = entity
        return places

    def entities(self, comp: int) -> list[Entity]:
        """The visible entities of a component, oldest first."""
        self.load([comp])
        return list({entity.id: entity for entity in self._places[comp].values()}.values())

    def only(self, comp: int) -> Entity:
        """The entity of a component that is loaded and has one."""
        return next(iter(self._places[comp].values()))

    def place(self, comp: int, grp: int) -> Entity | None:
        """The entity that a group is in; None when the reader sees no such group."""
        if comp not in self._places:
            self.load([comp])
        return self._places[comp].get(grp)

    def at(self, comp: int, grp: int) -> Entity:
        """The entity at a visible row's end. Corrupt when its group isn't there: a projection fault."""
        try:
            return self._places[comp][grp]
        except KeyError:  # not loaded yet, or not there: an exception costs less than asking every time
            entity = self.place(comp, grp)
        if entity is None:
            raise Corrupt("The store has a visible row without its group.", remedy="Run `clew check`.")
        return entity

    def skipped(self, entity: Entity) -> tuple[Skipped, ...]:
        """The decisions that were not followed around an entity of this reading."""
        return self._skipped[entity.id]

    def ends(self, rows: Sequence[MentionLink]) -> None:
        """Work out the entities at all ends of rows, in one go."""
        self.load({comp for row in rows for comp in (row.from_comp, row.to_comp)})

    def resolve(self, ids: Sequence[bytes]) -> list[Entity | None]:
        """For each mention id, the entity where its mention now lives; None when unknown or hidden.

        A withdrawn mention leads to whoever now holds an identifier that it held last: by key, then oldest."""
        wanted = sorted(set(ids))
        rows = {row.mid: row for row in self.store.mentions(self.view, ids=wanted)} if wanted else {}
        self.load({row.comp for row in rows.values()})
        found: dict[bytes, Entity | None] = {mid: self.at(row.comp, row.grp) for mid, row in rows.items()}
        gone = [mid for mid in wanted if mid not in rows]
        if gone:
            for row in self.store.mentions(self.view, ids=gone, ended=True):
                found[row.mid] = self._heir(row)
        return [found.get(mid) for mid in ids]

    def _heir(self, ended: Mention) -> Entity | None:
        keys = self._last_keys(ended)
        for found in self.by_keys(keys):
            if found:
                return found[0]
        return None

    def _last_keys(self, ended: Mention) -> tuple[str, ...]:
        """The keys that an ended mention held when it stood last: its last revision is searched for by halves,
        between that of its record, when it stood, and the view's, when it does not. ~2 log2(revisions) calls."""
        low, high = ended.revision, int(self.view.revision)
        row = self._stands(ended.mid, low)
        while row is not None and high - low > 1:
            middle = (low + high) // 2
            there = self._stands(ended.mid, middle)
            if there is None:
                high = middle
            else:
                low, row = middle, there
        if row is None:
            return ()
        then = replace(self.view, revision=Revision(low))
        groups = self.store.groups(then, [row.comp]).get(row.comp, [])
        return next((group.keys for group in groups if group.grp == row.grp), ())

    def _stands(self, mid: bytes, revision: int) -> Mention | None:
        rows = self.store.mentions(replace(self.view, revision=Revision(revision)), ids=[mid])
        return rows[0] if rows else None

    def by_keys(self, keys: Sequence[str]) -> list[tuple[Entity, ...]]:
        """For each identifier key, the entities that hold it, oldest first: several when judged DIFFERENT."""
        holders = self.store.holders(self.view, sorted(set(keys))) if keys else {}
        self.load({comp for comps in holders.values() for comp in comps})
        answers: list[tuple[Entity, ...]] = []
        for key in keys:
            held = [
                entity
                for comp in holders.get(key, [])
                for entity in self.entities(comp)
                if any(key in group.keys for group in entity.groups)
            ]
            answers.append(tuple(sorted(held, key=age)))
        return answers


def age(entity: Entity) -> tuple[int, bytes]:
    """Sorts entities oldest first."""
    return entity.groups[0].born, entity.id


def unique(entities: Iterable[Entity | None]) -> list[Entity]:
    """Entities in their order, each once, without the Nones."""
    return list({entity.id: entity for entity in entities if entity is not None}.values())


def entity_of(comp: int, groups: tuple[Group, ...], *, whole: bool) -> Entity:
    """The entity that some groups are, oldest first."""
    best = min(groups, key=lambda group: (group.caption == "", group.authority, group.caption, group.kind))
    return Entity(EntityId(groups[0].anchor), best.kind, best.caption or _number(groups), comp, groups, whole)


def _number(groups: Sequence[Group]) -> str:
    """What a thing is called of which only an identifier is known: "05857258" of "company_number:GB-COH/05857258"."""
    first = min((key for group in groups for key in group.keys), default="")
    return first.partition(":")[2].rpartition("/")[2]


def _share_a_key(groups: Sequence[Group]) -> bool:
    """Whether one key joins all of some groups (a single group is joined as it is)."""
    return len(groups) == 1 or bool(set(groups[0].keys).intersection(*(group.keys for group in groups[1:])))


def _by_component(pairs: Sequence[Pair]) -> dict[int, list[Pair]]:
    found: dict[int, list[Pair]] = {}
    for pair in pairs:
        for comp in {pair.comp, pair.other}:
            found.setdefault(comp, []).append(pair)
    return found
