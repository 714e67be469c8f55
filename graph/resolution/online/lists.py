"""A list to match, as CSV text: a header of fields, or none and one bare value a line (graph/resolution/online/record.py)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from graph.errors import InvalidValue
from graph.resolution.online.record import ALSO, FIELDS, Fault

MOST: Final = 500
"""Records of one list."""
_PARTS: Final = re.compile(r"\s*;\s*")


class Listed(NamedTuple):
    """A line's record. row: 1 is the first behind the header, empty ones are counted and left out. faults: what of the line is not read."""

    row: int
    values: dict[str, list[str]]
    faults: tuple[Fault, ...] = ()


def read(text: str) -> Iterator[Listed]:
    """The records of a CSV text. Several values of a field are parted by semicolons.

    Raises InvalidValue for several columns without a header, or a line that is no CSV."""
    csv.field_size_limit(1 << 20)
    text = text.removeprefix("\ufeff")
    rows = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    try:
        lines = list(rows)
    except csv.Error as error:
        raise InvalidValue("list", str(error), "CSV") from error
    while lines and not any(cell.strip() for cell in lines[0]):
        lines.pop(0)
    if not lines:
        return
    names = [_field(cell) for cell in lines[0]]
    if not any(names):
        if max(map(len, lines)) > 1:
            raise InvalidValue("list", ", ".join(lines[0])[:80], f"a header of some of {', '.join(FIELDS)}")
        names, lines = ["value"], [[], *lines]
    unread: set[str] = set()
    for row, cells in enumerate(lines[1:], 1):
        if any(cell.strip() for cell in cells):
            yield _listed(row, lines[0], names, cells, unread)


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
