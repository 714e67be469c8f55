"""Runs of algorithms, kept: DIR/runs/<id>/ has run.json and Parquet. A projection: dropped, it can be run again.

A run carries its scope: the labels that it was run under, to the letter. A reader whose labels are not just these never
meets it, since what was hidden from the one may have moved the other's numbers.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from graph.access import AccessLabel, Scope
from graph.errors import NotHeld
from graph.model import LabelId, Revision, View


@dataclass(frozen=True, slots=True)
class Run:
    """One run. id: its job's. output: SCORE, COMMUNITY or RISK. projection: which part of the graph (its arguments).

    roles: labels of the roles that it looked at (risk only). size, links: of the network. metrics: by name.
    number: its job's; later runs have greater ones."""

    id: str
    algorithm: str
    version: int
    output: str
    parameters: Mapping[str, Any]
    projection: Mapping[str, Any]
    engine: str
    labels: frozenset[LabelId]
    roles: tuple[AccessLabel, ...]
    revision: Revision
    size: int
    links: int
    metrics: Mapping[str, float]
    number: int

    @property
    def asked(self) -> tuple[Any, ...]:
        """What was asked for: runs that agree in this are one series."""
        said = json.dumps([self.parameters, self.projection], sort_keys=True)
        return self.algorithm, said, self.labels


class Runs:
    """The runs of a data directory; written by one rename each, read by anyone."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, run: Run, tables: Mapping[str, pa.Table]) -> None:
        """Keep a run with its tables, <name>.parquet each."""
        making = self.root / f".{run.id}"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        for name, table in tables.items():
            pq.write_table(table, making / f"{name}.parquet")
        said = asdict(run) | {"labels": sorted(run.labels)}
        (making / "run.json").write_text(json.dumps(said, indent=1), encoding="utf-8")
        shutil.rmtree(self.root / run.id, ignore_errors=True)
        os.replace(making, self.root / run.id)

    def seen(self, view: View, scope: Scope) -> list[Run]:
        """The runs that a reader may see, the latest first; none beyond the view's revision."""
        found = [run for run in self._all() if run.labels == view.labels and run.revision <= view.revision]
        held = [run for run in found if all(scope.sees(label) for label in run.roles)]
        return sorted(held, key=lambda run: (-run.revision, -run.number, run.id))

    def latest(
        self, view: View, scope: Scope, *, output: str | None = None, algorithm: str | None = None
    ) -> Run | None:
        """The latest run of an output or an algorithm that a reader may see."""
        for run in self.seen(view, scope):
            if output in (None, run.output) and algorithm in (None, run.algorithm):
                return run
        return None

    def get(self, id: str, view: View, scope: Scope) -> Run:
        """A run by id; NotHeld when there is none, or the reader may not see it."""
        for run in self.seen(view, scope):
            if run.id == id:
                return run
        raise NotHeld(
            f"There is no run {id!r}.", remedy="Another scope's, or a later one, is not yours to see."
        )

    def before(self, run: Run) -> Run | None:
        """The last run before one, of what was asked for there, in the same scope; None when it is the first."""
        series = [one for one in self._all() if one.asked == run.asked and one.id != run.id]
        earlier = [one for one in series if (one.revision, one.number) < (run.revision, run.number)]
        return max(earlier, key=lambda one: (one.revision, one.number, one.id), default=None)

    def table(self, run: Run, name: str) -> pa.Table:
        """One of a run's tables."""
        return _table(self.root / run.id / f"{name}.parquet")

    def _all(self) -> Iterable[Run]:
        if not self.root.is_dir():
            return []
        return [
            _read(path / "run.json")
            for path in sorted(self.root.glob("[!.]*"))
            if (path / "run.json").exists()
        ]


@lru_cache(maxsize=1024)
def _read(path: Path) -> Run:
    said = json.loads(path.read_text(encoding="utf-8"))
    said["labels"] = frozenset(LabelId(number) for number in said["labels"])
    said["roles"] = tuple(AccessLabel(**label) for label in said["roles"])
    return replace(Run(**said), revision=Revision(said["revision"]))


@lru_cache(maxsize=8)
def _table(path: Path) -> pa.Table:
    return pq.read_table(path)
