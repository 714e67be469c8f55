"""Small worlds of records, projected to rows by the plainest means, for tests of what is read above the store.

A `World` is what sources said and people judged, label by label. `Projector` follows it revision by revision: it
works out every row of the world from scratch, ends those that no longer stand and puts the new ones, with component
and group numbers that no reader could guess. Written from docs/architecture.md, apart from graph/projection.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, cast

from graph.model import Group, LabelId, Pair, Revision, View
from graph.resolution.clusters import cluster
from graph.store.base import Store
from graph.tables import HUB, STORE_TABLES
from tests.stores.oracle import Oracle
from tests.stores.rows import Delta, Row


def an_id(number: int) -> bytes:
    """A mention's id; in another order than the numbers, as real ids are."""
    return (number * 7919 % 10_007).to_bytes(16, "big")


@dataclass(frozen=True)
class Said:
    """One mention. number: its id is an_id(number)."""

    number: int
    kind: str = "Company"
    label: int = 1
    keys: tuple[str, ...] = ()
    caption: str = "Ash Ltd"
    authority: int = 1
    born: int = 1
    props: tuple[tuple[str, str], ...] = ()
    valid: tuple[str | None, str | None] = (None, None)
    revision: int | None = None
    """Its record's; None: the one it was born at."""

    @property
    def mid(self) -> bytes:
        return an_id(self.number)


@dataclass(frozen=True)
class Tie:
    """One mention link between two mentions of one label."""

    number: int
    kind: str
    source: int
    target: int
    role: str = ""
    valid: tuple[str | None, str | None] = (None, None)
    props: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Verdict:
    """A judgement, or a model's decision when it has a strength."""

    id: str
    a: int
    b: int
    verdict: str
    label: int = 1
    strength: float | None = None


@dataclass(frozen=True)
class World:
    """What holds at one revision, by number and id."""

    said: dict[int, Said] = field(default_factory=dict)
    ties: dict[int, Tie] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def seen(self, labels: Iterable[int]) -> World:
        """Without the rows that labels hide."""
        said = {n: each for n, each in self.said.items() if each.label in labels}
        ties = {n: each for n, each in self.ties.items() if each.source in said}
        verdicts = {
            i: each
            for i, each in self.verdicts.items()
            if each.label in labels and each.a in said and each.b in said
        }
        return World(said, ties, verdicts)


def world(said: Sequence[Said], ties: Sequence[Tie] = (), verdicts: Sequence[Verdict] = ()) -> World:
    """A world of these."""
    return World({s.number: s for s in said}, {t.number: t for t in ties}, {v.id: v for v in verdicts})


class Projector:
    """Drives an oracle store. hub: neighbours from which a counter is kept. seed: of the numbers it makes up.

    write_to: also given each delta, for a real store to follow."""

    def __init__(self, *, hub: int = HUB, seed: int = 0) -> None:
        self.store = Oracle()
        self._hub, self._chance, self._rows = hub, random.Random(seed), 0
        self.write_to: Callable[[Delta, Revision], None] = lambda delta, revision: None
        self._standing: dict[str, dict[str, int]] = {table: {} for table in STORE_TABLES}

    def follow(self, now: World) -> Store:
        """One revision more: the store stands as the world does."""
        delta = Delta()
        for table, rows in self._project(now).items():
            seen: Counter[str] = Counter()
            fresh: dict[str, Row] = {}
            for row in rows:
                text = json.dumps(row, sort_keys=True, default=bytes.hex)
                seen[text] += 1  # Two records may say the very same.
                fresh[f"{text} {seen[text]}"] = row
            standing = self._standing[table]
            for text in sorted(standing.keys() - fresh.keys()):
                delta.end(table, standing.pop(text))
            new = sorted(fresh.keys() - standing.keys())
            self._chance.shuffle(new)
            for text in new:
                self._rows += self._chance.randint(1, 3)
                standing[text] = self._rows
                delta.put(table, self._rows, **fresh[text])
        self.store.follow(delta)
        self.write_to(delta, self.store.head())
        return cast(Store, self.store)

    def _project(self, now: World) -> dict[str, list[Row]]:
        comp, grp = self._places(now)
        groups = _groups(now, comp, grp)
        anchor, kind = _plain(now, groups, comp, grp)
        links = [_link(now, tie, comp, grp, anchor, kind) for tie in now.ties.values()]
        rows = {
            "mentions": [_mention(said, comp, grp) for said in now.said.values()],
            "groups": [each._asdict() | {"keys": json.dumps(list(each.keys))} for each in groups],
            "keys": [
                {"key": key, "comp": g.comp, "grp": g.grp, "label": g.label} for g in groups for key in g.keys
            ],
            "pairs": [
                each._asdict() | {"label_a": now.said[v.a].label, "label_b": now.said[v.b].label}
                for v in now.verdicts.values()
                for each in [_pair(v, comp, grp)]
            ],
            "links": links,
        }
        return rows | {"counters": self._counters(links)}

    def _places(self, now: World) -> tuple[dict[int, int], dict[int, int]]:
        """Component and group by mention number: numbers that differ from projection to projection."""
        joined: dict[object, set[int]] = {number: {number} for number in now.said}
        ties = [(v.a, v.b) for v in now.verdicts.values() if v.verdict == "SAME"]
        holders: dict[str, int] = {}
        for said in now.said.values():
            ties += [(holders.setdefault(key, said.number), said.number) for key in said.keys]
        for a, b in ties:
            both = joined[a] | joined[b]
            joined |= dict.fromkeys(both, both)
        paired = {number for v in now.verdicts.values() for number in (v.a, v.b)}
        names = self._chance.sample(range(1, 100_000), 2 * len(now.said)) if now.said else []
        comps = {min(members): names.pop() for members in joined.values()}
        comp = {number: comps[min(joined[number])] for number in now.said}
        alike = {
            n: (comp[n], s.label, s.keys) if s.keys and n not in paired else ("alone", n)
            for n, s in now.said.items()
        }
        grps = {likeness: names.pop() for likeness in dict.fromkeys(alike.values())}
        return comp, {number: grps[alike[number]] for number in now.said}

    def _counters(self, links: list[Row]) -> list[Row]:
        near: dict[tuple[Any, ...], set[int]] = {}
        for row in links:
            for out, here, there in ((True, "from", "to"), (False, "to", "from")):
                if row[f"{there}_anchor"] is not None:
                    key = (row[f"{here}_comp"], row["label"], out, row["kind"], row[f"{there}_kind"])
                    near.setdefault(key, set()).add(row[f"{there}_comp"])
        names = ("comp", "label", "out", "kind", "nkind")
        return [
            dict(zip(names, key, strict=True)) | {"n": len(n)}
            for key, n in near.items()
            if len(n) >= self._hub
        ]


def _groups(now: World, comp: dict[int, int], grp: dict[int, int]) -> list[Group]:
    found = []
    ordered = sorted(now.said.values(), key=lambda s: grp[s.number])
    for number, members in groupby(ordered, key=lambda s: grp[s.number]):
        same = sorted(members, key=lambda s: (s.born, s.mid))
        _, authority, caption, kind = min((s.caption == "", s.authority, s.caption, s.kind) for s in same)
        first = same[0]
        found.append(
            Group(
                comp[first.number], number, LabelId(first.label), first.mid, first.born, len(same), kind, caption,
                authority, first.keys,
            )
        )  # fmt: skip
    return found


def _plain(
    now: World, groups: list[Group], comp: dict[int, int], grp: dict[int, int]
) -> tuple[dict[int, bytes | None], dict[int, str]]:
    """By component: its one entity's id when it is plain, and the kind of all its mentions together."""
    anchor: dict[int, bytes | None] = {}
    kind: dict[int, str] = {}
    odd = {
        comp[v.a] for v in now.verdicts.values() if v.verdict == "DIFFERENT" or v.label != now.said[v.a].label
    }
    for number, members in groupby(sorted(groups, key=lambda g: g.comp), key=lambda g: g.comp):
        held = list(members)
        found = cluster(held, [_pair(v, comp, grp) for v in now.verdicts.values()])
        plain = len(found) == 1 and len({g.label for g in held}) == 1 and number not in odd
        anchor[number] = found[0].anchor if plain else None
        kind[number] = min((g.caption == "", g.authority, g.caption, g.kind) for g in held)[3]
    return anchor, kind


def _mention(said: Said, comp: dict[int, int], grp: dict[int, int]) -> Row:
    props: dict[str, list[list[str | None]]] = {}
    for name, value in said.props:
        props.setdefault(name, []).append([value, None])
    return {
        "mid": said.mid, "comp": comp[said.number], "grp": grp[said.number], "label": said.label,
        "born": said.born, "source": said.label, "rec_key": f"r{said.number}", "slot": "thing", "kind": said.kind,
        "caption": said.caption, "authority": said.authority, "props": json.dumps(props) if props else None,
        "valid_from": said.valid[0], "valid_to": said.valid[1], "revision": said.revision or said.born,
        "locator": f"line {said.number}",
    }  # fmt: skip


def _link(
    now: World, tie: Tie, comp: dict[int, int], grp: dict[int, int], anchor: dict[int, bytes | None], kind: dict[int, str]
) -> Row:  # fmt: skip
    source, target = now.said[tie.source], now.said[tie.target]
    return {
        "kind": tie.kind, "role": tie.role, "label": source.label,
        "from_comp": comp[tie.source], "to_comp": comp[tie.target],
        "from_grp": grp[tie.source], "to_grp": grp[tie.target], "from_mid": source.mid, "to_mid": target.mid,
        "from_kind": kind[comp[tie.source]], "to_kind": kind[comp[tie.target]],
        "from_anchor": anchor[comp[tie.source]], "to_anchor": anchor[comp[tie.target]],
        "valid_from": tie.valid[0], "valid_to": tie.valid[1],
        "props": json.dumps(dict(tie.props)) if tie.props else None,
    }  # fmt: skip


def _pair(v: Verdict, comp: dict[int, int], grp: dict[int, int]) -> Pair:
    by = "judgement" if v.strength is None else "model"
    return Pair(
        comp[v.a], comp[v.b], an_id(v.a), an_id(v.b), grp[v.a], grp[v.b], v.verdict, by, v.strength, v.id,
        LabelId(v.label), "{}",
    )  # fmt: skip


def view(store: Store, *labels: int, valid: Any = None, revision: int | None = None) -> View:
    """The view of some labels at a revision, or the last."""
    at = Revision(store.head() if revision is None else revision)
    return View(frozenset(LabelId(label) for label in labels or (1, 2, 3)), at, valid)


KINDS = ("Company", "Person", "Address")
DAYS = (None, None, "2019-01-01", "2020-06-30", "2021-01-01")


def a_world(chance: random.Random, *, things: int = 8, labels: int = 3) -> World:
    """Things, each mentioned under several labels; a few are linked to many; some judgements."""
    said: dict[int, Said] = {}
    for number in range(1, chance.randint(2, things * 2) + 1):
        thing = chance.randint(1, things)
        kind = KINDS[thing % 3]
        keys = {f"{kind}:{thing}"} if chance.random() < 0.8 else set()
        said[number] = Said(
            number, kind if chance.random() < 0.9 else "Organisation", chance.randint(1, labels),
            tuple(sorted(keys | ({f"{kind}:{thing % 3}x"} if chance.random() < 0.2 else set()))),
            chance.choice(("", f"T{thing}", f"t{thing}")), chance.randint(0, 2), chance.randint(1, 3),
            props=(("incorporated", chance.choice(("2019-01-01", "2020-02"))), ("name", f"N{thing}")),
            valid=(chance.choice(DAYS[:3]), chance.choice((None, "2020-06-30"))), revision=1,
        )  # fmt: skip
    ties: dict[int, Tie] = {}
    for number in range(1, chance.randint(0, things * 4) + 1):
        a, b = (min(chance.choice(list(said)), chance.choice(list(said))) for _ in range(2))
        if said[a].label == said[b].label:
            days = (chance.choice(DAYS[:4]), chance.choice((None, None, "2021-01-01")))
            ties[number] = Tie(
                number, chance.choice(("OWNS", "AT")), a, b, chance.choice(("", "director")), days
            )
    verdicts: dict[str, Verdict] = {}
    for number in range(chance.randint(0, 4)):
        a, b = chance.choice(list(said)), chance.choice(list(said))
        if a != b:
            strength = None if chance.random() < 0.6 else float(chance.randint(1, 9))
            label = chance.choice((said[a].label, said[b].label, chance.randint(1, labels)))
            what = chance.choice(("SAME", "SAME", "DIFFERENT", "UNSURE"))
            verdicts[f"j{number}"] = Verdict(f"j{number}", a, b, what, label, strength)
    return World(said, ties, verdicts)


def later(chance: random.Random, before: World, revision: int) -> World:
    """The world a revision on: some of it gone, some of it changed, something new."""
    fresh = a_world(chance)
    shift = 100 * revision
    said = {n: s for n, s in before.said.items() if chance.random() < 0.9}
    for number in chance.sample(list(said), min(2, len(said))):
        said[number] = replace(said[number], caption=f"T{revision}", revision=revision)
    said |= {
        n + shift: replace(s, number=n + shift, born=revision, revision=revision)
        for n, s in fresh.said.items()
        if chance.random() < 0.4
    }
    ties = {**before.ties, **{
        n + shift: replace(t, number=n + shift, source=t.source + shift, target=t.target + shift)
        for n, t in fresh.ties.items()
    }}  # fmt: skip
    ties = {n: t for n, t in ties.items() if {t.source, t.target} <= said.keys() and chance.random() < 0.9}
    verdicts = {
        i: v for i, v in before.verdicts.items() if {v.a, v.b} <= said.keys() and chance.random() < 0.8
    }
    for i, v in list(verdicts.items()):
        if v.strength is not None and chance.random() < 0.5:  # A model decides anew under the id it had.
            verdicts[i] = replace(v, verdict=chance.choice(("SAME", "UNSURE")), strength=v.strength + 1)
    for number, v in enumerate(fresh.verdicts.values() if len(said) > 1 else ()):
        a, b = chance.sample(sorted(said), 2)
        made = f"j{revision}-{number}"
        verdicts[made] = replace(v, id=made, a=a, b=b)
    return World(said, ties, verdicts)
