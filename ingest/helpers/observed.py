"""When a file's content was observed, and whether it is all of its source, when the file does not say so itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from graph.snapshots import Part
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
    found = _part(name)
    return f"{found[0]} of {found[1]}" if found else None


def _part(name: str) -> tuple[int, int, str] | None:
    """(which, of how many, the name without that) of a part."""
    match = _PART.search(name)
    if match is None:
        return None
    part, of = int(match[1] or match[3]), int(match[2] or match[4])
    stem = f"{name[: match.start()]}|{name[match.end() :]}".casefold()
    return (part, of, stem) if of > 1 else None


def _part_of(file: Input) -> tuple[int, int, str] | None:
    own, whole = _part(file.name), _part(file.archive)
    # The same member of each archive: archives of several members are as many snapshots.
    return own or (whole and (whole[0], whole[1], f"{whole[2]}/{file.name}".casefold()))


def _day(file: Input) -> datetime | None:
    return day_in_name(file.name) or day_in_name(file.archive)


def part(
    file: Input,
    format: str,
    fault: str,
    read: Mapping[str, int] | None = None,
    counted: Mapping[str, str] | None = None,
) -> Part | None:
    """What a file that is by its name one of several says of the whole snapshot; None of a file that is a whole.

    fault, read, counted: as in Part."""
    found = _part_of(file)
    if found is None:
        return None
    number, of, stem = found
    day = (_day(file) or file.now).date().isoformat()
    return Part(format, stem, day, number, of, file.complete, read, counted, fault)


def missing(rejected: int) -> str:
    """Why a file with rejects is not complete, "" without any."""
    return f"{rejected} records were rejected, and may be those that seem missing" if rejected else ""


def plausible(when: datetime) -> bool:
    """Whether a register that came with the computer age can have written then: in the years 2000 to 2099."""
    return 2000 <= when.year < 2100


def observed(file: Input) -> tuple[datetime, Basis]:
    """(when, where that comes from): the day in the file's name, or in its archive's, else the clock."""
    day = _day(file)
    return (day, "file name") if day else (file.now, "clock")


def stated(file: Input, rejected: int) -> tuple[Literal["STATED", "NO"], tuple[str, ...]]:
    """Whether the analyst's word makes a file without counts a complete snapshot, with a note when it can't."""
    if not file.complete:
        return "NO", ()
    of_several = _part_of(file)
    if of_several:
        # It would end what the other parts hold.
        number, of, _ = of_several
        return "NO", (f"Not taken as complete: by its name it is part {number} of {of}.",)
    if rejected:
        return "NO", (f"Not taken as complete: {missing(rejected)}.",)
    return "STATED", ()
