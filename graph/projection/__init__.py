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
import pyarrow.parquet as pq

from graph.ledger import Judgement, Source
from graph.projection import groups, links, pairs, records, rows, texts
from graph.projection.endings import Snapshot, write_endings
from graph.projection.schema import connect, one
from graph.projection.steps import Steps
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


_KEPT = 20_000
"""Rows of temporary tables up to which they wait for the next revision; more would take memory for nothing."""


class Projection:
    """The state file of a data directory, open for writing: one process at a time, under the lease."""

    def __init__(self, path: Path | None, secret: bytes, *, memory: str = "2000MB") -> None:
        self._con = connect(path, memory=memory)
        self._steps: Steps | None = None
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
        # A connection of its own: when it is closed all temporary tables go, without a statement each.
        steps = self._steps = self._steps or Steps(self._con.cursor())
        steps.begin()
        _batch_views(steps, what.tables)
        label = what.source.label if what.source else 0
        number, name = (what.source.id, what.source.name) if what.source else (0, "")
        rows.begin(steps)
        records.current_records(steps, what.revision, number)
        records.changed_mentions(steps, what.revision, number, name, label, self._secret)
        records.changed_links(steps, label)
        texts.text_rows(steps, what.revision, number, name, label, self._secret)
        decisions = what.decisions
        if decisions and not decisions.exists() and match:
            match(steps.con, decisions)
        pairs.change_pairs(
            steps, what.judged, what.undone, decisions if decisions and decisions.exists() else None
        )
        groups.place_mentions(steps)
        groups.regroup(steps)
        groups.components(steps)
        groups.component_facts(steps)
        rows.group_rows(steps)
        rows.mention_rows(steps)
        rows.pair_rows(steps)
        links.link_rows(steps)
        links.counter_rows(steps)
        rows.doc_rows(steps)
        steps.end(what.revision)
        return _write(steps, delta)

    def commit(self) -> None:
        """Keep what project() worked out."""
        if self._steps:
            self._steps.con.execute("COMMIT")
            if self._steps.held() > _KEPT:
                self.rollback()

    @contextmanager
    def trying(self, what: Revised, delta: Path) -> Iterator[Trial]:
        """Work out one revision, to be looked at and dropped."""
        try:
            self.project(what, delta)
            assert self._steps
            yield Trial(self._con, self._steps.con)
        finally:
            self.rollback()

    def rollback(self) -> None:
        """Drop what project() worked out since the last commit, and all it kept on the way."""
        if self._steps:
            self._steps.con.close()
            self._steps = None


def _write(steps: Steps, delta: Path) -> dict[str, int]:
    building = delta.with_name(delta.name + ".part")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    counts = rows.write(steps, building)
    if delta.exists():
        shutil.rmtree(delta)
    building.rename(delta)
    return counts


def _batch_views(steps: Steps, tables: dict[str, list[str]]) -> None:
    """b_rec, b_men, b_lnk, b_txt, b_der over the batch's files; a record of an ending has a negative rec."""
    con = steps.con
    views = {"b_rec": "records", "b_men": "mentions", "b_lnk": "links", "b_txt": "texts", "b_der": "derived"}
    for view, table in views.items():
        closed = ", rec < 0 AND put AS closed" if view == "b_rec" else ""
        n = sum(pq.read_metadata(path).num_rows for path in tables.get(table, ()))
        if not n and steps.empty(view):
            continue
        steps.given(view, n)
        if n:
            files = ", ".join("'" + path.replace("'", "''") + "'" for path in tables[table])
            con.execute(
                f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT *{closed} FROM read_parquet([{files}])"
            )
        else:
            con.register("v_empty", BATCH[table].empty_table())
            con.execute(f"CREATE OR REPLACE TEMP TABLE {view}_none AS SELECT * FROM v_empty")
            con.unregister("v_empty")
            con.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT *{closed} FROM {view}_none")
