"""The store port's contract: deltas are whole, in order, idempotent, and outlive a kill; a rebuild is one switch."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path

import neo4j
import pytest

from graph.errors import Corrupt, NotHeld, Transient
from graph.model import CHANGED_TABLES, Revision
from graph.store import open_store
from graph.store.base import Store
from tests.stores.asking import answers, everything, questions
from tests.stores.conftest import Follow
from tests.stores.oracle import Oracle
from tests.stores.rows import Delta, World, an_id

ROOT = Path(__file__).parents[2]


def _child(url: str, delta: Path, revision: int, kill_at: int | None = None) -> list[str]:
    last = [] if kill_at is None else [str(kill_at)]
    return [sys.executable, "-m", "tests.stores.child", url, str(delta), str(revision), *last]


def _agrees(store: Store, oracle: Oracle, revision: int) -> None:
    """Everything a store says at a revision is what the oracle says."""
    asked = questions(random.Random(revision), oracle)
    view = everything(revision)
    comps, huge = list(range(1, 40)), 100_000
    asked += [
        ("links", (comps,), {}),
        ("groups", (comps,), {}),
        ("pairs", (comps,), {}),
        ("counters", (comps,), {}),
    ]
    asked += [
        ("mentions", (), {"ids": oracle.mids(), "ended": True}),
        ("changed", (Revision(0),), {"limit": huge}),
    ]
    assert answers(store, view, asked) == answers(oracle, view, asked)


def test_revisions_are_followed_in_order_and_those_held_are_ignored(
    store: Store, follow: Follow, tmp_path: Path
) -> None:
    delta, other = Delta(), Delta()
    delta.put("links", 1)
    other.put("links", 2)
    first = follow(delta)
    ahead = other.write(tmp_path / "ahead")
    with pytest.raises(NotHeld):
        store.apply(ahead, Revision(3))
    store.apply(first, Revision(1))
    store.apply(ahead, Revision(1))
    store.apply(ahead, Revision(0))
    assert store.head() == 1
    assert [link.row for link in store.links(everything(1), [1])] == [1]


def test_a_delta_without_files_is_a_revision(store: Store, follow: Follow) -> None:
    follow(Delta())
    assert store.head() == 1


def test_a_store_opened_again_goes_on_where_it_was(store: Store, url: str, tmp_path: Path) -> None:
    world, oracle = World(3), Oracle()
    for revision in (1, 2, 3):
        delta = world.delta(20)
        oracle.follow(delta)
        with closing(open_store(url)) as again:
            again.apply(delta.write(tmp_path / str(revision)), Revision(revision))
            assert again.head() == revision
    _agrees(store, oracle, 3)


@pytest.mark.parametrize("revision", [1, 2])
def test_a_delta_whose_apply_is_killed_again_and_again_is_unseen_until_whole_and_then_the_same(
    url: str, tmp_path: Path, revision: int
) -> None:
    world, oracle = World(11, things=30), Oracle()
    deltas = [world.delta(400) for _ in range(revision)]
    written = [delta.write(tmp_path / str(at), row_group=50) for at, delta in enumerate(deltas, 1)]
    for before in range(1, revision):
        oracle.follow(deltas[before - 1])
        with closing(open_store(url)) as store:
            store.apply(written[before - 1], Revision(before))
    kills = 0
    for kill_at in (40, 150, 300, 600, 1000):
        done = subprocess.run(
            _child(url, written[-1], revision, kill_at), cwd=ROOT, capture_output=True, check=False
        )
        kills += done.returncode == -signal.SIGKILL
        with closing(open_store(url)) as store:
            assert store.head() == revision - (done.returncode == -signal.SIGKILL), done.stderr
            _agrees(store, oracle, revision - 1)
    assert kills >= 3
    oracle.follow(deltas[-1])
    with closing(open_store(url)) as store:
        store.apply(written[-1], Revision(revision))
        _agrees(store, oracle, revision)
        _agrees(store, oracle, revision - 1)


def test_a_reader_sees_all_of_a_delta_or_nothing_while_another_process_applies_it(
    store: Store, url: str, follow: Follow, tmp_path: Path
) -> None:
    small, big = Delta(), Delta()
    for row in range(100):
        small.put("links", row)
        big.end("links", row)
    for row in range(1000, 3000):
        big.put("links", row)
        big.put("mentions", row, mid=an_id(row))
    follow(small)
    directory = big.write(tmp_path / "big", row_group=100)
    before, after = list(range(100)), list(range(1000, 3000))
    with subprocess.Popen(_child(url, directory, 2), cwd=ROOT, stdout=subprocess.DEVNULL) as child:
        while child.poll() is None:
            head = store.head()
            assert [link.row for link in store.links(everything(head), [1])] == (
                before if head == 1 else after
            )
            assert [link.row for link in store.links(everything(1), [1], limit=5)] == before[:5]
            assert len(store.changed(everything(head), Revision(0), limit=9999)) == (
                100 if head == 1 else 4200
            )
    assert child.returncode == 0
    assert [link.row for link in store.links(everything(2), [1])] == after
    assert [link.row for link in store.links(everything(1), [1])] == before


def test_many_threads_read_their_views_while_deltas_land(store: Store, follow: Follow) -> None:
    world, oracle = World(5), Oracle()
    deltas = [world.delta(40) for _ in range(6)]
    follow(deltas[0])
    oracle.follow(deltas[0])
    asked = questions(random.Random(1), oracle)
    want = {1: answers(oracle, everything(1), asked)}
    for revision, delta in enumerate(deltas[1:], 2):
        oracle.follow(delta)
        want[revision] = answers(oracle, everything(revision), asked)
    wrong: list[object] = []
    landed = threading.Event()

    def read() -> None:
        while True:
            last = landed.is_set()
            head = store.head()
            for revision in (1, head):
                got = answers(store, everything(revision), asked)
                if got != want[revision]:
                    wrong.append((revision, got))
            if last:
                return

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for delta in deltas[1:]:
        follow(delta)
    landed.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_pages_of_one_view_are_the_same_whatever_lands_between_them(store: Store, follow: Follow) -> None:
    delta = Delta()
    for number in range(1, 61):
        delta.put("mentions", number, mid=an_id(number * 2), grp=number % 3)
        delta.put("links", number, to_anchor=an_id(number * 2), to_comp=number, label=1 + number % 2)
        delta.put("pairs", number, id=f"j{number}", label_b=1 + number % 2)
    follow(delta)
    view, groups, hub = everything(1), (0, 1, 2), (1, True, "OFFICER_OF", "Company")
    mentions: list[bytes] = []
    neighbours: list[bytes] = []
    changes: list[tuple[int, int, int]] = []
    for page in range(19):
        mentions += [
            found.mid
            for found in store.mentions(view, groups=groups, after=(mentions or [None])[-1], limit=5)
        ]  # type: ignore[list-item]
        neighbours += [
            anchor for anchor, _ in store.neighbours(view, hub, after=(neighbours or [None])[-1], limit=5)
        ]  # type: ignore[list-item]
        after = changes[-1] if changes else None
        changes += [
            (found.revision, CHANGED_TABLES.index(found.table), found.row * 2 + (not found.put))
            for found in store.changed(view, Revision(0), after=after, limit=10)
        ]
        later = Delta()
        number = 1 + page * 3
        later.end("mentions", number)
        later.end("links", number)
        later.end("pairs", number)
        later.put("pairs", 1000 + page, id=f"j{number}")
        later.put("mentions", 1000 + page, mid=an_id(number * 2), grp=7)
        later.put("mentions", 2000 + page, mid=an_id(page * 10 + 1), grp=1)
        later.put("links", 1000 + page, to_anchor=an_id(page * 10 + 1), to_comp=page)
        follow(later)
    everybody = [an_id(number * 2) for number in range(1, 61)]
    assert mentions == everybody
    assert neighbours == everybody
    assert changes == [(1, table, row * 2) for table in (0, 1, 2) for row in range(1, 61)]


def test_a_rebuilt_store_is_unseen_until_the_switch_and_then_what_the_url_opens(
    store: Store, url: str, tmp_path: Path
) -> None:
    old, new = Delta(), World(8)
    old.put("links", 1)
    store.apply(old.write(tmp_path / "old"), Revision(1))
    reader = open_store(url)
    assert [link.row for link in reader.links(everything(1), [1])] == [1]
    rebuilt, oracle = store.rebuilding(), Oracle()
    for revision in (1, 2, 3):
        delta = new.delta(30)
        rebuilt.apply(delta.write(tmp_path / f"new{revision}"), Revision(revision))
        oracle.follow(delta)
        _agrees(rebuilt, oracle, revision)
        assert store.head() == 1
    store.switch(rebuilt)
    assert store.head() == 3
    _agrees(store, oracle, 3)
    _agrees(store, oracle, 1)
    with closing(open_store(url)) as again:
        _agrees(again, oracle, 3)
    # A reader from before has the old rows, or is told to open again; never the new rows for its old numbers.
    with suppress(Transient):
        assert [link.row for link in reader.links(everything(1), [1])] == [1]
    reader.close()


def test_after_a_switch_the_store_follows_on_and_can_be_rebuilt_again(
    store: Store, url: str, tmp_path: Path
) -> None:
    deltas = [Delta(), Delta()]
    for row, delta in enumerate(deltas, 1):
        delta.put("links", row)
    written = [delta.write(tmp_path / str(row)) for row, delta in enumerate(deltas, 1)]
    for _ in range(3):
        rebuilt = store.rebuilding()
        rebuilt.apply(written[0], Revision(1))
        store.switch(rebuilt)
        assert store.head() == 1
        store.apply(written[1], Revision(2))
        assert [link.row for link in store.links(everything(2), [1])] == [1, 2]
    with closing(open_store(url)) as again:
        assert [link.row for link in again.links(everything(2), [1])] == [1, 2]


def _age(url: str) -> None:
    """Make a store one that the program's first version filled."""
    if url.startswith("sqlite://"):
        with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as connection:
            connection.execute("PRAGMA user_version = 1")
    else:
        with neo4j.GraphDatabase.driver(url) as driver:
            driver.execute_query("MATCH (g:Generation) REMOVE g.version")


def test_a_store_of_another_version_says_so_and_can_be_rebuilt(url: str, tmp_path: Path) -> None:
    delta = Delta()
    delta.put("links", 1)
    written = delta.write(tmp_path / "1")
    with closing(open_store(url)) as store:
        store.apply(written, Revision(1))
    _age(url)
    with closing(open_store(url)) as store:
        with pytest.raises(Corrupt, match=r"has schema version 1, this program reads 2\..*clew rebuild"):
            store.head()
        with pytest.raises(Corrupt, match="schema version 1"):
            store.apply(written, Revision(2))
        rebuilt = store.rebuilding()
        rebuilt.apply(written, Revision(1))
        store.switch(rebuilt)
        rebuilt.close()
        assert store.head() == 1
        assert [change.row for change in store.changed(everything(1), Revision(0), limit=9)] == [1]


def test_a_rebuild_that_was_left_is_dropped_by_the_next(store: Store, tmp_path: Path) -> None:
    delta = Delta()
    delta.put("links", 1)
    written = delta.write(tmp_path / "1")
    left = store.rebuilding()
    left.apply(written, Revision(1))
    left.close()
    rebuilt = store.rebuilding()
    assert rebuilt.head() == 0
    rebuilt.apply(written, Revision(1))
    assert [link.row for link in rebuilt.links(everything(1), [1])] == [1]
    store.switch(rebuilt)
    assert [link.row for link in store.links(everything(1), [1])] == [1]


def test_switching_to_an_empty_rebuild_empties_the_store(store: Store, follow: Follow) -> None:
    delta = Delta()
    delta.put("links", 1)
    follow(delta)
    store.switch(store.rebuilding())
    assert store.head() == 0
    follow(delta)
    assert [link.row for link in store.links(everything(1), [1])] == [1]
