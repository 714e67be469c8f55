"""Expand one hop, counts before nodes: a leaf and a hub, in both stores, beside one plain Cypher statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graph.reading import Graph
from graph.store.base import Store
from tests.benchmarks import made_graph, plain_graph
from tests.benchmarks.bench import Benchmark, Row, Target, times
from tests.benchmarks.workshop import Workshop

_HUB_QUERIES = 40
_HUB_PEER = 3
"""A plain hop around the hub takes seconds."""

_NOTE = "p95. Counts by kind and the first 25 of each with their episodes; the peer is one Cypher statement over a plain model with the same labels, asked three times for the hub. One in 1,000 of the hub's neighbours is worked out live, which is most of its cost"


def run(workshop: Workshop) -> Iterator[Row]:
    n, queries = workshop.size.nodes, workshop.size.queries
    hub = made_graph.entity_id(n)
    hub_links = f"hub of {round(0.95 * n):,} links"
    asked = made_graph.leaves(n, queries)
    driver = workshop.neo4j.driver
    labels = sorted(made_graph.VIEW.labels)

    def plain(mid: bytes) -> Any:
        return driver.execute_query(plain_graph.HOP, id=mid.hex(), labels=labels)

    peers = times(asked, plain).p95, times([hub] * _HUB_PEER, plain, warm=1).p95
    stores: list[tuple[str, Store, float, float]] = [
        ("SQLite", workshop.sqlite.store, 3, 10),
        ("Neo4j", workshop.neo4j.store, 10, 10),
    ]
    for name, store, leaf_target, hub_target in stores:
        workshop.say(f"expand on {name}")
        ours = _expand(Graph(store))
        leaf, hubs = times(asked, ours), times([hub] * _HUB_QUERIES, ours)
        used = (leaf.cpu_p95, hubs.cpu_p95) if name == "SQLite" else (None, None)
        for what, one, target, peer, cpu in (
            ("a leaf", leaf, leaf_target, peers[0], used[0]),
            (f"a {hub_links}", hubs, hub_target, peers[1], used[1]),
        ):
            yield Row(
                f"expand {what}, {name}", "ms", one.p95, Target("≤", target), "plain Cypher", peer, _NOTE, cpu
            )


def _expand(graph: Graph) -> Callable[[bytes], Any]:
    return lambda mid: graph.expand(made_graph.VIEW, [mid])


BENCHMARK = Benchmark("expand", run)
