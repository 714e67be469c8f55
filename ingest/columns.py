"""A batch of rows as Arrow columns, and the seven words of ingest/mapping.py worked out over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from graph.errors import InvalidValue
from ingest.arrow import (
    Array,
    coalesce,
    join,
    join_gaps,
    join_present,
    lists,
    nulls,
    repeat,
    trimmed,
    without,
)
from ingest.cleaning import Cleaner, cleaner
from ingest.mapping import Cleaned, Coalesce, Column, Concat, Constant, Expr, LinkMap, Lookup, MentionMap
from ingest.reads import Read


class Columns:
    """One batch. Values are worked out once; equal expressions are the same column."""

    def __init__(self, table: pa.Table) -> None:
        self.table, self.length = table, table.num_rows
        self._values: dict[Expr, Array] = {}
        self._reads: dict[Expr, Read] = {}

    def value(self, expr: Expr) -> Array:
        """The value in every row, null where there is none or it cannot be read."""
        if expr not in self._values:
            self._values[expr] = self._work_out(expr)
        return self._values[expr]

    def _work_out(self, expr: Expr) -> Array:
        match expr:
            case Column(name):
                return trimmed(self.table[name])
            case Constant(text):
                return repeat(text, self.length)
            case Coalesce(values):
                return coalesce([self.value(value) for value in values])
            case Concat():
                return self._concat(expr)
            case Cleaned() | Lookup():
                return self._read(expr).value

    def _concat(self, expr: Concat) -> Array:
        parts = [self.value(value) for value in expr.values]
        if expr.separator is None:
            return join(*parts)
        return join_gaps(parts, expr.separator) if expr.gaps else join_present(parts, expr.separator)

    def _read(self, expr: Cleaned | Lookup) -> Read:
        if expr not in self._reads:
            name, clean = _reader(expr)
            self._reads[expr] = Read(self.value(expr.value), name, clean, isinstance(expr.value, Concat))
        return self._reads[expr]

    def properties(self, mention: MentionMap, types: Mapping[str, str]) -> Array:
        """`props` of a mention in every row: JSON {property: [[cleaned, original|null]…]}, null when empty."""
        texts, flags = [], []
        for prop in mention.properties:
            reads = [self._read(_typed(value, types[prop.name])) for value in prop.values]
            head = f'"{prop.name}":['
            if len(reads) == 1:
                texts.append(reads[0].pairs(head, "]"))
            else:
                texts.append(join(head, join_present([read.pairs() for read in reads], ","), "]"))
            flags += [read.flags(prop.name) for read in reads if read.flagged]
        for name, read in self._dates(mention):
            flags += [read.flags(name)]
        return self._object(texts, flags)

    def link_properties(self, link: LinkMap, types: Mapping[str, str]) -> Array:
        """`props` of a link in every row: JSON {name: value}, null when empty."""
        texts, flags = [], []
        for name, expr in link.properties:
            read = self._read(_typed(expr, types[name]))
            texts.append(read.texts(f'"{name}":', types[name] in ("number", "integer", "boolean")))
            flags += [read.link_flags(name)] if read.flagged else []
        for name, read in self._dates(link):
            flags += [read.link_flags(name)]
        return self._object(texts, flags)

    def _dates(self, of: MentionMap | LinkMap) -> list[tuple[str, Read]]:
        """The ends of validity that are flagged in some row."""
        ends = (("valid_from", of.valid_from), ("valid_to", of.valid_to))
        reads = [(name, self._read(expr)) for name, expr in ends if isinstance(expr, Cleaned)]
        return [(name, read) for name, read in reads if read.flagged]

    def _object(self, texts: list[Array], flags: list[Array]) -> Array:
        if flags:
            texts = [*texts, join('"flags":[', join_present(flags, ","), "]")]
        return join("{", join_present(texts, ","), "}") if texts else nulls(self.length)

    def lists(self, exprs: Sequence[Expr]) -> Array:
        """The values that are there in every row, each once, in the order of the expressions."""
        columns: list[Array] = []
        for expr in exprs:
            value = self.value(expr)
            for before in columns:
                value = without(value, before)
            if value.null_count < self.length:
                columns.append(value)
        return lists(columns, self.length)


def _reader(expr: Cleaned | Lookup) -> tuple[str, Cleaner]:
    if isinstance(expr, Cleaned):
        return expr.cleaner, cleaner(expr.cleaner)
    table = dict(expr.table)

    def look_up(raw: str) -> str:
        if raw not in table:
            raise InvalidValue("lookup", raw, "in the table of known values")
        return table[raw]

    return "", look_up


def _typed(expr: Expr, value_type: str) -> Cleaned | Lookup:
    return expr if isinstance(expr, Cleaned | Lookup) else Cleaned(value_type, expr)
