"""Whole tables of a store, as columns (Store.scan)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.model import View
from graph.store.base import Store

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ID_NUMBER: Final = np.dtype([("high", ">u8"), ("low", ">u8")])
"""Ids as numbers, so that they sort as bytes do."""


Tick = Callable[[int], None]
"""Called now and then with the rows read so far; may raise to stop."""


def no_tick(_rows: int) -> None:
    """Nobody is told."""


@dataclass(slots=True)
class Columns:
    """Batches of one table while they come in."""

    batches: list[pa.RecordBatch] = field(default_factory=list)

    def __getitem__(self, name: str) -> Any:
        """A column; kinds as text."""
        parts = [batch.column(name) for batch in self.batches]
        return pa.chunked_array(
            [pc.cast(p, pa.string()) if pa.types.is_dictionary(p.type) else p for p in parts]
        )

    def ints(self, name: str) -> Ints:
        if not self.batches:
            return np.zeros(0, np.int64)
        return np.concatenate([np.asarray(batch.column(name)) for batch in self.batches]).astype(np.int64)

    def ids(self, name: str) -> NDArray[Any]:
        if not self.batches:
            return np.zeros(0, "V16")
        return np.concatenate([ids_in(batch.column(name)) for batch in self.batches])

    def codes(self, name: str) -> tuple[Ints, tuple[str, ...]]:
        """(positions, texts): a kind column by its texts in order, only those that are there."""
        found: list[Ints] = []
        names: dict[str, int] = {}
        for batch in self.batches:
            column: Any = batch.column(name)
            texts = column.dictionary.to_pylist()
            used = np.asarray(column.indices)
            table = np.zeros(len(texts), np.int64)
            for place in np.unique(used):
                table[place] = names.setdefault(texts[place], len(names))
            found.append(table[used])
        order = sorted(names)
        rank = np.array([order.index(text) for text in names], np.int64)
        return (rank[np.concatenate(found)] if found else np.zeros(0, np.int64)), tuple(order)


def ids_in(column: Any) -> NDArray[Any]:
    """The ids of one Arrow array of binary(16), 16 bytes each (V16), not copied."""
    start = column.offset * 16
    return np.frombuffer(column.buffers()[1], "V16", count=len(column), offset=start)


def read(
    store: Store,
    view: View,
    tables: dict[str, Sequence[str]],
    link_kinds: Sequence[str] = (),
    tick: Tick = no_tick,
) -> dict[str, Columns]:
    """Whole tables of a store as columns."""
    found = {table: Columns() for table in tables}
    rows = 0
    for table, batch in store.scan(view, tables, link_kinds=link_kinds):
        found[table].batches.append(batch)
        rows += batch.num_rows
        tick(rows)
    return found
