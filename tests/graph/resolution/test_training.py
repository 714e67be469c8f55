"""What a model is taught from: blocks of bounded pairs, and what is left out is told."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from graph.resolution import train
from graph.resolution.models.organisation import ORGANISATION
from graph.resolution.models.person import PERSON


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """1,000 namesakes, ten pairs of others, and forty of one month, of two firms."""
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE people(mno BIGINT, first VARCHAR, last VARCHAR, year INTEGER, month INTEGER, body_few VARCHAR[])"
    )
    rows: list[Any] = [(n, "ROWAN", "ASHCOMBE", None, None, None) for n in range(1000)]
    rows += [(1000 + n, f"F{n // 2}", f"L{n // 2}", None, None, None) for n in range(20)]
    rows += [(2000 + n, f"G{n}", None, 1960, 4, [f"B{n % 2}"]) for n in range(40)]
    con.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?)", rows)
    return con


def test_a_block_of_namesakes_is_left_out_of_what_is_taught_and_told(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "TAUGHT", 800)
    names, months = train.lessons(con, PERSON, "people", "taught")
    assert names.told() == {
        "rule": PERSON.training[0],
        "blocks": 11,
        "blocks_used": 10,
        "blocks_too_full": 1,
        "pairs_in_blocks": 499_510,
        "pairs_in_blocks_used": 10,
    }
    assert (months.blocks, months.blocks_used, months.pairs_used) == (1, 1, 780)
    assert con.execute("SELECT count(*) FILTER (lesson_0), count(*) FILTER (lesson_1), count(*) FROM taught").fetchall() == [(20, 40, 1060)]  # fmt: skip


def test_of_blocks_that_give_too_many_pairs_together_some_are_used_always_the_same(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "TAUGHT", 10)
    monkeypatch.setattr(train, "FULLEST", 0.5)
    con.execute(
        "INSERT INTO people SELECT 5000 + n, 'H' || n // 2, 'K', NULL, NULL, NULL FROM range(60) t(n)"
    )
    names, _ = train.lessons(con, PERSON, "people", "taught")
    assert (names.blocks, names.blocks_used, names.pairs_used, names.full) == (41, 10, 10, 1)
    used = "SELECT mno FROM taught WHERE lesson_0 ORDER BY mno"
    first = con.execute(used).fetchall()
    train.lessons(con, PERSON, "people", "taught")
    assert con.execute(used).fetchall() == first


def test_a_model_set_by_hand_is_taught_nothing(con: duckdb.DuckDBPyConnection) -> None:
    assert train.lessons(con, ORGANISATION, "people", "taught") == []
