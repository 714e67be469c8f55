"""`clew resolve`: the models decide on people and organisations, in one batch.

A pair is decided among the mentions that everybody sees who sees the pair: the public ones, and those of its two
mentions' labels. How many share an identifier, how full a block is, which tie is the strongest: all that is counted
there and nowhere else, so that no hidden mention shows in what a reader is told. So the public mentions are decided
first, then each label beside them, then each two labels; what was decided before stands as the base of the next.

Kept are the pairs that join clusters (joining.py), so that a million mentions need a million pairs, not all that agree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from graph.access import PUBLIC
from graph.projection.pairs import WITHDRAWN
from graph.projection.rows import copy
from graph.projection.schema import temp
from graph.resolution import clumps, columns
from graph.resolution.clumps import nodes as nodes
from graph.resolution.decide import DECISIONS
from graph.resolution.joining import Decision, Scored
from graph.resolution.models import DECIDERS, MODELS
from graph.resolution.models.base import Model
from graph.resolution.scoring import candidates, score


@dataclass
class Run:
    """What a run came to. compared: pairs weighed; full: blocking keys that too many shared, by model."""

    decided: dict[str, int] = field(default_factory=dict)
    compared: dict[str, int] = field(default_factory=dict)
    full: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, model: Model, compared: int, full: Mapping[str, int]) -> None:
        """Count what one scope came to."""
        self.compared[model.decider] = self.compared.get(model.decider, 0) + compared
        for name, n in full.items():
            held = self.full.setdefault(model.decider, {})
            held[name] = held.get(name, 0) + n


Engine = Callable[
    [duckdb.DuckDBPyConnection, Model, tuple[int, ...], Sequence[tuple[bytes, bytes]], Run], list[Decision]
]
"""Decides on the pairs of one scope (labels) over f_base, beside pairs that are SAME already; leaves its columns in f_scope.
`here` does it in this process; engines/ do it elsewhere, and come to the same."""


def resolve(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    models: Sequence[Model] = MODELS,
    engine: Engine | None = None,
) -> Run:
    """Decide on all mentions that stand, and write what is new to a decisions file; none when nothing is.

    con: the projection's. models: the versions in force (versions.py). engine: `here`, or one that comes to the same. What stands and
    no longer holds is withdrawn."""
    run = Run()
    temp(
        con,
        "t_decided",
        "SELECT * FROM (SELECT NULL::BLOB AS a, NULL::BLOB AS b, '' AS verdict, '' AS decider, NULL::DOUBLE AS strength, '' AS reason) LIMIT 0",
    )
    con.execute("CREATE OR REPLACE TEMP VIEW v_men AS SELECT * FROM men WHERE alive")
    for model in models:
        found = decide(con, model, "v_men", "lnk", run, engine)
        _keep(con, model, found, run)
    names = ", ".join(f"'{name}'" for name in DECIDERS)
    standing = f"""SELECT x.mid AS a, y.mid AS b, p.verdict, p.decider, p.strength, p.reason FROM pair p
                   JOIN men x ON x.mno = p.a JOIN men y ON y.mno = p.b WHERE p.decider IN ({names})"""
    new = f"SELECT * FROM t_decided EXCEPT SELECT * FROM ({standing})"
    gone = f"""SELECT a, b, '{WITHDRAWN}' AS verdict, decider, NULL::DOUBLE AS strength, '' AS reason FROM ({standing}) s
               WHERE (a, b, decider) NOT IN (SELECT (a, b, decider) FROM t_decided)"""
    for verdict, count in con.execute(
        f"SELECT verdict, count(*) FROM ({new} UNION ALL {gone}) GROUP BY 1 ORDER BY 1"
    ).fetchall():
        run.decided[verdict] = count
    if run.decided:
        copy(con, f"SELECT * FROM ({new} UNION ALL {gone}) ORDER BY a, b, decider", DECISIONS, path)
    return run


def digests(models: Sequence[Model] = MODELS) -> dict[str, str]:
    """The digest of every model, for the ledger."""
    return {model.decider: model.digest() for model in models}


def decide(
    con: duckdb.DuckDBPyConnection,
    model: Model,
    men: str,
    lnk: str,
    run: Run,
    engine: Engine | None = None,
) -> list[Decision]:
    """All decisions of a model on the mentions of two tables (see columns/)."""
    columns.make(con, model.kinds, men, lnk, "f_base")
    labels = [row[0] for row in con.execute("SELECT DISTINCT label FROM f_base ORDER BY label").fetchall()]
    same, found = list[tuple[bytes, bytes]](), list[Decision]()
    for scope in _scopes(labels):
        decided = _decide(con, model, scope, same, run, engine or here)
        same += [(d.a, d.b) for d in decided if d.verdict == "SAME"]
        found += decided
    return found


def _scopes(labels: list[int]) -> Iterator[tuple[int, ...]]:
    """The labels of the pairs to decide: public ones, then each other label, then each two."""
    others = [label for label in labels if label != PUBLIC]
    yield from ((PUBLIC,), *((x,) for x in others), *combinations(others, 2))


def _decide(
    con: duckdb.DuckDBPyConnection,
    model: Model,
    scope: tuple[int, ...],
    same: Sequence[tuple[bytes, bytes]],
    run: Run,
    engine: Engine,
) -> list[Decision]:
    """The decisions on the pairs of one scope, over the mentions of its labels and the public ones."""
    found = engine(con, model, scope, same, run)
    if len(scope) == 1 and not any(d.verdict == "DIFFERENT" for d in found):
        return found
    # A clash within the base is this scope's to tell only where its own labels meet.
    label = dict(con.execute("SELECT mid, label FROM f_scope").fetchall())
    own = [set(scope)] if len(scope) == 2 else [{scope[0]}, {scope[0], int(PUBLIC)}]
    return [d for d in found if d.verdict != "DIFFERENT" or {label[d.a], label[d.b]} in own]


def here(
    con: duckdb.DuckDBPyConnection,
    model: Model,
    scope: tuple[int, ...],
    same: Sequence[tuple[bytes, bytes]],
    run: Run,
) -> list[Decision]:
    """The Engine of this process: DuckDB."""
    weigh(con, model, scope, run)
    return clumps.decided(con, model, scope, same)


def counted(con: duckdb.DuckDBPyConnection, model: Model, scope: tuple[int, ...]) -> None:
    """f_scope: the columns of f_base (columns/) as one scope's mentions count them."""
    labels = ", ".join(str(label) for label in sorted({int(PUBLIC), *scope}))
    columns.scoped(con, "f_base", model.who, labels, "f_scope")


def weigh(con: duckdb.DuckDBPyConnection, model: Model, scope: tuple[int, ...], run: Run) -> None:
    """f_scored (scoring.py): the pairs of one scope over f_base (columns/), all of them weighed; f_scope: its columns as counted there."""
    counted(con, model, scope)
    full = candidates(con, model, "f_scope", "f_pairs", between(scope))
    run.add(model, score(con, model, "f_scope", "f_pairs", "f_scored"), full)


def propose(con: duckdb.DuckDBPyConnection, model: Model, scope: tuple[int, ...], run: Run) -> list[Scored]:
    """The weighed pairs of one scope over f_base (columns/); its columns as counted there are left in f_scope."""
    weigh(con, model, scope, run)
    return [
        Scored(*row)
        for row in con.execute(
            """SELECT least(x.mid, y.mid), greatest(x.mid, y.mid), weight, accepted, reason, veto FROM f_scored s
               JOIN f_scope x ON x.mno = s.a JOIN f_scope y ON y.mno = s.b"""
        ).fetchall()
    ]


def between(scope: tuple[int, ...]) -> tuple[str, str]:
    """SQL: of a row whose blocks are looked at, and of a pair (l, r) to decide."""
    if scope == (PUBLIC,):
        return "true", "true"
    first, last = scope[0], scope[-1]
    if len(scope) == 1:
        return f"label = {first}", f"(l.label = {first} OR r.label = {first})"
    return (
        f"label = {first}",
        f"(l.label = {first} AND r.label = {last} OR l.label = {last} AND r.label = {first})",
    )


def _keep(con: duckdb.DuckDBPyConnection, model: Model, found: list[Decision], run: Run) -> None:
    reasons = [json.dumps([_reason(d)], separators=(",", ":")) for d in found]
    table = pa.table(
        {
            "a": pa.array([d.a for d in found], pa.binary()),
            "b": pa.array([d.b for d in found], pa.binary()),
            "verdict": pa.array([d.verdict for d in found], pa.string()),
            "decider": pa.array([model.decider] * len(found), pa.string()),
            "strength": pa.array([d.weight for d in found], pa.float64()),
            "reason": pa.array(reasons, pa.string()),
        }
    )
    con.register("v_found", table)
    con.execute("INSERT INTO t_decided SELECT * FROM v_found")
    con.unregister("v_found")


def _reason(decision: Decision) -> dict[str, Any]:
    told: dict[str, Any] = {"name": "weights", "bits": json.loads(decision.reason or "{}")}
    if decision.against:
        told["against"] = decision.against
    return told
