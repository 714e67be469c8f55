"""What is really so: which record is whom, in files that no reader of the world may see.

records.csv   which record is whom (the key of a card is file#number, of a listing file#id, of an aircraft's row file#icao24)
holdings.csv  who holds which telephone, e-mail address, handle, account and listing, from when
books.csv     whose each phone book is
messages.csv  who wrote each message, in which language (empty: none to speak of)
planted.csv   what the messages name: code points [start, end), as written, and what it stands for
traps.csv     people who are easily taken for one another: all of one trap are different people
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from .chat_texts import Said
from .contacts import Holding
from .people import Person

COLUMNS: Final = ("family", "key", "slot", "kind", "true_id")
_MORE: Final = {
    "holdings": ("true_id", "kind", "value", "since", "until"),
    "books": ("file", "true_id", "owner"),
    "messages": ("message", "file", "author", "language"),
    "planted": ("message", "kind", "start", "end", "written", "value"),
    "traps": ("trap", "kind", "true_id"),
}


class Truth:
    """Writes the files of `truth/`; `records` counts the rows of records.csv. The others are made when they are needed."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "records.csv"
        self.records = 0
        self._file: IO[str] | None = None
        self._stack = ExitStack()
        self._rows: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._stack.enter_context(self.path.open("w", encoding="utf-8", newline="\n"))
        self._file.write(",".join(COLUMNS) + "\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def add(self, family: str, key: str, slot: str, kind: str, true_id: str) -> None:
        """One record; no part may hold a comma or a quote (keys are numbers, links and ids)."""
        assert self._file is not None, "a Truth is used in a with statement"
        self._file.write(f"{family},{key},{slot},{kind},{true_id}\n")
        self.records += 1

    def holds(self, held: Iterable[Holding]) -> None:
        for one in held:
            self._row("holdings", one.true_id, one.kind, one.value, one.since or "", one.until or "")

    def book(self, file: str, owner: Person) -> None:
        self._row("books", file, owner.true_id, owner.full)

    def said(self, file: str, message: str, author: str, said: Said) -> None:
        """One message with what it names."""
        self._row("messages", message, file, author, said.language)
        for one in said.planted:
            written = said.text[one.start : one.end]
            self._row("planted", message, one.kind, one.start, one.end, written, one.value)

    def trap(self, trap: str, kind: str, who: Person) -> None:
        self._row("traps", trap, kind, who.true_id)

    def _row(self, name: str, *cells: object) -> None:
        if name not in self._rows:
            path = self.path.with_name(f"{name}.csv")
            file = self._stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            self._rows[name] = csv.writer(file, lineterminator="\n")
            self._rows[name].writerow(_MORE[name])
        self._rows[name].writerow(cells)
