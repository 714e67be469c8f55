"""The store port's contract (graph/store/base.py): what every read answers."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from graph.errors import NotHeld
from graph.model import Change, Counter, LabelId, Pair, Revision, View
from graph.store.base import HubKey, Store
from graph.tables import AMONG
from tests.stores.asking import answers, everything, questions, views
from tests.stores.conftest import Follow
from tests.stores.oracle import Oracle
from tests.stores.rows import Delta, World, an_id


@pytest.mark.parametrize("seed", range(8))
def test_every_answer_is_the_oracles_at_every_view_of_a_random_history(
    store: Store, follow: Follow, seed: int
) -> None:
    world, oracle, chance = World(seed), Oracle(), random.Random(seed)
    for _ in range(6):
        delta = world.delta(30)
        follow(delta)
        oracle.follow(delta)
    for view, _ in zip(views(chance, 6), range(20), strict=False):
        asked = questions(chance, oracle)
        for question, got, want in zip(
            asked, answers(store, view, asked), answers(oracle, view, asked), strict=True
        ):
            assert got == want, (view, question)


def test_an_empty_store_is_at_revision_0_where_nothing_is_seen(store: Store) -> None:
    view = everything(0)
    assert store.head() == 0
    assert store.mentions(view, ids=[an_id(1)], ended=True) == []
    assert store.mentions(view, groups=[1]) == []
    assert store.groups(view, [1]) == {}
    assert store.holders(view, ["icao24:4ca1fa"]) == {}
    assert store.pairs(view, [1]) == []
    assert store.counters(view, [1]) == []
    assert store.links(view, [1]) == []
    assert store.neighbours(view, (1, True, "OFFICER_OF", "Company"), limit=5) == []
    assert store.changed(view, Revision(0), limit=5) == []


def test_a_read_beyond_the_head_raises_not_held(store: Store, follow: Follow) -> None:
    follow(Delta())
    beyond = everything(2)
    with pytest.raises(NotHeld):
        store.mentions(beyond, ids=[an_id(1)])
    with pytest.raises(NotHeld):
        store.groups(beyond, [1])
    with pytest.raises(NotHeld):
        store.holders(beyond, ["icao24:4ca1fa"])
    with pytest.raises(NotHeld):
        store.pairs(beyond, [1])
    with pytest.raises(NotHeld):
        store.counters(beyond, [1])
    with pytest.raises(NotHeld):
        store.links(beyond, [1])
    with pytest.raises(NotHeld):
        store.neighbours(beyond, (1, True, "OFFICER_OF", "Company"), limit=5)
    with pytest.raises(NotHeld):
        store.changed(beyond, Revision(0), limit=5)


def test_asking_for_nothing_gives_nothing(store: Store, follow: Follow) -> None:
    delta = Delta()
    delta.put("links", 1)
    follow(delta)
    view = everything(1)
    assert store.mentions(view) == []
    assert store.groups(view, []) == {}
    assert store.holders(view, []) == {}
    assert store.pairs(view, []) == []
    assert store.counters(view, []) == []
    assert store.links(view, []) == []
    assert store.links(everything(1, 2), [1]) == []
    assert store.links(View(frozenset(), Revision(1)), [1]) == []


def test_a_row_is_seen_from_the_revision_that_puts_it_until_the_one_that_ends_it(
    store: Store, follow: Follow
) -> None:
    put, end = Delta(), Delta()
    put.put("links", 7)
    end.end("links", 7)
    for delta in (Delta(), put, Delta(), end, Delta()):
        follow(delta)
    seen = [[link.row for link in store.links(everything(at), [1])] for at in range(6)]
    assert seen == [[], [], [7], [7], [], []]


def test_an_ended_mention_is_found_as_it_stood_last(store: Store, follow: Follow) -> None:
    first, second, third = Delta(), Delta(), Delta()
    first.put("mentions", 1, mid=an_id(5), comp=10, caption="first")
    first.put("mentions", 2, mid=an_id(6), label=2, caption="hidden")
    second.end("mentions", 1)
    second.end("mentions", 2)
    second.put("mentions", 3, mid=an_id(5), comp=20, caption="second")
    third.end("mentions", 3)
    for delta in (first, second, third, Delta()):
        follow(delta)
    asked = [an_id(5), an_id(6)]

    def captions(at: int, *, ended: bool) -> list[str]:
        return [mention.caption for mention in store.mentions(everything(at, 1), ids=asked, ended=ended)]

    assert [captions(at, ended=True) for at in range(5)] == [
        [],
        ["first"],
        ["second"],
        ["second"],
        ["second"],
    ]
    assert [captions(at, ended=False) for at in range(5)] == [[], ["first"], ["second"], [], []]


def test_a_pair_is_seen_when_its_label_and_both_mentions_labels_are_and_listed_once(
    store: Store, follow: Follow
) -> None:
    delta = Delta()
    delta.put("pairs", 1, comp=1, other=2, label=3, label_a=1, label_b=2, id="b", strength=12.5, by="model-1")
    delta.put("pairs", 2, comp=2, other=2, id="a")
    follow(delta)
    model = Pair(1, 2, an_id(1), an_id(2), 1, 2, "SAME", "model-1", 12.5, "b", LabelId(3), "{}")
    judged = Pair(2, 2, an_id(1), an_id(2), 1, 2, "SAME", "judgement", None, "a", LabelId(1), "{}")
    assert store.pairs(everything(1, 1, 2, 3), [1, 2]) == [judged, model]
    assert store.pairs(everything(1, 1, 2, 3), [1]) == [model]
    assert [store.pairs(everything(1, *labels), [2]) for labels in ((1, 2), (1, 3), (2, 3))] == [
        [judged],
        [judged],
        [],
    ]


def test_counters_are_summed_over_the_visible_labels(store: Store, follow: Follow) -> None:
    delta = Delta()
    for row, (label, out, n) in enumerate(((1, True, 70), (2, True, 80), (4, True, 90), (1, False, 64))):
        delta.put("counters", row, label=label, out=out, n=n)
    follow(delta)
    assert store.counters(everything(1, 1, 2), [1]) == [
        Counter(1, False, "OFFICER_OF", "Company", 64),
        Counter(1, True, "OFFICER_OF", "Company", 150),
    ]


def test_a_day_shows_the_links_whose_interval_contains_it_and_unknown_bounds_are_open(
    store: Store, follow: Follow
) -> None:
    intervals = {
        1: (None, None),
        2: ("2020-03-01", None),
        3: (None, "2020-02-29"),
        4: ("2020-02-29T23:59:59Z", "2020-02-29T23:59:59Z"),
        5: ("2020-03-01T00:00:00Z", None),
        6: (None, "2020-02-28T23:59:59Z"),
    }
    delta = Delta()
    for row, (first, last) in intervals.items():
        delta.put("links", row, to_anchor=an_id(row), to_comp=row, valid_from=first, valid_to=last)
    follow(delta)
    leap_day = View(frozenset({LabelId(1)}), Revision(1), date(2020, 2, 29))
    hub: HubKey = (1, True, "OFFICER_OF", "Company")
    assert [link.row for link in store.links(leap_day, [1])] == [1, 3, 4]
    assert [comp for _, comp in store.neighbours(leap_day, hub, limit=9)] == [1, 3, 4]
    assert [link.row for link in store.links(everything(1), [1])] == [1, 2, 3, 4, 5, 6]


def test_skip_leaves_out_a_hubs_links_to_plain_neighbours_of_that_kind_and_nothing_else(
    store: Store, follow: Follow
) -> None:
    delta = Delta()
    delta.put("links", 1)
    delta.put("links", 2, to_anchor=None, to_comp=3)
    delta.put("links", 3, to_kind="Organisation", to_comp=4)
    delta.put("links", 4, kind="CONTROLS")
    delta.put("links", 5, from_comp=2, to_comp=1, from_kind="Company", to_kind="Company")
    delta.put("links", 6, from_comp=9, to_comp=2)
    follow(delta)
    out: HubKey = (1, True, "OFFICER_OF", "Company")
    back: HubKey = (1, False, "OFFICER_OF", "Company")

    def rows(*skip: HubKey, comps: tuple[int, ...] = (1,), limit: int | None = None) -> list[int]:
        return [link.row for link in store.links(everything(1), comps, skip=skip, limit=limit)]

    assert rows(out) == [2, 3, 4, 5]
    assert rows(out, back) == [2, 3, 4]
    assert rows(out, limit=2) == [2, 3]
    assert rows((1, True, "OFFICER_OF", "Nothing")) == [1, 2, 3, 4, 5]
    assert rows(out, comps=(1, 2)) == [2, 3, 4, 5, 6]


def test_links_between_components_go_from_the_first_to_the_second(store: Store, follow: Follow) -> None:
    delta = Delta()
    for row, (source, target) in enumerate(((1, 2), (2, 1), (1, 3), (1, 2), (1, 1))):
        delta.put("links", row, from_comp=source, to_comp=target)
    follow(delta)
    found = {
        pairs: [link.row for link in store.links(everything(1), between=pairs)]
        for pairs in (((1, 2),), ((2, 1),), ((1, 2), (1, 3), (1, 2)), ((1, 1),), ((3, 1),))
    }
    assert found == {
        ((1, 2),): [0, 3],
        ((2, 1),): [1],
        ((1, 2), (1, 3), (1, 2)): [0, 2, 3],
        ((1, 1),): [4],
        ((3, 1),): [],
    }


def test_links_between_two_hubs_and_between_a_hub_and_a_leaf_are_the_same_from_either_end(
    store: Store, follow: Follow
) -> None:
    delta = Delta()
    for row in range(300):
        delta.put("links", row, from_comp=1, to_comp=100 + row)
        delta.put("links", 1000 + row, from_comp=200 + row, to_comp=2)
    delta.put("links", 5000, from_comp=1, to_comp=2)
    follow(delta)
    view = everything(1)
    assert [link.row for link in store.links(view, between=[(1, 2)])] == [5000]
    assert [link.row for link in store.links(view, between=[(1, 399)])] == [299]
    assert [link.row for link in store.links(view, between=[(499, 2)])] == [1299]


def test_links_among_components_are_those_with_both_ends_known_and_one_of_them_asked_for(
    store: Store, follow: Follow
) -> None:
    delta = Delta()
    ends = [(1, 2), (2, 1), (1, 1), (1, 3), (3, 1), (3, 3), (3, 4), (4, 2), (1, 2)]
    for row, (source, target) in enumerate(ends):
        delta.put("links", row, kind="OWNS" if row == 8 else "CONTROLS", from_comp=source, to_comp=target)
    # Others may be hubs: few or many links leave them, and either way is the same.
    for row in range(100, 200):
        delta.put("links", row, from_comp=7, to_comp=row)
    delta.put("links", 300, from_comp=7, to_comp=1)
    follow(delta)

    def found(comps: list[int], others: list[int]) -> list[tuple[str, int, int]]:
        table = store.among(everything(1), comps, others)
        assert table.schema == AMONG
        columns = (table[name].to_pylist() for name in ("kind", "from_comp", "to_comp"))
        return list(zip(*columns, strict=True))

    own = [("CONTROLS", 1, 2), ("CONTROLS", 2, 1), ("CONTROLS", 1, 1)]
    assert found([1, 2], []) == found([2, 1, 2], [1]) == [*own, ("OWNS", 1, 2)]
    more = [*own, ("CONTROLS", 1, 3), ("CONTROLS", 3, 1), ("OWNS", 1, 2)]
    assert found([1, 2], [3]) == found([1, 2], [3, 1]) == more
    assert found([1, 2], [3, 7]) == [*more, ("OFFICER_OF", 7, 1)]
    assert found([], [1, 2]) == found([9], [1]) == []
    assert store.among(everything(0), [1]).num_rows == 0


def test_changes_list_puts_and_ends_of_visible_mentions_links_and_pairs_in_order(
    store: Store, follow: Follow
) -> None:
    first, second = Delta(), Delta()
    first.put("links", 3)
    first.put("mentions", 9, mid=an_id(9))
    first.put("mentions", 8, mid=an_id(8), label=2)
    first.put("pairs", 4, a=an_id(9), b=an_id(8))
    first.put("groups", 1)
    second.end("mentions", 9)
    second.put("mentions", 2, mid=an_id(9))
    second.end("links", 3)
    second.end("pairs", 4)
    second.put("pairs", 1, a=an_id(9), b=an_id(8), comp=7)
    follow(first)
    follow(second)
    ends, judged = (an_id(1), an_id(2)), (an_id(9), an_id(8))
    put_first = [
        Change(1, "mentions", 9, True, (an_id(9),)),
        Change(1, "links", 3, True, ends),
        Change(1, "pairs", 4, True, judged),
    ]
    in_second = [
        Change(2, "mentions", 2, True, (an_id(9),)),
        Change(2, "mentions", 9, False, (an_id(9),)),
        Change(2, "links", 3, False, ends),
        Change(2, "pairs", 1, True, judged),
        Change(2, "pairs", 4, False, judged),
    ]
    assert store.changed(everything(2, 1), Revision(0), limit=9) == put_first + in_second
    assert store.changed(everything(1, 1), Revision(0), limit=9) == put_first
    assert store.changed(everything(2, 1), Revision(1), limit=9) == in_second
    assert store.changed(everything(2, 1), Revision(0), limit=3, after=(1, 1, 6)) == [
        put_first[2],
        *in_second[:2],
    ]
    assert store.changed(everything(2, 1), Revision(0), limit=9, after=(2, 2, 2)) == in_second[4:]
    assert store.changed(everything(2, 1), Revision(2), limit=9) == []


def test_a_changed_pair_is_seen_by_who_sees_it_and_both_its_mentions(store: Store, follow: Follow) -> None:
    put, end = Delta(), Delta()
    for row, labels in enumerate([(1, 2, 3), (1, 1, 1), (2, 1, 1), (1, 2, 1), (1, 1, 2)]):
        put.put("pairs", row, **dict(zip(("label", "label_a", "label_b"), labels, strict=True)))
        end.end("pairs", row)
    follow(put)
    follow(end)
    for labels, seen in (((1,), [1]), ((1, 2), [1, 2, 3, 4]), ((2, 3), []), ((1, 2, 3), [0, 1, 2, 3, 4])):
        found = store.changed(everything(2, *labels), Revision(0), limit=99)
        assert [(c.revision, c.row) for c in found] == [(at, row) for at in (1, 2) for row in seen], labels


def test_thousands_of_labels_and_ids_are_one_question(store: Store, follow: Follow) -> None:
    many = 3000
    delta = Delta()
    for number in range(1, many + 1):
        delta.put("mentions", number, mid=an_id(number), label=number, grp=number)
        delta.put("links", number, to_comp=number + 1, to_anchor=an_id(number), label=number)
    follow(delta)
    odd = View(frozenset(LabelId(label) for label in range(1, many + 1, 2)), Revision(1))
    everybody = range(1, many + 1)
    found = store.mentions(odd, ids=[an_id(number) for number in everybody])
    assert [mention.mid for mention in found] == [an_id(number) for number in range(1, many + 1, 2)]
    assert [mention.label for mention in store.mentions(odd, groups=everybody)] == list(range(1, many + 1, 2))
    assert [link.row for link in store.links(odd, everybody)] == list(range(1, many + 1, 2))
    assert [link.row for link in store.links(odd, [1], limit=3)] == [1, 3, 5]
    near = store.neighbours(odd, (1, True, "OFFICER_OF", "Company"), after=an_id(2000), limit=2)
    assert near == [(an_id(2001), 2002), (an_id(2003), 2004)]


def test_a_neighbour_tied_by_many_links_is_one_neighbour(
    store: Store, follow: Follow, tmp_path: Path
) -> None:
    delta = Delta()
    for row in range(200):
        delta.put("links", row, to_comp=2 + row // 100, to_anchor=an_id(50 + row // 100), label=1 + row % 3)
    follow(delta)
    hub: HubKey = (1, True, "OFFICER_OF", "Company")
    assert store.neighbours(everything(1), hub, limit=9) == [(an_id(50), 2), (an_id(51), 3)]
    assert store.neighbours(everything(1), hub, limit=1) == [(an_id(50), 2)]
    assert store.neighbours(everything(1), hub, after=an_id(50), limit=9) == [(an_id(51), 3)]
