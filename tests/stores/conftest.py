"""The stores under test: every test that takes `store` runs on each of them.

`neo4j_url` (tests/conftest.py) is a server started once a session; its database is emptied before each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph.store import open_store
from graph.store.base import Store
from tests.stores.rows import Delta

Follow = Callable[[Delta], Path]


@pytest.fixture(params=["sqlite", "neo4j"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path / 'store.db'}"
    from graph.store.neo4j import Neo4jStore

    server: str = request.getfixturevalue("neo4j_url")
    Neo4jStore.wipe(server)
    return server


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def follow(store: Store, tmp_path: Path) -> Follow:
    """Writes a delta and applies it as the store's next revision; gives its directory."""

    def apply(delta: Delta) -> Path:
        revision = store.head() + 1
        directory = delta.write(tmp_path / "deltas" / str(revision))
        store.apply(directory, revision)  # type: ignore[arg-type]
        return directory

    return apply


def examples(url: str, sqlite: int, neo4j: int) -> int:
    """How many random examples: a server takes milliseconds where a file takes microseconds."""
    return sqlite if url.startswith("sqlite") else neo4j
