"""The projection's state: what stands now, in one DuckDB file (state.duckdb). Dropped and rebuilt from evidence.

Numbers (rid, mno, grp, comp, row) are internal and given in a defined order, so that projecting a revision again
after a crash gives the same delta, byte for byte.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from graph.errors import Busy, Corrupt

_TABLES = """
CREATE TABLE IF NOT EXISTS meta(head BIGINT, row BIGINT, rid BIGINT, mno BIGINT, grp BIGINT, comp BIGINT);
-- The current version of each record ever seen. digest: of its text, to see that nothing changed.
-- live: it is not retracted. closed: a complete snapshot no longer had it.
CREATE TABLE IF NOT EXISTS rec(rid BIGINT, source INTEGER, key VARCHAR, observed_at TIMESTAMP, timepoint BIGINT,
  revision BIGINT, live BOOLEAN, closed BOOLEAN, digest UBIGINT);
-- Every mention ever born. A dead one keeps its id and birth, and has no grp and no row.
CREATE TABLE IF NOT EXISTS men(mno BIGINT, mid BLOB, rid BIGINT, slot VARCHAR, source INTEGER, rec_key VARCHAR,
  label BIGINT, born BIGINT, alive BOOLEAN, row BIGINT, grp BIGINT, kind VARCHAR, caption VARCHAR, authority BIGINT,
  props VARCHAR, names VARCHAR[], keys VARCHAR[], facets VARCHAR[], derived_by VARCHAR, valid_from VARCHAR,
  valid_to VARCHAR, observed_at VARCHAR, revision BIGINT, locator VARCHAR);
CREATE TABLE IF NOT EXISTS lnk(row BIGINT, rid BIGINT, kind VARCHAR, role VARCHAR, from_mno BIGINT, to_mno BIGINT,
  label BIGINT, valid_from VARCHAR, valid_to VARCHAR, props VARCHAR, from_comp BIGINT, to_comp BIGINT,
  from_grp BIGINT, to_grp BIGINT, from_kind VARCHAR, to_kind VARCHAR, from_anchor BLOB, to_anchor BLOB);
CREATE TABLE IF NOT EXISTS grp(grp BIGINT, comp BIGINT, label BIGINT, ghash UBIGINT, gkey VARCHAR, keys VARCHAR[],
  anchor BLOB, born BIGINT, n BIGINT, kind VARCHAR, caption VARCHAR, authority BIGINT, row BIGINT);
CREATE TABLE IF NOT EXISTS key(khash UBIGINT, key VARCHAR, grp BIGINT, comp BIGINT, label BIGINT, row BIGINT);
-- Judgements that stand (also while a mention of theirs is dead: then row is NULL) and model decisions.
CREATE TABLE IF NOT EXISTS pair(id VARCHAR, a BIGINT, b BIGINT, verdict VARCHAR, decider VARCHAR, strength DOUBLE,
  label BIGINT, reason VARCHAR, row BIGINT, comp BIGINT, other BIGINT, grp_a BIGINT, grp_b BIGINT);
CREATE TABLE IF NOT EXISTS comp(comp BIGINT, plain BOOLEAN, anchor BLOB, kind VARCHAR);
CREATE TABLE IF NOT EXISTS cnt(comp BIGINT, label BIGINT, out BOOLEAN, kind VARCHAR, nkind VARCHAR, n BIGINT, row BIGINT);
-- Texts that stand, and what enrichers made of them.
CREATE TABLE IF NOT EXISTS txt(row BIGINT, rid BIGINT, tid BLOB, label BIGINT, source INTEGER, rec_key VARCHAR, slot VARCHAR,
  kind VARCHAR, author_slot VARCHAR, author BLOB, author_keys VARCHAR[], room_slot VARCHAR, room BLOB, room_keys VARCHAR[],
  about VARCHAR[], sent_at VARCHAR, body VARCHAR, reply_to VARCHAR, language VARCHAR, observed_at VARCHAR, revision BIGINT,
  locator VARCHAR);
CREATE TABLE IF NOT EXISTS der(rid BIGINT, tid BLOB, label BIGINT, property VARCHAR, value VARCHAR, assumed VARCHAR,
  confidence DOUBLE, digest VARCHAR, derived_by VARCHAR);
CREATE TABLE IF NOT EXISTS doc(comp BIGINT, grp BIGINT, row BIGINT, digest VARCHAR);
"""


def connect(path: Path | None, *, memory: str = "2000MB", threads: int = 2) -> duckdb.DuckDBPyConnection:
    """Open (or create) a state file; in memory when path is None. memory: DuckDB's own limit, it spills beyond.

    Raises Corrupt when the file is no state file, Busy when another program has it open."""
    try:
        con = duckdb.connect(str(path) if path else ":memory:")
    except duckdb.Error as error:
        if "lock" in str(error):
            raise Busy(
                f"{path} is open in another program.", remedy="Close it there and try again."
            ) from error
        raise Corrupt(f"{path} cannot be opened: {error}.", remedy="Run `clew rebuild`.") from error
    con.execute(f"SET memory_limit='{memory}'")
    con.execute(f"SET threads={threads}")
    con.execute("SET preserve_insertion_order=false")
    con.execute("SET enable_progress_bar=false")
    if path:
        con.execute("SET temp_directory=?", [str(path.with_suffix(".tmp"))])
    con.execute(_TABLES)
    if one(con, "SELECT count(*) FROM meta") == (0,):
        con.execute("INSERT INTO meta VALUES (0, 0, 0, 0, 0, 0)")
    return con


def one(con: duckdb.DuckDBPyConnection, sql: str, params: object = None) -> tuple[int, ...]:
    """The first row of a query that always has one."""
    # fetchall: DuckDB 2 holds the connection until a result is read to its end.
    return tuple(con.execute(sql, params).fetchall()[0])


def temp(con: duckdb.DuckDBPyConnection, name: str, sql: str, params: object = None) -> int:
    """(Re)make a temporary table from a query; gives its number of rows."""
    return one(con, f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", params)[0]
