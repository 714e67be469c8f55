"""What a person should look at: proposals that nobody has judged yet, those first that would change most.

Proposals are found in the decisions kept (truth), and hold where the reader's view has them standing as UNSURE. All are gone
through for every page, and no more of them kept at a time than the page needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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

MOST: Final = 100_000
"""Open proposals that are put in order, the strongest; what is beyond is told as cut (`proposals`). Some 10 s of work."""
WORKED_OUT: Final = 200
"""Proposals beside a DIFFERENT, those of most mentions, of which what would move is worked out: that takes their whole component."""
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Review:
    """A proposal, and the two entities that it would make one. impact: mentions that would change their entity, were the two judged
    SAME: those of the smaller, and what moves besides where something is kept apart."""

    pair: Pair
    a: Entity
    b: Entity
    impact: int
    odd: bool = False
    """Whether something is kept apart beside it, so that more or less may move."""

    @property
    def place(self) -> tuple[int, int, str]:
        return -self.impact, -round((self.pair.strength or 0.0) * 10_000), self.pair.id


@dataclass(frozen=True, slots=True)
class Reviews:
    """A page. total: of all that are found; exact says whether there may be more beyond the strongest MOST. truncated: by "limit", with
    the cursor of the rest; by "proposals", of which there were more than are put in order."""

    reviews: tuple[Review, ...]
    total: int
    exact: bool
    truncated: tuple[Truncation, ...]


def reviews(
    store: Store, view: View, files: Sequence[Path], kind: str | None, after: str | None, limit: int
) -> Reviews:
    """The proposals open for a reader, by impact, then strength, then id. files: the decisions up to the view's revision.

    kind: only of entities of this kind."""
    view, place = cursors.resume("reviews", view, after, [int, int, str])
    done: tuple[Any, ...] = () if place is None else tuple(place)
    first, odd = _Least(limit + 1), _Least(WORKED_OUT)
    total = 0
    for total, review in enumerate(islice(_found(store, view, files, kind), MOST + 1), start=1):
        if total <= MOST:
            first.add(one for one in (odd.add([review]) if review.odd else [review]) if one.place > done)
    first.add(one for one in odd.cut() if one.place > done)
    worked = (replace(one, impact=_impact(store, view, one.pair)) for one in odd.held)
    first.add(one for one in worked if one.place > done)
    first.cut()
    left = first.held
    shown = left[:limit]
    cuts = []
    if len(left) > limit:
        cuts.append(Truncation("limit", limit, cursors.cursor("reviews", view, shown[-1].place)))
    if total > MOST:
        cuts.append(Truncation("proposals", MOST, None))
    return Reviews(tuple(shown), min(total, MOST), total <= MOST, tuple(cuts))


def still(store: Store, view: View, some: Iterable[Review], kind: str | None) -> list[Review]:
    """Those of some reviews that are open at a later view, as they stand there, in order."""
    ends = [(one.pair.a, one.pair.b) for one in some]
    found = [
        replace(one, impact=_impact(store, view, one.pair)) if one.odd else one
        for one in _open(store, view, ends, kind)
    ]
    return sorted(found, key=lambda review: review.place)


class _Least:
    """The first few by place of any number of reviews."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.held: list[Review] = []

    def add(self, some: Iterable[Review]) -> Sequence[Review]:
        """Those that are certainly not among the first."""
        self.held += some
        return self.cut() if len(self.held) >= 2 * self._most + _AT_ONCE else ()

    def cut(self) -> Sequence[Review]:
        """Keep the first, in order; gives the others."""
        ordered = sorted(self.held, key=lambda review: review.place)
        self.held = ordered[: self._most]
        return ordered[self._most :]


def _found(store: Store, view: View, files: Sequence[Path], kind: str | None) -> Iterator[Review]:
    """All that are open, those proposed most strongly first."""
    proposed = _proposed(files)
    while some := list(islice(proposed, _AT_ONCE)):
        yield from _open(store, view, some, kind)


def _proposed(files: Sequence[Path]) -> Iterator[tuple[bytes, bytes]]:
    """(a, b) of every pair ever proposed, the strongest first."""
    if not files:
        return
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        con.execute(
            f"""SELECT a, b FROM read_parquet([{names}]) WHERE verdict = 'UNSURE' GROUP BY a, b
                ORDER BY max(coalesce(strength, 0)) DESC, a, b"""
        )
        while rows := con.fetchmany(10 * _AT_ONCE):
            yield from rows


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
        apart = bool(odd & {held.comp, held.other})
        found.append(Review(held, a, b, min(a.mention_count, b.mention_count), apart))
    return found


def _impact(store: Store, view: View, pair: Pair) -> int:
    """As Review.impact, worked out: a judgement goes before what now holds clusters together."""
    world = Supposing(store, view, [pair.a, pair.b])
    before = world.clusters()
    world.say(pair.a, pair.b, "SAME")
    return moved(before, world.clusters())
