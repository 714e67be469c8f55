"""Neighbourhoods, subgraphs, common neighbours and paths, beside brute force."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidValue
from graph.model import Link, Truncation
from graph.reading import Graph, common, paths, reach
from graph.reading.answers import Subgraph
from tests.graph.reading.brute import Brute
from tests.graph.reading.test_links import Counting
from tests.graph.reading.worlds import Projector, Said, Tie, a_world, an_id, view, world

SEEDS = st.integers(0, 2**32)
LABELS = st.sets(st.integers(1, 3), min_size=1)
VALID = st.sampled_from([None, None, date(2019, 6, 1)])


def keys(links: Sequence[Link]) -> list[tuple[str, bytes, bytes]]:
    return [(link.kind, link.source.id, link.target.id) for link in links]


@given(SEEDS, LABELS, VALID, st.integers(0, 3), st.integers(1, 4), st.integers(1, 9))
def test_a_neighbourhoods_pages_are_the_whole_of_it(
    seed: int, labels: set[int], valid: date | None, hops: int, limit: int, max_degree: int
) -> None:
    now = a_world(random.Random(seed))
    store = Projector(hub=2, seed=seed).follow(now)
    brute, seen, graph = Brute(now, labels, valid), view(store, *labels, valid=valid), Graph(store)
    starts = sorted(brute.members)[:2]
    after, pages = None, list[Subgraph]()
    while not pages or pages[-1].truncated:
        pages.append(
            graph.neighbourhood(seen, starts, hops=hops, limit=limit, max_degree=max_degree, after=after)
        )
        after = pages[-1].truncated[0].next if pages[-1].truncated else None
    expected = brute.walk(starts, hops, max_degree)
    assert [entity.id for page in pages for entity in page.entities] == [mid for _, mid in expected]
    told = [key for page in pages for key in keys(page.links)]
    assert sorted(told) == sorted(brute.among(mid for _, mid in expected))
    hubs = {mid for hop, mid in expected if 0 < hop < hops and brute.degree(mid) > max_degree}
    assert {hub.id for hub in pages[-1].skipped_hubs} == hubs


@given(SEEDS, LABELS, VALID, st.integers(0, 4))
def test_a_subgraph_has_all_links_among_its_entities(
    seed: int, labels: set[int], valid: date | None, heavy: int
) -> None:
    now = a_world(random.Random(seed))
    store = Projector(hub=2, seed=seed).follow(now)
    brute, seen = Brute(now, labels, valid), view(store, *labels, valid=valid)
    ids = random.Random(seed).sample(sorted(brute.members), len(brute.members) // 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "HEAVY", heavy)
        found = Graph(store).subgraph(seen, ids)
    assert [entity.id for entity in found.entities] == sorted(ids)
    assert keys(found.links) == sorted(brute.among(ids))


@given(SEEDS, LABELS, VALID, st.integers(1, 4))
def test_links_of_a_page_hold_the_mention_links_that_they_hold_elsewhere(
    seed: int, labels: set[int], valid: date | None, limit: int
) -> None:
    now = a_world(random.Random(seed))
    store = Counting(Projector(hub=2, seed=seed).follow(now))
    brute, seen, graph = Brute(now, labels, valid), view(store, *labels, valid=valid), Graph(store)
    starts, after, links = sorted(brute.members)[:2], None, list[Link]()
    while not links or after:
        page = graph.neighbourhood(seen, starts, hops=2, limit=limit, after=after)
        links += page.links
        after = page.truncated[0].next if page.truncated else None
        if not links and not after:
            break
    counts = [link.count for link in links]
    for link in links:
        (same,) = (x for x in graph.links_between(seen, [(link.source, link.target)]) if x.kind == link.kind)
        assert list(link.rows) == list(same.rows)
        assert (link.rows[0], link.episodes) == (same.rows[0], same.episodes)
    assert counts == [len(list(link.rows)) for link in links]


def test_mention_links_of_a_graph_are_read_once_when_they_are_asked_for() -> None:
    store = Counting(Projector().follow(world(*diamond())))
    found = Graph(store).subgraph(view(store, 1), [an_id(n) for n in range(1, 6)])
    assert [link.count for link in found.links] == [1] * len(found.links)
    given = [store.given]
    for link in found.links:
        assert len(link.episodes) == 1
        given.append(store.given)
    # All links of all of them, the hub's too: nobody has more than reach.HEAVY.
    assert given == [0, 85, 85, 85]


@given(SEEDS, LABELS, VALID, st.integers(1, 3), st.sampled_from([(), ("OWNS",)]))
def test_common_neighbours_are_those_linked_to_each(
    seed: int, labels: set[int], valid: date | None, limit: int, kinds: tuple[str, ...]
) -> None:
    now = a_world(random.Random(seed))
    store = Projector(hub=2, seed=seed).follow(now)
    brute, seen, graph = Brute(now, labels, valid), view(store, *labels, valid=valid), Graph(store)

    def near(mid: bytes) -> set[bytes]:
        buckets = brute.buckets(mid).items()
        return {other for (kind, *_), others in buckets if not kinds or kind in kinds for other in others}

    for pair in list(combinations(sorted(brute.members), 2))[:6]:
        expected = sorted((near(pair[0]) & near(pair[1])) - set(pair))
        told: list[bytes] = []
        linked: set[tuple[str, bytes, bytes]] = set()
        after, more = None, True
        while more:
            page = graph.common_neighbours(seen, pair, link_kinds=kinds, limit=limit, after=after)
            told += [entity.id for entity in page.neighbours]
            linked |= set(keys(page.links))
            more = page.truncated is not None
            after = page.truncated.next if page.truncated else None
        assert told == expected
        wanted = {k for k in brute.links if (not kinds or k[0] in kinds) and (set(k[1:]) & set(pair))}
        assert linked == {k for k in wanted if set(k[1:]) & set(expected)}


def test_common_neighbours_of_hubs_are_found_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "_BATCH", 10)
    monkeypatch.setattr(common, "MAX_SCANNED", 40)
    said = [Said(1, "Address"), Said(2, "Address")]
    ties = []
    for n in range(100, 240):
        said.append(Said(n, keys=(f"c:{n}",)))
        ties.append(Tie(n, "AT", n, 1 + n % 2))
    ties += [Tie(n + 1000, "AT", n, 2 - n % 2) for n in (120, 177, 239)]
    store = Projector().follow(world(said, ties))
    graph, told, cuts, after = Graph(store), [], [], None
    while True:
        page = graph.common_neighbours(view(store), [an_id(1), an_id(2)], limit=2, after=after)
        told += [entity.id for entity in page.neighbours]
        if page.truncated is None:
            break
        cuts.append(page.truncated.by)
        after = page.truncated.next
    assert told == sorted(an_id(n) for n in (120, 177, 239))
    assert "maxScanned" in cuts


def test_one_entity_alone_has_no_common_neighbours() -> None:
    store = Projector().follow(world([Said(1), Said(2)], [Tie(1, "AT", 1, 2)]))
    found = Graph(store).common_neighbours(view(store), [an_id(1), an_id(1)])
    assert (found.neighbours, found.truncated) == ((), None)


@given(SEEDS, LABELS, VALID, st.integers(0, 5), st.integers(1, 8), st.integers(1, 3))
def test_paths_are_all_the_shortest_ways_around_hubs(
    seed: int, labels: set[int], valid: date | None, max_hops: int, max_degree: int, limit: int
) -> None:
    now = a_world(random.Random(seed), things=7)
    store = Projector(hub=2, seed=seed).follow(now)
    brute, seen, graph = Brute(now, labels, valid), view(store, *labels, valid=valid), Graph(store)
    for source, target in [*combinations(sorted(brute.members), 2)][:8]:
        expected = brute.paths(source, target, max_hops, max_degree)
        found = graph.paths(seen, source, target, max_hops=max_hops, max_degree=max_degree, limit=10_000)
        assert [tuple(e.id for e in path.entities) for path in found.paths] == expected
        assert found.hops == (len(expected[0]) - 1 if expected else None)
        assert found.truncated is None
        for path in found.paths:
            steps = brute.steps(tuple(e.id for e in path.entities))
            assert [keys(each) for each in path.links] == [sorted(step) for step in steps]
        assert all(brute.degree(hub.id) > max_degree for hub in found.skipped_hubs)
        few = graph.paths(seen, source, target, max_hops=max_hops, max_degree=max_degree, limit=limit)
        assert few.paths == found.paths[:limit]
        cut = len(expected) > limit
        assert few.truncated == (Truncation("limit", limit, None) if cut else None)


def diamond() -> tuple[list[Said], list[Tie]]:
    """1 and 9 meet through the hub 2, or through 3 and then 4."""
    said = [Said(n, keys=(f"c:{n}",)) for n in (1, 2, 3, 4, 9, *range(100, 180))]
    ties = [(1, 2), (9, 2), (1, 3), (3, 4), (9, 4), *((n, 2) for n in range(100, 180))]
    return said, [Tie(n, "AT", a, b) for n, (a, b) in enumerate(ties)]


def test_a_hub_is_not_passed_through_and_is_named() -> None:
    store = Projector().follow(world(*diamond()))
    graph = Graph(store)
    around = graph.paths(view(store), an_id(1), an_id(9), max_degree=50)
    assert [[e.id for e in path.entities] for path in around.paths] == [[an_id(n) for n in (1, 3, 4, 9)]]
    assert ([hub.id for hub in around.skipped_hubs], around.max_degree) == ([an_id(2)], 50)
    through = graph.paths(view(store), an_id(1), an_id(9), max_degree=82)
    assert [[e.id for e in path.entities] for path in through.paths] == [[an_id(n) for n in (1, 2, 9)]]
    assert through.skipped_hubs == ()


def test_a_hub_where_the_ends_meet_is_passed_without_fetching_its_links(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (reach, paths):
        monkeypatch.setattr(module, "HEAVY", 50)
    store = Counting(Projector().follow(world(*diamond())))
    through = Graph(store).paths(view(store), an_id(1), an_id(9), max_degree=82)  # type: ignore[arg-type]
    assert [[e.id for e in path.entities] for path in through.paths] == [[an_id(n) for n in (1, 2, 9)]]
    # Those of 1 and of 9, and the two on the path.
    assert store.given == 6


def test_a_hub_is_exempt_as_an_end() -> None:
    store = Projector().follow(world(*diamond()))
    found = Graph(store).paths(view(store), an_id(2), an_id(4), max_degree=5)
    assert found.hops == 2
    assert [[e.id for e in path.entities] for path in found.paths] == [[an_id(2), an_id(9), an_id(4)]]


def test_a_path_to_itself_has_no_links_and_an_unknown_end_no_path() -> None:
    store = Projector().follow(world([Said(1, keys=("k:1",)), Said(2, keys=("k:1",)), Said(3, label=3)]))
    graph = Graph(store)
    (path,) = graph.paths(view(store, 1), an_id(1), an_id(2)).paths
    assert ([e.id for e in path.entities], path.links) == ([min(an_id(1), an_id(2))], ())
    hidden = graph.paths(view(store, 1), an_id(1), an_id(3))
    assert (hidden, hidden.hops) == (graph.paths(view(store, 1), an_id(1), an_id(77)), None)


def test_a_search_that_meets_too_many_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "MAX_VISITED", 10)
    said = [Said(n, keys=(f"c:{n}",)) for n in range(1, 100)]
    ties = [Tie(n, "AT", n, n // 2) for n in range(2, 90)]
    store = Projector().follow(world(said, ties))
    found = Graph(store).paths(view(store), an_id(1), an_id(95))
    assert (found.hops, found.truncated) == (None, None)
    found = Graph(store).paths(view(store), an_id(64), an_id(88), max_hops=20)
    assert found.truncated == Truncation("maxVisited", 10, None)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("maxHops", {"max_hops": -1}), ("maxDegree", {"max_degree": 0}), ("limit", {"limit": 0})],
)
def test_limits_below_their_least_are_refused(name: str, arguments: dict[str, int]) -> None:
    store = Projector().follow(world([Said(1)]))
    with pytest.raises(InvalidValue, match=name):
        Graph(store).paths(view(store), an_id(1), an_id(1), **arguments)
