"""What both stores' `scan` share: which columns may be asked for, and rows as Arrow batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from graph.errors import Refused
from graph.tables import MENTION_ID, ROWS

SCANNED: Final = ("mentions", "groups", "pairs", "links")
"""The tables that can be scanned."""

KINDS: Final = ("kind", "from_kind", "to_kind")
"""Columns of few different texts: dictionary-encoded."""

BATCH_ROWS: Final = 65_536
"""Rows a batch: large enough that a batch costs little by itself, small enough to hold many columns of text."""


def checked(tables: Mapping[str, Sequence[str]]) -> None:
    """Refused for a table or column that there is not."""
    for table, columns in tables.items():
        known = ROWS[table].names if table in SCANNED else []
        if not columns or (unknown := sorted(set(columns) - set(known))):
            what = "no column" if not columns else f"the columns {unknown}"
            raise Refused(f"A scan cannot read {what} of {table}.")


def batch(table: str, names: Sequence[str], columns: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    """Columns of Python values as one batch, typed as graph.tables.ROWS says."""
    types = [ROWS[table].field(name).type for name in names]
    arrays = [pa.array(values, type=kind) for values, kind in zip(columns, types, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=list(names))


def is_id(table: str, name: str) -> bool:
    """Whether a column holds mention ids."""
    return bool(ROWS[table].field(name).type == MENTION_ID)
