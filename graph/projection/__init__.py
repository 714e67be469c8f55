"""The projection: from one revision's evidence and decisions to its delta (docs/architecture.md).

A follower like any other: its head moves in the same transaction as its state, and projecting a revision again gives
the same delta. Everything is set-based DuckDB; the connected components are SciPy's.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from graph.ledger import Judgement, Source
from graph.projection import groups, links, pairs, records, rows, texts
from graph.projection.endings import Snapshot, write_endings
from graph.projection.schema import connect, one
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


@dataclass(frozen=True, slots=True)
class Trial:
    """The state as it stands and as it would be after a revision (there with its t_comp_old: the components touched)."""

    before: duckdb.DuckDBPyConnection
    after: duckdb.DuckDBPyConnection


class Projection:
    """The state file of a data directory, open for writing: one process at a time, under the lease."""

    def __init__(self, path: Path | None, secret: bytes, *, memory: str = "2000MB") -> None:
        self._con = connect(path, memory=memory)
        self._work: duckdb.DuckDBPyConnection | None = None
        self._secret = secret

    def close(self) -> None:
        """Close the state file; what was not committed is gone."""
        self.rollback()
        self._con.close()

    def head(self) -> int:
        """The last revision projected."""
        return one(self._con, "SELECT head FROM meta")[0]

    def unknown(self, mentions: Sequence[bytes]) -> list[bytes]:
        """Those of some mention ids that were never born."""
        known = self._con.execute(
            "SELECT mid FROM men WHERE mid IN (SELECT unnest(?::BLOB[]))", [list(mentions)]
        ).fetchall()
        return [mention for mention in mentions if (mention,) not in known]

    def decide(self, match: Matcher, path: Path) -> None:
        """Let a matcher decide on all that stands, into a file. It reads men, lnk and pair; what it makes on the way is
        kept in memory (DuckDB spills it), never in the state file."""
        con = self._con.cursor()
        (state,) = con.execute("SELECT current_database()").fetchall()[0]
        try:
            con.execute("ATTACH ':memory:' AS work")
            con.execute("USE work")
            for table in ("men", "lnk", "pair"):
                con.execute(f'CREATE TEMP VIEW {table} AS SELECT * FROM "{state}".main.{table}')
            match(con, path)
        finally:
            con.execute(f'USE "{state}"')
            con.execute("DETACH DATABASE IF EXISTS work")
            con.close()

    def end(
        self,
        source: int,
        batch: Path,
        this: Snapshot | None,
        held: Sequence[Snapshot],
        beside: Sequence[str] = (),
    ) -> int:
        """Write a batch's endings into its directory (see endings.py): their number.

        this: the batch itself, when it is a complete snapshot, or the last part of one, with the Parquet files of the
        other parts' records `beside` it. held: the source's complete snapshots before it."""
        return write_endings(self._con, source, batch, this, held, beside)

    def project(self, what: Revised, delta: Path, match: Matcher | None = None) -> dict[str, int]:
        """Work out one revision and write its delta directory; commit() keeps it. Gives row counts by table.

        match runs when the decisions file does not exist yet: live, not when a revision is replayed."""
        head = self.head()
        if what.revision != head + 1:
            raise ValueError(f"revision {what.revision} does not follow {head}")
        # A connection of its own: with it all temporary tables go, without a statement each.
        con = self._work = self._con.cursor()
        con.execute("BEGIN")
        _batch_views(con, what.tables)
        label = what.source.label if what.source else 0
        number, name = (what.source.id, what.source.name) if what.source else (0, "")
        rows.begin(con)
        records.current_records(con, what.revision, number)
        records.changed_mentions(con, what.revision, number, name, label, self._secret)
        records.changed_links(con, label)
        texts.text_rows(con, what.revision, number, name, label, self._secret)
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
        links.link_rows(con)
        links.counter_rows(con)
        rows.doc_rows(con)
        con.execute("UPDATE meta SET head = ?", [what.revision])
        return _write(con, delta)

    def commit(self) -> None:
        """Keep what project() worked out."""
        if self._work:
            self._work.execute("COMMIT")
        self.rollback()

    @contextmanager
    def trying(self, what: Revised, delta: Path) -> Iterator[Trial]:
        """Work out one revision, to be looked at and dropped."""
        try:
            self.project(what, delta)
            assert self._work
            yield Trial(self._con, self._work)
        finally:
            self.rollback()

    def rollback(self) -> None:
        """Drop what project() worked out since the last commit, and all it kept on the way."""
        if self._work:
            self._work.close()
            self._work = None


def _write(con: duckdb.DuckDBPyConnection, delta: Path) -> dict[str, int]:
    building = delta.with_name(delta.name + ".part")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    counts = rows.write(con, building)
    if delta.exists():
        shutil.rmtree(delta)
    building.rename(delta)
    return counts


def _batch_views(con: duckdb.DuckDBPyConnection, tables: dict[str, list[str]]) -> None:
    """b_rec, b_men, b_lnk, b_txt, b_der over the batch's files; a record of an ending has a negative rec."""
    views = {"b_rec": "records", "b_men": "mentions", "b_lnk": "links", "b_txt": "texts", "b_der": "derived"}
    for view, table in views.items():
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
