"""A reader's answers are a function of what the reader may see: hidden rows away, not a byte of them changes."""

from __future__ import annotations

import random
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InvalidValue
from graph.model import Revision, View
from graph.reading import Graph
from graph.store import open_store
from graph.store.base import Store
from tests.graph.reading.brute import shown
from tests.graph.reading.worlds import Projector, World, a_world, an_id, later, view

SEEDS = st.integers(0, 2**32)
LABELS = st.sets(st.integers(1, 3), min_size=1, max_size=2)


def answers(store: Store, seen: View, numbers: list[int]) -> list[Any]:
    """Everything there is to ask, with limits that cut, hidden and unknown ids among those asked for."""
    graph, ids = Graph(store), [an_id(number) for number in numbers]
    entities = graph.entities(seen, ids)
    held = [entity for entity in entities if entity is not None]
    told: list[Any] = [entities, graph.by_identifier(seen, ["Company:2", "Address:1x", "Person:4"])]
    told.append(graph.skipped(seen, ids))
    for entity in held[:3]:
        told += [graph.values(seen, entity, limit=2), graph.mentions(seen, entity, limit=1)]
        told.append(graph.provenance(seen, entity.id, limit=1))
    told += graph.expand(seen, ids, per_kind_limit=1, exclude=ids[:1])
    cursors = [cut.next for page in told if hasattr(page, "counts") for cut in page.truncated]
    told += graph.expand(seen, (), per_kind_limit=2, after=cursors)
    for hops, limit, degree in ((1, 2, 1), (3, 100, 3)):
        told.append(graph.neighbourhood(seen, ids[:2], hops=hops, limit=limit, max_degree=degree))
    told += [graph.subgraph(seen, ids), graph.timeline(seen, ids, limit=3), graph.timeline(seen, ids)]
    for a, b in pairwise(ids):
        told.append(graph.paths(seen, a, b, max_hops=4, max_degree=3, limit=2))
        told.append(graph.common_neighbours(seen, [a, b], limit=1))
    told += [graph.changes(seen, Revision(0), limit=4), graph.changes(seen, Revision(1))]
    return [shown(each) for each in told]


def history(seed: int) -> list[World]:
    chance = random.Random(seed)
    first = a_world(chance)
    return [first, later(chance, first, 2)]


@given(SEEDS, LABELS, st.sampled_from([None, date(2019, 6, 1)]), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_hidden_rows_change_no_answer(seed: int, labels: set[int], valid: date | None, hub: int) -> None:
    whole, part = Projector(hub=hub, seed=seed), Projector(hub=hub, seed=seed + 1)
    for now in history(seed):
        one, other = whole.follow(now), part.follow(now.seen(labels))
    numbers = sorted({number for now in history(seed) for number in now.said})
    numbers = [*random.Random(seed).sample(numbers, min(6, len(numbers))), 7777]
    for revision in (1, 2):
        told = answers(one, view(one, *labels, valid=valid, revision=revision), numbers)
        expected = answers(other, view(other, *labels, valid=valid, revision=revision), numbers)
        assert told == expected


@pytest.mark.parametrize("seed", range(4))
def test_a_real_store_gives_what_the_oracle_gives(seed: int, tmp_path: Path) -> None:
    projector = Projector(hub=2, seed=seed)
    real = open_store(f"sqlite://{tmp_path / 'store.db'}")
    projector.write_to = lambda delta, revision: real.apply(delta.write(tmp_path / str(revision)), revision)
    for now in history(seed):
        store = projector.follow(now)
    numbers = sorted(history(seed)[0].said)[:6]
    for seen in (view(store), view(store, 1, 2), view(store, 3, valid=date(2019, 6, 1))):
        assert answers(real, seen, numbers) == answers(store, seen, numbers)
    real.close()


def test_a_limit_of_nothing_is_refused_whatever_is_hidden() -> None:
    store = Projector().follow(a_world(random.Random(1)))
    for labels in ((1,), (9,)):
        with pytest.raises(InvalidValue, match="limit"):
            Graph(store).timeline(view(store, *labels), [an_id(1)], limit=0)
