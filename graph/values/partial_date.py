"""Dates known to the day, the month or the year: an interval of days, and why we believe it."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from graph.errors import InvalidValue
from graph.values.base import ValueType

Precision = Literal["day", "month", "year"]
Basis = Literal["stated", "implausible"]

PLAUSIBLE = (1500, 2100)
"""Years from (inclusive) and to (exclusive) outside of which a stated date is kept but flagged implausible.

Registers hold royal charters from the 1500s on, and typing errors from the years 1083 to 9999 (formats.md 1.2)."""

_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:[T ].*)?)?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """The days from earliest to latest, both included. basis "implausible": as stated, but hardly meant."""

    earliest: date
    latest: date
    precision: Precision
    basis: Basis = "stated"

    @property
    def text(self) -> str:
        """ISO 8601 to the precision: "2019", "2019-01", "2019-01-25"."""
        return self.earliest.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]


@lru_cache(maxsize=65_536)
def parse(raw: str) -> PartialDate:
    """A date of ISO form to the day, month or year; raises InvalidValue, also for days that no calendar has.

    A time after the day is left off: registers write midnights and batch times there, not events.
    """
    match = _FORM.fullmatch(raw.strip())
    try:
        if match is None:
            raise ValueError
        year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
        if match[3]:
            return PartialDate(date(year, month, day), date(year, month, day), "day", _basis(year))
        if match[2]:
            return PartialDate(
                date(year, month, 1), date(year, month, monthrange(year, month)[1]), "month", _basis(year)
            )
        return PartialDate(date(year, 1, 1), date(year, 12, 31), "year", _basis(year))
    except ValueError as error:
        raise InvalidValue("partial_date", raw[:80], "a date such as 2019-01-25, 2019-01 or 2019") from error


def _basis(year: int) -> Basis:
    return "stated" if PLAUSIBLE[0] <= year < PLAUSIBLE[1] else "implausible"


def of_month(year: int, month: int) -> PartialDate:
    """The month as a partial date; raises InvalidValue for a month or year that is none."""
    return parse(f"{year:04d}-{month:02d}" if 0 <= year <= 9999 and 0 <= month <= 99 else f"{year}-{month}")


def clean(raw: str) -> str:
    """ISO 8601 to the day, month or year, of a day that exists; a time after it is left off."""
    return parse(raw).text


def compare(a: str, b: str) -> float:
    """1.0 equal; 0.95 one contains the other; 0.6 day and month swapped; falling from 0.5 to 0 within 10 years."""
    if a == b:
        return 1.0
    x, y = parse(a), parse(b)
    if (x.earliest <= y.earliest and y.latest <= x.latest) or (
        y.earliest <= x.earliest and x.latest <= y.latest
    ):
        return 0.95
    if x.precision == y.precision == "day":
        m, n = x.earliest, y.earliest
        if (m.year, m.month, m.day) == (n.year, n.day, n.month):
            return 0.6
    gap = (y.earliest - x.latest).days if x.latest < y.earliest else (x.earliest - y.latest).days
    return max(0.0, 0.5 * (1 - gap / 3652))


VALUE = ValueType("partial_date", clean, compare)
