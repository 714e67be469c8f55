"""Watches: what a reader wants to be told of. Table `watch` of ledger.db, beside the chain.

A watch hangs on a mention, or on identifier keys, also of something that no source has named yet. It belongs to the
reader who made it, and tells what that reader may see. It holds for the revisions after `since`, up to `ended`.
Its id is a function of its reader, what it is and how many that reader had made before: other readers' watches move
nothing. `state` counts the changes of watches, so that whoever works out alerts sees that one came in between.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from graph.access import LOCAL, Scope
from graph.errors import NotHeld
from graph.ledger import Ledger
from graph.model import MentionId, Revision

LOCAL_OWNER: Final = ""
"""The owner of the local reader's watches: no name of readers.toml can be it."""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS watch(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, mention BLOB, keys TEXT NOT NULL,
  kind TEXT NOT NULL, identifier TEXT NOT NULL, link_kinds TEXT NOT NULL, note TEXT NOT NULL,
  since INTEGER NOT NULL, ended INTEGER);
CREATE INDEX IF NOT EXISTS watch_owner ON watch(owner, seq);
CREATE TABLE IF NOT EXISTS watch_state(
  one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, cursor INTEGER NOT NULL);
"""
"""watch_state has its row since the first watch. cursor: the last revision whose alerts are worked out."""

_COLUMNS = "id, owner, mention, keys, kind, identifier, link_kinds, note, since, ended"


@dataclass(frozen=True, slots=True)
class Watch:
    """One watch. mention, or kind and identifier (as given) with the keys that it may be held under.

    link_kinds: only links of these kinds, all when empty. ended: the last revision it holds for, None while it stands."""

    id: str
    owner: str
    mention: MentionId | None
    keys: tuple[str, ...]
    kind: str
    identifier: str
    link_kinds: tuple[str, ...]
    note: str
    since: Revision
    ended: Revision | None = None


def owner_of(scope: Scope) -> str:
    """How watches name a reader."""
    return LOCAL_OWNER if scope == LOCAL else scope.name


class Watches:
    """The watches of a data directory; may be changed at any time, by any process."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        with ledger.opened() as db:
            db.executescript(SCHEMA)

    def add(
        self,
        owner: str,
        head: Revision,
        *,
        mention: MentionId | None = None,
        keys: Sequence[str] = (),
        kind: str = "",
        identifier: str = "",
        link_kinds: Sequence[str] = (),
        note: str = "",
    ) -> Watch:
        """A new watch for the revisions after `head`, what its reader sees now; the standing one when it is the same."""
        target = (mention, json.dumps(sorted(keys)), json.dumps(sorted(set(link_kinds))))
        with self.ledger.opened() as db:
            db.execute("BEGIN IMMEDIATE")
            same = f"SELECT {_COLUMNS} FROM watch WHERE owner = ? AND (mention IS ? OR keys <> '[]') AND keys = ? AND link_kinds = ? AND ended IS NULL"
            if held := db.execute(same, (owner, *target)).fetchone():
                return _watch(held)
            db.execute("INSERT OR IGNORE INTO watch_state VALUES (1, 0, ?)", (head,))
            # What is worked out already is past: its watch could not have been known.
            (cursor,) = db.execute("SELECT cursor FROM watch_state").fetchone()
            before = db.execute("SELECT count(*) FROM watch WHERE owner = ?", (owner,)).fetchone()[0]
            seed = json.dumps([owner, before, mention.hex() if mention else "", *target[1:]])
            identity = hashlib.sha256(seed.encode()).hexdigest()[:32]
            db.execute(
                f"INSERT INTO watch({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                (identity, owner, *target[:2], kind, identifier, target[2], note, max(head, cursor)),
            )
            _changed(db)
        return self.get(owner, identity)

    def bind(self, watch: Watch) -> None:
        """Let a watch of an identifier hang on the mention that states it. What it is a watch of stays the same."""
        with self.ledger.opened() as db:
            db.execute("UPDATE watch SET mention = ? WHERE id = ?", (watch.mention, watch.id))

    def end(self, owner: str, id: str, head: Revision) -> Watch:
        """End a reader's watch; NotHeld when none of that id stands, or another reader's does."""
        with self.ledger.opened() as db:
            db.execute("BEGIN IMMEDIATE")
            ended = db.execute(
                "UPDATE watch SET ended = max(?, since, (SELECT cursor FROM watch_state)) WHERE owner = ? AND id = ? AND ended IS NULL",
                (head, owner, id),
            ).rowcount
            if not ended:
                raise NotHeld(f"There is no watch {id!r}.", remedy="`watches` lists those that stand.")
            _changed(db)
        return self.get(owner, id)

    def get(self, owner: str, id: str) -> Watch:
        """A reader's watch by id, also an ended one; NotHeld when there is none."""
        for watch in self._read("owner = ? AND id = ?", owner, id):
            return watch
        raise NotHeld(f"There is no watch {id!r}.", remedy="`watches` lists those that stand.")

    def of(self, owner: str, at: Revision | None = None, *, ended: bool = False) -> list[Watch]:
        """A reader's watches in the order they were made: those that stand, or stood at a revision; ended: all ever."""
        if ended:
            return self._read("owner = ?", owner)
        if at is None:
            return self._read("owner = ? AND ended IS NULL", owner)
        return self._read("owner = ? AND since <= ? AND (ended IS NULL OR ended > ?)", owner, at, at)

    def holding(self, revision: int) -> list[Watch]:
        """Every reader's watches that hold for a revision."""
        return self._read("since < ? AND (ended IS NULL OR ended >= ?)", revision, revision)

    def state(self) -> tuple[int, Revision] | None:
        """(changes of watches so far, last revision whose alerts are worked out); None before the first watch."""
        with self.ledger.opened() as db:
            row = db.execute("SELECT version, cursor FROM watch_state").fetchone()
        return None if row is None else (row[0], Revision(row[1]))

    def _read(self, where: str, *values: object) -> list[Watch]:
        with self.ledger.opened() as db:
            rows = db.execute(f"SELECT {_COLUMNS} FROM watch WHERE {where} ORDER BY seq", values).fetchall()
        return [_watch(row) for row in rows]


def _changed(db: sqlite3.Connection) -> None:
    db.execute("UPDATE watch_state SET version = version + 1")


def _watch(row: tuple[Any, ...]) -> Watch:
    return Watch(
        id=row[0], owner=row[1], mention=None if row[2] is None else MentionId(row[2]), keys=tuple(json.loads(row[3])),
        kind=row[4], identifier=row[5], link_kinds=tuple(json.loads(row[6])), note=row[7], since=Revision(row[8]),
        ended=None if row[9] is None else Revision(row[9]),
    )  # fmt: skip
