"""`kill -9` at random points and between followers, with a reader reading all the while, on both stores."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.schema import execute
from tests.api.conftest import open_service
from tests.soak.batches import question, same
from tests.soak.victim import POINTS, REBUILDS

ROOT = Path(__file__).parents[2]


def _start(module: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", f"tests.soak.{module}", *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    )


@dataclass(frozen=True)
class Kill:
    """One kill. point: of the victim's; "random": from outside, some time after a number of commits. seed: which."""

    point: str
    seed: int

    def strike(self, data: Path, store: str) -> list[int]:
        """Let a victim commit until it dies; gives the revisions that it was told are committed."""
        draw = random.Random(self.seed)
        if self.point == "random":
            return self._from_outside(data, store, "none", draw)
        if self.point == "random rebuild":
            return self._from_outside(data, store, "rebuild", draw)
        count = (
            draw.randrange(1, 30_000)
            if self.point == "call"
            else 1
            if self.point in REBUILDS
            else draw.randrange(1, 4)
        )
        victim = _start("victim", str(data), store, self.point, str(count))
        told, _ = victim.communicate()
        assert victim.returncode == -signal.SIGKILL, self
        return [int(line) for line in told.split()]

    def _from_outside(self, data: Path, store: str, point: str, draw: random.Random) -> list[int]:
        victim = _start("victim", str(data), store, point, "0")
        assert victim.stdout is not None
        told = [int(victim.stdout.readline()) for _ in range(draw.randrange(1, 3))]
        time.sleep(draw.random() * 1.5)
        victim.send_signal(signal.SIGKILL)
        told += [int(line) for line in victim.stdout.read().split()]
        victim.wait()
        return told


def kills(points: list[str], number: int) -> list[Kill]:
    """So many kills, the points one after the other, every time round with other seeds."""
    return [Kill(points[n % len(points)], n) for n in range(number)]


def survives(data: Path, store: str, planned: list[Kill]) -> dict[str, Any]:
    """Kill after kill in one directory, a reader reading all the while; gives what the reader said at the end."""
    opened = open_service(data, store)
    opened.close()
    reader = _start("reader", str(data), store)
    acknowledged = 0
    try:
        for kill in planned:
            acknowledged = max([acknowledged, *kill.strike(data, store)])
            service = open_service(data, store)
            assert service.check() == {
                "ok": True, "revisions": service.directory.ledger.head(), "problems": [],
            }, kill  # fmt: skip
            assert service.head() >= acknowledged, kill
            assert same(execute(service, question(), {}), service.head()), kill
            service.close()
    finally:
        said, _ = reader.communicate("")
    lines = [json.loads(line) for line in said.splitlines()]
    assert [line for line in lines if "wrong" in line] == []
    revisions = [line["revision"] for line in lines if "revision" in line]
    assert revisions == sorted(set(revisions)), "no revision that was seen went away again"
    service = open_service(data, store)
    lived = execute(service, question(), {})
    assert service.rebuild() == service.head()
    assert execute(service, question(), {}) == lived
    assert same(lived, service.head())
    live = (data / "store.db").resolve().name
    left = {path.name for path in data.iterdir() if not path.name.startswith((live, "index"))}
    assert left - {"store.db"} == {
        "deltas", "decisions", "evidence", "lease", "ledger.db", "rebuilding", "secret", "state.duckdb",
    }, "what killed processes left is swept"  # fmt: skip
    service.close()
    return {"kills": len(planned), "acknowledged": acknowledged, "seen": revisions, **lines[-1]}


COMMITS = [point for point in POINTS if point not in REBUILDS]
SQLITE = ["random", "between the followers", "call", "random rebuild", "state kept, no follower driven", "store switched, index not"]  # fmt: skip
SQLITE_SOAK = [*SQLITE, *(p for p in POINTS if p not in SQLITE and "Neo4j" not in p)]
NEO4J = ["call", "between the followers"]
NEO4J_SOAK = [*NEO4J, "random", "random rebuild", "Neo4j: projections replaced, store not", "store switched, index not"]  # fmt: skip


@pytest.mark.parametrize(
    "planned", [kills(SQLITE, 6), pytest.param(kills(SQLITE_SOAK, 40), marks=pytest.mark.soak)], ids=len
)
def test_no_kill_loses_an_acknowledged_batch_or_shows_half_of_one(
    tmp_path: Path, planned: list[Kill]
) -> None:
    found = survives(tmp_path / "data", "sqlite:///", planned)
    print(found)


@pytest.mark.neo4j
@pytest.mark.parametrize(
    "planned", [kills(NEO4J, 2), pytest.param(kills(NEO4J_SOAK, 10), marks=pytest.mark.soak)], ids=len
)
def test_nor_does_one_on_neo4j(tmp_path: Path, neo4j_url: str, planned: list[Kill]) -> None:
    from graph.store.neo4j import Neo4jStore

    Neo4jStore.wipe(neo4j_url)
    found = survives(tmp_path / "data", neo4j_url, planned)
    print(found)
