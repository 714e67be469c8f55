"""Timelines and provenance."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidValue
from graph.model import Truncation
from graph.reading import Graph, timeline
from graph.reading.answers import Event
from tests.graph.reading.brute import Brute
from tests.graph.reading.worlds import Projector, Said, Tie, a_world, an_id, view, world

SEEDS = st.integers(0, 2**32)
LABELS = st.sets(st.integers(1, 3), min_size=1)


def test_a_timeline_is_in_time_order_with_unknown_dates_last() -> None:
    said = [
        Said(1, "Company", props=(("incorporated", "2018-05"), ("name", "Ash"))),
        Said(2, "Person", props=(("birth_date", "1960-01"),)),
        Said(3, "Person"),
    ]
    ties = [
        Tie(1, "CONTROLS", 2, 1, valid=("2019-01-01", "2020-01-01")),
        Tie(2, "CONTROLS", 3, 1),
        Tie(3, "OFFICER_OF", 2, 1, valid=("2018-05-31", None)),
    ]
    store = Projector().follow(world(said, ties))
    found = Graph(store).timeline(view(store), [an_id(1)])
    assert [(e.date, e.what, e.property or (e.link and e.link.kind)) for e in found.events] == [
        ("2018-05", "VALUE", "incorporated"),
        ("2018-05-31", "STARTED", "OFFICER_OF"),
        ("2019-01-01", "STARTED", "CONTROLS"),
        ("2020-01-01", "ENDED", "CONTROLS"),
        (None, "STARTED", "CONTROLS"),
    ]
    assert found.truncated == ()


def test_a_time_of_unknown_zone_orders_as_its_day() -> None:
    said = [
        Said(1, "Flight", props=(("departed", "2025-12-12T09:00:00"),)),
        Said(2, "Flight", props=(("departed", "2025-12-12T08:00:00Z"),)),
    ]
    store = Projector().follow(world(said))
    events = Graph(store).timeline(view(store), [an_id(1), an_id(2)]).events
    assert [(e.date, e.value and e.value.value) for e in events] == [
        ("2025-12-12", "2025-12-12T09:00:00"),
        ("2025-12-12T08:00:00Z", "2025-12-12T08:00:00Z"),
    ]


@given(SEEDS, LABELS, st.integers(1, 4))
def test_a_timelines_pages_are_the_whole_of_it(seed: int, labels: set[int], limit: int) -> None:
    now = a_world(random.Random(seed))
    store = Projector(hub=2, seed=seed).follow(now)
    brute, seen, graph = Brute(now, labels), view(store, *labels), Graph(store)
    ids = sorted(brute.members)[:3]
    whole = graph.timeline(seen, ids, limit=10_000).events
    told: list[Event] = []
    after, more = None, True
    while more:
        page = graph.timeline(seen, ids, limit=limit, after=after)
        told += page.events
        more = bool(page.truncated)
        after = page.truncated[0].next if page.truncated else None
    assert tuple(told) == whole
    links = {key for key in brute.links if {key[1], key[2]} & set(ids)}
    shown = {(e.link.kind, e.link.source.id, e.link.target.id) for e in whole if e.link is not None}
    assert shown == links
    values = Counter((e.entity.id, e.property, e.value.value) for e in whole if e.value is not None)
    dated = {
        (mid, name, value)
        for mid in ids
        for s in brute.members[mid]
        for name, value in s.props
        if s.kind == "Company" and name == "incorporated"
    }
    assert {key for key in values if key[1] == "incorporated"} >= dated
    assert set(values.values()) <= {1}


def test_neighbours_too_many_to_date_are_left_off_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "MAX_BUCKET", 3)
    monkeypatch.setattr(timeline, "MAX_MENTIONS", 2)
    said = [Said(n, keys=("c:1",), props=(("incorporated", "2019-01-01"),)) for n in (1, 2, 3)]
    said += [Said(n, "Person", keys=(f"p:{n}",)) for n in range(10, 15)]
    ties = [Tie(n, "OFFICER_OF", n, 1) for n in range(10, 14)] + [Tie(1, "CONTROLS", 14, 1)]
    store = Projector().follow(world(said, ties))
    graph = Graph(store)
    entity = graph.entity(view(store), an_id(1))
    assert entity is not None
    found = graph.timeline(view(store), [an_id(1)])
    assert [e.link and e.link.kind for e in found.events] == ["CONTROLS"]
    assert found.truncated == (
        Truncation(f"neighbours of {entity.id.hex()}: OFFICER_OF IN Person", 3, None),
        Truncation(f"mentions of {entity.id.hex()}", 2, None),
    )


def test_provenance_leads_to_the_records() -> None:
    said = [Said(n, keys=("k:1",), label=1 + n % 2, born=n) for n in (1, 2, 3)]
    store = Projector().follow(world(said))
    graph, seen = Graph(store), view(store)
    first = graph.provenance(seen, an_id(3), limit=2)
    assert first is not None
    assert first.truncated is not None
    rest = graph.provenance(seen, an_id(3), after=first.truncated.next, limit=2)
    assert rest is not None
    told = [*first.statements, *rest.statements]
    assert [s.mention for s in told] == sorted(s.mid for s in said)
    assert {(s.rec_key, s.locator, int(s.revision), s.source) for s in told} == {
        ("r1", "line 1", 1, 2),
        ("r2", "line 2", 2, 1),
        ("r3", "line 3", 3, 2),
    }
    assert (first.total, rest.truncated) == (3, None)
    assert graph.provenance(seen, an_id(77)) is None


def test_a_links_provenance_is_that_of_both_ends() -> None:
    said = [Said(1, "Person", keys=("p:1",)), Said(2), Said(3, "Person", 2, keys=("p:1",)), Said(4, label=2)]
    said[1] = replace(said[1], keys=("c:1",))
    said[3] = replace(said[3], keys=("c:1",))
    ties = [Tie(1, "CONTROLS", 1, 2), Tie(2, "CONTROLS", 3, 4)]
    store = Projector().follow(world(said, ties))
    graph = Graph(store)
    for labels, numbers in (((1,), (1, 2)), ((1, 2), (1, 2, 3, 4))):
        link_id = f"CONTROLS:{an_id(1).hex()}:{an_id(2).hex()}"
        found = graph.link_provenance(view(store, *labels), link_id)
        assert found is not None
        assert [s.mention for s in found.statements] == sorted(an_id(n) for n in numbers)
        page = graph.link_provenance(view(store, *labels), link_id, limit=1)
        assert page is not None
        assert page.truncated is not None
        rest = graph.link_provenance(view(store, *labels), link_id, after=page.truncated.next)
        assert rest is not None
        assert page.statements + rest.statements == found.statements
        assert (page.total, rest.truncated) == (len(numbers), None)
    assert graph.link_provenance(view(store, 1), f"OWNS:{an_id(1).hex()}:{an_id(2).hex()}") is None
    assert graph.link_provenance(view(store, 3), f"CONTROLS:{an_id(1).hex()}:{an_id(2).hex()}") is None


@pytest.mark.parametrize("text", ["", "CONTROLS", "CONTROLS:00:11", f":{'0' * 32}:{'0' * 32}", "A:zz:zz"])
def test_a_text_that_is_no_link_id_is_refused(text: str) -> None:
    store = Projector().follow(world([Said(1)]))
    with pytest.raises(InvalidValue, match="link id"):
        Graph(store).link_provenance(view(store), text)
