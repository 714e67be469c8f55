"""A watched entity gains a link.

CREATED: no link of that kind stood, before the revision, between what the two ends come from. UPDATED: one did, and
records say it anew: other dates, another role, another record, or the ends are now others' too.

What an end comes from: before the revision, the entities that held one of its identifiers, or one of its mentions
that hold none (or the link's own mention, while it held none). So a link that a merge brings along is no creation,
nor one that another record restates; but a record that now names another company makes a new link, whatever its
mention was before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from analytics.alerts.base import MOST_TIES, Change, Fired, Seen, Tie
from graph.model import Entity, MentionLink
from graph.reading.reading import Reading
from graph.watches import Watch

_PAIRS_A_CALL: Final = 2000

LinkKey = tuple[str, bytes, bytes]
"""Kind and the ends' entity ids at the revision: a link."""

_Old = dict[tuple[str, bytes, bytes], set[tuple[str, ...]]]
"""What mention links said before, by (kind, from, to)."""


class NewLink:
    """See the module."""

    name = "new_link"

    def fire(self, seen: Seen, watches: Sequence[Watch]) -> list[tuple[str, Fired]]:
        seen.now.ends(seen.ties)
        watching = _watching(seen.now, watches)
        links: dict[LinkKey, list[MentionLink]] = {}
        for tie in seen.ties:
            key = _key(seen.now, tie)
            if any(
                not watch.link_kinds or tie.kind in watch.link_kinds
                for end in key[1:]
                for watch in watching.get(end, ())
            ):
                links.setdefault(key, []).append(tie)
        if not links:
            return []
        then = _Then(seen, links)
        fired: list[tuple[str, Fired]] = []
        for key in sorted(links):
            news = [tie for tie in links[key] if then.news(tie)]
            if news:
                fired += _alerts(key, news, then.stood(key), watching)
        return fired


RULE: Final = NewLink()


def _watching(now: Reading, watches: Sequence[Watch]) -> dict[bytes, list[Watch]]:
    """The watches on each entity; an identifier that several hold is watched in all of them."""
    found: dict[bytes, list[Watch]] = {}
    mentioned = [watch for watch in watches if watch.mention is not None]
    for watch, entity in zip(
        mentioned, now.resolve([watch.mention or b"" for watch in mentioned]), strict=True
    ):
        if entity is not None:
            found.setdefault(entity.id, []).append(watch)
    keyed = [(watch, key) for watch in watches for key in watch.keys]
    for (watch, _), held in zip(keyed, now.by_keys([key for _, key in keyed]), strict=True):
        for entity in held:
            others = found.setdefault(entity.id, [])
            if watch not in others:
                others.append(watch)
    return found


def _key(reading: Reading, link: MentionLink) -> LinkKey:
    return (
        link.kind,
        reading.at(link.from_comp, link.from_grp).id,
        reading.at(link.to_comp, link.to_grp).id,
    )


def _alerts(
    key: LinkKey, news: list[MentionLink], stood: bool, watching: dict[bytes, list[Watch]]
) -> list[tuple[str, Fired]]:
    kind, source, target = key
    owners: dict[str, set[str]] = {}
    for end in (source, target):
        for watch in watching.get(end, ()):
            if not watch.link_kinds or kind in watch.link_kinds:
                owners.setdefault(watch.owner, set()).add(watch.id)
    ties = sorted({Tie(link.from_mid, link.to_mid, link.label) for link in news})
    text = f"{kind}:{source.hex()}:{target.hex()}"
    change: Change = "UPDATED" if stood else "CREATED"
    return [
        (
            owner,
            Fired(
                RULE.name, text, change, kind, source, target,
                tuple(sorted(ids)), tuple(ties[:MOST_TIES]), len(ties),
            ),
        )
        for owner, ids in sorted(owners.items())
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Mention:
    """Where one of the links' own mentions was before: its entity, and the keys that it held."""

    entity: Entity
    keys: tuple[str, ...]


class _Then:
    """What stood before the revision around some links, read for all of them at once."""

    def __init__(self, seen: Seen, links: dict[LinkKey, list[MentionLink]]) -> None:
        self._before, self._now = seen.before, seen.now
        self._links = links
        ends: dict[bytes, Entity] = {}
        for link in (link for ties in links.values() for link in ties):
            for comp, grp in ((link.from_comp, link.from_grp), (link.to_comp, link.to_grp)):
                entity = self._now.at(comp, grp)
                ends[entity.id] = entity
        self._read_mentions(ends.values())
        self._holders = self._read_holders(ends.values())
        self._from = {mid: self._predecessors(entity) for mid, entity in ends.items()}
        self._said: _Old = {}
        self._stood: set[tuple[str, bytes, bytes]] = set()
        self._read_links()

    def news(self, tie: MentionLink) -> bool:
        """Whether a mention link says what it did not say before, or its ends hold other identifiers."""
        return self._content(tie, now=True) not in self._said.get((tie.kind, tie.from_mid, tie.to_mid), ())

    def stood(self, key: LinkKey) -> bool:
        """Whether a link of the kind stood between what the ends come from."""
        starts, ends = self._sources(key)
        return any((key[0], a, b) in self._stood for a in starts for b in ends)

    def _sources(self, key: LinkKey) -> tuple[set[bytes], set[bytes]]:
        """Ids, before, of what the two ends of a link come from."""
        found: list[set[bytes]] = []
        for end, mids in zip(
            key[1:],
            zip(*((link.from_mid, link.to_mid) for link in self._links[key]), strict=True),
            strict=True,
        ):
            own = (self._mentions[mid] for mid in mids if mid in self._mentions)
            found.append({*self._from[end], *(one.entity.id for one in own if not one.keys)})
        return found[0], found[1]

    def _read_mentions(self, ends: Iterable[Entity]) -> None:
        """The links' own mentions, and those of the ends that hold no identifier, as they stood."""
        own = {mid for ties in self._links.values() for link in ties for mid in (link.from_mid, link.to_mid)}
        bare = {group.anchor for entity in ends for group in entity.groups if not group.keys}
        wanted = sorted(own | bare)
        rows = self._before.store.mentions(self._before.view, ids=wanted) if wanted else []
        self._before.load({row.comp for row in rows})
        self._mentions: dict[bytes, _Mention] = {}
        for row in rows:
            entity = self._before.at(row.comp, row.grp)
            self._mentions[row.mid] = _Mention(entity, _keys(entity, row.grp))

    def _read_holders(self, ends: Iterable[Entity]) -> dict[str, tuple[Entity, ...]]:
        keys = sorted({key for entity in ends for group in entity.groups for key in group.keys})
        return dict(zip(keys, self._before.by_keys(keys), strict=True))

    def _predecessors(self, entity: Entity) -> dict[bytes, Entity]:
        found: dict[bytes, Entity] = {}
        for group in entity.groups:
            for key in group.keys:
                found |= {one.id: one for one in self._holders[key]}
            if not group.keys and group.anchor in self._mentions:
                was = self._mentions[group.anchor].entity
                found[was.id] = was
        return found

    def _read_links(self) -> None:
        """Mention links between what the ends come from, and those of the links' own mentions."""
        pairs: set[tuple[int, int]] = set()
        by_id: dict[bytes, int] = {
            one.id: one.comp for found in self._from.values() for one in found.values()
        }
        by_id |= {one.entity.id: one.entity.comp for one in self._mentions.values()}
        for key in self._links:
            starts, ends = self._sources(key)
            pairs |= {(by_id[a], by_id[b]) for a in starts for b in ends}
        ordered = sorted(pairs)
        for at in range(0, len(ordered), _PAIRS_A_CALL):
            rows = self._before.store.links(self._before.view, between=ordered[at : at + _PAIRS_A_CALL])
            self._before.ends(rows)
            for row in rows:
                self._stood.add(_key(self._before, row))
                said = self._said.setdefault((row.kind, row.from_mid, row.to_mid), set())
                said.add(self._content(row, now=False))

    def _content(self, link: MentionLink, *, now: bool) -> tuple[str, ...]:
        reading = self._now if now else self._before
        keys = (
            json.dumps(_keys(reading.at(comp, grp), grp))
            for comp, grp in ((link.from_comp, link.from_grp), (link.to_comp, link.to_grp))
        )
        props = json.dumps(json.loads(link.props), sort_keys=True) if link.props else ""
        return (link.role, link.valid_from or "", link.valid_to or "", props, *keys)


def _keys(entity: Entity, grp: int) -> tuple[str, ...]:
    return next(group.keys for group in entity.groups if group.grp == grp)
