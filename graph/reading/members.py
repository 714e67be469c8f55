"""The entity of every group that a reader sees, worked out over columns.

Visible groups that share a key or are in a visible SAME pair are one entity (graph/resolution/clusters.py). Where that
may not be so (a visible DIFFERENT in the component), or where the groups of one entity do not agree on its kind,
`Reading` works the component out, as in every other answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.errors import Replaced
from graph.model import View
from graph.reading.columns import ID_NUMBER, Columns, Ints
from graph.reading.reading import Reading
from graph.store.base import Store

GROUPS: Final = ("grp", "comp", "label", "anchor", "born", "kind", "keys")
PAIRS: Final = ("comp", "other", "grp_a", "grp_b", "verdict")


@dataclass(frozen=True, slots=True)
class Members:
    """The entities of every visible group: `grps` ascending, `of` the entity of each as a position in `ids`."""

    ids: NDArray[Any]
    born: Ints
    kinds: Ints
    kind_names: tuple[str, ...]
    grps: Ints
    of: Ints
    labels: Ints
    """the label of each group"""

    def at(self, grps: Ints) -> Ints:
        """The entities of some groups. Replaced when one is not there: a rebuild came in between."""
        place = np.searchsorted(self.grps, grps)
        if len(grps) and (
            not len(self.grps) or np.any(self.grps[np.minimum(place, len(self.grps) - 1)] != grps)
        ):
            raise Replaced("The store was rebuilt while it was read.", remedy="Try again.")
        return self.of[place] if len(grps) else np.zeros(0, np.int64)


def entities(store: Store, view: View, groups: Columns, pairs: Columns) -> Members:
    """The entity of every visible group."""
    grps, comps, born = groups.ints("grp"), groups.ints("comp"), groups.ints("born")
    anchors, (kinds, kind_names) = groups.ids("anchor"), groups.codes("kind")
    order = np.argsort(grps, kind="stable")
    grps, comps, born, anchors, kinds = grps[order], comps[order], born[order], anchors[order], kinds[order]
    odd, joined = _paired(pairs, grps)
    _, comp_at, comp_size = np.unique(comps, return_inverse=True, return_counts=True)
    several = comp_size[comp_at] > 1
    cluster = _clusters(groups, order, several, joined)
    # The oldest of each cluster first (born, then id); the clusters' own order is of no meaning.
    number = anchors.view(ID_NUMBER)
    by_age = np.lexsort((number["low"], number["high"], born, cluster))
    clusters, first = np.unique(cluster[by_age], return_index=True)
    oldest = by_age[first]
    place = np.searchsorted(clusters, cluster)
    torn = np.isin(comps, odd) | np.isin(comps, comps[kinds != kinds[oldest][place]])
    ids, ages, kind_of, extra = anchors[oldest], born[oldest], kinds[oldest], np.unique(comps[torn])
    if len(extra):
        ids, ages, kind_of, place, kind_names = _worked_out(
            store, view, extra, grps, comps, (ids, ages, kind_of, place, kind_names)
        )
    used, place = np.unique(place, return_inverse=True)
    ids, ages, kind_of = ids[used], ages[used], kind_of[used]
    number = ids.view(ID_NUMBER)
    by_id = np.lexsort((number["low"], number["high"]))
    rank = np.empty(len(ids), np.int64)
    rank[by_id] = np.arange(len(ids))
    labels = groups.ints("label")[order]
    return Members(ids[by_id], ages[by_id], kind_of[by_id], kind_names, grps, rank[place], labels)


def _paired(pairs: Columns, grps: Ints) -> tuple[Ints, tuple[Ints, Ints]]:
    """(components with a DIFFERENT in them, the positions of the two groups of each SAME)."""
    if not pairs.batches:
        return np.zeros(0, np.int64), (np.zeros(0, np.int64), np.zeros(0, np.int64))
    verdicts = pairs["verdict"]
    comps, others = pairs.ints("comp"), pairs.ints("other")
    inside = comps == others
    odd = comps[inside & np.asarray(pc.equal(verdicts, pa.scalar("DIFFERENT")))]
    same = inside & np.asarray(pc.equal(verdicts, pa.scalar("SAME")))
    a, b = (np.searchsorted(grps, pairs.ints(name)[same]) for name in ("grp_a", "grp_b"))
    return odd, (a, b)


def _clusters(groups: Columns, order: Ints, several: NDArray[np.bool_], joined: tuple[Ints, Ints]) -> Ints:
    """The cluster of each group, where nothing is forbidden: those that share a key or are judged the same."""
    n = len(order)
    alone = np.arange(n)
    held = np.flatnonzero(several)
    if not len(held):
        return alone
    texts = groups["keys"].combine_chunks().take(pa.array(order[held]))
    keys = orjson.loads("[" + ",".join(texts.to_pylist()) + "]")
    sizes = np.fromiter(map(len, keys), np.int64, len(keys))
    flat = pa.array([key for of in keys for key in of], pa.string()).dictionary_encode()
    holder, key = np.repeat(held, sizes), np.asarray(flat.indices).astype(np.int64) + n
    start, end = np.concatenate([holder, joined[0]]), np.concatenate([key, joined[1]])
    size = n + len(flat.dictionary)
    graph = coo_array((np.ones(len(start), np.int8), (start, end)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1][:n], np.int64)


_Table = tuple[NDArray[Any], Ints, Ints, Ints, tuple[str, ...]]
_COMPS_A_CALL: Final = 2000


def _worked_out(store: Store, view: View, extra: Ints, grps: Ints, comps: Ints, table: _Table) -> _Table:
    """The table with the entities of some components worked out one by one, as every other answer does."""
    ids, ages, kinds, place, kind_names = table
    names = list(kind_names)
    more: list[tuple[bytes, int, int]] = []
    place = place.copy()
    order = np.argsort(comps, kind="stable")
    starts = np.searchsorted(comps[order], extra)
    for begin in range(0, len(extra), _COMPS_A_CALL):
        reading = Reading(store, view)
        chunk = extra[begin : begin + _COMPS_A_CALL].tolist()
        reading.load(chunk)
        for number, comp in enumerate(chunk, begin):
            numbers: dict[bytes, int] = {}
            for row in order[starts[number] :]:
                if comps[row] != comp:
                    break
                entity = reading.place(comp, int(grps[row]))
                if entity is None:
                    raise Replaced("The store was rebuilt while it was read.", remedy="Try again.")
                if entity.id not in numbers:
                    numbers[entity.id] = len(ids) + len(more)
                    if entity.kind not in names:
                        names.append(entity.kind)
                    more.append((entity.id, entity.groups[0].born, names.index(entity.kind)))
                place[row] = numbers[entity.id]
    return (
        np.concatenate([ids, np.frombuffer(b"".join(one[0] for one in more), "V16")]),
        np.concatenate([ages, np.array([one[1] for one in more], np.int64)]),
        np.concatenate([kinds, np.array([one[2] for one in more], np.int64)]),
        place,
        tuple(names),
    )
