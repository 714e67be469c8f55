"""Random merges, splits, undos and ingests end in the answers of a rebuild that never heard of what was undone.

Many small worlds share a projection, each with keys of its own, so that thousands of sequences take minutes."""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from graph.evidence import mention_id
from graph.ledger import Judgement
from graph.model import Group, LabelId, Pair, Revision
from graph.projection import Projection, Revised
from graph.resolution.clusters import cluster
from tests.graph.batches import M, R, write_batch
from tests.graph.followed import SECRET, SOURCES, Rows

WORLDS = 100
STEPS = 10
READERS = ({0}, {1}, {0, 1})


@dataclass
class World:
    """One sequence: what it may judge, and what stands."""

    number: int
    born: list[bytes] = field(default_factory=list)
    standing: dict[str, Judgement] = field(default_factory=dict)

    def record(self, chance: random.Random, source: str, day: int) -> R:
        key = f"w{self.number}/r{chance.randrange(4)}"
        if chance.random() < 0.1:
            return R(key, f"2020-01-{day:02d}", put=False)
        keys = tuple(sorted({f"w{self.number}:{chance.randrange(3)}" for _ in range(chance.randrange(3))}))
        mid = mention_id(SECRET, source, key, "thing")
        if mid not in self.born:
            self.born.append(mid)
        return R(key, f"2020-01-{day:02d}", (M("thing", "Person", keys, f"name {chance.randrange(9)}"),))

    def judge(self, chance: random.Random, revision: int) -> list[Judgement]:
        """Up to three judgements, cyclic and contradicting ones among them: there are few to judge."""
        made = []
        for n in range(chance.randrange(4) if len(self.born) > 1 else 0):
            a, b = sorted(chance.sample(self.born, 2))
            verdict = chance.choice(["SAME", "SAME", "DIFFERENT", "DIFFERENT", "UNSURE"])
            label = LabelId(chance.choice([0, 0, 1]))
            one = Judgement(
                f"{self.number}-{revision}-{n}", a, b, verdict, label, "me", "", Revision(revision)
            )
            made.append(one)
            self.standing[one.id] = one
        return made

    def undo(self, chance: random.Random) -> list[str]:
        """Any of those that stand, however old."""
        gone = [one for one in sorted(self.standing) if chance.random() < 0.3]
        for one in gone:
            del self.standing[one]
        return gone


def steps(
    seed: int, folder: Path
) -> list[tuple[str, dict[str, list[str]], tuple[Judgement, ...], tuple[str, ...]]]:
    """(source, tables, judged, undone) of each revision of WORLDS sequences."""
    chance = random.Random(seed)
    worlds = [World(n) for n in range(WORLDS)]
    found: list[Any] = []
    for revision in range(1, STEPS + 1):
        if revision % 3 == 1:
            source = chance.choice(sorted(SOURCES))
            records = {
                r.key: r
                for world in worlds
                for r in (world.record(chance, source, revision) for _ in range(3))
            }
            found.append((source, write_batch(folder / f"b{revision}", list(records.values())), (), ()))  # fmt: skip
        elif revision % 3 == 2:
            judged = tuple(one for world in worlds for one in world.judge(chance, revision))
            found.append(("", {}, judged, ()))
        else:
            gone = tuple(one for world in worlds for one in world.undo(chance))
            found.append(("", {}, (), gone))
    return found


def played(sequence: list[Any], folder: Path, never: frozenset[str]) -> Rows:
    """The rows that a projection in memory comes to. never: judgements that are left out, with their undoing."""
    projection, rows = Projection(None, SECRET), Rows()
    for revision, (source, tables, judged, undone) in enumerate(sequence, 1):
        what = Revised(
            revision, SOURCES.get(source), tables, tuple(j for j in judged if j.id not in never),
            tuple(one for one in undone if one not in never),
        )  # fmt: skip
        projection.project(what, folder / f"d{revision}")
        projection.commit()
        rows.apply(folder / f"d{revision}", revision)
    projection.close()
    return rows


def answers(rows: Rows, labels: set[int]) -> dict[bytes, Any]:
    """What a reader of some labels is told: by mention its entity, the entity's mentions with their values, and what was not
    followed."""
    held = [m for m in rows.live("mentions", STEPS) if m["label"] in labels]
    said = {m["mid"]: (m["label"], m["caption"], m["kind"], m["born"]) for m in held}
    groups: dict[int, list[Group]] = {}
    for row in rows.live("groups", STEPS):
        if row["label"] in labels:
            keys = tuple(json.loads(row["keys"]))
            groups.setdefault(row["comp"], []).append(Group(**{k: row[k] for k in Group._fields if k != "keys"}, keys=keys))  # fmt: skip
    pairs: dict[int, list[Pair]] = {}
    for row in rows.live("pairs", STEPS):
        if row["label"] in labels and row["a"] in said and row["b"] in said:
            for comp in {row["comp"], row["other"]}:
                pairs.setdefault(comp, []).append(Pair(**{k: row[k] for k in Pair._fields}))
    inside: dict[int, list[bytes]] = {}
    for m in held:
        inside.setdefault(m["grp"], []).append(m["mid"])
    told: dict[bytes, Any] = {}
    for comp, found in groups.items():
        for one in cluster(found, pairs.get(comp, [])):
            mids = sorted(mid for group in one.groups for mid in inside[group.grp])
            for mid in mids:
                told[mid] = (one.anchor, [(mid, said[mid]) for mid in mids], sorted(one.skipped))
    return told


@pytest.mark.parametrize("sequences", [300, pytest.param(10_000, marks=pytest.mark.soak)])
def test_merges_splits_undos_and_ingests_end_in_the_answers_of_a_rebuild(
    tmp_path: Path, sequences: int
) -> None:
    began = time.monotonic()
    undone = apart = 0
    for seed in range(sequences // WORLDS):
        folder = tmp_path / str(seed)
        sequence = steps(seed, folder)
        gone = frozenset(one for step in sequence for one in step[3])
        lived = played(sequence, folder / "lived", frozenset())
        rebuilt = played(sequence, folder / "rebuilt", gone)
        undone += len(gone)
        for labels in READERS:
            one, other = answers(lived, labels), answers(rebuilt, labels)
            assert one == other, seed
            apart += sum(bool(told[2]) for told in one.values())
    assert undone > sequences
    assert apart > sequences / 10, "judgements that contradict each other, or an identifier, are among them"
    print(f"\n{sequences:,} sequences, {undone:,} judgements taken back: {time.monotonic() - began:.0f} s")
