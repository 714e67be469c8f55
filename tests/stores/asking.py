"""Every question of the port, asked of two stores alike."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from graph.model import LabelId, Revision, View
from graph.store.base import Store
from tests.stores.oracle import Oracle
from tests.stores.rows import KINDS, LINK_KINDS, an_id

Question = tuple[str, tuple[Any, ...], dict[str, Any]]
DAYS = (None, date(2018, 12, 31), date(2019, 1, 1), date(2020, 2, 29), date(2021, 12, 31), date(2022, 1, 1))


def everything(revision: int, *labels: int) -> View:
    """A view of labels (1 to 4 when none is given) at a revision, of all times."""
    return View(frozenset(map(LabelId, labels or (1, 2, 3, 4))), Revision(revision))


def views(chance: random.Random, head: int, labels: int = 4) -> Iterator[View]:
    """Random views without end: subsets of the labels, any revision held, some of one day."""
    while True:
        shown = [LabelId(label) for label in range(1, labels + 1) if chance.random() < 0.7]
        yield View(frozenset(shown), Revision(chance.randint(0, head)), chance.choice(DAYS))


def questions(chance: random.Random, oracle: Oracle, things: int = 12) -> list[Question]:
    """One of every kind of question, with arguments drawn from what is and what is not there."""
    comps = chance.sample(range(1, things + 2), chance.randint(1, things // 2))
    groups = [comp * 10 + place for comp in comps for place in range(2)]
    mids = [*chance.sample(oracle.mids(), min(6, len(oracle.mids()))), an_id(10**9), b"short"]
    after = chance.choice((None, an_id(0), an_id(20_000), an_id(60_000), an_id(5_000)))
    limit = chance.choice((None, 0, 1, 2, 5, 1000))
    hubs = [
        (chance.choice(comps), chance.random() < 0.5, chance.choice(LINK_KINDS), chance.choice(KINDS))
        for _ in range(8)
    ]
    place = (chance.randint(0, 6), chance.randint(0, 2), chance.randint(0, 200_006))
    since, page = Revision(chance.randint(0, 6)), chance.choice((1, 3, 10_000))
    keys = ["icao24:4ca1fa", "address:1 Élan Rd", *(f"company_number:GB-COH/{comp:08}" for comp in comps)]
    return [
        ("mentions", (), {"ids": mids, "after": after, "limit": limit}),
        ("mentions", (), {"ids": mids, "after": after, "limit": limit, "ended": True}),
        ("mentions", (), {"groups": groups, "after": after, "limit": limit}),
        ("groups", (comps,), {}),
        ("holders", (keys,), {}),
        ("pairs", (comps,), {}),
        ("counters", (comps,), {}),
        ("links", (comps,), {"limit": limit}),
        ("links", (comps,), {"limit": limit, "skip": hubs}),
        ("links", (), {"limit": limit, "groups": groups}),
        ("links", (), {"limit": limit, "between": [(a, b) for a in comps for b in comps]}),
        ("among", (comps,), {}),
        ("among", (comps,), {"others": chance.sample(range(1, things + 2), things // 2)}),
        ("among", (comps[:1],), {"others": range(1, things + 2)}),
        ("neighbours", (hubs[0],), {"after": after, "limit": page}),
        ("neighbours", (hubs[1],), {"limit": page}),
        ("changed", (since,), {"limit": page}),
        ("changed", (since,), {"limit": page, "after": place}),
    ]


def answers(store: Store | Oracle, view: View, asked: list[Question]) -> list[object]:
    """What a store says to the questions."""
    return [getattr(store, name)(view, *arguments, **named) for name, arguments, named in asked]
