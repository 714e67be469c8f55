"""The decisions on a scope's weighed pairs, clump by clump: what hangs together by identifiers, pairs held to be SAME and weighed ones.

No decision reaches beyond its clump. Most mentions are in no pair, and in most clumps nothing clashes: there the accepted pairs are
followed strongest first, as numbers. Only the clumps in which something must be kept apart become mentions and go to joining.py;
both come to the same (tests/graph/resolution/test_clumps.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.access import PUBLIC
from graph.projection.schema import temp
from graph.resolution.forenames import Called, contradiction, middles_agree
from graph.resolution.joining import DENSE, FEW, STRONG, Decision, Node, Scored, join
from graph.resolution.models.base import Model

Ints = npt.NDArray[np.int64]

_KEYED: Final = """WITH held AS (SELECT mno, hash(unnest(keys)) AS key FROM f_scope),
    first AS (SELECT key, min(mno) AS mno FROM held GROUP BY key HAVING count(*) > 1)
    SELECT f.mno AS a, h.mno AS b FROM held h JOIN first f ON f.key = h.key WHERE f.mno <> h.mno"""
"""Two identifiers of one hash would only put two clumps together."""


def decided(
    con: duckdb.DuckDBPyConnection, model: Model, scope: tuple[int, ...], same: Sequence[tuple[bytes, bytes]]
) -> list[Decision]:
    """The decisions on f_scored, beside pairs that are SAME already, over f_scope: joining.join() over all of them."""
    temp(
        con,
        "f_weighed",
        """SELECT row_number() OVER (ORDER BY weight DESC, x, y) AS n, * FROM (
             SELECT s.a, s.b, least(l.mid, r.mid) AS x, greatest(l.mid, r.mid) AS y, weight, accepted, reason, veto
             FROM f_scored s JOIN f_scope l ON l.mno = s.a JOIN f_scope r ON r.mno = s.b)""",
    )
    _register(
        con,
        "f_same",
        {"x": pa.array([a for a, _ in same], pa.binary()), "y": pa.array([b for _, b in same], pa.binary())},
    )
    clumps = _Clumps(con)
    if not clumps.looked_at(con, scope):
        return []
    plain = clumps.plain(con, model)
    return [*_followed(con, clumps, plain), *_joined(con, model, clumps, plain)]


class _Clumps:
    """mno: those that anything ties, ascending; of: the clump of each; held: what identifiers and SAME pairs make one already.

    a, b: positions in mno of the weighed pairs' ends, strongest pair first; accepted, weight: of these pairs."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        pairs = con.execute("SELECT a, b, accepted, weight FROM f_weighed ORDER BY n").fetchnumpy()
        base = "SELECT l.mno AS a, r.mno AS b FROM f_same s JOIN f_scope l ON l.mid = s.x JOIN f_scope r ON r.mid = s.y"
        tied = con.execute(f"{_KEYED} UNION ALL {base}").fetchnumpy()
        a, b, x, y = (np.asarray(e[c], dtype=np.int64) for e in (pairs, tied) for c in "ab")
        self.mno = np.unique(np.concatenate([a, b, x, y]))
        self.a, self.b, x, y = (np.searchsorted(self.mno, end) for end in (a, b, x, y))
        self.accepted = np.asarray(pairs["accepted"], dtype=np.bool_)
        self.weight = np.asarray(pairs["weight"], dtype=np.float64)
        size = len(self.mno)
        self.held = _parts(size, x, y)
        self.of = _parts(size, np.concatenate([self.a, x]), np.concatenate([self.b, y]))

    def looked_at(self, con: duckdb.DuckDBPyConnection, scope: tuple[int, ...]) -> bool:
        """Keep the clumps in which this scope may decide anything, in f_clump(mno, clump); whether there are any.

        Those with a weighed pair; and, beside the public ones, those whose base its own labels meet in: there may be a clash to tell."""
        labels = [str(label) for label in scope]
        paired = np.zeros(self.of.max(initial=-1) + 1, dtype=np.bool_)
        paired[self.of[self.a]] = True
        _register(con, "f_all", {"mno": self.mno, "clump": self.of, "paired": paired[self.of]})
        meet = (
            "false"
            if scope == (PUBLIC,)
            else f"count(DISTINCT s.label) FILTER (s.label IN ({', '.join(labels)})) = {len(scope)}"
        )
        return bool(
            temp(
                con,
                "f_clump",
                f"""SELECT mno, clump FROM f_all WHERE clump IN (
                      SELECT clump FROM f_all c JOIN f_scope s ON s.mno = c.mno GROUP BY clump HAVING bool_or(paired) OR {meet})""",
            )
        )

    def plain(self, con: duckdb.DuckDBPyConnection, model: Model) -> npt.NDArray[np.bool_]:
        """By clump: whether nothing in it could keep two of it apart."""
        marks = " AND ".join(f"coalesce(min({m}) = max({m}), true)" for m in model.mark if m != "NULL")
        names = (
            "AND coalesce(min(title) = max(title), true) AND coalesce(min(generation) = max(generation), true)"
            if model.called
            else ""
        )
        rows = con.execute(
            f"""SELECT c.clump FROM f_clump c JOIN f_scope s ON s.mno = c.mno GROUP BY c.clump
                HAVING count(s.rid) = count(DISTINCT s.rid) AND {marks or "true"} {names}"""
        ).fetchnumpy()
        found = np.zeros(self.of.max(initial=-1) + 1, dtype=np.bool_)
        found[np.asarray(rows["clump"], dtype=np.int64)] = True
        # Two dense clusters, and a pair between them that might be too weak.
        weakest = np.full(len(found), np.inf)
        np.minimum.at(weakest, self.of[self.a[self.accepted]], self.weight[self.accepted])
        found &= (np.bincount(self.of, minlength=len(found)) < 2 * DENSE) | (weakest >= model.accept + STRONG)
        if model.called:
            for column, agrees in (("first", agree), ("middle", middles)):
                for clump, names in con.execute(
                    f"""SELECT c.clump, list(DISTINCT s.{column} ORDER BY s.{column}) FROM f_clump c JOIN f_scope s ON s.mno = c.mno
                        WHERE s.{column} IS NOT NULL GROUP BY c.clump HAVING count(DISTINCT s.{column}) > 1"""
                ).fetchall():
                    found[clump] &= agrees(tuple(names))
        return found


def agree(firsts: Iterable[str]) -> bool:
    """Whether no two of some forenames contradict each other, whatever other names stand beside them."""
    return not any(_contradict(x, y) for x, y in combinations(firsts, 2))


def middles(names: Iterable[str]) -> bool:
    """Whether no two of some people's middle names contradict each other."""
    return all(middles_agree(x, y) for x, y in combinations(names, 2))


@lru_cache(maxsize=200_000)
def _contradict(x: str, y: str) -> bool:
    return bool(contradiction(Called(x), Called(y)))


def _parts(size: int, a: Ints, b: Ints) -> Ints:
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _followed(
    con: duckdb.DuckDBPyConnection, clumps: _Clumps, plain: npt.NDArray[np.bool_]
) -> list[Decision]:
    """The decisions of plain clumps: accepted pairs that join two clusters, and of the others what is to be reviewed."""
    here = plain[clumps.of[clumps.a]]
    parent = list(range(int(clumps.held.max(initial=-1)) + 1))

    def find(item: int) -> int:
        while parent[item] != item:
            parent[item] = item = parent[parent[item]]
        return item

    def walk(chosen: npt.NDArray[np.bool_]) -> Iterable[tuple[int, int, int]]:
        (at,) = np.nonzero(here & chosen)
        ends = (clumps.held[side[at]].tolist() for side in (clumps.a, clumps.b))
        for n, x, y in zip(at.tolist(), *ends, strict=True):
            x, y = find(x), find(y)
            if x != y:
                yield n, x, y

    kept = []
    for n, x, y in walk(clumps.accepted):
        parent[y] = x
        kept.append(n)
    vetoed = set(con.execute("SELECT n - 1 AS n FROM f_weighed WHERE veto <> ''").fetchnumpy()["n"].tolist())
    proposed, lacking = set[tuple[int, int]](), Counter[int]()
    for n, x, y in walk(~clumps.accepted):
        if (min(x, y), max(x, y)) in proposed:
            continue
        if n not in vetoed:
            if min(lacking[x], lacking[y]) >= FEW:
                continue
            lacking.update((x, y))
        proposed.add((min(x, y), max(x, y)))
        kept.append(n)
    _register(con, "f_kept", {"n": np.array(kept, dtype=np.int64) + 1})
    return [
        Decision(*row)
        for row in con.execute(
            """SELECT x, y, CASE WHEN accepted THEN 'SAME' ELSE 'UNSURE' END, weight, reason, CASE WHEN accepted THEN '' ELSE veto END
               FROM f_weighed WHERE n IN (SELECT n FROM f_kept)"""
        ).fetchall()
    ]


def _joined(
    con: duckdb.DuckDBPyConnection, model: Model, clumps: _Clumps, plain: npt.NDArray[np.bool_]
) -> list[Decision]:
    """The decisions of the other clumps."""
    _register(con, "f_plain", {"clump": np.nonzero(plain)[0]})
    temp(con, "f_odd", "SELECT mno FROM f_clump WHERE clump NOT IN (SELECT clump FROM f_plain)")
    known = nodes(con, model, "f_scope", "mno IN (SELECT mno FROM f_odd)")
    pairs = con.execute(
        "SELECT x, y, weight, accepted, reason, veto FROM f_weighed WHERE a IN (SELECT mno FROM f_odd)"
    ).fetchall()
    base = con.execute("SELECT x, y FROM f_same").fetchall()
    held = [(a, b) for a, b in base if a in known and b in known]
    return join(known, held, (Scored(*row) for row in pairs), model.accept)


def nodes(con: duckdb.DuckDBPyConnection, model: Model, table: str, which: str = "true") -> dict[bytes, Node]:
    """What joining needs of the rows of a table of columns. which: SQL of the rows wanted."""
    said = [*model.mark, *(Called._fields if model.called else ["NULL"] * len(Called._fields))]
    rows = con.execute(
        f"""SELECT * EXCLUDE (mno) FROM (SELECT mno, mid, {", ".join(f"{one} AS s{n}" for n, one in enumerate(said))},
              CASE WHEN count(*) OVER (PARTITION BY rid) > 1 THEN rid END AS record, keys FROM {table}) WHERE {which}"""
    ).fetchall()
    found = {}
    for mid, first, second, third, *said, record, keys in rows:
        dated = isinstance(first, int)
        called = _called(*said) if model.called else None
        found[mid] = Node((first, second or 0, third or 0) if dated else first, record, tuple(keys), called)
    return found


@lru_cache(maxsize=200_000)
def _called(*said: Any) -> Called:
    """One value for all who are called the same, so that clusters hold few."""
    return Called(*said)


def _register(con: duckdb.DuckDBPyConnection, name: str, columns: dict[str, Any]) -> None:
    con.register("v_numbers", pa.table(columns))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM v_numbers")
    con.unregister("v_numbers")
