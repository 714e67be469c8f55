"""The columns of accounts: platform, the platform's id, handle, name shown, whether it is a robot's. A row a key and name."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from graph.projection.schema import temp
from graph.resolution.columns.shared import ONE, near, register
from graph.values.folding import bare

KINDS = ("Account",)


def make(con: duckdb.DuckDBPyConnection, men: str, lnk: str, into: str) -> int:
    """See columns.make(). Who a message merely names is left out: its key says who that is."""
    temp(
        con,
        "t_said",
        f"""SELECT mno, mid, rid, label, list_sort(keys) AS keys, lower({ONE.format("platform")}) AS platform,
              {ONE.format("account_id")} AS account, {ONE.format("handle")} AS handle,
              coalesce({ONE.format("nickname")}, {ONE.format("name")}) AS name, coalesce({ONE.format("bot")}, '') = 'true' AS bot
            FROM {men} WHERE kind = 'Account' AND {ONE.format("platform")} IS NOT NULL AND {ONE.format("handle")} IS NOT NULL""",
    )
    names = [
        row[0] for row in con.execute("SELECT DISTINCT name FROM t_said WHERE name IS NOT NULL").fetchall()
    ]
    shown = pa.table(
        {
            "raw": pa.array(names, pa.string()),
            "shown": pa.array([bare(name) or None for name in names], pa.string()),
        }
    )
    register(con, "t_shown", shown)
    count = temp(
        con,
        into,
        """SELECT s.mno, s.mid, s.rid, s.label, s.keys, s.platform, s.account, nullif(lower(regexp_replace(s.handle, '[@._-]', '', 'g')), '') AS handle,
             n.shown AS name, s.bot, 'account:' || s.platform || '/' || coalesce(s.account, s.handle) AS own
           FROM t_said s LEFT JOIN t_shown n ON n.raw = s.name""",
    )
    near(con, men, lnk, into)
    return count
