"""A batch of rows as Arrow columns, and the seven words of ingest/mapping.py worked out over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import orjson
import pyarrow as pa

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
from ingest.cleaning import GAP, UNREADABLE, cleaner, read_value
from ingest.mapping import Cleaned, Coalesce, Column, Concat, Constant, Expr, LinkMap, Lookup, MentionMap


class _Read(NamedTuple):
    """A cleaned column. codes: row -> distinct value; outcomes: (original, cleaned, flag's reason) of each."""

    codes: Array
    outcomes: list[tuple[str, str | None, str | None]]
    value: Array
    flagged: bool


class Columns:
    """One batch. Values are worked out once; equal expressions are the same column."""

    def __init__(self, table: pa.Table) -> None:
        self.table, self.length = table, table.num_rows
        self._values: dict[Expr, Array] = {}
        self._reads: dict[Expr, _Read] = {}

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

    def _read(self, expr: Cleaned | Lookup) -> _Read:
        if expr not in self._reads:
            source = self.value(expr.value)
            encoded = cast(Any, source.dictionary_encode())
            read = _reader(expr)
            outcomes = [(raw, *read(raw)) for raw in encoded.dictionary.to_pylist()]
            value = pa.array([cleaned for _, cleaned, _ in outcomes], pa.string()).take(encoded.indices)
            flagged = any(flag for _, _, flag in outcomes)
            self._reads[expr] = _Read(encoded.indices, outcomes, value, flagged)
        return self._reads[expr]

    def properties(self, mention: MentionMap, types: Mapping[str, str]) -> Array:
        """`props` of a mention in every row: JSON {property: [[cleaned, original|null]…]}, null when empty."""
        texts, flags = [], []
        for prop in mention.properties:
            reads = [self._read(_typed(value, types[prop.name])) for value in prop.values]
            head = f'"{prop.name}":['
            if len(reads) == 1:
                texts.append(_per_distinct(reads[0], lambda o, c, f, head=head: f"{head}{_pair(o, c)}]"))
            else:
                pairs = [_per_distinct(read, lambda o, c, f: _pair(o, c)) for read in reads]
                joined = join_present(pairs, ",")
                texts.append(join(head, joined, "]"))
            flags += [_flags(prop.name, read) for read in reads if read.flagged]
        for name, expr in (("valid_from", mention.valid_from), ("valid_to", mention.valid_to)):
            if isinstance(expr, Cleaned) and self._read(expr).flagged:
                flags.append(_flags(name, self._read(expr)))
        if flags:
            texts.append(join('"flags":[', join_present(flags, ","), "]"))
        return self._object(texts)

    def link_properties(self, link: LinkMap, types: Mapping[str, str]) -> Array:
        """`props` of a link in every row: JSON {name: value}, null when empty."""
        texts, flags = [], []
        for name, expr in link.properties:
            read = self._read(_typed(expr, types[name]))
            bare = types[name] in ("number", "integer", "boolean")
            show: Callable[..., str] = str if bare else _text
            texts.append(_per_distinct(read, lambda o, c, f, n=name, show=show: f'"{n}":{show(c)}'))
            flags += [_link_flags(name, read)] if read.flagged else []
        for name, end in (("valid_from", link.valid_from), ("valid_to", link.valid_to)):
            if isinstance(end, Cleaned) and self._read(end).flagged:
                flags.append(_link_flags(name, self._read(end)))
        if flags:
            texts.append(join('"flags":[', join_present(flags, ","), "]"))
        return self._object(texts)

    def _object(self, texts: list[Array]) -> Array:
        if not texts:
            return nulls(self.length)
        return join("{", join_present(texts, ","), "}")

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


def _reader(expr: Cleaned | Lookup) -> Callable[[str], tuple[str | None, str | None]]:
    if isinstance(expr, Lookup):
        table = dict(expr.table)
        return lambda raw: (table.get(raw), None if raw in table else UNREADABLE)
    clean = cleaner(expr.cleaner)
    return lambda raw: read_value(expr.cleaner, clean, raw)


def _typed(expr: Expr, value_type: str) -> Cleaned | Lookup:
    return expr if isinstance(expr, Cleaned | Lookup) else Cleaned(value_type, expr)


def _text(value: str) -> str:
    return orjson.dumps(value).decode()


def _pair(original: str, cleaned: str) -> str:
    # A value put together from several columns was not received as such: its parts are, in their own properties.
    composed = cleaned == original or GAP in original
    return orjson.dumps([cleaned, None if composed else original]).decode()


def _per_distinct(read: _Read, show: Callable[..., str]) -> Array:
    shown = [None if c is None else show(o, c, f) for o, c, f in read.outcomes]
    return pa.array(shown, pa.string()).take(read.codes)


def _flags(name: str, read: _Read) -> Array:
    shown = [None if f is None else orjson.dumps([f"{name}:{f}", o]).decode() for o, _, f in read.outcomes]
    return pa.array(shown, pa.string()).take(read.codes)


def _link_flags(name: str, read: _Read) -> Array:
    shown = [None if f is None else _text(link_flag(name, f, o)) for o, _, f in read.outcomes]
    return pa.array(shown, pa.string()).take(read.codes)


def link_flag(name: str, reason: str, original: str) -> str:
    """A flag in a link's properties: "<name>:<reason>", with "=<original>" where the value itself is left out."""
    return f"{name}:{reason}={original}" if reason == UNREADABLE else f"{name}:{reason}"
