"""The tail: one look a moment at what has landed, by whichever process, for everybody who waits in this one.

It also goes on with alerts that a killed process left to be worked out. Subscribers pull what they are due from the
store and the outbox, at their own pace, from their own place: the tail only wakes them, and nothing queues up for one
who does not read.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, NamedTuple

from starlette.concurrency import run_in_threadpool

from api.matching import matches
from api.service import Service
from graph.errors import ClewError
from graph.model import Revision

EVERY: Final = 0.2
"""Seconds between two looks."""

_LOG = logging.getLogger("clew.tail")


class Landed(NamedTuple):
    """What can be told by now. head: revisions to be read. alerts: revisions whose alerts are worked out."""

    head: Revision
    alerts: Revision


class Tail:
    """One a process, run by its app."""

    def __init__(self, service: Service, *, every: float = EVERY) -> None:
        self.service, self._every = service, every
        self._changed = asyncio.Condition()
        self._last = Landed(Revision(-1), Revision(-1))

    def look(self) -> Landed:
        """What has landed. Reads files: not for the event loop's thread."""
        head = self.service.head()
        matches(self.service).keep_up(head)
        alerts = self.service.alerts
        if alerts.head() < head:
            alerts.catch_up(head)
        return Landed(head, Revision(min(head, alerts.head())))

    async def beyond(self, seen: Landed) -> None:
        """Wait until more has landed than what was seen, of either."""
        async with self._changed:
            await self._changed.wait_for(
                lambda: self._last.head > seen.head or self._last.alerts > seen.alerts
            )

    async def run(self) -> None:
        """Look, for ever. A look that fails (a store being rebuilt, a busy file) is followed by the next."""
        while True:
            try:
                landed = await run_in_threadpool(self.look)
            except ClewError as error:
                _LOG.info("Nothing could be looked at: %s", error)
                landed = self._last
            if landed != self._last:
                async with self._changed:
                    self._last = landed
                    self._changed.notify_all()
            await asyncio.sleep(self._every)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """It runs while the body does."""
        task = asyncio.create_task(self.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await run_in_threadpool(matches(self.service).stop)
