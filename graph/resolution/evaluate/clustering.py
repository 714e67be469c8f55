"""From weighed pairs to clusters: the two that are on average likeliest to be one are joined, again and again.

Every pair between two clusters counts, and one that blocking did not meet counts a little against: so a shared phone
or one mistaken pair joins no two groups, and a name left half empty still finds its own through the others. No
cluster holds two marks that differ: junior and senior.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

MOST: Final = 10.0
"""Bits for or against that one pair can say: a weight is a product of things that hang together."""
AGAINST: Final = 0.5
"""What speaks against two counts so much of what it says: one slip in a record makes all its pairs unlike at once, and
what agrees hardly does so by chance."""
UNMET: Final = -1.0
"""Bits of a pair that shares no blocking key, and"""
UNMET_LINKED: Final = -2.0
"""where files are linked: two of one file never meet, and a file that is linked mostly holds a thing once."""
LEAST: Final = 1.0
"""Bits from which a pair can join two, however sure all others are: twice as likely one as not."""


def over(rows: int, a: Any, b: Any, bits: Any, threshold: float, *, alone: bool, linked: bool) -> Any:
    """Bits by which each pair is over what it takes to join two; below 0, under it.

    Pairs are taken so that those taken are together one with this probability, by what was learned: one by one, a table
    that tells little loses pairs of 0.9 though those it takes are of 0.999. Where files are linked, which mostly hold a
    thing once, so only two that are each other's likeliest. alone: each has to be so itself: where learning went astray
    (households.py), what it believes is not to be counted on."""
    itself = float(np.log2(threshold / (1 - threshold)))
    if alone or itself <= LEAST or not len(bits):
        return bits - itself
    held = np.sort(bits)[::-1]
    believed = np.cumsum(1 / (1 + np.exp2(-np.clip(held, -50, 50)))) / np.arange(1, len(held) + 1)
    enough = np.flatnonzero(believed >= threshold)
    least = min(max(float(held[enough[-1]]), LEAST), itself) if len(enough) else itself
    if not linked:
        return bits - least
    best = np.full(rows, -np.inf)
    np.maximum.at(best, a, bits)
    np.maximum.at(best, b, bits)
    return np.where((bits >= best[a]) & (bits >= best[b]), bits - least, bits - itself)


def cluster(
    rows: int,
    a: Any,
    b: Any,
    bits: Any,
    marks: Mapping[int, int],
    crowds: Mapping[int, Sequence[int]] = {},
    *,
    unmet: float = UNMET,
) -> list[int]:
    """The cluster of each row, named by its first row. a < b: arrays of rows; bits: above 0, likelier one than the
    threshold. marks: of rows that have one; two that differ are never one. crowds: of rows, the crowds (crowds.py) that they stand in: of two in one crowd, that they were not
    compared says nothing. unmet: bits of two that did not meet otherwise. The same pairs give the same, in any order."""
    bits = np.clip(np.round(np.where(bits > 0, bits, AGAINST * bits), 3), -MOST, MOST)
    joined = bits > 0
    graph = coo_array((np.ones(joined.sum()), (a[joined], b[joined])), shape=(rows, rows))
    _, component = connected_components(graph, directed=False)
    inside = component[a] == component[b]
    forest = _Forest(rows, marks, crowds, unmet)
    order = np.lexsort((b[inside], a[inside]))
    for x, y, w in zip(
        a[inside][order].tolist(), b[inside][order].tolist(), bits[inside][order].tolist(), strict=True
    ):
        forest.tie(x, y, w)
    forest.run()
    return forest.named()


class _Forest:
    """Clusters so far; between each two that have compared pairs, the sum of their bits and how many there are."""

    def __init__(
        self, rows: int, marks: Mapping[int, int], crowds: Mapping[int, Sequence[int]], unmet: float
    ) -> None:
        self._unmet = unmet
        self._marks = dict(marks)
        self._crowds = {row: Counter(held) for row, held in crowds.items()}
        self._parent = list(range(rows))
        self._size = [1] * rows
        self._ties: list[dict[int, tuple[float, int]]] = [{} for _ in range(rows)]

    def tie(self, a: int, b: int, bits: float) -> None:
        self._ties[a][b] = self._ties[b][a] = (bits, 1)

    def _mean(self, a: int, b: int) -> float:
        bits, met = self._ties[a][b]
        pairs = self._size[a] * self._size[b]
        pairs -= max(self._together(a, b) - met, 0)
        return round((bits + self._unmet * (pairs - met)) / pairs, 6)

    def _together(self, a: int, b: int) -> int:
        """Pairs between two clusters in that crowd in which there are the most of both."""
        one, other = self._crowds.get(a), self._crowds.get(b)
        if not one or not other:
            return 0
        return max((n * other[crowd] for crowd, n in one.items() if crowd in other), default=0)

    def run(self) -> None:
        """Join until no two clusters are likelier one than not."""
        heap = [(-self._mean(a, b), a, b) for a, ties in enumerate(self._ties) for b in ties if a < b]
        heap = [entry for entry in heap if entry[0] < 0]
        heapq.heapify(heap)
        while heap:
            mean, a, b = heapq.heappop(heap)
            if b not in self._ties[a] or self._mean(a, b) != -mean:
                continue
            if a in self._marks and self._marks[a] != self._marks.get(b, self._marks[a]):
                continue
            keep, gone = (a, b) if (len(self._ties[a]), -a) >= (len(self._ties[b]), -b) else (b, a)
            self._join(keep, gone)
            for other in self._ties[keep]:
                again = self._mean(keep, other)
                if again > 0:
                    heapq.heappush(heap, (-again, min(keep, other), max(keep, other)))

    def _join(self, keep: int, gone: int) -> None:
        self._parent[gone] = keep
        for other, (bits, met) in self._ties[gone].items():
            del self._ties[other][gone]
            if other != keep:
                held, n = self._ties[keep].get(other, (0.0, 0))
                self._ties[keep][other] = self._ties[other][keep] = (held + bits, n + met)
        self._ties[gone] = {}
        self._size[keep] += self._size[gone]
        if gone in self._crowds:
            self._crowds.setdefault(keep, Counter()).update(self._crowds.pop(gone))
        if gone in self._marks:
            self._marks[keep] = self._marks.pop(gone)

    def named(self) -> list[int]:
        first: dict[int, int] = {}
        found = []
        for row in range(len(self._parent)):
            root = row
            while self._parent[root] != root:
                root = self._parent[root]
            found.append(first.setdefault(root, row))
        return found
