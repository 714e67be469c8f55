"""From one revision's delta to rows of the match index: set-based, of the records that the revision changed alone.

A changed record puts all its mentions and links anew, so its delta says all there is to know of it. Rows that are put only
because an entity grew or split around them carry an older revision, and are passed over.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow.parquet as pq
from sqlglot import exp

from graph.resolution import columns
from graph.resolution.columns.shared import ENTERED
from graph.resolution.models.base import Model
from graph.resolution.online.columns import BODIES, NUMBERED
from graph.resolution.online.hashes import hashed_sql, joined_sql
from graph.resolution.online.schema import matched
from graph.resolution.online.sql import parse

_BATCH: Final = 5_000
"""Rows handed over at a time: a server answers between them."""
_UNSHOWN: Final = ("mno", "mid", "rid", "label")
_CLASSES: Final = tuple(columns.shared.FEW)


def fill(into: sqlite3.Connection, delta: Path, revision: int, before: list[Path], spill: Path) -> None:
    """Put what a delta says into the index, in the transaction that is open. before: the deltas up to this one."""
    ended = _count(delta / "ends.parquet")
    if not _count(delta / "mentions.parquet") and not ended:
        return
    with duckdb.connect() as con:
        con.execute("SET threads = 2")
        con.execute("SET enable_progress_bar = false")
        con.execute("SET memory_limit = '2000MB'")
        con.execute("SET temp_directory = ?", [str(spill)])
        _read(con, delta, revision, before)
        moved = con.execute("SELECT count(*) FROM v_put").fetchall()[0][0]
        if ended and (con.execute("SELECT count(*) FROM t_men").fetchall()[0][0] or moved != ended):
            _end(con, into, delta, revision, before)
        for model in matched():
            _model(con, into, model, revision)


def _count(path: Path) -> int:
    return int(pq.read_metadata(path).num_rows) if path.exists() else 0


def files(deltas: list[Path], table: str) -> str:
    """SQL: the rows that some deltas put into a table; "" when none does."""
    found = [path for delta in deltas if (path := delta / f"{table}.parquet").exists()]
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in found)
    return f"read_parquet([{listed}])" if found else ""


def _read(con: duckdb.DuckDBPyConnection, delta: Path, revision: int, before: list[Path]) -> None:
    """men(mno, mid, rid, label, kind, caption, props, names, keys) and lnk, of the records changed by this revision."""
    put = files([delta], "mentions")
    empty = "(SELECT NULL::BLOB AS mid, 0 AS row, 0 AS grp, 0 AS label, 0 AS born, 0 AS source, '' AS rec_key, '' AS kind, '' AS caption, '' AS props, 0 AS revision LIMIT 0)"
    con.execute(f"CREATE TEMP VIEW v_put AS SELECT mid, born FROM {put or empty}")
    con.execute(
        f"""CREATE TEMP TABLE t_men AS SELECT row_number() OVER (ORDER BY mid) AS mno, mid, source || '/' || rec_key AS rid, label, kind, caption,
              coalesce(props, '{{}}') AS props, grp, born FROM {put or empty} WHERE revision = {revision}"""
    )
    con.execute("CREATE TEMP TABLE t_keys(grp BIGINT, keys VARCHAR[])")
    for deltas in ([delta], before):  # a group that did not change is told by the delta that put it
        groups = files(deltas, "groups")
        if groups:
            con.execute(
                f"""INSERT INTO t_keys SELECT grp, any_value(keys)::VARCHAR[] FROM {groups}
                    WHERE grp IN (SELECT grp FROM t_men EXCEPT SELECT grp FROM t_keys) GROUP BY grp"""
            )
        (lacking,) = con.execute(
            "SELECT count(*) FROM (SELECT grp FROM t_men EXCEPT SELECT grp FROM t_keys)"
        ).fetchall()[0]
        if not lacking:
            break
    con.execute(
        """CREATE TABLE men AS SELECT m.* EXCLUDE (grp), []::VARCHAR[] AS names, list_sort(coalesce(k.keys, [])) AS keys
           FROM t_men m LEFT JOIN t_keys k ON k.grp = m.grp"""
    )
    links, kinds = files([delta], "links"), ", ".join(f"'{kind}'" for kind in ENTERED)
    con.execute("CREATE TABLE lnk(kind VARCHAR, from_mno BIGINT, to_mno BIGINT)")
    if links:
        con.execute(
            f"""INSERT INTO lnk SELECT DISTINCT l.kind, f.mno, t.mno FROM {links} l JOIN t_men f ON f.mid = l.from_mid
                JOIN t_men t ON t.mid = l.to_mid WHERE l.kind IN ({kinds})"""
        )


def _end(
    con: duckdb.DuckDBPyConnection, into: sqlite3.Connection, delta: Path, revision: int, before: list[Path]
) -> None:
    """End what no longer stands: ended, and not put again."""
    held = files([path for path in before if path != delta], "mentions")
    if not held:
        return
    gone = con.execute(
        f"""SELECT DISTINCT mid FROM {held} WHERE row IN (SELECT row FROM {files([delta], "ends")} WHERE "table" = 'mentions')
            AND mid NOT IN (SELECT mid FROM v_put)"""
    ).fetchall()
    _stop(into, [row[0] for row in gone], revision)


def _stop(into: sqlite3.Connection, mids: list[bytes], revision: int) -> None:
    into.executemany(
        """INSERT INTO ended SELECT m.n, ? FROM mention m LEFT JOIN ended e ON e.n = m.n WHERE m.mid = ? AND e.n IS NULL""",
        [(revision, mid) for mid in mids],
    )


def _model(con: duckdb.DuckDBPyConnection, into: sqlite3.Connection, model: Model, revision: int) -> None:
    columns.make(con, model.kinds, "men", "lnk", "x_base")
    _own_near(con)
    shown = [row[0] for row in con.execute("DESCRIBE x_base").fetchall() if row[0] not in _UNSHOWN]
    into.execute("INSERT OR REPLACE INTO shape VALUES (?, ?)", [model.decider, ",".join(shown)])
    told = ", ".join(f'x."{name}"' for name in shown)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE x_held AS SELECT x.mno, x.mid, x.label, m.born, m.caption, json_array({told})::VARCHAR AS row,
              coalesce(to_json(n.near)::VARCHAR, '[]') AS near FROM x_base x JOIN men m ON m.mno = x.mno
            LEFT JOIN (SELECT mno, list([class, value, shared] ORDER BY class, value, shared) AS near FROM x_near GROUP BY mno) n ON n.mno = x.mno"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE x_new AS SELECT *, {hashed_sql("label || chr(31) || caption || chr(31) || row || chr(31) || near")} AS digest FROM x_held"""
    )
    _without_held(con, into, model, revision)
    (base,) = into.execute("SELECT coalesce(max(n), 0) FROM mention").fetchone()
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE x_number AS SELECT mno, {base} + row_number() OVER (ORDER BY mid) AS n FROM x_new"
    )
    _put(
        con,
        into,
        "mention",
        f"SELECT n, mid, label, {revision}, digest, row, near FROM x_new JOIN x_number USING (mno) ORDER BY n",
    )
    _put(con, into, "block", _blocks(con, model, revision))
    _put(con, into, "share", _sharers(model, revision))
    if model.kinds[0] in BODIES:
        _put(con, into, "called", _called(revision))


def _own_near(con: duckdb.DuckDBPyConnection) -> None:
    """x_near: identifiers as their own record tells them; what other records call a body is looked up on reading, and a record that is asked about tells of nobody who acts for it."""
    bodies = ", ".join(f"'{kind}'" for kind in BODIES)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE x_near AS
            SELECT DISTINCT mno, class, value, shared FROM x_base_near WHERE class NOT IN ('employer', 'people')
            UNION SELECT t.mno, 'employer', c.name, c.name FROM t_tied t JOIN t_called c ON c.key = t.caption
              WHERE t.kind IN ({bodies}) AND t.caption <> '' AND c.name <> ''"""
    )


def _without_held(
    con: duckdb.DuckDBPyConnection, into: sqlite3.Connection, model: Model, revision: int
) -> None:
    """Leave out of x_new what the index holds just so, and end what it holds otherwise."""
    older = con.execute("SELECT mid, digest FROM x_new WHERE born < ?", [revision]).fetchall()
    same, other = list[bytes](), list[bytes]()
    for mid, digest in older:
        held = into.execute(
            "SELECT m.digest FROM mention m LEFT JOIN ended e ON e.n = m.n WHERE m.mid = ? AND e.n IS NULL",
            [mid],
        ).fetchone()
        if held is not None:
            (same if held[0] == digest else other).append(mid)
    _stop(into, other, revision)
    if same:
        con.execute("CREATE OR REPLACE TEMP TABLE x_same(mid BLOB)")
        con.execute("INSERT INTO x_same SELECT unnest(?::BLOB[])", [same])
        con.execute("DELETE FROM x_new WHERE mid IN (SELECT mid FROM x_same)")
    # A mention that had a row and has none any more: a body that lost its name.
    kinds = ", ".join(f"'{kind}'" for kind in model.kinds)
    lost = f"SELECT mid FROM men WHERE born < ? AND kind IN ({kinds}) AND mid NOT IN (SELECT mid FROM x_base)"
    _stop(into, [row[0] for row in con.execute(lost, [revision]).fetchall()], revision)


def _blocks(con: duckdb.DuckDBPyConnection, model: Model, revision: int) -> str:
    """The values of all blocking keys; an identifier counts as shared by few and by some, whichever it will be."""
    lists = ", ".join(
        f"list(value ORDER BY value) FILTER (class = '{name}') AS {name}_{share}"
        for name in _CLASSES
        for share in ("few", "some")
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE x_keyed AS SELECT b.*, n.* EXCLUDE (mno) FROM x_base b SEMI JOIN x_number USING (mno)
            LEFT JOIN (SELECT mno, {lists} FROM (SELECT DISTINCT mno, class, value FROM x_near) GROUP BY mno) n ON n.mno = b.mno"""
    )
    parts = [
        f"SELECT '{model.decider}/{rule}/' AS rule, mno, value::VARCHAR AS value, more FROM (SELECT mno, {key.sql} AS value, ({key.narrow})::VARCHAR AS more FROM x_keyed) WHERE value IS NOT NULL"
        for rule, key in enumerate(model.keys)
    ]
    parts.append(f"SELECT '{model.decider}/key/', mno, unnest(keys), NULL FROM x_keyed")
    place = f"(('0x' || left(hex(b.mid), 16))::UBIGINT::HUGEINT - {2**63})::BIGINT"
    return f"""SELECT DISTINCT {hashed_sql("rule || value")} AS hash, CASE WHEN more IS NULL THEN 0 ELSE {hashed_sql("more")} END AS more,
                 {place} AS place, x.n, b.label, {revision} FROM ({" UNION ALL ".join(parts)}) k
               JOIN x_number x ON x.mno = k.mno JOIN x_base b ON b.mno = k.mno ORDER BY hash, more, place, n"""


def _sharers(model: Model, revision: int) -> str:
    tree = parse(model.who)
    parts = [one.sql("duckdb") for one in (tree.expressions if isinstance(tree, exp.Tuple) else [tree])]
    counted = "" if isinstance(tree, exp.Tuple) else f"AND {parts[0]} IS NOT NULL"
    text = f"'{model.decider}/' || s.class || '/' || s.shared"
    return f"""SELECT DISTINCT {hashed_sql(text)} AS hash, {hashed_sql(joined_sql(parts))} AS who, x.n, b.label, {revision}
               FROM x_near s JOIN x_number x ON x.mno = s.mno JOIN x_base b ON b.mno = s.mno WHERE true {counted} ORDER BY hash, who, n"""


def _called(revision: int) -> str:
    number = f"list_filter(m.keys, lambda k: starts_with(k, '{NUMBERED}'))[1]"
    return f"""SELECT DISTINCT x.n, {hashed_sql("key")} AS key_hash, {hashed_sql("name")}, label, {revision}, key, name FROM (
                 SELECT m.mno, m.label, {number} AS key, c.name FROM men m JOIN t_called c ON c.key = m.caption
                 WHERE m.caption <> '' AND {number} IS NOT NULL) b JOIN x_number x ON x.mno = b.mno ORDER BY key_hash, n"""


def _put(con: duckdb.DuckDBPyConnection, into: sqlite3.Connection, table: str, select: str) -> None:
    for rows in _batches(con, select):
        into.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def _batches(con: duckdb.DuckDBPyConnection, select: str) -> Iterator[list[tuple[Any, ...]]]:
    found = con.execute(select)
    while rows := found.fetchmany(_BATCH):
        yield rows
