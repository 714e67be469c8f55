"""One Tantivy index that follows one projected table, in a generation of the search index.

One commit of Tantivy a delta: its segments are written as documents stream in (bounded memory), and one rename
of meta.json publishes them together with the head, which is a document of its own. Killed before, nothing of the
delta is there; its files are swept by the next commit. Documents are added one row at a time, because Tantivy's
writer takes them so and folding is Python: the one bulk path of the graph that is not set-based
(tests/benchmarks/rows/flights.py prints what it costs).

Reads take a snapshot (files.Reader), so they may run in any thread and beside a writer in any process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import tantivy

from graph.errors import Corrupt, NotHeld
from graph.model import Revision, View
from graph.search import files
from graph.search.filters import MUST, Q
from graph.tables import OPEN, ROWS

BATCH: Final = 10_000
"""Rows read from a delta at a time."""

HEAP: Final = 256 << 20
"""Bytes the writer collects before it writes a segment, for a bulk delta."""

SMALL: Final = 20_000
"""Rows up to which a delta is written by one thread into one segment."""


class Numbered(Protocol):
    """A document: its row number in the projected table."""

    @property
    def row(self) -> int: ...


D = TypeVar("D", bound=Numbered)


@dataclass(frozen=True, slots=True)
class Kind(Generic[D]):
    """What an index holds: the projected table it follows, its folder in a generation ("" is the generation's own), and
    how a row becomes a document, is written as JSON text (document, until) and read back."""

    table: str
    folder: str
    schema: Callable[[], tantivy.Schema]
    from_row: Callable[[Sequence[Any], int], D]
    to_json: Callable[[D, int], str]
    load: Callable[[tantivy.Searcher, tantivy.DocAddress], D]


class Following(Generic[D]):
    """The index of a kind in a directory. Nothing is opened or made before it is needed."""

    def __init__(self, path: Path, kind: Kind[D], *, generation: str | None = None) -> None:
        self.path, self.kind = path, kind
        self._fixed = generation
        self._lock = threading.Lock()
        self._index: tantivy.Index | None = None
        self._reader: files.Reader | None = None
        self._stamp: tuple[Path, tuple[int, int] | None] | None = None

    def head(self) -> Revision:
        """The last revision whose delta is wholly in the index; 0 when empty."""
        reader = self.read()
        return Revision(0) if reader is None else reader.head

    def apply(self, deltas: Sequence[tuple[Path, Revision]]) -> None:
        """Follow delta directories, each following the one before, in one commit: see SearchIndex.apply."""
        head = self.head()
        deltas = beyond(head, deltas)
        if not deltas:
            return
        if deltas[0][1] > head + 1:
            raise NotHeld(
                f"Search index {self.path} is at revision {head}; revision {deltas[0][1]} does not follow.",
                remedy="Apply the deltas between first.",
            )
        folder = self.folder()
        index = files.create_index(folder, self.kind.schema)
        small = sum(_size(delta, self.kind.table) for delta, _ in deltas) <= SMALL
        heap, threads = (HEAP >> 3, 1) if small else (HEAP, 2)
        writer = files.open_writer(index, folder, heap=heap, threads=threads)
        try:
            reader = files.read(index)
            deltas = beyond(reader.head, deltas)
            if deltas:  # else another process was quicker to the writer
                for document in self._changes(deltas, reader, writer):
                    writer.add_json(document)
                writer.delete_documents_by_query(files.heads(index.schema))
                writer.add_json(f'{{"head": {deltas[-1][1]}}}')
                writer.commit()
        except BaseException:
            writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()

    def folder(self) -> Path:
        """Where this index lies now."""
        generation = self.path / (self._fixed or files.live(self.path))
        return generation / self.kind.folder if self.kind.folder else generation

    def at(self, view: View) -> files.Reader | None:
        """The newest snapshot, for a view that it can answer; None while nothing was ever committed."""
        reader = self.read()
        head = 0 if reader is None else reader.head
        if view.revision > head:
            raise NotHeld(f"Revision {view.revision} is beyond the search index's head, {head}.")
        return reader

    def read(self) -> files.Reader | None:
        """The newest snapshot; None while nothing was ever committed."""
        with self._lock:
            while True:
                folder = self.folder()
                try:
                    self._refresh(folder)
                except Corrupt:
                    if folder == self.folder():
                        raise
                if folder == self.folder():
                    return self._reader
                # Switched while it was opened, and perhaps removed: the live one is another now.

    def _refresh(self, folder: Path) -> None:
        """Take a new snapshot if there is one. The stamp is taken first: a commit after it is seen by the next call."""
        stamp = (folder, files.stamp(folder))
        if stamp == self._stamp:
            return
        if self._index is None or self._stamp is None or stamp[0] != self._stamp[0]:
            self._stamp, self._index = None, files.open_index(folder, self.kind.schema)
        self._reader = None if self._index is None else files.read(self._index)
        self._stamp = stamp

    def _changes(
        self, deltas: Sequence[tuple[Path, Revision]], reader: files.Reader, writer: tantivy.IndexWriter
    ) -> Iterator[str]:
        """The documents to add; what they replace is deleted on the way. Those that a delta but the last puts wait in memory, since
        one after it may end them."""
        waiting: dict[int, D] = {}
        for delta, revision in deltas:
            waits = delta != deltas[-1][0]
            yield from self._change(delta, revision, reader, writer, waiting, waits=waits)
        yield from (self.kind.to_json(document, OPEN) for document in waiting.values())

    def _change(
        self, delta: Path, revision: Revision, reader: files.Reader, writer: tantivy.IndexWriter,
        waiting: dict[int, D], *, waits: bool,
    ) -> Iterator[str]:  # fmt: skip
        kind = self.kind
        unmet: set[int] = set()
        for ended in self._ended(delta / "ends.parquet"):
            rows = [row for row in ended if row not in waiting]
            yield from (kind.to_json(waiting.pop(row), revision) for row in ended if row in waiting)
            held = self._by_row(reader, rows) if rows else {}
            unmet.update(row for row in rows if row not in held)
            # By query: tantivy-py's delete by term makes a signed term, which an unsigned field never holds.
            writer.delete_documents_by_query(Q.term_set_query(reader.schema, "row", sorted(held)))
            yield from (kind.to_json(document, revision) for document in held.values())
        for document in self._put(delta / f"{kind.table}.parquet", revision):
            if document.row in unmet:
                unmet.remove(document.row)
                yield kind.to_json(document, revision)
            elif waits:
                waiting[document.row] = document
            else:
                yield kind.to_json(document, OPEN)
        if unmet:
            raise Corrupt(
                f"Delta {delta} ends {kind.table} row {min(unmet)} ({len(unmet)} such rows), which does not stand in the"
                f" search index at revision {reader.head}.",
                remedy="Run `clew rebuild`.",
            )

    def _put(self, path: Path, revision: Revision) -> Iterable[D]:
        columns = list(ROWS[self.kind.table].names)
        for batch in _batches(path, columns):
            for row in zip(*(batch.column(name).to_pylist() for name in columns), strict=True):
                yield self.kind.from_row(row, revision)

    def _ended(self, path: Path) -> Iterator[list[int]]:
        for batch in _batches(path, ["table", "row"]):
            ours: pa.RecordBatch = batch.filter(pc.field("table") == self.kind.table)
            rows: list[Any] = ours.column("row").to_pylist()
            if rows:
                yield rows

    def _by_row(self, reader: files.Reader, rows: Sequence[int]) -> dict[int, D]:
        """The standing documents with these row numbers."""
        query = Q.boolean_query(
            [
                (MUST, Q.term_set_query(reader.schema, "row", list(rows))),
                (MUST, Q.term_query(reader.schema, "until", OPEN)),
            ]
        )
        found = reader.searcher.search(query, limit=len(rows), count=False).hits
        documents = (self.kind.load(reader.searcher, at) for _, at in found)
        return {document.row: document for document in documents}


def beyond(head: int, deltas: Sequence[tuple[Path, Revision]]) -> Sequence[tuple[Path, Revision]]:
    """The deltas of revisions after a head."""
    return [(delta, revision) for delta, revision in deltas if revision > head]


def steps(deltas: Sequence[tuple[Path, Revision]]) -> Iterator[list[tuple[Path, Revision]]]:
    """Deltas in order, as many together as come to SMALL rows; a larger one alone."""
    step: list[tuple[Path, Revision]] = []
    rows = 0
    for delta, revision in deltas:
        own = sum(_size(delta, table) for table in ("docs", "texts"))
        if step and rows + own > SMALL:
            yield step
            step, rows = [], 0
        step.append((delta, revision))
        rows += own
    if step:
        yield step


def _size(delta: Path, table: str) -> int:
    """The rows that a delta puts into a table or ends in all."""
    return _rows(delta / f"{table}.parquet") + _rows(delta / "ends.parquet")


def _rows(path: Path) -> int:
    return int(pq.read_metadata(path).num_rows) if path.exists() else 0


def _batches(path: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    if not path.exists():
        return
    with pq.ParquetFile(path) as file:
        missing = [name for name in columns if name not in file.schema_arrow.names]
        if missing:
            raise Corrupt(f"{path} has no column {missing[0]!r}.", remedy="Project the revision again.")
        yield from file.iter_batches(batch_size=BATCH, columns=columns)
