"""What entities would be if judgements were added: planned before they are made, in the eyes of one reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Final

from graph.access import PUBLIC
from graph.model import Group, Mention, Pair, View
from graph.resolution.clusters import JUDGEMENT, Cluster, cluster
from graph.store.base import Store

ALL_PAIRS: Final = 100
"""Pairs of those taken out and those who stay, up to which all are judged; beyond, as few as it takes as things stand."""
HOLDERS: Final = 2
"""Holders of a shared identifier, of those who stay, that one who is taken out is judged apart from: it then comes last among
its holders (clusters.py), and those who get the identifier later join the rest."""


class Supposing:
    """The components of some mentions as the reader sees them, with judgements added one by one. Every mention that is named is
    a group of its own, as the projection would have it."""

    def __init__(self, store: Store, view: View, mids: Iterable[bytes]) -> None:
        named = store.mentions(view, ids=sorted(set(mids)))
        comps = sorted({mention.comp for mention in named})
        self._groups = {group.grp: group for found in store.groups(view, comps).values() for group in found}
        self._pairs = list(store.pairs(view, comps))
        self.at = {mention.mid: mention.grp for mention in named}
        for mention in named:
            self._alone(store, view, mention)
        self._said: list[Pair] = []

    def _alone(self, store: Store, view: View, mention: Mention) -> None:
        """Give a mention a group of its own."""
        held = self._groups[self.at[mention.mid]]
        if held.n == 1:
            return
        own = -len(self._groups)
        self._groups[own] = held._replace(grp=own, anchor=mention.mid, born=mention.born, n=1)
        self.at[mention.mid] = own
        rest = held._replace(n=held.n - 1)
        if held.anchor == mention.mid:
            left = [
                m for m in store.mentions(view, groups=[mention.grp]) if self.at.get(m.mid, m.grp) == m.grp
            ]
            oldest = min(left, key=lambda m: (m.born, m.mid))
            rest = rest._replace(anchor=oldest.mid, born=oldest.born)
        self._groups[held.grp] = rest

    def judgements(self, a: bytes, b: bytes, verdict: str) -> list[Pair]:
        """Judgements of a verdict between the entities of two mentions, by id; among them those supposed (id "")."""
        home = self.homes()
        ends = {home[self.at[a]], home[self.at[b]]}
        return [
            pair
            for pair in (*self._pairs, *self._said)
            if pair.by == JUDGEMENT and pair.verdict == verdict and pair.grp_a in home and pair.grp_b in home
            and {home[pair.grp_a], home[pair.grp_b]} == ends
        ]  # fmt: skip

    def together(self, a: bytes, b: bytes) -> bool:
        home = self.homes()
        return home[self.at[a]] == home[self.at[b]]

    def say(self, a: bytes, b: bytes, verdict: str) -> None:
        """Suppose a judgement."""
        # ~ sorts behind the ids that there are: what is supposed comes after what was said.
        pair = Pair(
            0, 0, a, b, self.at[a], self.at[b], verdict, JUDGEMENT, None, f"~{len(self._said):06}", PUBLIC, ""
        )
        self._said.append(pair)

    def clusters(self) -> list[Cluster]:
        return cluster(list(self._groups.values()), [*self._pairs, *self._said])

    def homes(self) -> dict[int, bytes]:
        """The entity of each group."""
        return {group.grp: one.anchor for one in self.clusters() for group in one.groups}

    def groups(self) -> Sequence[Group]:
        return list(self._groups.values())


def moved(before: Iterable[Cluster], after: Iterable[Cluster]) -> int:
    """Mentions that change their entity: all but those of each entity's largest part that goes on as one, each once."""
    was = {group.grp: one.anchor for one in before for group in one.groups}
    shared: dict[tuple[bytes, bytes], int] = {}
    for one in after:
        for group in one.groups:
            ends = (was[group.grp], one.anchor)
            shared[ends] = shared.get(ends, 0) + group.n
    count = sum(shared.values())
    old: set[bytes] = set()
    new: set[bytes] = set()
    for (a, b), n in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if a not in old and b not in new:
            old.add(a)
            new.add(b)
            count -= n
    return count


def apart(
    store: Store, view: View, taken: Sequence[Mention], rest: Sequence[Group]
) -> list[tuple[bytes, bytes]]:
    """Between whom to judge DIFFERENT, so that some mentions end up in no entity with any of the rest of theirs. In a defined order.

    rest: the groups that the others are in; one that holds taken mentions too counts without them."""
    out = {mention.mid for mention in taken}
    size = sum(group.n for group in rest) - len(out)
    if size <= 0:
        return []
    if size * len(out) <= ALL_PAIRS:
        others = [m.mid for m in store.mentions(view, groups=sorted(g.grp for g in rest)) if m.mid not in out]
        return [(a, b) for a, b in product(sorted(out), others)]
    world = Supposing(store, view, out)
    mine = {world.at[mid]: mid for mid in sorted(out)}
    own = {group.grp for group in rest} - set(mine)
    here = [group for group in world.groups() if group.grp in own]
    found: list[tuple[bytes, bytes]] = []
    for grp, mid in mine.items():
        found.extend((mid, other.anchor) for other in _near(world, grp, here))
    while True:
        tried = Supposing(store, view, [*out, *(b for _, b in found)])
        for a, b in found:
            tried.say(a, b, "DIFFERENT")
        left = {tried.at[mid]: mid for mid in sorted(out)}
        stay = own | {tried.at[b] for _, b in found}
        more = []
        for one in tried.clusters():
            held = [left[g.grp] for g in one.groups if g.grp in left]
            with_it = [g for g in one.groups if g.grp in stay and g.grp not in left]
            more += [(mid, with_it[0].anchor) for mid in held if with_it]
        if not more:
            return sorted(set(found))
        found += more


def _near(world: Supposing, grp: int, here: Sequence[Group]) -> list[Group]:
    """Of those who stay: the oldest, and the first holders of each identifier that one who is taken out holds."""
    keys = next(group.keys for group in world.groups() if group.grp == grp)
    ordered = sorted(here, key=lambda group: (group.born, group.anchor))
    found = {group.grp: group for group in ordered[:HOLDERS]}
    for key in keys:
        holders = [group for group in ordered if key in group.keys]
        found |= {group.grp: group for group in holders[:HOLDERS]}
    return list(found.values())
