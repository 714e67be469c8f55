"""A service over a small directory, with the story's three months of the company register."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.service import Service
from api.settings import Settings
from graph.store.neo4j import Neo4jStore
from tests.api.asking import READERS


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """An empty service with a fixed secret."""
    opened = open_service(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Service]:
    """Opens an empty service on the store under test; a Neo4j holds one directory, so the last one's is wiped."""

    def open_one(name: str) -> Service:
        store = "sqlite:///"
        if request.param == "neo4j":
            store = request.getfixturevalue("neo4j_url")
            Neo4jStore.wipe(store)
        service = open_service(tmp_path / name, store)
        (tmp_path / name / "readers.toml").write_text(READERS, encoding="utf-8")
        return service

    return open_one


def open_service(data: Path, store: str = "sqlite:///") -> Service:
    data.mkdir(parents=True, exist_ok=True)
    (data / "secret").write_text("ab" * 32, encoding="ascii")
    return Service(Settings(data=data, store=store))
