"""What happened to some entities, in time order: links that start and end, and dated properties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from graph.episodes import holds_on
from graph.model import Entity, Link, Mention, Truncation, Value, View
from graph.ontology import ontology
from graph.reading import cursors
from graph.reading.answers import Event, Timeline
from graph.reading.reach import Picks, links_to
from graph.reading.reading import Reading, unique
from graph.reading.survey import Surroundings, count, neighbours, survey
from graph.reading.values import merge
from graph.store.base import Store

MAX_BUCKET = 1000
"""Neighbours of one (link kind, direction, neighbour kind) above which their links are left off a timeline."""

MAX_MENTIONS = 10_000
"""Mentions above which an entity's own dates are left off."""

_DATED = ("date", "partial_date", "instant")
_Key = tuple[bool, str, str, bytes, str]


def timeline(store: Store, view: View, ids: Sequence[bytes], after: str | None, limit: int) -> Timeline:
    """See Graph.timeline."""
    cursors.at_least("limit", limit, 1)
    view, place = cursors.resume("timeline", view, after, [bool, str, str, str, str])
    reading = Reading(store, view)
    entities = sorted(unique(reading.resolve(ids)), key=lambda entity: entity.id)
    left_off: list[Truncation] = []
    found: dict[_Key, Event] = {}
    known: set[str] = set()
    for around in survey(reading, entities):
        for link in _links(reading, around, left_off):
            if link.id not in known:
                known.add(link.id)
                found |= _of_link(around.entity, link)
    for entity in entities:
        found |= _of_values(entity, _dated(reading, entity, left_off))
    keys = sorted(key for key in found if place is None or key > _key(place))
    if len(keys) > limit:
        unknown, date, what, mid, about = keys[limit - 1]
        text = cursors.cursor("timeline", view, [unknown, date, what, mid.hex(), about])
        left_off.insert(0, Truncation("limit", limit, text))
    return Timeline(tuple(found[key] for key in keys[:limit]), tuple(left_off))


def _links(reading: Reading, around: Surroundings, left_off: list[Truncation]) -> tuple[Link, ...]:
    """The links of the buckets that are small enough to date."""
    picks: Picks = {}
    for bucket in around.buckets:
        total = count(reading, around, bucket)
        if total.relation == "GTE" or total.value > MAX_BUCKET:
            way = f"{bucket.kind} {'OUT' if bucket.out else 'IN'} {bucket.nkind}"
            left_off.append(Truncation(f"neighbours of {around.entity.id.hex()}: {way}", MAX_BUCKET, None))
        else:
            picks[bucket] = list(neighbours(reading, around, [bucket]))
    return links_to(reading, around, picks)


def _dated(reading: Reading, entity: Entity, left_off: list[Truncation]) -> list[Value]:
    """The values of properties that the ontology calls dates, as stated on the view's day."""
    if entity.mention_count > MAX_MENTIONS:
        left_off.append(Truncation(f"mentions of {entity.id.hex()}", MAX_MENTIONS, None))
        return []
    groups = sorted(group.grp for group in entity.groups)
    rows = reading.store.mentions(reading.view, groups=groups)
    rows = [row for row in rows if holds_on((row.valid_from, row.valid_to), reading.view.valid)]
    names = {name for kind in {row.kind for row in rows} for name in _date_properties(kind)}
    return [value for value in merge(_without_intervals(rows)) if value.property in names]


def _without_intervals(rows: Iterable[Mention]) -> list[Mention]:
    """A date is an event once, however often the record that states it was in force."""
    return [row._replace(valid_from=None, valid_to=None) for row in rows]


def _date_properties(kind: str) -> list[str]:
    known = ontology().kinds.get(kind)
    return [] if known is None else [name for name, of in known.properties.items() if of in _DATED]


def _of_link(entity: Entity, link: Link) -> dict[_Key, Event]:
    events: dict[_Key, Event] = {}
    for number, episode in enumerate(link.episodes):
        about = f"{link.id}#{number:06}"
        for what, text in _ends(episode.valid_from, episode.valid_to):
            date = _order(text)
            events[_place(date, what, entity, about)] = Event(date, what, entity, link=link, episode=episode)
    return events


def _ends(start: str | None, end: str | None) -> Iterator[tuple[Literal["STARTED", "ENDED"], str | None]]:
    yield "STARTED", start
    if end is not None:
        yield "ENDED", end


def _of_values(entity: Entity, values: Iterable[Value]) -> dict[_Key, Event]:
    return {
        _place(_order(value.value), "VALUE", entity, f"{value.property} {value.value}"): Event(
            _order(value.value), "VALUE", entity, property=value.property, value=value
        )
        for value in values
    }


def _order(text: str | None) -> str | None:
    """The part of a date or time that orders: a time without zone could be a different time of day elsewhere."""
    return text[:10] if text is not None and "T" in text and not text.endswith("Z") else text


def _place(date: str | None, what: str, entity: Entity, about: str) -> _Key:
    return date is None, date or "", what, entity.id, about


def _key(place: Sequence[cursors.Place]) -> _Key:
    unknown, date, what, mid, about = place
    return bool(unknown), str(date), str(what), cursors.id_of(mid), str(about)
