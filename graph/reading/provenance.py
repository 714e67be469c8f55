"""How do we know: the records behind an entity or a link."""

from __future__ import annotations

from collections.abc import Sequence

from graph.errors import InvalidValue
from graph.model import Entity, Link, Mention, MentionId, Revision, Truncation, View
from graph.reading import cursors
from graph.reading.answers import Provenance, Statement
from graph.reading.links import between
from graph.reading.reading import Reading
from graph.reading.values import page, rows_of_all
from graph.store.base import Store

_AT_ONCE = 1_000
"""Mentions of an entity that are read with those of others; one with more is read by itself, a page."""


def of_entity(store: Store, view: View, mid: bytes, after: str | None, limit: int) -> Provenance | None:
    """See Graph.provenance."""
    view, _ = cursors.resume("provenance", view, after, [str])
    entity = Reading(store, view).resolve([mid])[0]
    if entity is None:
        return None
    rows, truncated = page(store, view, entity, after, limit, "provenance")
    return Provenance(_statements(rows), entity.mention_count, truncated)


def of_link(store: Store, view: View, link_id: str, after: str | None, limit: int) -> Provenance | None:
    """See Graph.link_provenance."""
    kind, source, target = parse_link_id(link_id)
    cursors.at_least("limit", limit, 1)
    view, place = cursors.resume("provenance", view, after, [str])
    reading = Reading(store, view)
    start, end = reading.resolve([source, target])
    if start is None or end is None:
        return None
    found = [link for link in between(reading, [(start, end)]) if link.kind == kind]
    if not found:
        return None
    mids = _mentions_of(found[0])
    last = b"" if place is None else cursors.id_of(place[0])
    left = [mid for mid in mids if mid > last]
    shown = left[:limit]
    truncated = None
    if len(left) > limit:
        truncated = Truncation("limit", limit, cursors.cursor("provenance", view, [shown[-1].hex()]))
    rows = store.mentions(view, ids=shown) if shown else []
    return Provenance(_statements(rows), len(mids), truncated)


def of_entities(store: Store, view: View, entities: Sequence[Entity], limit: int) -> list[Provenance]:
    """See Graph.behind_entities."""
    cursors.at_least("limit", limit, 1)
    held = rows_of_all(store, view, [entity for entity in entities if entity.mention_count <= _AT_ONCE])
    pages: list[tuple[list[Mention], Truncation | None]] = []
    for entity in entities:
        if entity.id not in held:
            pages.append(page(store, view, entity, None, limit, "provenance"))
            continue
        rows = sorted(held[entity.id], key=lambda row: row.mid)
        last = cursors.cursor("provenance", view, [rows[limit - 1].mid.hex()]) if len(rows) > limit else None
        pages.append((rows[:limit], Truncation("limit", limit, last) if last else None))
    wanted = {row.mid: row for rows, _ in pages for row in rows}
    told = {s.mention: s for s in _statements([wanted[mid] for mid in sorted(wanted)])}
    return [
        Provenance(tuple(told[MentionId(row.mid)] for row in rows), entity.mention_count, truncated)
        for entity, (rows, truncated) in zip(entities, pages, strict=True)
    ]


def of_links(store: Store, view: View, links: Sequence[Link], limit: int) -> list[Provenance]:
    """See Graph.behind."""
    cursors.at_least("limit", limit, 1)
    behind = [_mentions_of(link) for link in links]
    wanted = sorted({mid for mids in behind for mid in mids[:limit]})
    rows = store.mentions(view, ids=wanted) if wanted else []
    told = {statement.mention: statement for statement in _statements(rows)}
    found = []
    for mids in behind:
        shown = mids[:limit]
        truncated = None
        if len(mids) > limit:
            truncated = Truncation("limit", limit, cursors.cursor("provenance", view, [shown[-1].hex()]))
        found.append(Provenance(tuple(told[MentionId(mid)] for mid in shown), len(mids), truncated))
    return found


def _mentions_of(link: Link) -> list[bytes]:
    return sorted({mid for episode in link.episodes for pair in episode.mentions for mid in pair})


def parse_link_id(text: str) -> tuple[str, bytes, bytes]:
    """(kind, source, target) of a link's id, "KIND:hex:hex"; InvalidValue when it isn't one."""
    kind, _, rest = text.partition(":")
    source, _, target = rest.partition(":")
    try:
        ends = bytes.fromhex(source), bytes.fromhex(target)
    except ValueError as error:
        raise InvalidValue("link id", text, "KIND:source:target with ids of 32 hex digits") from error
    if not kind or any(len(end) != 16 for end in ends):
        raise InvalidValue("link id", text, "KIND:source:target with ids of 32 hex digits")
    return kind, *ends


def _statements(rows: Sequence[Mention]) -> tuple[Statement, ...]:
    return tuple(
        Statement(
            MentionId(row.mid),
            row.kind,
            row.source,
            row.rec_key,
            row.slot,
            row.locator,
            row.observed_at,
            Revision(row.revision),
            row.derived_by,
        )
        for row in rows
    )
