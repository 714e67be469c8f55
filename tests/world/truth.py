"""What is really so: which record is whom, in a file that no reader of the world may see."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

COLUMNS: Final = ("family", "key", "slot", "kind", "true_id")


class Truth:
    """Writes `truth/records.csv`; `records` counts its rows."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "records.csv"
        self.records = 0
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("w", encoding="utf-8", newline="\n")
        self._file.write(",".join(COLUMNS) + "\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, family: str, key: str, slot: str, kind: str, true_id: str) -> None:
        """One record; no part may hold a comma or a quote (keys are numbers, links and ids)."""
        assert self._file is not None, "a Truth is used in a with statement"
        self._file.write(f"{family},{key},{slot},{kind},{true_id}\n")
        self.records += 1
