"""Communities of a division: their ids, which stay with their members from run to run, and what sums each up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analytics.edges import Edges
from graph.reading.columns import ID_NUMBER, Ints, ids_in
from graph.reading.network import Network

TOP: Final = 5
"""Members that a summary names: those with the most neighbours inside."""


def worn(
    network: Network, labels: Ints, before: Ints | None = None, names: Sequence[bytes] = ()
) -> list[bytes]:
    """The id of each community, 16 bytes. before: the position in `names` of the earlier community of each entity, -1
    when it had none; names: the ids of those.

    An earlier id goes to the community that shares most members with its own (ties: by the earlier id, then the later
    community's oldest member), if those are more than half of what is left of the earlier one or of the later one.
    A community without one takes the id of its oldest member (born, then id) whose id is worn by none, now or before."""
    n = int(labels.max()) + 1 if len(labels) else 0
    ids: list[bytes | None] = [None] * n
    age = np.lexsort((network.ids.view(ID_NUMBER)["low"], network.ids.view(ID_NUMBER)["high"], network.born))
    seniority = np.empty(len(age), np.int64)
    seniority[age] = np.arange(len(age))
    oldest = np.full(n, len(age), np.int64)
    np.minimum.at(oldest, labels, seniority)
    if before is not None and np.any(before >= 0):
        _kept(ids, labels, before, names, oldest)
    taken = set(names) | {one for one in ids if one is not None}
    unnamed = np.array([one is None for one in ids], np.bool_)
    for place in age if unnamed.any() else ():
        label = int(labels[place])
        if ids[label] is None and (mid := network.id(int(place))) not in taken:
            ids[label] = mid
            taken.add(mid)
    return [one if one is not None else _made(network.id(int(age[oldest[n]]))) for n, one in enumerate(ids)]


def _made(oldest: bytes) -> bytes:
    """An id for a community whose members' ids are all worn by others."""
    return hashlib.sha256(b"community" + oldest).digest()[:16]


def _kept(ids: list[bytes | None], labels: Ints, before: Ints, names: Sequence[bytes], oldest: Ints) -> None:
    held = np.flatnonzero(before >= 0)
    keys, shared = np.unique(before[held] * (len(ids) + 1) + labels[held], return_counts=True)
    old, new = keys // (len(ids) + 1), keys % (len(ids) + 1)
    left, size = np.bincount(before[held], minlength=len(names)), np.bincount(labels, minlength=len(ids))
    most = (2 * shared > left[old]) | (2 * shared > size[new])
    found = sorted(
        (
            (-int(s), names[o], int(oldest[w]), int(w))
            for o, w, s in zip(old[most], new[most], shared[most], strict=True)
        )
    )
    given: set[bytes] = set()
    for _, name, _, label in found:
        if ids[label] is None and name not in given:
            ids[label] = name
            given.add(name)


def inside_degrees(edges: Edges, labels: Ints) -> Ints:
    """How many entities of its own community each is linked to. edges: each two that are linked once, no loops."""
    both = labels[edges.sources] == labels[edges.targets]
    ends = np.concatenate([edges.sources[both], edges.targets[both]])
    return np.bincount(ends, minlength=edges.size).astype(np.int64)


def summaries(network: Network, edges: Edges, labels: Ints, ids: Sequence[bytes], degrees: Ints) -> pa.Table:
    """One row a community of two or more, by size (largest first), then id: what it is made of and tied by. edges: as for
    inside_degrees."""
    sizes = np.bincount(labels, minlength=len(ids))
    shown = sorted((n for n in np.flatnonzero(sizes >= 2).tolist()), key=lambda n: (-int(sizes[n]), ids[n]))
    ends = labels[edges.sources]
    pairs = np.bincount(ends[ends == labels[edges.targets]], minlength=len(ids))
    kinds = _counted(labels, network.kinds, network.kind_names)
    both = labels[network.sources] == labels[network.targets]
    ties = _counted(labels[network.sources][both], network.link_kinds[both], network.link_kind_names)
    by_rank = np.lexsort((np.arange(network.size), -degrees, labels))
    starts = np.searchsorted(labels[by_rank], np.arange(len(ids)))
    top = {
        n: [network.id(int(p)).hex() for p in by_rank[starts[n] : starts[n] + min(TOP, int(sizes[n]))]]
        for n in shown
    }
    return pa.table(
        {
            "number": pa.array(shown, pa.int64()),
            "id": pa.array([ids[n] for n in shown], pa.binary(16)),
            "size": pa.array([int(sizes[n]) for n in shown], pa.int64()),
            "pairs": pa.array([int(pairs[n]) for n in shown], pa.int64()),
            "kinds": pa.array([json.dumps(kinds.get(n, [])) for n in shown], pa.string()),
            "link_kinds": pa.array([json.dumps(ties.get(n, [])) for n in shown], pa.string()),
            "top": pa.array([json.dumps(top[n]) for n in shown], pa.string()),
        }
    )


def _counted(labels: Ints, codes: Ints, names: Sequence[str]) -> dict[int, list[tuple[str, int]]]:
    """By community: (name, how many), most first, then by name."""
    keys, counts = np.unique(labels * max(len(names), 1) + codes, return_counts=True)
    found: dict[int, list[tuple[str, int]]] = {}
    for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
        found.setdefault(key // max(len(names), 1), []).append((names[key % len(names)], count))
    return {label: sorted(held, key=lambda pair: (-pair[1], pair[0])) for label, held in found.items()}


def before_of(network: Network, table: pa.Table, moved: dict[bytes, bytes]) -> Ints:
    """The community number that each entity had in an earlier run's `values`, -1 when it had none.

    moved: where entities of then, that are none any more, now live. Of several that became one the oldest id counts."""
    ids = _ids_of(table)
    values = np.asarray(table["value"]).astype(np.int64)
    found = np.full(network.size, -1, np.int64)
    place, same = _places(network, ids)
    for n in np.flatnonzero(~same).tolist():
        position = network.position(moved[bytes(ids[n])]) if bytes(ids[n]) in moved else None
        if position is not None and found[position] < 0:
            found[position] = values[n]
    found[place[same]] = values[same]
    return found


def missing(network: Network, table: pa.Table) -> list[bytes]:
    """The entities of an earlier run that are none of this network's."""
    ids = _ids_of(table)
    return [bytes(mid) for mid in ids[~_places(network, ids)[1]]]


def _places(network: Network, ids: NDArray[Any]) -> tuple[Ints, NDArray[np.bool_]]:
    """(where in the network each id would stand, whether it stands there)."""
    if not network.size:
        return np.zeros(len(ids), np.int64), np.zeros(len(ids), np.bool_)
    mine, theirs = network.ids.view(ID_NUMBER), ids.view(ID_NUMBER)
    # By their first halves, which nearly always tell: whole ids are compared ten times slower.
    place = np.searchsorted(mine["high"].astype(np.uint64), theirs["high"].astype(np.uint64))
    place = np.minimum(place, network.size - 1).astype(np.int64)
    unmet = np.flatnonzero(network.ids[place] != ids)
    place[unmet] = np.minimum(np.searchsorted(mine, theirs[unmet]), network.size - 1)
    return place, network.ids[place] == ids


def _ids_of(table: pa.Table) -> NDArray[Any]:
    chunks = [ids_in(chunk) for chunk in table["id"].chunks]
    return np.concatenate(chunks) if chunks else np.zeros(0, "V16")
