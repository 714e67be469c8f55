"""PageRank: how often a walker that follows links by their weight, and now and then starts anew, is at an entity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.sparse import csr_array, diags_array

from analytics.edges import Edges, both_ways, directed, unweighted
from analytics.engine import Algorithm, Parameter, Raw, Tick
from graph.reading.columns import Floats
from graph.reading.network import Network


def _edges(network: Network, parameters: Mapping[str, Any]) -> Edges:
    found = (both_ways if parameters["direction"] == "BOTH" else directed)(network, loops=True)
    return found if parameters["weighted"] else unweighted(found)


def _compute(edges: Edges, parameters: Mapping[str, Any], tick: Tick) -> Raw:
    every = np.ones(edges.size)
    return walk(
        edges, every, parameters["damping"], parameters["tolerance"], parameters["maxIterations"], tick
    )


def walk(edges: Edges, start: Floats, damping: float, tolerance: float, most: int, tick: Tick) -> Raw:
    """The scores x = (1 - damping) · start + damping · Pᵀ x, by repetition until no score changes by more than
    tolerance; P shares an entity's score out by the weights of its edges, and one without edges gives none on."""
    weights = edges.matrix()
    out = np.asarray(weights.sum(axis=1)).ravel()
    share = np.divide(1.0, out, out=np.zeros_like(out), where=out > 0)
    onward = csr_array((diags_array(share) @ weights).T)
    begin = (1 - damping) * start
    score, change, done = begin.copy(), np.inf, 0
    while change > tolerance and done < most:
        after = begin + damping * (onward @ score)
        change = float(np.max(np.abs(after - score)))
        score, done = after, done + 1
        tick(done, None)
    return Raw(score, {"iterations": float(done), "converged": float(change <= tolerance)})


def _finish(_edges: Edges, raw: Raw, _parameters: Mapping[str, Any]) -> Raw:
    mean = float(np.mean(raw.values)) if len(raw.values) else 0.0
    return Raw(np.asarray(raw.values, np.float64) / mean if mean else raw.values, raw.metrics)


ALGORITHM = Algorithm(
    name="pagerank",
    title="PageRank: who is met most by following links",
    rules="Scaled to mean 1. An entity that has no edge to follow gives nothing on, which, once scaled, is the same as"
    " giving to all alike. An edge from an entity to itself counts once. An isolated entity has the least score.",
    version=1,
    output="SCORE",
    parameters=(
        Parameter("damping", "number", 0.85, "how likely a walker goes on rather than starts anew", least=0, most=0.999),
        Parameter("direction", "choice", "BOTH", "links are followed both ways, or only from source to target", choices=("BOTH", "OUT")),
        Parameter("weighted", "boolean", True, "follow links by their weight; else all alike"),
        Parameter("tolerance", "number", 1e-9, "stop when no score changes by more", "of the mean score", 1e-14, 0.1),
        Parameter("maxIterations", "integer", 1000, "stop after so many", "rounds", 1, 100_000),
    ),
    edges=_edges,
    function=_compute,
    finish=_finish,
)  # fmt: skip
