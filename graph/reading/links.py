"""Links between entities, put together from mention links: episodes, in a defined order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar

from graph.model import Entity, Episode, Link, MentionId, MentionLink
from graph.reading.reading import Reading

T = TypeVar("T")
Interval = tuple[str | None, str | None]

_PAIRS_A_CALL = 2000


def links(reading: Reading, rows: Iterable[MentionLink]) -> list[Link]:
    """The links that mention-link rows make, by id; the entities at their ends are worked out in one go."""
    rows = list({row.row: row for row in rows}.values())
    reading.ends(rows)
    found: dict[tuple[str, bytes, bytes], list[MentionLink]] = {}
    ends: dict[tuple[str, bytes, bytes], tuple[Entity, Entity]] = {}
    for row in rows:
        source, target = reading.at(row.from_comp, row.from_grp), reading.at(row.to_comp, row.to_grp)
        key = (row.kind, source.id, target.id)
        found.setdefault(key, []).append(row)
        ends[key] = (source, target)
    return [Link(key[0], *ends[key], episodes(found[key])) for key in sorted(found)]


def between(reading: Reading, pairs: Iterable[tuple[Entity, Entity]]) -> list[Link]:
    """The links from the first to the second entity of each pair, by id."""
    wanted = {(a.id, b.id): (a.comp, b.comp) for a, b in pairs}
    comps = sorted(set(wanted.values()))
    rows: list[MentionLink] = []
    for start in range(0, len(comps), _PAIRS_A_CALL):
        rows += reading.store.links(reading.view, between=comps[start : start + _PAIRS_A_CALL])
    return [link for link in links(reading, rows) if (link.source.id, link.target.id) in wanted]


def episodes(rows: Sequence[MentionLink]) -> tuple[Episode, ...]:
    """Mention links of one link as episodes: equal (role, properties) that overlap or adjoin become one.

    Ordered by (valid_from, unknown first; valid_to, open last; role; properties)."""
    if len(rows) == 1:  # nearly all: nothing to coalesce or order
        (row,) = rows
        props = _properties(_canonical(row.props))
        ends = ((MentionId(row.from_mid), MentionId(row.to_mid)),)
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
    return tuple(sorted({(MentionId(row.from_mid), MentionId(row.to_mid)) for row in rows}))


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
