"""A process that commits or rebuilds until it kills itself: `python -m tests.soak.victim DATA STORE POINT COUNT`.

It prints every revision it was told is committed. POINT is where it dies, at the COUNT-th time that it comes by:
one of POINTS, or "call": any call made in graph/ after the first commit. "none": somebody else kills it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, Final

import graph.store.neo4j.loading as loading
from api.service import Service
from api.settings import Settings
from graph.directory import Directory
from graph.evidence import Evidence
from graph.ledger import Ledger
from graph.projection import Projection
from graph.search import SearchIndex
from graph.store.neo4j import Neo4jStore
from graph.store.sqlite import SqliteStore
from tests.soak.batches import commit

CHUNK: Final = 1_000
"""Rows a transaction of either store: small, so that a delta is many."""

POINTS: Final[dict[str, tuple[type, str, str]]] = {
    "evidence written": (Evidence, "write", "after"),
    "before the ledger line": (Ledger, "append", "before"),
    "after the ledger line": (Ledger, "append", "after"),
    "state kept, no follower driven": (Projection, "commit", "after"),
    "between the followers": (SearchIndex, "apply", "before"),
    "search index written, not told": (SearchIndex, "apply", "after"),
    "rebuilt beside": (Directory, "_replace", "before"),
    "projections replaced, store not": (SqliteStore, "switch", "before"),
    "Neo4j: projections replaced, store not": (Neo4jStore, "switch", "before"),
    "store switched, index not": (SearchIndex, "switch", "before"),
    "index switched": (SearchIndex, "switch", "after"),
}
"""Where: a method, and the side of it. A point of a rebuild makes the process rebuild."""

REBUILDS: Final = frozenset(list(POINTS)[6:])


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _set(point: str, left: list[int]) -> None:
    owner, name, side = POINTS[point]
    method: Callable[..., Any] = getattr(owner, name)

    def dying(*args: Any, **more: Any) -> Any:
        left[0] -= 1
        if side == "before" and left[0] == 0:
            _die()
        value = method(*args, **more)
        if side == "after" and left[0] == 0:
            _die()
        return value

    setattr(owner, name, dying)


def _count_calls(left: list[int]) -> None:
    def count(frame: FrameType, event: str, _: object) -> None:
        if event in ("call", "c_call") and "/graph/" in frame.f_code.co_filename:
            left[0] -= 1
            if left[0] == 0:
                _die()

    sys.setprofile(count)


def main(data: str, store: str, point: str, count: str) -> None:
    service = Service(Settings(data=Path(data), store=store))
    loading.UNIT_ROWS = CHUNK  # type: ignore[misc]
    if isinstance(service.store, SqliteStore):
        service.store._chunk = CHUNK
    left = [int(count)]
    if point in POINTS:
        _set(point, left)
    while True:
        if point in REBUILDS or point == "rebuild":
            service.rebuild()
        print(commit(service), flush=True)
        if point == "call":
            _count_calls(left)


if __name__ == "__main__":
    main(*sys.argv[1:])
