"""Runs a mapping over batches of a file: Arrow columns in, records, mentions and links out.

Python sees each distinct value of a cleaned column once a batch; everything else is Arrow, whole columns at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import cast

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import InvalidValue
from graph.ontology import ontology
from graph.tables import BATCH
from ingest.arrow import Array, all_of, fill, flat, join, mask, nulls, repeat, trimmed
from ingest.cleaning import cleaner
from ingest.columns import Columns
from ingest.format import REMEDY, Reject, Sink
from ingest.mapping import Cleaned, Expr, LinkMap, Lookup, Mapping, MentionMap, columns_of, shown

_NOT_FIELDS = frozenset({"line", "record", "raw"})


class MappingRun:
    """One file's run of a mapping. feed() batches in order; read, rejected and leftovers count up."""

    def __init__(self, mapping: Mapping, sink: Sink, observed_at: datetime) -> None:
        self._mapping, self._sink, self._observed_at = mapping, sink, observed_at
        self._taken = mapping.taken() | frozenset(mapping.ignored) | _NOT_FIELDS
        self.read = self.rejected = 0
        self.leftovers: Counter[str] = Counter()

    @property
    def kept(self) -> int:
        return self.read - self.rejected

    def feed(self, source: pa.Table) -> None:
        """Describe one batch: text columns by header name, `line` (1-based, int64) and `raw` (the row as received)."""
        self._count_leftovers(source)
        if self._mapping.prepare is not None:
            source = _prepare(self._mapping.prepare, source)
        columns = self._accept(Columns(source))
        first = self.kept - columns.length
        rec = pa.array(range(first, first + columns.length), pa.int64())
        self._sink.put("records", self._records(columns, rec))
        present: dict[str, Array | None] = {}
        for mention in self._mapping.mentions:
            present[mention.slot] = where = _presence(columns, mention.when)
            self._put("mentions", _mention(columns, mention), rec, where)
        for link in self._mapping.links:
            where = all_of(_presence(columns, link.when), present[link.from_slot], present[link.to_slot])
            self._put("links", _link(columns, link), rec, where)

    def _put(self, table: str, columns: dict[str, Array], rec: Array, where: Array | None) -> None:
        rows = pa.Table.from_pydict({"rec": rec, **columns}, schema=BATCH[table])
        self._sink.put(
            "mentions" if table == "mentions" else "links", rows if where is None else rows.filter(where)
        )

    def _records(self, columns: Columns, rec: Array) -> pa.Table:
        n = columns.length
        return pa.Table.from_pydict(
            {
                "rec": rec,
                "key": columns.value(self._mapping.key),
                "put": pa.repeat(pa.scalar(True), n),
                "observed_at": pa.repeat(pa.scalar(self._observed_at, pa.timestamp("us", tz="UTC")), n),
                "timepoint": pa.repeat(pa.scalar(0, pa.int64()), n),
                "locator": _locators(columns.table),
                "raw": columns.table["raw"],
            },
            schema=BATCH["records"],
        )

    def _count_leftovers(self, source: pa.Table) -> None:
        for name in source.column_names:
            if name not in self._taken:
                self.leftovers[name] += source.num_rows - trimmed(source[name]).null_count

    def _accept(self, columns: Columns) -> Columns:
        """The rows whose key and required values are there; the others go to the rejects."""
        # The key last: a reject names the one value at fault, where a key of several has it too.
        wanted = (*self._mapping.required, ("", self._mapping.key))
        good: Array | None = None
        for _, expr in wanted:
            good = all_of(good, mask(columns.value(expr)))
        self.read += columns.length
        if good is None:
            return columns
        bad = columns.table.filter(pc.invert(good))
        self.rejected += bad.num_rows
        for row in bad.to_pylist():
            self._sink.reject(self._reject(row, wanted))
        return Columns(columns.table.filter(good))

    def _reject(self, row: dict[str, str], wanted: tuple[tuple[str, Expr], ...]) -> Reject:
        one = Columns(pa.Table.from_pylist([row]).select(list(row)))
        name, expr = next((name, expr) for name, expr in wanted if one.value(expr).null_count)
        fields = tuple(columns_of(expr))
        field = name or " ".join(fields)
        at_fault = field.replace(" ", " or ")
        reason = next(_complaints(one, expr), f"The {at_fault} is missing.")
        value = " ".join(text for text in (str(row[column] or "") for column in fields) if text)
        remedy = REMEDY.format(field=at_fault)
        return Reject(f"line {row['line']}", field, value, reason, remedy, row["raw"])


def _locators(table: pa.Table) -> Array:
    """ "line 17", and the number of its record where values with line breaks, or blank lines, stood before it."""
    line, record = flat(table["line"]), flat(table["record"])
    plain = join("line ", line.cast(pa.string()))
    moved = pc.not_equal(pc.subtract(line, 1), record)
    if not pc.any(moved).as_py():
        return plain
    return cast(Array, pc.if_else(moved, join(plain, " (record ", record.cast(pa.string()), ")"), plain))


def _prepare(sql: str, source: pa.Table) -> pa.Table:
    with duckdb.connect() as connection:
        connection.register("source", source)
        prepared: pa.Table = connection.sql(sql).to_arrow_table()
    return prepared


def _complaints(one: Columns, expr: Expr) -> Iterator[str]:
    """Why the cleaners inside a value cannot read this one row, innermost last."""
    inner: tuple[Expr, ...] = ()
    match expr:
        case Cleaned(name, value):
            raw = one.value(value)[0].as_py()
            try:
                if raw is not None:
                    cleaner(name)(raw)
            except InvalidValue as error:
                yield error.message
            inner = (value,)
        case Lookup(value, _):
            raw = one.value(value)[0].as_py()
            if raw is not None and one.value(expr).null_count:
                yield f"{raw!r} is not in the table of known values."
            inner = (value,)
        case _:
            inner = tuple(getattr(expr, "values", ()))
    for value in inner:
        yield from _complaints(one, value)


def _presence(columns: Columns, when: Expr | None) -> Array | None:
    return None if when is None else mask(columns.value(when))


def _mention(columns: Columns, mention: MentionMap) -> dict[str, Array]:
    n, empty = columns.length, nulls(columns.length)
    return {
        "slot": repeat(mention.slot, n),
        "kind": repeat(mention.kind, n),
        "caption": fill(columns.value(shown(mention.kind, mention.caption)), "")
        if mention.caption
        else repeat("", n),
        "authority": pa.repeat(pa.scalar(mention.authority, pa.int8()), n),
        "props": columns.properties(mention, ontology().kinds[mention.kind].properties),
        "names": columns.lists([shown(mention.kind, name) for name in mention.names]),
        "keys": columns.lists(mention.keys),
        "facets": columns.lists(mention.facets),
        "derived_by": repeat(mention.derived_by, n) if mention.derived_by else empty,
        "valid_from": columns.value(mention.valid_from) if mention.valid_from else empty,
        "valid_to": columns.value(mention.valid_to) if mention.valid_to else empty,
    }


def _link(columns: Columns, link: LinkMap) -> dict[str, Array]:
    n, empty = columns.length, nulls(columns.length)
    return {
        "kind": repeat(link.kind, n),
        "role": fill(columns.value(link.role), "") if link.role else repeat("", n),
        "from_slot": repeat(link.from_slot, n),
        "to_slot": repeat(link.to_slot, n),
        "valid_from": columns.value(link.valid_from) if link.valid_from else empty,
        "valid_to": columns.value(link.valid_to) if link.valid_to else empty,
        "props": columns.link_properties(link, ontology().links[link.kind].properties),
    }
