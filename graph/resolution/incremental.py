"""What `clew resolve` remembers of the run before, so that it compares only what changed: the pairs it weighed.

A weight is a function of the columns of its two mentions and of the frozen model. So a pair of which both ends have the columns
they had, and that still shares a blocking key, weighs what it weighed; only pairs with a changed end are compared. Columns change
with the mention, with what its record ties it to, and with how many others share that. Decisions are made from all weighed pairs,
as in a full run, so they are those of a full run. What is remembered lies in a folder that may be dropped at any time: then all is
compared again, and so it is under another version of the model or of the libraries that compare.

Nothing is remembered by revision, so no crash, rebuild or retraction can make it wrong: what it is about is in its hashes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
import splink

from graph.access import PUBLIC
from graph.files import drop, scratch
from graph.projection.schema import one, temp
from graph.resolution import clumps
from graph.resolution.joining import Decision
from graph.resolution.models.base import Model
from graph.resolution.resolve import Engine, Run, between, counted
from graph.resolution.scoring import blocks, meet, score

FORM: Final = 1
"""Of what is remembered, and of how pairs are found (scoring.py): what another form says is forgotten."""

_TABLES: Final = {
    "rows": "scope VARCHAR, mno BIGINT, said UBIGINT",
    "pairs": "scope VARCHAR, a BIGINT, b BIGINT, weight DOUBLE, accepted BOOLEAN, reason VARCHAR, veto VARCHAR",
    "closed": "scope VARCHAR, block UBIGINT",
}
"""By scope: the hash of every mention's columns, where it is not the one it has among the public ones; the weighed pairs; the blocks
that too many shared."""


@contextmanager
def remembering(folder: Path, *, forget: bool = False) -> Iterator[Engine]:
    """The Engine of this process that compares what is new since the last one of this folder; forget: everything, again.

    What it then knows is kept when the block ends well. One at a time: under the directory's lease."""
    folder.mkdir(parents=True, exist_ok=True)
    with scratch(folder, "building") as work:
        engine = _Remembering(folder, work, forget)
        yield engine
        engine.keep()


class _Remembering:
    def __init__(self, folder: Path, work: Path, forget: bool) -> None:
        self._folder, self._work, self._forget = folder, work, forget
        self._scopes: dict[str, int] = {}

    def __call__(
        self,
        con: duckdb.DuckDBPyConnection,
        model: Model,
        scope: tuple[int, ...],
        same: Sequence[tuple[bytes, bytes]],
        run: Run,
    ) -> list[Decision]:
        if model.decider not in self._scopes:
            self._begin(con, model)
        counted(con, model, scope)
        name = ",".join(str(label) for label in scope)
        full = blocks(con, model, "f_scope")
        fresh = _compare(con, name)
        if fresh == one(con, "SELECT count(*) FROM f_scope")[0]:
            meet(con, model, "f_scope", "f_pairs", between(scope))
        else:
            new = "(l.mno IN (SELECT mno FROM k_fresh) OR r.mno IN (SELECT mno FROM k_fresh))"
            wanted = ("mno IN (SELECT mno FROM k_fresh)", f"{between(scope)[1]} AND {new}")
            meet(con, model, "f_scope", "f_pairs", wanted)
        run.add(model, score(con, model, "f_scope", "f_pairs", "f_scored"), full)
        con.execute("INSERT INTO f_scored SELECT * FROM k_weighed")
        self._learn(con, model, name)
        return clumps.decided(con, model, scope, same)

    def _begin(self, con: duckdb.DuckDBPyConnection, model: Model) -> None:
        """k_rows, k_pairs, k_closed: what is remembered of a model. k_public: its rows among the public ones, now."""
        self._scopes[model.decider] = 0
        folder = self._folder / model.decider
        known = not self._forget and _about(folder) == _now(model)
        for name, columns in _TABLES.items():
            con.execute(f"CREATE OR REPLACE TEMP TABLE k_{name}({columns})")
            if known and (folder / name).is_dir():
                con.execute(
                    f"INSERT INTO k_{name} SELECT * FROM read_parquet('{_sql(folder / name)}/*.parquet')"
                )
            (self._work / model.decider / name).mkdir(parents=True)
        con.execute("CREATE OR REPLACE TEMP TABLE k_public(mno BIGINT, said UBIGINT)")
        about = self._work / model.decider / "about.json"
        about.write_text(json.dumps(_now(model)), encoding="ascii")

    def _learn(self, con: duckdb.DuckDBPyConnection, model: Model, scope: str) -> None:
        n = self._scopes[model.decider] = self._scopes[model.decider] + 1
        told = {
            "rows": "SELECT mno, said FROM k_now WHERE (mno, said) NOT IN (SELECT (mno, said) FROM k_public)",
            "pairs": "SELECT * FROM f_scored",
            "closed": "SELECT block FROM k_shut",
        }
        for name, sql in told.items():
            file = self._work / model.decider / name / f"{n:06d}.parquet"
            con.execute(
                f"COPY (SELECT '{scope}' AS scope, * FROM ({sql})) TO '{_sql(file)}' (FORMAT parquet, COMPRESSION zstd)"
            )
        if scope == str(int(PUBLIC)):
            con.execute("INSERT INTO k_public SELECT mno, said FROM k_now")

    def keep(self) -> None:
        """Put what is known now in the place of what was. Killed meanwhile, less is known."""
        for decider in self._scopes:
            drop(self._folder / decider)
            (self._work / decider).rename(self._folder / decider)


def _now(model: Model) -> dict[str, Any]:
    """What a weight depends on beside the columns of its two mentions."""
    return {
        "form": FORM,
        "digest": model.digest(),
        "duckdb": duckdb.__version__,
        "splink": splink.__version__,
    }


def _about(folder: Path) -> object:
    try:
        return json.loads((folder / "about.json").read_bytes())
    except (OSError, ValueError):
        return None


def _sql(path: Path) -> str:
    return str(path).replace("'", "''")


def _compare(con: duckdb.DuckDBPyConnection, scope: str) -> int:
    """k_fresh(mno): the rows of f_scope to compare: other than they were, or in a block that was too full and no longer is; how many.

    k_weighed: the pairs of two others, that are still met. k_now, k_shut: what to remember of rows and of blocks. Reads t_held, t_block,
    t_wide and t_full (scoring.blocks)."""
    columns = [row[0] for row in con.execute("DESCRIBE f_scope").fetchall()]
    # DuckDB's hash of several values passes over NULL ones: (x, NULL) would be (NULL, x).
    said = ", ".join(f'"{column}", "{column}" IS NULL' for column in columns)
    temp(con, "k_now", f"SELECT mno, hash({said}) AS said FROM f_scope")
    temp(con, "k_shut", "SELECT block FROM t_wide UNION ALL SELECT block FROM t_full")
    was = f"SELECT block FROM k_closed WHERE scope = '{scope}'"
    own = f"SELECT mno, said FROM k_rows WHERE scope = '{scope}'"
    public = f"SELECT mno, said FROM k_rows WHERE scope = '{int(PUBLIC)}' AND scope <> '{scope}'"
    temp(
        con,
        "k_fresh",
        f"""SELECT mno FROM k_now WHERE (mno, said) NOT IN ({own} UNION ALL {public} AND mno NOT IN (SELECT mno FROM ({own})))
            UNION SELECT mno FROM t_block WHERE block IN ({was} EXCEPT SELECT block FROM k_shut)""",
    )
    temp(
        con,
        "k_weighed",
        f"""SELECT a, b, weight, accepted, reason, veto FROM k_pairs WHERE scope = '{scope}'
            AND a IN (SELECT mno FROM k_now) AND b IN (SELECT mno FROM k_now)
            AND a NOT IN (SELECT mno FROM k_fresh) AND b NOT IN (SELECT mno FROM k_fresh)""",
    )
    temp(con, "k_shut_anew", f"SELECT block FROM k_shut EXCEPT ({was})")
    temp(
        con,
        "k_left",
        """SELECT mno, block FROM t_held WHERE block IN (SELECT block FROM k_shut_anew)
           UNION SELECT mno, hash(block, more) AS block FROM t_held
           WHERE more IS NOT NULL AND block IN (SELECT block FROM t_wide) AND hash(block, more) IN (SELECT block FROM k_shut_anew)""",
    )
    meeting = "SELECT DISTINCT w.a, w.b FROM {} w JOIN {} l ON l.mno = w.a JOIN {} r ON r.mno = w.b AND r.block = l.block"
    if temp(con, "k_doubt", meeting.format("k_weighed", "k_left", "k_left")):
        con.execute(
            f"DELETE FROM k_weighed WHERE (a, b) IN (SELECT (a, b) FROM (SELECT * FROM k_doubt EXCEPT {meeting.format('k_doubt', 't_block', 't_block')}))"
        )
    return one(con, "SELECT count(*) FROM k_fresh")[0]
