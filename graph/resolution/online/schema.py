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

import hashlib
import sqlite3
from functools import cache
from pathlib import Path
from typing import Final

from graph.errors import Corrupt
from graph.resolution import forenames, person_names
from graph.resolution.columns import organisations, people, shared
from graph.resolution.models import MODELS
from graph.resolution.models.base import Model
from graph.resolution.online.columns import KINDS
from graph.values import company_name, folding, legal_forms

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
    told = [(model.decider, model.kinds, model.keys, model.who) for model in matched()]
    whole = hashlib.sha256(repr((VERSION, told)).encode())
    for module in (
        shared,
        people,
        organisations,
        person_names,
        forenames,
        company_name,
        folding,
        legal_forms,
    ):
        whole.update(Path(str(module.__file__)).read_bytes())
    return whole.hexdigest()[:16]


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
