"""Weakly connected components: what can be reached from each other over links in either direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.sparse.csgraph import connected_components

from analytics.edges import Edges, undirected
from analytics.engine import Algorithm, Raw, Tick
from analytics.partition import numbered
from graph.reading.network import Network


def _edges(network: Network, _parameters: Mapping[str, Any]) -> Edges:
    return undirected(network, loops=False)


def _compute(edges: Edges, _parameters: Mapping[str, Any], _tick: Tick) -> Raw:
    return Raw(np.asarray(connected_components(edges.matrix(), directed=False)[1], np.int64))


def _finish(_edges: Edges, raw: Raw, _parameters: Mapping[str, Any]) -> Raw:
    found = numbered(np.asarray(raw.values, np.int64))
    return Raw(found, {"communities": float(found.max() + 1 if len(found) else 0)})


ALGORITHM = Algorithm(
    name="wcc",
    title="Weakly connected components: islands of the graph",
    rules="Weights and directions do not matter. An isolated entity is a component of its own.",
    version=1,
    output="COMMUNITY",
    parameters=(),
    edges=_edges,
    function=_compute,
    finish=_finish,
)
