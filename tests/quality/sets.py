"""The published truth sets: their folders put together, ours and plain Splink's figures in one run."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from graph.resolution.evaluate import name_pairs, peer, reading, truth_file
from graph.resolution.evaluate.run import THRESHOLD, Report, judge, resolve
from graph.resolution.evaluate.truth_file import TruthFile

HERE = Path(__file__).parent / "sets"
GOALS = {
    "fake_1000": 0.93,
    "febrl1": 0.99,
    "febrl3": 0.99,
    "early-childhood": 0.90,
    "restaurants": 0.86,
    "senzing": 0.85,
}
"""Pairwise F1 to reach; make quality prints by how much it is not."""
NAMES_GOAL = (0.90, 0.83)
"""Average precision and best F1 over pairs of names."""


@dataclass(frozen=True)
class Judged:
    """ours and theirs on one set; theirs is Splink's own message where it could not train."""

    ours: Report
    theirs: Report | str


def names() -> list[str]:
    return sorted(path.parent.name for path in HERE.glob("*/truth.toml"))


def assemble(name: str, into: Path, data: Path | None = None) -> Path | None:
    """A folder with the set's truth.toml and its files, found by name beside it or under `data`; None where one lacks.

    Two sets may call a file alike (gt.csv): the folder that holds most of the set's files is taken."""
    folder = into / name
    shutil.copytree(HERE / name, folder, dirs_exist_ok=True)
    lacking = [file for file in files_of(folder) if not (folder / file).exists()]
    if not lacking:
        return folder
    homes = {path.parent for file in lacking for path in (data.rglob(file) if data else ())}
    for home in sorted(homes):
        if all((home / file).is_file() for file in lacking):
            for file in lacking:
                (folder / file).symlink_to((home / file).resolve())
            return folder
    return None


def files_of(folder: Path) -> list[str]:
    """The files that a set's truth.toml names."""
    import tomllib

    said = tomllib.loads((folder / "truth.toml").read_text(encoding="utf-8"))
    pairs = said["truth"].get("pairs")
    return [*said["records"], *([pairs] if pairs else [])]


def judged(folder: Path) -> Judged:
    said = truth_file.read(folder)
    records = reading.read(said)
    linked = said.task == "link"
    with duckdb.connect() as con:
        done = resolve(con, records, said.kind, linked=linked, threshold=THRESHOLD, tell=lambda what: None)
        ours = judge(records, done, linked=linked)
        try:
            theirs: Report | str = judge(records, peer.splink(con, records, linked=linked), linked=linked)
        except peer.PeerFailed as error:
            theirs = str(error)
    return Judged(ours, theirs)


def told(name: str, folder: Path) -> list[str]:
    """Lines with the set's figures."""
    said: TruthFile = truth_file.read(folder)
    if said.task == "pairs":
        ranking = name_pairs.judge(said, [])
        figures = f"average precision {ranking.average_precision:.4f}  best F1 {ranking.best_f1:.4f}"
        met = zip((ranking.average_precision, ranking.best_f1), NAMES_GOAL, strict=True)
        return [f"{name:20} {figures}  {'; '.join(goal(got, least) for got, least in met)}"]
    found = judged(folder)
    reached = f"  {goal(found.ours.pairs.f1, GOALS[name])}" if name in GOALS else ""
    lines = [f"{name:20} {'clew':8} {_figures(found.ours)}{reached}"]
    theirs = found.theirs if isinstance(found.theirs, str) else _figures(found.theirs)
    return [*lines, f"{'':20} {'splink':8} {theirs}"]


def goal(got: float, least: float) -> str:
    return f"goal {least}: met" if got >= least else f"goal {least}: missed by {least - got:.4f}"


def _figures(of: Report) -> str:
    return (
        f"P {of.pairs.precision:.4f}  R {of.pairs.recall:.4f}  F1 {of.pairs.f1:.4f}  B³ {of.b3.f1:.4f}  "
        f"blocking {of.blocking_recall:.4f}  compared {of.pairs_compared:,}  {of.seconds:.1f} s"
    )
