"""Roles that people have in cases: suspect, victim, witness, professional. Data that people say, with its label.

Kept in ledger.db, appended to: of one mention in one case the last word counts. A role carries the label of its case, so
that whoever may not see the case does not meet it. It hangs on a mention, and so follows it through merges and splits.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graph.access import AccessLabel, Scope
from graph.errors import InvalidValue, Refused
from graph.model import MentionId

ROLES: Final = ("suspect", "victim", "witness", "professional")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS role(
  number INTEGER PRIMARY KEY, mention BLOB NOT NULL, case_ TEXT NOT NULL, role TEXT NOT NULL, reader TEXT NOT NULL,
  note TEXT NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody is in a case. case "": in none by name, for all to see."""

    mention: MentionId
    case: str
    role: str
    reader: str
    note: str

    @property
    def label(self) -> AccessLabel:
        return label_of(self.case)


def label_of(case: str) -> AccessLabel:
    """The label of what is said in a case."""
    return AccessLabel(case=case)


class Roles:
    """The roles of a data directory, by the path of its ledger.db."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with closing(self._open()) as db, db:
            db.execute(_SCHEMA)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=30)

    def set(self, mention: MentionId, case: str, role: str | None, *, scope: Scope, note: str = "") -> None:
        """Say what somebody is in a case; None takes it back. The caller has seen that the reader sees the mention.

        InvalidValue for another role; Refused for a case that the reader may not see."""
        if role is not None and role not in ROLES:
            raise InvalidValue("role", role, "one of " + ", ".join(ROLES))
        if not scope.sees(label_of(case)):
            raise Refused(f"Case {case!r} is not one of yours.", remedy="Name a case that you may see.")
        with closing(self._open()) as db, db:
            db.execute(
                "INSERT INTO role(mention, case_, role, reader, note) VALUES (?, ?, ?, ?, ?)",
                (mention, case, role or "", scope.name, note),
            )

    def standing(self, scope: Scope) -> list[Role]:
        """The roles in cases that a reader may see, by (case, mention)."""
        with closing(self._open()) as db, db:
            rows = db.execute(
                "SELECT mention, case_, role, reader, note FROM role ORDER BY number"
            ).fetchall()
        last = {(row[1], bytes(row[0])): row for row in rows if scope.sees(label_of(row[1]))}
        return [
            Role(MentionId(mid), case, row[2], row[3], row[4])
            for (case, mid), row in sorted(last.items())
            if row[2]
        ]
