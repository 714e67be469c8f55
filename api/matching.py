"""Records matched against the graph, for `match`, `matchList` and `clew match`: candidates as the reader's entities."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from math import exp2
from typing import Final
from weakref import WeakKeyDictionary

import pyarrow.parquet as pq

from api.service import Service
from graph.errors import Busy, ClewError, InvalidValue
from graph.model import Entity, Revision, Truncation, View
from graph.resolution.joining import CLOSE
from graph.resolution.models.base import Model
from graph.resolution.online.executor import executor
from graph.resolution.online.index import FILE, MatchIndex
from graph.resolution.online.matching import MOST, PAIRS, Scored, match
from graph.resolution.online.record import Fault, Values, read
from graph.resolution.why import Weighed

_LOG: Final = logging.getLogger("clew.matching")
SMALL: Final = 20_000
"""Rows of deltas that a question waits for; for more it is answered from where the index is."""
AGAIN: Final = 30.0
"""Seconds after which an index that could not be brought up in the background is tried again."""
PATIENCE: Final = 5.0
"""Seconds that it waits for another process that is about those few."""
_PLACES: Final = 4
"""Mentions looked at for each entity that is asked for: most entities have few."""
_KINDS: Final = {"Company": "Organisation", "Organisation": "Organisation", "Person": "Person"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a record may be, by its likeliest mention. verdict: SAME or UNSURE, None when too unlike.

    reason: what the verdict stands on, or what it lacks."""

    entity: Entity
    mention: bytes
    verdict: str | None
    reason: str
    identifiers: tuple[str, ...]
    weighed: Weighed

    @property
    def probability(self) -> float:
        """Of the model alone: 0 to 1."""
        odds = exp2(min(max(self.weighed.bits, -60.0), 60.0))
        return round(odds / (1 + odds), 6)


@dataclass(frozen=True, slots=True)
class Matched:
    """What came of one record. compared: mentions weighed."""

    candidates: tuple[Candidate, ...]
    compared: int
    truncated: tuple[Truncation, ...]
    faults: tuple[Fault, ...]


class Matches:
    """A service's match index: brought up to what is asked for, or by a process beside it when that would take long."""

    def __init__(self, service: Service) -> None:
        directory = service.directory
        self.index = MatchIndex(service.settings.data / "index" / FILE, directory.delta)
        self._directory = directory
        self._behind: subprocess.Popen[bytes] | None = None
        self._models: tuple[Revision, tuple[Model, ...]] | None = None
        self._not_before, self._aim = 0.0, Revision(0)
        self._lock = threading.Lock()

    def ready(self, view: View, *, wait: bool) -> View:
        """The view at the revision that can be answered from: its own, or an earlier one when the index is far behind, or somebody
        is long about it, and it is not to be waited for. Busy when the index has only begun to be made."""
        head = self.index.head()
        if head >= view.revision:
            return view
        if wait:
            self.index.catch_up(view.revision)
            return view
        if self._left(head, view.revision) <= SMALL:
            with suppress(Busy):
                self.index.catch_up(view.revision, wait=PATIENCE)
                return view
        self.follow(view.revision)
        if not (head := self.index.head()):
            raise Busy(
                "The index of matches is being made.",
                remedy="Ask again in a minute.",
            )
        return replace(view, revision=min(head, view.revision))

    def models(self, service: Service, revision: Revision) -> tuple[Model, ...]:
        """The models in force at a revision, whose ledger lines are read once: what was adopted up to it stays so."""
        known = self._models
        if known is None or known[0] != revision:
            known = self._models = (revision, service.models(revision))
        return known[1]

    def keep_up(self, head: Revision) -> None:
        """Follow what landed, once anybody has asked for matches. An index that cannot be read is whoever asks it to be told."""
        with suppress(ClewError):
            if self.index.path.exists() and self.index.head() < head:
                self.follow(head)

    def follow(self, to: Revision) -> None:
        """Catch up in a process of its own, unless one is at it."""
        with self._lock:
            if self._behind is not None:
                if self._behind.poll() is None:
                    return
                self._ended(self._behind)
                self._behind = None
            if time.monotonic() < self._not_before:
                return
            command = [sys.executable, "-m", "api.match_follower", str(self._directory.root), str(to)]
            self._aim = to
            # Ended by the end of its standard input, when this process ends or stop() is called.
            self._behind = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)

    def stop(self) -> None:
        """End what follow() began; what it had not committed is begun again by the next."""
        with self._lock:
            if self._behind is not None:
                if self._behind.stdin is not None:
                    self._behind.stdin.close()
                self._behind.wait()
                self._ended(self._behind)
                self._behind = None

    def _ended(self, process: subprocess.Popen[bytes]) -> None:
        """What went wrong is told here, and to whoever asks, by the next catch_up."""
        said = process.stderr.read().decode(errors="replace").partition("\n")[0] if process.stderr else ""
        # One that ended well and left it behind is of another version of the program: it would be begun again without end.
        if process.returncode == 0:
            said = "restart the server, whose program has changed."
        if process.returncode in (0, 1) and self.index.head() < self._aim:
            _LOG.warning("The match index was not brought up: %s", said)
            self._not_before = time.monotonic() + AGAIN
        for pipe in (process.stdin, process.stderr):
            if pipe is not None:
                pipe.close()

    def _left(self, head: int, to: int) -> int:
        left = 0
        for revision in range(head + 1, to + 1):
            for path in self._directory.delta(revision).glob("*.parquet"):
                if path.name in ("mentions.parquet", "ends.parquet"):
                    left += int(pq.read_metadata(path).num_rows)
            if left > SMALL:
                break
        return left


_HELD: WeakKeyDictionary[Service, Matches] = WeakKeyDictionary()
_OPENING: Final = threading.Lock()


def matches(service: Service) -> Matches:
    """The service's, opened once."""
    with _OPENING:
        if service not in _HELD:
            _HELD[service] = Matches(service)
        return _HELD[service]


def model_for(service: Service, kind: str, revision: Revision) -> tuple[str, Model]:
    """(the kind as records are read, the version of its model that is in force). InvalidValue for a kind without."""
    if kind not in _KINDS:
        raise InvalidValue("kind", kind, "Person, Organisation or Company")
    return _KINDS[kind], next(
        model for model in matches(service).models(service, revision) if kind in model.kinds
    )


def answer(service: Service, view: View, kind: str, model: Model, values: Values, first: int) -> Matched:
    """The likeliest entities, at most `first`; view: one that Matches.ready gave."""
    said, faults = read(kind, values)
    if said is None:
        return Matched((), 0, (), tuple(faults))
    view = replace(view, valid=None)
    met = match(matches(service).index, view, model, said, (first + 1) * _PLACES)
    found = located(service, view, met.scored, first + 1)
    candidates = _several(model, found[:first])
    cuts = [Truncation(f"key {name}", PAIRS if name == "pairs" else MOST, None) for name in met.full]
    if len(found) > first or len(met.scored) == (first + 1) * _PLACES:
        cuts.append(Truncation("limit", first, None))
    return Matched(tuple(candidates), met.compared, tuple(cuts), tuple(faults))


def located(service: Service, view: View, scored: Sequence[Scored], most: int) -> list[tuple[Entity, Scored]]:
    """Each entity with its likeliest mention, in their order: at most so many, as far as the mentions go."""
    found: dict[bytes, tuple[Entity, Scored]] = {}
    for start in range(0, len(scored), most):
        some = scored[start : start + most]
        placed = {
            m.mid: (m.comp, m.grp)
            for m in service.store.mentions(view, ids=sorted(one.held.mid for one in some))
        }
        known = [one for one in some if one.held.mid in placed]
        entities = service.graph.located(view, [placed[one.held.mid] for one in known])
        for one, entity in zip(known, entities, strict=True):
            if entity is not None:
                found.setdefault(entity.id, (entity, one))
        if len(found) >= most:
            break
    return list(found.values())[:most]


def _several(model: Model, found: Sequence[tuple[Entity, Scored]]) -> list[Candidate]:
    """The candidates, where those that fit about equally well and are not each other are only proposed."""
    same = [one for _, one in found if one.verdict == "SAME" and not one.identifiers]
    torn = set[bytes]()
    for other in same[1:]:
        if other.bits > same[0].bits - CLOSE and not _one(model, same[0], other):
            torn |= {same[0].held.mid, other.held.mid}
    return [
        Candidate(
            entity, one.held.mid, "UNSURE" if one.held.mid in torn else one.verdict,
            "fits several" if one.held.mid in torn else _reason(one), one.identifiers, one.weighed,
        )
        for entity, one in found
    ]  # fmt: skip


def _one(model: Model, a: Scored, b: Scored) -> bool:
    """Whether two candidates would be SAME themselves."""
    by = executor(model)
    weight = by.weigh(a.row, b.row)
    return weight.bits >= model.accept and by.corroborated(a.row, b.row, weight.levels)


def _reason(one: Scored) -> str:
    if one.identifiers:
        return "identifier"
    if one.nameless:
        return "no name to weigh"
    if one.verdict == "SAME":
        return "weight"
    if one.veto:
        return one.veto
    if one.bits >= one.weighed.accept:
        return "names alone"
    return "weight" if one.verdict else "too little agrees"
