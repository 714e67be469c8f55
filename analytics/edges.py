"""The edges that algorithms are run over: a network's links with the many between two entities put together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from graph.reading.columns import Floats, Ints
from graph.reading.network import Network


@dataclass(frozen=True, slots=True)
class Edges:
    """size: entities, 0 … size - 1. Every (source, target) is there once, in that order, with the weight above 0 of all
    links between the two together. undirected: each pair is there once, the lower end as its source."""

    size: int
    sources: Ints
    targets: Ints
    weights: Floats
    undirected: bool

    def matrix(self) -> csr_array:
        """The weights as a square matrix, row to column; symmetric when undirected."""
        found = csr_array((self.weights, (self.sources, self.targets)), shape=(self.size, self.size))
        return csr_array(found + found.T) if self.undirected else found


def directed(network: Network, *, loops: bool) -> Edges:
    """From source to target. loops: with links from an entity to itself."""
    return _merged(network, network.sources, network.targets, network.weights, loops, undirected=False)


def reversed_(network: Network, *, loops: bool) -> Edges:
    """From target to source."""
    return _merged(network, network.targets, network.sources, network.weights, loops, undirected=False)


def undirected(network: Network, *, loops: bool) -> Edges:
    """Links in either direction between two entities as one edge."""
    low = np.minimum(network.sources, network.targets)
    high = np.maximum(network.sources, network.targets)
    return _merged(network, low, high, network.weights, loops, undirected=True)


def both_ways(network: Network, *, loops: bool) -> Edges:
    """As undirected, but each edge is there in both directions; one from an entity to itself once."""
    half = undirected(network, loops=loops)
    apart = half.sources != half.targets
    sources = np.concatenate([half.sources, half.targets[apart]])
    targets = np.concatenate([half.targets, half.sources[apart]])
    weights = np.concatenate([half.weights, half.weights[apart]])
    order = np.lexsort((targets, sources))
    return Edges(half.size, sources[order], targets[order], weights[order], False)


def _merged(
    network: Network, sources: Ints, targets: Ints, weights: Floats, loops: bool, *, undirected: bool
) -> Edges:
    if not loops:
        apart = sources != targets
        sources, targets, weights = sources[apart], targets[apart], weights[apart]
    n = max(network.size, 1)
    keys, place = np.unique(sources * n + targets, return_inverse=True)
    sums = np.bincount(place, weights=weights, minlength=len(keys)).astype(np.float64)
    return Edges(network.size, keys // n, keys % n, sums, undirected)


def unweighted(edges: Edges) -> Edges:
    """Every edge of weight 1."""
    return Edges(edges.size, edges.sources, edges.targets, np.ones(len(edges.sources)), edges.undirected)
