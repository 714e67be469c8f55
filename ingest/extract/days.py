"""Days as people write them: "2026-09-01", "1 Sept 2026", "Fri 12 June", "October 23, 2026", "23OCT26", "12/06/2026", "5.10.2026", "today",
"tomorrow", "on Friday"."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED: Final = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_WEEKDAY: Final = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
DAY: Final = (
    r"(?P<iso>20[0-9]{2}-[0-9]{2}-[0-9]{2})(?![0-9-])"
    r"|(?P<slashed>[0-9]{1,2}(?P<mark>[/.-])[0-9]{1,2}(?P=mark)(?:20)?[0-9]{2})(?![0-9/-])"
    rf"|{_WEEKDAY}(?:the\s+)?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s+)?(?P<month>{_NAMED})\.?(?:,?\s+(?P<year>20[0-9]{{2}})\b|(?P<short>[0-9]{{2}})\b|\b)"
    rf"|{_WEEKDAY}(?P<led>{_NAMED})\.?\s+(?P<at>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9:./])(?:,?\s+(?P<of>20[0-9]{{2}}))?\b"
    r"|(?P<near>today|tonight|tomorrow|yesterday|2day|2nite|tonite|tmrr?w|tmr|tomoz|2moro|2morrow)\b"
    # Not "sat", "sun" and "wed", which are words, unless with a capital, and not "Friday 13th".
    r"|(?:(?P<side>last|this)\s+)?(?P<weekday>mon|tues?|thu(?:rs)?|fri|(?-i:Sat|Sun|Wed)|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b(?!\s+(?:the\s+)?[0-9])"
)
"""A regex of a day; what it matched is read by read_day. Case does not count."""

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NEAR: Final = {"today": 0, "tonight": 0, "2day": 0, "2nite": 0, "tonite": 0, "yesterday": -1}
"""Days from when it is written; every other word for a near day is tomorrow."""


def read_day(match: re.Match[str], sent_at: str | None) -> tuple[date, float] | None:
    """(the day, how sure, 0 to 1); None for none of the calendar, or one that needs to know when it was written.

    A day without a year is the one nearest to when it was written; a weekday is the next, or the last where that is said,
    and none on that very weekday, when it may be today's. Days are written first, as in Britain."""
    sent = _day_of(sent_at)
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"]), 1.0
        if match["slashed"]:
            day, month, year = (int(part) for part in match["slashed"].split(match["mark"]))
            return date(year if year > 99 else 2000 + year, month, day), 1.0
        if match["near"]:
            return None if sent is None else (sent + timedelta(days=_NEAR.get(match["near"].lower(), 1)), 0.8)
        if match["weekday"]:
            return None if sent is None else _weekday(sent, match["weekday"], match["side"])
        month = _MONTHS.index((match["month"] or match["led"])[:3].lower()) + 1
        number, told = int(match["day"] or match["at"]), match["year"] or match["of"] or match["short"]
        if told:
            return date(int(told) % 2000 + 2000, month, number), 1.0
        return None if sent is None else (_nearest(sent, month, number), 0.9)
    except (ValueError, OverflowError):
        return None


def _weekday(sent: date, name: str, side: str | None) -> tuple[date, float] | None:
    ahead = (_WEEKDAYS.index(name[:3].lower()) - sent.weekday()) % 7
    if ahead == 0:
        return None
    return sent + timedelta(days=ahead - 7 if (side or "").lower() == "last" else ahead), 0.7


def _nearest(sent: date, month: int, day: int) -> date:
    """ValueError when no year around has such a day."""
    found = []
    for year in (sent.year - 1, sent.year, sent.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return min(found, key=lambda other: abs(other - sent))


def _day_of(sent_at: str | None) -> date | None:
    try:
        return date.fromisoformat(sent_at[:10]) if sent_at else None
    except ValueError:
        return None
