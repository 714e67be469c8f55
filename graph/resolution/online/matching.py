"""One record matched: who meets it, what the model says of each, and whom it may be.

A candidate is weighed among what everybody sees who sees it: how many share a phone is counted over the public mentions and those
of its own label, and the record itself. Blocks and cuts are taken from what the reader sees. So an answer is a function of that
alone, and equals what `clew resolve` would say if the record came in as a public one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from graph.access import PUBLIC
from graph.model import LabelId, View
from graph.resolution.columns.shared import FEW, SOME
from graph.resolution.models.base import MET_BY_ONE, Comparison, Model
from graph.resolution.online.columns import Near, Said, make
from graph.resolution.online.executor import Executor, Weight, executor, keyed, who
from graph.resolution.online.hashes import hashed, joined
from graph.resolution.online.index import Held, MatchIndex
from graph.resolution.why import Compared, Weighed

MOST: Final = MET_BY_ONE
"""Mentions that may share a blocking key with a record; where more do, those are taken that share what narrows it, too."""
PAIRS: Final = 5000
"""Pairs compared for one record, whatever it is."""
SHOWN: Final = -6.0
"""Bits from which a candidate is shown: a name alone, which proposes nobody, is what most lists hold."""
_NAMESAKES: Final = 50
"""Bodies of one name whose officers count as those of one employer."""

_NONE: Final[Mapping[str, None]] = {f"{name}_{share}": None for name in FEW for share in ("few", "some")}

Labels = frozenset[LabelId]


class Scored:
    """A candidate, weighed. identifiers: keys that both hold, which merge by value. nameless: the record says no name to weigh.

    What only those need that are shown (columns in full, waterfall, what contradicts) is worked out when it is asked for."""

    def __init__(self, asked: _Question, held: Held, weight: Weight, identifiers: tuple[str, ...]) -> None:
        self._asked, self.held, self.weight, self.identifiers = asked, held, weight, identifiers
        self.nameless = asked.nameless

    @property
    def bits(self) -> float:
        return round(self.weight.bits, 4)

    @cached_property
    def row(self) -> Mapping[str, Any]:
        """Its columns, in full."""
        return self._asked.theirs(self.held)

    @cached_property
    def weighed(self) -> Weighed:
        """The waterfall."""
        return weighed(self._asked.executor, self._asked.mine(self.held), self.row)

    @cached_property
    def veto(self) -> str:
        """What keeps the two from being SAME, whatever their bits."""
        return self._asked.executor.veto(self._asked.mine(self.held), self.row, self.weight.levels)

    @property
    def verdict(self) -> str | None:
        if self.identifiers:
            return "SAME"
        model = self._asked.model
        if self.bits < model.review:
            return None
        if self.nameless or self.bits < model.accept:
            return "UNSURE"
        return self.weighed.verdict


@dataclass(frozen=True, slots=True)
class Met:
    """Whom a record may be, the likeliest first. full: blocking keys that more share than were looked at."""

    scored: tuple[Scored, ...]
    compared: int
    full: tuple[str, ...]


def match(index: MatchIndex, view: View, model: Model, said: Said, most: int) -> Met:
    """The likeliest mentions, at most so many, of at least SHOWN bits, or that hold an identifier of the record's.

    Of a record without a name, whoever shares anything else with it."""
    return _Question(index, view, model, said).answer(most)


class _Question:
    def __init__(self, index: MatchIndex, view: View, model: Model, said: Said) -> None:
        self.index, self.view, self.model, self.said = index, view, model, said
        self.executor: Executor = executor(model)
        made = make(said, {})
        if made is None:  # a body without a name, which no source would have given a row
            row, near = make(replace(said, caption="?", props={**said.props, "name": "?"}), {}) or ({}, [])
            made = {**row, "words": None, "start": None}, near
        self.row, self.near = made
        self.nameless = not any(self.row.get(one) for one in ("first", "last", "words"))
        named = who(model)(self.row)
        self.who = hashed(joined(named)) if len(named) > 1 or named[0] is not None else None
        self._beside: dict[int, Labels] = {}
        self._counted: dict[tuple[Labels, str, str], int] = {}
        self._named: dict[tuple[Labels, str], list[str]] = {}
        self._nears: dict[Labels, list[tuple[str, str, str]]] = {}
        self._rows: dict[Labels, dict[str, Any]] = {}

    def answer(self, most: int) -> Met:
        numbers, full = self._meet()
        held = self.index.held(self.model.decider, numbers)
        keys = set(self.row["keys"])
        scored, compared = [], 0
        for one in held:
            shared = tuple(sorted(keys.intersection(one.row["keys"]))) if keys else ()
            labels = self._labels(one)
            mine, theirs = self._mine(labels), self._theirs(one, labels, common=True)
            if not shared and self.executor.impossible(mine, theirs):
                continue
            compared += 1
            weight = self.executor.weigh(mine, theirs)
            if shared or self.nameless or round(weight.bits, 4) >= SHOWN:
                scored.append((one, weight, shared))
        scored.sort(key=lambda found: (not found[2], -found[1].bits, found[0].mid))
        return Met(tuple(Scored(self, *found) for found in scored[:most]), compared, full)

    def mine(self, beside: Held) -> Mapping[str, Any]:
        """The record's columns, as they are counted beside a candidate."""
        return self._mine(self._labels(beside))

    def theirs(self, one: Held) -> Mapping[str, Any]:
        """A candidate's columns, in full."""
        return self._theirs(one, self._labels(one), common=False)

    def _labels(self, one: Held) -> Labels:
        found = self._beside.get(one.label)
        if found is None:
            found = self._beside[one.label] = frozenset({PUBLIC, LabelId(one.label)}) & self.view.labels
        return found

    def _meet(self) -> tuple[Iterable[int], tuple[str, ...]]:
        """Numbers of the mentions that share a blocking key, and the keys that too many share."""
        met: dict[int, None] = {}
        full: list[str] = []
        row = self._blocking_row()
        for rule, key in enumerate(self.model.keys):
            for value, more in keyed(key)(row):
                found, cut = self._block(f"{self.model.decider}/{rule}/{value}", more)
                met |= dict.fromkeys(found)
                if cut and key.name not in full:
                    full.append(key.name)
        for kind, numbers in self._holders() if self.nameless else ():
            met |= dict.fromkeys(numbers[:MOST])
            if len(numbers) > MOST and kind not in full:
                full.append(kind)
        for key_ in self.row["keys"]:
            found, cut = self._block(f"{self.model.decider}/key/{key_}", None)
            met |= dict.fromkeys(found)
            if cut and "identifier" not in full:
                full.append("identifier")
        if len(met) > PAIRS:
            full.append("pairs")
        return list(met)[:PAIRS], tuple(full)

    def _block(self, block: str, more: str | None) -> tuple[list[int], bool]:
        """The members of a block, in the order of ids, and whether there are more."""
        found = self.index.members(self.view, block, None, MOST + 1, narrowed=False)
        wide = len(found) > MOST
        if wide and more is not None:
            found = self.index.members(self.view, block, more, MOST + 1, narrowed=True)
        return [n for _, n in found[:MOST]], wide

    def _blocking_row(self) -> dict[str, Any]:
        """The row with all identifiers that say something, those of bodies that are called so among them."""
        labels = self.view.labels
        found: dict[str, list[str]] = {name: [] for name in FEW}
        for kind, value, shared in self._own(labels):
            if self._count(labels, kind, shared) <= SOME[kind]:
                found[kind].append(value)
                if kind == "employer":
                    found["body"] += self._numbers(labels, value)
        row = dict(self.row)
        for name, values in found.items():
            row[f"{name}_few"] = row[f"{name}_some"] = sorted(set(values)) or None
        return row

    def _holders(self) -> Iterator[tuple[str, list[int]]]:
        """Of a record without a name: whoever shares an identifier of its, however many do; its class and their numbers."""
        own = self._own(self.view.labels)
        bodies = [
            ("body", key)
            for kind, name, _ in own
            if kind == "employer"
            for key in self._numbers(self.view.labels, name)
        ]
        for kind, shared in sorted({*((kind, shared) for kind, _, shared in own), *bodies}):
            yield kind, self.index.holding(self.view, f"{self.model.decider}/{kind}/{shared}", MOST + 1)

    def _own(self, labels: Labels) -> list[tuple[str, str, str]]:
        """The record's identifiers, with what visible records call its bodies."""
        if labels not in self._nears:
            self._nears[labels] = self._with_names(list[tuple[str, str, str]](self.near), labels)
        return self._nears[labels]

    def _with_names(self, near: Sequence[tuple[str, str, str]], labels: Labels) -> list[tuple[str, str, str]]:
        names = {name for kind, key, _ in near if kind == "body" for name in self._names(labels, key) if name}
        return sorted({*near, *(Near("employer", name, name) for name in names)})

    def _names(self, labels: Labels, key: str) -> list[str]:
        if (labels, key) not in self._named:
            self._named[labels, key] = self.index.names_of(replace(self.view, labels=labels), key)
        return self._named[labels, key]

    def _numbers(self, labels: Labels, name: str) -> list[str]:
        return self.index.numbers_of(replace(self.view, labels=labels), name, _NAMESAKES)

    def _count(self, labels: Labels, kind: str, shared: str) -> int:
        """How many different ones share an identifier, the record among them; beyond SOME, a number that is larger."""
        known = (labels, kind, shared)
        if known not in self._counted:
            view, most = replace(self.view, labels=labels), SOME[kind] + 1
            found = self.index.sharers(view, f"{self.model.decider}/{kind}/{shared}", most)
            if kind == "employer":
                for key in self._numbers(labels, shared):
                    found |= self.index.sharers(view, f"{self.model.decider}/body/{key}", most)
            if self.who is not None and any(one[0] == kind and one[2] == shared for one in self._own(labels)):
                found |= {self.who}
            self._counted[known] = len(found)
        return self._counted[known]

    def _mine(self, labels: Labels) -> dict[str, Any]:
        if labels not in self._rows:
            own = self._own(labels)
            classes = sorted({kind for kind, _, _ in own}) or None
            self._rows[labels] = {**self.row, **self._lists(own, labels), "classes": classes}
        return self._rows[labels]

    def _theirs(self, one: Held, labels: Labels, *, common: bool) -> dict[str, Any]:
        """A candidate's columns. common: of its identifiers only those that the record has too, which weigh."""
        near, own = one.near, self._own(labels)
        if not common or any(kind == "employer" for kind, _, _ in own):
            near = self._with_names(near, labels)
        classes = sorted({kind for kind, _, _ in near}) or None
        if common:
            values = {found[:2] for found in own}
            near = [found for found in near if found[:2] in values] if own else []
        return {**one.row, **(self._lists(near, labels) if near else _NONE), "classes": classes}

    def _lists(self, near: Sequence[tuple[str, str, str]], labels: Labels) -> dict[str, Any]:
        lists: dict[str, Any] = dict(_NONE)
        for kind, value, shared in near:
            n = self._count(labels, kind, shared)
            if n <= SOME[kind]:
                name = f"{kind}_few" if n <= FEW[kind] else f"{kind}_some"
                lists[name] = sorted({*(lists[name] or ()), value})
        return lists


def weighed(by: Executor, left: Mapping[str, Any], right: Mapping[str, Any]) -> Weighed:
    """The waterfall of two rows, as `why` tells it."""
    weight, model = by.weigh(left, right), by.model
    return Weighed(
        model.decider, by.digest, round(by.prior, 4), round(weight.bits, 4), model.accept, model.review,
        by.corroborated(left, right, weight.levels),
        tuple(
            _compared(c, left, right, labels[level], bits, rarity)
            for c, labels, level, bits, rarity in zip(model.comparisons, by.labels, weight.levels, weight.weights, weight.rarities, strict=True)
        ),
    )  # fmt: skip


def _compared(
    comparison: Comparison,
    left: Mapping[str, Any],
    right: Mapping[str, Any],
    level: str,
    bits: float,
    rarity: float,
) -> Compared:
    shown = [tuple(text for name in comparison.shows for text in _texts(one[name])) for one in (left, right)]
    return Compared(comparison.name, shown[0], shown[1], level, round(bits, 4), round(rarity, 4))


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return [] if value is None else [str(value)]
