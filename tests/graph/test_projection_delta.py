"""The projection's delta: the same again after a crash, decisions that end, and what a component is shown by."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.evidence import mention_id
from graph.ledger import Judgement
from graph.model import LabelId, Revision
from graph.projection import Projection, Revised
from tests.graph.batches import L, M, R, write_batch
from tests.graph.followed import SECRET, SOURCES, Rows


def test_projecting_again_after_a_crash_gives_the_same_delta(tmp_path: Path) -> None:
    records = [
        R(
            f"r{n}",
            "2020-01-01",
            (M("x", "Company", (f"k{n}",), "n"), M("y", "Address", ("a",), "a")),
            (L("AT", "x", "y"),),
        )
        for n in range(90)
    ]
    tables = write_batch(tmp_path / "b", records)
    projection = Projection(tmp_path / "state.duckdb", SECRET)
    projection.project(Revised(1, SOURCES["a"], tables), tmp_path / "first")
    projection.rollback()
    projection.project(Revised(1, SOURCES["a"], tables), tmp_path / "second")
    projection.commit()
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert names == [
        "counters.parquet",
        "docs.parquet",
        "groups.parquet",
        "keys.parquet",
        "links.parquet",
        "mentions.parquet",
    ]
    for name in names:
        assert pq.read_table(tmp_path / "first" / name).equals(pq.read_table(tmp_path / "second" / name)), (
            name
        )


def test_model_decisions_end_when_a_mention_of_theirs_changes(tmp_path: Path) -> None:
    flights = [R(f"f{n}", "2020-01-01", (M("flight", "Flight", (), f"leg {n}"),)) for n in range(2)]
    projection, rows = Projection(tmp_path / "state.duckdb", SECRET), Rows()
    a, b = sorted(mention_id(SECRET, "a", f"f{n}", "flight") for n in range(2))
    decided = pa.table(
        {"a": [a], "b": [b], "verdict": ["SAME"], "decider": ["legs-1"], "strength": [9.5], "reason": ["{}"]},
        schema=pa.schema(
            [
                ("a", pa.binary()),
                ("b", pa.binary()),
                ("verdict", pa.string()),
                ("decider", pa.string()),
                ("strength", pa.float64()),
                ("reason", pa.string()),
            ]
        ),
    )
    decisions = tmp_path / "decisions.parquet"
    projection.project(
        Revised(1, SOURCES["a"], write_batch(tmp_path / "b1", flights), decisions=decisions),
        tmp_path / "d1",
        lambda _, path: pq.write_table(decided, path),
    )
    projection.commit()
    rows.apply(tmp_path / "d1", 1)
    changed = [R("f0", "2020-01-02", (M("flight", "Flight", (), "leg 0, delayed"),))]
    projection.project(Revised(2, SOURCES["a"], write_batch(tmp_path / "b2", changed)), tmp_path / "d2")
    projection.commit()
    rows.apply(tmp_path / "d2", 2)
    assert [(p["verdict"], p["by"], p["strength"]) for p in rows.live("pairs", 1)] == [
        ("SAME", "legs-1", 9.5)
    ]
    assert len({m["comp"] for m in rows.live("mentions", 1)}) == 1
    assert rows.live("pairs", 2) == []
    assert len({m["comp"] for m in rows.live("mentions", 2)}) == 2


def test_a_component_is_shown_by_its_best_text_whatever_came_first_and_however_its_groups_are_split(
    tmp_path: Path,
) -> None:
    projection, rows = Projection(tmp_path / "state.duckdb", SECRET), Rows()
    said = [("Zed Ltd", "Company"), ("Abe Ltd", "Organisation"), ("Abe Ltd", "Company"), ("", "Address")]
    for revision, (name, kind) in enumerate(said, 1):
        thing = M("thing", kind, ("k",), name)
        record = R(f"r{revision}", "2020-01-01", (thing, M("place", "Address")), (L("AT", "place", "thing"),))
        tables = write_batch(tmp_path / f"b{revision}", [record])
        projection.project(Revised(revision, SOURCES["a"], tables), tmp_path / f"d{revision}")
        projection.commit()
        rows.apply(tmp_path / f"d{revision}", revision)
    apart = sorted(mention_id(SECRET, "a", f"r{revision}", "thing") for revision in (1, 2))
    judgement = Judgement("j", apart[0], apart[1], "SAME", LabelId(0), "me", "", Revision(5))
    projection.project(Revised(5, judged=(judgement,)), tmp_path / "d5")
    projection.commit()
    rows.apply(tmp_path / "d5", 5)

    def shown(revision: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]], set[str]]:
        groups = [(g["caption"], g["kind"]) for g in rows.live("groups", revision) if g["keys"] == '["k"]']
        docs = [(d["caption"], d["kind"]) for d in rows.live("docs", revision) if d["names"]]
        return sorted(groups), docs, {link["to_kind"] for link in rows.live("links", revision)}

    assert shown(1) == ([("Zed Ltd", "Company")], [("Zed Ltd", "Company")], {"Company"})
    assert shown(2) == ([("Abe Ltd", "Organisation")], [("Abe Ltd", "Organisation")], {"Organisation"})
    assert shown(4) == ([("Abe Ltd", "Company")], [("Abe Ltd", "Company")], {"Company"})
    split = [("Abe Ltd", "Company"), ("Abe Ltd", "Organisation"), ("Zed Ltd", "Company")]
    assert shown(5) == (split, [("Abe Ltd", "Company")], {"Company"})


def test_a_delta_is_the_same_in_whatever_pieces_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = {}
    for size in (7, 100_000):
        monkeypatch.setattr("graph.projection.rows.PIECE", size)
        projection = Projection(None, SECRET)
        for revision, day in ((1, "2020-01-01"), (2, "2020-01-02")):
            records = [
                R(
                    f"r{n}",
                    day,
                    (M("x", "Company", (f"k{n % 30}",), f"n{n}"), M("y", "Address", (f"a{revision}",), "a")),
                    (L("AT", "x", "y"),),
                )
                for n in range(0, 90, revision)
            ]
            delta = tmp_path / f"{size}-{revision}"
            tables = write_batch(tmp_path / f"b{size}-{revision}", records)
            projection.project(Revised(revision, SOURCES["a"], tables), delta)
            projection.commit()
        projection.close()
        pieces[size] = {
            path.relative_to(tmp_path).as_posix().split("-")[1]: pq.read_table(path).to_pylist()
            for path in sorted(tmp_path.glob(f"{size}-*/*.parquet"))
        }
    assert len(pieces[7]["2/mentions.parquet"]) == 90
    assert [row["row"] for row in pieces[7]["2/links.parquet"]] == sorted(
        row["row"] for row in pieces[7]["2/links.parquet"]
    )
    assert pieces[7] == pieces[100_000]
