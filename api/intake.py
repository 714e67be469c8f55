"""Files on their way in: read, put together where they are small, and committed, a revision each."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.access import AccessLabel
from graph.directory import Committed, Directory, Staged
from graph.errors import Refused
from graph.files import drop
from graph.model import Revision
from graph.snapshots import COMPLETE
from ingest.pipeline import Progress, RefusedFile, read_file
from ingest.pipeline import Staged as ReadFile

UNLABELLED = AccessLabel()

TOGETHER: Final = 8
"""Small files that are committed in one go: some hundred milliseconds each, and nobody shall wait a second for the first of them."""

TOGETHER_ROWS: Final = 10_000
"""Rows of files from which they wait for no further ones."""

SMALL_FILE: Final = 4 << 20
"""Bytes of a file from which those before it do not wait until it is read."""

_Read = tuple[ReadFile | RefusedFile, float]
"""A file or member as read, and the seconds that took."""


@dataclass(frozen=True, slots=True)
class Intake:
    """How an analyst says a file is to be taken in. source "": one per format and label. owner: whose phone book it is
    (ingest/helpers/owner.py), "" = unknown."""

    source: str = ""
    format: str | None = None
    label: AccessLabel = UNLABELLED
    purpose: str = ""
    zone: str = ""
    complete: bool = False
    owner: str = ""


def read_all(
    paths: Iterable[Path], intake: Intake, staging: Path, progress: Progress | None
) -> Iterator[_Read | None]:
    """Each file or member as read; None where those before shall not wait for the next."""
    for number, path in enumerate(paths):
        with suppress(OSError):  # which read_file tells
            if path.stat().st_size > SMALL_FILE:
                yield None
        own = staging / str(number)
        own.mkdir()
        started = time.monotonic()
        for read in read_file(
            path,
            format=intake.format,
            now=datetime.now(UTC),
            zone=intake.zone or None,
            complete=intake.complete,
            staging=own,
            progress=progress,
            source=intake.source or ("" if intake.label == UNLABELLED else str(intake.label)),
            named=bool(intake.source),
            owner=intake.owner,
        ):
            yield read, time.monotonic() - started
            started = time.monotonic()


def landed(
    directory: Directory,
    together: list[_Read],
    intake: Intake,
    note: Callable[[str, str], None] | None,
    held: Callable[[str, Revision], None] | None,
) -> Iterator[dict[str, Any]]:
    """The reports of files that are committed together, told once the followers have them."""
    outcomes = list[tuple[ReadFile | RefusedFile, dict[str, Any], Committed | None]]()
    failed: Exception | None = None
    try:
        with ExitStack() as opened:
            commit: Callable[[Staged], Committed] | None = None
            for read, seconds in together:
                if isinstance(read, RefusedFile):
                    outcomes.append((read, {"file": read.file, "refused": read.refused}, None))
                    continue
                commit = commit or opened.enter_context(directory.committing())
                outcomes.append((read, *_land(read, intake, seconds, commit)))
                drop(read.directory)
    except Exception as error:  # what is committed by then is told first: it stands
        failed = error
    for read, report, landed in outcomes:
        if isinstance(read, ReadFile):
            if landed and not landed.fresh:
                if held:
                    held(read.file, landed.revision)
            elif note:
                for text in (*_notes(read), *(landed.notes if landed else ())):
                    note(read.file, text)
        yield report
    if failed:
        raise failed


def _land(
    read: ReadFile, intake: Intake, seconds: float, commit: Callable[[Staged], Committed]
) -> tuple[dict[str, Any], Committed | None]:
    """(the report, what the commit came to; None when it was refused)."""
    started = time.monotonic()
    label = intake.label
    source = intake.source or (read.format if label == AccessLabel() else f"{read.format} ({label})")
    counts = {
        "read": read.read,
        "mentions": read.mentions,
        "links": read.links,
        "texts": read.texts,
        "rejected": read.rejected,
        "skipped": read.skipped,
        "leftovers": dict(read.leftovers),
    }
    observed_at = _observed(read.directory)
    stated = read.snapshot == "STATED" or (read.part is not None and read.part.stated)
    staged = Staged(
        directory=read.directory,
        source=source,
        label=label,
        format=read.format,
        file=read.file,
        digest=_digest(read.sha256, intake.owner) + (COMPLETE if stated else ""),
        counts={**counts, "observed": read.observed_basis, "notes": list(read.notes)},
        observed_at=observed_at,
        dated=read.observed_basis == "file name",
        part=read.part,
        complete=read.snapshot != "NO" and observed_at != "",
        absence=read.absence,
        covers=read.covers,
        purpose=intake.purpose,
        zone=intake.zone,
    )
    try:
        landed = commit(staged)
    except Refused as error:
        return {"file": read.file, "refused": str(error)}, None
    report = {
        "file": read.file,
        "format": read.format,
        "source": source,
        **counts,
        "revision": landed.revision,
        "seconds": round(seconds + time.monotonic() - started, 3),
    }
    return report, landed


def in_groups(reads: Iterable[_Read | None]) -> Iterator[list[_Read]]:
    """Files as read, in order, as many at a time as are committed together."""
    waiting: list[_Read] = []
    rows = 0
    try:
        for read in reads:
            if read is not None:
                waiting.append(read)
                rows += _rows(read[0])
            if waiting and (read is None or len(waiting) == TOGETHER or rows > TOGETHER_ROWS):
                yield waiting
                waiting, rows = [], 0
    except (
        Exception
    ):  # of the machine, while the next one was read: those before it are taken in all the same
        if waiting:
            yield waiting
        raise
    if waiting:
        yield waiting


def _rows(read: ReadFile | RefusedFile) -> int:
    return 0 if isinstance(read, RefusedFile) else read.kept + read.mentions + read.links + read.texts


def _digest(sha256: str, owner: str) -> str:
    """What identifies bytes and whose they are said to be: named to another, a phone book is another's."""
    return hashlib.sha256(f"{sha256} {owner}".encode()).hexdigest() if owner else sha256


def _notes(read: ReadFile) -> list[str]:
    """What the report's counts do not say: why a file is not complete, what was skipped, and a guessed date."""
    clock = "Taken as observed now: neither its content nor its name says when it was made."
    return [*read.notes, *([clock] if read.observed_basis == "clock" else [])]


def _observed(batch: Path) -> str:
    """The latest observed_at of a batch, UTC ISO-8601; "" when it has no record (and so ends none)."""
    latest = pc.max(pq.ParquetFile(batch / "records.parquet").read(["observed_at"])["observed_at"]).as_py()
    return "" if latest is None else latest.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
