"""Links, episodes and expand, beside brute force; hubs around the size from which counters are kept."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.episodes import coalesce, episodes
from graph.errors import InvalidValue
from graph.model import MentionLink, Total, View
from graph.reading import Graph, survey
from graph.reading.answers import Expansion
from graph.store.base import Store
from graph.tables import HUB
from tests.graph.reading.brute import Brute
from tests.graph.reading.worlds import Projector, Said, Tie, Verdict, a_world, an_id, view, world

SEEDS = st.integers(0, 2**32)
LABELS = st.sets(st.integers(1, 3), min_size=1)
VALID = st.sampled_from([None, date(2019, 6, 1), date(2021, 1, 1)])


def everything(graph: Graph, seen: View, ids: Sequence[bytes], limit: int) -> list[Expansion]:
    """All pages of an expansion."""
    pages = graph.expand(seen, ids, per_kind_limit=limit)
    got = list(pages)
    while cursors := [cut.next for page in pages for cut in page.truncated if cut.next is not None]:
        pages = graph.expand(seen, (), per_kind_limit=limit, after=cursors)
        got += pages
    return got


def counts(expansion: Expansion) -> dict[tuple[str, str, str], Total]:
    return {(c.link_kind, c.direction, c.kind): c.total for c in expansion.counts}


@given(SEEDS, LABELS, VALID, st.integers(1, 3), st.integers(1, 4))
def test_expand_counts_exactly_and_its_pages_are_all_there_is(
    seed: int, labels: set[int], valid: date | None, limit: int, hub: int
) -> None:
    now = a_world(random.Random(seed))
    store = Projector(hub=hub, seed=seed).follow(now)
    brute, seen = Brute(now, labels, valid), view(store, *labels, valid=valid)
    mids = sorted(brute.members)
    pages = everything(Graph(store), seen, mids, limit)
    assert [page.entity.id for page in pages[: len(mids)]] == mids
    told: dict[bytes, set[tuple[str, bytes, bytes]]] = {mid: set() for mid in mids}
    for page in pages:
        buckets = brute.buckets(page.entity.id)
        assert counts(page) == {bucket: Total(len(near)) for bucket, near in buckets.items()}
        for link in page.links:
            key = (link.kind, link.source.id, link.target.id)
            assert link.count == len(brute.links[key])
            told[page.entity.id].add(key)
    assert told == {mid: {key for key in brute.links if mid in key[1:]} for mid in mids}


@given(SEEDS, LABELS)
def test_expand_leaves_out_what_is_excluded_but_counts_it(seed: int, labels: set[int]) -> None:
    now = a_world(random.Random(seed))
    store = Projector(hub=2, seed=seed).follow(now)
    brute, seen = Brute(now, labels), view(store, *labels)
    away = sorted(brute.members)[::2]
    for page in Graph(store).expand(seen, sorted(brute.members), exclude=away, link_kinds=["OWNS"]):
        buckets = {b: near for b, near in brute.buckets(page.entity.id).items() if b[0] == "OWNS"}
        assert counts(page) == {bucket: Total(len(near)) for bucket, near in buckets.items()}
        listed = {
            (kind, *((page.entity.id, other) if way == "OUT" else (other, page.entity.id)))
            for (kind, way, _), near in buckets.items()
            for other in near
            if other not in away
        }
        assert {(link.kind, link.source.id, link.target.id) for link in page.links} == listed


@given(SEEDS, LABELS, VALID)
def test_links_between_are_those_of_the_brute(seed: int, labels: set[int], valid: date | None) -> None:
    now = a_world(random.Random(seed))
    store = Projector(hub=2, seed=seed).follow(now)
    brute, seen, graph = Brute(now, labels, valid), view(store, *labels, valid=valid), Graph(store)
    entities = [each for each in graph.entities(seen, sorted(brute.members)) if each is not None]
    pairs = [(a, b) for a in entities for b in entities if a.id <= b.id]
    found = graph.links_between(seen, pairs)
    expected = sorted(key for key in brute.links if key[1] <= key[2])
    assert [(link.kind, link.source.id, link.target.id) for link in found] == expected


def star(size: int, *, labels: int = 1) -> tuple[list[Said], list[Tie]]:
    """An address with `size` companies, each linked by a mention of the address of its own."""
    said, ties = [], []
    for n in range(size):
        label = 1 + n % labels
        said.append(Said(2 * n + 1, "Address", label, ("address:1",), born=n + 1))
        said.append(Said(2 * n + 2, "Company", label, (f"c:{n}",)))
        ties.append(Tie(n, "REGISTERED_AT", 2 * n + 2, 2 * n + 1))
    return said, ties


class Counting:
    """A store that notes how many mention links it gave."""

    def __init__(self, store: Store) -> None:
        self.store, self.given = store, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def links(self, *args: Any, **named: Any) -> list[MentionLink]:
        found = self.store.links(*args, **named)
        self.given += len(found)
        return found


@pytest.mark.parametrize("size", [HUB - 1, HUB, HUB + 1, 3 * HUB])
def test_a_hub_is_counted_exactly_and_read_page_by_page(size: int) -> None:
    store = Projector().follow(world(*star(size)))
    graph, seen = Graph(store), view(store)
    pages = everything(graph, seen, [an_id(1)], 25)
    assert counts(pages[0]) == {("REGISTERED_AT", "IN", "Company"): Total(size)}
    assert [len(page.links) for page in pages] == [25] * (size // 25) + [size % 25] * (size % 25 > 0)
    listed = [link.source.id for page in pages for link in page.links]
    assert listed == sorted(an_id(2 * n + 2) for n in range(size))


def test_a_hub_of_several_labels_adds_up_counters_and_the_few_without() -> None:
    said, ties = star(3 * HUB, labels=2)
    said += [Said(9001, "Address", 3, ("address:1",)), Said(9002, "Company", 3, ("c:few",))]
    ties.append(Tie(9001, "REGISTERED_AT", 9002, 9001))
    store = Projector().follow(world(said, ties))
    graph = Graph(store)
    for labels, total in (((1,), 96), ((1, 2), 192), ((1, 2, 3), 193), ((3,), 1)):
        (page,) = graph.expand(view(store, *labels), [an_id(1), an_id(9001)], per_kind_limit=1)
        assert counts(page) == {("REGISTERED_AT", "IN", "Company"): Total(total)}


def test_a_hubs_links_are_not_fetched() -> None:
    store = Counting(Projector().follow(world(*star(20 * HUB))))
    (page,) = Graph(store).expand(view(store), [an_id(1)], per_kind_limit=5)  # type: ignore[arg-type]
    assert (len(page.links), store.given) == (5, 5)


def test_a_hubs_neighbours_are_read_in_ever_larger_pages_no_further_than_they_are_taken() -> None:
    class Asked(Counting):
        def neighbours(self, *args: Any, limit: int, **named: Any) -> Any:
            limits.append(limit)
            return self.store.neighbours(*args, limit=limit, **named)

    graph, limits = Graph(Asked(Projector().follow(world(*star(20 * HUB))))), list[int]()  # type: ignore[arg-type]
    told = []
    for limit in (5, 40, 2000):
        limits.clear()
        page = graph.neighbourhood(view(graph.store), [an_id(1)], limit=limit)
        told.append((len(page.entities), list(limits)))
    assert told == [(5, [32]), (40, [32, 128]), (20 * HUB + 1, [32, 128, 512, 2048])]


def test_no_pairs_are_asked_for_where_nobody_has_several_groups() -> None:
    class Asked(Counting):
        def pairs(self, *args: Any) -> Any:
            raise AssertionError("a call for nothing")

    store = Projector().follow(world(*star(3)))
    (page,) = Graph(Asked(store)).expand(view(store), [an_id(1)])  # type: ignore[arg-type]
    assert len(page.links) == 3


def test_mixed_neighbours_of_a_hub_are_counted_and_listed_among_the_others() -> None:
    said, ties = star(2 * HUB)
    # Three of the companies are also mentioned under another label: worked out, not counted.
    said += [Said(9000 + n, "Company", 2, (f"c:{n}",)) for n in range(3)]
    store = Projector().follow(world(said, ties))
    for labels in ((1,), (1, 2)):
        pages = everything(Graph(store), view(store, *labels), [an_id(1)], 50)
        assert counts(pages[0]) == {("REGISTERED_AT", "IN", "Company"): Total(2 * HUB)}
        listed = [link.source.id for page in pages for link in page.links]
        assert listed == sorted(set(listed))
        assert len(listed) == 2 * HUB


def test_a_hub_split_by_a_judgement_is_counted_live() -> None:
    said, ties = star(2 * HUB)
    store = Projector().follow(world(said, ties, [Verdict("j1", 1, 3, "DIFFERENT")]))
    one, two = Graph(store).expand(view(store), [an_id(1), an_id(3)], per_kind_limit=3)
    assert counts(one) == {("REGISTERED_AT", "IN", "Company"): Total(2 * HUB - 1)}
    assert counts(two) == {("REGISTERED_AT", "IN", "Company"): Total(1)}


def test_on_a_day_a_hub_is_counted_up_to_a_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    said, ties = star(2 * HUB)
    ties = [Tie(t.number, t.kind, t.source, t.target, valid=(None, "2020-01-01")) for t in ties[:100]]
    ties.append(Tie(500, "REGISTERED_AT", said[-1].number, said[-2].number))
    store = Projector().follow(world(said, ties))
    monkeypatch.setattr(survey, "VALID_COUNT", 90)
    totals = [
        counts(page)["REGISTERED_AT", "IN", "Company"]
        for day in (None, date(2019, 1, 1), date(2020, 1, 2))
        for page in Graph(store).expand(view(store, valid=day), [an_id(1)], per_kind_limit=1)
    ]
    assert totals == [Total(101), Total(90, "GTE"), Total(1)]


def test_two_cursors_of_two_revisions_are_refused() -> None:
    projector = Projector(hub=2)
    cursors = []
    for size in (3, 4):
        store = projector.follow(world(*star(size)))
        (page,) = Graph(store).expand(view(store), [an_id(1)], per_kind_limit=1)
        cursors += [cut.next or "" for cut in page.truncated]
    with pytest.raises(InvalidValue, match="cursors of one revision"):
        Graph(store).expand(view(store), (), after=cursors)


def test_expand_refuses_a_rank_that_it_does_not_know() -> None:
    store = Projector().follow(world([Said(1)]))
    with pytest.raises(InvalidValue, match="one of ID"):
        Graph(store).expand(view(store), [an_id(1)], rank="RISK")


def test_equal_episodes_that_overlap_or_adjoin_are_one() -> None:
    ties = [
        ("2019-01-01", "2019-03-31"), ("2019-04-01", "2019-06-30"), ("2019-06-30", "2019-07-31"),
        ("2019-08-02", "2019-09-01"), ("2022-01-01", None), ("2023-01-01", "2023-02-01"),
    ]  # fmt: skip
    said = [Said(1, "Person"), Said(2, "Company")]
    store = Projector().follow(world(said, [Tie(n, "OWNS", 1, 2, valid=t) for n, t in enumerate(ties)]))
    (page,) = Graph(store).expand(view(store), [an_id(1)])
    (link,) = page.links
    assert link.id == f"OWNS:{an_id(1).hex()}:{an_id(2).hex()}"
    assert [(e.valid_from, e.valid_to, e.count) for e in link.episodes] == [
        ("2019-01-01", "2019-07-31", 3),
        ("2019-08-02", "2019-09-01", 1),
        ("2022-01-01", None, 2),
    ]
    assert link.episodes[0].mentions == ((an_id(1), an_id(2)),)


def test_episodes_of_another_role_or_other_properties_stay_apart() -> None:
    ties = [
        Tie(1, "OWNS", 1, 2, "director", (None, "2020-01-01")),
        Tie(2, "OWNS", 1, 2, "secretary", (None, "2020-01-01")),
        Tie(3, "OWNS", 1, 2, "director", props=(("natures", ["a", "b"]), ("share_min", 25))),
    ]
    store = Projector().follow(world([Said(1), Said(2)], ties))
    (page,) = Graph(store).expand(view(store), [an_id(1)])
    assert [(e.role, e.valid_to, e.properties) for e in page.links[0].episodes] == [
        ("director", "2020-01-01", ()),
        ("secretary", "2020-01-01", ()),
        ("director", None, (("natures", ("a", "b")), ("share_min", 25))),
    ]


def test_an_unknown_bound_is_open_and_a_month_reaches_to_its_end() -> None:
    dated: list[tuple[tuple[str | None, str | None], int]] = [
        ((None, "2019-03"), 1),
        (("2019-03-31", "2019-04-30"), 2),
        (("2019-04-30T10:00:00Z", "2019-05-01T10:00:00Z"), 3),
        (("2019-05-01T10:00:01Z", None), 4),
    ]
    found = coalesce(dated)
    assert found == [((None, "2019-05-01T10:00:00Z"), [1, 2, 3]), (("2019-05-01T10:00:01Z", None), [4])]
    assert episodes([]) == ()
