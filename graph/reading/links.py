"""Links between entities, put together from mention links, in a defined order."""

from __future__ import annotations

from collections.abc import Iterable

from graph.model import Entity, Link, MentionLink
from graph.reading.reading import Reading

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
    return [Link(key[0], *ends[key], tuple(found[key])) for key in sorted(found)]


def between(reading: Reading, pairs: Iterable[tuple[Entity, Entity]]) -> list[Link]:
    """The links from the first to the second entity of each pair, by id."""
    wanted = {(a.id, b.id): (a.comp, b.comp) for a, b in pairs}
    comps = sorted(set(wanted.values()))
    rows: list[MentionLink] = []
    for start in range(0, len(comps), _PAIRS_A_CALL):
        rows += reading.store.links(reading.view, between=comps[start : start + _PAIRS_A_CALL])
    return [link for link in links(reading, rows) if (link.source.id, link.target.id) in wanted]
