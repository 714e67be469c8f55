"""From what changed to the delta's links and hub counters: o_links and o_counters; lnk and cnt are written."""

from __future__ import annotations

from graph.projection.steps import Steps
from graph.tables import HUB


def link_rows(steps: Steps) -> None:
    """o_links: mention links of changed records, and those whose ends were moved or whose neighbour's id changed."""
    steps.temp(
        "t_mno_moved",
        "SELECT mno FROM t_moved UNION ALL SELECT mno FROM t_men_held",
        given=("t_moved", "t_men_held"),
    )
    steps.temp(
        "t_lnk_old2",
        """
        SELECT row FROM lnk WHERE row NOT IN (SELECT row FROM t_lnk_old) AND (
          from_comp IN (SELECT comp FROM t_comp_moved) OR to_comp IN (SELECT comp FROM t_comp_moved)
          OR from_mno IN (SELECT mno FROM t_mno_moved) OR to_mno IN (SELECT mno FROM t_mno_moved))
        """,
        given=("t_comp_moved", "t_mno_moved"),
    )
    columns = "row, rid, kind, role, from_mno, to_mno, label, valid_from, valid_to, props"
    every = f"SELECT {columns}, false AS old FROM t_lnk"
    if steps.any("t_lnk_old2"):
        every += (
            f" UNION ALL SELECT {columns}, true AS old FROM lnk WHERE row IN (SELECT row FROM t_lnk_old2)"
        )
    steps.temp(
        "t_lnk_all",
        every,
        given=("t_lnk", "t_lnk_old2"),
    )
    # Narrow rows, one end and one big hash table at a time: several would have to fit into memory together.
    steps.temp(
        "t_at",
        """SELECT m.mno, m.mid, m.grp, g.comp FROM men m JOIN grp g ON g.grp = m.grp
           WHERE m.alive AND m.mno IN (SELECT from_mno FROM t_lnk_all UNION ALL SELECT to_mno FROM t_lnk_all)""",
        given=("t_lnk_all",),
    )
    steps.temp(
        "t_place",
        "SELECT a.*, c.kind, c.anchor FROM t_at a JOIN comp c ON c.comp = a.comp",
        given=("t_at",),
    )
    steps.temp(
        "t_lnk_ends",
        f"SELECT l.old, l.row, l.to_mno, {_end('from')} FROM t_lnk_all l JOIN t_place p ON p.mno = l.from_mno",
        given=("t_place",),
    )
    steps.temp(
        "t_lnk_now",
        f"SELECT l.* EXCLUDE (to_mno), {_end('to')} FROM t_lnk_ends l JOIN t_place p ON p.mno = l.to_mno",
        given=("t_lnk_ends",),
    )
    steps.temp(
        "t_lnk_moved",
        """
        SELECT n.* FROM t_lnk_now n LEFT JOIN (SELECT * FROM lnk WHERE row IN (SELECT row FROM t_lnk_old2)) o ON n.old AND o.row = n.row
        WHERE NOT n.old OR row(n.from_comp, n.to_comp, n.from_grp, n.to_grp, n.from_kind, n.to_kind, n.from_anchor, n.to_anchor)
          IS DISTINCT FROM row(o.from_comp, o.to_comp, o.from_grp, o.to_grp, o.from_kind, o.to_kind, o.from_anchor, o.to_anchor)
        """,
        given=("t_lnk_old2",),
    )
    # Without links that stood before, all are new ones.
    moved = "t_lnk_moved" if steps.any("t_lnk_old2") else "t_lnk_now"
    steps.put(
        "links",
        f"""SELECT l.* EXCLUDE (row), l.row AS old_row, n.* EXCLUDE (row, old)
            FROM t_lnk_all l JOIN {moved} n ON n.row = l.row AND n.old = l.old""",
        "old, old_row",
        given=(moved,),
    )
    steps.add("t_lnk_old", "SELECT old_row AS row FROM o_links WHERE old", given=("t_lnk_old2",))
    steps.add("t_end", "SELECT 'links' AS tbl, row FROM t_lnk_old", given=("t_lnk_old",))
    touched = "SELECT from_comp AS comp FROM o_links UNION SELECT to_comp FROM o_links"
    if steps.any("t_lnk_old"):
        touched += """ UNION SELECT from_comp FROM lnk WHERE row IN (SELECT row FROM t_lnk_old)
           UNION SELECT to_comp FROM lnk WHERE row IN (SELECT row FROM t_lnk_old)"""
    steps.temp(
        "t_cnt_comp",
        touched,
        given=("o_links", "t_lnk_old"),
    )
    steps.run("DELETE FROM lnk WHERE row IN (SELECT row FROM t_lnk_old)", given=("t_lnk_old",))
    steps.run(
        "INSERT INTO lnk BY NAME SELECT * EXCLUDE (old, old_row, from_mid, to_mid) FROM o_links",
        given=("o_links",),
    )


def _end(end: str) -> str:
    return ", ".join(f"p.{fact} AS {end}_{fact}" for fact in ("mid", "comp", "grp", "kind", "anchor"))


def counter_rows(steps: Steps) -> None:
    """o_counters: distinct plain neighbours of touched components, where there are HUB of them or more."""
    sides = """
        SELECT from_comp AS comp, label, true AS out, kind, to_kind AS nkind, to_comp AS ncomp FROM lnk
        WHERE to_anchor IS NOT NULL AND from_comp IN (SELECT comp FROM {comps})
        UNION ALL
        SELECT to_comp, label, false, kind, from_kind, from_comp FROM lnk
        WHERE from_anchor IS NOT NULL AND to_comp IN (SELECT comp FROM {comps})"""
    # Few components have links enough: only their neighbours are told apart.
    steps.temp(
        "t_cnt_hub",
        f"""SELECT DISTINCT comp FROM (
              SELECT comp FROM ({sides.format(comps="t_cnt_comp")}) GROUP BY comp, label, out, kind, nkind HAVING count(*) >= {HUB})""",
        given=("t_cnt_comp",),
    )
    steps.temp(
        "t_cnt_now",
        f"""SELECT comp, label, out, kind, nkind, count(DISTINCT ncomp) AS n FROM ({sides.format(comps="t_cnt_hub")})
            GROUP BY ALL HAVING count(DISTINCT ncomp) >= {HUB}""",
        given=("t_cnt_hub",),
    )
    steps.temp(
        "t_cnt_diff",
        """SELECT n.comp, n.label, n.out, n.kind, n.nkind, n.n, o.row AS old_row, o.n AS old_n
           FROM t_cnt_now n FULL JOIN (SELECT * FROM cnt WHERE comp IN (SELECT comp FROM t_cnt_comp)) o
             ON o.comp = n.comp AND o.label = n.label AND o.out = n.out AND o.kind = n.kind AND o.nkind = n.nkind
           WHERE n.n IS DISTINCT FROM o.n""",
        given=("t_cnt_comp",),
    )
    steps.add(
        "t_end",
        "SELECT 'counters' AS tbl, old_row AS row FROM t_cnt_diff WHERE old_row IS NOT NULL",
        given=("t_cnt_diff",),
    )
    steps.run("DELETE FROM cnt WHERE row IN (SELECT old_row FROM t_cnt_diff)", given=("t_cnt_diff",))
    steps.put(
        "counters",
        "SELECT comp, label, out, kind, nkind, n FROM t_cnt_diff WHERE n IS NOT NULL",
        "comp, label, out, kind, nkind",
        given=("t_cnt_diff",),
    )
    steps.run("INSERT INTO cnt BY NAME SELECT * FROM o_counters", given=("o_counters",))
