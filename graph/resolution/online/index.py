"""The match index: who meets a record, kept by following the delta log (schema.py says what it holds).

It is not driven by commits, which would wait for it: whoever asks brings it up to the head, a delta at a time, and a server does so in
the background. Answers are given from where it is, and say so.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from graph.errors import Corrupt
from graph.files import scratch
from graph.lease import lease
from graph.model import Revision, View
from graph.resolution.online import schema
from graph.resolution.online.filling import fill
from graph.resolution.online.hashes import hashed

FILE: Final = "match.db"
"""Its name in the folder index/ of a data directory."""
_AT_ONCE: Final = 500
_STANDS: Final = "since <= :r AND (e.until IS NULL OR e.until > :r)"


class Held(NamedTuple):
    """A mention as one record tells of it: its columns, and its identifiers as (class, value, shared)."""

    mid: bytes
    label: int
    row: dict[str, Any]
    near: list[tuple[str, str, str]]


class MatchIndex:
    """The index file of a data directory. delta: where a revision's delta lies. Reads are thread-safe."""

    def __init__(self, path: Path, delta: Callable[[int], Path]) -> None:
        self.path, self._delta = path, delta
        self._local = threading.local()

    def head(self) -> Revision:
        """The last revision that it holds; 0 when empty, or made by a program that blocks otherwise."""
        head, version = self._connection().execute("SELECT head, version FROM state").fetchone()
        return Revision(head if version == schema.version() else 0)

    def catch_up(self, to: Revision, *, wait: float = 600.0) -> Revision:
        """Follow every delta up to a revision; gives the head. wait: seconds for another process that does so; then Busy."""
        if self.head() >= to:
            return self.head()
        with (
            lease(self.path.with_suffix(".lease"), wait=wait, doing="indexing for matches in"),
            scratch(self.path.parent, "matching") as spill,
        ):
            into = schema.connect(self.path)
            try:
                into.execute("PRAGMA cache_size = -200000")
                self._renew(into)
                for revision in range(self.head() + 1, to + 1):
                    self._follow(into, Revision(revision), spill)
                into.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                into.close()
        return self.head()

    def forget(self) -> None:
        """Begin anew: for a rebuild, which may read sources otherwise."""
        if self.path.exists():
            with lease(self.path.with_suffix(".lease"), doing="indexing for matches in"):
                into = schema.connect(self.path)
                self._empty(into)
                into.close()

    def _renew(self, into: sqlite3.Connection) -> None:
        (version,) = into.execute("SELECT version FROM state").fetchone()
        if version != schema.version():
            self._empty(into)

    def _empty(self, into: sqlite3.Connection) -> None:
        into.execute("BEGIN IMMEDIATE")
        for table in schema.TABLES:
            into.execute(f"DELETE FROM {table}")
        into.execute("UPDATE state SET head = 0, version = ?", [schema.version()])
        into.execute("COMMIT")

    def _follow(self, into: sqlite3.Connection, revision: Revision, spill: Path) -> None:
        delta = self._delta(revision)
        if not delta.is_dir():
            raise Corrupt(f"Delta of revision {revision} is missing.", remedy="Run `clew rebuild`.")
        into.execute("BEGIN IMMEDIATE")
        try:
            fill(into, delta, revision, [self._delta(r) for r in range(1, revision + 1)], spill)
            into.execute("UPDATE state SET head = ?", [revision])
            into.execute("COMMIT")
        except BaseException:
            into.execute("ROLLBACK")
            raise

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = schema.connect(self.path)
            found.execute("PRAGMA cache_size = -16384")  # of each thread; what is mapped is the system's
            found.execute("PRAGMA mmap_size = 4294967296")
        return found

    def members(
        self, view: View, block: str, more: str | None, limit: int, *, narrowed: bool
    ) -> list[tuple[int, int]]:
        """(place, number) of the visible mentions of a block, at most so many; narrowed: only those with this `more`.

        In the order of what narrows them, then of ids: which are left out hangs on visible ones alone."""
        only = "AND more = :more" if narrowed else ""
        return (
            self._connection()
            .execute(
                f"""SELECT b.place, b.n FROM block b LEFT JOIN ended e ON e.n = b.n WHERE hash = :hash {only} AND label IN ({_labels(view.labels)})
                AND {_STANDS} ORDER BY more, place, b.n LIMIT :limit""",
                {
                    "hash": hashed(block),
                    "more": 0 if more is None else hashed(more),
                    "r": view.revision,
                    "limit": limit,
                },
            )
            .fetchall()
        )

    def held(self, model: str, numbers: Iterable[int]) -> list[Held]:
        """Mentions by number, in the order of their ids."""
        connection, wanted = self._connection(), sorted(numbers)
        (names,) = connection.execute("SELECT columns FROM shape WHERE model = ?", [model]).fetchone() or (
            "",
        )
        shape = names.split(",")
        found = []
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            for mid, label, row, near in connection.execute(
                f"SELECT mid, label, row, near FROM mention WHERE n IN ({', '.join(map(str, some))})"
            ):
                found.append(
                    Held(
                        mid,
                        label,
                        dict(zip(shape, orjson.loads(row), strict=True)),
                        [tuple(x) for x in orjson.loads(near)],
                    )
                )
        return sorted(found, key=lambda one: one.mid)

    def sharers(self, view: View, shared: str, limit: int) -> set[int]:
        """Hashes of who shares an identifier (model/class/key) among the visible, at most so many."""
        return {
            row[0]
            for row in self._connection().execute(
                f"""SELECT DISTINCT who FROM share s LEFT JOIN ended e ON e.n = s.n WHERE hash = :hash AND label IN ({_labels(view.labels)})
                    AND {_STANDS} LIMIT :limit""",
                {"hash": hashed(shared), "r": view.revision, "limit": limit},
            )
        }

    def holding(self, view: View, shared: str, limit: int) -> list[int]:
        """Numbers of the visible mentions that share an identifier, at most so many."""
        rows = self._connection().execute(
            f"""SELECT s.n FROM share s LEFT JOIN ended e ON e.n = s.n WHERE hash = :hash AND label IN ({_labels(view.labels)})
                AND {_STANDS} ORDER BY who, s.n LIMIT :limit""",
            {"hash": hashed(shared), "r": view.revision, "limit": limit},
        )
        return [row[0] for row in rows]

    def names_of(self, view: View, key: str) -> list[str]:
        """What visible records call the body of a number's key, sorted."""
        return self._called(view, "name", "key", key)

    def numbers_of(self, view: View, name: str, limit: int) -> list[str]:
        """Keys of the numbers whose bodies visible records call so, at most so many, sorted."""
        return self._called(view, "key", "name", name, limit)

    def _called(self, view: View, told: str, by: str, value: str, limit: int = 1000) -> list[str]:
        rows = self._connection().execute(
            f"""SELECT DISTINCT {told} FROM called c LEFT JOIN ended e ON e.n = c.n WHERE {by}_hash = :hash AND {by} = :value
                AND label IN ({_labels(view.labels)}) AND {_STANDS} ORDER BY 1 LIMIT :limit""",
            {"hash": hashed(value), "value": value, "r": view.revision, "limit": limit},
        )
        return [row[0] for row in rows]


def _labels(labels: Iterable[int]) -> str:
    found: Sequence[int] = sorted(int(label) for label in labels)
    return ", ".join(map(str, found)) or "NULL"
