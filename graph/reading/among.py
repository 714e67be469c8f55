"""The links among entities, worked out in columns: a graph of thousands of links shows how many mention links each is, and
hardly ever the mention links themselves, so those are read when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import Entity, Link, MentionLink
from graph.reading import reach
from graph.reading.columns import Ints
from graph.reading.links import between
from graph.reading.reading import Reading
from graph.reading.survey import fetch, hub_counters

Key = tuple[str, bytes, bytes]
"""A link's id: (kind, source, target)."""


class Among(Sequence[Link]):
    """The links between entities of a page and those known (the page first among them), by id. As columns, of equal
    length: kinds, sources and targets (positions in `known`), counts (of mention links)."""

    def __init__(
        self, known: Sequence[Entity], columns: tuple[list[str], list[int], list[int], list[int]],
        read: Callable[[], dict[Key, tuple[MentionLink, ...]]],
    ) -> None:  # fmt: skip
        self.known = known
        self.kinds, self.sources, self.targets, self.counts = columns
        self._read = read

    @cached_property
    def _rows(self) -> dict[Key, tuple[MentionLink, ...]]:
        return self._read()

    @cached_property
    def _links(self) -> list[Link]:
        known = self.known
        return [
            Link(kind, (a := known[source]), (b := known[target]), _Later(self, (kind, a.id, b.id), count))
            for kind, source, target, count in zip(
                self.kinds, self.sources, self.targets, self.counts, strict=True
            )
        ]

    def rows(self, key: Key) -> tuple[MentionLink, ...]:
        """The mention links of one of these links; all links' are read with the first."""
        return self._rows[key]

    def __len__(self) -> int:
        return len(self.kinds)

    def __iter__(self) -> Iterator[Link]:
        return iter(self._links)

    @overload
    def __getitem__(self, at: int) -> Link: ...
    @overload
    def __getitem__(self, at: slice) -> list[Link]: ...
    def __getitem__(self, at: int | slice) -> Link | list[Link]:
        return self._links[at]


class _Later(Sequence[MentionLink]):
    """Mention links of which so far the number is known."""

    __slots__ = ("_among", "_count", "_key")

    def __init__(self, among: Among, key: Key, count: int) -> None:
        self._among, self._key, self._count = among, key, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> MentionLink: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[MentionLink, ...]: ...
    def __getitem__(self, at: int | slice) -> MentionLink | tuple[MentionLink, ...]:
        return self._among.rows(self._key)[at]

    def __iter__(self) -> Iterator[MentionLink]:
        return iter(self._among.rows(self._key))

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, _Later) else other)

    def __hash__(self) -> int:
        return hash(tuple(self))


def links_among(reading: Reading, page: Sequence[Entity], earlier: Sequence[Entity]) -> Among:
    """The links with an end on a page and the other there too or among earlier entities, by id."""
    known = [*page, *earlier]
    counters = hub_counters(reading, page)
    heavy = {e.id for e in page if e.whole and sum(counters.get(e.comp, {}).values()) > reach.HEAVY}
    light = [entity for entity in page if entity.id not in heavy]
    near = {entity.id for entity in light}
    far = [entity for entity in known if entity.id not in near]
    pairs = [(a, b) for hub in page if hub.id in heavy for o in far for a, b in ((hub, o), (o, hub))]
    hubs = between(reading, pairs)
    table = reading.store.among(
        reading.view, {entity.comp for entity in light}, {entity.comp for entity in known}
    )
    # The rows of `light` alone: a component may hold others, of which those on earlier pages are known too.
    columns = _columns(known, len(page), table, hubs)

    def read() -> dict[Key, tuple[MentionLink, ...]]:
        rows = {_key(link): tuple(link.rows) for link in hubs}
        return rows | _rows(fetch(reading, light), known)

    return Among(known, columns, read)


def _columns(
    known: Sequence[Entity], page: int, table: pa.Table, hubs: Sequence[Link]
) -> tuple[list[str], list[int], list[int], list[int]]:
    """Mention links as links with their counts, by (kind, source, target)."""
    place = {entity.id: n for n, entity in enumerate(known)}
    kinds = sorted({*map(str, pc.unique(table["kind"]).to_pylist()), *(link.kind for link in hubs)})
    ranks = pc.index_in(table["kind"], pa.array(kinds, pa.string())).to_numpy().astype(np.int64)
    sources, targets = (
        _positions(known, table[f"{end}_comp"].to_numpy(), table[f"{end}_grp"].to_numpy())
        for end in ("from", "to")
    )
    kept = (sources >= 0) & (targets >= 0) & ((sources < page) | (targets < page))
    # Ordered by id, not by position: the ranks of ids take the places of positions in the key.
    by_id = np.array(sorted(range(len(known)), key=lambda n: known[n].id), np.int64)
    rank = np.empty(len(known), np.int64)
    rank[by_id] = np.arange(len(known))
    n = max(len(known), 1)
    keys = (ranks[kept] * n + rank[sources[kept]]) * n + rank[targets[kept]]
    distinct, counts = np.unique(keys, return_counts=True)
    if hubs:
        order = {kind: number for number, kind in enumerate(kinds)}
        more = [(order[x.kind] * n + rank[place[x.source.id]]) * n + rank[place[x.target.id]] for x in hubs]
        distinct = np.concatenate([distinct, np.array(more, np.int64)])
        counts = np.concatenate([counts, np.array([x.count for x in hubs], np.int64)])
        distinct, first = np.unique(distinct, return_index=True)
        counts = counts[first]
    return (
        [kinds[kind] for kind in (distinct // (n * n)).tolist()],
        by_id[distinct // n % n].tolist(),
        by_id[distinct % n].tolist(),
        counts.tolist(),
    )


def _positions(known: Sequence[Entity], comps: Ints, groups: Ints) -> Ints:
    """The positions of the entities at some ends; -1 where there is another. An entity that has its component to itself
    is known by that, others by their groups."""
    found = _looked_up({e.comp: n for n, e in enumerate(known) if e.whole}, comps)
    parts = {group.grp: n for n, e in enumerate(known) if not e.whole for group in e.groups}
    return np.where(found >= 0, found, _looked_up(parts, groups)) if parts else found


def _looked_up(places: dict[int, int], values: Ints) -> Ints:
    if not places:
        return np.full(len(values), -1, np.int64)
    keys = np.array(sorted(places), np.int64)
    at = np.array([places[key] for key in keys.tolist()], np.int64)
    near = np.minimum(np.searchsorted(keys, values), len(keys) - 1)
    return np.where(keys[near] == values, at[near], -1)


def _rows(rows: Iterable[MentionLink], known: Sequence[Entity]) -> dict[Key, tuple[MentionLink, ...]]:
    """The mention links of each link between known entities."""
    comps = {entity.comp: entity for entity in known if entity.whole}
    groups = {group.grp: entity for entity in known if not entity.whole for group in entity.groups}
    found: dict[Key, list[MentionLink]] = {}
    for row in rows:
        source = comps.get(row.from_comp) or groups.get(row.from_grp)
        target = comps.get(row.to_comp) or groups.get(row.to_grp)
        if source and target:
            found.setdefault((row.kind, source.id, target.id), []).append(row)
    return {key: tuple(held) for key, held in found.items()}


def _key(link: Link) -> Key:
    return link.kind, link.source.id, link.target.id
