"""Graph stores behind one port (base.py): one file a store."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from graph.errors import Refused
from graph.store.base import Store


def same_store(a: str, b: str, *, data: Path) -> bool:
    """Whether two URLs open one store. data: the data directory that `sqlite:///` alone is in."""
    return _place(a, data) == _place(b, data)


def _place(url: str, data: Path) -> str:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = url.removeprefix("sqlite://")
        return str((data / "store.db" if path in ("", "/") else Path(path)).resolve())
    # Credentials and the way to speak (bolt, neo4j, with or without TLS) do not make another database.
    return f"{parts.hostname}:{parts.port or 7687}{parts.path.rstrip('/')}"


def open_store(
    url: str, *, data: Path | None = None, user: str | None = None, password: str | None = None
) -> Store:
    """Open the store a URL names: `sqlite:///path` (`sqlite:///` alone: store.db in `data`) or `neo4j://host:port`.

    user, password: for a server whose URL does not carry them.

    Raises Refused for another scheme, Unreachable when the server does not answer."""
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        from graph.store.sqlite import SqliteStore

        path = url.removeprefix("sqlite://")
        if path in ("", "/"):
            if data is None:
                raise Refused(f"Store URL {url!r} names no file.", remedy="Write sqlite:///absolute/path.db.")
            return SqliteStore(data / "store.db")
        return SqliteStore(Path(path))
    if scheme in ("neo4j", "bolt", "neo4j+s", "bolt+s"):
        from graph.store.neo4j import Neo4jStore

        return Neo4jStore(url, user=user, password=password)
    raise Refused(
        f"Store URL {url!r} has an unknown scheme.", remedy="Use sqlite:///path or neo4j://host:port."
    )
