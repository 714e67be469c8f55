"""Runs of algorithms as jobs of a service: in a thread, one at a time, with progress and cancel."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from analytics.analyse import RISK, Request, analyse
from analytics.engine import Cancelled, Engine, Tick, quiet
from analytics.engines.local import Local
from analytics.risk.model import Model, model_of
from analytics.risk.run import keep
from analytics.risk.score import Said, Scores, score
from analytics.runs import Runs
from graph.access import Scope
from graph.errors import ClewError, InvalidValue
from graph.jobs import Job, Jobs
from graph.model import View
from graph.roles import Roles

if TYPE_CHECKING:
    from api.service import Service

KIND: Final = "analyse"
STEPS: Final = 3
"""Of a job's progress: the graph is read, the algorithm has run, the run is kept."""

_LOOK_EVERY: Final = 0.2
_KEPT: Final = 4
"""Scores of whole graphs that are kept in memory."""


class Analyses:
    """The analyses of a service. Their jobs end with the process: close() waits for those that run."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.jobs = Jobs(service.directory.ledger.path)
        self.runs = Runs(service.settings.data / "runs")
        self._lock = threading.Lock()
        self._worker: ThreadPoolExecutor | None = None
        self.roles = Roles(service.directory.ledger.path)
        self._scores: dict[tuple[View, Said, str], Scores] = {}
        self._scoring = threading.Lock()

    def engine(self, name: str) -> Engine:
        """LOCAL, or GDS on the server that the store is on. Refused when that is none."""
        settings = self._service.settings
        if name == "LOCAL":
            return Local()
        if name == "GDS":
            # A driver that takes most of a second to import, and that most commands never ask.
            from analytics.engines.gds import Gds

            return Gds(
                settings.gds or settings.store, user=settings.neo4j_user, password=settings.neo4j_password
            )
        raise InvalidValue("engine", name, "LOCAL or GDS")

    def start(self, scope: Scope, request: Request) -> Job:
        """Begin a run in the background; gives its job. Refused or InvalidValue for what cannot be run at all."""
        job, view, checked = self._begun(scope, request)
        with self._lock:
            if self._worker is None:
                self._worker = ThreadPoolExecutor(1, thread_name_prefix="analyse")
            self._worker.submit(self._do, job, view, checked, scope)
        return job

    def run(self, scope: Scope, request: Request) -> Job:
        """Do a run here and now; gives its job as it ended."""
        job, view, checked = self._begun(scope, request)
        try:
            self._do(job, view, checked, scope)
        except KeyboardInterrupt:
            self.jobs.cancel(job.id)
            raise
        return self.jobs.get(job.id)

    def said(self, view: View, scope: Scope) -> Said:
        """What a reader sees beside the graph that bears on risk."""
        ledger = self._service.directory.ledger
        roles = tuple(self.roles.standing(scope))
        told = {"", *(role.case for role in roles if role.role in self.model.listed_roles)}
        cases = frozenset(n for n, label in ledger.labels() if label.case not in told and n in view.labels)
        listing = self.model.listed_sources
        sources = frozenset(
            source.id for source in ledger.sources()
            if source.label in view.labels and (source.name in listing or source.purpose in listing)
        )  # fmt: skip
        return Said(roles, cases, sources)

    @property
    def model(self) -> Model:
        """The risk model in force."""
        return model_of(self._service.settings.data)

    def scores(self, view: View, scope: Scope, tick: Tick = quiet) -> Scores:
        """The scores of all that a reader sees, at the view's revision. The last few are kept: reading them again costs
        nothing, and another reader's are never given, since what he sees is part of what they are kept by."""
        said, model = self.said(view, scope), self.model
        key = (view, said, model.digest)
        with self._scoring:
            if key not in self._scores:
                found = score(self._service.graph, view, model, said, tick=lambda _rows: tick(0, None))
                while len(self._scores) >= _KEPT:
                    self._scores.pop(next(iter(self._scores)))
                self._scores[key] = found
            return self._scores[key]

    def _begun(self, scope: Scope, request: Request) -> tuple[Job, View, Request]:
        checked = request.checked()
        self.engine(request.engine)
        view = self._service.view(scope)
        return self.jobs.start(KIND, checked.told(), view.labels, scope.name), view, checked

    def _do(self, job: Job, view: View, request: Request, scope: Scope) -> None:
        try:
            tick = self._ticking(job)
            tick(0, None)
            if request.algorithm == RISK:
                scores = self.scores(view, scope, tick)
                tick(1, None)
                made = keep(scores, self.said(view, scope), view, self.runs, job)
            else:
                made = analyse(
                    self._service.graph,
                    view,
                    request,
                    lambda: self.engine(request.engine),
                    self.runs,
                    job,
                    tick,
                )
            self.jobs.finish(job.id, {"run": made.id})
        except Cancelled:
            pass
        except Exception as error:
            self.jobs.fail(job.id, error)
            if not isinstance(error, ClewError):  # a fault of ours: its trace belongs in the log
                logging.getLogger("clew.analyse").exception("A run failed")

    def _ticking(self, job: Job) -> Tick:
        """Looks now and then whether the job was cancelled, and tells its step."""
        looked = [0.0]

        def tick(step: int, _total: int | None) -> None:
            now = time.monotonic()
            if now - looked[0] >= _LOOK_EVERY:
                looked[0] = now
                if self.jobs.cancelled(job.id):
                    raise Cancelled
            self.jobs.progress(job.id, min(step, STEPS), STEPS)

        return tick

    def close(self) -> None:
        """Wait for what runs and waits; the store is still needed for it."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.shutdown(wait=True)
