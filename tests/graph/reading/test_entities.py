"""Entities, their values and mentions, and what a reader may not see."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidValue
from graph.model import Truncation
from graph.reading import Graph
from tests.graph.reading.brute import Brute, brief
from tests.graph.reading.worlds import Projector, Said, Verdict, World, a_world, an_id, later, view, world

SEEDS = st.integers(0, 2**32)
LABELS = st.sets(st.integers(1, 3), min_size=1)


@given(SEEDS, LABELS)
def test_every_mention_leads_to_the_entity_where_it_lives_for_its_reader(seed: int, labels: set[int]) -> None:
    now = a_world(random.Random(seed))
    store = Projector(hub=2, seed=seed).follow(now)
    brute, graph, seen = Brute(now, labels), Graph(store), view(store, *labels)
    numbers = list(now.said)
    found = graph.entities(seen, [an_id(number) for number in numbers])
    expected = [brute.entity(brute.home[n]) if n in brute.home else None for n in numbers]
    assert [None if each is None else brief(each) for each in found] == expected


@given(SEEDS, LABELS)
def test_a_key_leads_to_those_who_hold_it_oldest_first(seed: int, labels: set[int]) -> None:
    now = a_world(random.Random(seed))
    store = Projector(hub=2, seed=seed).follow(now)
    brute = Brute(now, labels)
    keys = sorted({key for said in now.said.values() for key in said.keys})
    found = Graph(store).by_identifier(view(store, *labels), [*keys, "nobody:1"])
    for key, entities in zip(keys, found, strict=False):
        holders = {brute.home[s.number] for s in brute.now.said.values() if key in s.keys}
        born = {mid: min(s.born for s in brute.members[mid]) for mid in holders}
        assert [each.id for each in entities] == sorted(holders, key=lambda mid: (born[mid], mid))
    assert found[-1] == ()


def test_a_hidden_mention_is_as_if_unknown_and_changes_no_other() -> None:
    now = world([Said(1, label=3, keys=("k:1",), born=1), Said(2, keys=("k:1",), born=2)])
    store = Projector().follow(now)
    graph = Graph(store)
    assert graph.entity(view(store, 1), an_id(1)) is None
    assert graph.entity(view(store, 1), an_id(9)) is None
    hidden, open_ = graph.entity(view(store, 1), an_id(2)), graph.entity(view(store, 1, 3), an_id(2))
    assert hidden is not None
    assert open_ is not None
    assert (hidden.id, open_.id) == (an_id(2), an_id(1))


def test_a_withdrawn_mention_leads_to_whoever_holds_its_last_identifiers() -> None:
    projector = Projector()
    first = Said(1, keys=("k:old",), born=1)
    projector.follow(world([first]))
    projector.follow(world([replace(first, keys=("k:new",)), Said(2, keys=("k:new",), born=2)]))
    for _ in range(5):
        projector.follow(world([Said(2, keys=("k:new",), born=2), Said(3, keys=("k:old",), born=1)]))
    store = projector.follow(world([Said(2, keys=("k:new",), born=2), Said(3, keys=("k:old",), born=1)]))
    found = Graph(store).entity(view(store), an_id(1))
    assert found is not None
    assert found.id == an_id(2)
    then = Graph(store).entity(view(store, revision=1), an_id(1))
    assert then is not None
    assert then.id == an_id(1)


def test_a_withdrawn_mention_without_heirs_is_unknown() -> None:
    projector = Projector()
    projector.follow(world([Said(1), Said(2, keys=("k:1",)), Said(3, label=2, keys=("k:1",))]))
    store = projector.follow(world([Said(3, label=2, keys=("k:1",))]))
    graph = Graph(store)
    assert graph.entities(view(store, 1), [an_id(1), an_id(2)]) == [None, None]
    heir = graph.entity(view(store, 1, 2), an_id(2))
    assert heir is not None
    assert heir.id == an_id(3)


def test_undoing_a_judgement_gives_what_was_before_it() -> None:
    projector = Projector()
    said = [Said(number, keys=("k:1",), born=number) for number in range(1, 5)]
    apart = Verdict("j1", 1, 3, "DIFFERENT")
    before, during, after = (
        projector.follow(each) for each in (world(said), world(said, (), [apart]), world(said))
    )
    graph, ids = Graph(after), [said_.mid for said_ in said]
    told = [
        [brief(e) for e in graph.entities(view(s, revision=at), ids) if e is not None]
        for s, at in ((before, 1), (during, 2), (after, 3))
    ]
    assert told[0] == told[2]
    assert [each[0] for each in told[1]] == [an_id(1), an_id(1), an_id(3), an_id(1)]
    (skipped, *_) = graph.skipped(view(after, revision=2), [an_id(3)])
    assert [(edge.basis, edge.id, edge.because) for edge in skipped] == [("identifier", "k:1", ("j1",))]


@given(SEEDS, LABELS)
def test_values_over_all_pages_are_those_its_mentions_say(seed: int, labels: set[int]) -> None:
    now = a_world(random.Random(seed))
    store = Projector(seed=seed).follow(now)
    brute, graph, seen = Brute(now, labels), Graph(store), view(store, *labels)
    for mid, said in brute.members.items():
        entity = graph.entity(seen, mid)
        assert entity is not None
        told: set[tuple[str, str, bytes]] = set()
        pages, after = 0, None
        while True:
            page = graph.values(seen, entity, after=after, limit=2)
            told |= {(v.property, v.value, m) for v in page.values for m in v.mentions}
            pages += 1
            if page.truncated is None:
                break
            after = page.truncated.next
        assert told == {(name, value, s.mid) for s in said for name, value in s.props}
        assert pages == -(-len(said) // 2)
        whole = graph.values(seen, entity)
        assert graph.values_of_all(seen, [entity, entity], limit=100) == [whole, whole]
        assert graph.values_of_all(seen, [entity], limit=1) == [graph.values(seen, entity, limit=1)]


def test_values_keep_originals_merge_what_meets_and_honour_the_day() -> None:
    said = [
        Said(1, keys=("k:1",), props=(("name", "ASH"),), valid=(None, "2019-12-31")),
        Said(2, keys=("k:1",), props=(("name", "ASH"),), valid=("2020-01-01", None)),
        Said(3, keys=("k:1",), props=(("name", "ELM"),), valid=("2018-01-01", "2018-06-30")),
    ]
    store = Projector().follow(world(said))
    graph = Graph(store)
    entity = graph.entity(view(store), an_id(1))
    assert entity is not None
    told = [
        (v.value, v.valid_from, v.valid_to, len(v.mentions)) for v in graph.values(view(store), entity).values
    ]
    assert told == [("ASH", None, None, 2), ("ELM", "2018-01-01", "2018-06-30", 1)]
    day = graph.values(view(store, valid=date(2018, 6, 30)), entity)
    assert [(v.value, v.valid_to) for v in day.values] == [("ASH", "2019-12-31"), ("ELM", "2018-06-30")]


def test_mentions_come_in_pages_with_their_total_and_cursors_keep_their_revision() -> None:
    projector = Projector()
    said = [Said(number, keys=("k:1",)) for number in range(1, 6)]
    store = projector.follow(world(said))
    graph, seen = Graph(store), view(store)
    entity = graph.entity(seen, an_id(1))
    assert entity is not None
    first = graph.mentions(seen, entity, limit=2)
    assert first.truncated is not None
    assert (first.total, first.truncated.by, first.truncated.limit) == (5, "limit", 2)
    projector.follow(world(said[:1]))
    rest = graph.mentions(view(store), entity, after=first.truncated.next, limit=10)
    assert sorted(m.mid for m in (*first.mentions, *rest.mentions)) == sorted(s.mid for s in said)
    assert graph.view(view(store), first.truncated.next).revision == 1
    assert rest.truncated is None


@pytest.mark.parametrize(
    "text", ["", "?", "bnVsbA", "WyJ2YWx1ZXMiLDFd", "WyJ2YWx1ZXMiLC0xLCIwMCJd", "W1tbW1tb"]
)
def test_a_text_that_is_no_cursor_is_refused(text: str) -> None:
    store = Projector().follow(world([Said(1)]))
    entity = Graph(store).entity(view(store), an_id(1))
    assert entity is not None
    with pytest.raises(InvalidValue, match="Cursor"):
        Graph(store).values(view(store), entity, after=text)


def test_a_cursor_of_another_kind_of_answer_is_refused() -> None:
    store = Projector().follow(world([Said(1, keys=("k:1",)), Said(2, keys=("k:1",))]))
    graph = Graph(store)
    entity = graph.entity(view(store), an_id(1))
    assert entity is not None
    cut = graph.mentions(view(store), entity, limit=1).truncated
    assert isinstance(cut, Truncation)
    with pytest.raises(InvalidValue, match="values answer"):
        graph.values(view(store), entity, after=cut.next)


def test_located_gives_the_entity_of_a_search_document() -> None:
    said = [Said(1, keys=("k:1",)), Said(2, keys=("k:2",)), Said(3, label=2, keys=("k:2",))]
    store = Projector().follow(world(said))
    graph, seen = Graph(store), view(store, 1, 2)
    one, two = (graph.entity(seen, an_id(number)) for number in (1, 2))
    assert one is not None
    assert two is not None
    places = [(one.comp, None), (two.comp, two.groups[1].grp), (one.comp, two.groups[0].grp), (-1, None)]
    assert graph.located(seen, places) == [one, two, None, None]


@given(SEEDS, LABELS)
def test_a_read_at_an_old_revision_tells_what_held_then(seed: int, labels: set[int]) -> None:
    chance = random.Random(seed)
    history: list[World] = [a_world(chance)]
    for revision in (2, 3):
        history.append(later(chance, history[-1], revision))
    projector = Projector(hub=2, seed=seed)
    for each in history:
        store = projector.follow(each)
    for revision, now in enumerate(history, start=1):
        brute = Brute(now, labels)
        ids = [an_id(number) for number in brute.home]
        found = Graph(store).entities(view(store, *labels, revision=revision), ids)
        assert [e and brief(e) for e in found] == [brute.entity(mid) for mid in brute.home.values()]
