"""What is asked for: how many companies, over which days. Every file of a run is drawn from one plan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

FAMILIES: Final = ("aircraft", "chat", "device", "listings")
"""What may be grown beside the registers and flights, for the same people."""
CAST: Final = "cast"
"""Grown instead: of these families, only the files in which the story's cast are."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. `months` are the days of the snapshots; the streams and flights go on to `end`, which is not in them."""

    companies: int
    seed: int
    months: tuple[date, ...]
    end: date
    story: bool = False
    families: frozenset[str] = frozenset()

    def windows(self) -> list[tuple[date, date]]:
        """Each snapshot's day with the day before which its month's events and flights lie."""
        return list(zip(self.months, (*self.months[1:], self.end), strict=True))


def make_plan(
    companies: int, seed: int, months: int, story: bool, as_of: date, families: Collection[str] = ()
) -> Plan:
    """The plan for `months` snapshots, the first one on the first of `as_of`'s month; the last month is part-filled."""
    if not 200 <= companies <= 1_000_000:
        raise ValueError(f"companies is {companies}; a world has 200 to 1,000,000")
    if not 1 <= months <= 36:
        raise ValueError(f"months is {months}; a world has 1 to 36")
    if seed < 0:
        raise ValueError(f"seed is {seed}; seeds are not negative")
    if story and months < 3:
        raise ValueError(f"months is {months}; the story takes 3 or more")
    if unknown := set(families) - {*FAMILIES, CAST}:
        raise ValueError(f"families has {sorted(unknown)}; there are {', '.join(FAMILIES)}")
    days = tuple(_month(as_of, step) for step in range(months))
    return Plan(companies, seed, days, days[-1].replace(day=21), story, frozenset(families))


def _month(day: date, step: int) -> date:
    count = day.year * 12 + day.month - 1 + step
    return date(count // 12, count % 12 + 1, 1)
