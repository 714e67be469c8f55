"""The whole graph that a reader sees, as arrays: what algorithms are run over.

Entities and links are those of every other answer; graph/reading/members.py works the entities out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.errors import InvalidValue
from graph.model import View
from graph.reading.columns import ID_NUMBER, Columns, Floats, Ints, Tick, no_tick, read
from graph.reading.members import GROUPS, PAIRS, Members, entities
from graph.store.base import Store


@dataclass(frozen=True, slots=True)
class Projection:
    """Which part of the graph. kinds: of entities, link_kinds: of links, all when empty; links have both ends in it.

    start, end: only links that were so on some day between them, both included (unknown bounds are open). minimum: only
    links that at least so many mention links state, in that time. hub_damping: 0 weighs a link by that count; up to 1,
    divides it by (degree of one end · degree of the other) ** (hub_damping / 2), degrees being distinct neighbours in
    the projection: what hangs on a hub says little about who belongs together."""

    kinds: tuple[str, ...] = ()
    link_kinds: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    minimum: int = 1
    hub_damping: float = 0.0

    def __post_init__(self) -> None:
        if self.minimum < 1:
            raise InvalidValue("minimumCount", self.minimum, "1 or more")
        if not 0 <= self.hub_damping <= 1:
            raise InvalidValue("hubDamping", self.hub_damping, "0 to 1")
        if self.start and self.end and self.start > self.end:
            raise InvalidValue("period", f"{self.start} to {self.end}", "a period that ends after it begins")


@dataclass(frozen=True, slots=True)
class Network:
    """Entities by id, ascending, and links by (kind, source, target).

    ids: 16 bytes each (V16). born: the revision of each one's oldest mention. kinds: positions in kind_names.
    sources, targets: positions in ids. link_kinds: positions in link_kind_names. counts: mention links; weights: what
    they come to after hub damping. A link from an entity to itself is kept; what it means is the algorithm's to say."""

    ids: NDArray[Any]
    born: Ints
    kinds: Ints
    kind_names: tuple[str, ...]
    sources: Ints
    targets: Ints
    link_kinds: Ints
    link_kind_names: tuple[str, ...]
    counts: Ints
    weights: Floats

    @property
    def size(self) -> int:
        return len(self.ids)

    def id(self, position: int) -> bytes:
        """The id of one entity."""
        return bytes(self.ids[position])

    def position(self, mid: bytes) -> int | None:
        """Where an entity is, by its id; None when it is not in the projection."""
        place = int(np.searchsorted(self.ids.view(ID_NUMBER), np.void(mid).view(ID_NUMBER)))
        return place if place < self.size and self.id(place) == mid else None


def network(store: Store, view: View, projection: Projection, *, tick: Tick = no_tick) -> Network:
    """The reader's graph, or a part of it. Seconds for a million entities; view.valid counts for links, as ever."""
    dated = projection.start is not None or projection.end is not None
    names = ("kind", "from_grp", "to_grp", *(("valid_from", "valid_to") if dated else ()))
    tables = read(
        store, view, {"groups": GROUPS, "pairs": PAIRS, "links": names}, projection.link_kinds, tick
    )
    members = entities(store, view, tables["groups"], tables["pairs"])
    links = tables["links"]
    kinds, link_kind_names = links.codes("kind")
    sources, targets = members.at(links.ints("from_grp")), members.at(links.ints("to_grp"))
    if dated and len(kinds):
        kept = in_period(links, projection.start, projection.end)
        kinds, sources, targets = kinds[kept], sources[kept], targets[kept]
    return project(members, kinds, link_kind_names, sources, targets, projection)


def in_period(links: Columns, start: date | None, end: date | None) -> NDArray[np.bool_]:
    """Which links were so on some day from start to end."""
    kept = np.ones(sum(batch.num_rows for batch in links.batches), np.bool_)
    if end is not None:  # 'T99' is after every instant of the day: text of this form sorts by time
        kept &= np.asarray(
            pc.fill_null(pc.less_equal(links["valid_from"], pa.scalar(end.isoformat() + "T99")), True)
        )
    if start is not None:
        kept &= np.asarray(
            pc.fill_null(pc.greater_equal(links["valid_to"], pa.scalar(start.isoformat())), True)
        )
    return kept


def project(
    members: Members,
    kinds: Ints,
    link_kind_names: tuple[str, ...],
    sources: Ints,
    targets: Ints,
    projection: Projection,
) -> Network:
    """Mention links by the entities at their ends as a network."""
    chosen = np.ones(len(members.ids), np.bool_)
    if projection.kinds:
        codes = [n for n, name in enumerate(members.kind_names) if name in projection.kinds]
        chosen = np.isin(members.kinds, codes)
        both = chosen[sources] & chosen[targets]
        kinds, sources, targets = kinds[both], sources[both], targets[both]
    place = np.cumsum(chosen) - 1
    n = int(chosen.sum())
    key = (kinds * n + place[sources]) * n + place[targets] if n else np.zeros(0, np.int64)
    link, counts = np.unique(key, return_counts=True)
    link, counts = link[counts >= projection.minimum], counts[counts >= projection.minimum]
    ends, of = link // max(n, 1), link % max(n, 1)
    start, kind = ends % max(n, 1), ends // max(n, 1)
    weights = counts.astype(np.float64)
    if projection.hub_damping and len(link):
        degree = np.maximum(_degrees(n, start, of), 1).astype(np.float64)
        weights /= (degree[start] * degree[of]) ** (projection.hub_damping / 2)
    return Network(
        members.ids[chosen], members.born[chosen], members.kinds[chosen], members.kind_names,
        start, of, kind, link_kind_names, counts.astype(np.int64), weights,
    )  # fmt: skip


def _degrees(n: int, sources: Ints, targets: Ints) -> Ints:
    """Distinct neighbours of each entity, itself not counted."""
    low, high = np.minimum(sources, targets), np.maximum(sources, targets)
    pairs = np.unique(low * n + high)
    low, high = pairs // n, pairs % n
    return np.bincount(low[low != high], minlength=n) + np.bincount(high[low != high], minlength=n)
