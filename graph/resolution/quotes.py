"""CSV whose quotes do not match: a row that goes on where it should have ended."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence


class Lines:
    """A file's lines, which remembers those not yet asked for."""

    def __init__(self, file: Iterable[str]) -> None:
        self._file, self._taken = iter(file), list[str]()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self._taken.append(line := next(self._file))
        return line

    def taken(self) -> list[str]:
        """The lines read since this was last asked."""
        found, self._taken = self._taken, []
        return found


def open_quote(lines: Sequence[str], delimiter: str, *, spaces: bool = False) -> str:
    """What is wrong with the quotes of a row that takes several lines; "" for nothing. spaces: a quote may stand behind some."""
    if len(lines) < 2:
        return ""
    try:
        list(csv.reader(lines, delimiter=delimiter, skipinitialspace=spaces, strict=True))
    except csv.Error as error:
        end = ", to the end of the file" if "end of data" in str(error) else ""
        return f"A quote that is not closed takes {_count(len(lines) - 1)} behind it{end}: close it or write it twice."
    return ""


def _count(lines: int) -> str:
    return "the line" if lines == 1 else f"the {lines:,} lines"
