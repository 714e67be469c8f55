"""select, count, counts, live and documents beside a plain loop over random documents, labels and revisions."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from graph.errors import InvalidValue, NotHeld
from graph.model import View
from graph.search import Counts, Filter, SearchIndex
from tests.graph.search.made import Row, doc, index, view

LABELS = range(5)
REVISIONS = 6


class Held(NamedTuple):
    row: Row
    since: int
    until: int


class World(NamedTuple):
    search: SearchIndex
    held: list[Held]

    def seen(self, by: View) -> Iterator[Row]:
        for row, since, until in self.held:
            if row["label"] in by.labels and since <= by.revision < until:
                yield row


@pytest.fixture(scope="module", params=[1, 2])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    dice = random.Random(request.param)
    standing: dict[int, int] = {}
    deltas: list[tuple[list[Row], list[int]]] = []
    held: dict[int, Held] = {}
    for revision in range(1, REVISIONS + 1):
        ended = [row for row in sorted(standing) if dice.random() < 0.25]
        put = [_flight(dice, revision * 1000 + i) for i in range(80)]
        for gone in ended:
            held[gone] = held[gone]._replace(until=revision)
            del standing[gone]
        for row in put:
            held[row["row"]] = Held(row, revision, 2**62)
            standing[row["row"]] = revision
        dice.shuffle(put)
        deltas.append((put, ended))
    return World(index(tmp_path_factory.mktemp("world"), *deltas), list(held.values()))


def _flight(dice: random.Random, row: int) -> Row:
    facets = [f"operator:{dice.choice(['EZY', 'BAW', 'RYR', 'A:B'])}"]
    facets += [f"day:2025-12-{dice.randint(1, 20):02}" for _ in range(dice.choice([0, 1, 1, 1, 2]))]
    facets += [
        f"from:{dice.choice(['EGCC', 'EGLL', 'LFPG'])}",
        f"route:{dice.randint(1, 9)}-{dice.randint(1, 9)}",
    ]
    if dice.random() < 0.2:
        facets.append("seen:2025-12-12T13:00:00Z")
    grp = None if dice.random() < 0.7 else row
    kind = "Flight" if dice.random() < 0.9 else "Aircraft"
    comp = row if grp is None else 10_000_000 + row // 4
    return doc(row, f"F{row}", label=dice.choice(LABELS), kind=kind, facets=facets, grp=grp, comp=comp)


FILTERS = [
    Filter(),
    Filter(kind="Aircraft"),
    Filter(all_of=(("operator:EZY",),)),
    Filter(all_of=(("operator:EZY", "operator:A:B"), ("from:EGCC", "from:NOWHERE"))),
    Filter(all_of=(("seen:2025-12-12T13:00:00Z",),)),
    Filter(all_of=(("operator:ezy",),)),
    Filter(all_of=((),)),
    Filter(all_of=(("unheard_of:1",),)),
    Filter(day_from="2025-12-05", day_to="2025-12-09"),
    Filter(day_from="2025-12-15"),
    Filter(day_to="2025-12-03", all_of=(("from:EGLL",),)),
    Filter(day_from="2025-12-09", day_to="2025-12-05"),
    Filter(day_from="2025-12-12", day_to="2025-12-12"),
]


def views() -> list[View]:
    some = [view(revision, labels) for revision in (1, 3, REVISIONS) for labels in ((0, 2), LABELS)]
    return [*some, view(REVISIONS, ()), view(REVISIONS, range(3000)), view(REVISIONS, (77,))]


def matching(world: World, by: View, wanted: Filter) -> list[Row]:
    return [
        row for row in world.seen(by) if row["kind"] == wanted.kind and wanted.matches(set(row["facets"]))
    ]


def place(row: Row) -> tuple[str, bytes]:
    days = sorted(facet[4:] for facet in row["facets"] if facet.startswith("day:"))
    return (days[0] if days else ""), row["oldest"]


@pytest.mark.parametrize("wanted", FILTERS)
def test_totals_and_pages_are_those_of_a_plain_loop(world: World, wanted: Filter) -> None:
    for by in views():
        expected = sorted((row for row in matching(world, by, wanted) if row["grp"] is None), key=place)
        assert world.search.count(by, wanted) == len(expected)
        for ascending in (True, False):
            first = world.search.page(by, wanted, limit=9, ascending=ascending)
            assert first.total == len(expected)
            order = [row["row"] for row in (expected if ascending else expected[::-1])]
            assert pages(world, by, wanted, 9, ascending) == order


def pages(world: World, by: View, wanted: Filter, limit: int, ascending: bool) -> list[int]:
    rows: list[int] = []
    after = None
    while page := world.search.select(by, wanted, after=after, limit=limit, ascending=ascending):
        rows += [found.row for found in page]
        after = (page[-1].day, page[-1].key)
    return rows


@pytest.mark.parametrize("wanted", FILTERS)
@pytest.mark.parametrize("by", ["operator", "route", "day", "unheard_of"])
def test_counts_by_a_field_are_those_of_a_plain_loop(world: World, wanted: Filter, by: str) -> None:
    for seen_by in views():
        values: Counter[str] = Counter()
        for row in matching(world, seen_by, wanted):
            if row["grp"] is None:
                values.update({f.partition(":")[2] for f in row["facets"] if f.startswith(f"{by}:")})
        ordered = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
        for limit in (1, 3, 7, 200):
            rest = sum(n for _, n in ordered[limit:])
            assert world.search.counts(seen_by, wanted, by=by, limit=limit) == Counts(
                tuple(ordered[:limit]), rest
            )


@pytest.mark.parametrize("wanted", FILTERS)
def test_live_names_every_component_whose_documents_meet_each_condition(world: World, wanted: Filter) -> None:
    for by in views():
        comps: dict[int, list[Row]] = {}
        for row in world.seen(by):
            if row["grp"] is not None:
                comps.setdefault(row["comp"], []).append(row)
        expected = sorted(comp for comp, rows in comps.items() if meets(rows, wanted))
        assert world.search.live(by, wanted) == expected


def meets(rows: list[Row], wanted: Filter) -> bool:
    days = Filter(day_from=wanted.day_from, day_to=wanted.day_to)
    conditions: list[Any] = [
        lambda row: row["kind"] == wanted.kind,
        lambda row: days.matches(set(row["facets"])),
    ]
    conditions += [
        lambda row, group=group: not set(group).isdisjoint(row["facets"]) for group in wanted.all_of
    ]
    return all(any(condition(row) for row in rows) for condition in conditions)


def test_documents_gives_the_visible_documents_of_components(world: World) -> None:
    for by in views():
        comps = sorted({row.row["comp"] for row in world.held})[::3]
        expected = [row for row in world.seen(by) if row["comp"] in set(comps)]
        expected.sort(key=lambda row: (row["comp"], row["oldest"]))
        found = world.search.documents(by, [*comps, comps[0], 987654321])
        assert [(d.row, d.grp, d.anchor, d.label, list(d.facets)) for d in found] == [
            (row["row"], row["grp"], row["anchor"], row["label"], sorted(set(row["facets"])))
            for row in expected
        ]


@pytest.mark.parametrize("limit", [0, 1, 5, 60, 250, 400])
def test_equal_counts_are_cut_in_the_order_of_their_text(tmp_path: Path, limit: int) -> None:
    dice = random.Random(9)
    rows = [doc(i, f"F{i}", kind="Flight", facets=[f"route:{dice.randint(1, 350)}"]) for i in range(500)]
    ordered = sorted(
        Counter(row["facets"][0][6:] for row in rows).items(), key=lambda pair: (-pair[1], pair[0])
    )
    made = index(tmp_path, (rows[:300], ()), (rows[300:], ()))
    rest = sum(n for _, n in ordered[limit:])
    assert made.counts(view(2), Filter(), by="route", limit=limit) == Counts(tuple(ordered[:limit]), rest)


def test_pages_are_whole_when_ids_begin_alike(tmp_path: Path) -> None:
    rows = [doc(i, f"F{i}", kind="Flight", facets=["day:2025-12-12"]) for i in range(50)]
    for i, row in enumerate(rows):
        row["oldest"] = row["anchor"] = bytes(12) + i.to_bytes(4, "big")
    random.Random(4).shuffle(rows)
    world = World(index(tmp_path, (rows, ())), [Held(row, 1, 2**62) for row in rows])
    for limit in (1, 7, 50):
        assert pages(world, view(), Filter(), limit, True) == list(range(50))
        assert pages(world, view(), Filter(), limit, False) == list(range(50))[::-1]


def test_pages_stay_when_newer_documents_land(tmp_path: Path) -> None:
    rows = [doc(i, f"F{i}", kind="Flight", facets=[f"day:2025-12-{i % 9 + 1:02}"]) for i in range(30)]
    made = index(
        tmp_path,
        (rows, ()),
        (({**doc(99, "F99", kind="Flight", facets=["day:2025-12-01"])},), range(0, 30, 2)),
    )
    world = World(made, [Held(row, 1, 2**62) for row in rows])
    assert pages(world, view(1), Filter(), 4, True) == [row["row"] for row in sorted(rows, key=place)]


@pytest.mark.parametrize("facet", ["EGCC", ":EGCC", "from:", "From:EGCC", "fr.om:EGCC"])
def test_a_facet_of_another_form_is_refused(facet: str) -> None:
    with pytest.raises(InvalidValue, match="is not field:VALUE"):
        Filter(all_of=((facet,),))


@pytest.mark.parametrize("day", ["2025-13-01", "20251212", "12/12/2025", "", "2025-W01-1"])
def test_a_day_of_another_form_is_refused(day: str) -> None:
    with pytest.raises(InvalidValue, match="is not a date like 2025-12-12"):
        Filter(day_from=day)


def test_an_empty_index_counts_nothing(tmp_path: Path) -> None:
    empty = SearchIndex(tmp_path / "index")
    assert empty.count(view(0), Filter()) == 0
    assert empty.counts(view(0), Filter(), by="operator", limit=5) == Counts((), 0)
    assert empty.select(view(0), Filter(), limit=5) == []
    assert empty.page(view(0), Filter(), limit=5) == ((), 0)
    assert empty.live(view(0), Filter()) == []
    with pytest.raises(NotHeld, match="Revision 1 is beyond"):
        empty.count(view(1), Filter())
