"""Search documents written as deltas, and the index filled with them: what flights and names share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import duckdb

from graph.model import LabelId, Revision, View
from graph.search import SearchIndex
from tests.benchmarks.bench import Row
from tests.benchmarks.workshop import Workshop

LABELS = 30
"""Labels that the reader sees, of 40."""

VIEW = View(frozenset(LabelId(number) for number in range(LABELS)), Revision(3))
PAST = View(VIEW.labels, Revision(1))
"""Before a tenth of the documents ended."""

_ENDS = """COPY (SELECT 'docs' AS "table", row FROM '{path}/docs.parquet' WHERE row % 10 = 0)
          TO '{path}/next/ends.parquet' (FORMAT parquet)"""


@contextmanager
def filled(
    workshop: Workshop, what: str, sql: str, n: int, *, setup: str = ""
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path, SearchIndex, list[Row]]]:
    """(DuckDB, the folder of docs.parquet, the index, rows of what filling it cost): n documents put, a tenth ended,
    one put on its own."""
    workshop.say(f"{n:,} {what} documents")
    with workshop.folder(what) as folder, duckdb.connect() as db:
        for name in ("next", "one"):
            (folder / name).mkdir()
        if setup:
            db.execute(setup)
        db.execute(sql.format(n=n, path=folder))
        db.execute(_ENDS.format(path=folder))
        db.execute(f"COPY (SELECT * REPLACE ({n} AS row, {n} AS comp, {LABELS} AS label) FROM '{folder}/docs.parquet' LIMIT 1) TO '{folder}/one/docs.parquet' (FORMAT parquet)")  # fmt: skip
        index = SearchIndex(folder / "index")
        took = []
        for revision, delta in enumerate((folder, folder / "next", folder / "one"), 1):
            start = perf_counter()
            index.apply(delta, Revision(revision))
            took.append(perf_counter() - start)
        rows = [
            Row(f"index {n:,} {what} documents", "s", took[0]),
            Row(f"one {what} document into {n:,}", "ms", took[2] * 1e3),
        ]
        yield db, folder, index, rows
