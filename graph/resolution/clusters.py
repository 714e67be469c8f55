"""Entities of one component, for one reader: a pure function of the groups and pairs that reader sees.

Precedence (docs/architecture.md): a person's DIFFERENT over a person's SAME over a model's DIFFERENT over
identifiers over a model's SAME. UNSURE decides nothing. Edges are added strongest first, ties by id: SAME judgements
by id; identifiers by key, the holders of a key those first that fewer DIFFERENT pairs keep from others of its holders, then
oldest first (born, anchor), each joining the earliest cluster it may: so whoever is taken out of an entity stays out, and all others stay; model
decisions by strength, then id. An edge that would bring a DIFFERENT pair into one cluster is skipped and
listed with the pairs that forbid it.

Nothing here looks at component, group or row numbers except to tie pairs to groups: those depend on rows that the
reader may not see. Nor does it matter how interchangeable mentions are split over groups (a hidden judgement splits
one): a group in no pair can always follow the first holder of its first key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from graph.model import Group, Pair

JUDGEMENT = "judgement"

Basis = Literal["judgement", "identifier", "model"]


class Skipped(NamedTuple):
    """A decision that was not followed. id: the key or the pair's id. verdict: what it asked for; a model's
    DIFFERENT is skipped when a judgement says SAME. because: ids of the pairs that stood against it, sorted."""

    basis: Basis
    id: str
    verdict: str
    a: bytes
    b: bytes
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """One entity. anchor: its oldest mention (born, then id), which is its id. groups: oldest first.

    skipped: what would have joined it to another cluster, or kept it apart; listed by both clusters, in order of
    precedence and then as tried."""

    anchor: bytes
    groups: tuple[Group, ...]
    skipped: tuple[Skipped, ...] = ()


def cluster(groups: Sequence[Group], pairs: Sequence[Pair]) -> list[Cluster]:
    """The entities of one component, ordered by (born, anchor), whatever the order of the arguments.

    groups: the component's visible groups. pairs: visible pairs with an end in it; those with an end elsewhere
    have no effect. Near-linear in groups, keys and pairs: each holder of a key is held against the clusters that
    its holders are kept apart in, few where few judgements are."""
    return _cluster(groups, pairs, None)


class Merge(NamedTuple):
    """Two clusters that an edge made one. id: the key or the pair's id. a, b: the mentions that it is between; left, right: the
    clusters that they were in, by the anchor of their oldest group, the older one's first: what the new one is known by."""

    basis: Basis
    id: str
    a: bytes
    b: bytes
    left: bytes
    right: bytes


def history(groups: Sequence[Group], pairs: Sequence[Pair]) -> tuple[list[Cluster], list[Merge]]:
    """As cluster, and every merge in the order in which they were made."""
    log: list[Merge] = []
    return _cluster(groups, pairs, log), log


def _cluster(groups: Sequence[Group], pairs: Sequence[Pair], log: list[Merge] | None) -> list[Cluster]:
    ordered = sorted(groups, key=lambda group: (group.born, group.anchor))
    place = {group.grp: index for index, group in enumerate(ordered)}
    inside = sorted(
        (p for p in pairs if p.grp_a in place and p.grp_b in place and place[p.grp_a] != place[p.grp_b]),
        key=lambda pair: pair.id,
    )
    forest = _Forest([group.anchor for group in ordered], log)
    skipped = _judgements(forest, inside, place)
    skipped += _identifiers(forest, ordered)
    skipped += _models(forest, inside, place)
    return _clusters(forest, ordered, skipped)


class _Forest:
    """Clusters under construction, by position of their oldest group, and the DIFFERENT pairs between them."""

    def __init__(self, anchors: Sequence[bytes], log: list[Merge] | None = None) -> None:
        self._parent = list(range(len(anchors)))
        self._foes: dict[int, dict[int, set[str]]] = {}
        self._anchors, self._log = anchors, log
        self.apart: dict[int, list[int]] = {}
        """The groups that DIFFERENT pairs keep a group from, of those that any does."""

    @property
    def peaceful(self) -> bool:
        return not self._foes and self._log is None

    def find(self, item: int) -> int:
        root = item
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[item] != root:
            self._parent[item], item = root, self._parent[item]
        return root

    def forbid(self, a: int, b: int, pair_id: str) -> None:
        for end, other in ((a, b), (b, a)):
            self.apart.setdefault(end, []).append(other)
        a, b = self.find(a), self.find(b)
        self._foes.setdefault(a, {}).setdefault(b, set()).add(pair_id)
        self._foes.setdefault(b, {}).setdefault(a, set()).add(pair_id)

    def against(self, a: int, b: int) -> tuple[str, ...]:
        """Ids of the DIFFERENT pairs between the clusters of a and b."""
        if not self._foes:
            return ()
        return tuple(sorted(self._foes.get(self.find(a), {}).get(self.find(b), ())))

    def join(self, a: int, b: int, basis: Basis, id: str, ends: tuple[bytes, bytes] | None = None) -> None:
        """One cluster of two; the caller has asked `against`. Each merge costs its newer cluster's foes.

        ends: the mentions of the edge, where they are not the groups' oldest."""
        one, other = a, b
        a, b = self.find(a), self.find(b)
        if a == b:
            return
        keep, gone = min(a, b), max(a, b)
        if self._log is not None:
            ends = ends or (self._anchors[one], self._anchors[other])
            self._log.append(Merge(basis, id, *ends, self._anchors[keep], self._anchors[gone]))
        self._parent[gone] = keep
        for foe, ids in self._foes.pop(gone, {}).items():
            del self._foes[foe][gone]
            self._foes[foe].setdefault(keep, set()).update(ids)
            self._foes.setdefault(keep, {}).setdefault(foe, set()).update(ids)


def _judgements(forest: _Forest, pairs: list[Pair], place: dict[int, int]) -> list[tuple[int, int, Skipped]]:
    """People's DIFFERENT, then people's SAME, then the models' DIFFERENT that no SAME judgement overrides."""
    skipped: list[tuple[int, int, Skipped]] = []
    same: dict[int, list[str]] = {}
    for pair in pairs:
        if pair.by == JUDGEMENT and pair.verdict == "DIFFERENT":
            forest.forbid(place[pair.grp_a], place[pair.grp_b], pair.id)
    for pair in pairs:
        if pair.by == JUDGEMENT and pair.verdict == "SAME":
            _join_pair(forest, pair, place, "judgement", skipped)
    for pair in pairs:
        if pair.by == JUDGEMENT and pair.verdict == "SAME":
            same.setdefault(forest.find(place[pair.grp_a]), []).append(pair.id)
    for pair in pairs:
        if pair.by != JUDGEMENT and pair.verdict == "DIFFERENT":
            a, b = place[pair.grp_a], place[pair.grp_b]
            if forest.find(a) == forest.find(b):
                because = tuple(same[forest.find(a)])
                skipped.append((a, b, Skipped("model", pair.id, "DIFFERENT", pair.a, pair.b, because)))
            else:
                forest.forbid(a, b, pair.id)
    return skipped


def _identifiers(forest: _Forest, ordered: list[Group]) -> list[tuple[int, int, Skipped]]:
    holders: dict[str, list[int]] = {}
    for index, group in enumerate(ordered):
        for key in group.keys:
            holders.setdefault(key, []).append(index)
    skipped: list[tuple[int, int, Skipped]] = []
    if forest.peaceful:
        for key, held in holders.items():
            for index in held[1:]:
                forest.join(held[0], index, "identifier", key)
        return skipped
    for key in sorted(holders):
        _join_holders(forest, ordered, key, _in_turn(forest, holders[key]), skipped)
    return skipped


def _in_turn(forest: _Forest, held: list[int]) -> list[int]:
    """The holders of a key in the order in which they are joined. Only pairs among them count: whether others meet in this
    component may hang on what the reader does not see."""
    if not any(index in forest.apart for index in held):
        return held
    among = set(held)
    named = {index: sum(foe in among for foe in forest.apart.get(index, ())) for index in held}
    return sorted(held, key=lambda index: (named[index], index))


def _join_holders(
    forest: _Forest, ordered: list[Group], key: str, held: list[int], skipped: list[tuple[int, int, Skipped]]
) -> None:
    """The holders of one key, in their order. `firsts`: the first holder of each cluster so far; their clusters
    forbid each other, and go on doing so, so a holder that is in one of them has nothing left to try."""
    firsts: list[int] = []
    for index in held:
        if any(forest.find(first) == forest.find(index) for first in firsts):
            continue
        for first in firsts:
            because = forest.against(first, index)
            if not because:
                forest.join(first, index, "identifier", key)
                break
            edge = Skipped("identifier", key, "SAME", ordered[first].anchor, ordered[index].anchor, because)
            skipped.append((first, index, edge))
        else:
            firsts.append(index)


def _models(forest: _Forest, pairs: list[Pair], place: dict[int, int]) -> list[tuple[int, int, Skipped]]:
    skipped: list[tuple[int, int, Skipped]] = []
    decided = [pair for pair in pairs if pair.by != JUDGEMENT and pair.verdict == "SAME"]
    for pair in sorted(decided, key=lambda pair: (-(pair.strength or 0.0), pair.id)):
        _join_pair(forest, pair, place, "model", skipped)
    return skipped


def _join_pair(
    forest: _Forest, pair: Pair, place: dict[int, int], basis: Basis, skipped: list[tuple[int, int, Skipped]]
) -> None:
    a, b = place[pair.grp_a], place[pair.grp_b]
    because = forest.against(a, b)
    if because:
        skipped.append((a, b, Skipped(basis, pair.id, "SAME", pair.a, pair.b, because)))
    else:
        forest.join(a, b, basis, pair.id, (pair.a, pair.b))


def _clusters(
    forest: _Forest, ordered: list[Group], skipped: list[tuple[int, int, Skipped]]
) -> list[Cluster]:
    members: dict[int, list[Group]] = {}
    for index, group in enumerate(ordered):
        members.setdefault(forest.find(index), []).append(group)
    notes: dict[int, list[Skipped]] = {}
    for a, b, edge in skipped:
        for root in sorted({forest.find(a), forest.find(b)}):
            notes.setdefault(root, []).append(edge)
    return [
        Cluster(found[0].anchor, tuple(found), tuple(notes.get(root, ()))) for root, found in members.items()
    ]
