"""What a reader may not see changes nothing: neither presence, order, score, total nor page."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from graph.model import View
from graph.search import Filter, SearchIndex
from graph.search.names import CANDIDATES
from tests.graph.search.made import Row, doc, index, view

VISIBLE, HIDDEN = 1, 2
QUERIES = (
    "John Smith",
    "Jon Smyth",
    "J Smith",
    "smith",
    "Jonathan",
    "john zephyr smith",
    "058",
    "limited",
    "acme ltd",
)


def visible_rows(dice: random.Random) -> list[list[Row]]:
    first, last = ("John", "Jon", "Jonathan", "Jane", "J"), ("Smith", "Smyth", "Smithe", "Zephyr")
    rows = []
    for i in range(CANDIDATES + 800):
        name = f"{dice.choice(first)} {dice.choice(last)}" if i % 20 else f"Acme {i} Limited"
        facets = [
            f"operator:{dice.choice('ABC')}",
            f"day:2025-12-{dice.randint(1, 28):02}",
            f"route:{dice.randint(1, 30)}",
        ]
        grp, kind = (i if i % 7 == 0 else None), ("Flight" if i % 3 else "Person")
        rows.append(doc(i, name, f"058{i:05}", label=VISIBLE, facets=facets, grp=grp, comp=i // 2, kind=kind))
    return [rows[:100], rows[100:1400], rows[1400:]]


def hidden_rows(dice: random.Random, first: int, count: int) -> list[Row]:
    """Documents that match every query better, under every facet, in components of visible ones too."""
    rows = []
    for i in range(first, first + count):
        name = dice.choice(
            ("John Smith", "Jon Smyth", "J Smith", "Smith", "Jonathan", "Acme Limited", "Acme Ltd")
        )
        facets = ["operator:A", "operator:HID", "day:2025-12-01", f"route:{i}"]
        grp = i if dice.random() < 0.5 else None
        kind = dice.choice(("Flight", "Person", "Secret"))
        rows.append(doc(i, name, "058", label=HIDDEN, facets=facets, grp=grp, comp=i % 700, kind=kind))
    return rows


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> tuple[SearchIndex, SearchIndex]:
    """The same visible documents; the second world has thousands of hidden ones, other segments, another order."""
    dice = random.Random(11)
    batches = visible_rows(dice)
    ended = [range(0), range(3, 40, 5), range(200, 300)]
    alone: list[Any] = [(put, ends) for put, ends in zip(batches, ended, strict=True)]
    among: list[Any] = []
    for revision, (put, ends) in enumerate(alone):
        hidden = hidden_rows(dice, 100_000 * (revision + 1), 1500)
        mixed = [*put, *hidden]
        dice.shuffle(mixed)
        hidden_ends = [row["row"] for row in among[-1][0] if row["label"] == HIDDEN][:600] if among else []
        every = [*ends, *hidden_ends]
        dice.shuffle(every)
        among.append((mixed, every))
    folder = tmp_path_factory.mktemp("worlds")
    return index(folder / "alone", *alone), index(folder / "among", *among)


VIEWS = [view(revision, labels) for revision in (1, 2, 3) for labels in ((0, VISIBLE, 99),)]


@pytest.mark.parametrize("by", VIEWS, ids=str)
def test_finding_by_name_answers_the_same_bytes(worlds: tuple[SearchIndex, SearchIndex], by: View) -> None:
    for text in QUERIES:
        for kinds in ((), ("Person",), ("Secret",)):
            ours, theirs = (repr(made.find(by, text, kinds=kinds, limit=5000)) for made in worlds)
            assert ours == theirs
            ours, theirs = (repr(_paged(made, by, text, kinds)) for made in worlds)
            assert ours == theirs


def test_the_worlds_cut_candidates_and_hide_something(worlds: tuple[SearchIndex, SearchIndex]) -> None:
    assert [made.find(VIEWS[-1], "smith", limit=1).candidate_limit_hit for made in worlds] == [True, True]
    everything = view(3, (VISIBLE, HIDDEN))
    assert [made.count(everything, Filter(all_of=(("operator:HID",),))) > 500 for made in worlds] == [
        False,
        True,
    ]


@pytest.mark.parametrize("by", VIEWS, ids=str)
def test_facets_answer_the_same_bytes(worlds: tuple[SearchIndex, SearchIndex], by: View) -> None:
    for wanted in (
        Filter(),
        Filter(all_of=(("operator:A", "operator:HID"),), day_to="2025-12-15"),
        Filter(kind="Secret"),
    ):
        answers = [
            repr(
                [
                    made.count(by, wanted),
                    [made.counts(by, wanted, by=field, limit=4) for field in ("operator", "route", "day")],
                    [found.anchor for found in made.select(by, wanted, limit=50, ascending=False)],
                    made.live(by, wanted),
                    [found[1:] for found in made.documents(by, made.live(by, wanted))],
                ]
            )
            for made in worlds
        ]
        assert answers[0] == answers[1]


def _paged(made: SearchIndex, by: View, text: str, kinds: tuple[str, ...]) -> list[Any]:
    out: list[Any] = []
    after = None
    for _ in range(4):
        page = made.find(by, text, kinds=kinds, limit=3, after=after)
        out.append(page)
        after = page.hits[-1].place if page.hits else after
    return out


def test_a_whole_view_of_the_hidden_finds_them_too(tmp_path: Path) -> None:
    rows = [doc(1, "John Smith", label=VISIBLE), doc(2, "Jon Smith", label=HIDDEN)]
    made = index(tmp_path, (rows, ()))
    assert [hit.name for hit in made.find(view(1, (VISIBLE, HIDDEN)), "john smith", limit=5).hits] == [
        "John Smith",
        "Jon Smith",
    ]
    assert [hit.name for hit in made.find(view(1, (HIDDEN,)), "john smith", limit=5).hits] == ["Jon Smith"]
