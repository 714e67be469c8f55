"""Pairs of mentions said to be one against pairs that are: precision and recall over clusters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from graph.resolution.evaluate.metrics import pairs_within

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Quality:
    """Of all pairs of mentions: those put together, those that belong together, and those that are both."""

    together: int
    true: int
    both: int
    largest: int
    largest_true: int

    @property
    def precision(self) -> float:
        return self.both / self.together if self.together else 1.0

    @property
    def recall(self) -> float:
        return self.both / self.true if self.true else 1.0

    def __str__(self) -> str:
        return f"precision {self.precision:.4f}  recall {self.recall:.4f}  largest cluster {self.largest}"


def measure(cluster: Mapping[K, Hashable], truth: Mapping[K, Hashable]) -> Quality:
    """The quality of a clustering of the mentions whose truth is known."""
    found = Counter(cluster[key] for key in truth)
    real = Counter(truth.values())
    return Quality(
        pairs_within(cluster[key] for key in truth),
        pairs_within(truth.values()),
        pairs_within((cluster[key], one) for key, one in truth.items()),
        max(found.values(), default=0),
        max(real.values(), default=0),
    )


def clusters(
    keys: Iterable[K], edges: Iterable[tuple[K, K]], shared: Mapping[K, Sequence[str]] | None = None
) -> dict[K, K]:
    """The cluster of each key, named by one of its members, over edges and shared identifiers."""
    parent = {key: key for key in keys}

    def find(key: K) -> K:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    holders: dict[str, K] = {}
    for key, identifiers in (shared or {}).items():
        for identifier in identifiers:
            parent[find(key)] = find(holders.setdefault(identifier, key))
    for a, b in edges:
        parent[find(a)] = find(b)
    return {key: find(key) for key in parent}
