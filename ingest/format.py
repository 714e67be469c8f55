"""What a format is: one file in ingest/formats that recognises a kind of file and describes its records.

A format module ends with `FORMAT = …`, a value that satisfies `Format`. The registry (ingest/formats/__init__.py)
finds every sibling, and is loud about a duplicate name or a malformed one. A format never sees a store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

import pyarrow as pa

from graph.snapshots import Part

Basis = Literal["header", "trailer", "file name", "record", "clock"]

Table = Literal["records", "mentions", "links", "texts"]
"""The tables of graph.tables.BATCH."""


@dataclass(frozen=True, slots=True)
class Input:
    """One plain (already unpacked) file to read.

    name: the file's or archive member's own name, for dates in names and messages; archive: the name of the archive
    that it came in, for dates and parts that its own name does not tell. head: its first 64 KiB.
    zone: IANA zone for times without one, None = unknown. now: the clock, passed in. complete: the analyst says
    this is all of the source. source: what tells this source from others where keys must not reach beyond it: its
    name as the analyst gave it, and its label. named: the analyst gave it one. owner: whose it is, as the analyst states it; "" = unknown.
    """

    path: Path
    name: str
    head: bytes
    now: datetime
    zone: str | None = None
    complete: bool = False
    archive: str = ""
    source: str = ""
    named: bool = False
    owner: str = ""


WHOLE = "line"
"""The field of a reject whose whole line is at fault."""

REMEDY = "Correct the {field} in the file and ingest it again."
"""What to do about a reject, whose field stands for {field}."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that could not be read: kept, counted, never lost. locator as in records ("line 17").

    reason and remedy: a sentence each, the remedy naming the field."""

    locator: str
    field: str
    value: str
    reason: str
    remedy: str
    raw: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file came to, when all its rows are out.

    read = kept + rejected + skipped, without headers, trailers and blank lines. observed_basis says where
    observed_at came from. snapshot: this file states *all* current records of its source: COUNTED by a trailer
    that agrees, STATED by the analyst's `complete`, NO otherwise; notes tell why not (a trailer that disagrees).
    absence: what a key missing from a complete snapshot means: "closed" (was true, valid time ends) or
    "withdrawn" (leaves the graph). leftovers: field -> how often it was neither taken nor ignored.
    """

    read: int
    rejected: int
    skipped: int
    observed_basis: Basis
    snapshot: Literal["COUNTED", "STATED", "NO"] = "NO"
    absence: Literal["closed", "withdrawn"] = "withdrawn"
    leftovers: Mapping[str, int] | None = None
    notes: tuple[str, ...] = ()
    covers: str = ""
    """Regex of the record keys a complete snapshot speaks for: a source may be fed in several formats. "" = all."""
    part: Part | None = None
    """What the file says of the snapshot it is one of several files of; snapshot is NO then."""


class Sink(Protocol):
    """Where a format puts what it reads: Arrow batches in the schemas of graph.tables.BATCH, any size, any order
    of tables; `rec` counts records of the whole file from 0."""

    def put(self, table: Table, rows: pa.Table | pa.RecordBatch) -> None: ...

    def reject(self, reject: Reject) -> None: ...

    def progress(self, done_bytes: int) -> None: ...


class Format(Protocol):
    """A kind of file. name: lower-case with hyphens, stable: it is the default source's name."""

    name: str
    title: str

    def sniff(self, head: bytes, name: str) -> bool:
        """True when these first 64 KiB are surely this format (by content; the name may only confirm)."""
        ...

    def read(self, file: Input, sink: Sink) -> Reading:
        """Describe every record into the sink, streamed in bounded memory.

        Raises graph.errors.Refused when an assumption about the whole file is broken (wrong header, not UTF-8,
        cut off in the middle): then nothing of the file is committed. A bad record is sink.reject()ed."""
        ...
