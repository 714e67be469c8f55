"""From weighed pairs to decisions: which are SAME, so that clusters hold together, and which are only proposed.

Strongest first, ties by id, as clusters.py adds them for a reader. Only pairs that join two clusters are kept, which is
a strongest spanning tree: more would say the same. A pair is not followed, and is proposed instead, when

* it would bring clashing birth dates, names of two people, two numbers of one register or two things of one record into one
  cluster;
* one of the two states no birth date, or a short name, and fits several people who are not each other (namesakes with one
  phone; A., Anne and Arthur);
* it is the only tie, and a weak one, between two clusters that each hold together without it.

Plain values in and out, in the order of mention ids: internal numbers depend on what a reader may not see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain, product
from typing import Final, NamedTuple

from graph.resolution.forenames import Called, bridgeable, bridges, contradiction, middles_agree, nearly

Mark = tuple[int, int, int] | str | None
"""What must not clash within a cluster: a birth date (0 for a part that is not known), or what "<register>/<number>" says: a company of
a register, an account of a platform."""

CLOSE: Final = 4.0
"""Bits by which a mention without a birth date must fit one person better than the next."""
DENSE: Final = 3
"""Mentions from which a cluster is thought to hold together without a weak tie to another."""
STRONG: Final = 8.0
"""Bits above `accept` from which one tie alone joins two dense clusters; and by which a short name must fit one full name better
than the next."""
SUPPORT: Final = 0.25
"""Share of the smaller cluster's mentions that must have an accepted pair into the other."""


FEW: Final = 3
"""Proposals of a cluster that lack weight: beyond these, one is left out that neither end needs, or sixty of one name would be
1,770 proposals."""


class Scored(NamedTuple):
    """A weighed pair: mention ids, a < b. veto: why it is not accepted, whatever its weight."""

    a: bytes
    b: bytes
    weight: float
    accepted: bool
    reason: str
    veto: str = ""


class Decision(NamedTuple):
    """A pair decided: verdict SAME, UNSURE or DIFFERENT. against: why it was not followed, "" for a weight in between."""

    a: bytes
    b: bytes
    verdict: str
    weight: float | None
    reason: str
    against: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """What joining needs to know of a mention. record: of those that hold several of the kind, else None. called: a person's name."""

    mark: Mark = None
    record: int | None = None
    keys: tuple[str, ...] = ()
    called: Called | None = None


def join(
    nodes: Mapping[bytes, Node], base: Iterable[tuple[bytes, bytes]], pairs: Iterable[Scored], accept: float
) -> list[Decision]:
    """The decisions on some pairs, beside what identifiers and `base` (pairs held to be SAME) join already.

    pairs: both ends in nodes. A clash within the base is told as DIFFERENT, between the ends of the clash."""
    forest = _Forest(nodes)
    for held in _holders(nodes):
        for other in held[1:]:
            forest.join(held[0], other)
    found: list[Decision] = []
    for a, b in sorted(base):
        found += forest.add(a, b)
    ordered = sorted(pairs, key=lambda p: (-p.weight, p.a, p.b))
    accepted = [p for p in ordered if p.accepted]
    unclear = _unclear(nodes, accepted) | _torn(nodes, accepted)
    support = _Support(forest, accepted)
    left: list[tuple[Scored, str]] = []
    for pair in ordered:
        if forest.find(pair.a) == forest.find(pair.b):
            continue
        against = (
            pair.veto or "weight"
            if not pair.accepted
            else "several"
            if (pair.a, pair.b) in unclear
            else forest.clash(pair.a, pair.b)
        )
        if not against and pair.weight < accept + STRONG and support.weak(pair.a, pair.b):
            against = "bridge"
        if against:
            left.append((pair, against))
            continue
        support.merge(pair.a, pair.b)
        forest.join(pair.a, pair.b)
        found.append(Decision(pair.a, pair.b, "SAME", pair.weight, pair.reason))
    return found + _proposals(forest, left)


def _proposals(forest: _Forest, left: Sequence[tuple[Scored, str]]) -> list[Decision]:
    """The strongest pair left between each two clusters, as UNSURE; of those that lack weight, FEW a cluster."""
    proposed: dict[tuple[bytes, bytes], Decision] = {}
    lacking: Counter[bytes] = Counter()
    for pair, against in left:
        x, y = sorted((forest.find(pair.a), forest.find(pair.b)))
        if x == y or (x, y) in proposed or forest.clash(pair.a, pair.b) not in ("", against):
            continue
        why = "" if against == "weight" else against
        if not why:
            if min(lacking[x], lacking[y]) >= FEW:
                continue
            lacking.update((x, y))
        proposed[x, y] = Decision(pair.a, pair.b, "UNSURE", pair.weight, pair.reason, why)
    return list(proposed.values())


def _holders(nodes: Mapping[bytes, Node]) -> list[list[bytes]]:
    held: dict[str, list[bytes]] = {}
    for mid in sorted(nodes):
        for key in nodes[mid].keys:
            held.setdefault(key, []).append(mid)
    return [held[key] for key in sorted(held) if len(held[key]) > 1]


class _Forest:
    """Clusters so far, each with the marks and records that it holds."""

    def __init__(self, nodes: Mapping[bytes, Node]) -> None:
        self._nodes = nodes
        self._parent = {mid: mid for mid in nodes}
        self.size = dict.fromkeys(nodes, 1)
        self._marks: dict[bytes, dict[Mark, bytes]] = {
            mid: {node.mark: mid} for mid, node in nodes.items() if node.mark
        }
        self._called: dict[bytes, dict[Called, None]] = {
            mid: {node.called: None} for mid, node in nodes.items() if node.called
        }
        # What of a name may contradict another: few values, where a hub's whole names are as many as its mentions.
        self._briefly = {
            mid: {node.called._replace(middle=None, last=None)} for mid, node in nodes.items() if node.called
        }
        self._middles = {
            mid: {node.called.middle} for mid, node in nodes.items() if node.called and node.called.middle
        }
        self._records = {mid: {node.record} for mid, node in nodes.items() if node.record is not None}

    def find(self, mid: bytes) -> bytes:
        root = mid
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[mid] != root:
            self._parent[mid], mid = root, self._parent[mid]
        return root

    def join(self, a: bytes, b: bytes) -> None:
        a, b = sorted((self.find(a), self.find(b)), key=lambda x: (-self.size[x], x))
        if a == b:
            return
        self._parent[b] = a
        self.size[a] += self.size.pop(b)
        self._marks.setdefault(a, {}).update(self._marks.pop(b, {}))
        self._called.setdefault(a, {}).update(self._called.pop(b, {}))
        self._briefly.setdefault(a, set()).update(self._briefly.pop(b, set()))
        self._middles.setdefault(a, set()).update(self._middles.pop(b, set()))
        self._records.setdefault(a, set()).update(self._records.pop(b, set()))

    def clash(self, a: bytes, b: bytes) -> str:
        """Why the clusters of a and b must not be one; "" when they may. A slip is let pass only between a and b."""
        x, y = self.find(a), self.find(b)
        own = self._nodes[a].mark, self._nodes[b].mark
        for left in self._marks.get(x, ()):
            for right in self._marks.get(y, ()):
                if fits(left, right) or (((left, right) == own or None not in own) and slips(left, right)):
                    continue
                return "clash"
        if why := self._contradiction(x, y):
            return why
        if not self._records.get(x, set()).isdisjoint(self._records.get(y, ())):
            return "record"
        return ""

    def _contradiction(self, x: bytes, y: bytes) -> str:
        middles = product(self._middles.get(x, ()), self._middles.get(y, ()))
        if not all(middles_agree(one, other) for one, other in middles):
            return "middle names contradict"
        # Middle names and surnames make forenames agree, never contradict.
        firsts = [{one.first for one in self._briefly.get(root, ())} for root in (x, y)]
        brief = product(self._briefly.get(x, ()), self._briefly.get(y, ()))
        if all(not contradiction(one, other) or _borne(one, other, *firsts) for one, other in brief):
            return ""
        left, right = self._called.get(x, {}), self._called.get(y, {})
        for one, other in product(left, right):
            why = contradiction(one, other)
            if why and not (
                (bridgeable(one, other) and any(bridges(third, one, other) for third in chain(left, right)))
                or _borne(one, other, *firsts)
            ):
                return why
        return ""

    def add(self, a: bytes, b: bytes) -> list[Decision]:
        """Join a pair of the base; the clash that this brings about, if it does."""
        x, y = self.find(a), self.find(b)
        if x == y:
            return []
        for left, one in sorted(self._marks.get(x, {}).items(), key=lambda item: item[1]):
            for right, other in sorted(self._marks.get(y, {}).items(), key=lambda item: item[1]):
                if not fits(left, right) and not slips(left, right):
                    first, second = sorted((one, other))
                    return [Decision(first, second, "DIFFERENT", None, "", "clash")]
        self.join(x, y)
        return []


def _borne(one: Called, other: Called, left: Set[str | None], right: Set[str | None]) -> bool:
    """Whether nothing but the forenames contradicts, and these are alike and stand both in a cluster already: somebody whom a register
    numbers is Laura and, with a slip, Lura there, which is a name too."""
    if one.first is None or other.first is None or not (other.first in left or one.first in right):
        return False
    rest = contradiction(one._replace(first=None), other._replace(first=None))
    return not rest and one.first[0] == other.first[0] and nearly(one.first, other.first)


def fits(a: Mark, b: Mark) -> bool:
    """Whether two marks may be of one thing: what both know of a date is equal, and so are two numbers of one register."""
    if a is None or b is None:
        return True
    if isinstance(a, str) or isinstance(b, str):
        return a == b or str(a).partition("/")[0] != str(b).partition("/")[0]
    return all(x == y or not x or not y for x, y in zip(a, b, strict=True))


def slips(a: Mark, b: Mark) -> bool:
    """Whether two dates differ in one part, or in the order of day and month: one slip of a pen."""
    if a is None or b is None or isinstance(a, str) or isinstance(b, str):
        return False
    if a[0] == b[0] and a[1:] == (b[2], b[1]):
        return True
    return sum(x != y and bool(x) and bool(y) for x, y in zip(a, b, strict=True)) <= 1 and abs(
        a[0] - b[0]
    ) in (0, 1, 10)


def _unclear(nodes: Mapping[bytes, Node], accepted: Sequence[Scored]) -> set[tuple[bytes, bytes]]:
    """Pairs by which a mention without a mark fits two that clash, about equally well."""
    best: dict[bytes, list[tuple[float, Mark]]] = {}
    for pair in accepted:
        for mid, other in ((pair.a, pair.b), (pair.b, pair.a)):
            mark = nodes[other].mark
            if nodes[mid].mark is None and mark is not None:
                best.setdefault(mid, []).append((pair.weight, mark))
    torn: dict[bytes, float] = {}
    for mid, fit in best.items():
        top, mark = fit[0]
        rivals = [weight for weight, other in fit if not fits(mark, other)]
        if rivals and rivals[0] > top - CLOSE:
            torn[mid] = top
    return {
        (pair.a, pair.b)
        for pair in accepted
        for mid, other in ((pair.a, pair.b), (pair.b, pair.a))
        if mid in torn and nodes[other].mark is not None
    }


def _torn(nodes: Mapping[bytes, Node], accepted: Sequence[Scored]) -> set[tuple[bytes, bytes]]:
    """Pairs by which a mention fits two whose names contradict each other, neither far better."""
    fit_of: dict[bytes, dict[Called, float]] = {}
    for pair in accepted:
        for mid, other in ((pair.a, pair.b), (pair.b, pair.a)):
            if called := nodes[other].called:
                fit_of.setdefault(mid, {}).setdefault(called, pair.weight)
    rivals = {mid: _rivals(nodes[mid].called, fit) for mid, fit in fit_of.items() if len(fit) > 1}
    return {
        (pair.a, pair.b)
        for pair in accepted
        for mid, other in ((pair.a, pair.b), (pair.b, pair.a))
        if nodes[other].called in rivals.get(mid, ())
    }


def _rivals(own: Called | None, fit: Mapping[Called, float]) -> set[Called]:
    # By what surnames only ever make agree: a hub fits as many surnames as it has mentions.
    alike: dict[Called, list[Called]] = {}
    for one in fit:
        alike.setdefault(one._replace(last=None), []).append(one)
    return {
        one
        for brief, ones in alike.items()
        for one in ones
        if any(
            fit[other] > fit[one] - STRONG
            and contradiction(one, other)
            and not (own and bridges(own, one, other))
            for foe in alike
            if contradiction(brief, foe)
            for other in alike[foe]
        )
    }


class _Support:
    """How many accepted pairs there are between each two clusters."""

    def __init__(self, forest: _Forest, accepted: Sequence[Scored]) -> None:
        self._forest = forest
        self._ties: dict[bytes, dict[bytes, int]] = {}
        for pair in accepted:
            a, b = forest.find(pair.a), forest.find(pair.b)
            if a != b:
                for x, y in ((a, b), (b, a)):
                    ties = self._ties.setdefault(x, {})
                    ties[y] = ties.get(y, 0) + 1

    def weak(self, a: bytes, b: bytes) -> bool:
        """Whether two dense clusters have hardly a pair between them."""
        x, y = self._forest.find(a), self._forest.find(b)
        least = min(self._forest.size[x], self._forest.size[y])
        return least >= DENSE and self._ties.get(x, {}).get(y, 0) < max(2, SUPPORT * least)

    def merge(self, a: bytes, b: bytes) -> None:
        """Tell that two clusters are about to be one."""
        keep, gone = sorted(
            (self._forest.find(a), self._forest.find(b)), key=lambda x: (-self._forest.size[x], x)
        )
        for other, n in self._ties.pop(gone, {}).items():
            del self._ties[other][gone]
            if other != keep:
                for x, y in ((keep, other), (other, keep)):
                    ties = self._ties.setdefault(x, {})
                    ties[y] = ties.get(y, 0) + n
