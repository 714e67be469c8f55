"""Random merges, splits, undos, ingests and runs of the models end in the answers of a rebuild that never heard of what was
undone."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import pytest

from graph.ledger import Judgement
from graph.model import Group, LabelId, Pair, Revision
from graph.projection import Projection, Revised
from graph.resolution.clusters import cluster
from graph.resolution.incremental import remembering
from graph.resolution.models import MODELS, PERSON
from graph.resolution.resolve import resolve
from tests.graph.batches import write_batch
from tests.graph.followed import SECRET, SOURCES, Rows
from tests.soak.sequences import World, batch, kinds

WORLDS: Final = 300
STEPS: Final = 12
READERS: Final = ({0}, {1}, {0, 1})
VERSIONS: Final = (
    PERSON,
    replace(PERSON, accept=PERSON.accept + 4, review=PERSON.review + 6),
    replace(PERSON, accept=PERSON.accept - 3, review=PERSON.review - 3),
)
"""Of the model of people: what ships, a stricter, and a laxer one."""


@dataclass(frozen=True)
class Step:
    """What one revision of WORLDS sequences brings. version: of VERSIONS, where the models run."""

    kind: str
    source: str = ""
    tables: dict[str, list[str]] | None = None
    judged: tuple[Judgement, ...] = ()
    undone: tuple[str, ...] = ()
    version: int = 0


def steps(seed: int, folder: Path) -> list[Step]:
    """The steps of WORLDS sequences."""
    chance = random.Random(seed)
    worlds = [World(seed * WORLDS + n, SECRET) for n in range(WORLDS)]
    standing = [set[str]() for _ in worlds]
    found, version = list[Step](), 0
    for revision, kind in enumerate(kinds(chance, STEPS), 1):
        if kind == "ingest":
            source = chance.choice(sorted(SOURCES))
            records = batch(worlds, chance, source, revision)
            found.append(Step(kind, source, write_batch(folder / f"b{revision}", records)))
        elif kind == "judge":
            judged = list[Judgement]()
            for world, stand in zip(worlds, standing, strict=True):
                made = _judgements(world, chance, revision)
                stand.update(one.id for one in made)
                judged += made
            found.append(Step(kind, judged=tuple(judged)))
        elif kind == "undo":
            gone = tuple(one for stand in standing for one in sorted(stand) if chance.random() < 0.3)
            for stand in standing:
                stand.difference_update(gone)
            found.append(Step(kind, undone=gone))
        else:
            found.append(Step(kind, version=version))
            # What is remembered of a run is for the next of the same version.
            version = chance.choice((version, *range(len(VERSIONS))))
    return found


def _judgements(world: World, chance: random.Random, revision: int) -> list[Judgement]:
    return [
        Judgement(
            f"{world.number}-{revision}-{n}", a, b, verdict, LabelId(chance.choice([0, 0, 1])), "me", "", Revision(revision)
        )
        for n, (a, b, verdict) in enumerate(world.pairs(chance, 3))
    ]  # fmt: skip


class Life:
    """What a projection in memory comes to: its rows, and the decisions file of every run of the models.

    never: judgements that are left out, with their undoing."""

    def __init__(self, folder: Path, never: frozenset[str] = frozenset()) -> None:
        self._folder, self._never = folder, never
        self._projection, self.rows = Projection(None, SECRET), Rows()
        self.decided: dict[int, Path] = {}
        folder.mkdir(parents=True)

    def live(self, sequence: list[Step], *, remember: bool) -> Life:
        """Live through the steps. remember: runs of the models compare what changed, else everything."""
        for revision, step in enumerate(sequence, 1):
            decisions = None
            if step.kind == "resolve":
                decisions = self._decide(revision, step.version, remember)
            what = Revised(
                revision, SOURCES.get(step.source), step.tables or {},
                tuple(j for j in step.judged if j.id not in self._never),
                tuple(one for one in step.undone if one not in self._never), decisions,
            )  # fmt: skip
            self._projection.project(what, self._folder / f"d{revision}")
            self._projection.commit()
            self.rows.apply(self._folder / f"d{revision}", revision)
        self._projection.close()
        return self

    def _decide(self, revision: int, version: int, remember: bool) -> Path | None:
        path = self._folder / f"decided{revision}.parquet"
        models = tuple(VERSIONS[version] if model is PERSON else model for model in MODELS)
        if remember:
            with remembering(self._folder / "cache") as engine:
                self._projection.decide(lambda con, into: _run(con, into, models, engine), path)
        else:
            self._projection.decide(lambda con, into: _run(con, into, models, None), path)
        if not path.exists():
            return None
        self.decided[revision] = path
        return path


def _run(con: Any, into: Path, models: Any, engine: Any) -> None:
    resolve(con, into, models=models, engine=engine)


def answers(rows: Rows, labels: set[int]) -> dict[bytes, Any]:
    """What a reader of some labels is told: by mention its entity, the entity's mentions with their values, the decisions about
    them, and what was not followed."""
    held = [m for m in rows.live("mentions", STEPS) if m["label"] in labels]
    said = {m["mid"]: (m["label"], m["caption"], m["kind"], m["born"], m["props"]) for m in held}
    groups: dict[int, list[Group]] = {}
    for row in rows.live("groups", STEPS):
        if row["label"] in labels:
            keys = tuple(json.loads(row["keys"]))
            groups.setdefault(row["comp"], []).append(Group(**{k: row[k] for k in Group._fields if k != "keys"}, keys=keys))  # fmt: skip
    pairs: dict[int, list[Pair]] = {}
    about: dict[bytes, list[Any]] = {}
    for row in rows.live("pairs", STEPS):
        if row["label"] in labels and row["a"] in said and row["b"] in said:
            for comp in {row["comp"], row["other"]}:
                pairs.setdefault(comp, []).append(Pair(**{k: row[k] for k in Pair._fields}))
            for mid in (row["a"], row["b"]):
                about.setdefault(mid, []).append(
                    [row[k] for k in ("id", "verdict", "by", "strength", "reason")]
                )
    inside: dict[int, list[bytes]] = {}
    for m in held:
        inside.setdefault(m["grp"], []).append(m["mid"])
    told: dict[bytes, Any] = {}
    for comp, found in groups.items():
        for one in cluster(found, pairs.get(comp, [])):
            mids = sorted(mid for group in one.groups for mid in inside[group.grp])
            decisions = sorted(decision for mid in mids for decision in about.get(mid, ()))
            for mid in mids:
                told[mid] = (one.anchor, [(mid, said[mid]) for mid in mids], decisions, sorted(one.skipped))
    return told


def _same(one: dict[int, Path], other: dict[int, Path]) -> Iterable[dict[str, Any]]:
    """The decisions of all runs, which must be those of the others."""
    assert sorted(one) == sorted(other)
    for revision in one:
        found, again = (pq.read_table(life[revision]).to_pylist() for life in (one, other))
        assert found == again, revision
        yield from found


@pytest.mark.parametrize("seeds", [range(1), pytest.param(range(34), marks=pytest.mark.soak)], ids=len)
def test_merges_splits_undos_ingests_and_models_end_in_the_answers_of_a_rebuild(
    tmp_path: Path, seeds: range
) -> None:
    began, found = time.monotonic(), Counter[str]()
    for seed in seeds:
        found += sequences(tmp_path / str(seed), seed)
        told = ", ".join(f"{n:,} {what}" for what, n in sorted(found.items()))
        print(f"\n{(seed + 1 - seeds[0]) * WORLDS:,} sequences: {told}: {time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
    many = len(seeds) * WORLDS
    assert found["judgements taken back"] > many
    assert found["not followed"] > many / 10, (
        "judgements that contradict each other, or what else says, are among them"
    )
    assert min(found["SAME"], found["UNSURE"], found["WITHDRAWN"]) > many / 10
    assert found["entities held by a model"] > many / 10


def sequences(folder: Path, seed: int) -> Counter[str]:
    """Live through WORLDS sequences and through a rebuild of them; counts what was in them."""
    sequence = steps(seed, folder)
    gone = frozenset(one for step in sequence for one in step.undone)
    lived = Life(folder / "lived").live(sequence, remember=True)
    rebuilt = Life(folder / "rebuilt", gone).live(sequence, remember=False)
    found = Counter[str](decision["verdict"] for decision in _same(lived.decided, rebuilt.decided))
    found["judgements taken back"] = len(gone)
    for labels in READERS:
        one, other = answers(lived.rows, labels), answers(rebuilt.rows, labels)
        assert one == other, seed
    # Of the last reader, who sees all.
    found["not followed"] = sum(bool(told[3]) for told in one.values())
    found["entities held by a model"] = len(
        {told[0] for told in one.values() if len(told[1]) > 1 and any(d[1:3] == ["SAME", PERSON.decider] for d in told[2])}
    )  # fmt: skip
    return found
