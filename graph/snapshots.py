"""Snapshots of a source: what states all of it, alone or in parts, and which bytes say something new.

A register comes in 7 parts, controllers in 32. Each part is a revision; the one that comes last, in whatever order,
is the revision in which the whole ends what none of the parts holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.ledger import Line
from graph.model import Revision
from graph.projection.endings import Snapshot

COMPLETE = "+complete"
"""The end of a digest of bytes that the analyst said to be complete: saying so says something new."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one file says of the snapshot that it is a part of: `number` of `of`, from 1, as its name has it.

    stem: the name without the part. day: the day in the name, else that of the clock. stated: the analyst said that
    it is complete. read: records by what a trailer counts, None in formats without trailers. counted: the trailer's
    counts of all parts together, where it is in this one. fault: why the whole can't be complete with it, "" if it can.
    """

    format: str
    stem: str
    day: str
    number: int
    of: int
    stated: bool = False
    read: Mapping[str, int] | None = None
    counted: Mapping[str, str] | None = None
    fault: str = ""

    def of_one_snapshot(self, other: Part) -> bool:
        """Whether both are parts of the same snapshot of their source."""
        return (self.format, self.stem, self.day, self.of) == (
            other.format, other.stem, other.day, other.of,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Whole:
    """What the parts of a snapshot that are in come to with the one that comes.

    since: UTC ISO-8601, the least time at which one was observed; "" when they are not complete, and note says why
    not ("" when nobody said that they were). beside: the revisions of the others."""

    since: str
    beside: tuple[Revision, ...] = ()
    note: str = ""


def whole(part: Part, observed_at: str, lines: Iterable[Line]) -> Whole:
    """What a part that comes, observed at an instant ("" when it has no record), and its source's lines make.

    Of a part that came several times the last counts."""
    parts, seen, revisions = {}, {}, {}
    for line in lines:
        told = part_of(line)
        if told and told.of_one_snapshot(part):
            parts[told.number], seen[told.number] = told, str(line.content["observed_at"])
            revisions[told.number] = line.revision
    revisions.pop(part.number, None)
    parts[part.number], seen[part.number] = part, observed_at
    note = _lacking(part, parts)
    if note is not None:
        return Whole("", note=note)
    # The earliest: a part that comes once more, corrected, must not be older than what it is part of.
    since = min((at for at in seen.values() if at), default="")
    return Whole(
        since, tuple(sorted(revisions.values())), "" if since else "Not taken as complete: no records."
    )


def part_of(line: Line) -> Part | None:
    """The part of a snapshot that a ledger line brought, if it did."""
    told = line.content.get("part")
    return Part(**told) if told else None


def _lacking(last: Part, parts: Mapping[int, Part]) -> str | None:
    """Why these parts are no complete snapshot; None when they are, "" when nobody said that they were."""
    stated = [n for n, part in parts.items() if part.stated]
    if not stated and all(part.read is None for part in parts.values()):
        return ""
    for number, part in sorted(parts.items()):
        if part.fault:
            return f"Not taken as complete: in part {number} of {part.of}, {part.fault}."
    missing = sorted(set(range(1, last.of + 1)) - set(parts))
    if missing:
        are = "is" if len(missing) == 1 else "are"
        return f"Part {last.number} of {last.of}: ends nothing until {_numbers(missing)} {are} in."
    trailers = [part.counted for part in parts.values() if part.counted is not None]
    if trailers:
        return _miscounted(trailers, parts.values())
    unsaid = sorted(set(parts) - set(stated))
    if unsaid and not stated:
        return "Not taken as complete: no part has a trailer with counts; are they whole?"
    return f"Not taken as complete: without --complete came {_numbers(unsaid)}." if unsaid else None


def _miscounted(trailers: Sequence[Mapping[str, str]], parts: Iterable[Part]) -> str | None:
    held: Counter[str] = Counter()
    for part in parts:
        held.update(part.read or {})
    wrong = [
        f"{name} {stated}, the parts hold {held[name]}"
        for counted in trailers
        for name, stated in counted.items()
        if stated != str(held[name])
    ]
    return f"Not taken as complete: the trailer says {'; '.join(wrong)}." if wrong else None


def _numbers(numbers: Sequence[int]) -> str:
    """ "part 2", "parts 2 to 32" or "parts 2, 4 to 6 and 9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [
        text
        for run in runs
        for text in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(number) for number in run])
    ]
    listed = told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
    return f"part{'' if len(numbers) == 1 else 's'} {listed}"


def held_since(
    brought: Sequence[Line], observed_at: str, *, dated: bool, part: Part | None
) -> Revision | None:
    """The revision since which bytes are held, by the lines that brought them; None when they say something new.

    dated: observed_at is what the file's own name says. Bytes that are back after others (a register of October and
    of December alike) say something new under a later date; so does another part of one snapshot that is alike."""
    if not brought:
        return None
    if dated and all(str(line.content.get("observed_at", "~")) < observed_at for line in brought):
        return None
    parts = [told for line in brought if (told := part_of(line))]
    siblings = {told.number for told in parts if part and told.of_one_snapshot(part)}
    if part and siblings and part.number not in siblings:
        return None
    return brought[0].revision


def held_snapshots(lines: Iterable[Line]) -> list[Snapshot]:
    """The complete snapshots that a source's lines brought."""
    return [Snapshot(**told) for line in lines if (told := line.content.get("snapshot"))]
