"""Timelines, changes and provenance."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidValue
from graph.model import Mention, Revision, Truncation
from graph.reading import Graph, changes, timeline
from graph.reading.answers import Changed, Event
from tests.graph.reading.brute import Brute
from tests.graph.reading.worlds import Projector, Said, Tie, World, a_world, an_id, later, view, world

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


def brief(found: Sequence[Changed]) -> list[tuple[int, str, bool, str, tuple[bytes, ...]]]:
    return [(int(c.revision), c.table, c.put, c.kind, tuple(c.mids)) for c in found]


def test_changes_tell_what_was_put_and_ended_and_where_it_lives() -> None:
    projector = Projector()
    one, two = Said(1, "Person"), Said(2, "Company")
    projector.follow(world([one, two]))
    projector.follow(world([replace(one, caption="Elm"), two], [Tie(1, "CONTROLS", 1, 2)]))
    store = projector.follow(world([two]))
    graph = Graph(store)
    found = graph.changes(view(store), Revision(1))
    a, b = an_id(1), an_id(2)
    assert brief(found.changes) == [
        (2, "mentions", False, "Person", (a,)),
        (2, "mentions", True, "Person", (a,)),
        (2, "links", True, "CONTROLS", (a, b)),
        (3, "mentions", False, "Person", (a,)),
        (3, "links", False, "CONTROLS", (a, b)),
    ]
    assert [[e.id for e in c.entities] for c in found.changes] == [[a], [a], [a, b], [a], [a, b]]
    assert brief(graph.changes(view(store, revision=2), Revision(1)).changes) == brief(found.changes[:3])
    assert graph.changes(view(store), Revision(3)).changes == ()


def test_a_merge_through_hidden_mentions_changes_nothing_for_who_does_not_see_it() -> None:
    projector = Projector()
    said = [Said(1, "Person", keys=("k:1",)), Said(2, "Person", keys=("k:2",)), Said(3)]
    ties = [Tie(1, "CONTROLS", 1, 3)]
    projector.follow(world(said, ties))
    store = projector.follow(world([*said, Said(9, "Person", 3, keys=("k:1", "k:2"))], ties))
    graph = Graph(store)
    assert graph.changes(view(store, 1), Revision(1)).changes == ()
    (told,) = graph.changes(view(store, 1, 3), Revision(1)).changes
    assert (told.put, told.mids) == (True, (an_id(9),))


@given(SEEDS, LABELS, st.integers(1, 5))
def test_changes_are_what_differs_between_revisions(seed: int, labels: set[int], limit: int) -> None:
    chance = random.Random(seed)
    history = [World(), a_world(chance)]
    history += [later(chance, history[-1], 2)]
    projector = Projector(hub=2, seed=seed)
    for each in history[1:]:
        store = projector.follow(each)
    graph, seen = Graph(store), view(store, *labels)
    told: list[Changed] = []
    after, more = None, True
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "_ROWS_A_CALL", 3)
        patch.setattr(changes, "_BATCH", 2)
        while more:
            page = graph.changes(seen, Revision(0), after=after, limit=limit)
            told += page.changes
            more, after = page.truncated is not None, page.truncated.next if page.truncated else None
    assert brief(told) == differences(history, labels)


def differences(
    history: list[World], labels: set[int]
) -> list[tuple[int, str, bool, str, tuple[bytes, ...]]]:
    """What a reader saw end and come, by comparing whole worlds."""
    found = []
    for revision, (then, now) in enumerate(pairwise(history), start=1):
        old, new = then.seen(labels), now.seen(labels)
        for number in old.said.keys() | new.said.keys():
            was, is_ = old.said.get(number), new.said.get(number)
            # A mention's row doesn't hold its keys.
            if (was and replace(was, keys=())) != (is_ and replace(is_, keys=())):
                found += [
                    (revision, 0, (an_id(number),), each.kind, put)
                    for put, each in enumerate((was, is_))
                    if each
                ]
        before, after = (Counter(tied(each)) for each in (old, new))
        for put, gone in enumerate((before - after, after - before)):
            found += {(revision, 1, mids, kind, put) for mids, kind, *_ in gone}
    names = ("mentions", "links")
    return [(at, names[table], bool(put), kind, mids) for at, table, mids, kind, put in sorted(found)]


def tied(now: World) -> list[tuple[tuple[bytes, ...], str, str, str]]:
    return [((an_id(t.source), an_id(t.target)), t.kind, t.role, repr(t.valid)) for t in now.ties.values()]


def test_provenance_leads_to_the_records_with_their_text() -> None:
    said = [Said(n, keys=("k:1",), label=1 + n % 2, born=n) for n in (1, 2, 3)]
    store = Projector().follow(world(said))
    graph, seen = Graph(store), view(store)
    raw_of = {an_id(n): f"text {n}" for n in (1, 2, 3)}

    def raw(rows: Sequence[Mention]) -> list[str | None]:
        return [raw_of.get(row.mid) for row in rows]

    first = graph.provenance(seen, an_id(3), limit=2, raw=raw)
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
    assert [s.raw for s in told] == [raw_of[s.mention] for s in first.statements] + [None]
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
