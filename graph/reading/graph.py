"""The door: every read of the graph, over a store, for one View at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from graph.model import Entity, Link, Revision, View
from graph.reading import cursors, provenance, values
from graph.reading.answers import (
    Changes,
    CommonNeighbours,
    Decided,
    Expansion,
    Linked,
    MentionPage,
    Paths,
    Provenance,
    Subgraph,
    Timeline,
    Values,
)
from graph.reading.changes import changes
from graph.reading.common import common_neighbours
from graph.reading.decisions import decisions
from graph.reading.expand import Expand, expand
from graph.reading.linked import linked
from graph.reading.links import between
from graph.reading.paths import paths
from graph.reading.reading import Reading
from graph.reading.timeline import timeline
from graph.reading.walk import neighbourhood, subgraph
from graph.resolution.clusters import Skipped
from graph.store.base import Store


class Graph:
    """What a reader may see of a store. Every method takes the reader's View first; answers are a function of the
    rows that it sees and of nothing else, and are the same bytes on every store.

    Ids are 16 bytes. Any mention id names the entity where its mention now lives, and a withdrawn mention's the one
    that now holds its identifiers; what is hidden is as if unknown. An answer that was limited says by what and
    gives a cursor for the rest; a cursor goes on at its own revision, whatever the view's (see `view`).
    Raises InvalidValue for a bad argument or cursor, NotHeld for a revision that the store does not hold.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def view(self, view: View, cursor: str | None) -> View:
        """The view at a cursor's revision: what an answer got with this cursor was read at."""
        return view if cursor is None else replace(view, revision=cursors.revision(cursor))

    def entity(self, view: View, mid: bytes) -> Entity | None:
        """The entity where a mention now lives, or None."""
        return self.entities(view, [mid])[0]

    def entities(self, view: View, ids: Sequence[bytes]) -> list[Entity | None]:
        """The entity of each id, in their order; several ids may give one entity."""
        return Reading(self.store, view).resolve(ids)

    def known(self, view: View, ids: Sequence[bytes]) -> bool:
        """Whether all of some mentions stand, or once stood, where the reader may see them."""
        found = self.store.mentions(view, ids=sorted(set(ids)), ended=True)
        return {mention.mid for mention in found} == set(ids)

    def located(self, view: View, places: Sequence[tuple[int, int | None]]) -> list[Entity | None]:
        """The entity of each (component, group), or of a plain component (group None): for search documents."""
        reading = Reading(self.store, view)
        reading.load({comp for comp, _ in places})
        firsts = {comp: next(iter(reading.entities(comp)), None) for comp, grp in places if grp is None}
        return [firsts[comp] if grp is None else reading.place(comp, grp) for comp, grp in places]

    def by_identifier(self, view: View, keys: Sequence[str]) -> list[tuple[Entity, ...]]:
        """For each identifier key ("company_number:GB-COH/05857258"), the entities that hold it, oldest first.

        Usually one; several when a judgement keeps them apart."""
        return Reading(self.store, view).by_keys(keys)

    def skipped(self, view: View, ids: Sequence[bytes]) -> list[tuple[Skipped, ...]]:
        """For each id, the decisions around its entity that were not followed, because others forbid them."""
        reading = Reading(self.store, view)
        return [() if entity is None else reading.skipped(entity) for entity in reading.resolve(ids)]

    def decisions(self, view: View, entity: Entity) -> list[Decided]:
        """The visible judgements and model decisions about the entity's mentions, by id: what joined them, what keeps
        others away, what is only proposed."""
        return decisions(self.store, view, [entity])[0]

    def decisions_of_all(self, view: View, entities: Sequence[Entity]) -> list[list[Decided]]:
        """As decisions, of some entities of this view in one read."""
        return decisions(self.store, view, entities)

    def linked(
        self, view: View, mid: bytes, link_kind: str, *, out: bool, after: str | None = None, limit: int = 100
    ) -> Linked | None:
        """The links of one kind that leave (out) or reach an entity, by the neighbour's id, with their exact total (a
        floor on a given day above survey.VALID_COUNT); None when it is unknown. A hub costs what a leaf costs."""
        return linked(self.store, view, mid, link_kind, out, after, limit)

    def values(self, view: View, entity: Entity, *, after: str | None = None, limit: int = 1000) -> Values:
        """The entity's values on view.valid (or ever), each with the mentions that say it and their originals.

        limit: mentions read for it. Of an entity with more, every page gives its own mentions' values."""
        return values.values(self.store, view, entity, after, limit)

    def values_of_all(self, view: View, entities: Sequence[Entity], *, limit: int = 1000) -> list[Values]:
        """The values of each entity, in their order, as `values` gives their first pages: one call for a list."""
        return values.values_of_all(self.store, view, entities, limit)

    def mentions(
        self, view: View, entity: Entity, *, after: str | None = None, limit: int = 100
    ) -> MentionPage:
        """The entity's mentions by id, with their total; never shown as they are: comp and grp are internal."""
        return values.mentions(self.store, view, entity, after, limit)

    def links_between(self, view: View, pairs: Iterable[tuple[Entity, Entity]]) -> list[Link]:
        """The links from the first to the second entity of each pair, by id (kind, source, target)."""
        return between(Reading(self.store, view), pairs)

    def expand(
        self,
        view: View,
        ids: Sequence[bytes],
        *,
        link_kinds: Collection[str] = (),
        per_kind_limit: int = 25,
        exclude: Sequence[bytes] = (),
        after: Sequence[str] = (),
        rank: str = "ID",
    ) -> list[Expansion]:
        """One hop around each entity (each once, in the order of ids, then of `after`).

        Counts by (link kind, direction, neighbour kind) are exact, whatever is listed; on a given day
        (view.valid) they are floors (GTE) above survey.VALID_COUNT. Each such bucket lists up to per_kind_limit
        neighbours by entity id, without those of `exclude` (which stay counted). after: cursors of earlier
        truncations: of their entities only those buckets are listed, from where they were cut; their ids need
        not be given again. A hub costs what a leaf costs."""
        return expand(self.store, view, ids, Expand(link_kinds, per_kind_limit, exclude, after, rank))

    def neighbourhood(
        self,
        view: View,
        ids: Sequence[bytes],
        *,
        hops: int = 1,
        limit: int = 500,
        max_degree: int = 1000,
        after: str | None = None,
    ) -> Subgraph:
        """Entities up to `hops` links away from some, by (hops, id), those included, and the links among them.

        Entities with more than max_degree neighbours are shown but not followed, and named; the given ones are
        followed whatever their degree. A page's links are those with an end on it and the other on it or an
        earlier page, so that the pages' union is the whole."""
        return neighbourhood(self.store, view, ids, hops, limit, max_degree, after)

    def subgraph(self, view: View, ids: Sequence[bytes]) -> Subgraph:
        """Some entities, by id, and all links among them; never cut, so a caller bounds its ids."""
        return subgraph(self.store, view, ids)

    def common_neighbours(
        self,
        view: View,
        ids: Sequence[bytes],
        *,
        link_kinds: Collection[str] = (),
        after: str | None = None,
        limit: int = 100,
    ) -> CommonNeighbours:
        """Entities linked (either direction) to each of two or more, by id; none for fewer than two.

        Cut by `limit`, or by common.MAX_SCANNED neighbours tried; the cursor goes on in both cases."""
        return common_neighbours(self.store, view, ids, link_kinds, after, limit)

    def paths(
        self,
        view: View,
        source: bytes,
        target: bytes,
        *,
        max_hops: int = 6,
        max_degree: int = 1000,
        limit: int = 25,
    ) -> Paths:
        """All shortest paths of up to max_hops links, followed in either direction, by the entity ids along them.

        Never *through* an entity with more than max_degree neighbours in this view (its ends are exempt); the
        answer names those it met. truncated: "limit" when there are more paths than that (ask for more: they are
        in a defined order), "maxVisited" when the search gave up. No paths when an end is unknown."""
        return paths(self.store, view, source, target, max_hops, max_degree, limit)

    def timeline(
        self, view: View, ids: Sequence[bytes], *, after: str | None = None, limit: int = 100
    ) -> Timeline:
        """Dated events of some entities, oldest first, those of unknown date last: starts and ends of their links'
        episodes, and values of the properties that the ontology calls dates.

        Links of a bucket with more than timeline.MAX_BUCKET neighbours, and values of an entity with more than
        timeline.MAX_MENTIONS mentions, are left off, and `truncated` names them."""
        return timeline(self.store, view, ids, after, limit)

    def changes(self, view: View, since: Revision, *, after: str | None = None, limit: int = 100) -> Changes:
        """Mentions, links and decisions that revisions after `since`, up to the view's, put or ended as this reader
        sees it.

        A judgement or a model's decision is put when it is made, ended when it is undone or one of its mentions goes;
        mentions and links that it only moves between entities are not told. Each page reads the rows of its revision
        again: after a bulk revision ask for large pages."""
        return changes(self.store, view, since, after, limit)

    def provenance(
        self,
        view: View,
        mid: bytes,
        *,
        after: str | None = None,
        limit: int = 100,
    ) -> Provenance | None:
        """The records behind an entity, by mention id; None when unknown."""
        return provenance.of_entity(self.store, view, mid, after, limit)

    def link_provenance(
        self,
        view: View,
        link_id: str,
        *,
        after: str | None = None,
        limit: int = 100,
    ) -> Provenance | None:
        """The records behind a link "KIND:source:target": those of its mention links' mentions, at both ends."""
        return provenance.of_link(self.store, view, link_id, after, limit)

    def behind(self, view: View, links: Sequence[Link], *, limit: int = 25) -> list[Provenance]:
        """The first records behind each of some links of this view, in one read; link_provenance goes on."""
        return provenance.of_links(self.store, view, links, limit)

    def behind_entities(self, view: View, entities: Sequence[Entity], *, limit: int = 25) -> list[Provenance]:
        """The first records behind each of some entities of this view, in one read; provenance goes on."""
        return provenance.of_entities(self.store, view, entities, limit)
