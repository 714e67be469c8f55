"""A statement that has nothing to work on is not run: a small file costs a small number of them."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

import graph.projection
from graph.projection import Projection, Revised
from graph.projection.groups import _kept
from graph.projection.schema import connect
from graph.projection.steps import Steps
from tests.graph.batches import L, M, R, write_batch
from tests.graph.followed import SECRET, SOURCES


class Counted:
    """A connection that keeps the text of each statement that it and its cursors run."""

    def __init__(self, con: duckdb.DuckDBPyConnection, ran: list[str]) -> None:
        self._con, self._ran = con, ran

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)

    def cursor(self) -> Counted:
        return Counted(self._con.cursor(), self._ran)

    def execute(self, sql: str, params: object = None) -> duckdb.DuckDBPyConnection:
        self._ran.append(re.sub(r"\s+", " ", sql))
        return self._con.execute(sql, params)


def test_a_table_whose_drivers_are_empty_is_emptied_without_its_query() -> None:
    ran: list[str] = []
    steps: Any = Steps(Counted(duckdb.connect(), ran))  # type: ignore[arg-type]
    steps.given("told", 1)
    assert steps.temp("t", "SELECT 1::BIGINT AS x", given=("told",)) == 1
    steps.given("told", 0)
    ran.clear()
    assert steps.temp("t", "SELECT 1::BIGINT AS x", given=("told",)) == 0
    assert steps.con.execute("SELECT * FROM t").fetchall() == []
    ran.clear()
    assert steps.temp("t", "SELECT 1::BIGINT AS x", given=("told",)) == 0
    steps.run("DELETE FROM t", given=("told", "t"))
    steps.add("t", "SELECT 2::BIGINT AS x", given=("t",))
    assert ran == []
    assert not steps.any("told", "t")
    # A table that is not there yet gets its columns, whatever drives it.
    assert steps.temp("u", "SELECT x FROM t", given=("told",)) == 0
    assert steps.con.execute("SELECT count(x) FROM u").fetchall() == [(0,)]


def book(number: int) -> list[R]:
    """A phone book of two cards: a friend, and the taxi that everybody has."""
    cards = [(f"friend-{number}", f"phone:+44{number}"), (f"taxi-{number}", "phone:+442079460000")]
    return [
        R(card, "2026-01-01", mentions=(M("self", "Person", name=card), M("tel", "Phone", (phone,), name=phone)),
          links=(L("HAS_PHONE", "self", "tel"),))
        for card, phone in cards
    ]  # fmt: skip


def test_a_phone_book_after_another_runs_no_statement_on_texts_or_on_what_stood_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(graph.projection, "connect", lambda path, **more: Counted(connect(path, **more), ran))
    projection = Projection(None, SECRET)
    for revision in (1, 2, 3):
        ran.clear()
        tables = write_batch(tmp_path / f"batch-{revision}", book(revision))
        projection.project(Revised(revision, SOURCES["a"], tables), tmp_path / f"delta-{revision}")
        projection.commit()
    projection.close()
    assert [sql for sql in ran if re.search(r"\b(txt|der|b_txt|b_der|t_again)\b", sql)] == []
    assert len(ran) <= 61


def test_a_component_keeps_the_number_of_its_largest_old_part() -> None:
    chance = random.Random(3)
    for _ in range(300):
        groups = [
            (chance.randrange(4), chance.choice([-1, 10, 11, 12, 13]), chance.randint(1, 3)) for _ in range(chance.randint(1, 12))
        ]  # fmt: skip
        ranks = {part: rank for rank, part in enumerate(sorted({part for part, _, _ in groups}))}
        groups = [(ranks[part], old, n) for part, old, n in groups]
        share: Counter[tuple[int, int]] = Counter()
        for part, old, n in groups:
            share[part, old] += n if old >= 0 else 0
        claims = {
            old: min((-n, part) for (part, of), n in share.items() if of == old)[1] for _, old in share if old >= 0
        }  # fmt: skip
        expected = [
            min([(-share[part, old], old) for old, claimed in claims.items() if claimed == part], default=(0, -1))[1]
            for part in range(len(ranks))
        ]  # fmt: skip
        columns = [np.array(column, dtype=np.int64) for column in zip(*groups, strict=True)]
        assert _kept(*columns).tolist() == expected
