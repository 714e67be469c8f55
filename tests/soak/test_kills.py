"""`kill -9` at random points and between followers, with a reader reading all the while, on both stores."""

from __future__ import annotations

import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.schema import execute
from tests.api.conftest import open_service
from tests.soak import reader, victim
from tests.soak.batches import question, same
from tests.soak.killing import FORKING, start, strike
from tests.soak.reader import Told
from tests.soak.victim import POINTS, REBUILDS


@dataclass(frozen=True)
class Kill:
    """One kill. point: of the victim's; "commit", "rebuild": from outside, some time after a commit. seed: which."""

    point: str
    seed: int

    def strike(self, data: Path, store: str) -> list[int]:
        """Let a victim commit until it is dead; gives the revisions that it was told are committed."""
        draw = random.Random(self.seed)
        count = 1 if self.point in REBUILDS else draw.randrange(1, 3)
        if self.point == "call":
            count = draw.randrange(1, 6_000)
        process, told = start(victim.run, str(data), store, self.point, count)
        revisions: list[int] = strike(
            process, told, draw.random() * 2 if self.point in ("commit", "rebuild") else None
        )
        assert process.exitcode == -signal.SIGKILL, self
        return revisions


def kills(points: list[str], number: int) -> list[Kill]:
    """So many kills, the points one after the other, every time round with other seeds."""
    return [Kill(points[n % len(points)], n) for n in range(number)]


def survives(data: Path, store: str, planned: list[Kill]) -> None:
    """Kill after kill in one directory, a reader reading all the while; says what it came to."""
    began = time.monotonic()
    open_service(data, store).close()
    stopping, stop = FORKING.Pipe()
    reading, told = start(reader.run, stop, str(data), store)
    stop.close()
    acknowledged = 0
    for kill in planned:
        acknowledged = max([acknowledged, *kill.strike(data, store)])
        service = open_service(data, store)
        found = service.check()
        assert found == {"ok": True, "revisions": service.directory.ledger.head(), "problems": []}, kill
        assert service.head() >= acknowledged, kill
        assert same(execute(service, question(), {}), service.head()), kill
        service.close()
    stopping.close()
    seen: Told = told.recv()
    reading.join()
    assert seen.wrong == []
    assert seen.revisions == sorted(set(seen.revisions)), "no revision that was seen went away again"
    service = open_service(data, store)
    lived = execute(service, question(), {})
    assert service.rebuild() == service.head()
    assert execute(service, question(), {}) == lived
    assert same(lived, service.head())
    service.close()
    _swept(data)
    print(
        f"\n{store.partition(':')[0]}: {len(planned)} kills, {acknowledged} the last revision acknowledged,"
        f" {len(seen.revisions)} seen in {seen.answers} answers: {time.monotonic() - began:.0f} s"
    )


def _swept(data: Path) -> None:
    """What killed processes left is gone."""
    live = (data / "store.db").resolve().name
    left = {path.name for path in data.iterdir() if not path.name.startswith((live, "index"))}
    assert left - {"store.db"} == {
        "deltas", "decisions", "evidence", "lease", "ledger.db", "rebuilding", "secret", "state.duckdb",
    }  # fmt: skip


SQLITE = ["commit", "between the followers", "call", "rebuild", "after the ledger line", "store switched, index not"]  # fmt: skip
SQLITE_SOAK = [*SQLITE, *(point for point in POINTS if point not in SQLITE and "Neo4j" not in point)]
NEO4J = ["call", "between the followers"]
NEO4J_SOAK = [*NEO4J, "commit", "rebuild", "projections replaced, Neo4j not", "store switched, index not"]


@pytest.mark.parametrize(
    "planned", [kills(SQLITE, 6), pytest.param(kills(SQLITE_SOAK, 40), marks=pytest.mark.soak)], ids=len
)
def test_no_kill_loses_an_acknowledged_batch_or_shows_half_of_one(
    tmp_path: Path, planned: list[Kill]
) -> None:
    survives(tmp_path / "data", "sqlite:///", planned)


@pytest.mark.neo4j
@pytest.mark.parametrize(
    "planned", [kills(NEO4J, 2), pytest.param(kills(NEO4J_SOAK, 10), marks=pytest.mark.soak)], ids=len
)
def test_nor_does_one_on_neo4j(tmp_path: Path, neo4j_url: str, planned: list[Kill]) -> None:
    from graph.store.neo4j import Neo4jStore

    Neo4jStore.wipe(neo4j_url)
    survives(tmp_path / "data", neo4j_url, planned)
