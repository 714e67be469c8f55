"""How an entity came to be: the merges that made it, in the order of precedence of clusters.py.

Worked out again from the groups and pairs that the reader sees, and from nothing else. Interchangeable mentions (the same identifiers, in no
visible pair) are one leaf, however a hidden judgement splits them over groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from graph.model import Entity, Group, Pair, Truncation, View
from graph.reading import cursors
from graph.resolution.clusters import Basis, Merge, Skipped, history
from graph.store.base import Store

PARTS: Final = 100
"""Parts that one step lists."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a step joined: an earlier step's cluster, or a leaf (step None) of interchangeable mentions, by its oldest."""

    mention: bytes
    caption: str
    mentions: int
    step: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """One merge. id: the key or the pair's id; pair: the decision. count: of the parts, of which the first PARTS are listed."""

    number: int
    basis: Basis
    id: str
    a: bytes
    b: bytes
    parts: tuple[Part, ...]
    count: int
    mentions: int
    pair: Pair | None


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """A decision that was not followed, with the pairs that stood against it."""

    edge: Skipped
    pair: Pair | None
    because: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class How:
    """The steps on a page; the last step of all made the entity. alone: its one leaf, where nothing was joined."""

    steps: tuple[Step, ...]
    total: int
    skipped: tuple[Unfollowed, ...]
    skipped_total: int
    alone: Part | None
    truncated: tuple[Truncation, ...]


def how(store: Store, view: View, entity: Entity, after: str | None, limit: int) -> How:
    """The merges that made an entity of this view. limit: steps, and decisions not followed."""
    view, place = cursors.resume("how", view, after, [int])
    groups = store.groups(view, [entity.comp]).get(entity.comp, [])
    pairs = store.pairs(view, [entity.comp])
    leaves, pairs = leaves_of(groups, pairs)
    found, log = history(leaves, pairs)
    one = next((each for each in found if each.anchor == entity.id), None)
    if one is None:  # the cursor's revision knew no such entity
        return How((), 0, (), 0, None, ())
    named = {pair.id: pair for pair in pairs}
    steps = _steps(one.groups, log, named)
    done = 0 if place is None else int(str(place[0]))
    shown = steps[done : done + limit]
    cuts = []
    if done + limit < len(steps):
        cuts.append(Truncation("limit", limit, cursors.cursor("how", view, (done + limit,))))
    if any(step.count > len(step.parts) for step in shown):
        cuts.append(Truncation("parts", PARTS, None))
    if len(one.skipped) > limit:
        cuts.append(Truncation("skipped", limit, None))
    skipped = tuple(
        Unfollowed(edge, named.get(edge.id), tuple(named[i] for i in edge.because)) for edge in one.skipped[:limit]
    )  # fmt: skip
    alone = None if steps else _leaf(one.groups[0])
    return How(tuple(shown), len(steps), skipped, len(one.skipped), alone, tuple(cuts))


def leaves_of(groups: Sequence[Group], pairs: Sequence[Pair]) -> tuple[list[Group], list[Pair]]:
    """Groups with interchangeable ones as one, and the pairs between them."""
    paired = {grp for pair in pairs for grp in (pair.grp_a, pair.grp_b)}
    same: dict[tuple[str, ...], Group] = {}
    leaves: list[Group] = []
    for group in sorted(groups, key=lambda group: (group.born, group.anchor)):
        if group.grp in paired or not group.keys:
            leaves.append(group)
        elif group.keys in same:
            held = same[group.keys]
            best = min((held, group), key=lambda g: (g.caption == "", g.authority, g.caption, g.kind))
            same[group.keys] = held._replace(n=held.n + group.n, caption=best.caption, kind=best.kind, authority=best.authority)  # fmt: skip
        else:
            same[group.keys] = group
    return [*leaves, *same.values()], list(pairs)


def _steps(groups: Sequence[Group], log: Sequence[Merge], named: dict[str, Pair]) -> list[Step]:
    """Merges of some groups; those that one key makes of one cluster are one step."""
    leaf = {group.anchor: _leaf(group) for group in groups}
    now = dict(leaf)
    steps: list[Step] = []
    open_key: dict[tuple[str, bytes], int] = {}
    parts: list[list[Part]] = []
    for merge in log:
        if merge.left not in leaf:
            continue
        left, right = now[merge.left], now[merge.right]
        again = None
        if merge.basis == "identifier":
            again = open_key.get((merge.id, merge.left), open_key.get((merge.id, merge.right)))
        if again is not None:
            other = right if left.step == again + 1 else left
            parts[again].append(other)
        else:
            again = len(steps)
            steps.append(Step(again + 1, merge.basis, merge.id, merge.a, merge.b, (), 0, 0, named.get(merge.id)))  # fmt: skip
            parts.append([left, right])
        open_key[merge.id, merge.left] = again
        now[merge.left] = Part(merge.left, left.caption, left.mentions + right.mentions, again + 1)
    return [
        Step(s.number, s.basis, s.id, s.a, s.b, tuple(of[:PARTS]), len(of), sum(p.mentions for p in of), s.pair)
        for s, of in zip(steps, parts, strict=True)
    ]  # fmt: skip


def _leaf(group: Group) -> Part:
    return Part(group.anchor, group.caption, group.n, None)
