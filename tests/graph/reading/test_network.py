"""The graph as arrays has the entities and links of every other answer."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InvalidValue
from graph.model import View
from graph.reading import Graph
from graph.reading.network import Network, Projection, network
from graph.store import open_store
from graph.store.base import Store
from tests.graph.reading.worlds import (
    Projector,
    Said,
    Tie,
    Verdict,
    World,
    a_world,
    an_id,
    later,
    view,
    world,
)

LABELS = st.sets(st.integers(1, 3), min_size=1, max_size=3)


def told(found: Network) -> tuple[list[tuple[bytes, str]], dict[tuple[str, bytes, bytes], int]]:
    """(entities with their kinds, mention links by link)."""
    entities = [(found.id(n), found.kind_names[kind]) for n, kind in enumerate(found.kinds)]
    links = {
        (found.link_kind_names[kind], found.id(source), found.id(target)): int(count)
        for kind, source, target, count in zip(
            found.link_kinds, found.sources, found.targets, found.counts, strict=True
        )
    }
    assert len(links) == len(found.sources)
    return entities, links


def expected(
    store: Store, seen: View, numbers: list[int]
) -> tuple[list[tuple[bytes, str]], dict[tuple[str, bytes, bytes], int]]:
    """The same, as Graph answers it for every mention there is."""
    graph = Graph(store)
    found = graph.subgraph(seen, [an_id(n) for n in numbers if graph.store.mentions(seen, ids=[an_id(n)])])
    return (
        [(entity.id, entity.kind) for entity in found.entities],
        {(link.kind, link.source.id, link.target.id): link.count for link in found.links},
    )


@given(st.integers(0, 2**32), LABELS, st.sampled_from([None, date(2019, 6, 1)]))
@settings(max_examples=80, deadline=None)
def test_entities_and_links_are_those_of_the_graphs_own_answers(
    seed: int, labels: set[int], valid: date | None
) -> None:
    chance, projector = random.Random(seed), Projector(seed=seed)
    first = a_world(chance)
    worlds = [first, later(chance, first, 2)]
    for now in worlds:
        store = projector.follow(now)
    numbers = sorted({number for now in worlds for number in now.said})
    for revision in (1, 2):
        seen = view(store, *labels, valid=valid, revision=revision)
        assert told(network(store, seen, Projection())) == expected(store, seen, numbers)


@given(st.integers(0, 2**32), LABELS)
@settings(max_examples=40, deadline=None)
def test_hidden_rows_change_no_array(seed: int, labels: set[int]) -> None:
    whole, part, now = Projector(seed=seed), Projector(seed=seed + 1), a_world(random.Random(seed))
    one, other = whole.follow(now), part.follow(now.seen(labels))
    for projection in (Projection(), Projection(kinds=("Company", "Person"), hub_damping=0.5)):
        a, b = (network(store, view(store, *labels), projection) for store in (one, other))
        assert told(a) == told(b)
        assert a.weights.tolist() == b.weights.tolist()
        assert a.born.tolist() == b.born.tolist()


@pytest.mark.parametrize("kind", ["sqlite", "neo4j"])
def test_a_real_store_gives_what_the_oracle_gives(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite://{tmp_path / 'store.db'}"
    if kind == "neo4j":
        from graph.store.neo4j import Neo4jStore

        url = request.getfixturevalue("neo4j_url")
        Neo4jStore.wipe(url)
    real, projector = open_store(url), Projector(seed=3)
    projector.write_to = lambda delta, revision: real.apply(delta.write(tmp_path / str(revision)), revision)
    for seed in range(3):
        store = projector.follow(a_world(random.Random(seed)))
    for projection in (Projection(), Projection(link_kinds=("OWNS",), start=date(2020, 7, 1))):
        for seen in (view(store), view(store, 1, 2), view(store, 3, valid=date(2019, 6, 1), revision=2)):
            assert told(network(real, seen, projection)) == told(network(store, seen, projection))
    real.close()


def _star(leaves: int) -> World:
    """One address, with companies at it; company 1 owns company 2, stated twice, and itself."""
    said = [
        Said(1, "Address", keys=("address:x",)),
        *(Said(n, keys=(f"n:{n}",)) for n in range(2, leaves + 2)),
    ]
    ties = [Tie(n, "AT", n, 1) for n in range(2, leaves + 2)]
    ties += [Tie(100, "OWNS", 2, 3), Tie(101, "OWNS", 2, 3, "other"), Tie(102, "OWNS", 2, 2)]
    return world(said, ties)


def _network(now: World, projection: Projection, **seen: object) -> Network:
    store = Projector().follow(now)
    return network(cast(Store, store), view(store, **seen), projection)  # type: ignore[arg-type]


def test_a_link_weighs_what_states_it_and_loops_and_isolated_entities_are_kept() -> None:
    now = _star(3)
    now = World({**now.said, 9: Said(9, keys=("n:9",))}, now.ties)
    entities, links = told(_network(now, Projection()))
    assert [mid for mid, _ in entities] == sorted(an_id(n) for n in (1, 2, 3, 4, 9))
    assert links == {
        ("AT", an_id(2), an_id(1)): 1,
        ("AT", an_id(3), an_id(1)): 1,
        ("AT", an_id(4), an_id(1)): 1,
        ("OWNS", an_id(2), an_id(3)): 2,
        ("OWNS", an_id(2), an_id(2)): 1,
    }


def test_kinds_link_kinds_and_minimum_count_choose_a_part() -> None:
    entities, links = told(_network(_star(3), Projection(kinds=("Company",))))
    assert {kind for _, kind in entities} == {"Company"}
    assert {key[0] for key in links} == {"OWNS"}
    assert set(told(_network(_star(3), Projection(link_kinds=("AT",))))[1].values()) == {1}
    assert told(_network(_star(3), Projection(minimum=2)))[1] == {("OWNS", an_id(2), an_id(3)): 2}


def test_hub_damping_divides_by_the_degrees_at_both_ends() -> None:
    found = _network(_star(4), Projection(hub_damping=1.0, link_kinds=("AT",)))
    assert found.weights.tolist() == pytest.approx([1 / 2] * 4)  # degrees 4 and 1
    half = _network(_star(4), Projection(hub_damping=0.5, link_kinds=("AT",)))
    assert half.weights.tolist() == pytest.approx([4**-0.25] * 4)


@pytest.mark.parametrize(
    ("start", "end", "kept"),
    [
        (None, None, [1, 2, 3, 4]),
        (date(2020, 1, 1), None, [1, 3, 4]),
        (None, date(2018, 12, 31), [1, 2]),
        (date(2019, 6, 1), date(2019, 6, 1), [1, 2, 3]),
        (date(2021, 1, 1), date(2022, 1, 1), [1, 3, 4]),
    ],
)  # fmt: skip
def test_a_period_keeps_what_was_so_on_some_day_of_it(
    start: date | None, end: date | None, kept: list[int]
) -> None:
    spans = {
        1: (None, None),
        2: ("2018-01-01", "2019-06-01"),
        3: ("2019-01-01", None),
        4: ("2020-05-05", "2021-01-01T08:00:00Z"),
    }
    now = world(
        [Said(n, keys=(f"n:{n}",)) for n in range(6)],
        [Tie(n, "OWNS", 0, n, valid=span) for n, span in spans.items()],
    )
    found = told(_network(now, Projection(start=start, end=end)))[1]
    assert sorted(found) == sorted(("OWNS", an_id(0), an_id(n)) for n in kept)


def test_a_judgement_of_difference_and_one_of_sameness_hold() -> None:
    said = [Said(1, keys=("k",)), Said(2, keys=("k",)), Said(3), Said(4)]
    now = world(said, verdicts=[Verdict("a", 1, 2, "DIFFERENT"), Verdict("b", 3, 4, "SAME")])
    assert [mid for mid, _ in told(_network(now, Projection()))[0]] == sorted(
        [an_id(1), an_id(2), min(an_id(3), an_id(4))]
    )


def test_an_empty_graph_and_arguments_out_of_bounds() -> None:
    found = _network(world([]), Projection())
    assert (found.size, len(found.sources), found.position(an_id(1))) == (0, 0, None)
    one = _network(world([Said(1)]), Projection())
    assert (one.position(an_id(1)), one.position(an_id(2)), one.born.tolist()) == (0, None, [1])
    for wrong in ({"minimum": 0}, {"hub_damping": 1.5}, {"start": date(2020, 1, 2), "end": date(2020, 1, 1)}):
        with pytest.raises(InvalidValue):
            Projection(**wrong)  # type: ignore[arg-type]
