"""How near clusters are to the truth: over pairs of records, and over records (B³)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall, each 0..1; 1 where there is nothing to get wrong."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def told(self) -> dict[str, float]:
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
        }


def pairs_within(clusters: Iterable[Hashable], files: Sequence[int] | None = None) -> int:
    """Pairs of rows in one cluster; with files, only those of two files."""
    held = list(clusters)
    every = sum(n * (n - 1) // 2 for n in Counter(held).values())
    if files is None:
        return every
    return every - sum(n * (n - 1) // 2 for n in Counter(zip(held, files, strict=True)).values())


def pairwise(found: Sequence[int], true: Sequence[int], files: Sequence[int] | None = None) -> Score:
    """Of the pairs put together, the share that belongs together; and of those that belong together, the share put so."""
    both = pairs_within(zip(found, true, strict=True), files)
    together, belong = pairs_within(found, files), pairs_within(true, files)
    return Score(both / together if together else 1.0, both / belong if belong else 1.0)


def b_cubed(found: Sequence[int], true: Sequence[int]) -> Score:
    """The mean over records of the share of its cluster that is truly with it, and of those truly with it found so."""
    if not found:
        return Score(1.0, 1.0)
    both = Counter(zip(found, true, strict=True))
    sizes, real = Counter(found), Counter(true)
    n = len(found)
    precision = sum(k * k / sizes[f] for (f, _), k in both.items()) / n
    recall = sum(k * k / real[t] for (_, t), k in both.items()) / n
    return Score(precision, recall)


def closed(rows: int, clusters: Sequence[str], pairs: Iterable[Pair]) -> list[int]:
    """The true cluster of each row, named by its first row; rows that name none and are in no pair are alone."""
    parent = list(range(rows))

    def find(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    first: dict[str, int] = {}
    named = [(row, first.setdefault(name, row)) for row, name in enumerate(clusters) if name]
    for a, b in [*named, *pairs]:
        low, high = sorted((find(a), find(b)))
        parent[high] = low
    return [find(row) for row in range(rows)]
