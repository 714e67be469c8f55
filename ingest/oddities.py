"""What a file's counts do not say of the records it kept: how many carry flags, and how many repeat a key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

FEW = 20_000
"""Records up to which keys are told apart in memory: opening a DuckDB takes longer than reading a phone book."""

_pc: Any = pc
_FLAGS = r'"flags":\['
"""How flags begin in the JSON of props; inside a value its quotes would be escaped. A regex, as Arrow looks for those
eight times as fast as for plain text."""


class Flagged:
    """Counts the records whose mentions or links carry flags: a byte a record."""

    def __init__(self) -> None:
        self._seen = np.zeros(1 << 16, np.bool_)

    def look(self, rows: pa.Table) -> None:
        """Takes mentions or links into account, of any record in any order."""
        flagged = _pc.match_substring_regex(rows["props"], pattern=_FLAGS)
        recs = np.asarray(rows["rec"].filter(flagged, null_selection_behavior="drop"))
        if len(recs):
            if recs.max() >= len(self._seen):
                self._seen = np.concatenate([self._seen, np.zeros(recs.max() + 1, np.bool_)])
            self._seen[recs] = True

    def count(self) -> int:
        """The records so far."""
        return int(self._seen.sum())


def repeating(records: Path, spill: Path) -> int:
    """How many records of records.parquet have a key that another has too, but for one of each key. Events, which
    have a timepoint, are versions of their key and count for none.

    Bounded: 64 bits a key in memory, and what is more goes to a folder to spill to."""
    file = pq.ParquetFile(records)
    if file.metadata.num_rows <= FEW:
        rows = file.read(["key", "timepoint"])
        keys: Any = rows.filter(pc.field("timepoint") == 0)["key"]
        return len(keys) - len(keys.unique())
    with duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(spill)}) as con:
        row = con.execute(
            """
            WITH keyed AS (SELECT key, hash(key) AS h FROM read_parquet($records) WHERE timepoint = 0),
            twice AS (SELECT h FROM keyed GROUP BY h HAVING count(*) > 1)
            SELECT count(*) - count(DISTINCT key) FROM keyed WHERE h IN (SELECT h FROM twice)
            """,
            {"records": str(records)},
        ).fetchone()
    return int(row[0]) if row else 0


def notes(flagged: int, repeated: int) -> tuple[str, ...]:
    """What there is to say of both counts."""
    odd = f"{_records(flagged, 'holds', 'hold')} values that could not be read or are hardly meant: kept as flags."
    twice = f"{_records(repeated, 'repeats', 'repeat')} a key of this file; the last one counts."
    return (*((odd,) if flagged else ()), *((twice,) if repeated else ()))


def _records(n: int, one: str, several: str) -> str:
    return f"{n:,} record {one}" if n == 1 else f"{n:,} records {several}"
