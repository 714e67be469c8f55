"""What a table teaches of itself, without truth: expectation maximisation over all its pairs.

The pairs that blocking met are looked at one by one (a seeded share of them where there are too many); of all others it
is only counted, on pairs drawn at random, in which ways they agree. So u is of pairs of two things even in a small
table, where a good part of those that agree are of one, and the prior is learned with the rest. Where the table shows
little, what is usual (the model's own m and u) stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from graph.projection.schema import one, temp
from graph.resolution.evaluate import households, models
from graph.resolution.models.base import Comparison, Model

SEED: Final = 20_261_126
DRAWN: Final = 200_000
"""Pairs drawn at random, and at most about so many of those that blocking met."""
TRUST_M: Final = 300.0
"""So many pairs of one thing weigh as much as what is usual of m."""
TRUST_U: Final = 2_000.0
"""So many pairs of two things weigh as much as what is usual of u."""
ALIKE: Final = 3.0
"""How many other records of one thing a record has at most, usually."""
ROUNDS: Final = 60
MOST_U: Final = 1e-5
"""How often two things share a number that is given once, at most."""
LEAST_M: Final = 1e-6
LEAST_U: Final = 1e-7


@dataclass(frozen=True, slots=True)
class _Seen:
    """Ways to agree: levels (a row a way, a column a comparison, -1 for null) and how many pairs agree so."""

    levels: Any
    counts: Any

    def per_level(self, c: int, size: int, weights: Any = None) -> Any:
        told = self.levels[:, c] >= 0
        held = self.counts if weights is None else weights
        return np.bincount(self.levels[told, c], weights=held[told], minlength=size)


def learn(con: duckdb.DuckDBPyConnection, model: Model, table: str, pairs: str) -> dict[str, Any]:
    """Parameters as Model.settings takes them: prior, and m and u by comparison and level. Leaves t_believed(a, b, p)."""
    (met,) = one(con, f"SELECT count(*) FROM {pairs}")
    (alone,) = one(con, f"SELECT sum(n * n)::BIGINT FROM (SELECT count(*) AS n FROM {table} GROUP BY rid)")
    (rows,) = one(con, f"SELECT count(*) FROM {table}")
    possible = float(max((rows * rows - alone) // 2, met, 1))
    share = min(1.0, DRAWN / max(met, 1))
    temp(
        con,
        "t_learned",
        f"SELECT join_key_l, join_key_r FROM {pairs} WHERE hash(join_key_l, join_key_r) % 1000000 < {round(share * 1e6)}",
    )
    levels(con, model, table, "t_learned", "t_seen")
    _random_pairs(con, table, rows)
    levels(con, model, table, "t_random", "t_chance")
    seen, chance = _seen(con, "t_seen", model, share), _seen(con, "t_chance", model, 1.0)
    scaled = _Seen(chance.levels, chance.counts * (possible / max(chance.counts.sum(), 1.0)))
    learned, belief = _maximise(model, seen, scaled, possible)
    if households.learned(model, learned):
        learned, belief = _maximise(
            model, seen, scaled, possible, apart=households.clashing(model, seen.levels)
        )
        learned["households"] = True
    _believe(con, seen, belief / share)
    return learned


def levels(con: duckdb.DuckDBPyConnection, model: Model, table: str, pairs: str, into: str) -> None:
    """<into>(a, b, g0, g1, …): in which level each comparison of the pairs (join_key_l, join_key_r) is, -1 for null."""
    cases = ", ".join(f"{_case(c)}::TINYINT AS g{n}" for n, c in enumerate(model.comparisons))
    levels = [level.sql for c in model.comparisons for level in c.levels]
    used = sorted({name for sql in levels for name in re.findall(r'"(\w+)_[lr]"', sql)})
    sides = ", ".join(f'{s}."{c}" AS "{c}_{s}"' for c in used for s in "lr")
    temp(
        con,
        into,
        f"""SELECT a, b, {cases} FROM (SELECT join_key_l AS a, join_key_r AS b, {sides} FROM {pairs}
            JOIN {table} l ON l.mno = join_key_l JOIN {table} r ON r.mno = join_key_r)""",
    )


def _case(comparison: Comparison) -> str:
    parts = []
    for n, level in enumerate(comparison.levels):
        told = -1 if level.null else n
        parts.append(f"ELSE {told}" if level.sql == "ELSE" else f"WHEN {level.sql} THEN {told}")
    return f"CASE {' '.join(parts)} END"


def _random_pairs(con: duckdb.DuckDBPyConnection, table: str, rows: int) -> None:
    """t_random: pairs of two records (of two files, where files are linked) drawn by a seed."""
    a, b = np.random.default_rng(SEED).integers(0, rows, (2, 2 * DRAWN))
    # Not in SQL: DuckDB may take the records of two files, each with each, and only then look for those drawn.
    rid = con.execute(f"SELECT rid FROM {table} ORDER BY mno").fetchnumpy()["rid"]
    apart = np.flatnonzero(rid[a] != rid[b])[:DRAWN]
    con.register("v_drawn", pa.table({"join_key_l": a[apart], "join_key_r": b[apart]}))
    temp(con, "t_random", "SELECT * FROM v_drawn")
    con.unregister("v_drawn")


def _seen(con: duckdb.DuckDBPyConnection, table: str, model: Model, share: float) -> _Seen:
    names = [f"g{n}" for n in range(len(model.comparisons))]
    columns = ", ".join(names)
    held = con.execute(
        f"SELECT {columns}, count(*) AS n FROM {table} GROUP BY {columns} ORDER BY {columns}"
    ).fetchnumpy()
    levels = np.stack([np.asarray(held[name], dtype=np.int64) for name in names], axis=1)
    return _Seen(levels, np.asarray(held["n"], dtype=float) / share)


def _maximise(
    model: Model, seen: _Seen, chance: _Seen, possible: float, apart: Any = None
) -> tuple[dict[str, Any], Any]:
    """The parameters, and how much each way of agreeing is believed to be of one thing (0..1).

    apart: ways that are never of one (households.py); then what tells persons apart does so at least as it usually does."""
    usual_m, usual_u, ways = [], [], []
    for c, comparison in enumerate(model.comparisons):
        size = len(comparison.levels)
        usual_m.append(_shares([0.0 if x.null else x.m for x in comparison.levels]))
        usual_u.append(_shares([0.0 if x.null else x.u for x in comparison.levels]))
        # Agreement that a random draw misses, blocking meets.
        ways.append(np.maximum(chance.per_level(c, size), seen.per_level(c, size)))
    fixed = [np.array([not level.trained for level in c.levels]) for c in model.comparisons]
    bounded = [np.array([level.label == models.MANY for level in c.levels]) for c in model.comparisons]
    m = list(usual_m)
    u = [_smooth(counts, usual, TRUST_U) for counts, usual in zip(ways, usual_u, strict=True)]
    _bound(model, u)
    # Of pairs of which nothing is told it is not known how many are one: the prior is that of the others.
    telling = float(chance.counts[(chance.levels >= 0).any(axis=1)].sum() / max(chance.counts.sum(), 1.0))
    possible = max(possible * telling, seen.counts.sum())
    prior = min(0.1, max(1.0, 0.06 * seen.counts.sum()) / possible)
    for _ in range(ROUNDS):
        odds = np.full(len(seen.counts), np.log(prior / (1 - prior)))
        for c in range(len(model.comparisons)):
            told = seen.levels[:, c] >= 0
            bits = np.log(np.maximum(m[c], LEAST_M) / np.maximum(u[c], LEAST_U))
            odds[told] += bits[seen.levels[told, c]]
        belief = 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
        if apart is not None:
            belief[apart] = 0.0
        chosen, before = seen.counts * belief, prior
        prior = float(min(0.2, max(chosen.sum(), 1.0) / possible))
        for c in range(len(model.comparisons)):
            same = seen.per_level(c, len(ways[c]), chosen)
            m[c] = np.where(fixed[c], usual_m[c], _smooth(same, usual_m[c], TRUST_M))
            if apart is not None and model.comparisons[c].name in households.most(model):
                m[c] = _at_most(m[c], float(usual_m[c][-1]))
            u[c] = np.where(fixed[c], usual_u[c], _smooth(np.maximum(ways[c] - same, 0), usual_u[c], TRUST_U))
        _bound(model, u)
        for c in range(len(model.comparisons)):
            at_most = u[c] * usual_m[c] / np.maximum(usual_u[c], LEAST_U)
            m[c] = np.where(bounded[c], np.minimum(m[c], at_most), m[c])
        if abs(prior - before) < 1e-4 * before:
            break
    told = {
        comparison.name: {
            level.label: {"m": max(float(m[c][n]), LEAST_M), "u": max(float(u[c][n]), LEAST_U)}
            for n, level in enumerate(comparison.levels)
            if not level.null
        }
        for c, comparison in enumerate(model.comparisons)
    }
    return {"prior": prior, "comparisons": told}, belief


def _at_most(m: Any, last: float) -> Any:
    """Shares whose last is no more than this; the others make up for it."""
    over = m[-1] - last
    return m if over <= 0 else np.append(m[:-1] * (1 + over / m[:-1].sum()), last)


def _bound(model: Model, u: list[Any]) -> None:
    """Hold the u of a number to what makes it one. Where a table tells hardly anything else, learning cannot know whether
    those that share it are one or chance."""
    for c, comparison in enumerate(model.comparisons):
        if comparison.name in models.NUMBERS:
            n = [level.label for level in comparison.levels].index(models.FEW)
            u[c][n] = min(u[c][n], MOST_U)


def _shares(values: list[float]) -> Any:
    return np.array(values) / sum(values)


def _smooth(counts: Any, usual: Any, trust: float) -> Any:
    return (counts + trust * usual) / (counts.sum() + trust)


def _believe(con: duckdb.DuckDBPyConnection, seen: _Seen, belief: Any) -> None:
    """t_believed(a, b, p): the pairs looked at that may be of one thing, weighted for those that were not."""
    width = range(seen.levels.shape[1])
    con.register("v_way", pa.table({**{f"g{c}": seen.levels[:, c] for c in width}, "p": belief}))
    same = " AND ".join(f"s.g{c} = v.g{c}" for c in width)
    temp(con, "t_believed", f"SELECT s.a, s.b, v.p FROM t_seen s JOIN v_way v ON {same} WHERE v.p > 0.01")
    con.unregister("v_way")


def frequencies(con: duckdb.DuckDBPyConnection, model: Model, table: str, learned: dict[str, Any]) -> None:
    """Tables t_tf_<column>(<column>, tf_<column>): how often a record of another thing has a value of this one.

    Of the pairs that share a value, those of one thing are left out: as many as were believed, or as is usual of pairs
    that share one (for so many as one thing may have records). In a small table they are most of those that agree."""
    prior = learned["prior"]
    for comparison in model.comparisons:
        for level in comparison.levels:
            if level.frequency:
                held, c = learned["comparisons"][comparison.name][level.label], level.frequency
                m, u = held["m"] * prior, held["u"]
                con.execute(
                    f"""CREATE OR REPLACE TABLE t_tf_{c} AS
                        WITH held AS (SELECT {c}, count(*) AS n FROM {table} WHERE {c} IS NOT NULL GROUP BY {c}),
                        believed AS (SELECT l.{c}, round(sum(p), 3) AS p FROM t_believed
                                JOIN {table} l ON l.mno = a JOIN {table} r ON r.mno = b WHERE l.{c} = r.{c} GROUP BY l.{c}),
                        one AS (SELECT h.{c}, n, n * (n - 1) / 2 AS pairs,
                                greatest(coalesce(p, 0), least({m / (m + u)} * n * (n - 1) / 2, {ALIKE} * n / 2)) AS own
                                FROM held h LEFT JOIN believed b ON b.{c} = h.{c}),
                        rest AS (SELECT {c}, sqrt(2 * greatest(pairs - greatest(own, 1), 0)) AS rest,
                                 (SELECT sum(n) FROM held) AS total FROM one)
                        SELECT {c}, round(least((rest + 1) / total, greatest((rest - 2) / total, {u})), 9) AS tf_{c} FROM rest"""
                )
