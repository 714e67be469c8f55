"""A replay of link events with many watches, killed again and again: nothing missed, nothing twice, no false "created",
held against a brute-force oracle."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from api.service import Service
from graph.model import Revision
from tests.analytics.alerts.oracle import Expected, World, expected
from tests.analytics.alerts.test_new_link import got
from tests.api.asking import READERS
from tests.api.conftest import open_service
from tests.soak import replay
from tests.soak.killing import start, strike
from tests.soak.replay import OWNERS, POINTS, Plan, batch, source_of


@pytest.mark.parametrize(
    ("plan", "kills"),
    [(Plan(10, 1_000, 1_000), 4), pytest.param(Plan(50, 2_000, 10_000), 16, marks=pytest.mark.soak)],
    ids=["10,000 events", "100,000 events"],
)
def test_every_alert_comes_once_and_is_what_it_says_whatever_is_killed(
    tmp_path: Path, plan: Plan, kills: int
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "readers.toml").write_text(READERS, encoding="utf-8")
    open_service(data).close()
    began = time.monotonic()
    for number in range(kills):
        _strike(data, plan, POINTS[number % len(POINTS)], random.Random(number))
    _finish(data, plan)
    ran = time.monotonic() - began
    service = open_service(data)
    assert service.check() == {"ok": True, "revisions": plan.batches, "problems": []}
    want, found = _wanted(service, plan), got(service, OWNERS)
    assert Counter(found) - Counter(want) == Counter(), "false or twice"
    assert Counter(want) - Counter(found) == Counter(), "missed"
    told = Counter(each.change for each in found)
    assert min(told["CREATED"], told["UPDATED"]) > plan.watches // 20
    print(f"\n{plan}, {kills} kills: {dict(told)} alerts in {ran:.0f} s, each as the oracle has it")
    service.close()


def _strike(data: Path, plan: Plan, point: str, chance: random.Random) -> None:
    """Let a process commit until it is dead, or all is committed."""
    count = chance.randrange(1, 30_000) if point == "call" else chance.randrange(1, 3)
    process, told = start(replay.run, str(data), plan, point, count)
    strike(process, told, chance.random() * 2 if point == "commit" else None)


def _finish(data: Path, plan: Plan) -> None:
    service = open_service(data)
    while service.directory.catch_up() < plan.batches:
        replay.commit(service, plan)
    service.close()


def _wanted(service: Service, plan: Plan) -> list[Expected]:
    """What the oracle has of the whole replay."""
    world = World(bytes.fromhex("ab" * 32), {"open": 0, "case": 1})
    then = {owner: world.copy().seen(labels) for owner, labels in OWNERS.items()}
    want: list[Expected] = []
    for revision in range(1, plan.batches + 1):
        records = batch(plan, revision)
        world.put(source_of(revision), records, revision)
        kept = world.copy()
        now = {owner: kept.seen(labels) for owner, labels in OWNERS.items()}
        brought = {(source_of(revision), record.key) for record in records}
        watches = service.alerts.watches.holding(Revision(revision))
        want += expected(then, now, revision, brought, watches)
        then = now
    return sorted(want)
