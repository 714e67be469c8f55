"""The projection: from one revision's evidence and decisions to its delta (docs/architecture.md).

A follower like any other: its head moves in the same transaction as its state, and projecting a revision again gives
the same delta. Everything is set-based DuckDB; the connected components are SciPy's.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from graph.ledger import Judgement, Source
from graph.projection import groups, pairs, records, rows
from graph.projection.schema import connect, one, temp
from graph.tables import BATCH

Matcher = Callable[[duckdb.DuckDBPyConnection, Path], None]
"""Reads t_men (changed mentions) and men (held ones); writes model decisions to the Parquet path, or nothing."""


@dataclass(frozen=True, slots=True)
class Revised:
    """One revision's input. tables: Parquet files by batch table. decisions: where model decisions lie or will lie."""

    revision: int
    source: Source | None = None
    tables: dict[str, list[str]] = field(default_factory=dict)
    judged: Sequence[Judgement] = ()
    undone: Sequence[str] = ()
    decisions: Path | None = None


class Projection:
    """The state file of a data directory, open for writing: one process at a time, under the lease."""

    def __init__(self, path: Path | None, secret: bytes, *, memory: str = "1500MB") -> None:
        self._con = connect(path, memory=memory)
        self._secret = secret

    def close(self) -> None:
        """Close the state file; what was not committed is gone."""
        self._con.close()

    def head(self) -> int:
        """The last revision projected."""
        return one(self._con, "SELECT head FROM meta")[0]

    def unknown(self, mentions: Sequence[bytes]) -> list[bytes]:
        """Those of some mention ids that were never born."""
        known = self._con.execute(
            "SELECT mid FROM men WHERE list_contains(?, mid)", [list(mentions)]
        ).fetchall()
        return [mention for mention in mentions if (mention,) not in known]

    def absent(
        self, source: int, batch: Path, observed_at: str, covers: str, endings: Path, closed: bool
    ) -> int:
        """Write endings for records of a source that a complete snapshot no longer has: their number.

        batch: the snapshot's records.parquet. covers: regex of the keys the snapshot speaks for ("" = all).
        closed: copy the record with its valid time ended at observed_at; else retract it. Records that were
        observed after the snapshot, or ended before, stay as they are."""
        return _absent(self._con, source, batch, observed_at, covers, endings, closed)

    def project(self, what: Revised, delta: Path, match: Matcher | None = None) -> dict[str, int]:
        """Work out one revision and write its delta directory; commit() keeps it. Gives row counts by table.

        match runs when the decisions file does not exist yet: live, not when a revision is replayed."""
        con = self._con
        if what.revision != self.head() + 1:
            raise ValueError(f"revision {what.revision} does not follow {self.head()}")
        con.execute("BEGIN")
        _batch_views(con, what.tables)
        label = what.source.label if what.source else 0
        number, name = (what.source.id, what.source.name) if what.source else (0, "")
        rows.begin(con)
        records.current_records(con, what.revision, number)
        records.changed_mentions(con, what.revision, number, name, label, self._secret)
        records.changed_links(con, label)
        decisions = what.decisions
        if decisions and not decisions.exists() and match:
            match(con, decisions)
        pairs.change_pairs(
            con, what.judged, what.undone, decisions if decisions and decisions.exists() else None
        )
        groups.place_mentions(con)
        groups.regroup(con)
        groups.components(con)
        groups.component_facts(con)
        rows.group_rows(con)
        rows.mention_rows(con)
        rows.pair_rows(con)
        rows.link_rows(con)
        rows.counter_rows(con)
        rows.doc_rows(con)
        con.execute("UPDATE meta SET head = ?", [what.revision])
        return self._write(delta)

    def _write(self, delta: Path) -> dict[str, int]:
        building = delta.with_name(delta.name + ".part")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        counts = rows.write(self._con, building)
        if delta.exists():
            shutil.rmtree(delta)
        building.rename(delta)
        return counts

    def commit(self) -> None:
        """Keep what project() worked out."""
        self._con.execute("COMMIT")
        self._drop_temporary()

    def rollback(self) -> None:
        """Drop what project() worked out."""
        self._con.execute("ROLLBACK")
        self._drop_temporary()

    def _drop_temporary(self) -> None:
        names = self._con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
        for (name,) in names:
            self._con.execute(f'DROP TABLE IF EXISTS "{name}"')


def _batch_views(con: duckdb.DuckDBPyConnection, tables: dict[str, list[str]]) -> None:
    """b_rec, b_men, b_lnk over the batch's files; a record of an ending has a negative rec."""
    for view, table in (("b_rec", "records"), ("b_men", "mentions"), ("b_lnk", "links")):
        closed = ", rec < 0 AND put AS closed" if view == "b_rec" else ""
        if tables.get(table):
            files = ", ".join("'" + path.replace("'", "''") + "'" for path in tables[table])
            con.execute(
                f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT *{closed} FROM read_parquet([{files}])"
            )
        else:
            con.register("v_empty", BATCH[table].empty_table())
            con.execute(f"CREATE OR REPLACE TEMP TABLE {view}_none AS SELECT * FROM v_empty")
            con.unregister("v_empty")
            con.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT *{closed} FROM {view}_none")


def _absent(
    con: duckdb.DuckDBPyConnection,
    source: int,
    batch: Path,
    observed_at: str,
    covers: str,
    endings: Path,
    closed: bool,
) -> int:
    n = temp(
        con,
        "t_absent",
        """
        SELECT r.rid, r.key, -row_number() OVER (ORDER BY r.key) AS rec FROM rec r
        WHERE r.source = $source AND r.live AND NOT r.closed AND r.observed_at <= $at::TIMESTAMPTZ AT TIME ZONE 'UTC'
          AND regexp_matches(r.key, $covers)
          AND r.key NOT IN (SELECT key FROM read_parquet($batch))
        """,
        {"source": source, "at": observed_at, "covers": covers, "batch": str(batch / "records.parquet")},
    )
    if n:
        day = observed_at[:10]
        _ending(
            con,
            endings,
            "records",
            f"""SELECT rec, key, {closed} AS put, '{observed_at}'::TIMESTAMPTZ AS observed_at,
            0::BIGINT AS timepoint, 'absent from the snapshot' AS locator, NULL::VARCHAR AS raw FROM t_absent""",
        )
        if closed:
            _ending(
                con,
                endings,
                "mentions",
                f"""SELECT a.rec, m.slot, m.kind, m.caption, m.authority::TINYINT AS authority,
                m.props, m.names, m.keys, m.facets, m.derived_by, m.valid_from, coalesce(m.valid_to, '{day}') AS valid_to
                FROM men m JOIN t_absent a ON a.rid = m.rid WHERE m.alive""",
            )
            _ending(
                con,
                endings,
                "links",
                f"""SELECT a.rec, l.kind, l.role, f.slot AS from_slot, t.slot AS to_slot,
                l.valid_from, coalesce(l.valid_to, '{day}') AS valid_to, l.props FROM lnk l JOIN t_absent a ON a.rid = l.rid
                JOIN men f ON f.mno = l.from_mno JOIN men t ON t.mno = l.to_mno""",
            )
    return n


def _ending(con: duckdb.DuckDBPyConnection, target: Path, table: str, sql: str) -> None:
    order = {"records": "rec DESC", "mentions": "rec DESC, slot", "links": "ALL"}[table]
    rows.copy(con, f"{sql} ORDER BY {order}", BATCH[table], target / f"ended_{table}.parquet")
