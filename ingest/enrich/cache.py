"""What enrichers said before, by the content of the text and the enricher's version: a killed run goes on from here."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.enrich.base import Derived


class Cache:
    """A file in the data directory's cache; it may be deleted at any time, at the price of working anew."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS said(version TEXT, digest TEXT, value TEXT, confidence REAL, PRIMARY KEY(version, digest)) WITHOUT ROWID"
        )

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def get(self, version: str, digests: Sequence[str]) -> dict[str, Derived]:
        """What was said of those bodies that are known."""
        found: dict[str, Derived] = {}
        for start in range(0, len(digests), 500):
            some = digests[start : start + 500]
            marks = ",".join("?" * len(some))
            rows = self._db.execute(
                f"SELECT digest, value, confidence FROM said WHERE version = ? AND digest IN ({marks})",
                (version, *some),
            )
            found |= {digest: Derived(value, confidence) for digest, value, confidence in rows}
        return found

    def put(self, version: str, said: Mapping[str, Derived]) -> None:
        """Keep what was said, all of it or nothing."""
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT OR REPLACE INTO said VALUES (?, ?, ?, ?)",
            [(version, digest, one.value, one.confidence) for digest, one in said.items()],
        )
        self._db.execute("COMMIT")
