"""Alerts as a follower of the delta log: what the readers' watches come to, revision by revision.

It lags rather than fails: a commit is never held up by a watch, and whoever drives it next goes on where it was.
Driven by whoever commits and by the tail of a service; two that do the same work leave one result.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from analytics.alerts.base import Fired, Seen, rules
from analytics.alerts.delivery import Outbox
from analytics.alerts.news import ties
from analytics.alerts.places import Places
from analytics.alerts.stated import stating, waiting_for
from graph.access import scope_of
from graph.errors import ClewError, Corrupt, NotHeld
from graph.ledger import Ledger
from graph.model import LabelId, MentionLink, Revision, View
from graph.reading.reading import Reading
from graph.store.base import Store
from graph.watches import LOCAL_OWNER, Watch, Watches

_LOG = logging.getLogger("clew.alerts")


class Alerts:
    """The alerts of a data directory. store: the one that is open now; it must have reached what is followed."""

    name = "The alerts"

    def __init__(
        self, ledger: Ledger, readers: Path, delta: Callable[[int], Path], store: Callable[[], Store]
    ) -> None:
        self.watches = Watches(ledger)
        self.outbox = Outbox(self.watches)
        self._ledger, self._readers, self._delta, self._store = ledger, readers, delta, store
        self._lock = threading.Lock()
        self._places: tuple[int, int, Places] | None = None
        """(store, revision, index): the index holds for just these."""

    def head(self) -> Revision:
        """The last revision whose alerts are worked out; the ledger's head while nobody has ever watched."""
        state = self.watches.state()
        head = self._ledger.head()
        return head if state is None else min(state[1], head)

    def apply(self, delta: Path, revision: Revision) -> None:
        """As catch_up: for whoever drives followers."""
        self.catch_up(revision)

    def catch_up(self, revision: Revision) -> None:
        """Follow up to a revision. What goes wrong is logged and leaves it behind, to be gone on with."""
        try:
            self.follow(revision)
        except ClewError as error:
            _LOG.warning("Alerts stay at revision %d: %s", self.head(), error)

    def follow(self, until: Revision) -> None:
        """Work out the alerts of all revisions up to one that the store has reached."""
        with self._lock:
            while (state := self.watches.state()) is not None:
                version, cursor = state
                head = self._ledger.head()
                if cursor > head:
                    self.outbox.forget(head)
                    continue
                if cursor >= min(until, head):
                    return
                revision = Revision(cursor + 1)
                fired = self._fired(revision)
                self.outbox.put(revision, fired, version)

    def _fired(self, revision: Revision) -> Iterator[tuple[str, Fired]]:
        watches = self.watches.holding(revision)
        store, delta = self._store(), self._delta(revision)
        if not delta.is_dir():
            raise Corrupt(f"Delta of revision {revision} is missing.", remedy="Run `clew rebuild`.")
        watches = self._bound(watches, delta)
        places = self._placed(watches, store, delta, revision)
        for found in ties(delta, revision, places.components()):
            near = places.near({comp for tie in found for comp in (tie.from_comp, tie.to_comp)})
            for labels, mine in self._by_labels([watch for watch in watches if watch.id in near]):
                seen = _seen(store, labels, revision, found)
                for rule in rules() if seen.ties else ():
                    yield from rule.fire(seen, mine)

    def _bound(self, watches: Sequence[Watch], delta: Path) -> list[Watch]:
        """The watches, those of an identifier that a mention only states bound to the first that does."""
        waiting = [watch for watch in watches if waiting_for(watch)]
        labels = {watch.id: seen for seen, mine in self._by_labels(waiting) for watch in mine}
        fresh = {watch.id: watch for watch in stating(delta, [w for w in waiting if w.id in labels], labels)}
        for watch in fresh.values():
            self.watches.bind(watch)
            self._places = None  # which knows it by its identifier alone
        return [fresh.get(watch.id, watch) for watch in watches]

    def _placed(self, watches: Sequence[Watch], store: Store, delta: Path, revision: Revision) -> Places:
        """The index at a revision: kept up from the last one, or made anew. Watches that ended stay in it."""
        everything = frozenset(label for label, _ in self._ledger.labels())
        before, now = (View(everything, Revision(at)) for at in (revision - 1, revision))
        places = Places()
        if self._places is not None and self._places[:2] == (id(store), revision - 1):
            places = self._places[2]
        self._places = None  # not to be kept should the rest fail half-way
        places.add(watches, store, before)
        places.follow(delta, store, now)
        self._places = (id(store), revision, places)
        return places

    def _by_labels(self, watches: Sequence[Watch]) -> list[tuple[frozenset[LabelId], list[Watch]]]:
        """Watches by what their readers see: readers who see the same are worked out once."""
        interned = self._ledger.labels()
        seen: dict[str, frozenset[LabelId]] = {}
        for owner in {watch.owner for watch in watches}:
            try:
                scope = scope_of(self._readers, None if owner == LOCAL_OWNER else owner)
            except NotHeld:  # a reader who is no more sees nothing
                continue
            seen[owner] = scope.labels(interned)
        known = sorted(
            (watch for watch in watches if watch.owner in seen),
            key=lambda watch: (sorted(seen[watch.owner]), watch.owner, watch.id),
        )
        return [(labels, list(mine)) for labels, mine in groupby(known, key=lambda watch: seen[watch.owner])]


def _seen(store: Store, labels: frozenset[LabelId], revision: Revision, found: Sequence[MentionLink]) -> Seen:
    before, now = (Reading(store, View(labels, Revision(at))) for at in (revision - 1, revision))
    return Seen(revision, [tie for tie in found if tie.label in labels], before, now)
