"""What only the Neo4j store promises: plans that seek, generations that leave nothing, resuming."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import neo4j
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import cypher
from graph.errors import Busy, Corrupt, Permanent, Transient
from graph.model import Revision
from graph.store.neo4j import Neo4jStore, loading
from graph.store.neo4j.outside import outside
from graph.store.neo4j.server import Row, Run, Server
from tests.stores.asking import answers, everything, questions
from tests.stores.oracle import Oracle
from tests.stores.rows import Delta, World, an_id

pytestmark = pytest.mark.neo4j

HUB = (1, True, "OFFICER_OF", "Company")


@pytest.fixture
def url(neo4j_url: str) -> str:
    Neo4jStore.wipe(neo4j_url)
    return neo4j_url


@pytest.fixture
def store(url: str) -> Iterator[Neo4jStore]:
    with closing(Neo4jStore(url)) as opened:
        yield opened


@pytest.fixture
def ask(neo4j_url: str) -> Iterator[Callable[..., neo4j.EagerResult]]:
    """Runs a statement past the store."""
    with neo4j.GraphDatabase.driver(neo4j_url, notifications_min_severity="OFF") as driver:
        yield driver.execute_query


def _operators(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("children", ()):
        yield from _operators(child)


def _hub(links: int) -> Delta:
    """Component 1 with links to as many plain companies, two rows each, and one that is not plain."""
    delta = Delta()
    for number in range(links):
        comp = 100 + number
        for row in (number * 2 + 1, number * 2 + 2):
            delta.put("links", row, to_comp=comp, to_grp=comp, to_anchor=an_id(comp), label=1 + number % 2)
    delta.put("links", links * 2 + 1, to_comp=50, to_anchor=None)
    return delta


# plans


@pytest.mark.parametrize(
    "name", [*cypher.names("read_"), *cypher.names("end_"), "put_links", "put_components"]
)
def test_a_plan_made_when_the_store_was_all_but_empty_seeks_and_never_scans(
    store: Neo4jStore, tmp_path: Path, ask: Callable[..., neo4j.EagerResult], name: str
) -> None:
    store.apply(Delta().write(tmp_path / "1"), Revision(1))
    plan = ask("EXPLAIN " + cypher.load(name, 1), p={}).summary.plan
    assert plan is not None
    scans = {op["args"]["Details"] for op in _operators(plan) if "Scan" in op["operatorType"]}
    assert scans <= {"g:Generation"}


def test_a_page_of_a_hubs_neighbours_reads_a_page_of_the_index(
    store: Neo4jStore, tmp_path: Path, ask: Callable[..., neo4j.EagerResult]
) -> None:
    store.apply(_hub(400).write(tmp_path / "1"), Revision(1))
    view = everything(1, 1, 2)
    after = an_id(199)
    assert store.neighbours(view, HUB, after=after, limit=5) == [(an_id(200 + n), 200 + n) for n in range(5)]
    comp, _, kind, nkind = HUB
    p = {"generation": 1, "labels": [1, 2], "revision": 1, "day": None, "day_end": None, "limit": 5}
    p |= {"comp": comp, "kind": kind, "nkind": nkind, "after": after.hex()}
    plan = ask("PROFILE " + cypher.load("read_neighbours_out", 1), p=p).summary.profile
    assert plan is not None
    (seek,) = [
        op for op in _operators(plan) if op["operatorType"].startswith("DirectedRelationshipIndexSeek")
    ]
    # A label at a time: 5 neighbours of 2 rows, a sixth that shows the fifth is over, and the row after it.
    assert seek["rows"] <= 2 * (6 * 2 + 1)


def test_what_a_skip_leaves_of_a_hub_is_all_that_is_read(
    store: Neo4jStore, tmp_path: Path, ask: Callable[..., neo4j.EagerResult]
) -> None:
    store.apply(_hub(400).write(tmp_path / "1"), Revision(1))
    assert [link.row for link in store.links(everything(1), [1], skip=[HUB])] == [801]
    p = {"generation": 1, "labels": [1, 2], "revision": 1, "day": None, "day_end": None, "limit": 2**62}
    plan = ask("PROFILE " + cypher.load("read_links_past_hubs", 1), p=p | outside([1], [HUB])).summary.profile
    assert plan is not None
    assert sum(op["rows"] for op in _operators(plan) if "RelationshipIndexSeek" in op["operatorType"]) == 1


# generations


def test_a_switch_leaves_nothing_of_the_old_generation(
    store: Neo4jStore, tmp_path: Path, ask: Callable[..., neo4j.EagerResult]
) -> None:
    world = World(4)
    deltas = [world.delta(60).write(tmp_path / str(revision)) for revision in (1, 2)]
    store.apply(deltas[0], Revision(1))
    rebuilt = store.rebuilding()
    for revision, delta in enumerate(deltas, 1):
        rebuilt.apply(delta, Revision(revision))
    store.switch(rebuilt)
    rebuilt.close()
    labels = ask("MATCH (n) UNWIND labels(n) AS label RETURN DISTINCT label").records
    assert [record["label"] for record in labels if record["label"].endswith("_1")] == []
    types = ask("MATCH ()-[l]->() RETURN DISTINCT type(l) AS type").records
    assert [record["type"] for record in types if record["type"].endswith("_1")] == []
    generations = ask("MATCH (g:Generation) RETURN g.number, g.slot, g.head").records
    assert [record.values() for record in generations] == [[2, 2, 2]]
    # Neo4j's own two lookup indexes are called index_… too.
    indexes = ask(
        "SHOW INDEXES YIELD name, type WHERE name STARTS WITH 'index_' AND type <> 'LOOKUP' RETURN name"
    ).records
    assert {record["name"] for record in indexes} == {f"{name}_2" for name in cypher.names("index_")}


def test_a_wipe_leaves_nothing_but_what_is_not_ours(
    store: Neo4jStore, url: str, tmp_path: Path, ask: Callable[..., neo4j.EagerResult]
) -> None:
    ask("CREATE (:Somebody {name: 'else'})")
    store.apply(World(1).delta(60).write(tmp_path / "1"), Revision(1))
    store.rebuilding().apply(tmp_path / "1", Revision(1))
    Neo4jStore.wipe(url)
    left = {record["label"] for record in ask("MATCH (n) RETURN DISTINCT labels(n)[0] AS label").records}
    ask("MATCH (n:Somebody) DELETE n")
    assert "Somebody" in left
    assert [label for label in left if label in ("Clew", "Generation") or label[-2:] in ("_1", "_2")] == []
    names = {record["name"] for record in ask("SHOW INDEXES YIELD name").records}
    assert [name for name in names if name[-2:] in ("_1", "_2")] == []


def test_a_store_opened_before_a_switch_is_told_to_open_again(
    store: Neo4jStore, url: str, tmp_path: Path
) -> None:
    delta = Delta()
    delta.put("links", 1)
    store.apply(delta.write(tmp_path / "1"), Revision(1))
    with closing(Neo4jStore(url)) as before:
        store.switch(store.rebuilding())
        with pytest.raises(Transient, match="was rebuilt since it was opened"):
            before.links(everything(1), [1])
        with pytest.raises(Transient, match="was rebuilt since it was opened"):
            before.head()
        with pytest.raises(Transient, match="was rebuilt since it was opened"):
            before.apply(tmp_path / "1", Revision(2))


@pytest.fixture
def without_indexes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server refuses what names its indexes, as it does now and then while they are made or dropped."""
    read = Server.read

    def refusing(self: Server, name: str, slot: int | None = None, /, **parameters: object) -> Row | None:
        if name.startswith("read_"):
            raise Permanent("Neo4j refused a statement: Could not solve these hints.")
        return read(self, name, slot, **parameters)

    monkeypatch.setattr(Server, "read", refusing)


@pytest.mark.usefixtures("without_indexes")
def test_nothing_is_read_of_a_store_whose_first_revision_is_not_in(store: Neo4jStore) -> None:
    assert store.links(everything(0), [1]) == []
    assert store.holders(everything(0), ["key"]) == {}


@pytest.mark.usefixtures("without_indexes")
def test_what_is_read_while_a_generation_is_dropped_is_told_to_open_again(
    store: Neo4jStore, url: str, tmp_path: Path
) -> None:
    delta = Delta()
    delta.put("links", 1)
    store.apply(delta.write(tmp_path / "1"), Revision(1))
    with pytest.raises(Permanent, match="Could not solve these hints"):
        store.links(everything(1), [1])
    with closing(Neo4jStore(url)) as before:
        store.switch(store.rebuilding())
        with pytest.raises(Transient, match="was rebuilt since it was opened"):
            before.links(everything(1), [1])


def test_a_rebuild_that_was_dropped_can_not_be_switched_in(store: Neo4jStore) -> None:
    left = store.rebuilding()
    store.rebuilding()
    store.rebuilding()
    store.switch(store.rebuilding())
    with pytest.raises(Transient, match="was rebuilt"):
        store.switch(left)


# following


class _Interrupted(Exception):
    pass


def _interrupt(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """The server takes `after` more transactions; the client never hears of the last."""
    real, done = Server.write, [0]

    def write(self: Server, work: Callable[[Run], None]) -> None:
        real(self, work)
        done[0] += 1
        if done[0] >= after:
            raise _Interrupted

    monkeypatch.setattr(Server, "write", write)


@pytest.mark.parametrize("revision", [1, 2])
def test_a_delta_interrupted_after_any_of_its_transactions_goes_on_from_there(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, revision: int
) -> None:
    monkeypatch.setattr(loading, "UNIT_ROWS", 9)
    world, oracle = World(6), Oracle()
    interruptions = 0
    with closing(Neo4jStore(url)) as store:
        for at in range(1, revision + 1):
            delta = world.delta(60)
            oracle.follow(delta)
            directory = delta.write(tmp_path / str(at))
            for after in (1, 2, 3, 1, 1, 2, 100) if at == revision else (100,):
                with monkeypatch.context() as patch:
                    _interrupt(patch, after)
                    try:
                        store.apply(directory, Revision(at))
                    except _Interrupted:
                        interruptions += 1
        assert interruptions == 6
        assert store.head() == revision
        for seed in range(5):
            asked = questions(random.Random(seed), oracle)
            assert answers(store, everything(revision), asked) == answers(oracle, everything(revision), asked)


def test_a_transaction_run_again_because_its_commit_went_unheard_writes_nothing_twice(
    store: Neo4jStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[..., neo4j.EagerResult]
) -> None:
    real = Server.write

    def twice(self: Server, work: Callable[[Run], None]) -> None:
        real(self, work)
        real(self, work)

    monkeypatch.setattr(Server, "write", twice)
    monkeypatch.setattr(loading, "UNIT_ROWS", 50)
    store.apply(_hub(60).write(tmp_path / "1"), Revision(1))
    rebuilt = store.rebuilding()
    rebuilt.apply(tmp_path / "1", Revision(1))
    assert len(rebuilt.links(everything(1), [1])) == 121
    store.switch(rebuilt)
    assert ask("MATCH ()-[l:LINK_2]->() RETURN count(l) AS n").records[0]["n"] == 121


def test_two_that_follow_one_store_do_not_both_write(
    store: Neo4jStore, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "UNIT_ROWS", 10)
    directory = _hub(20).write(tmp_path / "1")
    real = loading.puts

    def overtaken(delta: Path, start: loading.Position) -> Iterator[loading.Write]:
        monkeypatch.setattr("graph.store.neo4j.generation.puts", real)
        with closing(Neo4jStore(url)) as other:
            other.apply(directory, Revision(1))
        yield from real(delta, start)

    monkeypatch.setattr("graph.store.neo4j.generation.puts", overtaken)
    with pytest.raises(Busy, match="Another process applies deltas"):
        store.apply(directory, Revision(1))
    assert len(store.links(everything(1), [1])) == 41


def test_a_delta_that_does_not_fit_the_store_is_named_and_unseen(store: Neo4jStore, tmp_path: Path) -> None:
    delta = Delta()
    delta.put("links", 1)
    store.apply(delta.write(tmp_path / "1"), Revision(1))
    ends = Delta()
    ends.end("links", 2)
    with pytest.raises(Corrupt, match="end_links of revision 2 met 0 rows of the 1 it names"):
        store.apply(ends.write(tmp_path / "2"), Revision(2))
    (tmp_path / "3").mkdir()
    pq.write_table(pa.table({"row": [1]}), tmp_path / "3" / "keys.parquet")
    with pytest.raises(Corrupt, match=r"keys\.parquet has no column 'key'"):
        store.apply(tmp_path / "3", Revision(2))
    assert store.head() == 1


def test_a_key_longer_than_an_index_takes_is_found_by_all_of_it(store: Neo4jStore, tmp_path: Path) -> None:
    long = "address:" + "é" * 40_000
    delta = Delta()
    for row, key in enumerate((long, long + "1", long[:1000]), 1):
        delta.put("keys", row, key=key, comp=row)
    store.apply(delta.write(tmp_path / "1"), Revision(1))
    assert store.holders(everything(1), [long, long + "1", long[:1000], long[:999]]) == {
        long: [1], long + "1": [2], long[:1000]: [3],
    }  # fmt: skip
