"""Crowds: what shares a blocking key with more than may meet by it, and could not be narrowed.

They are left out of blocking, or a common name would cost the square of those who bear it; but where one thing has a
hundred records, its own records are such a crowd in nearly every key. So each of a crowd meets a few others of it: those
next to it by what it says, and some by their hash. That these are few says nothing of those it did not meet.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import duckdb

from graph.projection.schema import one, temp

MEETS: Final = 20
"""Others that each of a crowd meets, after it in either order."""
HELD: Final = 12
"""Crowds of a record that are remembered, the smallest ones."""
LOOKED_AT: Final = 20_000_000
"""Pairs that all crowds may give before those that meet in several are counted once."""
_SAYS: Final = ("both_names", "body_key", "born", "postcode", "street", "phone_one", "email_one", "city")


def meet(
    con: duckdb.DuckDBPyConnection, filled: Collection[str], table: str, pairs: str, most: int
) -> dict[int, list[int]]:
    """Add to `pairs`, after scoring.candidates(), those that meet in a crowd, `most` at most; by record, the crowds that it stands in."""
    temp(
        con,
        "t_crowd",
        """SELECT mno, crowd, count(*) OVER (PARTITION BY crowd) AS n FROM (
             SELECT DISTINCT mno, CASE WHEN more IS NULL THEN block ELSE hash(block, more) END AS crowd
             FROM t_held WHERE block IN (SELECT block FROM t_wide))
           WHERE crowd IN (SELECT block FROM t_full UNION SELECT block FROM t_wide)""",
    )
    (standing,) = one(con, "SELECT count(*) FROM t_crowd")
    if not standing:
        return {}
    each = max(1, min(MEETS, LOOKED_AT // (2 * standing)))
    says = [f'"{name}"' for name in _SAYS if name in filled]
    content = f"concat_ws(' ', {', '.join(says)})" if says else "''"
    met = []
    for order in (f"{content}, c.mno", "hash(c.mno, crowd), c.mno"):
        others = ", ".join(f"lead(c.mno, {step}) OVER w" for step in range(1, each + 1))
        met.append(
            f"SELECT c.mno AS x, unnest([{others}]) AS y FROM t_crowd c JOIN {table} r ON r.mno = c.mno WINDOW w AS (PARTITION BY crowd ORDER BY {order})"
        )
    con.execute(
        f"""INSERT INTO {pairs} BY NAME SELECT join_key_l, join_key_r, 'crowd' AS match_key FROM (
              SELECT DISTINCT least(x, y) AS join_key_l, greatest(x, y) AS join_key_r FROM ({" UNION ALL ".join(met)}) WHERE y IS NOT NULL
              EXCEPT SELECT join_key_l, join_key_r FROM {pairs})
            JOIN {table} l ON l.mno = join_key_l JOIN {table} r ON r.mno = join_key_r WHERE l.rid <> r.rid
            ORDER BY hash(join_key_l, join_key_r), join_key_l, join_key_r LIMIT {max(most, 0)}"""
    )
    held: dict[int, list[int]] = {}
    rows: list[Any] = con.execute(
        f"""SELECT mno, dense_rank() OVER (ORDER BY crowd) FROM (
              SELECT mno, crowd, row_number() OVER (PARTITION BY mno ORDER BY n, crowd) AS place FROM t_crowd WHERE n > 1)
            WHERE place <= {HELD} ORDER BY 1, 2"""
    ).fetchall()
    for mno, crowd in rows:
        held.setdefault(mno, []).append(crowd)
    return held
