"""Jobs as GraphQL: work that outlasts a request, begun, followed and cancelled; and the runs that analyses left."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry.scalars import JSON

from analytics.runs import Run as RunModel
from api.schema.algorithms import AnalyseInput, request_of
from api.schema.context import AsOf, Info, view_of
from api.schema.paging import first_of
from api.schema.results import UserError
from api.service import Service
from graph.errors import ClewError
from graph.jobs import Job as JobModel


@strawberry.type(
    description="One run, under your labels and no others'. projection: the part of the graph; size, links: what was in it; metrics: e.g. modularity."
)
class Run:
    id: strawberry.ID
    algorithm: str
    version: int
    engine: str
    parameters: JSON
    projection: JSON
    revision: int
    size: int
    links: int
    metrics: JSON

    @classmethod
    def of(cls, run: RunModel) -> Run:
        return cls(
            id=strawberry.ID(run.id), algorithm=run.algorithm, version=run.version, engine=run.engine,
            parameters=JSON(dict(run.parameters)), projection=JSON(dict(run.projection)), revision=run.revision,
            size=run.size, links=run.links, metrics=JSON(dict(run.metrics)),
        )  # fmt: skip


@strawberry.type(
    description="Work that outlasts a request. state: WAITING, RUNNING, DONE, FAILED, CANCELLED, or INTERRUPTED (its process is gone). done of total: its steps. code, error: why it failed."
)
class Job:
    id: strawberry.ID
    kind: str
    state: str
    done: int
    total: int | None
    parameters: JSON
    result: JSON
    code: str
    error: str
    service: strawberry.Private[Service]
    scope: strawberry.Private[Any]

    @classmethod
    def of(cls, job: JobModel, info: Info) -> Job:
        return cls(
            id=strawberry.ID(job.id), kind=job.kind, state=job.state, done=job.done, total=job.total,
            parameters=JSON(dict(job.parameters)), result=JSON(dict(job.result)), code=job.code, error=job.error,
            service=info.context.service, scope=info.context.scope,
        )  # fmt: skip

    @strawberry.field(description="What an analysis that is done came to.")
    def run(self) -> Run | None:
        if "run" not in self.result:  # type: ignore[operator]
            return None
        view = self.service.view(self.scope)
        found = [run for run in self.service.analyses.runs.seen(view, self.scope) if run.id == self.id]
        return Run.of(found[0]) if found else None


@strawberry.type(description="What analyse or cancelJob came to: the job, or the errors.")
class JobPayload:
    job: Job | None
    user_errors: list[UserError]


def analyse(info: Info, input: AnalyseInput) -> JobPayload:
    """Begin a run."""
    try:
        job = info.context.service.analyses.start(info.context.scope, request_of(input))
    except ClewError as error:
        return _failed(error, "input")
    return JobPayload(job=Job.of(job, info), user_errors=[])


def cancel_job(info: Info, id: strawberry.ID) -> JobPayload:
    """Stop a job of the reader's own."""
    jobs, view = info.context.service.analyses.jobs, info.context.service.view(info.context.scope)
    try:
        job = jobs.cancel(jobs.seen(str(id), info.context.scope.name, view.labels).id)
    except ClewError as error:
        return _failed(error, "id")
    return JobPayload(job=Job.of(job, info), user_errors=[])


def _failed(error: ClewError, path: str) -> JobPayload:
    return JobPayload(job=None, user_errors=[UserError(code=error.code, path=[path], message=str(error))])


def job(info: Info, id: strawberry.ID, as_of: AsOf | None = None) -> Job | None:
    """A job of the reader's own."""
    view = view_of(info, as_of)
    found = info.context.service.analyses.jobs.seen(str(id), info.context.scope.name, view.labels)
    return Job.of(found, info)


def jobs(
    info: Info, kind: str | None = None, first: int = 100, as_of: AsOf | None = None
) -> list[Job] | None:
    """The reader's own jobs, the latest first; jobs are as they now are, whatever asOf says."""
    view, scope = view_of(info, as_of), info.context.scope
    found = info.context.service.analyses.jobs.list(scope.name, view.labels, kind=kind, limit=first_of(first))
    return [Job.of(one, info) for one in found]
