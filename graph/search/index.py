"""The search index: a follower of the `docs` table that finds names and filters facets, for both stores.

One commit of Tantivy a delta: its segments are written as documents stream in (bounded memory), and one rename
of meta.json publishes them together with the head, which is a document of its own. Killed before, nothing of the
delta is there; its files are swept by the next commit. Documents are added one row at a time, because Tantivy's
writer takes them so and folding is Python: the one bulk path of the graph that is not set-based
(tests/benchmarks/rows/flights.py prints what it costs).

Reads take a snapshot (files.Reader), so they may run in any thread and beside a writer in any process.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import tantivy

from graph.errors import Corrupt, NotHeld
from graph.model import Revision, View
from graph.search import facets, files, names
from graph.search.documents import Document, from_row, load, to_json
from graph.search.filters import Filter, Q
from graph.tables import OPEN, ROWS

BATCH: Final = 10_000
"""Rows read from a delta at a time."""

HEAP: Final = 256 << 20
"""Bytes the writer collects before it writes a segment, for a bulk delta."""

SMALL: Final = 20_000
"""Rows up to which a delta is written by one thread into one segment."""


class SearchIndex:
    """The index in a directory. Nothing is opened or made before it is needed."""

    def __init__(self, path: Path, *, generation: str | None = None) -> None:
        self.path = path
        self._fixed = generation
        self._lock = threading.Lock()
        self._index: tantivy.Index | None = None
        self._reader: files.Reader | None = None
        self._stamp: tuple[str, tuple[int, int] | None] | None = None

    def head(self) -> Revision:
        """The last revision whose delta is wholly in the index; 0 when empty."""
        reader = self._read()
        return Revision(0) if reader is None else reader.head

    def apply(self, delta: Path, revision: Revision) -> None:
        """Follow one delta directory (docs.parquet, ends.parquet; a missing file means no rows).

        As Store.apply: any size, all or nothing, a revision at or below the head is ignored, one beyond head + 1
        raises NotHeld. Raises Corrupt when the delta ends a row that does not stand or lacks a column, Busy while
        another process writes."""
        head = self.head()
        if revision <= head:
            return
        if revision > head + 1:
            raise NotHeld(
                f"Search index {self.path} is at revision {head}; revision {revision} does not follow.",
                remedy="Apply the deltas between first.",
            )
        folder = self._folder()
        index = files.create_index(folder)
        small = _rows(delta / "docs.parquet") + _rows(delta / "ends.parquet") <= SMALL
        heap, threads = (HEAP >> 3, 1) if small else (HEAP, 2)
        writer = files.open_writer(index, folder, heap=heap, threads=threads)
        try:
            reader = files.read(index)
            if reader.head < revision:  # else another process was quicker to the writer
                for document in self._changes(delta, revision, reader, writer):
                    writer.add_json(document)
                writer.delete_documents_by_query(files.heads(index.schema))
                writer.add_json(f'{{"head": {revision}}}')
                writer.commit()
        except BaseException:
            writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()

    def rebuilding(self) -> SearchIndex:
        """A second, empty index beside this one to fill; one that was begun earlier and left is dropped."""
        files.drop_others(self.path)
        return SearchIndex(self.path, generation=str(int(files.live(self.path)) + 1))

    def switch(self, rebuilt: SearchIndex) -> None:
        """Make an index from rebuilding() the one this path opens, in one write, and drop the old one."""
        if rebuilt.path != self.path or rebuilt._fixed is None:
            raise NotHeld(f"{rebuilt.path} is not a rebuild of the search index {self.path}.")
        files.make_live(self.path, rebuilt._fixed)
        files.drop_others(self.path)

    def find(
        self,
        view: View,
        text: str,
        *,
        kinds: Sequence[str] = (),
        limit: int,
        after: names.Place | None = None,
    ) -> names.Hits:
        """Documents by name, best first: see graph.search.names.find."""
        reader = self._at(view)
        return names.NO_HITS if reader is None else names.find(reader, view, text, kinds, limit, after)

    def select(
        self,
        view: View,
        wanted: Filter,
        *,
        after: tuple[str, bytes] | None = None,
        limit: int,
        ascending: bool = True,
    ) -> list[Document]:
        """Plain documents that match, ordered by (day, anchor), both ascending or both descending; those beyond
        `after` (day, anchor) only. A document with several days has the first, one without has "", the smallest."""
        return list(self.page(view, wanted, after=after, limit=limit, ascending=ascending).documents)

    def page(
        self,
        view: View,
        wanted: Filter,
        *,
        after: tuple[str, bytes] | None = None,
        limit: int,
        ascending: bool = True,
    ) -> facets.Page:
        """As select, and with the first page the exact total, for the price of one query."""
        reader = self._at(view)
        if reader is None:
            return facets.NO_PAGE
        return facets.page(reader, view, wanted, after, limit, ascending)

    def count(self, view: View, wanted: Filter) -> int:
        """How many plain documents match, exactly."""
        reader = self._at(view)
        return 0 if reader is None else facets.count(reader, view, wanted)

    def counts(self, view: View, wanted: Filter, *, by: str, limit: int) -> facets.Counts:
        """Plain documents that match, by the value of a facet field: see graph.search.facets.counts."""
        reader = self._at(view)
        return facets.NO_COUNTS if reader is None else facets.counts(reader, view, wanted, by, limit)

    def live(self, view: View, wanted: Filter) -> list[int]:
        """Components, ascending, whose visible non-plain documents might make a matching entity."""
        reader = self._at(view)
        return [] if reader is None else facets.live(reader, view, wanted)

    def documents(self, view: View, comps: Sequence[int]) -> list[Document]:
        """The visible documents of components, ordered by (comp, key)."""
        reader = self._at(view)
        return [] if reader is None else facets.documents(reader, view, comps)

    def _folder(self) -> Path:
        return self.path / (self._fixed or files.live(self.path))

    def _at(self, view: View) -> files.Reader | None:
        reader = self._read()
        head = 0 if reader is None else reader.head
        if view.revision > head:
            raise NotHeld(f"Revision {view.revision} is beyond the search index's head, {head}.")
        return reader

    def _read(self) -> files.Reader | None:
        """The newest snapshot; None while nothing was ever committed."""
        with self._lock:
            while True:
                folder = self._folder()
                try:
                    self._refresh(folder)
                except Corrupt:
                    if folder == self._folder():
                        raise
                if folder == self._folder():
                    return self._reader
                # Switched while it was opened, and perhaps removed: the live one is another now.

    def _refresh(self, folder: Path) -> None:
        """Take a new snapshot if there is one. The stamp is taken first: a commit after it is seen by the next call."""
        stamp = (folder.name, files.stamp(folder))
        if stamp == self._stamp:
            return
        if self._index is None or self._stamp is None or stamp[0] != self._stamp[0]:
            self._stamp, self._index = None, files.open_index(folder)
        self._reader = None if self._index is None else files.read(self._index)
        self._stamp = stamp

    def _changes(
        self, delta: Path, revision: Revision, reader: files.Reader, writer: tantivy.IndexWriter
    ) -> Iterator[str]:
        """The documents to add; what they replace is deleted on the way."""
        unmet: set[int] = set()
        for rows in _ended(delta / "ends.parquet"):
            held = _by_row(reader, rows)
            unmet.update(row for row in rows if row not in held)
            # By query: tantivy-py's delete by term makes a signed term, which an unsigned field never holds.
            writer.delete_documents_by_query(Q.term_set_query(reader.schema, "row", sorted(held)))
            yield from (to_json(document, revision) for document in held.values())
        for document in _put(delta / "docs.parquet", revision):
            ended = document.row in unmet
            unmet.discard(document.row)
            yield to_json(document, revision if ended else OPEN)
        if unmet:
            raise Corrupt(
                f"Delta {delta} ends docs row {min(unmet)} ({len(unmet)} such rows), which does not stand in the"
                f" search index at revision {reader.head}.",
                remedy="Run `clew rebuild`.",
            )


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


def _put(path: Path, revision: Revision) -> Iterable[Document]:
    for batch in _batches(path, list(ROWS["docs"].names)):
        columns = [batch.column(name).to_pylist() for name in ROWS["docs"].names]
        for row in zip(*columns, strict=True):
            yield from_row(row, revision)


def _ended(path: Path) -> Iterator[list[int]]:
    for batch in _batches(path, ["table", "row"]):
        ours: pa.RecordBatch = batch.filter(pc.field("table") == "docs")
        rows: list[Any] = ours.column("row").to_pylist()
        if rows:
            yield rows


def _by_row(reader: files.Reader, rows: Sequence[int]) -> dict[int, Document]:
    """The standing documents with these row numbers."""
    query = Q.boolean_query(
        [
            (tantivy.Occur.Must, Q.term_set_query(reader.schema, "row", list(rows))),
            (tantivy.Occur.Must, Q.term_query(reader.schema, "until", OPEN)),
        ]
    )
    found = reader.searcher.search(query, limit=len(rows), count=False).hits
    documents = (load(reader.searcher, at) for _, at in found)
    return {document.row: document for document in documents}
