"""Birth dates as tables write them: (year, month, day), 0 for a part that is not told.

Whether 03/04 is the third of April or the fourth of March is taken from the column's own clear dates; where these tell
nothing, day first. A pair of dates that differ in this order alone is its own level, so nothing hangs on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

Born = tuple[int, int, int]

_MONTHS: Final = {
    name: n
    for n, name in enumerate(
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1
    )
}
_NUMBERS: Final = re.compile(r"\d+")
_WORDS: Final = re.compile(r"[A-Z]{3,}")
_ERA: Final = 26
"""Two-digit years up to this are of the 2000s."""


def day_first(texts: Iterable[str]) -> bool:
    """Whether the day comes before the month in dates whose year is last; True where there is no telling."""
    first = second = 0
    for text in texts:
        parts = _NUMBERS.findall(text)
        if len(parts) >= 3 and len(parts[0]) <= 2 and len(parts[1]) <= 2:
            a, b = int(parts[0]), int(parts[1])
            first += 12 < a <= 31 and b <= 12
            second += 12 < b <= 31 and a <= 12
    return first >= second


def born(text: str, *, days_lead: bool) -> Born | None:
    """The parts of a date however written; None where there is no year in it. Days that no calendar has are kept: they
    are slips that compare."""
    upper = text.upper()
    numbers = _NUMBERS.findall(upper)
    named = next((_MONTHS[w[:3]] for w in _WORDS.findall(upper) if w[:3] in _MONTHS), 0)
    if not numbers:
        return None
    if named:
        years = [n for n in numbers if len(n) == 4]
        rest = [int(n) for n in numbers if len(n) <= 2]
        if years:
            return int(years[0]), named, rest[0] if rest else 0
        return (_year(rest[-1]), named, rest[0]) if len(rest) >= 2 else None
    if len(numbers) == 1:
        return _solid(numbers[0])
    if len(numbers[0]) == 4:
        month, day = int(numbers[1]), int(numbers[2][:2]) if len(numbers) > 2 else 0
        return int(numbers[0]), *((day, month) if month > 12 >= day > 0 else (month, day))
    if len(numbers) == 2:
        return (int(numbers[1]), int(numbers[0]), 0) if len(numbers[1]) == 4 else None
    a, b, year = int(numbers[0]), int(numbers[1]), int(numbers[2])
    day, month = (a, b) if days_lead else (b, a)
    if month > 12 >= day:
        day, month = month, day
    return _year(year) if len(numbers[2]) <= 2 else year, month, day


def _solid(digits: str) -> Born | None:
    """A date without separators: YYYYMMDD, DDMMYYYY where only that can be, or a year."""
    if len(digits) == 8:
        year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
        late = int(digits[4:])
        if not 1850 <= year <= 2100 and 1850 <= late <= 2100:
            return late, int(digits[2:4]), int(digits[:2])
        return year, month, day
    if len(digits) == 6 and 1850 <= int(digits[:4]) <= 2100:
        return int(digits[:4]), int(digits[4:]), 0
    return (int(digits), 0, 0) if len(digits) == 4 else None


def _year(two: int) -> int:
    return two if two > 99 else 2000 + two if two <= _ERA else 1900 + two
