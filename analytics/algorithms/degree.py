"""Degree: how many entities one is linked to, or how much its links weigh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analytics.edges import Edges, both_ways, directed, reversed_, unweighted
from analytics.engine import Algorithm, Parameter, Raw, Tick
from graph.reading.network import Network

_WAYS = {"BOTH": both_ways, "OUT": directed, "IN": reversed_}


def _edges(network: Network, parameters: Mapping[str, Any]) -> Edges:
    found = _WAYS[parameters["direction"]](network, loops=False)
    return found if parameters["weighted"] else unweighted(found)


def _compute(edges: Edges, _parameters: Mapping[str, Any], _tick: Tick) -> Raw:
    return Raw(np.bincount(edges.sources, weights=edges.weights, minlength=edges.size).astype(np.float64))


def _finish(edges: Edges, raw: Raw, _parameters: Mapping[str, Any]) -> Raw:
    return Raw(np.asarray(raw.values, np.float64) if len(edges.sources) else np.zeros(edges.size))


ALGORITHM = Algorithm(
    name="degree",
    title="Degree: who is linked to most",
    rules="Distinct other entities; weighted: the weights of the links to them together. Links of an entity to itself do"
    " not count. An isolated entity has 0.",
    version=1,
    output="SCORE",
    parameters=(
        Parameter("direction", "choice", "BOTH", "links both ways, that leave, or that arrive", choices=("BOTH", "OUT", "IN")),
        Parameter("weighted", "boolean", False, "add weights up instead of counting entities"),
    ),
    edges=_edges,
    function=_compute,
    finish=_finish,
)  # fmt: skip
