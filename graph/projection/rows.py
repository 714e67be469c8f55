"""From what changed to the delta's rows: o_<table> are rows put, t_end the rows ended, per table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from graph.projection.schema import one
from graph.projection.steps import Steps
from graph.tables import ENDS, ROWS

PIECE: Final = 100_000
"""Rows of the delta that are sorted and written at a time."""


def begin(steps: Steps) -> None:
    """Empty t_end, which the functions below fill."""
    steps.temp("t_end", "SELECT ''::VARCHAR AS tbl, 0::BIGINT AS row LIMIT 0")


def group_rows(steps: Steps) -> None:
    """o_groups and o_keys; grp and key are written. t_recomp: groups whose component changed, new ones among them; t_recomp_old:
    those that had one."""
    steps.put(
        "groups",
        """
        SELECT g.* FROM t_grp_now g LEFT JOIN grp o ON o.grp = g.grp
        WHERE o.grp IS NULL OR row(g.comp, g.anchor, g.born, g.n, g.kind, g.caption, g.authority)
          IS DISTINCT FROM row(o.comp, o.anchor, o.born, o.n, o.kind, o.caption, o.authority)
        """,
        "grp",
        given=("t_grp_now",),
    )
    steps.temp(
        "t_recomp",
        "SELECT grp, comp FROM o_groups WHERE comp IS DISTINCT FROM comp_old",
        given=("o_groups",),
    )
    steps.temp(
        "t_recomp_old",
        "SELECT grp FROM o_groups WHERE comp <> comp_old",
        given=("t_comp_old",),
    )
    steps.temp(
        "t_grp_gone",
        """SELECT grp FROM o_groups WHERE comp_old IS NOT NULL
           UNION ALL SELECT grp FROM t_grp WHERE grp NOT IN (SELECT grp FROM t_grp_now)""",
        given=("t_comp_old",),
    )
    steps.add(
        "t_end",
        "SELECT 'groups' AS tbl, row FROM grp WHERE grp IN (SELECT grp FROM t_grp_gone)",
        given=("t_grp_gone",),
    )
    steps.run("DELETE FROM grp WHERE grp IN (SELECT grp FROM t_grp_gone)", given=("t_grp_gone",))
    steps.run("INSERT INTO grp BY NAME SELECT * EXCLUDE (comp_old) FROM o_groups", given=("o_groups",))
    steps.temp(
        "t_key_gone",
        """SELECT row FROM key WHERE grp IN (SELECT grp FROM t_recomp_old
             UNION ALL SELECT grp FROM t_grp WHERE grp NOT IN (SELECT grp FROM t_grp_now))""",
        given=("t_recomp_old", "t_old", "t_pair_mno"),
    )
    steps.add("t_end", "SELECT 'keys' AS tbl, row FROM t_key_gone", given=("t_key_gone",))
    steps.run("DELETE FROM key WHERE row IN (SELECT row FROM t_key_gone)", given=("t_key_gone",))
    steps.put(
        "keys",
        """SELECT k.key, hash(k.key) AS khash, k.grp, k.comp, k.label FROM
             (SELECT unnest(keys) AS key, grp, comp, label FROM o_groups WHERE grp IN (SELECT grp FROM t_recomp)) k""",
        "grp, key",
        given=("t_recomp",),
    )
    steps.run("INSERT INTO key BY NAME SELECT * FROM o_keys", given=("o_keys",))


def mention_rows(steps: Steps) -> None:
    """o_mentions: changed mentions, and those that a change around them moved (t_moved)."""
    steps.numbered(
        "t_moved",
        """
        SELECT mno, row AS old_row FROM men
        WHERE alive AND mno NOT IN (SELECT mno FROM t_men) AND (
          grp IN (SELECT grp FROM t_recomp_old)
          OR mno IN (SELECT mno FROM t_touch WHERE NOT changed AND grp IS DISTINCT FROM old_grp))
        """,
        row="row",
        by="row",
        order="mno",
        given=("t_recomp_old", "t_pair_mno"),
    )
    steps.add(
        "t_end",
        """SELECT 'mentions' AS tbl, row FROM t_old UNION ALL SELECT 'mentions' AS tbl, old_row AS row FROM t_moved""",
        given=("t_old", "t_moved"),
    )
    steps.run("UPDATE men SET row = t.row FROM t_moved t WHERE men.mno = t.mno", given=("t_moved",))
    steps.temp(
        "o_mentions",
        """
        SELECT m.*, g.comp FROM (
          SELECT m.mno, mid, row, t.grp, label, born, source, rec_key, slot, kind, caption, authority, props, derived_by,
            valid_from, valid_to, observed_at, revision, locator FROM t_men m JOIN t_touch t ON t.mno = m.mno
          UNION ALL
          SELECT mno, mid, row, grp, label, born, source, rec_key, slot, kind, caption, authority, props, derived_by,
            valid_from, valid_to, observed_at, revision, locator FROM men WHERE mno IN (SELECT mno FROM t_moved)) m
        JOIN t_grp_now g ON g.grp = m.grp
        """,
        given=("t_men", "t_moved"),
    )


def pair_rows(steps: Steps) -> None:
    """o_pairs: pairs both of whose mentions live, as they are now placed."""
    steps.temp(
        "t_near",
        """SELECT mno FROM men WHERE grp IN (SELECT grp FROM t_grp_now)
             AND mno IN (SELECT a FROM pair UNION ALL SELECT b FROM pair)
           UNION SELECT mno FROM t_old""",
        given=("t_comp_old", "t_old", "t_men_held", "t_pair_mno"),
    )
    steps.temp(
        "t_pair_now",
        """
        SELECT p.* EXCLUDE (row, comp, other, grp_a, grp_b), a.mid AS mid_a, b.mid AS mid_b, a.label AS label_a,
          b.label AS label_b, a.grp AS grp_a, b.grp AS grp_b, ga.comp AS comp, gb.comp AS other,
          p.row AS old_row, row(p.comp, p.other, p.grp_a, p.grp_b) AS old_place
        FROM (SELECT * FROM pair WHERE a IN (SELECT mno FROM t_near) OR b IN (SELECT mno FROM t_near)
                OR id IN (SELECT id FROM t_pair_put)) p
        LEFT JOIN (SELECT mno, mid, label, grp FROM men WHERE alive) a ON a.mno = p.a
        LEFT JOIN (SELECT mno, mid, label, grp FROM men WHERE alive) b ON b.mno = p.b
        LEFT JOIN grp ga ON ga.grp = a.grp LEFT JOIN grp gb ON gb.grp = b.grp
        """,
        given=("t_near", "t_pair_put"),
    )
    steps.add(
        "t_end",
        "SELECT 'pairs' AS tbl, row FROM t_pair_end WHERE row IS NOT NULL",
        given=("t_pair_end",),
    )
    steps.add(
        "t_end",
        """SELECT 'pairs' AS tbl, old_row AS row FROM t_pair_now WHERE old_row IS NOT NULL
           AND (grp_a IS NULL OR grp_b IS NULL OR row(comp, other, grp_a, grp_b) IS DISTINCT FROM old_place)""",
        given=("t_pair_now",),
    )
    steps.put(
        "pairs",
        """SELECT * EXCLUDE (a, b), mid_a AS a, mid_b AS b FROM t_pair_now WHERE grp_a IS NOT NULL AND grp_b IS NOT NULL
           AND (old_row IS NULL OR row(comp, other, grp_a, grp_b) IS DISTINCT FROM old_place)""",
        "id",
        given=("t_pair_now",),
    )
    steps.run(
        """UPDATE pair SET row = NULL, comp = NULL, other = NULL, grp_a = NULL, grp_b = NULL
           WHERE id IN (SELECT id FROM t_pair_now WHERE grp_a IS NULL OR grp_b IS NULL)""",
        given=("t_pair_now",),
    )
    steps.run(
        """UPDATE pair SET row = o.row, comp = o.comp, other = o.other, grp_a = o.grp_a, grp_b = o.grp_b
           FROM o_pairs o WHERE o.id = pair.id""",
        given=("o_pairs",),
    )


def doc_rows(steps: Steps) -> None:
    """o_docs: a document a plain component, else one a group; only those whose content changed are put anew."""
    steps.temp(
        "t_doc_now",
        """
        WITH part AS (SELECT g.grp, g.comp, c.plain, CASE WHEN c.plain THEN NULL ELSE g.grp END AS dgrp
                      FROM t_grp_now g JOIN t_comp c ON c.comp = g.comp),
        said AS (SELECT p.comp, p.dgrp, m.names, m.facets FROM men m JOIN part p ON p.grp = m.grp WHERE m.alive),
        names AS (SELECT comp, dgrp, list(DISTINCT x ORDER BY x) AS names FROM (SELECT comp, dgrp, unnest(names) AS x FROM said) GROUP BY ALL),
        facets AS (SELECT comp, dgrp, list(DISTINCT x ORDER BY x) AS facets FROM (SELECT comp, dgrp, unnest(facets) AS x FROM said) GROUP BY ALL),
        head AS (
          SELECT g.comp, p.dgrp, any_value(g.label) AS label, min(row(g.born, g.anchor))[2] AS oldest,
            min(row(g.caption = '', g.authority, g.caption, g.kind)) AS best
          FROM t_grp_now g JOIN part p ON p.grp = g.grp GROUP BY ALL),
        now AS (
          SELECT h.comp, h.dgrp AS grp, h.label, CASE WHEN h.dgrp IS NULL THEN h.oldest END AS anchor,
            h.oldest, h.best[4] AS kind,
            h.best[3] AS caption, coalesce(n.names, []) AS names, coalesce(f.facets, []) AS facets
          FROM head h LEFT JOIN names n ON n.comp = h.comp AND n.dgrp IS NOT DISTINCT FROM h.dgrp
          LEFT JOIN facets f ON f.comp = h.comp AND f.dgrp IS NOT DISTINCT FROM h.dgrp)
        SELECT *, md5(concat_ws(chr(30), label, hex(anchor), hex(oldest), kind, caption, array_to_string(names, chr(31)),
          array_to_string(facets, chr(31)))) AS digest FROM now
        """,
        given=("t_grp_now",),
    )
    steps.temp(
        "t_doc_gone",
        """SELECT o.row FROM doc o LEFT JOIN t_doc_now n
             ON n.comp = o.comp AND n.grp IS NOT DISTINCT FROM o.grp AND n.digest = o.digest
           WHERE o.comp IN (SELECT comp FROM t_comp_old) AND n.comp IS NULL""",
        given=("t_comp_old",),
    )
    steps.add("t_end", "SELECT 'docs' AS tbl, row FROM t_doc_gone", given=("t_doc_gone",))
    steps.run("DELETE FROM doc WHERE row IN (SELECT row FROM t_doc_gone)", given=("t_doc_gone",))
    steps.put(
        "docs",
        """SELECT n.* FROM t_doc_now n LEFT JOIN (SELECT * FROM doc WHERE comp IN (SELECT comp FROM t_comp_old)) o
             ON o.comp = n.comp AND o.grp IS NOT DISTINCT FROM n.grp WHERE o.comp IS NULL""",
        "comp, grp",
        given=("t_doc_now",),
    )
    steps.run("INSERT INTO doc BY NAME SELECT comp, grp, row, digest FROM o_docs", given=("o_docs",))


_OUT = {("groups", "keys"): "to_json(keys)::VARCHAR AS keys", ("pairs", "by"): 'decider AS "by"'}
"""Columns of the delta that are not just the column of that name."""


def write(steps: Steps, target: Path) -> dict[str, int]:
    """Write the delta's files into a directory; gives rows put and ended by table ("ends" for all of these)."""
    counts = {}
    for table, schema in ROWS.items():
        columns = ", ".join(_OUT.get((table, name), name) for name in schema.names)
        counts[table] = steps.rows(f"o_{table}")
        if counts[table]:
            pieces = _pieces(steps.con, f"SELECT {columns} FROM o_{table}", table, counts[table])
            _stream(pieces, schema, target / f"{table}.parquet")
    counts["ends"] = steps.rows("t_end")
    if counts["ends"]:
        ends = 'SELECT tbl AS "table", row FROM t_end ORDER BY 1, 2'
        copy(steps.con, ends, ENDS, target / "ends.parquet")
    return counts


def _pieces(con: duckdb.DuckDBPyConnection, select: str, table: str, rows: int) -> Iterator[Any]:
    """The rows of o_<table> by row, as Arrow batches: sorted piece by piece, since the table is nearly in that order."""
    if rows <= PIECE:
        yield from con.sql(f"{select} ORDER BY row").to_arrow_reader(PIECE)
        return
    first, last = one(con, f"SELECT coalesce(min(row), 0), coalesce(max(row), -1) FROM o_{table}")
    while first <= last:
        beyond = first + PIECE
        where = f"WHERE row >= {first} AND row < {beyond} ORDER BY row"
        yield from con.sql(f"{select} {where}").to_arrow_reader(PIECE)
        if beyond > last:
            return
        (first,) = one(con, f"SELECT min(row) FROM o_{table} WHERE row >= {beyond}")  # rows may leave a gap


def copy(con: duckdb.DuckDBPyConnection, sql: str, schema: pa.Schema, path: Path) -> int:
    """Stream a query into a Parquet file of exactly this schema; no file when it is empty."""
    return _stream(con.sql(sql).to_arrow_reader(PIECE), schema, path)


def _stream(batches: Iterable[Any], schema: pa.Schema, path: Path) -> int:
    writer, rows = None, 0
    try:
        for batch in batches:
            if batch.num_rows:
                writer = writer or pq.ParquetWriter(path, schema, compression="zstd")
                writer.write_table(pa.Table.from_batches([batch]).cast(schema))
                rows += batch.num_rows
    finally:
        if writer:
            writer.close()
    return rows
