"""What benchmarks share: sizes, folders, one graph in both stores, one Neo4j server. Made on first use, timed once."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import neo4j

from graph.model import Revision
from graph.neo4j_server import Neo4jServer, Settings, import_admin
from graph.reading import Graph
from graph.store.neo4j import Neo4jStore
from graph.store.sqlite import SqliteStore
from tests.benchmarks import made_graph, plain_graph
from tests.benchmarks.bench import Size, Took, took


class Sqlite(NamedTuple):
    """The graph in SQLite, and what loading it took."""

    store: SqliteStore
    took: Took


class Neo4j(NamedTuple):
    """One server with the graph twice: as our store, and plain (:Entity)-[…]->(:Entity), loaded by neo4j-admin."""

    store: Neo4jStore
    took: Took
    admin_took: Took
    driver: neo4j.Driver
    url: str
    pid: int


class Workshop:
    """Closed as a context manager: the server stops, whatever was measured."""

    def __init__(self, path: Path, size: Size, say: Callable[[str], None]) -> None:
        self.path, self.size, self.say = path, size, say
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    @contextmanager
    def folder(self, name: str) -> Iterator[Path]:
        """An empty folder, gone after the block."""
        made = self.path / name
        made.mkdir()
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)

    @cached_property
    def delta(self) -> Path:
        """The graph as the one delta of revision 1."""
        self.say("making a graph")
        return made_graph.write(self.path / "delta", self.size.nodes)

    @cached_property
    def sqlite(self) -> Sqlite:
        """The graph in a SQLite store."""
        delta = self.delta
        self.say("loading SQLite")
        store = SqliteStore(self.path / "store.db")
        self._exit.callback(store.close)
        return Sqlite(store, took(lambda: store.apply(delta, Revision(1))))

    @cached_property
    def gds(self) -> str:
        """The URL of a Neo4j server with nothing in it: for what is handed over to Graph Data Science."""
        settings = Settings(heap=self.size.heap, page_cache="512m", quick=False)
        server = Neo4jServer(self.path / "gds", settings)
        self._exit.callback(server.stop)
        return server.start()

    @cached_property
    def neo4j(self) -> Neo4j:
        """The graph in a Neo4j store, beside the plain one."""
        delta, home = self.delta, self.path / "neo4j"
        self.say("neo4j-admin import")
        arguments = plain_graph.csv_files(delta, self.path / "csv")
        admin_took = took(
            lambda: import_admin(home, "database", "import", "full", "neo4j", *arguments, heap=self.size.heap)
        )
        shutil.rmtree(self.path / "csv")
        server = Neo4jServer(home, Settings(heap=self.size.heap, page_cache=self.size.heap, quick=False))
        url = server.start()
        self._exit.callback(server.stop)
        driver = neo4j.GraphDatabase.driver(url, notifications_min_severity="OFF")
        self._exit.callback(driver.close)
        plain_graph.index(driver)
        store = Neo4jStore(url)
        self._exit.callback(store.close)
        self.say("loading Neo4j")
        pid = server.status().pid
        assert pid is not None
        return Neo4j(store, took(lambda: store.apply(delta, Revision(1)), pid), admin_took, driver, url, pid)

    @cached_property
    def walks(self) -> list[tuple[bytes, bytes]]:
        """Pairs of entities, three to six random steps apart, none through the hub."""
        dice, hub = random.Random(5), made_graph.entity_id(self.size.nodes)
        graph, pairs = Graph(self.sqlite.store), list[tuple[bytes, bytes]]()
        view = replace(made_graph.VIEW, labels=frozenset(list(made_graph.VIEW.labels)[:1]))
        for start in made_graph.leaves(self.size.nodes, self.size.queries * 2, seed=6):
            here = start
            for _ in range(dice.randint(3, 6)):
                (around,) = graph.expand(view, [here], exclude=[hub], per_kind_limit=5)
                ends = {end.id for link in around.links for end in (link.source, link.target)} - {here}
                here = dice.choice(sorted(ends)) if ends else here
            if here != start:
                pairs.append((start, here))
        return pairs[: self.size.queries]
