"""A process that commits or rebuilds until it is killed, or kills itself at a given point."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any, Final

from api.service import Service
from api.settings import Settings
from graph.store.sqlite import SqliteStore
from tests.soak.batches import commit

CHUNK: Final = 300
"""Rows a transaction of either store: small, so that a delta is many."""

POINTS: Final[dict[str, tuple[str, str]]] = {
    "evidence written": ("graph.evidence.Evidence.write", "after"),
    "before the ledger line": ("graph.ledger.Ledger.append", "before"),
    "after the ledger line": ("graph.ledger.Ledger.append", "after"),
    "state kept, no follower driven": ("graph.projection.Projection.commit", "after"),
    "between the followers": ("graph.search.SearchIndex.apply", "before"),
    "search index written, not told": ("graph.search.SearchIndex.apply", "after"),
    "rebuilt beside": ("graph.directory.Directory._replace", "before"),
    "projections replaced, store not": ("graph.store.sqlite.SqliteStore.switch", "before"),
    "projections replaced, Neo4j not": ("graph.store.neo4j.Neo4jStore.switch", "before"),
    "store switched, index not": ("graph.search.SearchIndex.switch", "before"),
    "index switched": ("graph.search.SearchIndex.switch", "after"),
}
"""Where it may die: a method, and before or after it."""

REBUILDS: Final = frozenset(list(POINTS)[6:])
"""Points that only a rebuild comes by."""


def run(told: Connection, data: str, store: str, point: str, count: int) -> None:
    """Commit batch after batch and send each revision that is acknowledged; before each, rebuild where the point asks.

    point: one of POINTS, to die there at the count-th time; "call": at that many calls made in graph/, after the
    first commit; "commit" or "rebuild": somebody else kills."""
    if store.startswith("neo4j"):
        import_module("graph.store.neo4j.loading").UNIT_ROWS = CHUNK  # type: ignore[attr-defined]
    service = Service(Settings(data=Path(data), store=store))
    if isinstance(service.store, SqliteStore):
        service.store._chunk = CHUNK
    left = [count]
    if point in POINTS:
        _set(point, left)
    while True:
        if point in REBUILDS or point == "rebuild":
            service.rebuild()
        told.send(commit(service))
        if point == "call":
            _count_calls(left)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _set(point: str, left: list[int]) -> None:
    where, side = POINTS[point]
    module, owner_name, name = where.rsplit(".", 2)
    owner = getattr(import_module(module), owner_name)
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
