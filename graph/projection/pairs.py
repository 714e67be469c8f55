"""Judgements and model decisions: which stand, which a revision puts or ends.

A judgement stands until it is undone. A model's decision is about two mentions as they were: it ends when either
is changed or gone, or when a later run decides anew or withdraws it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from graph.access import PUBLIC
from graph.ledger import Judgement
from graph.projection.steps import Steps

WITHDRAWN = "WITHDRAWN"
"""The verdict by which a run of a model ends a decision that no longer holds."""


def change_pairs(
    steps: Steps, judged: Sequence[Judgement], undone: Sequence[str], decisions: Path | None
) -> None:
    """t_pair_changed (id, a, b): pairs put or ended by this revision; pair is written, rows are not yet given.

    decisions: Parquet of model decisions (a, b: mention ids, a < b; verdict, decider, strength, reason); the verdict
    WITHDRAWN only ends the one that stands between the two by that decider."""
    steps.given("judged", len(judged))
    steps.given("undone", len(undone))
    steps.given("decisions", int(decisions is not None))
    steps.temp(
        "t_judged",
        """SELECT ''::VARCHAR AS id, ''::BLOB AS a, ''::BLOB AS b, ''::VARCHAR AS verdict, 0::BIGINT AS label, ''::VARCHAR AS reason
           LIMIT 0""",
        given=("judged",),
    )
    if judged:
        steps.con.executemany(
            "INSERT INTO t_judged VALUES (?, ?, ?, ?, ?, ?)",
            [
                (j.id, j.a, j.b, j.verdict, j.label, json.dumps({"reader": j.reader, "note": j.note}))
                for j in judged
            ],
        )
        steps.given("t_judged", len(judged))
    source = "SELECT * FROM read_parquet(?)" if decisions else "SELECT * FROM t_no_decisions"
    steps.temp(
        "t_no_decisions",
        """SELECT ''::BLOB AS a, ''::BLOB AS b, ''::VARCHAR AS verdict, ''::VARCHAR AS decider, 0::DOUBLE AS strength, ''::VARCHAR AS reason
           LIMIT 0""",
        given=("decisions",),
    )
    steps.temp(
        "t_said",
        f"""
        SELECT id, a, b, verdict, 'judgement' AS decider, NULL::DOUBLE AS strength, label, reason FROM t_judged
        UNION ALL
        SELECT lower(hex(a)) || ':' || lower(hex(b)) || ':' || decider, a, b, verdict, decider, strength, {PUBLIC}, reason
        FROM ({source})
        """,
        [str(decisions)] if decisions else None,
        given=("judged", "decisions"),
    )
    # A decision that is made anew takes the place of the one that stands.
    steps.temp(
        "t_pair_end",
        """SELECT id, a, b, row FROM pair WHERE list_contains(?, id) OR (decider <> 'judgement' AND (
             id IN (SELECT id FROM t_said)
             OR a IN (SELECT mno FROM t_old UNION ALL SELECT mno FROM t_men_held)
             OR b IN (SELECT mno FROM t_old UNION ALL SELECT mno FROM t_men_held)))""",
        [list(undone)],
        given=("undone", "t_said", "t_old", "t_men_held"),
    )
    steps.run("DELETE FROM pair WHERE id IN (SELECT id FROM t_pair_end)", given=("t_pair_end",))
    mids = "SELECT mno, mid FROM men WHERE mid IN (SELECT a FROM t_said UNION ALL SELECT b FROM t_said) UNION ALL SELECT mno, mid FROM t_men WHERE is_new"
    steps.temp(
        "t_pair_put",
        f"""
        WITH mids AS ({mids})
        SELECT s.id, x.mno AS a, y.mno AS b, s.verdict, s.decider, s.strength, s.label, s.reason
        FROM t_said s JOIN mids x ON x.mid = s.a JOIN mids y ON y.mid = s.b WHERE s.verdict <> '{WITHDRAWN}'
        """,
        given=("t_said",),
    )
    steps.run(
        """INSERT INTO pair BY NAME SELECT *, NULL::BIGINT AS row, NULL::BIGINT AS comp, NULL::BIGINT AS other,
             NULL::BIGINT AS grp_a, NULL::BIGINT AS grp_b FROM t_pair_put""",
        given=("t_pair_put",),
    )
    steps.temp(
        "t_pair_changed",
        "SELECT id, a, b FROM t_pair_put UNION ALL SELECT id, a, b FROM t_pair_end",
        given=("t_pair_put", "t_pair_end"),
    )
