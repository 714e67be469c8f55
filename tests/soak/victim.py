"""A process that commits or rebuilds until it is killed, or kills itself at a given point."""

from __future__ import annotations

from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from api.service import Service
from api.settings import Settings
from graph.store.sqlite import SqliteStore
from tests.soak.batches import commit
from tests.soak.killing import die_at, die_in

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

DECIDING: Final[dict[str, tuple[str, str]]] = {
    "decided, not committed": ("graph.projection.Projection.decide", "after"),
    "compared, not remembered": ("graph.resolution.incremental._Remembering.keep", "before"),
    "remembered, not committed": ("graph.resolution.incremental._Remembering.keep", "after"),
}
"""Points that only a run of the models comes by."""


def run(told: Connection, data: str, store: str, point: str, count: int) -> None:
    """Commit batch after batch and send each revision that is acknowledged; before each, rebuild where the point asks.

    point: one of POINTS, to die there at the count-th time; "call": at that many calls made in graph/, after the
    first commit; "commit" or "rebuild": somebody else kills."""
    left = [count]
    service = opened(data, store, point, left)
    while True:
        if point in REBUILDS or point == "rebuild":
            service.rebuild()
        told.send(commit(service))
        if point == "call":
            die_in("graph", left)


def opened(data: str, store: str, point: str, left: list[int]) -> Service:
    """A service that writes few rows a transaction, and dies when `left` is down to 0.

    point: one of POINTS or of DECIDING, to count there; "call": at calls made in graph/ (who opens begins to count)."""
    if store.startswith("neo4j"):
        import_module("graph.store.neo4j.loading").UNIT_ROWS = CHUNK  # type: ignore[attr-defined]
    service = Service(Settings(data=Path(data), store=store))
    if isinstance(service.store, SqliteStore):
        service.store._chunk = CHUNK
    known = POINTS | DECIDING
    if point in known:
        die_at(*known[point], left)
    return service
