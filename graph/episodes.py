"""Episodes of a link: its mention links with equal role and properties, coalesced to unbroken intervals."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from graph.model import MentionId, MentionLink

T = TypeVar("T")
Interval = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Episode:
    """One interval of a link: adjacent or overlapping ones with equal role and properties are coalesced.

    valid_from, valid_to: ISO text, both days included; None is unknown or open. properties: by name; a list is a
    tuple. mentions: (from, to) mention ids of the mention links behind it, sorted; count: of those links."""

    role: str
    valid_from: str | None
    valid_to: str | None
    properties: tuple[tuple[str, object], ...]
    count: int
    mentions: tuple[tuple[MentionId, MentionId], ...]


def episodes(rows: Sequence[MentionLink]) -> tuple[Episode, ...]:
    """Mention links of one link as episodes: equal (role, properties) that overlap or adjoin become one.

    Ordered by (valid_from, unknown first; valid_to, open last; role; properties)."""
    if len(rows) == 1:  # nearly all: nothing to coalesce or order
        (row,) = rows
        props = _properties(_canonical(row.props))
        ends = _mentions(rows)
        return (Episode(row.role, row.valid_from, row.valid_to, props, 1, ends),)
    alike: dict[tuple[str, str], list[MentionLink]] = {}
    for row in rows:
        alike.setdefault((row.role, _canonical(row.props)), []).append(row)
    found = [
        Episode(role, start, end, _properties(props), len(members), _mentions(members))
        for (role, props), same in alike.items()
        for (start, end), members in coalesce([((row.valid_from, row.valid_to), row) for row in same])
    ]
    return tuple(
        sorted(found, key=lambda e: (*interval_key((e.valid_from, e.valid_to)), e.role, repr(e.properties)))
    )


def coalesce(dated: Iterable[tuple[Interval, T]]) -> list[tuple[Interval, list[T]]]:
    """Unbroken intervals, in order, with what they are made of. Both days count; None is open.

    Days adjoin when the next begins on the day after; a time that is not a day must overlap."""
    found: list[tuple[Interval, list[T]]] = []
    for (start, end), item in sorted(dated, key=lambda pair: interval_key(pair[0])):
        if found and _reaches(found[-1][0][1], start):
            (first, last), items = found[-1]
            items.append(item)
            found[-1] = ((first, None if last is None or end is None else _later(last, end)), items)
        else:
            found.append(((start, end), [item]))
    return found


def holds_on(interval: Interval, day: date | None) -> bool:
    """Whether an interval contains a day, by the days of its bounds; unknown bounds are open."""
    if day is None:
        return True
    text, (start, end) = day.isoformat(), interval
    return (start is None or start[: len(text)] <= text) and (
        end is None or text[: len(end)] <= end[: len(text)]
    )


def interval_key(interval: Interval) -> tuple[str, bool, str]:
    """Sorts intervals by start (unknown first), then end (open last)."""
    start, end = interval
    return start or "", end is None, end or ""


def _later(a: str, b: str) -> str:
    """The later of two ends: a month or a day reaches to its last instant."""
    return max(a, b, key=lambda text: (text + "~", text))


def _reaches(end: str | None, start: str | None) -> bool:
    if end is None or start is None or start <= end or start.startswith(end):
        return True
    return _next_day(end) == start


def _next_day(text: str) -> str | None:
    try:
        return (date.fromisoformat(text) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return None


def _mentions(rows: Sequence[MentionLink]) -> tuple[tuple[MentionId, MentionId], ...]:
    return tuple(sorted({(row.from_mid, row.to_mid) for row in rows}))  # type: ignore[misc]  # as stores give them


# Remembered: few texts are on many links ("ownership-of-shares-75-to-100-percent"), and what they give is immutable.
@lru_cache(maxsize=8192)
def _canonical(props: str | None) -> str:
    return json.dumps(json.loads(props), sort_keys=True, ensure_ascii=False) if props else "{}"


@lru_cache(maxsize=8192)
def _properties(canonical: str) -> tuple[tuple[str, object], ...]:
    return tuple((name, _frozen(value)) for name, value in sorted(json.loads(canonical).items()))


def _frozen(value: object) -> object:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return tuple((name, _frozen(item)) for name, item in sorted(value.items()))
    return value
