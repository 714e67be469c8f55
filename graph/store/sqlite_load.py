"""Applying a delta to a SQLite store: Parquet in, rows put and ended, the head moved at the end.

Rows go in by executemany of tuples (Arrow columns zipped), some 4 µs a row: SQLite has no bulk entrance. They
go in chunks of `chunk` rows, a transaction each, which also writes how far the delta is: (step, done) in `state`,
the table's number and its rows done. A killed apply goes on from there. What a chunk committed is not seen by
anybody: its rows have since (or until) = head + 1. The last transaction moves the head; a delta smaller than
a chunk is one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.errors import Busy, Corrupt
from graph.store.sqlite_schema import WORDS, create_indexes
from graph.tables import ENDS, OPEN, ROWS, STORE_TABLES

CHUNK: Final = 50_000
"""Rows a transaction: 10 to 20 MB of WAL, and at most half a second to lose when killed."""

_BULK: Final = 100_000
"""Rows of a delta from which the writer takes a big page cache for as long as the delta lasts."""


class _Words:
    """Interned words: text columns in, id columns out. Lives for one apply: a rollback may take words back."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._ids: dict[str, int] = {
            word: id_ for id_, word in connection.execute("SELECT id, word FROM words")
        }

    def _id(self, word: str) -> int:
        if word not in self._ids:
            cursor = self._connection.execute("INSERT INTO words (word) VALUES (?)", (word,))
            self._ids[word] = int(cursor.lastrowid or 0)
        return self._ids[word]

    def encode(self, column: pa.Array[Any]) -> pa.Array[Any]:
        encoded = column.dictionary_encode()
        ids = pa.array([self._id(str(word)) for word in encoded.dictionary.to_pylist()], pa.int64())
        return pc.take(ids, encoded.indices)


def _batches(file: Path, schema: pa.Schema, skip: int, size: int) -> Iterator[pa.RecordBatch]:
    """The rows of a Parquet file after the first `skip`, in the schema's columns and order."""
    parquet = pq.ParquetFile(file)
    missing = [name for name in schema.names if name not in parquet.schema_arrow.names]
    if missing:
        raise Corrupt(f"{file.name}: columns {', '.join(missing)} are missing.", remedy="Run `clew check`.")
    for batch in parquet.iter_batches(batch_size=size, columns=schema.names):
        if skip >= batch.num_rows:
            skip -= batch.num_rows
            continue
        yield batch.slice(skip).select(schema.names).cast(schema)
        skip = 0


def _values(column: pa.Array[Any]) -> list[Any]:
    if column.null_count == 0 and (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        return list(column.to_numpy(zero_copy_only=True).tolist())
    return list(column.to_pylist())


class _Apply:
    """One delta on its way into the store."""

    def __init__(self, connection: sqlite3.Connection, delta: Path, revision: int, chunk: int) -> None:
        self._connection = connection
        self._delta = delta
        self._revision = revision
        self._chunk = chunk
        self._step, self._done = connection.execute("SELECT step, done FROM state").fetchone()
        self._saved = (self._step, self._done)
        self._pending = 0

    def run(self, *, defer_indexes: bool) -> None:
        connection, begun = self._connection, self._step
        self._begin()
        try:
            words = _Words(connection)
            for step, table in enumerate(STORE_TABLES):
                if step >= begun:
                    self._enter(step)
                    self._put(table, words)
            self._enter(len(STORE_TABLES))
            self._end()
            if self._revision == 1 and not defer_indexes:
                self._save()
                connection.execute("COMMIT")
                create_indexes(connection)
                self._begin()
            connection.execute("UPDATE state SET head = ?, step = 0, done = 0", (self._revision,))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _enter(self, step: int) -> None:
        if step > self._step:
            self._step, self._done = step, 0

    def _begin(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        head, *cursor = self._connection.execute("SELECT head, step, done FROM state").fetchone()
        if (head, *cursor) != (self._revision - 1, *self._saved):
            self._connection.execute("ROLLBACK")
            raise Busy("Another process applies to this store at the same time.", remedy="Try again.")

    def _save(self) -> None:
        self._connection.execute("UPDATE state SET step = ?, done = ?", (self._step, self._done))
        self._saved, self._pending = (self._step, self._done), 0

    def _count(self, rows: int) -> None:
        """Note rows as done; commit and begin anew when the chunk is full."""
        self._done += rows
        self._pending += rows
        if self._pending >= self._chunk:
            self._save()
            self._connection.execute("COMMIT")
            self._begin()

    def _put(self, table: str, words: _Words) -> None:
        file, schema = self._delta / f"{table}.parquet", ROWS[table]
        if not file.exists():
            return
        columns = ", ".join(f'"{name}"' for name in schema.names)
        marks = ", ".join("?" * len(schema.names))
        statement = (
            f'INSERT INTO "{table}" ({columns}, since, until) VALUES ({marks}, {self._revision}, {OPEN})'
        )
        for batch in _batches(file, schema, self._done, self._chunk):
            arrays = [words.encode(batch[name]) if name in WORDS else batch[name] for name in schema.names]
            rows = zip(*(_values(array) for array in arrays), strict=True)
            try:
                self._connection.executemany(statement, rows)
            except sqlite3.IntegrityError as error:
                raise Corrupt(
                    f"{file.name} of revision {self._revision}, among rows {self._done} to"
                    f" {self._done + batch.num_rows - 1}: {error}.",
                    remedy="Run `clew check`.",
                ) from error
            self._count(batch.num_rows)

    def _end(self) -> None:
        file = self._delta / "ends.parquet"
        if not file.exists():
            return
        for batch in _batches(file, ENDS, self._done, self._chunk):
            for table in STORE_TABLES:
                rows = batch.filter(pc.equal(batch["table"], pa.scalar(table)))["row"].to_pylist()
                statement = f'UPDATE "{table}" SET until = {self._revision} WHERE row = ? AND until = {OPEN}'
                ended = self._connection.executemany(statement, ((row,) for row in rows)).rowcount
                if rows and ended != len(rows):
                    raise Corrupt(
                        f"ends.parquet of revision {self._revision}: {len(rows) - ended} of {len(rows)} rows of"
                        f" {table} do not stand.",
                        remedy="Run `clew check`.",
                    )
            self._count(batch.num_rows)


def _rows(delta: Path) -> int:
    files = [delta / f"{name}.parquet" for name in (*STORE_TABLES, "ends")]
    return sum(pq.read_metadata(file).num_rows for file in files if file.exists())


def load(
    connection: sqlite3.Connection,
    delta: Path,
    revision: int,
    *,
    chunk: int = CHUNK,
    defer_indexes: bool = False,
) -> None:
    """Apply `delta`, whose revision must be head + 1, or go on applying it. See the module's docstring.

    The first delta goes into tables without indexes, and they are made before the head moves; defer_indexes:
    the caller makes them later. Raises Corrupt for a delta whose columns, rows or ends do not fit, Busy when
    another process applies."""
    bulk = _rows(delta) >= _BULK
    connection.execute(f"PRAGMA cache_size = {-262_144 if bulk else -32_768}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {16_384 if bulk else 4_096}")
    try:
        _Apply(connection, delta, revision, chunk).run(defer_indexes=defer_indexes)
    finally:
        if bulk:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA cache_size = -32768")
            connection.execute("PRAGMA shrink_memory")
