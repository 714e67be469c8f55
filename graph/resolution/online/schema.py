"""The file of the match index: which mentions share a blocking key, their columns, and who shares an identifier.

A row stands for one version of a mention: what one record said of it from one revision (`since`) until another (in `ended`,
where it no longer stands). What a row holds follows from that record alone; how many share an identifier, and what other records
call a body, is looked up on reading, among what the reader sees. Rows are never changed, so a reader needs no transaction.

    mention   n, mid, label, since, digest of all it holds, row (JSON list, in the order of `shape`), near (JSON [class, value, shared])
    block     hash of (model, key, value), hash of what narrows it, the mention's place in the order of ids: whoever meets there
    share     hash of (model, class, identifier), hash of who shares it
    called    what a body's own mention calls it, by hash of its number's key and by hash of the name
"""

from __future__ import annotations

import ast
import hashlib
import sqlite3
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

import graph
from graph.errors import Corrupt
from graph.resolution.models import MODELS
from graph.resolution.models.base import Model
from graph.resolution.online.columns import KINDS

VERSION: Final = 1

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS state(one INTEGER PRIMARY KEY CHECK (one = 1), head INTEGER NOT NULL, version TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS shape(model TEXT PRIMARY KEY, columns TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mention(n INTEGER PRIMARY KEY, mid BLOB NOT NULL, label INTEGER NOT NULL, since INTEGER NOT NULL,
  digest INTEGER NOT NULL, row TEXT NOT NULL, near TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ended(n INTEGER PRIMARY KEY, until INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS block(hash INTEGER, more INTEGER, place INTEGER, n INTEGER, label INTEGER NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY (hash, more, place, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS share(hash INTEGER, who INTEGER, n INTEGER, label INTEGER NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY (hash, who, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS called(n INTEGER, key_hash INTEGER NOT NULL, name_hash INTEGER NOT NULL, label INTEGER NOT NULL,
  since INTEGER NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS mention_mid ON mention(mid);
CREATE INDEX IF NOT EXISTS called_key ON called(key_hash);
CREATE INDEX IF NOT EXISTS called_name ON called(name_hash);
"""
TABLES: Final = ("shape", "mention", "ended", "block", "share", "called")


def matched() -> tuple[Model, ...]:
    """The models whose kinds are matched one record at a time."""
    return tuple(model for model in MODELS if set(model.kinds) <= set(KINDS))


@cache
def version() -> str:
    """Of what the file holds: it is made anew when the program blocks, or takes names apart, otherwise."""
    return version_of(Path(graph.__file__).parent)


def version_of(package: Path) -> str:
    """The version that a copy of this package would give: of the models' keys, all code that rows are made by, the lists of names, and
    the libraries that fold and hash."""
    told = [(model.decider, model.kinds, model.keys, model.who) for model in matched()]
    libraries = [(name, metadata.version(name)) for name in ("anyascii", "duckdb")]
    whole = hashlib.sha256(repr((VERSION, told, libraries)).encode())
    lists = {path.name for model in matched() for path in model.shipped.glob("*.txt")}
    folders = sorted(model.shipped.relative_to(Path(graph.__file__).parent) for model in matched())
    for path in (*_made_by(package), *(package / at / name for at in folders for name in sorted(lists))):
        whole.update(path.read_bytes() if path.exists() else b"")
    return whole.hexdigest()[:16]


_FIRST: Final = ("resolution/online/filling", "resolution/columns/people", "resolution/columns/organisations")
_NOT: Final = ("resolution/models", "resolution/online/schema", "resolution/online/sql")
"""What rows hang on of these is in the version by itself."""


def _made_by(package: Path) -> list[Path]:
    """The files that rows of the index are made by: the first ones, and what they import, sorted."""
    left, found = [package / f"{name}.py" for name in _FIRST], set[Path]()
    while left:
        path = left.pop()
        if path in found:
            continue
        found.add(path)
        imports = [
            node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.ImportFrom)
        ]
        for module in (f"{node.module}.{name.name}" for node in imports for name in node.names):
            one = module.removeprefix("graph.").replace(".", "/")
            if module.startswith(("graph.values.", "graph.resolution.")) and not one.startswith(_NOT):
                # Of a function's or constant's name, the module that it stands in.
                places = (
                    package / f"{one}.py",
                    package / one / "__init__.py",
                    (package / one).parent.with_suffix(".py"),
                )
                left += [place for place in places if place.is_file()]
    return sorted(found)


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit, its file made when there is none; for one thread at a time. Raises Corrupt."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = sqlite3.connect(path, timeout=60.0, isolation_level=None, check_same_thread=False)
        if not connection.execute("PRAGMA user_version").fetchone()[0]:
            connection.execute("PRAGMA page_size = 8192")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(
                f"BEGIN IMMEDIATE; {_TABLES} INSERT OR IGNORE INTO state VALUES (1, 0, '{version()}'); PRAGMA user_version = {VERSION}; COMMIT;"
            )
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.DatabaseError as error:
        raise Corrupt(
            f"Match index {path} cannot be read: {error}.", remedy="Remove it; it is made anew."
        ) from error
    return connection
