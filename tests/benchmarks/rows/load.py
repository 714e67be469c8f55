"""Load the graph into each store: SQLite, an empty Neo4j beside neo4j-admin, small deltas beside a bare UNWIND."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import neo4j
import pyarrow.parquet as pq

import cypher
from graph.model import Revision
from graph.tables import ROWS
from tests.benchmarks import made_graph
from tests.benchmarks.bench import Benchmark, Row, Target, took
from tests.benchmarks.workshop import Workshop

DELTAS, ENTITIES = 12, 250
"""Small deltas: how many, and new entities in each, with four links an entity to those that are there."""

_SLOT = 9
"""Of the bare rows: beside the store's own slots 1 and 2."""

_IMPORT = "neo4j-admin writes 3 files of nodes and links offline, without indexes; ours is online, and indexed and atomic when done"
_UNWIND = f"Median of {DELTAS} deltas of {ENTITIES} entities and their links; the peer's rows lie ready in memory, in one transaction, with the store's indexes, which hold nothing else: that favours the peer"
_BARE = "The same, the peer with no index but the one that finds a link's ends"


def run(workshop: Workshop) -> Iterator[Row]:
    n = workshop.size.nodes
    what = f"{n:,} entities, {4 * n:,} links"
    target = Target("≤", 120) if n == 1_000_000 else None
    yield Row(
        f"load {what} into SQLite", "s", workshop.sqlite.took.wall, target, cpu=workshop.sqlite.took.cpu
    )
    server = workshop.neo4j
    yield Row(
        f"load {what} into an empty Neo4j", "s", server.took.wall, Target("≤", 2, of_peer=True), "neo4j-admin import",
        server.admin_took.wall, _IMPORT, server.took.cpu, server.admin_took.cpu,
    )  # fmt: skip
    yield from _small(workshop)


def _small(workshop: Workshop) -> Iterator[Row]:
    store, driver, n = workshop.neo4j.store, workshop.neo4j.driver, workshop.size.nodes
    workshop.say("small deltas")
    for name in ("constraint_component", *cypher.names("index_")):
        driver.execute_query(cypher.load(name, _SLOT))
    comps = [[comp] for comp in range(1, n + 1)]
    for start in range(0, n, 50_000):
        driver.execute_query(cypher.load("put_components", _SLOT), p={"rows": comps[start : start + 50_000], "revision": 1})  # fmt: skip
    driver.execute_query("CALL db.awaitIndexes(600)")
    figures: dict[str, list[float]] = {"ours": [], "indexed": [], "bare": []}
    for number in range(DELTAS):
        first = n + 1 + number * ENTITIES
        revision = Revision(store.head() + 1)
        delta = made_graph.write(
            workshop.path / f"small-{number}", n, first=first, last=first + ENTITIES - 1, revision=revision
        )
        rows = _rows(delta)
        figures["ours"].append(took(lambda d=delta, r=revision: store.apply(d, r)).wall)
        figures["indexed"].append(took(lambda r=rows: _unwind(driver, r)).wall)
    for name in cypher.names("index_"):
        driver.execute_query(cypher.load("drop_index"), name=f"{name}_{_SLOT}")
    for number in range(DELTAS):
        rows = _rows(workshop.path / f"small-{number}")
        figures["bare"].append(took(lambda r=rows: _unwind(driver, r)).wall)
    ours, indexed, bare = (median(values) * 1e3 for values in figures.values())
    yield Row(
        "a small delta into Neo4j",
        "ms",
        ours,
        Target("≤", 1.2, of_peer=True),
        "bare UNWIND",
        indexed,
        _UNWIND,
    )
    yield Row("a small delta into Neo4j", "ms", ours, None, "bare UNWIND, one index", bare, _BARE)


def _rows(delta: Path) -> dict[str, list[list[Any]]]:
    """Rows by statement, as bolt takes them."""
    found: dict[str, list[list[Any]]] = {}
    ends: set[int] = set()
    for table in ("mentions", "groups", "keys", "links"):
        columns = pq.read_table(delta / f"{table}.parquet").select(ROWS[table].names).to_pydict()
        found[f"put_{table}"] = [
            [value.hex() if isinstance(value, bytes) else value for value in row]
            for row in zip(*columns.values(), strict=True)
        ]
        ends |= {*columns.get("from_comp", ()), *columns.get("to_comp", ())}
    return {"put_components": [[comp] for comp in sorted(ends)], **found}


def _unwind(driver: neo4j.Driver, rows: dict[str, list[list[Any]]]) -> None:
    def work(transaction: neo4j.ManagedTransaction) -> None:
        for name, some in rows.items():
            transaction.run(cypher.load(name, _SLOT), p={"rows": some, "revision": 1}).consume()

    with driver.session() as session:
        session.execute_write(work)


BENCHMARK = Benchmark("load", run)
