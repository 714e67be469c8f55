"""The ledger: one SQLite file of small, ordered facts. A revision exists when its ledger line does.

Lines are hash-chained: line r's hash is SHA-256 over the previous hash and line r's own content, so that a line
that was changed, dropped or put in between shows (`verify`). Labels, sources and judgements hang on the revision
that brought them, and are covered by its line's content.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from graph.access import PUBLIC, AccessLabel
from graph.errors import Busy, Corrupt, NotHeld, Refused
from graph.model import LabelId, Revision

_WHOLE = """(instr(content, '"snapshot": {') OR instr(content, '"part": {'))"""
"""Whether a line brought a complete snapshot or a part of one. By text: the index is made over whatever a line holds, damage too."""
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS label(
  id INTEGER PRIMARY KEY, marking TEXT NOT NULL, handling TEXT NOT NULL, case_ TEXT NOT NULL, caveat TEXT NOT NULL,
  revision INTEGER NOT NULL, UNIQUE(marking, handling, case_, caveat));
CREATE TABLE IF NOT EXISTS source(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, label INTEGER NOT NULL REFERENCES label(id),
  purpose TEXT NOT NULL, zone TEXT NOT NULL, revision INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS line(
  revision INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, source INTEGER, content TEXT NOT NULL,
  digest TEXT, previous TEXT NOT NULL, hash TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS line_digest ON line(source, digest);
CREATE INDEX IF NOT EXISTS line_whole ON line(source, revision) WHERE {_WHOLE};
CREATE TABLE IF NOT EXISTS judgement(
  id TEXT PRIMARY KEY, a BLOB NOT NULL, b BLOB NOT NULL, verdict TEXT NOT NULL, label INTEGER NOT NULL,
  reader TEXT NOT NULL, note TEXT NOT NULL, revision INTEGER NOT NULL, undone INTEGER);
"""

WHOLES = f"source = ? AND {_WHOLE}"
"""The lines of a source that the index line_whole holds."""


@dataclass(frozen=True, slots=True)
class Source:
    """One data set: its name, its one access label for life, why it is held and the zone of its naive times."""

    id: int
    name: str
    label: LabelId
    purpose: str
    zone: str
    revision: Revision


@dataclass(frozen=True, slots=True)
class Line:
    """One ledger line. at: UTC, ISO-8601. kind: ingest | judge | undo | resolve. content: JSON, see commit.py.

    digest: SHA-256 of the bytes that were ingested."""

    revision: Revision
    at: str
    kind: str
    source: int | None
    content: Mapping[str, Any]
    digest: str | None
    hash: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's decision between two mentions (a < b). undone: the revision that took it back."""

    id: str
    a: bytes
    b: bytes
    verdict: str
    label: LabelId
    reader: str
    note: str
    revision: Revision
    undone: Revision | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What one revision adds: written by Ledger.append in one transaction."""

    kind: str
    at: str
    content: Mapping[str, Any]
    source: Source | None = None
    digest: str | None = None
    judgements: tuple[Judgement, ...] = field(default=())
    undone: tuple[str, ...] = field(default=())


class Ledger:
    """The ledger of a data directory. Opened for reading by everyone; written under the directory's lease."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._open() as db:
            db.executescript(_SCHEMA)
            db.execute("INSERT OR IGNORE INTO label VALUES (0, '', '', '', '', 0)")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.path, timeout=30)
        try:
            # FULL: a line that was acknowledged survives a power cut.
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            with db:
                yield db
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise Busy(
                    f"{self.path} is being written by another process.", remedy="Try again."
                ) from error
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise Corrupt(
                    f"{self.path} is damaged: {error}.", remedy="Restore it from a copy."
                ) from error
            raise
        finally:
            db.close()

    def opened(self) -> AbstractContextManager[sqlite3.Connection]:
        """The file, for what is kept beside the chain (watches, alerts): one transaction, that of the body."""
        return self._open()

    def head(self) -> Revision:
        """The last revision; 0 when there is none."""
        with self._open() as db:
            return Revision(db.execute("SELECT coalesce(max(revision), 0) FROM line").fetchone()[0])

    def lines(self, after: int = 0) -> list[Line]:
        """The lines after a revision, in order."""
        return self._lines("revision > ?", after)

    def _lines(self, where: str, *values: object) -> list[Line]:
        with self._open() as db:
            rows = db.execute(
                f"SELECT revision, at, kind, source, content, digest, hash FROM line WHERE {where} ORDER BY revision",
                values,
            ).fetchall()
        return [Line(Revision(r[0]), r[1], r[2], r[3], self._read(r[0], r[4]), r[5], r[6]) for r in rows]

    def _read(self, revision: int, content: str) -> dict[str, Any]:
        try:
            read: dict[str, Any] = json.loads(content)
        except ValueError as error:
            raise Corrupt(f"{self.path}: line {revision} cannot be read: {error}.") from error
        return read

    def files(self, revisions: Iterable[int]) -> dict[int, str]:
        """The name of the file that each of some revisions brought; those that brought none are absent."""
        with self._open() as db:
            rows = db.execute(
                """SELECT revision, json_extract(content, '$.file') FROM line
                   WHERE revision IN (SELECT value FROM json_each(?)) AND json_extract(content, '$.file') IS NOT NULL""",
                (json.dumps(sorted(set(revisions))),),
            ).fetchall()
        return {int(revision): str(name) for revision, name in rows}

    def revision_at(self, at: str) -> Revision:
        """The last revision whose line was written at or before a UTC ISO-8601 instant; 0 before the first."""
        with self._open() as db:
            row = db.execute("SELECT coalesce(max(revision), 0) FROM line WHERE at <= ?", (at,)).fetchone()
        return Revision(row[0])

    def labels(self) -> list[tuple[LabelId, AccessLabel]]:
        """Every interned label, by number."""
        with self._open() as db:
            rows = db.execute("SELECT id, marking, handling, case_, caveat FROM label ORDER BY id").fetchall()
        return [(LabelId(r[0]), AccessLabel(*r[1:])) for r in rows]

    def label_id(self, label: AccessLabel) -> LabelId:
        """The number of a label, known or the next free one; it is written with the source or judgement that uses it."""
        known = {text: number for number, text in self.labels()}
        return known.get(label, LabelId(max(known.values(), default=0) + 1))

    def sources(self) -> list[Source]:
        """Every source, by id."""
        with self._open() as db:
            rows = db.execute(
                "SELECT id, name, label, purpose, zone, revision FROM source ORDER BY id"
            ).fetchall()
        return [Source(r[0], r[1], LabelId(r[2]), r[3], r[4], Revision(r[5])) for r in rows]

    def source(self, name: str, label: AccessLabel, *, purpose: str = "", zone: str = "") -> Source:
        """The source of that name, or the one to create with the next line.

        Raises Refused when it exists under another label, or with another zone or purpose than is given: a source
        has one of each for life."""
        known = self.sources()
        for source in known:
            if source.name == name:
                held = dict(self.labels())[source.label]
                if held != label:
                    raise Refused(
                        f"Source {name!r} carries the label {held}, not {label}; a source has one label for life.",
                        remedy="Give the other label a source of its own with --source.",
                    )
                for what, has, given in (("zone", source.zone, zone), ("purpose", source.purpose, purpose)):
                    if given and given != has:
                        raise Refused(
                            f"Source {name!r} has the {what} {has!r}, not {given!r}; a source has one for life.",
                            remedy=f"Leave --{what} out, or give this file a source of its own with --source.",
                        )
                return source
        number = max((source.id for source in known), default=0) + 1
        return Source(number, name, self.label_id(label), purpose, zone, Revision(self.head() + 1))

    def held(self, source: int, *digests: str) -> list[Line]:
        """The lines that brought bytes of these digests into a source, in order."""
        return self._lines(f"source = ? AND digest IN ({', '.join('?' * len(digests))})", source, *digests)

    def wholes(self, source: int) -> list[Line]:
        """The lines of a source that brought a complete snapshot or a part of one, in order: few among its files."""
        return self._lines(WHOLES, source)

    def judgements(self, until: Revision | None = None) -> list[Judgement]:
        """Every judgement ever made up to a revision, in order of (revision, id); undone ones are marked so."""
        with self._open() as db:
            rows = db.execute(
                "SELECT id, a, b, verdict, label, reader, note, revision, undone FROM judgement ORDER BY revision, id"
            ).fetchall()
        made = [
            Judgement(r[0], r[1], r[2], r[3], LabelId(r[4]), r[5], r[6], Revision(r[7]), r[8]) for r in rows
        ]
        return [j for j in made if until is None or j.revision <= until]

    def append(self, entry: Entry, label: AccessLabel | None = None) -> Revision:
        """Write the next line, with the source, label and judgements it brings, in one transaction.

        label: the text of a label number in the entry that is not interned yet."""
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            last = db.execute(
                "SELECT revision, hash FROM line ORDER BY revision DESC LIMIT 1"
            ).fetchone() or (0, "")
            revision = Revision(last[0] + 1)
            number = entry.source.label if entry.source else next((j.label for j in entry.judgements), PUBLIC)
            # What a line brings is in its content too, so that the chain covers it: who may see a source's rows above all.
            brought: dict[str, Any] = {}
            if label is not None:
                row = (number, label.marking, label.handling, label.case, label.caveat, revision)
                if db.execute("INSERT OR IGNORE INTO label VALUES (?, ?, ?, ?, ?, ?)", row).rowcount:
                    brought["label"] = row[:-1]
            if entry.source is not None:
                s = entry.source
                held = (s.id, s.name, s.label, s.purpose, s.zone, revision)
                if db.execute("INSERT OR IGNORE INTO source VALUES (?, ?, ?, ?, ?, ?)", held).rowcount:
                    brought["source"] = held[:-1]
            for j in entry.judgements:
                db.execute(
                    "INSERT INTO judgement VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                    (j.id, j.a, j.b, j.verdict, j.label, j.reader, j.note, revision),
                )
            for undone in entry.undone:
                changed = db.execute(
                    "UPDATE judgement SET undone = ? WHERE id = ? AND undone IS NULL", (revision, undone)
                ).rowcount
                if changed != 1:
                    raise NotHeld(
                        f"Judgement {undone!r} does not stand.", remedy="It was never made, or is undone."
                    )
            content = _content(entry, brought)
            source = entry.source.id if entry.source else None
            db.execute(
                "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    revision,
                    entry.at,
                    entry.kind,
                    source,
                    content,
                    entry.digest,
                    last[1],
                    _hash(last[1], revision, entry.at, entry.kind, source, content, entry.digest),
                ),
            )
        return revision

    def verify(self) -> int:
        """Check the chain, and labels, sources and judgements against it.

        Gives the number of lines; raises Corrupt with the first bad one."""
        previous, expected = "", 1
        stated: dict[str, dict[Any, tuple[Any, ...]]] = {name: {} for name in _KEPT}
        stated["labels"][PUBLIC] = (PUBLIC, *astuple(AccessLabel()), 0)
        with self._open() as db:
            rows = db.execute(
                "SELECT revision, at, kind, source, content, digest, previous, hash FROM line ORDER BY revision"
            ).fetchall()
            kept = {name: db.execute(statement).fetchall() for name, statement in _KEPT.items()}
        for revision, at, kind, source, content, digest, before, chained in rows:
            right = _hash(previous, revision, at, kind, source, content, digest)
            if revision != expected or before != previous or chained != right:
                raise Corrupt(
                    f"{self.path}: line {revision} does not follow line {expected - 1}: the chain is broken."
                )
            _state(stated, revision, json.loads(content))
            previous, expected = chained, expected + 1
        for name, found in kept.items():
            if stated[name] != {row[0]: row for row in found}:
                raise Corrupt(f"{self.path}: the {name} kept are not those the chained lines state.")
        return len(rows)


_KEPT = {
    "labels": "SELECT id, marking, handling, case_, caveat, revision FROM label",
    "sources": "SELECT id, name, label, purpose, zone, revision FROM source",
    "judgements": "SELECT id, lower(hex(a)), lower(hex(b)), verdict, label, reader, note, revision, undone FROM judgement",
}
"""What lines bring, as it is kept; the first column is its key."""


def _state(stated: dict[str, dict[Any, tuple[Any, ...]]], revision: int, body: Mapping[str, Any]) -> None:
    """Add what a line's content says it brought to what was stated before."""
    for name in ("label", "source"):
        if name in body:
            stated[f"{name}s"][body[name][0]] = (*body[name], revision)
    made = stated["judgements"]
    for j in body.get("judgements", ()):
        told = (j[k] for k in ("id", "a", "b", "verdict", "label", "reader", "note"))
        made[j["id"]] = (*told, revision, None)
    for undone in body.get("undone", ()):
        made[undone] = (*made[undone][:-1], revision)


def _content(entry: Entry, brought: Mapping[str, Any]) -> str:
    body = {**entry.content, **brought}
    if entry.judgements:
        body["judgements"] = [
            {
                "id": j.id,
                "a": j.a.hex(),
                "b": j.b.hex(),
                "verdict": j.verdict,
                "label": j.label,
                "reader": j.reader,
                "note": j.note,
            }
            for j in entry.judgements
        ]
    if entry.undone:
        body["undone"] = list(entry.undone)
    return json.dumps(body, sort_keys=True, ensure_ascii=False)


def _hash(previous: str, *content: object) -> str:
    return hashlib.sha256(json.dumps([previous, *content], ensure_ascii=False).encode()).hexdigest()
