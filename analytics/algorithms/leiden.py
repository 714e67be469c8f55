"""Leiden: communities with more links among themselves than chance would give them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np

from analytics.edges import Edges, undirected
from analytics.engine import Algorithm, Parameter, Raw, Tick
from analytics.partition import connected, modularity, numbered
from graph.reading.network import Network

_ONE_AT_A_TIME = threading.Lock()
"""NetworKit's threads and its source of chance are the process's: a second run would change the first's result."""


def _edges(network: Network, _parameters: Mapping[str, Any]) -> Edges:
    return undirected(network, loops=False)


def _compute(edges: Edges, parameters: Mapping[str, Any], tick: Tick) -> Raw:
    import networkit as nk

    with _ONE_AT_A_TIME:
        tick(0, None)
        nk.setNumberOfThreads(1)
        nk.setSeed(parameters["seed"], False)
        ends = (edges.sources.astype(np.uint64), edges.targets.astype(np.uint64))
        graph = nk.GraphFromCoo((edges.weights, ends), n=edges.size, weighted=True, directed=False)
        found = nk.community.ParallelLeiden(
            graph, randomize=True, iterations=parameters["iterations"], gamma=parameters["resolution"]
        ).run()
        return Raw(np.array(found.getPartition().getVector(), np.int64))


def _finish(edges: Edges, raw: Raw, parameters: Mapping[str, Any]) -> Raw:
    found = numbered(connected(edges, np.asarray(raw.values, np.int64)))
    number = float(found.max() + 1 if len(found) else 0)
    return Raw(
        found, {"communities": number, "modularity": modularity(edges, found, parameters["resolution"])}
    )


ALGORITHM = Algorithm(
    name="leiden",
    title="Leiden: communities",
    rules="Links count in both directions, by their weights. Links of an entity to itself do not count. An isolated entity"
    " is a community of its own; every community hangs together.",
    version=1,
    output="COMMUNITY",
    parameters=(
        Parameter("resolution", "number", 1.0, "above 1 more and smaller communities, below 1 fewer and larger", least=0.001, most=1000),
        Parameter("iterations", "integer", 5, "at most so many", "rounds", 1, 100),
        Parameter("seed", "integer", 1, "of the order in which entities are tried", least=0, most=2**31 - 1),
    ),
    edges=_edges,
    function=_compute,
    finish=_finish,
)  # fmt: skip
