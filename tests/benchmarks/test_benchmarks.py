"""The benchmarks themselves: the registry, what a row says of its target, and the made-up graph they measure on."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from graph.model import Revision
from graph.reading import Graph
from graph.resolution.online.record import read as matched
from graph.store.sqlite import SqliteStore
from ingest.pipeline import Staged, read_file
from tests.benchmarks import made_graph, served
from tests.benchmarks.bench import SIZES, Row, Target, benchmarks
from tests.benchmarks.rows import http, match_served
from tests.benchmarks.rows.packed import Answer, of_packed, of_typed, packed, typed
from tests.benchmarks.workshop import Workshop


def test_each_subject_is_found_by_its_name() -> None:
    assert list(benchmarks()) == [
        "alerts",
        "expand",
        "flights",
        "http",
        "ingest",
        "leiden",
        "load",
        "match",
        "match_served",
        "names",
        "packed",
        "paths",
        "resolve",
        "small_files",
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "target", "missed"),
    [
        (4.0, None, Target("≤", 8), 0.5),
        (12.0, None, Target("≤", 8), 1.5),
        (20_000, 400_000, Target("≥", 40_000), 2.0),
        (6.0, 2.0, Target("≤", 2, of_peer=True), 1.5),
        (6.0, None, Target("≤", 2, of_peer=True), None),
        (6.0, 2.0, None, None),
    ],
)
def test_a_row_says_by_how_much_it_misses(
    ours: float, theirs: float | None, target: Target | None, missed: float | None
) -> None:
    assert Row("w", "ms", ours, target, "peer", theirs).missed_by == missed


def test_every_link_of_the_made_graph_hangs_on_groups_of_its_label(tmp_path: Path) -> None:
    delta = made_graph.write(tmp_path / "1", 2000)
    later = made_graph.write(tmp_path / "2", 2000, first=2001, last=2100, revision=2)
    groups = f"read_parquet(['{delta}/groups.parquet', '{later}/groups.parquet'])"
    with duckdb.connect() as db:
        for end in ("from", "to"):
            loose = db.execute(
                f"SELECT count(*) FROM read_parquet(['{delta}/links.parquet', '{later}/links.parquet']) l"
                f" WHERE NOT EXISTS (SELECT 1 FROM {groups} g WHERE g.grp = l.{end}_grp AND g.comp = l.{end}_comp"
                " AND g.label = l.label)"
            ).fetchall()
            assert loose == [(0,)]
        twice = db.execute(
            f"SELECT count(*) - count(DISTINCT row) FROM read_parquet(['{delta}/links.parquet', '{later}/links.parquet'])"
        ).fetchall()
        assert twice == [(0,)]


def test_the_made_graph_reads_as_one_hub_with_exact_counts(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        store.apply(made_graph.write(tmp_path / "1", 2000), Revision(1))
        (around,) = Graph(store).expand(made_graph.VIEW, [made_graph.entity_id(2000)], per_kind_limit=1)
    assert [(c.link_kind, c.kind, c.total.value) for c in around.counts] == [
        ("REGISTERED_AT", "Company", 900),
        ("REGISTERED_AT", "Person", 999),
    ]


def test_walks_start_and_end_at_different_entities(tmp_path: Path) -> None:
    size = SIZES["small"]._replace(nodes=2000, queries=5)
    with Workshop(tmp_path, size, lambda text: None) as workshop:
        assert [a == b for a, b in workshop.walks] == [False] * 5


def test_a_served_clew_gives_one_graph_in_both_forms_and_a_leaf_its_neighbours(tmp_path: Path) -> None:
    delta, hub = made_graph.write(tmp_path / "1", 2000), made_graph.entity_id(2000).hex()
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        store.apply(delta, Revision(1))
    leaf = made_graph.entity_id(1501).hex()
    with served.clew(tmp_path / "data", f"sqlite://{tmp_path}/store.db", delta) as server:
        answer = of_packed(packed(server.ask, hub))
        assert of_typed(typed(server.ask, hub)) == answer
        found = http.neighbours(http.hop(server.ask, leaf), leaf)
        with pytest.raises(SystemExit, match="answers with"):
            server.ask("{ nothing }", {})
    assert str(answer) == "1,900 nodes, 7,011 links"
    assert found == {
        (kind, "OUT" if source == leaf else "IN", *node)
        for kind, source, target in answer.links
        for node in answer.nodes
        if leaf in (source, target) and node[0] == (target if source == leaf else source)
    }


def test_the_peers_answers_are_read_as_ours() -> None:
    hub, jo, acme = ("h", "Address", "1 High St"), ("j", "Person", "Jo"), ("a", "Company", "Acme")
    shown = [dict(zip(("id", "kind", "caption"), node, strict=True)) for node in (hub, jo, acme)]
    none: dict[str, Any] = {"edges": []}
    twice = {"edges": [{"node": shown[2]}] * 2}
    fields = {f"{kind}_{way}Connection": none for kind, way in http.FIELDS}
    person = {**shown[1], **fields, "OFFICER_OF_OUTConnection": twice}
    around = {"centre": shown[:1], "around": [person, {**shown[2], **fields}]}
    assert http.of_peer(around) == Answer(
        {hub, jo, acme},
        {("REGISTERED_AT", "j", "h"), ("REGISTERED_AT", "a", "h"), ("OFFICER_OF", "j", "a")},
    )
    assert http.peer_neighbours({"entities": [person]}) == {("OFFICER_OF", "OUT", *acme)}


def test_the_peers_lock_names_no_registry() -> None:
    assert '"resolved"' not in (served.PEER / "package-lock.json").read_text()


def test_the_people_who_are_matched_over_http_are_records_that_are_read(tmp_path: Path) -> None:
    asked = match_served._made(tmp_path, 300, 40)
    for name in ("base", "bulk"):
        (tmp_path / name).mkdir()
        (read,) = read_file(
            tmp_path / f"{name}.txt", format=None, now=datetime(2026, 9, 30, tzinfo=UTC), zone=None, complete=False, staging=tmp_path / name
        )  # fmt: skip
        assert isinstance(read, Staged)
        assert (read.format, read.read, read.mentions, read.rejected) == ("companies-house-psc", 300, 900, 0)
    for record in asked:
        values = {"name": [record["name"]], "birth_date": [record["birthDate"]]}
        assert matched("Person", values)[1] == []
