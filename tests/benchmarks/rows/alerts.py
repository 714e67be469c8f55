"""Commit to subscriber: from the moment a commit is acknowledged to the alert's arrival over a websocket, with 10,000 watches."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from time import perf_counter

from api.service import Service
from api.settings import Settings
from tests.api.asking import commit, control
from tests.api.following import START, served, subscribed
from tests.benchmarks.bench import Benchmark, Row, Target
from tests.benchmarks.workshop import Workshop

WATCHES = 10_000
COMMITS = 40

ALERTS = """subscription A($after: String) { alerts(after: $after) { token revision change sources
  link { id source { caption } target { caption } } statements { file locator } } }"""


def run(workshop: Workshop) -> Iterator[Row]:
    workshop.say("commits on the way to a subscriber")
    with workshop.folder("alerts") as folder:
        service = Service(Settings(folder / "data"))
        try:
            for number in range(WATCHES):
                key = f"company_number:GB-COH/{number:08d}"
                service.alerts.watches.add("", service.head(), keys=[key])
            commit(service, "controllers", [control(9, "Jo First")])
            with served(service) as port:
                waits = sorted(asyncio.run(_follow(service, port)))
        finally:
            service.close()
    yield Row(
        "commit → subscriber, p95", "ms", waits[int(len(waits) * 0.95)] * 1000, Target("≤", 1000),
        note=f"{COMMITS} commits, {WATCHES:,} watches, one websocket; alerts are worked out before a commit is acknowledged",
    )  # fmt: skip


async def _follow(service: Service, port: int) -> list[float]:
    waits = []
    async with subscribed(port, ALERTS, None, {"after": START}) as subscriber:
        await subscriber.next()
        for number in range(COMMITS):
            await asyncio.to_thread(commit, service, "controllers", [control(1, f"Person {number}")])
            acknowledged = perf_counter()
            await subscriber.next()
            waits.append(perf_counter() - acknowledged)
    return waits


BENCHMARK = Benchmark("alerts", run)
