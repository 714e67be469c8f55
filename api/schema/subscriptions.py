"""What can be followed over a websocket: alerts and changes, in order, nothing missed.

A subscriber pulls: each event is read when the one before has been sent, from the subscriber's own place. Every event
carries a token; whoever was cut off subscribes again with the last one received. At least once: what was sent and not
received comes again.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import replace

import strawberry
from starlette.concurrency import run_in_threadpool

from analytics.alerts.delivery import place
from api.schema.alerts import Alert, AlertChange, Near
from api.schema.context import Context, Info
from api.schema.entities import Siblings
from api.schema.results import Change, Changes
from api.worker import Landed, Tail
from graph.access import Scope
from graph.errors import InvalidValue, Unreachable
from graph.model import Revision, View
from graph.reading import answers
from graph.reading.changes import pages
from graph.watches import LOCAL_OWNER, owner_of

_ALERTS_A_READ = 100
_CHANGES_AN_EVENT = 1000


@strawberry.type(
    description="What one revision put or ended (of many changes, the next 1,000): see the query changes. token: to go on behind this event (argument `after`)."
)
class ChangesEvent:
    revision: int
    changes: list[Change]
    token: str


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="Your alerts, one by one, as they come: from now on, or behind a token of an alert or of the query alerts."
    )
    async def alerts(
        self, info: Info, after: str | None = None, change: AlertChange | None = None
    ) -> AsyncGenerator[Alert, None]:
        tail = _tail(info.context)
        seen = await run_in_threadpool(tail.look)
        at = (int(seen.alerts), "~") if after is None else place(after)
        while True:
            found = await run_in_threadpool(_alerts, info.context, seen, at)
            for alert in found:
                at = (alert.revision, alert.model.fired.key)
                if change is None or alert.change is change:
                    yield alert
            if len(found) < _ALERTS_A_READ:
                at = max(at, (int(seen.alerts), "~"))
                await tail.beyond(_alerts_beyond(seen))
                seen = await run_in_threadpool(tail.look)

    @strawberry.subscription(
        description="What revisions put or ended as you see it, one event a revision: of those after `since` (none: from now on), or behind a token."
    )
    async def changes(
        self, info: Info, since: int | None = None, after: str | None = None
    ) -> AsyncGenerator[ChangesEvent, None]:
        tail = _tail(info.context)
        if since is not None and since < 0:
            raise InvalidValue("since", since, "0 or more")
        seen = await run_in_threadpool(tail.look)
        done = seen.head if since is None else Revision(min(since, seen.head))
        if after is not None and since is None:
            done = Revision(0)
        while True:
            view = await run_in_threadpool(_view, info.context, seen.head)
            found = pages(info.context.service.store, view, done, after, _CHANGES_AN_EVENT)
            step = _stepping(info.context, view, found)
            while (event := await run_in_threadpool(step)) is not None:
                yield event
            done, after = seen.head, None
            await tail.beyond(Landed(seen.head, Revision(2**62)))
            seen = await run_in_threadpool(tail.look)


def _alerts_beyond(seen: Landed) -> Landed:
    """Seen, but for alerts alone: a revision without its alerts is none yet."""
    return seen._replace(head=Revision(2**62))


def _tail(context: Context) -> Tail:
    if context.tail is None:
        raise Unreachable("Nothing is followed here.", remedy="Subscribe to a `clew serve`.")
    return context.tail


def _scope(context: Context) -> Scope:
    """The reader's scope as it is now: a subscription may last longer than what it was allowed."""
    owner = owner_of(context.scope)
    return context.service.scope(None if owner == LOCAL_OWNER else owner)


def _view(context: Context, head: Revision) -> View:
    return context.service.view(_scope(context), head=head)


def _alerts(context: Context, seen: Landed, at: tuple[int, str]) -> list[Alert]:
    service, view = context.service, _view(context, seen.head)
    owner = owner_of(context.scope)
    found = service.alerts.outbox.alerts(owner, view.labels, seen.alerts, at, _ALERTS_A_READ)
    return Near(service, view, owner, found).all()


def _stepping(
    context: Context, view: View, found: Iterator[answers.Changes]
) -> Callable[[], ChangesEvent | None]:
    """What gives the next event, None when there is no more: to be called in any thread, one call at a time."""

    def step() -> ChangesEvent | None:
        page = next(found, None)
        if page is None or page.truncated is None:
            return None
        revision = page.changes[0].revision
        near = Siblings(context.service, replace(view, revision=revision))
        told = Changes.of(page, near)
        return ChangesEvent(revision=revision, changes=told.changes, token=page.truncated.next or "")

    return step
