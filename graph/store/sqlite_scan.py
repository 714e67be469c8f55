"""Whole tables out of the SQLite store, in Arrow batches, in one pass over each."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final

import numpy as np
import pyarrow as pa

from graph.model import View
from graph.store.scan import BATCH_ROWS, KINDS, batch
from graph.store.sqlite_reads import valid, view_parameters
from graph.tables import ROWS

_FEW: Final = 256


def scan(
    connection: sqlite3.Connection,
    view: View,
    tables: Mapping[str, Sequence[str]],
    link_kinds: Collection[str],
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """See Store.scan. The connection's one transaction makes the tables agree, whatever lands meanwhile."""
    connection.execute("BEGIN")
    ids = {word: id_ for id_, word in connection.execute("SELECT id, word FROM words")}
    words = pa.array([word for word, _ in sorted(ids.items(), key=lambda item: item[1])], pa.string())
    place = np.zeros(max(ids.values(), default=0) + 1, np.int32)  # of a word's number, in `words`
    place[sorted(ids.values())] = np.arange(len(ids))
    for table, names in tables.items():
        kinds = [ids[kind] for kind in sorted(set(link_kinds)) if kind in ids]
        if table == "links" and link_kinds and not kinds:
            continue
        cursor = connection.execute(_statement(table, names, view, kinds), view_parameters(view))
        read = _numbers if all(_is_number(table, name) for name in names) else _columns
        while columns := read(cursor, len(names)):
            yield table, _batch(table, names, columns, words, place)
    connection.execute("COMMIT")


def _statement(table: str, names: Sequence[str], view: View, kinds: Sequence[int]) -> str:
    """Numbers are written out: a list of parameters would be looked up anew for every row."""
    labels = ", ".join(str(int(label)) for label in sorted(view.labels))
    held = [name for name in ("label", "label_a", "label_b") if name in ROWS[table].names]
    where = " AND ".join(f"t.{name} IN ({labels})" for name in held)
    where += " AND t.since <= :at AND t.until > :at"
    if table == "links":
        where += valid("t", view)
        if kinds:
            where += f" AND t.kind IN ({', '.join(map(str, kinds))})"
    columns = ", ".join(f't."{name}"' for name in names)
    return f'SELECT {columns} FROM "{table}" t NOT INDEXED WHERE {where} ORDER BY t.row'


def _is_number(table: str, name: str) -> bool:
    """Whether a column holds integers and never NULL."""
    return name in KINDS or bool(pa.types.is_integer(ROWS[table].field(name).type))


def _numbers(cursor: sqlite3.Cursor, width: int) -> list[Any]:
    """The next rows as columns, when all are integers: no row is kept, which halves what a scan costs."""
    flat = np.fromiter(chain.from_iterable(islice(cursor, BATCH_ROWS)), np.int64)
    return list(flat.reshape(-1, width).T) if len(flat) else []


def _columns(cursor: sqlite3.Cursor, width: int) -> list[Any]:
    """The next rows as columns. A few rows at a time: thousands at once would set the garbage collector to work."""
    columns: list[list[Any]] = [[] for _ in range(width)]
    while len(columns[0]) < BATCH_ROWS and (rows := cursor.fetchmany(_FEW)):
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
    return columns if columns[0] else []


def _batch(
    table: str, names: Sequence[str], columns: Sequence[Sequence[Any]], words: Any, place: Any
) -> pa.RecordBatch:
    """Interned words stay numbers, with a dictionary beside them."""
    plain = [n for n, name in enumerate(names) if name not in KINDS]
    made = batch(table, [names[n] for n in plain], [columns[n] for n in plain])
    arrays: list[Any] = [None] * len(names)
    for n, name in enumerate(names):
        if name in KINDS:
            arrays[n] = pa.DictionaryArray.from_arrays(pa.array(place[np.asarray(columns[n])]), words)
        else:
            arrays[n] = made.column(plain.index(n))
    return pa.RecordBatch.from_arrays(arrays, names=list(names))
