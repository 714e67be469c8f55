"""Endings: what a complete snapshot says by leaving records out, written as records of the batch that shows it.

Either the snapshot comes and lacks what is held, or a record comes late that a later snapshot, held already, lacks:
in whatever order files arrive, the same records have ended. The day is that of the first snapshot known to lack the
record: when an older snapshot comes after that, the day stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from graph.projection import rows
from graph.projection.schema import one, temp
from graph.tables import BATCH


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A complete snapshot of a source. observed_at: UTC ISO-8601. covers: regex of the keys it speaks for ("" = all).
    closed: what it lacks was true, its valid time ends; else it is retracted."""

    observed_at: str
    covers: str
    closed: bool


def write_endings(
    con: duckdb.DuckDBPyConnection,
    source: int,
    batch: Path,
    this: Snapshot | None,
    held: Sequence[Snapshot],
    beside: Sequence[str] = (),
) -> int:
    """Write ended_*.parquet into a batch's directory: what `this` snapshot, if it is one, and those held end of the
    source and of the batch; gives their number. beside: files of the records of the snapshot's other parts.

    Records that were observed after the snapshot, or ended before, stay as they are."""
    if this is None and not held:
        return 0
    files = {table: str(batch / f"{table}.parquet") for table in BATCH}
    _absent(con, source, [files["records"], *beside], this)
    _late(con, source, files["records"], held)
    (n,) = one(con, "SELECT (SELECT count(*) FROM t_absent) + (SELECT count(*) FROM t_late)")
    if n:
        for table, sql in _selects(files).items():
            order = {"records": "rec DESC", "links": "ALL"}.get(table, "rec DESC, slot")
            rows.copy(con, f"{sql} ORDER BY {order}", BATCH[table], batch / f"ended_{table}.parquet")
    return int(n)


def _absent(
    con: duckdb.DuckDBPyConnection, source: int, records: Sequence[str], this: Snapshot | None
) -> None:
    """t_absent: the records held that none of a complete snapshot's files has; none when the batch completes none."""
    seen, covers, closed = (
        (this.observed_at, this.covers, this.closed) if this else ("1970-01-01T00:00:00Z", "", False)
    )
    temp(
        con,
        "t_absent",
        """
        SELECT r.rid, r.key, -row_number() OVER (ORDER BY r.key) AS rec, $seen::TIMESTAMPTZ AS seen, $closed AS closed
        FROM rec r
        WHERE $complete AND r.source = $source AND r.live AND NOT r.closed
          AND r.observed_at <= $seen::TIMESTAMPTZ AT TIME ZONE 'UTC' AND regexp_matches(r.key, $covers)
          AND r.key NOT IN (SELECT key FROM read_parquet($records))
        """,
        {
            "complete": this is not None,
            "source": source,
            "seen": seen,
            "covers": covers,
            "closed": closed,
            "records": list(records),
        },
    )


def _late(con: duckdb.DuckDBPyConnection, source: int, records: str, held: Sequence[Snapshot]) -> None:
    """t_late: the batch's records that a snapshot held lacks, though it was observed after them.

    A key that the snapshot had is held since then at the latest, so that no older record of it counts."""
    con.execute("CREATE OR REPLACE TEMP TABLE t_held(seen TIMESTAMPTZ, covers VARCHAR, closed BOOLEAN)")
    if held:
        con.executemany(
            "INSERT INTO t_held VALUES (?, ?, ?)", [[s.observed_at, s.covers, s.closed] for s in held]
        )
    # Most files are newer than all snapshots held, and are looked at no further.
    con.execute("DELETE FROM t_held WHERE seen <= (SELECT min(observed_at) FROM read_parquet(?))", [records])
    (left,) = one(con, "SELECT count(*) FROM t_held")
    temp(
        con,
        "t_late",
        """
        WITH latest AS (
          SELECT rec, key, put, observed_at, timepoint, raw FROM read_parquet($records) WHERE $any
          QUALIFY row_number() OVER (PARTITION BY key ORDER BY observed_at DESC, timepoint DESC, rec DESC) = 1),
        lacking AS (
          SELECT l.rec AS told, l.key, l.raw, min(s.seen) AS seen, arg_min(s.closed, s.seen) AS closed
          FROM latest l
          JOIN t_held s ON s.seen > l.observed_at AND regexp_matches(l.key, s.covers)
          LEFT JOIN (SELECT * FROM rec WHERE source = $source) r ON r.key = l.key
          WHERE l.put AND (r.rid IS NULL
            OR row(l.observed_at AT TIME ZONE 'UTC', l.timepoint) >= row(r.observed_at, r.timepoint))
          GROUP BY ALL)
        SELECT *, -row_number() OVER (ORDER BY key) - (SELECT count(*) FROM t_absent) AS rec FROM lacking
        """,
        {"records": records, "source": source, "any": bool(left)},
    )


def _selects(files: dict[str, str]) -> dict[str, str]:
    """Per batch table, the endings of t_absent (copied from what is held) and of t_late (from the batch)."""
    mentions, links, texts = (
        f"read_parquet('{files[table].replace(chr(39), chr(39) * 2)}')"
        for table in ("mentions", "links", "texts")
    )
    day = "strftime({of}.seen AT TIME ZONE 'UTC', '%Y-%m-%d')"
    absent, late = day.format(of="a"), day.format(of="e")
    said = "slot, {of}.kind, {of}.caption, {of}.authority::TINYINT AS authority, {of}.props, {of}.names, {of}.keys"
    more = "{of}.facets, {of}.derived_by, {of}.valid_from"
    return {
        "records": """
            SELECT rec, key, closed AS put, seen AS observed_at, 0::BIGINT AS timepoint,
              'absent from the snapshot' AS locator, NULL::VARCHAR AS raw FROM t_absent
            UNION ALL SELECT rec, key, closed, seen, 0::BIGINT, 'absent from the snapshot', raw FROM t_late""",
        "mentions": f"""
            SELECT a.rec, m.{said.format(of="m")}, {more.format(of="m")}, coalesce(m.valid_to, {absent}) AS valid_to
            FROM men m JOIN t_absent a ON a.rid = m.rid WHERE m.alive AND a.closed
            UNION ALL SELECT e.rec, b.{said.format(of="b")}, {more.format(of="b")}, coalesce(b.valid_to, {late})
            FROM {mentions} b JOIN t_late e ON e.told = b.rec WHERE e.closed""",
        "links": f"""
            SELECT a.rec, l.kind, l.role, f.slot AS from_slot, t.slot AS to_slot, l.valid_from,
              coalesce(l.valid_to, {absent}) AS valid_to, l.props
            FROM lnk l JOIN t_absent a ON a.rid = l.rid JOIN men f ON f.mno = l.from_mno JOIN men t ON t.mno = l.to_mno
            WHERE a.closed
            UNION ALL SELECT e.rec, b.kind, b.role, b.from_slot, b.to_slot, b.valid_from,
              coalesce(b.valid_to, {late}), b.props
            FROM {links} b JOIN t_late e ON e.told = b.rec WHERE e.closed""",
        # What was said stays said: a closed record keeps its texts.
        "texts": f"""
            SELECT a.rec, t.slot, t.kind, t.author_slot, t.room_slot, t.sent_at, t.body, t.reply_to, t.language
            FROM txt t JOIN t_absent a ON a.rid = t.rid WHERE a.closed
            UNION ALL SELECT e.rec, b.* EXCLUDE (rec) FROM {texts} b JOIN t_late e ON e.told = b.rec WHERE e.closed""",
    }  # fmt: skip
