"""From a path to staged batches: unpack, recognise, describe; nothing is committed here (graph/commit.py does).

Each file or archive member becomes a folder with records.parquet, mentions.parquet, links.parquet, texts.parquet (schemas of
graph.tables.BATCH) and rejects.jsonl, or is refused and leaves none.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, cast

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.errors import Refused
from graph.snapshots import Part
from graph.tables import BATCH
from ingest.archive import BOUNDS, Bounds, Member, members, readable
from ingest.detect import HEAD, detect
from ingest.extract.derive import derived
from ingest.format import Basis, Input, Reject, Table
from ingest.formats import format_named
from ingest.oddities import Flagged, notes, repeating

Progress = Callable[[str, int, int], None]
"""Told now and then: the file's name, bytes done, bytes in all."""

_ROW_GROUP = 100_000
_REPEATING = ("slot", "kind", "role", "from_slot", "to_slot", "put", "observed_at", "authority", "derived_by")


@dataclass(frozen=True, slots=True)
class Staged:
    """One file as described, ready to commit. read = kept + rejected + skipped; see ingest.format.Reading."""

    file: str
    format: str
    directory: Path
    sha256: str
    read: int
    kept: int
    mentions: int
    links: int
    rejected: int
    skipped: int
    leftovers: Mapping[str, int]
    observed_basis: Basis
    snapshot: Literal["COUNTED", "STATED", "NO"]
    absence: Literal["closed", "withdrawn"]
    notes: tuple[str, ...]
    texts: int = 0
    covers: str = ""
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file of which nothing was taken, and why."""

    file: str
    refused: str


def read_file(
    path: Path,
    *,
    format: str | None,
    now: datetime,
    zone: str | None,
    complete: bool,
    staging: Path,
    progress: Progress | None = None,
    bounds: Bounds = BOUNDS,
    source: str = "",
    named: bool = False,
    owner: str = "",
) -> Iterator[Staged | RefusedFile]:
    """One outcome for the file, or one for each member of the archive that it is.

    format: a format's name, None to recognise it by content. staging: an existing folder; outcome n is described in
    staging/<n>/, to be committed or dropped by the caller before the next. now, zone, complete, source, named, owner: as in
    Input.
    Only an error of the machine (a full disk) raises.
    """
    try:
        path.open("rb").close()
    except OSError as error:
        yield RefusedFile(
            readable(path),
            f"{readable(path)}: cannot be opened: {error.strerror}. Name a file that is there and may be read.",
        )
        return
    unpacked = staging / "unpacked"
    unpacked.mkdir()
    try:
        for index, member in enumerate(members(path, unpacked, bounds)):
            if member.refused:
                shown = _shown(path, member)
                yield RefusedFile(shown, f"{shown} {member.refused}")
                continue
            yield _stage(
                path,
                member,
                staging / str(index),
                format,
                now,
                zone,
                complete,
                progress,
                source,
                named,
                owner,
            )
    except Refused as refused:
        yield RefusedFile(readable(path), str(refused))
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)


def _stage(
    path: Path, member: Member, directory: Path, format: str | None, now: datetime, zone: str | None,
    complete: bool, progress: Progress | None, source: str, named: bool, owner: str,
) -> Staged | RefusedFile:  # fmt: skip
    shown = _shown(path, member)
    try:
        with member.path.open("rb") as file:
            head = file.read(HEAD)
        chosen = format_named(format) if format else detect(head, member.name)
        size = member.path.stat().st_size
        told = (lambda done: progress(shown, done, size)) if progress else None
        with ParquetSink(directory, told, getattr(chosen, "platform", "")) as sink:
            given = Input(
                member.path, member.name, head, now, zone, complete, readable(path), source, named, owner
            )
            reading = chosen.read(given, sink)
            if reading.snapshot != "NO" and not sink.counts["records"]:
                raise Refused(
                    f"{shown}: holds no records, yet is said to be complete: it would end all that is held."
                )
    except Refused as refused:
        shutil.rmtree(directory, ignore_errors=True)
        return RefusedFile(shown, str(refused))
    with member.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    kept = sink.counts["records"]
    if reading.read != kept + reading.rejected + reading.skipped or reading.rejected != sink.rejected:
        raise AssertionError(
            f"{chosen.name}: read {reading.read} is not {kept} kept + {reading.rejected} rejected + {reading.skipped} skipped"
        )
    repeated = repeating(directory / "records.parquet", directory.with_name(f"{directory.name}.spill"))
    return Staged(
        shown, chosen.name, directory, digest, reading.read, kept, sink.counts["mentions"], sink.counts["links"],
        reading.rejected, reading.skipped, dict(sorted((reading.leftovers or {}).items())), reading.observed_basis,
        reading.snapshot, reading.absence, (*reading.notes, *notes(sink.flagged.count(), repeated)),
        covers=reading.covers,
        part=reading.part,
        texts=sink.counts["texts"],
    )  # fmt: skip


def _shown(path: Path, member: Member) -> str:
    own = readable(path)
    plain = member.name == own or path.suffix.lower() == ".gz"
    return own if plain else f"{own}/{member.name}"


class ParquetSink:
    """Writes what a format tells into a new folder; rows are gathered to row groups of 100,000.

    What its texts name is derived as they come (ingest/extract). platform: of their rooms, for handles."""

    def __init__(
        self, directory: Path, progress: Callable[[int], None] | None = None, platform: str = ""
    ) -> None:
        self._directory, self._progress, self._platform = directory, progress, platform
        self._named: dict[int, list[str]] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._waiting: dict[str, list[pa.Table]] = {name: [] for name in BATCH}
        self.counts = dict.fromkeys(BATCH, 0)
        self.flagged = Flagged()
        self.rejected = 0

    def __enter__(self) -> ParquetSink:
        self._directory.mkdir()
        for name, schema in BATCH.items():
            self._writers[name] = pq.ParquetWriter(
                self._directory / f"{name}.parquet", schema, compression="zstd", compression_level=1,
                use_dictionary=cast(Any, [field for field in schema.names if field in _REPEATING]),
            )  # fmt: skip
        self._rejects = (self._directory / "rejects.jsonl").open("wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name, writer in self._writers.items():
            if error is None:
                self._write(name)
            writer.close()
        self._rejects.close()

    def put(self, table: Table, rows: pa.Table | pa.RecordBatch) -> None:
        """Rows of a table, in its BATCH schema; a record's texts not before its mentions."""
        held = pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows
        if table == "mentions":
            self._remember(held)
        elif table == "texts":
            mentions, links = derived(held, self._platform, self._named)
            self._keep("mentions", mentions)
            self._keep("links", links)
            self._named.clear()
        self._keep(table, held)

    def _remember(self, mentions: pa.Table) -> None:
        """The accounts that messages name, as shown, until their texts have come."""
        if self._platform:
            named = mentions.filter(
                (pc.field("kind") == "Account") & (pc.field("authority") == 2) & (pc.field("caption") != "")
            )
            recs: list[Any] = named["rec"].to_pylist()
            captions: list[Any] = named["caption"].to_pylist()
            for rec, caption in zip(recs, captions, strict=True):
                self._named.setdefault(rec, []).append(caption)

    def _keep(self, table: Table, held: pa.Table) -> None:
        self.counts[table] += held.num_rows
        if table in ("mentions", "links"):
            self.flagged.look(held)
        waiting = self._waiting[table]
        waiting.append(held)
        if sum(piece.num_rows for piece in waiting) >= _ROW_GROUP:
            self._write(table)

    def _write(self, name: str) -> None:
        pieces: list[Any] = self._waiting[name]
        if pieces:
            self._writers[name].write_table(pa.concat_tables(pieces), row_group_size=2 * _ROW_GROUP)
            self._waiting[name] = []

    def reject(self, reject: Reject) -> None:
        """One line of rejects.jsonl: the fields of ingest.format.Reject."""
        self.rejected += 1
        self._rejects.write(orjson.dumps(asdict(reject), option=orjson.OPT_APPEND_NEWLINE))

    def progress(self, done_bytes: int) -> None:
        """How far the file is read."""
        if self._progress:
            self._progress(done_bytes)
