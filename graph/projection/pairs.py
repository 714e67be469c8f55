"""Judgements and model decisions: which stand, which a revision puts or ends.

A judgement stands until it is undone. A model's decision is about two mentions as they were: it ends when either
is changed or gone, or when a later run decides anew or withdraws it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from graph.access import PUBLIC
from graph.ledger import Judgement
from graph.projection.schema import temp

WITHDRAWN = "WITHDRAWN"
"""The verdict by which a run of a model ends a decision that no longer holds."""


def change_pairs(
    con: duckdb.DuckDBPyConnection, judged: Sequence[Judgement], undone: Sequence[str], decisions: Path | None
) -> None:
    """t_pair_changed (id, a, b): pairs put or ended by this revision; pair is written, rows are not yet given.

    decisions: Parquet of model decisions (a, b: mention ids, a < b; verdict, decider, strength, reason); the verdict
    WITHDRAWN only ends the one that stands between the two by that decider."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE t_judged(id VARCHAR, a BLOB, b BLOB, verdict VARCHAR, label BIGINT, reason VARCHAR)"
    )
    if judged:
        con.executemany(
            "INSERT INTO t_judged VALUES (?, ?, ?, ?, ?, ?)",
            [
                (j.id, j.a, j.b, j.verdict, j.label, json.dumps({"reader": j.reader, "note": j.note}))
                for j in judged
            ],
        )
    source = "SELECT * FROM read_parquet(?)" if decisions else "SELECT * FROM t_no_decisions"
    con.execute(
        """CREATE TEMP TABLE IF NOT EXISTS t_no_decisions
           (a BLOB, b BLOB, verdict VARCHAR, decider VARCHAR, strength DOUBLE, reason VARCHAR)"""
    )
    temp(
        con,
        "t_said",
        f"""
        SELECT id, a, b, verdict, 'judgement' AS decider, NULL::DOUBLE AS strength, label, reason FROM t_judged
        UNION ALL
        SELECT lower(hex(a)) || ':' || lower(hex(b)) || ':' || decider, a, b, verdict, decider, strength, {PUBLIC}, reason
        FROM ({source})
        """,
        [str(decisions)] if decisions else None,
    )
    # A decision that is made anew takes the place of the one that stands.
    temp(
        con,
        "t_pair_end",
        """SELECT id, a, b, row FROM pair WHERE list_contains(?, id) OR (decider <> 'judgement' AND (
             id IN (SELECT id FROM t_said)
             OR a IN (SELECT mno FROM t_old UNION ALL SELECT mno FROM t_men)
             OR b IN (SELECT mno FROM t_old UNION ALL SELECT mno FROM t_men)))""",
        [list(undone)],
    )
    con.execute("DELETE FROM pair WHERE id IN (SELECT id FROM t_pair_end)")
    mids = "SELECT mno, mid FROM men WHERE mid IN (SELECT a FROM t_said UNION ALL SELECT b FROM t_said) UNION ALL SELECT mno, mid FROM t_men WHERE is_new"
    temp(
        con,
        "t_pair_put",
        f"""
        WITH mids AS ({mids})
        SELECT s.id, x.mno AS a, y.mno AS b, s.verdict, s.decider, s.strength, s.label, s.reason
        FROM t_said s JOIN mids x ON x.mid = s.a JOIN mids y ON y.mid = s.b WHERE s.verdict <> '{WITHDRAWN}'
        """,
    )
    con.execute(
        """INSERT INTO pair BY NAME SELECT *, NULL::BIGINT AS row, NULL::BIGINT AS comp, NULL::BIGINT AS other,
             NULL::BIGINT AS grp_a, NULL::BIGINT AS grp_b FROM t_pair_put"""
    )
    temp(con, "t_pair_changed", "SELECT id, a, b FROM t_pair_put UNION ALL SELECT id, a, b FROM t_pair_end")
