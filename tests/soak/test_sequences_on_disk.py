"""Random sequences of ingests, judgements, undos and runs of the models in a directory, in a process killed again and again, end
in the answers of a rebuild, of a directory where nothing was killed, and of one that never heard of what was undone."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
import pytest

from api.service import Service
from graph.ledger import Ledger
from graph.resolution.models import PERSON
from tests.api.asking import READERS, ids_of
from tests.api.conftest import open_service
from tests.api.told import hashes
from tests.graph.resolution.test_versions import version
from tests.soak import played
from tests.soak.killing import start, strike
from tests.soak.played import Script, lived_again
from tests.soak.victim import DECIDING, POINTS

STEPS: Final = 10
KILLS: Final = 4
"""In each directory, where it is not done sooner."""
SURE: Final = ("call", "outside", *(list(POINTS)[1:6]))
"""Points that every script comes by again and again."""
WHERE: Final = ("call", "outside", *(point for point in POINTS if "Neo4j" not in point), *DECIDING)
"""The points a kill may come at; "call": at any call in graph/; "outside": by another's hand."""


@pytest.mark.parametrize(
    ("seeds", "worlds"),
    [(range(1), 20), pytest.param(range(20), 10, marks=pytest.mark.soak)],
    ids=["20", "200"],
)
def test_sequences_that_are_killed_and_gone_on_with_end_in_the_answers_of_a_rebuild(
    tmp_path: Path, seeds: range, worlds: int
) -> None:
    """worlds: sequences that share a directory, and its kills."""
    strict = version(tmp_path / "strict", lambda said: said.update(accept=12.0, review=8.0))
    lax = version(tmp_path / "lax", lambda said: said.update(accept=5.0, review=0.0))
    began, found = time.monotonic(), Counter[str]()
    for seed in seeds:
        script = Script(seed, worlds, STEPS, (PERSON.decider, str(strict), str(lax)))
        found += sequences(tmp_path / str(seed), script)
        told = ", ".join(f"{n:,} {what}" for what, n in sorted(found.items()))
        print(f"\n{(seed + 1 - seeds[0]) * worlds:,} sequences: {told}: {time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
    assert found["killed"] > 2 * len(seeds)
    assert min(found["judge"], found["undo"], found["resolve"]) > len(seeds)
    assert min(found["taken back"], found["standing"]) > 2 * len(seeds)


def sequences(folder: Path, script: Script) -> Counter[str]:
    """Play a script and hold what comes of it to three others; counts what was in it."""
    killed = _opened(folder / "killed")
    found = _played(killed.settings.data, script)
    assert killed.check() == {"ok": True, "revisions": killed.directory.ledger.head(), "problems": []}
    ids = ids_of(killed)
    told = hashes(killed, ids)
    judgements = killed.directory.ledger.judgements()
    gone = frozenset(j.id for j in judgements if j.undone is not None)
    for name, never in (("whole", frozenset[str]()), ("never", gone)):
        other = _opened(folder / name)
        found["revisions"] = lived_again(killed, other, never)
        assert hashes(other, ids) == told, (script.seed, name)
        other.close()
    killed.rebuild()
    assert hashes(killed, ids) == told, (script.seed, "rebuilt")
    lines = killed.directory.ledger.lines()
    found += Counter(line.kind for line in lines)
    for decided in (killed.directory.decisions(line.revision) for line in lines if line.kind == "resolve"):
        found += Counter(pq.read_table(decided)["verdict"].to_pylist() if decided.exists() else ())
    found["taken back"] = len(gone)
    found["standing"] = len(judgements) - len(gone)
    killed.close()
    return found


def _opened(data: Path) -> Service:
    service = open_service(data)
    (data / "readers.toml").write_text(READERS, encoding="utf-8")
    return service


def _played(data: Path, script: Script) -> Counter[str]:
    """Play a script to its end in processes that are killed; how many were, and where."""
    chance, ledger = random.Random(script.seed), Ledger(data / "ledger.db")
    step, kills = 0, Counter[str]()
    while step < script.steps:
        where = SURE if not kills or chance.random() < 0.7 else WHERE
        point = chance.choice(where) if kills["killed"] < KILLS else ""
        count = chance.randrange(1, {"call": 20_000}.get(point, 4 if point in SURE else 2))
        process, told = start(played.run, str(data), point, count, script, step)
        heard = strike(process, told, chance.random() * 1.5 if point == "outside" else None)
        assert ledger.head() >= max((head for _, head in heard), default=0), "what was acknowledged is there"
        step = max((done + 1 for done, _ in heard), default=step)
        if process.exitcode == -signal.SIGKILL:
            kills += Counter(["killed", f"killed: {point}"])
        else:
            assert step == script.steps
    return kills
