"""A delta as writes of bounded size: which statement, which rows, and where the cursor stands after it.

Rows cross bolt as lists, so this path handles rows in Python; the server's work on them takes longer (the driver
offers nothing wider than a parameter).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.errors import Corrupt
from graph.tables import ENDS, ROWS, STORE_TABLES

UNIT_ROWS: Final = 10_000
"""Rows in one transaction: some 10 MB of the server's heap; more is not faster."""

Position: TypeAlias = tuple[int, int]
"""(step, rows of that step written). Steps: components, then each table's puts, then each table's ends."""

START: Final[Position] = (0, 0)
_FIRST_END: Final = 1 + len(STORE_TABLES)


@dataclass(frozen=True, slots=True)
class Write:
    """Rows for one statement of cypher/; position: where the delta stands when they are written."""

    statement: str
    rows: list[list[Any]]
    position: Position


def puts(delta: Path, start: Position) -> Iterator[Write]:
    """The rows a delta puts, from a position on: components before the links that hang on them."""
    yield from _write(0, "put_components", _components(delta / "links.parquet"), start)
    for step, table in enumerate(STORE_TABLES, 1):
        yield from _write(step, f"put_{table}", _rows(delta / f"{table}.parquet", ROWS[table]), start)


def ends(delta: Path, start: Position) -> Iterator[Write]:
    """The rows a delta ends, from a position on. `ends` of tables that other followers hold are theirs."""
    for step, table in enumerate(STORE_TABLES, _FIRST_END):
        yield from _write(step, f"end_{table}", _ended(delta / "ends.parquet", table), start)


def units(writes: Iterable[Write]) -> Iterator[list[Write]]:
    """Writes gathered into transactions of at most UNIT_ROWS."""
    unit: list[Write] = []
    size = 0
    for write in writes:
        if unit and size + len(write.rows) > UNIT_ROWS:
            yield unit
            unit, size = [], 0
        unit.append(write)
        size += len(write.rows)
    if unit:
        yield unit


def _write(step: int, statement: str, batches: Iterator[pa.RecordBatch], start: Position) -> Iterator[Write]:
    if step < start[0]:
        return
    skip = start[1] if step == start[0] else 0
    done = 0
    for batch in batches:
        rest = batch.slice(max(0, skip - done))
        done += batch.num_rows
        if rest.num_rows:
            yield Write(
                statement, [list(row) for row in zip(*map(_values, rest.columns), strict=True)], (step, done)
            )


def _values(column: pa.Array[Any]) -> list[Any]:
    values: list[Any] = column.to_pylist()
    if pa.types.is_fixed_size_binary(column.type) or pa.types.is_binary(column.type):
        return [None if value is None else value.hex() for value in values]
    return values


def _rows(path: Path, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    if not path.exists():
        return
    with pq.ParquetFile(path) as file:
        missing = [name for name in schema.names if name not in file.schema_arrow.names]
        if missing:
            raise Corrupt(
                f"{path} has no column {missing[0]!r}.", remedy="Rebuild the store: `clew rebuild`."
            )
        for batch in file.iter_batches(UNIT_ROWS, columns=schema.names):
            yield batch.select(schema.names)


def _components(path: Path) -> Iterator[pa.RecordBatch]:
    """The distinct components that links join, ascending; DuckDB spills what memory does not hold."""
    if not path.exists():
        return
    with duckdb.connect() as db:
        comps = "SELECT DISTINCT unnest([from_comp, to_comp]) AS comp FROM read_parquet(?) ORDER BY comp"
        reader: pa.RecordBatchReader = db.sql(comps, params=[str(path)]).to_arrow_reader(UNIT_ROWS)
        yield from reader


def _ended(path: Path, table: str) -> Iterator[pa.RecordBatch]:
    for batch in _rows(path, ENDS):
        yield batch.filter(pc.equal(batch.column("table"), pa.scalar(table))).select(["row"])
