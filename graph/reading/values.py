"""What an entity's mentions say: values with who says them, and the mentions themselves."""

from __future__ import annotations

import json
from collections.abc import Sequence

from graph.episodes import Interval, coalesce, holds_on
from graph.model import Entity, Mention, MentionId, Truncation, Value, View
from graph.reading import cursors
from graph.reading.answers import MentionPage, Values
from graph.store.base import Store

_GROUPS_A_CALL = 1000


def page(
    store: Store, view: View, entity: Entity, after: str | None, limit: int, what: str = "mentions"
) -> tuple[list[Mention], Truncation | None]:
    """Mentions of an entity by id, after a cursor's, and what cut them."""
    cursors.at_least("limit", limit, 1)
    view, place = cursors.resume(what, view, after, [str])
    last = None if place is None else cursors.id_of(place[0])
    groups = sorted(group.grp for group in entity.groups)
    got = store.mentions(view, groups=groups, after=last, limit=limit + 1)
    if len(got) <= limit:
        return got, None
    got = got[:limit]
    return got, Truncation("limit", limit, cursors.cursor(what, view, [got[-1].mid.hex()]))


def mentions(store: Store, view: View, entity: Entity, after: str | None, limit: int) -> MentionPage:
    """See Graph.mentions."""
    got, truncated = page(store, view, entity, after, limit)
    return MentionPage(tuple(got), entity.mention_count, truncated)


def values(store: Store, view: View, entity: Entity, after: str | None, limit: int) -> Values:
    """See Graph.values."""
    got, truncated = page(store, view, entity, after, limit, "values")
    return Values(
        tuple(merge([m for m in got if holds_on((m.valid_from, m.valid_to), view.valid)])), truncated
    )


def values_of_all(store: Store, view: View, entities: Sequence[Entity], limit: int) -> list[Values]:
    """See Graph.values_of_all."""
    cursors.at_least("limit", limit, 1)
    small = [entity for entity in entities if entity.mention_count <= limit]
    rows = rows_of_all(store, view, small)
    return [
        Values(
            tuple(merge([m for m in rows[entity.id] if holds_on((m.valid_from, m.valid_to), view.valid)])),
            None,
        )
        if entity.id in rows
        else values(store, view, entity, None, limit)
        for entity in entities
    ]


def rows_of_all(store: Store, view: View, entities: Sequence[Entity]) -> dict[bytes, list[Mention]]:
    """All mentions of each entity, in no order, by entity id; as few reads as there are thousands of groups."""
    owner = {group.grp: entity.id for entity in entities for group in entity.groups}
    rows: dict[bytes, list[Mention]] = {entity.id: [] for entity in entities}
    groups = sorted(owner)
    for start in range(0, len(groups), _GROUPS_A_CALL):
        for row in store.mentions(view, groups=groups[start : start + _GROUPS_A_CALL]):
            rows[owner[row.grp]].append(row)
    return rows


def merge(rows: list[Mention]) -> list[Value]:
    """The values of mentions by (property, value, valid_from): equal ones whose intervals meet become one."""
    said: dict[tuple[str, str], list[tuple[Interval, tuple[Mention, str | None]]]] = {}
    for row in rows:
        for name, pairs in json.loads(row.props or "{}").items():
            for value, original in pairs:
                said.setdefault((name, value), []).append(((row.valid_from, row.valid_to), (row, original)))
    return [
        Value(
            name,
            value,
            tuple(sorted({original for _, original in sayings if original is not None})),
            tuple(sorted({MentionId(row.mid) for row, _ in sayings})),
            start,
            end,
        )
        for (name, value), dated in sorted(said.items())
        for (start, end), sayings in coalesce(dated)
    ]
