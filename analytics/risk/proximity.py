"""Closeness to listed entities: what a walker that starts at them brings along, by personalised PageRank."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analytics.algorithms.pagerank import walk
from analytics.edges import both_ways
from analytics.engine import quiet
from analytics.risk.base import RISING, Facts, Reason, given, rising

NEAR = 5
"""Listed entities that a reason names."""


def proximity(facts: Facts, parameters: Mapping[str, float]) -> list[Reason]:
    """closeness: 1 is what a lone listed entity has from itself. A listed entity has 1 or more."""
    start = facts.listed.astype(np.float64)
    edges = both_ways(facts.network, loops=False)
    damping = parameters["damping"]
    walked = walk(edges, start, damping, 1e-10, 1000, quiet).values if start.any() else start
    closeness = np.round(walked / (1 - damping), 6)
    begins = np.searchsorted(edges.sources, np.arange(facts.size + 1))

    def about(position: int) -> list[int]:
        """The listed among itself, its neighbours and theirs, the nearest first."""
        found: list[int] = []
        level, seen = [position], {position}
        for _ in range(3):
            found += [one for one in level if facts.listed[one]]
            if len(found) >= NEAR:
                break
            onward = {int(t) for one in level for t in edges.targets[begins[one] : begins[one + 1]]} - seen
            seen |= onward
            level = sorted(onward)
        return found[:NEAR]

    return [
        Reason(
            "proximity", "closeness to listed entities", RISING.format(points="cap", value="closeness"),
            rising(closeness, parameters), {"closeness": closeness, **given(parameters, "cap", "from", "full")}, about,
        )
    ]  # fmt: skip
