"""The outbox: alerts as they fired, in order, for ever. Table `alert` of ledger.db, beside the watches.

A revision's alerts and the cursor move in one transaction, and only if no watch changed meanwhile: so a killed process
leaves all of a revision's alerts or none, and working one out again changes nothing. A reader's alerts are ordered by
(revision, key); a token names a place in that order and nothing else, so that whoever was cut off goes on behind the
last one received.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from analytics.alerts.base import Change, Fired, Tie
from graph.errors import InvalidValue
from graph.model import LabelId, Revision
from graph.watches import Watches

_SCHEMA = """
CREATE TABLE IF NOT EXISTS alert(
  owner TEXT NOT NULL, revision INTEGER NOT NULL, key TEXT NOT NULL, rule TEXT NOT NULL, change TEXT NOT NULL,
  kind TEXT NOT NULL, source BLOB NOT NULL, target BLOB NOT NULL, watches TEXT NOT NULL, ties TEXT NOT NULL,
  labels TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (owner, revision, key)) WITHOUT ROWID;
"""
_COLUMNS = "revision, key, rule, change, kind, source, target, watches, ties, count"
_ALL = f"owner, {_COLUMNS}, labels"


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert, as kept: see Fired."""

    revision: Revision
    fired: Fired

    @property
    def token(self) -> str:
        """Where a reader who has got this one goes on."""
        return token(self.revision, self.fired.key)


def token(revision: int, key: str = "~") -> str:
    """A resume token: behind the alert of that key, or ("~") behind all of the revision."""
    text = json.dumps(["alerts", revision, key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place(text: str) -> tuple[int, str]:
    """(revision, key) of a resume token; InvalidValue when it is none."""
    try:
        kind, revision, key = json.loads(
            base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        )
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidValue("Token", text, "a token that an alert carried") from error
    if kind != "alerts" or type(revision) is not int or revision < 0 or not isinstance(key, str):
        raise InvalidValue("Token", text, "a token that an alert carried")
    return min(revision, 2**62), key


class Outbox:
    """Alerts of a data directory."""

    def __init__(self, watches: Watches) -> None:
        self._ledger = watches.ledger
        with self._ledger.opened() as db:
            db.executescript(_SCHEMA)

    def put(self, revision: int, fired: Iterable[tuple[str, Fired]], version: int) -> bool:
        """Keep a revision's alerts and move the cursor there. False, and nothing is kept, when watches changed since
        `version` or another process was first: look again. Any number: they wait in a temporary table."""
        with self._ledger.opened() as db:
            db.execute(f"CREATE TEMP TABLE fired AS SELECT {_ALL} FROM alert WHERE false")
            for owner, one in fired:
                db.execute(
                    f"INSERT INTO temp.fired VALUES ({', '.join('?' * 12)})", _row(owner, revision, one)
                )
            db.commit()
            db.execute("BEGIN IMMEDIATE")
            moved = db.execute(
                "UPDATE watch_state SET cursor = ? WHERE cursor = ? AND version = ?",
                (revision, revision - 1, version),
            ).rowcount
            if moved:
                db.execute(f"INSERT OR IGNORE INTO alert({_ALL}) SELECT {_ALL} FROM temp.fired")
        return bool(moved)

    def forget(self, after: int) -> None:
        """Drop alerts of revisions that the ledger has lost, so that the ones that come instead are worked out."""
        with self._ledger.opened() as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute(
                "UPDATE watch_state SET cursor = ?, version = version + 1 WHERE cursor > ?", (after, after)
            )
            db.execute("DELETE FROM alert WHERE revision > ?", (after,))

    def alerts(
        self,
        owner: str,
        labels: Collection[LabelId],
        until: int,
        after: tuple[int, str],
        limit: int,
        change: Change | None = None,
    ) -> list[Alert]:
        """A reader's alerts up to a revision, behind a place, in order; those of which no record is visible now are
        left out."""
        where, values = _where(owner, labels, until, after, change)
        with self._ledger.opened() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM alert {where} ORDER BY revision, key LIMIT ?", (*values, limit)
            ).fetchall()
        return [_alert(row) for row in rows]

    def count(
        self, owner: str, labels: Collection[LabelId], until: int, since: int, change: Change | None = None
    ) -> int:
        """How many alerts a reader has of the revisions after `since`, up to `until`."""
        where, values = _where(owner, labels, until, (since, "~"), change)
        with self._ledger.opened() as db:
            (found,) = db.execute(f"SELECT count(*) FROM alert {where}", values).fetchone()
        return int(found)


def _where(
    owner: str, labels: Iterable[LabelId], until: int, after: tuple[int, str], change: Change | None
) -> tuple[str, tuple[Any, ...]]:
    where = (
        "WHERE owner = ? AND revision <= ? AND (revision, key) > (?, ?) AND EXISTS (SELECT 1 FROM json_each(labels) l"
        " WHERE l.value IN (SELECT value FROM json_each(?)))"
    )
    values: tuple[Any, ...] = (owner, until, *after, json.dumps(sorted(labels)))
    return (where, values) if change is None else (where + " AND change = ?", (*values, change))


def _row(owner: str, revision: int, one: Fired) -> tuple[Any, ...]:
    ties = json.dumps([(tie.source.hex(), tie.target.hex(), tie.label) for tie in one.ties])
    labels = json.dumps(sorted({tie.label for tie in one.ties}))
    return (
        owner, revision, one.key, one.rule, one.change, one.kind, one.source, one.target, json.dumps(one.watches),
        ties, one.count, labels,
    )  # fmt: skip


def _alert(row: tuple[Any, ...]) -> Alert:
    ties = tuple(
        Tie(bytes.fromhex(a), bytes.fromhex(b), LabelId(label)) for a, b, label in json.loads(row[8])
    )
    watches = tuple(json.loads(row[7]))
    return Alert(
        Revision(row[0]), Fired(row[2], row[1], row[3], row[4], row[5], row[6], watches, ties, row[9])
    )
