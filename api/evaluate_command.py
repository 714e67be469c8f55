"""`clew evaluate`: a truth set resolved without its truth and held to it; no data directory is opened."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from graph.errors import InvalidValue, Refused
from graph.resolution.evaluate import name_pairs, peer, reading, truth_file
from graph.resolution.evaluate.run import THRESHOLD, Report, Tell, judge, peak_mb, resolve
from graph.resolution.evaluate.tables import Reject
from graph.resolution.evaluate.truth_file import TruthFile

_SHOWN = 10
"""Rejects told one by one."""
_MEMORY = "4GB"
_NO_TRUTH = "By {} no two records are one: precision, recall and F1 are over no true pair. Look at [truth] in truth.toml."


def run(args: argparse.Namespace) -> int:
    """See commands.evaluate."""
    threshold = THRESHOLD if args.threshold is None else args.threshold
    if not 0 < threshold < 1:
        raise InvalidValue("--threshold", args.threshold, "a probability between 0 and 1")
    said = truth_file.read(Path(args.folder))
    if said.task == "pairs":
        if args.peer or args.threshold is not None:
            raise Refused(
                "--peer and --threshold are for records, not for pairs of names.", remedy="Leave them out."
            )
        rejects: list[Reject] = []
        ranking = name_pairs.judge(said, rejects)
        _tell_rejects(rejects)
        told = ranking.told()
        print(json.dumps(told) if args.json else _pairs_told(told))
        return 0
    with _progress(said.folder.name) as tell, _database() as con:
        tell("reading")
        records = reading.read(said)
        linked = said.task == "link"
        done = resolve(con, records, said.kind, linked=linked, threshold=threshold, tell=tell)
        ours, peak = judge(records, done, linked=linked), peak_mb()
        theirs: Report | str | None = None
        if args.peer:
            tell("plain Splink")
            try:
                theirs = judge(records, peer.splink(con, records, linked=linked), linked=linked)
            except peer.PeerFailed as error:
                theirs = str(error)
    _tell_rejects(records.rejects)
    if not ours.true_pairs:
        print(_NO_TRUTH.format(said.pairs or said.cluster), file=sys.stderr)
    if args.json:
        print(json.dumps(ours.told() | {"peak_mb": peak, "peer": _peer_told(theirs)}))
    else:
        print(_told(said, ours, peak, theirs, threshold))
    return 0


def _peer_told(theirs: Report | str | None) -> dict[str, Any] | None:
    if theirs is None:
        return None
    return {"error": theirs} if isinstance(theirs, str) else {"name": "splink"} | theirs.told()


def _told(said: TruthFile, ours: Report, peak: int, theirs: Report | str | None, threshold: float) -> str:
    lines = [
        f"{said.folder.name}: {ours.records:,} records, {ours.true_pairs:,} true pairs; clusters at {threshold:g}",
        f"{'':13} {'precision':>9} {'recall':>9} {'F1':>9} {'B³ prec.':>9} {'B³ rec.':>9} {'B³ F1':>9} {'blocking':>9} {'compared':>11} {'seconds':>8} {'largest':>8}",
        _line("clew", ours),
    ]
    if isinstance(theirs, Report):
        lines.append(_line("plain Splink", theirs))
    elif theirs:
        lines.append(f"plain Splink: {theirs}")
    lines.append(f"peak memory {peak:,} MB")
    return "\n".join(lines)


def _line(name: str, of: Report) -> str:
    figures = (*of.pairs.told().values(), *of.b3.told().values(), of.blocking_recall)
    return f"{name:13} {' '.join(f'{figure:9.4f}' for figure in figures)} {of.pairs_compared:11,} {of.seconds:8.1f} {of.largest:8}"


def _pairs_told(told: dict[str, Any]) -> str:
    return (
        f"{told['pairs']:,} pairs of names, {told['true_pairs']:,} true: average precision {told['average_precision']:.4f}, "
        f"best F1 {told['best_f1']:.4f} at {told['best_at']:.3f}; {told['seconds']} s"
    )


def _tell_rejects(rejects: list[Reject]) -> None:
    if rejects:
        print(f"{len(rejects):,} rejects:", file=sys.stderr)
        for reject in rejects[:_SHOWN]:
            print(f"  {reject}", file=sys.stderr)
        if len(rejects) > _SHOWN:
            print(f"  and {len(rejects) - _SHOWN:,} more", file=sys.stderr)


@contextmanager
def _progress(name: str) -> Iterator[Tell]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bar:
        task = bar.add_task(name)
        yield lambda what: bar.update(task, description=f"{name}: {what}")


@contextmanager
def _database() -> Iterator[duckdb.DuckDBPyConnection]:
    with tempfile.TemporaryDirectory() as spilled, duckdb.connect() as con:
        con.execute("SET temp_directory = ?", [spilled])
        con.execute(f"SET memory_limit = '{_MEMORY}'")
        con.execute("SET threads = 2")
        yield con
