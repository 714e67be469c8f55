"""When a file's content was observed, and whether it is all of its source, when the file does not say so itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Literal

from ingest.format import Basis, Input

_DAY = re.compile(r"(?<![0-9])(20[0-9]{2})-?([0-9]{2})-?([0-9]{2})(?![0-9])")


def day_in_name(name: str) -> datetime | None:
    """Midnight UTC of the first day that a file's name holds ("…-2026-09-18_1of32.txt"), None when it holds none."""
    for match in _DAY.finditer(name):
        try:
            return datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
        except ValueError:
            continue
    return None


_PART = re.compile(r"[_-]([0-9]+)of([0-9]+)(?![0-9])|part([0-9]+)_([0-9]+)(?![0-9])", re.IGNORECASE)


def part_in_name(name: str) -> str | None:
    """ "2 of 32" of a file whose name says that it is one of several ("…_2of32.txt", "…-part2_7.csv"); None of a whole."""
    match = _PART.search(name)
    if match is None:
        return None
    part, of = int(match[1] or match[3]), int(match[2] or match[4])
    return f"{part} of {of}" if of > 1 else None


def plausible(when: datetime) -> bool:
    """Whether a register that came with the computer age can have written then: in the years 2000 to 2099."""
    return 2000 <= when.year < 2100


def observed(file: Input) -> tuple[datetime, Basis]:
    """(when, where that comes from): the day in the file's name, else the clock."""
    day = day_in_name(file.name)
    return (day, "file name") if day else (file.now, "clock")


def stated(file: Input, rejected: int) -> tuple[Literal["STATED", "NO"], tuple[str, ...]]:
    """Whether the analyst's word makes a file without counts a complete snapshot, with a note when it can't."""
    if not file.complete:
        return "NO", ()
    part = part_in_name(file.name)
    if part:
        # It would end what the other parts hold.
        return "NO", (f"Not taken as complete: by its name it is part {part}.",)
    if rejected:
        return "NO", (
            f"Not taken as complete: {rejected} records were rejected, and may be those that seem missing.",
        )
    return "STATED", ()
