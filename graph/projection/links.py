"""From what changed to the delta's links and hub counters: o_links and o_counters; lnk and cnt are written."""

from __future__ import annotations

import duckdb

from graph.projection.schema import put, temp
from graph.tables import HUB


def link_rows(con: duckdb.DuckDBPyConnection) -> None:
    """o_links: mention links of changed records, and those whose ends were moved or whose neighbour's id changed."""
    temp(
        con,
        "t_mno_moved",
        "SELECT mno FROM t_moved UNION ALL SELECT mno FROM t_men WHERE NOT is_new",
    )
    temp(
        con,
        "t_lnk_old2",
        """
        SELECT row FROM lnk WHERE row NOT IN (SELECT row FROM t_lnk_old) AND (
          from_comp IN (SELECT comp FROM t_comp_moved) OR to_comp IN (SELECT comp FROM t_comp_moved)
          OR from_mno IN (SELECT mno FROM t_mno_moved) OR to_mno IN (SELECT mno FROM t_mno_moved))
        """,
    )
    temp(
        con,
        "t_lnk_all",
        """SELECT row, rid, kind, role, from_mno, to_mno, label, valid_from, valid_to, props, false AS old FROM t_lnk
           UNION ALL
           SELECT row, rid, kind, role, from_mno, to_mno, label, valid_from, valid_to, props, true FROM lnk
           WHERE row IN (SELECT row FROM t_lnk_old2)""",
    )
    # Narrow rows, one end and one big hash table at a time: several would have to fit into memory together.
    temp(
        con,
        "t_at",
        """SELECT m.mno, m.mid, m.grp, g.comp FROM men m JOIN grp g ON g.grp = m.grp
           WHERE m.alive AND m.mno IN (SELECT from_mno FROM t_lnk_all UNION ALL SELECT to_mno FROM t_lnk_all)""",
    )
    temp(con, "t_place", "SELECT a.*, c.kind, c.anchor FROM t_at a JOIN comp c ON c.comp = a.comp")
    temp(
        con,
        "t_lnk_ends",
        f"SELECT l.old, l.row, l.to_mno, {_end('from')} FROM t_lnk_all l JOIN t_place p ON p.mno = l.from_mno",
    )
    temp(
        con,
        "t_lnk_now",
        f"SELECT l.* EXCLUDE (to_mno), {_end('to')} FROM t_lnk_ends l JOIN t_place p ON p.mno = l.to_mno",
    )
    temp(
        con,
        "t_lnk_moved",
        """
        SELECT n.* FROM t_lnk_now n LEFT JOIN (SELECT * FROM lnk WHERE row IN (SELECT row FROM t_lnk_old2)) o ON n.old AND o.row = n.row
        WHERE NOT n.old OR row(n.from_comp, n.to_comp, n.from_grp, n.to_grp, n.from_kind, n.to_kind, n.from_anchor, n.to_anchor)
          IS DISTINCT FROM row(o.from_comp, o.to_comp, o.from_grp, o.to_grp, o.from_kind, o.to_kind, o.from_anchor, o.to_anchor)
        """,
    )
    put(
        con,
        "links",
        """SELECT l.* EXCLUDE (row), l.row AS old_row, n.* EXCLUDE (row, old)
           FROM t_lnk_all l JOIN t_lnk_moved n ON n.row = l.row AND n.old = l.old""",
        "old, old_row",
    )
    con.execute("INSERT INTO t_lnk_old SELECT old_row FROM o_links WHERE old")
    con.execute("INSERT INTO t_end SELECT 'links', row FROM t_lnk_old")
    temp(
        con,
        "t_cnt_comp",
        """SELECT from_comp AS comp FROM o_links UNION SELECT to_comp FROM o_links
           UNION SELECT from_comp FROM lnk WHERE row IN (SELECT row FROM t_lnk_old)
           UNION SELECT to_comp FROM lnk WHERE row IN (SELECT row FROM t_lnk_old)""",
    )
    con.execute("DELETE FROM lnk WHERE row IN (SELECT row FROM t_lnk_old)")
    con.execute("INSERT INTO lnk BY NAME SELECT * EXCLUDE (old, old_row, from_mid, to_mid) FROM o_links")


def _end(end: str) -> str:
    return ", ".join(f"p.{fact} AS {end}_{fact}" for fact in ("mid", "comp", "grp", "kind", "anchor"))


def counter_rows(con: duckdb.DuckDBPyConnection) -> None:
    """o_counters: distinct plain neighbours of touched components, where there are HUB of them or more."""
    sides = """
        SELECT from_comp AS comp, label, true AS out, kind, to_kind AS nkind, to_comp AS ncomp FROM lnk
        WHERE to_anchor IS NOT NULL AND from_comp IN (SELECT comp FROM {comps})
        UNION ALL
        SELECT to_comp, label, false, kind, from_kind, from_comp FROM lnk
        WHERE from_anchor IS NOT NULL AND to_comp IN (SELECT comp FROM {comps})"""
    # Few components have links enough: only their neighbours are told apart.
    temp(
        con,
        "t_cnt_hub",
        f"""SELECT DISTINCT comp FROM (
              SELECT comp FROM ({sides.format(comps="t_cnt_comp")}) GROUP BY comp, label, out, kind, nkind HAVING count(*) >= {HUB})""",
    )
    temp(
        con,
        "t_cnt_now",
        f"""SELECT comp, label, out, kind, nkind, count(DISTINCT ncomp) AS n FROM ({sides.format(comps="t_cnt_hub")})
            GROUP BY ALL HAVING count(DISTINCT ncomp) >= {HUB}""",
    )
    temp(
        con,
        "t_cnt_diff",
        """SELECT n.comp, n.label, n.out, n.kind, n.nkind, n.n, o.row AS old_row, o.n AS old_n
           FROM t_cnt_now n FULL JOIN (SELECT * FROM cnt WHERE comp IN (SELECT comp FROM t_cnt_comp)) o
             ON o.comp = n.comp AND o.label = n.label AND o.out = n.out AND o.kind = n.kind AND o.nkind = n.nkind
           WHERE n.n IS DISTINCT FROM o.n""",
    )
    con.execute("INSERT INTO t_end SELECT 'counters', old_row FROM t_cnt_diff WHERE old_row IS NOT NULL")
    con.execute("DELETE FROM cnt WHERE row IN (SELECT old_row FROM t_cnt_diff)")
    put(
        con,
        "counters",
        "SELECT comp, label, out, kind, nkind, n FROM t_cnt_diff WHERE n IS NOT NULL",
        "comp, label, out, kind, nkind",
    )
    con.execute("INSERT INTO cnt BY NAME SELECT * FROM o_counters")
