"""Jobs: work that outlasts a request. What each is, how far it is, how it ended: table `job` of ledger.db.

Not chained: a job says what was tried, the ledger's lines say what became so. A job belongs to the reader who started
it and carries the labels that it was started under. Its id is a function of its reader, what it is and how many that
reader had started before, so that other readers' jobs move nothing. Times are not kept: no answer shows a clock.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import psutil

from graph.errors import Busy, ClewError, Corrupt, NotHeld, Refused
from graph.model import LabelId

State = Literal["WAITING", "RUNNING", "DONE", "FAILED", "CANCELLED", "INTERRUPTED"]

LIVE: Final = ("WAITING", "RUNNING")
"""States of a job that may still change; the others are for ever."""

_TOLD_EVERY: Final = 0.2
"""Seconds between two progress writes of one job: a loop may tell of every item."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS job(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, parameters TEXT NOT NULL, labels TEXT NOT NULL,
  reader TEXT NOT NULL, state TEXT NOT NULL, done INTEGER NOT NULL, total INTEGER, result TEXT, code TEXT, error TEXT,
  pid INTEGER NOT NULL, started REAL NOT NULL);
CREATE INDEX IF NOT EXISTS job_reader ON job(reader, seq);
"""
_COLUMNS = "id, kind, parameters, labels, reader, state, done, total, result, code, error, pid, started, seq"


@dataclass(frozen=True, slots=True)
class Job:
    """One job. total: units to do, None while unknown. result: what finish() was given, {} before.

    code and error: why it FAILED ("" else); code is a ClewError's. number: later jobs have greater ones; never shown."""

    id: str
    kind: str
    parameters: Mapping[str, Any]
    labels: frozenset[LabelId]
    reader: str
    state: State
    done: int
    total: int | None
    result: Mapping[str, Any]
    code: str
    error: str
    number: int

    @property
    def live(self) -> bool:
        """Whether it may still change."""
        return self.state in LIVE


class Jobs:
    """The jobs of a data directory, by the path of its ledger.db. Threads and processes may share them.

    A live job whose process is gone (its pid is not there, or is another process's by now) is INTERRUPTED: found
    when it is read, and kept so."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._told: dict[str, float] = {}
        self._telling = threading.Lock()
        with self._open() as db:
            db.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")  # a power cut may lose a job's last words, no data
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

    def start(self, kind: str, parameters: Mapping[str, Any], labels: Iterable[LabelId], reader: str) -> Job:
        """A new job of this process, WAITING until its first progress()."""
        said = json.dumps(parameters, sort_keys=True, ensure_ascii=False)
        scope = json.dumps(sorted(labels))
        pid, started = _this_process()
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            before = db.execute("SELECT count(*) FROM job WHERE reader = ?", (reader,)).fetchone()[0]
            seed = json.dumps([reader, before, kind, said], ensure_ascii=False)
            identity = hashlib.sha256(seed.encode()).hexdigest()[:32]
            db.execute(
                "INSERT INTO job(id, kind, parameters, labels, reader, state, done, pid, started)"
                " VALUES (?, ?, ?, ?, ?, 'WAITING', 0, ?, ?)",
                (identity, kind, said, scope, reader, pid, started),
            )
            db.execute("COMMIT")
        return self.get(identity)

    def progress(self, id: str, done: int, total: int | None = None) -> None:
        """Say how far a job is; it is RUNNING from its first. May be called for every item: few are written."""
        now = time.monotonic()
        with self._telling:
            if id in self._told and done != total and now - self._told[id] < _TOLD_EVERY:
                return
            self._told[id] = now
        self._change(id, "state = 'RUNNING', done = ?, total = ?", done, total)

    def finish(self, id: str, result: Mapping[str, Any]) -> Job:
        """It is DONE, with what it came to; one that was cancelled stays so."""
        text = json.dumps(result, sort_keys=True, ensure_ascii=False)
        self._change(id, "state = 'DONE', done = coalesce(total, done), result = ?", text)
        return self._ended(id)

    def fail(self, id: str, error: Exception | str) -> Job:
        """It FAILED; says why. One that was cancelled stays so."""
        code = error.code if isinstance(error, ClewError) else "ERROR"
        self._change(id, "state = 'FAILED', code = ?, error = ?", code, str(error))
        return self._ended(id)

    def cancel(self, id: str) -> Job:
        """It is CANCELLED: whoever does it sees that by cancelled() and stops. One that has ended stays as it is."""
        self._change(id, "state = 'CANCELLED'")
        return self._ended(id)

    def cancelled(self, id: str) -> bool:
        """Whether whoever does this job is to stop."""
        return self.get(id).state == "CANCELLED"

    def get(self, id: str) -> Job:
        """A job by id; NotHeld when there is none."""
        found = self._read("WHERE id = ?", id)
        if not found:
            raise NotHeld(f"There is no job {id!r}.", remedy="`jobs` lists those you may see.")
        return found[0]

    def seen(self, id: str, reader: str, labels: frozenset[LabelId]) -> Job:
        """As get, for a reader: another's job, or one under labels that this one may not see, is as if it were not."""
        job = self.get(id)
        if job.reader != reader or not job.labels <= labels:
            raise NotHeld(f"There is no job {id!r}.", remedy="`jobs` lists those you may see.")
        return job

    def list(
        self, reader: str, labels: frozenset[LabelId], *, kind: str | None = None, limit: int = 100
    ) -> tuple[Job, ...]:
        """A reader's own jobs under labels that he may see, the latest first."""
        if limit < 1:
            raise Refused(f"A list of {limit} jobs is none.", remedy="Ask for 1 or more.")
        jobs = self._read("WHERE reader = ? ORDER BY seq DESC", reader)
        return tuple(job for job in jobs if job.labels <= labels and kind in (None, job.kind))[:limit]

    def _ended(self, id: str) -> Job:
        with self._telling:
            self._told.pop(id, None)
        return self.get(id)

    def _change(self, id: str, what: str, *values: object) -> None:
        """Change a live job; NotHeld when there is none, nothing when it has ended."""
        with self._open() as db:
            if not db.execute(
                f"UPDATE job SET {what} WHERE id = ? AND state IN ('WAITING', 'RUNNING')", (*values, id)
            ).rowcount:
                self.get(id)

    def _read(self, where: str, *values: object) -> tuple[Job, ...]:
        with self._open() as db:
            rows = db.execute(f"SELECT {_COLUMNS} FROM job {where}", values).fetchall()
            jobs = []
            for row in rows:
                job, pid, started = _job(row), row[-3], row[-2]
                if job.live and not _alive(pid, started):
                    db.execute(
                        "UPDATE job SET state = 'INTERRUPTED' WHERE id = ? AND state = ? AND pid = ?",
                        (job.id, job.state, pid),
                    )
                    job = replace(job, state="INTERRUPTED")
                jobs.append(job)
        return tuple(jobs)


def _job(row: tuple[Any, ...]) -> Job:
    return Job(
        id=row[0], kind=row[1], parameters=json.loads(row[2]),
        labels=frozenset(LabelId(number) for number in json.loads(row[3])), reader=row[4], state=row[5],
        done=row[6], total=row[7], result=json.loads(row[8] or "{}"), code=row[9] or "", error=row[10] or "",
        number=row[13],
    )  # fmt: skip


@cache
def _start_of(pid: int) -> float:
    return psutil.Process(pid).create_time()


def _this_process() -> tuple[int, float]:
    pid = os.getpid()  # asked every time: a forked child has another
    return pid, _start_of(pid)


def _alive(pid: int, started: float) -> bool:
    """Whether the process with this number is the one that began then."""
    if pid == os.getpid():
        return abs(_start_of(pid) - started) < 1
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - started) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:  # another user's: it is there
        return True
