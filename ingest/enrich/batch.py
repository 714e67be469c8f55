"""What an enricher said, as a batch that can be committed: a record a text, with its derived value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from graph.evidence import empty_batch
from graph.tables import BATCH


class Said(NamedTuple):
    """One text (its id and its record's key and slot) and what is said of its body, by its digest."""

    tid: bytes
    rec_key: str
    slot: str
    digest: str
    value: str
    assumed: str | None
    confidence: float


def write_said(directory: Path, name: str, version: str, said: Sequence[Said], now: datetime) -> None:
    """Write a batch into a new folder. name: the property that is said."""
    directory.mkdir()
    empty_batch(directory)
    (directory / "rejects.jsonl").touch()
    records = [
        (rec, f"{name}/{one.rec_key}/{one.slot}", True, now, 0, f"{one.rec_key} {one.slot}",
         orjson.dumps([one.value, one.assumed, one.confidence, one.digest, version]).decode())
        for rec, one in enumerate(said)
    ]  # fmt: skip
    derived = [
        (rec, one.tid, name, one.value, one.assumed, one.confidence, one.digest, version)
        for rec, one in enumerate(said)
    ]
    for table, rows in (("records", records), ("derived", derived)):
        columns = [
            pa.array(column, field.type)
            for column, field in zip(zip(*rows, strict=True), BATCH[table], strict=True)
        ]
        pq.write_table(pa.table(columns, schema=BATCH[table]), directory / f"{table}.parquet")
