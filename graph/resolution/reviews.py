"""What a person should look at: proposals that nobody has judged yet, those first that would change most.

Proposals are found in the decisions kept (truth), and hold where the reader's view has them standing as UNSURE."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import duckdb

from graph.model import Entity, Mention, Pair, Truncation, View
from graph.reading import cursors
from graph.reading.reading import Reading
from graph.resolution.clusters import JUDGEMENT
from graph.resolution.supposing import Supposing, moved
from graph.store.base import Store

MOST: Final = 2000
"""Proposals, the strongest, that are put in order of what they would change."""
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Review:
    """A proposal, and the two entities that it would make one. impact: mentions that would change their entity, were the two judged
    SAME: those of the smaller, and what moves besides where something is kept apart."""

    pair: Pair
    a: Entity
    b: Entity
    impact: int

    @property
    def place(self) -> tuple[int, int, str]:
        return -self.impact, -round((self.pair.strength or 0.0) * 10_000), self.pair.id


@dataclass(frozen=True, slots=True)
class Reviews:
    """A page. total: of all that are found; exact says whether there may be more beyond the strongest MOST."""

    reviews: tuple[Review, ...]
    total: int
    exact: bool
    truncated: Truncation | None


def reviews(
    store: Store, view: View, files: Sequence[Path], kind: str | None, after: str | None, limit: int
) -> Reviews:
    """The proposals open for a reader, by impact, then strength, then id. files: the decisions up to the view's revision.

    kind: only of entities of this kind."""
    view, place = cursors.resume("reviews", view, after, [int, int, str])
    found: list[Review] = []
    exact = True
    proposed = _proposed(files)
    while some := list(islice(proposed, _AT_ONCE)):
        found += _open(store, view, some, kind)
        if len(found) >= MOST:
            found, exact = found[:MOST], False
            break
    found.sort(key=lambda review: review.place)
    done: tuple[Any, ...] = () if place is None else tuple(place)
    left = [review for review in found if review.place > done]
    shown = left[:limit]
    cut = None
    if len(left) > limit:
        cut = Truncation("limit", limit, cursors.cursor("reviews", view, shown[-1].place))
    return Reviews(tuple(shown), len(found), exact, cut)


def _proposed(files: Sequence[Path]) -> Iterator[tuple[bytes, bytes]]:
    """(a, b) of every pair ever proposed, the strongest first."""
    if not files:
        return
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        yield from con.execute(
            f"""SELECT a, b FROM read_parquet([{names}]) WHERE verdict = 'UNSURE' GROUP BY a, b
                ORDER BY max(coalesce(strength, 0)) DESC, a, b"""
        ).fetchall()


def _open(store: Store, view: View, some: Sequence[tuple[bytes, bytes]], kind: str | None) -> list[Review]:
    """Those of some pairs that the reader sees standing as proposals, unjudged, between two entities; in their order."""
    mids = sorted({mid for pair in some for mid in pair})
    mentions: dict[bytes, Mention] = {m.mid: m for m in store.mentions(view, ids=mids)}
    seen = [pair for pair in some if pair[0] in mentions and pair[1] in mentions]
    comps = sorted({mentions[mid].comp for pair in seen for mid in pair})
    if not comps:
        return []
    standing: dict[tuple[bytes, bytes], Pair] = {}
    judged: set[frozenset[bytes]] = set()
    reading = Reading(store, view)
    reading.load(comps)
    said = store.pairs(view, comps)
    reading.load({comp for pair in said for comp in (pair.comp, pair.other)})
    for pair in said:
        if pair.by == JUDGEMENT:
            judged.add(
                frozenset((reading.at(pair.comp, pair.grp_a).id, reading.at(pair.other, pair.grp_b).id))
            )
        elif pair.verdict == "UNSURE":
            standing[pair.a, pair.b] = pair
    odd = {comp for pair in said if pair.verdict == "DIFFERENT" for comp in (pair.comp, pair.other)}
    found = []
    for ends in seen:
        held = standing.get(ends)
        if held is None:
            continue
        a, b = reading.at(held.comp, held.grp_a), reading.at(held.other, held.grp_b)
        if a.id == b.id or frozenset((a.id, b.id)) in judged or kind not in (None, a.kind, b.kind):
            continue
        impact = min(a.mention_count, b.mention_count)
        if odd & {held.comp, held.other}:
            impact = _impact(store, view, held)
        found.append(Review(held, a, b, impact))
    return found


def _impact(store: Store, view: View, pair: Pair) -> int:
    """As Review.impact, worked out: a judgement goes before what now holds clusters together."""
    world = Supposing(store, view, [pair.a, pair.b])
    before = world.clusters()
    world.say(pair.a, pair.b, "SAME")
    return moved(before, world.clusters())
