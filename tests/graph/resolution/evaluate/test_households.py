"""Who only lives together: one rule, said of levels as learning counts them and of Splink's."""

from __future__ import annotations

from itertools import product

import duckdb
import numpy as np
import pytest

from graph.resolution.evaluate import households, models


@pytest.mark.parametrize(
    "filled", [{"first", "year", "email", "national_id"}, {"first", "year"}, {"first", "email"}, {"email"}]
)
def test_the_rule_is_the_same_in_both_notations(filled: set[str]) -> None:
    model = models.model("Person", filled, most=1)
    # A place among the levels, -1 for null; Splink counts the levels that say something from the last one up.
    places = [[-1, *(n for n, level in enumerate(c.levels) if not level.null)] for c in model.comparisons]
    ways = np.array(list(product(*places)))
    gammas = np.where(ways < 0, -1, [len(c.levels) - 1 for c in model.comparisons] - ways)
    names = [f"gamma_{c.name}" for c in model.comparisons]
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE t(n INTEGER, {', '.join(f'{name} INTEGER' for name in names)})")
        con.executemany(
            f"INSERT INTO t VALUES ({', '.join('?' * (len(names) + 1))})",
            [[n, *row] for n, row in enumerate(gammas.tolist())],
        )
        told = [
            row[0] for row in con.execute(f"SELECT {households.clash(model)} FROM t ORDER BY n").fetchall()
        ]
    assert told == households.clashing(model, ways).tolist()
    assert any(told) == ("first" in filled)
