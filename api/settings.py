"""Every setting: its environment variable, type, unit, default and why. Read once, at the top; passed down as arguments."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.errors import Refused


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment and the command line say.

    data: the data directory (CLEW_DATA; ./clew-data). store: the graph store's URL (CLEW_STORE; sqlite:/// = store.db in
    the data directory). neo4j_user, neo4j_password: for a neo4j:// store without them in its URL (NEO4J_USER,
    NEO4J_PASSWORD). host, port: where `serve` listens (CLEW_HOST, CLEW_PORT): the loopback by default, since readers are
    told apart only by a file. memory: DuckDB's working memory for a commit, it spills to disk beyond (CLEW_MEMORY).
    gds: the Neo4j server with Graph Data Science that the GDS engine uses (CLEW_GDS; the store's, when that is one).
    """

    data: Path
    store: str = "sqlite:///"
    neo4j_user: str | None = None
    neo4j_password: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    memory: str = "2000MB"
    gds: str = ""

    @classmethod
    def read(
        cls, environment: Mapping[str, str] = os.environ, *, data: str | None = None, store: str | None = None
    ) -> Settings:
        """Settings from the environment; data and store of the command line come first. Refused when one is malformed."""
        port = environment.get("CLEW_PORT", "8000")
        if not port.isdigit() or not 0 <= int(port) < 65536:
            raise Refused(f"CLEW_PORT is {port!r}.", remedy="Give a port number, 0 to 65535.")
        return cls(
            data=Path(data or environment.get("CLEW_DATA") or "clew-data").expanduser().resolve(),
            store=store or environment.get("CLEW_STORE") or "sqlite:///",
            neo4j_user=environment.get("NEO4J_USER"),
            neo4j_password=environment.get("NEO4J_PASSWORD"),
            host=environment.get("CLEW_HOST", "127.0.0.1"),
            port=int(port),
            memory=environment.get("CLEW_MEMORY", "2000MB"),
            gds=environment.get("CLEW_GDS", ""),
        )
