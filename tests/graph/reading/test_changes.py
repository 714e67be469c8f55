"""Changes: what revisions put and ended, as a reader sees it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Revision
from graph.reading import Graph, changes
from graph.reading.answers import Changed
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

SEEDS = st.integers(0, 2**32)
LABELS = st.sets(st.integers(1, 3), min_size=1)


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


def test_a_decision_is_told_when_it_is_made_and_undone_with_where_its_mentions_live_now() -> None:
    projector = Projector()
    said = [Said(1, "Person"), Said(2, "Person")]
    same, apart = Verdict("j1", 1, 2, "SAME"), Verdict("j2", 1, 2, "DIFFERENT")
    model = Verdict("m", 1, 2, "UNSURE", strength=3.0)
    for verdicts in ([], [same], [same, apart], [apart], [model], [replace(model, strength=4.0)], []):
        store = projector.follow(world(said, verdicts=verdicts))
    a, b = an_id(1), an_id(2)
    found = Graph(store).changes(view(store), Revision(1)).changes
    assert brief(found) == [
        (2, "decisions", True, "SAME", (a, b)),
        (3, "decisions", True, "DIFFERENT", (a, b)),
        (4, "decisions", False, "SAME", (a, b)),
        (5, "decisions", False, "DIFFERENT", (a, b)),
        (5, "decisions", True, "UNSURE", (a, b)),
        (6, "decisions", False, "UNSURE", (a, b)),
        (6, "decisions", True, "UNSURE", (a, b)),
        (7, "decisions", False, "UNSURE", (a, b)),
    ]
    assert [[e.id for e in c.entities] for c in found] == [[a, b]] * 8
    joined = Graph(store).changes(view(store, revision=2), Revision(1)).changes
    assert [[e.id for e in c.entities] for c in joined] == [[min(a, b)]]


def test_a_decision_whose_mention_goes_ends_and_tells_where_both_were() -> None:
    projector = Projector()
    said = [Said(1, "Person"), Said(2, "Person")]
    for now in ([], said, said[:1], said):
        verdicts = [Verdict("j", 1, 2, "DIFFERENT")] if len(now) == 2 else []
        store = projector.follow(world(now, verdicts=verdicts))
    a, b = an_id(1), an_id(2)
    graph = Graph(store)
    told = [c for c in graph.changes(view(store), Revision(0)).changes if c.table == "decisions"]
    assert [(c.revision, c.put) for c in told] == [(2, True), (3, False), (4, True)]
    told = list(graph.changes(view(store, revision=3), Revision(0)).changes)
    assert [(c.revision, c.table, c.put, [e.id for e in c.entities]) for c in told] == [
        (2, "mentions", True, [min(a, b)]),
        (2, "mentions", True, [max(a, b)]),
        (2, "decisions", True, [a, b]),
        (3, "mentions", False, [b]),
        (3, "decisions", False, [a, b]),
    ]


def test_a_decision_that_only_moved_is_not_told() -> None:
    projector = Projector()
    said = [Said(1, keys=("k:1",)), Said(2), Said(3, label=2, keys=("k:2",))]
    apart = Verdict("j", 1, 2, "DIFFERENT")
    projector.follow(world(said, verdicts=[apart]))
    store = projector.follow(world([*said, Said(9, label=2, keys=("k:1", "k:2"))], verdicts=[apart]))
    moved = {change.table for change in store.changed(view(store), Revision(1), limit=99)}
    assert "pairs" in moved
    assert brief(Graph(store).changes(view(store), Revision(1)).changes) == [
        (2, "mentions", True, "Company", (an_id(9),))
    ]
    assert Graph(store).changes(view(store, 1), Revision(1)).changes == ()


def test_a_decision_is_told_to_who_sees_it_and_both_its_mentions() -> None:
    projector = Projector()
    said = [Said(1, label=1), Said(2, label=2), Said(3, label=1)]
    projector.follow(world(said))
    verdicts = [Verdict("j1", 1, 2, "SAME", label=1), Verdict("j2", 1, 3, "SAME", label=3)]
    store = projector.follow(world(said, verdicts=verdicts))
    for labels, seen in (((1,), []), ((2, 3), []), ((1, 2), [2]), ((1, 3), [3]), ((1, 2, 3), [2, 3])):
        found = Graph(store).changes(view(store, *labels), Revision(1)).changes
        assert sorted(brief(found)) == sorted(
            (2, "decisions", True, "SAME", (an_id(1), an_id(n))) for n in seen
        )


@given(SEEDS, LABELS, st.integers(1, 5))
def test_changes_are_what_differs_between_revisions(seed: int, labels: set[int], limit: int) -> None:
    chance = random.Random(seed)
    history = [World(), a_world(chance)]
    history += [later(chance, history[-1], 2)]
    history += [later(chance, history[-1], 3)]
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
        for table, between in enumerate((tied, decided), start=1):
            before, after = (Counter(between(each)) for each in (old, new))
            for put, gone in enumerate((before - after, after - before)):
                found += {(revision, table, mids, kind, put) for mids, kind, *_ in gone}
    names = ("mentions", "links", "decisions")
    return [(at, names[table], bool(put), kind, mids) for at, table, mids, kind, put in sorted(found)]


def tied(now: World) -> list[tuple[tuple[bytes, ...], str, str, str]]:
    return [((an_id(t.source), an_id(t.target)), t.kind, t.role, repr(t.valid)) for t in now.ties.values()]


def decided(now: World) -> list[tuple[tuple[bytes, ...], str, str, str]]:
    return [((an_id(v.a), an_id(v.b)), v.verdict, v.id, repr(v.strength)) for v in now.verdicts.values()]
