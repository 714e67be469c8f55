"""A list to match, as CSV text: a header of fields, or none and one bare value a line (graph/resolution/online/record.py)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from graph.errors import InvalidValue
from graph.resolution.online.record import ALSO, FIELDS, Fault
from graph.resolution.quotes import Lines, open_quote

MOST: Final = 500
"""Records of one list."""
_OPEN: Final = 100
"""Quotes that may be left open in one text: each is read on to where it ends."""
_SOME: Final = "at least one record: a bare name or number a line, or lines behind a header of fields"
_PARTS: Final = re.compile(r"\s*;\s*")


class Listed(NamedTuple):
    """A line's record. row: 1 is the first behind the header. faults: what of the line is not read; of an empty line, that it is."""

    row: int
    values: dict[str, list[str]]
    faults: tuple[Fault, ...] = ()

    def told(self, more: Sequence[Fault]) -> tuple[Fault, ...]:
        """With what reading its values found; of a line whose fault it is that it has none, its own."""
        return (*self.faults, *(more if self.values or not self.faults else ()))


class _Line(NamedTuple):
    cells: list[str]
    wrong: str = ""

    @property
    def blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


def read(text: str) -> Iterator[Listed]:
    """The records of a CSV text, one for each line up to the last that says something. Several values of a field are parted by semicolons.

    Raises InvalidValue for several columns without a header, a text that is no CSV, or one without a record."""
    csv.field_size_limit(1 << 20)
    text = text.removeprefix("\ufeff")
    try:
        lines = list(_lines(list(io.StringIO(text, newline=None)), _delimiter(text)))
    except csv.Error as error:
        raise InvalidValue("list", str(error), "CSV") from error
    while lines and lines[0].blank:
        lines.pop(0)
    while lines and lines[-1].blank:
        lines.pop()
    if not lines:
        raise InvalidValue("list", "", _SOME)
    header, names = lines[0].cells, [_field(cell) for cell in lines[0].cells]
    if lines[0].wrong:
        raise InvalidValue("list", header[0][:80], "a first line whose quotes are closed")
    if any(names):
        if len(lines) == 1:
            raise InvalidValue("list", ", ".join(header)[:80], _SOME)
        lines.pop(0)
    else:
        if max(len(line.cells) for line in lines) > 1:
            raise InvalidValue("list", ", ".join(header)[:80], f"a header of some of {', '.join(FIELDS)}")
        header, names = [], ["value"]
    unread: set[str] = set()
    for row, line in enumerate(lines, 1):
        if line.wrong:
            yield Listed(row, {}, (Fault("the whole row", line.cells[0][:80], line.wrong),))
        elif line.blank:
            yield Listed(row, {}, (Fault("the whole row", "", "Left out: nothing stands in it."),))
        else:
            yield _listed(row, header, names, line.cells, unread)


def _lines(left: list[str], delimiter: str) -> Iterator[_Line]:
    """The rows of some lines. One that a quote keeps open is its first line, and the others are read as if it were closed."""
    for _ in range(_OPEN):
        lines, used = Lines(left), 0
        for cells in csv.reader(lines, delimiter=delimiter):
            taken = lines.taken()
            if wrong := open_quote(taken, delimiter):
                yield _Line(
                    [taken[0].rstrip("\n")], f"Left out. {wrong} Here those are read as rows of their own."
                )
                left = left[used + 1 :]
                break
            used += len(taken)
            yield _Line(cells)
        else:
            return
    raise csv.Error(f"{_OPEN} quotes that are not closed")


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",\t|;", key=lambda sign: (head.count(sign), sign == ",")) if head else ","


def _field(cell: str) -> str:
    """The field that a header's cell means; "" for none."""
    name = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cell.strip()).lower()).strip("_")
    name = ALSO.get(name, name)
    return name if name in FIELDS or name == "middle_name" else ""


def _listed(
    row: int, header: Sequence[str], names: Sequence[str], cells: Sequence[str], unread: set[str]
) -> Listed:
    values: dict[str, list[str]] = {}
    faults = []
    for place, cell in enumerate(cells):
        if not cell.strip():
            continue
        name = names[place] if place < len(names) else ""
        if name:
            values.setdefault(name, []).extend(part for part in _PARTS.split(cell.strip()) if part)
        else:
            told = header[place] if place < len(header) else f"column {place + 1}"
            if told not in unread:  # a column that is no field is told once
                faults.append(
                    Fault(told, cell[:80], f"Not read, nor in later rows; fields are {', '.join(FIELDS)}.")
                )
            unread.add(told)
    if "middle_name" in values:
        values["forenames"] = [" ".join([*values.get("forenames", []), *values.pop("middle_name")])]
    return Listed(row, values, tuple(faults))
