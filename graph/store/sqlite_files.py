"""Files and connections of a SQLite store: which file stands behind its path, and who has it open.

A store that was never rebuilt is a plain file at `path`. A rebuild grows in `path.<8 hex digits>` and becomes
the store by one rename of a symbolic link onto `path`. The link is what makes a switch safe beside readers:
SQLite names the -wal and -shm files after the file that a link leads to, so the old file's readers and the new
file's writer can never share them, as they would if the database file itself were renamed over the other
(https://www.sqlite.org/howtocorrupt.html, 2.4 and 2.5). The old files are unlinked; whoever has them open reads
on. The digits are random so that no name is ever used twice while somebody may still have it open.
"""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from graph.errors import Busy, Corrupt, Unreachable
from graph.store.sqlite_schema import prepare

_SIDE_FILES: Final = ("", "-wal", "-shm")
_WAIT: Final = 60.0
"""Seconds to wait for another writer's transaction: one chunk of a big delta, or one index of a first load."""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as Busy, Corrupt or Unreachable, with the file's name."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Busy(f"Store {path} is being written by another process.", remedy="Try again.") from error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise Corrupt(f"Store {path} is damaged: {error}.", remedy="Run `clew rebuild`.") from error
        if code in (
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_READONLY,
        ):
            raise Unreachable(
                f"Store {path} cannot be read or written: {error}.", remedy="See the disk and its rights."
            ) from error
        raise


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the file that stands behind `path` now, made if there is none.

    For one thread at a time; autocommit. Raises Corrupt for a file of another kind or version, Unreachable when
    it can't be opened."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for attempt in (1, 2, 3):
        target = path.resolve()
        mode = "rw" if target.exists() else "rwc"
        try:
            connection = sqlite3.connect(
                f"{target.as_uri()}?mode={mode}", uri=True, timeout=_WAIT, isolation_level=None,
                check_same_thread=False,
            )  # fmt: skip
            prepare(connection, str(path))
            return connection
        except sqlite3.OperationalError as error:
            # Another process may have switched and unlinked the target since it was resolved.
            if attempt == 3 or getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_CANTOPEN:
                raise
    raise AssertionError("unreachable")


def new_rebuild(path: Path) -> Path:
    """A file name to rebuild in; files of rebuilds that were left, and of stores switched away, are dropped."""
    live = path.resolve().name
    pattern = re.compile(re.escape(path.name) + r"(\.[0-9a-f]{8})?(-wal|-shm|-link)?")
    for name in sorted(os.listdir(path.parent)) if path.parent.exists() else ():
        if pattern.fullmatch(name) and name != path.name and re.sub("-(wal|shm)$", "", name) != live:
            (path.parent / name).unlink(missing_ok=True)
    return path.with_name(f"{path.name}.{secrets.token_hex(4)}")


def replace(path: Path, rebuilt: Path) -> None:
    """Put the closed, checkpointed file `rebuilt` behind `path` in one rename; unlink the file that was there.

    path: in a resolved folder, as SqliteStore has it, so that it can be told from the file behind it."""
    before = path.resolve()
    link = path.with_name(f"{rebuilt.name}-link")
    link.unlink(missing_ok=True)
    link.symlink_to(rebuilt.name)
    os.replace(link, path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    for suffix in _SIDE_FILES:
        old = before.with_name(before.name + suffix)
        if old != path:  # a plain first store was replaced by the link itself
            old.unlink(missing_ok=True)


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file stands behind a path; None when none does."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


class Reader:
    """One thread's connection for reading, and the head it last saw."""

    def __init__(self, path: Path, generation: int) -> None:
        self.generation = generation
        # Before it is opened: should a switch come in between, the next `fresh` opens again.
        self.file = _identity(path)
        self.connection = connect(path)
        self.file = self.file or _identity(path)
        self.connection.execute("PRAGMA query_only = ON")
        self.connection.execute("PRAGMA cache_size = -16384")
        self.connection.execute("PRAGMA mmap_size = 1073741824")
        self.known_head = 0

    def head(self) -> int:
        self.known_head = int(self.connection.execute("SELECT head FROM state").fetchone()[0])
        return self.known_head


class Readers:
    """A reader for each thread; renewed after `renew`, closed when its thread ends or at `close`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._all: weakref.WeakSet[Reader] = weakref.WeakSet()
        self._generation = 0
        self._lock = threading.Lock()

    def get(self) -> Reader:
        """This thread's reader. Raises as `connect`."""
        reader: Reader | None = getattr(self._local, "reader", None)
        if reader is None or reader.generation != self._generation:
            if reader is not None:
                reader.connection.close()
            reader = self._local.reader = Reader(self._path, self._generation)
            with self._lock:
                self._all.add(reader)
        return reader

    def fresh(self) -> Reader:
        """This thread's reader, opened anew when another process has put a rebuilt file behind the path."""
        reader = self.get()
        if _identity(self._path) not in (reader.file, None):
            reader.generation = -1
            reader = self.get()
        return reader

    def renew(self) -> None:
        """Let every thread open anew on its next read; reads under way end on the old file."""
        self._generation += 1

    def close(self) -> None:
        """Close all readers; none may be in use."""
        with self._lock:
            for reader in list(self._all):
                reader.connection.close()
            self._all.clear()
        self._local = threading.local()
