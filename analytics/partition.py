"""Divisions of entities into communities: one way of numbering them, their modularity, and what holds them together."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from analytics.edges import Edges
from graph.reading.columns import Ints


def numbered(labels: Ints) -> Ints:
    """The same division, numbered 0 … by each community's first entity."""
    _, first, place = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[place]


def connected(edges: Edges, labels: Ints) -> Ints:
    """The division with every community that does not hang together cut into those that do; modularity only gains."""
    inside = labels[edges.sources] == labels[edges.targets]
    graph = csr_array(
        (np.ones(int(inside.sum()), np.int8), (edges.sources[inside], edges.targets[inside])),
        shape=(edges.size, edges.size),
    )
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def modularity(edges: Edges, labels: Ints, resolution: float = 1.0) -> float:
    """How much more weight lies inside communities than if edges were drawn at random by degrees; 0 without edges."""
    total = float(edges.weights.sum())
    if not total:
        return 0.0
    inside = float(edges.weights[labels[edges.sources] == labels[edges.targets]].sum())
    degree = np.bincount(edges.sources, edges.weights, edges.size) + np.bincount(
        edges.targets, edges.weights, edges.size
    )
    sums = np.bincount(labels, degree)
    return inside / total - resolution * float(np.sum((sums / (2 * total)) ** 2))
