"""Shortest paths of at most six hops beside a hub that everybody is linked to: ours, and Neo4j's shortestPath."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph.reading import Graph
from tests.benchmarks import made_graph, plain_graph
from tests.benchmarks.bench import Benchmark, Row, Target, times
from tests.benchmarks.workshop import Workshop

Pair = tuple[bytes, bytes]
_PAST = "p95 over pairs three to six random steps apart; no path leads through the hub, on either side; the lengths of the first 50 were compared and agree"
_THROUGH = "p95 over the same pairs; the hub may be passed, so nearly all are at most two hops apart; lengths were not compared"


def run(workshop: Workshop) -> Iterator[Row]:
    pairs, driver = workshop.walks, workshop.neo4j.driver
    labels = sorted(made_graph.VIEW.labels)
    embedded, served = Graph(workshop.sqlite.store), Graph(workshop.neo4j.store)

    def plain(text: str) -> Any:
        return lambda pair: driver.execute_query(text, source=pair[0].hex(), target=pair[1].hex(), labels=labels).records  # fmt: skip

    def ours(graph: Graph, limit: int = 1, max_degree: int = 1000) -> Any:
        return lambda pair: graph.paths(made_graph.VIEW, *pair, limit=limit, max_degree=max_degree)

    def row(
        work: str, graph: Graph, peer: str, theirs: float, target: Target | None = None, **how: int
    ) -> Row:
        got = times(pairs, ours(graph, **how))
        return Row(
            work, "ms", got.p95, target, peer, theirs, _THROUGH if "max_degree" in how else _PAST,
            got.cpu_p95 if graph is embedded else None,
        )  # fmt: skip

    _compare(pairs, ours(embedded), plain(plain_graph.PATH_PAST_HUBS))
    workshop.say("shortest paths")
    past = times(pairs, plain(plain_graph.PATH_PAST_HUBS)).p95
    target = Target("≤", 1, of_peer=True)
    yield row("shortest path past the hub, SQLite", embedded, "shortestPath", past, target)
    yield row("shortest path past the hub, Neo4j store", served, "shortestPath", past)
    five = times(pairs, plain(plain_graph.PATHS_PAST_HUBS)).p95
    yield row("five shortest paths past the hub, SQLite", embedded, "allShortestPaths", five, Target("≤", 100), limit=5)  # fmt: skip
    through = times(pairs, plain(plain_graph.PATH)).p95
    yield row("shortest path through the hub, SQLite", embedded, "shortestPath", through, max_degree=10**9)


def _compare(pairs: list[Pair], ours: Any, theirs: Any) -> None:
    """Stop when the two don't find paths of the same length: then they did not do the same work."""
    for pair in pairs[:50]:
        got, records = ours(pair), theirs(pair)
        if got.hops != (records[0]["hops"] if records else None):
            raise SystemExit(f"Paths differ for {pair[0].hex()}, {pair[1].hex()}: {got.hops} and {records}.")


BENCHMARK = Benchmark("paths", run)
