"""A replay for alerts: batches of link events that depend on their revision alone, and a process that commits them until
it is killed."""

from __future__ import annotations

import os
import random
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, NamedTuple

from api.service import Service
from graph.access import AccessLabel
from graph.directory import Staged
from tests.api.asking import CASE
from tests.api.conftest import open_service
from tests.graph.batches import L, M, R, write_batch
from tests.soak.killing import die_at, die_in

OWNERS: Final = {"": frozenset({0, 1}), "outsider": frozenset({0})}
"""What each reader sees; the hidden label is that of every fourth batch."""


class Plan(NamedTuple):
    """How much is replayed. Every batch has `events` records of one link each."""

    batches: int
    events: int
    watches: int

    @property
    def people(self) -> int:
        return self.batches * self.events // 8

    @property
    def companies(self) -> int:
        return self.batches * self.events // 12


def source_of(revision: int) -> str:
    return "case" if revision % 4 == 3 else "open"


def person(number: int) -> str:
    return f"ch_person:GB-COH/{number:08d}"


def company(number: int) -> str:
    return f"company_number:GB-COH/{number:08d}"


def batch(plan: Plan, revision: int) -> list[R]:
    """A revision's records, by key. New links, links restated by another record, other episodes, corrections to another
    company, records said again, people who turn out to be one, withdrawals."""
    chance = random.Random(revision)
    found: dict[str, R] = {}
    for n in range(plan.events):
        what = chance.random()
        old = what < 0.3 and revision > 4
        # A record of the same source's earlier batches, which come every fourth or so.
        earlier = chance.choice([r for r in range(1, revision) if source_of(r) == source_of(revision)] or [0])
        key = f"e/{earlier}/{chance.randrange(plan.events)}" if old and earlier else f"e/{revision}/{n}"
        found[key] = _record(plan, chance, key, revision, withdrawn=old and what < 0.04)
    return list(found.values())


def _record(plan: Plan, chance: random.Random, key: str, revision: int, *, withdrawn: bool) -> R:
    day = f"2026-{revision // 28 + 1:02d}-{revision % 28 + 1:02d}"
    if withdrawn:
        return R(key, day, put=False)
    mine = random.Random(key)  # who a record is about stays, mostly
    who, where = mine.randrange(plan.people), mine.randrange(plan.companies)
    if chance.random() < 0.1:
        where = chance.randrange(plan.companies)
    keys = {person(who)} if chance.random() > 0.02 else set()
    if chance.random() < 0.01:
        keys.add(person(chance.randrange(plan.people)))
    end = "2026-01-01" if chance.random() < 0.2 else None
    mentions = (
        M("officer", "Person", tuple(sorted(keys)), f"Person {who}"),
        M("company", "Company", (company(where),), authority=2),
    )
    return R(key, day, mentions, (L("OFFICER_OF", "officer", "company", "director", "2020-01-01", end),))


def watched(plan: Plan, revision: int) -> list[tuple[str, str]]:
    """(owner, key) that are watched from before a revision on: half of all from the first, also of what is not seen
    yet."""
    chance = random.Random(-revision)
    many = plan.watches // 2 if revision == 1 else plan.watches // 2 // (plan.batches - 1)
    return [
        (
            chance.choice(list(OWNERS)),
            person(chance.randrange(plan.people)) if chance.random() < 0.7 else company(chance.randrange(plan.companies)),
        )
        for _ in range(many)
    ]  # fmt: skip


def commit(service: Service, plan: Plan) -> int:
    """Watch what is new to be watched, and commit the next batch; gives its revision."""
    revision = service.directory.ledger.head() + 1
    for owner, key in watched(plan, revision):
        service.alerts.watches.add(owner, service.head(), keys=[key])
    staged = service.settings.data.with_name(f"staged-{revision}-{os.getpid()}")
    write_batch(staged, batch(plan, revision))
    label = CASE if source_of(revision) == "case" else AccessLabel()
    name = source_of(revision)
    return service.directory.commit(
        Staged(staged, name, label, "test", f"{revision}.csv", str(revision), {})
    ).revision


POINTS: Final = ("before", "after", "call", "commit")
"""Where it dies: before or after alerts are kept, at a call made in analytics/, or some time after a commit (by
another's hand)."""


def run(told: Connection, data: str, plan: Plan, point: str, count: int) -> None:
    """Commit what is left of a plan, telling each revision acknowledged, and die at the count-th time."""
    service = open_service(Path(data))
    left = [count]
    if point in ("before", "after"):
        die_at("analytics.alerts.delivery.Outbox.put", point, left)
    while service.directory.ledger.head() < plan.batches:
        if point == "call":
            die_in("analytics", left)
        told.send(commit(service, plan))
    service.alerts.catch_up(service.head())
    told.close()
