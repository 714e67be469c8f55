"""Delimited text files as Arrow batches of text columns, each row with its line's number and its text as received.

A line is a record, or a few lines are, where a quoted value holds line breaks. A line whose quotes do not close within
TALLEST lines and at the header's width is rejected alone, instead of swallowing the lines after it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from graph.errors import Refused
from ingest.arrow import Array
from ingest.format import REMEDY, WHOLE, Reject, Sink

BLOCK = 16 << 20
"""Bytes read at a time: 30,000 lines of the register, some 100 MB once described."""

TALLEST = 20
"""Lines that one record may stand on: an address that was pasted into one field has some five."""

_pc: Any = pc
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Dialect:
    """delimiter and quote: one ASCII character each; a quote inside a quoted value is doubled."""

    delimiter: str = ","
    quote: str = '"'


def column_names(head: bytes) -> frozenset[str]:
    """The column names that a file begins with, tidied; none when its first line is no line of delimited text."""
    first = head.removeprefix(BOM).split(b"\n", 1)[0].rstrip(b"\r").decode("utf-8", "replace")
    try:
        return frozenset(name.strip() for name in next(csv.reader([first]), []))
    except csv.Error:
        return frozenset()


class Delimited:
    """One file being read. header: its first line's names, white space and byte order mark taken off.

    rejected counts the lines that went to the sink's rejects; blank lines are not counted anywhere.
    """

    def __init__(self, path: Path, name: str, sink: Sink, dialect: Dialect = Dialect()) -> None:
        self._path, self._name, self._sink, self._dialect = path, name, sink, dialect
        # Python's reader gives up at 131,072 characters; values that long are for their cleaners to judge.
        csv.field_size_limit(4 * BLOCK)
        with path.open("rb") as file:
            first = file.readline(1 << 20)
        self._start = len(first)
        self._cut: int | None = None
        """The line that the file ends with when no line end follows it."""
        self.rejected = 0
        self._records = 0
        """Records of the tables given so far, and the rejects before them."""
        self._bad: list[int] = []
        """Lines rejected since."""
        try:
            text = first.removeprefix(BOM).decode()
        except UnicodeDecodeError as error:
            raise _not_utf8(name, 1) from error
        self.header = tuple(column.strip() for column in self._values(text.rstrip("\r\n"))[0])

    def require(self, columns: tuple[str, ...]) -> None:
        """Raises Refused when one of these columns is missing, or a name is there twice."""
        missing = [name for name in columns if name not in self.header]
        if missing:
            others = [name or "an empty name" for name in self.header if name not in columns]
            instead = f", and has {', '.join(others[:10])}" if others else ""
            raise Refused(
                f"{self._name}: the header lacks {', '.join(missing)}{instead}.",
                remedy="Is it another kind of file?",
            )
        twice = sorted({name for name in self.header if self.header.count(name) > 1})
        if twice:
            raise Refused(f"{self._name}: the header has {', '.join(twice)} twice.")

    def batches(self) -> Iterator[pa.Table]:
        """Tables of text columns by header name, with `line` and `record` (1-based: which line of the file, and which of
        its records, rejected ones counted) and `raw`; bad lines go to the rejects.

        Raises Refused for bytes that are not UTF-8 and for a file that stops in the middle of its last line."""
        line, rest = 2, b""
        with self._path.open("rb") as file:
            file.seek(self._start)
            for block in _blocks(file):
                table, lines, rest = self._parse(rest + block, line, final=False)
                line += lines
                if table.num_rows:
                    yield self._numbered(table)
                self._sink.progress(file.tell())
        if rest:
            table, _, _ = self._parse(rest, line, final=True)
            if table.num_rows:
                yield self._numbered(table)

    def _numbered(self, table: pa.Table) -> pa.Table:
        """With the number of each record: its place among the lines that records begin on, and those of rejects."""
        line = np.asarray(table["line"])
        bad = np.sort(np.array(self._bad, np.int64))
        self._bad = []
        record = self._records + 1 + np.argsort(np.argsort(line, kind="stable")) + np.searchsorted(bad, line)
        self._records += len(line) + len(bad)
        return table.append_column("record", pa.array(record))

    def _parse(self, block: bytes, first: int, final: bool) -> tuple[pa.Table, int, bytes]:
        """(the block's rows, the lines they and the rejects stand on, what is left of it for the next block)."""
        raw, starts = self._lines(block, first)
        number = np.arange(first, first + len(raw))
        quotes = np.asarray(_pc.count_substring(raw, pattern=self._dialect.quote)) % 2
        good = ~np.asarray(_pc.equal(_pc.utf8_trim_whitespace(raw), ""))
        self._cut = None if block.endswith(b"\n") else first + len(raw) - 1
        odd = [int(index) for index in np.flatnonzero((quotes == 1) & good)]
        tall, lines = self._tall(raw, number, odd, good, final)
        rest = block[starts[lines] :] if lines < len(raw) else b""
        if not good.all():
            raw, number = raw.filter(pa.array(good)), number[good]
            block = "\n".join(cast("list[str]", raw.to_pylist())).encode()
        if tall:
            texts = [*zip(number.tolist(), cast("list[str]", raw.to_pylist()), strict=True), *tall]
            return self._one_by_one(sorted(texts)), lines, rest
        parsed, ragged = self._arrow(block)
        if parsed is None or parsed.num_rows + len(ragged) != len(raw):
            texts = [*zip(number.tolist(), cast("list[str]", raw.to_pylist()), strict=True)]
            return self._one_by_one(texts), lines, rest
        if ragged:
            keep = np.ones(len(raw), bool)
            for row, width in ragged:
                keep[row] = False
                self._reject(raw[row].as_py(), int(number[row]), self._width(width))
            raw, number = raw.filter(pa.array(keep)), number[keep]
        return parsed.append_column("line", pa.array(number)).append_column("raw", raw), lines, rest

    def _tall(
        self, raw: Array, number: Any, odd: list[int], good: Any, final: bool
    ) -> tuple[list[tuple[int, str]], int]:
        """(first line's number, text) of the records that stand on several lines, and how many lines are done with.

        odd: the lines in which a quoted value begins or ends; those that close nothing are rejected, but for one near
        the end that may go on in the next block. good: set false for all lines that are no record by themselves."""
        found: list[tuple[int, str]] = []
        done = -1
        for at, index in enumerate(odd):
            if index <= done:
                continue
            closing = odd[at + 1] if at + 1 < len(odd) else len(raw)
            if closing == len(raw) and not final and closing - index < TALLEST:
                good[index:] = False
                return found, index
            text = "\n".join(cast("list[str]", raw[index : closing + 1].to_pylist()))
            if closing < len(raw) and closing - index < TALLEST and self._fits(text):
                found.append((int(number[index]), text))
                done = closing
                good[index : closing + 1] = False
            else:
                good[index] = False
                self._reject(raw[index].as_py(), int(number[index]), "its quotes do not close")
        return found, len(raw)

    def _fits(self, text: str) -> bool:
        return len(self._values(text)[0]) == len(self.header)

    def _arrow(self, block: bytes) -> tuple[pa.Table | None, list[tuple[int, int]]]:
        """The block's rows and, of those with another width than the header's, (row, width)."""
        ragged: list[tuple[int, int]] = []

        def skip(row: Any) -> str:
            ragged.append((row.number - 1, row.actual_columns))
            return "skip"

        if not block.strip():
            return pa.table({name: pa.array([], pa.string()) for name in self.header}), ragged
        try:
            table = pa_csv.read_csv(
                cast(Any, pa.BufferReader(block)),
                pa_csv.ReadOptions(
                    column_names=list(self.header), use_threads=False, block_size=len(block) + 1
                ),
                pa_csv.ParseOptions(
                    delimiter=self._dialect.delimiter,
                    quote_char=self._dialect.quote,
                    invalid_row_handler=cast(Any, skip),
                ),
                pa_csv.ConvertOptions(
                    column_types={name: pa.string() for name in self.header}, strings_can_be_null=False
                ),
            )
        except pa.ArrowInvalid:
            return None, []
        return table.combine_chunks(), ragged

    def _one_by_one(self, texts: list[tuple[int, str]]) -> pa.Table:
        """The same rows read each alone: for blocks in which a value holds a line break, or a stray quote made Arrow
        join two lines."""
        rows: list[list[str]] = []
        lines: list[tuple[int, str]] = []
        for number, text in texts:
            values, fault = self._values(text)
            if len(values) == len(self.header):
                rows.append(values)
                lines.append((number, text))
            else:
                self._reject(text, number, fault or self._width(len(values)))
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(self.header)
        table = pa.table({n: pa.array(c, pa.string()) for n, c in zip(self.header, columns, strict=True)})
        table = table.append_column("line", pa.array([line for line, _ in lines], pa.int64()))
        return table.append_column("raw", pa.array([text for _, text in lines], pa.string()))

    def _values(self, text: str) -> tuple[list[str], str]:
        """(the values of one record, what is wrong with it); no values when it is none, or more than one."""
        source = io.StringIO(text, newline="")
        reader = csv.reader(source, delimiter=self._dialect.delimiter, quotechar=self._dialect.quote)
        try:
            values = next(reader, [])
            return ([], "it is two records") if next(reader, None) is not None else (values, "")
        except csv.Error as error:
            return [], f"it cannot be read: {error}"

    def _width(self, width: int) -> str:
        return f"it has {width} values, the header {len(self.header)}"

    def _reject(self, text: str, line: int, reason: str) -> None:
        if line == self._cut:
            raise Refused(
                f"{self._name}, line {line}: the file stops in the middle of a line: {reason}.",
                remedy="Get the whole file and ingest it again.",
            )
        self.rejected += 1
        self._bad.append(line)
        sentence, remedy = f"{reason[0].upper()}{reason[1:]}.", REMEDY.format(field=WHOLE)
        self._sink.reject(Reject(f"line {line}", WHOLE, text[:200], sentence, remedy, text))

    def _lines(self, block: bytes, first: int) -> tuple[Array, Any]:
        """The block's lines without their ends, and where each begins."""
        bytes_ = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero(bytes_ == 10) + 1
        if not len(ends) or ends[-1] != len(block):
            ends = np.append(ends, len(block))
        offsets = np.concatenate([[0], ends]).astype(np.int32)
        array = pa.Array.from_buffers(
            pa.string(), len(ends), [None, pa.py_buffer(cast(Any, offsets)), pa.py_buffer(block)]
        )
        try:
            array.validate(full=True)
        except pa.ArrowInvalid as error:
            for index, (start, end) in enumerate(pairwise(offsets)):
                try:
                    block[start:end].decode()
                except UnicodeDecodeError:
                    raise _not_utf8(self._name, first + index) from error
            raise
        return cast(Array, _pc.ascii_rtrim(array, characters="\r\n")), offsets[:-1]


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """The file in pieces that end at a line's end, but for the last."""
    rest = b""
    while chunk := file.read(BLOCK):
        chunk = rest + chunk
        end = chunk.rfind(b"\n") + 1
        rest = chunk[end:]
        if end:
            yield chunk[:end]
        elif len(rest) > 4 * BLOCK:
            raise Refused(
                f"a line is longer than {4 * BLOCK >> 20} MiB.", remedy="Is it another kind of file?"
            )
    if rest:
        yield rest


def _not_utf8(name: str, line: int) -> Refused:
    return Refused(
        f"{name}, line {line}: not UTF-8 text.", remedy="Convert the file to UTF-8 and ingest it again."
    )
