"""What can be changed: a judgement is made or taken back, something is watched or no longer."""

from __future__ import annotations

import strawberry

from api.schema.alerts import WatchPayload, unwatch, watch
from api.schema.context import Info, mention_ids
from api.schema.enums import Verdict
from api.schema.jobs import JobPayload, analyse, cancel_job
from api.schema.results import JudgementPayload, UserError
from api.schema.risk import RolePayload, set_role
from graph.errors import ClewError, InvalidValue, NotHeld, Refused
from graph.model import MentionId

BODIES = frozenset({"Company", "Organisation"})
"""Kinds that one thing may be told as: a body is a Company where it is said to be on the register."""


@strawberry.type
class Mutation:
    watch: WatchPayload = strawberry.mutation(
        resolver=watch, description="Be told when an entity, or whatever holds an identifier, gains a link."
    )
    analyse: JobPayload = strawberry.mutation(
        resolver=analyse,
        description="Begin to run an algorithm over the graph that you see, as a job: follow it by `job`.",
    )
    set_role: RolePayload = strawberry.mutation(
        resolver=set_role,
        description="Say what somebody is in a case, for whoever may see the case; without a role it is taken back.",
    )
    cancel_job: JobPayload = strawberry.mutation(
        resolver=cancel_job, description="Stop a job of your own; one that has ended stays as it is."
    )
    unwatch: WatchPayload = strawberry.mutation(resolver=unwatch, description="End a watch; its alerts stay.")

    @strawberry.mutation(
        description="Say that two mentions (of an entity id: its oldest) are SAME, DIFFERENT, or that it is UNSURE."
    )
    def judge(
        self, info: Info, a: strawberry.ID, b: strawberry.ID, verdict: Verdict, note: str = ""
    ) -> JudgementPayload:
        service, scope = info.context.service, info.context.scope
        try:
            (first, kind_a), (second, kind_b) = (
                _mention(info, name, shown) for name, shown in (("a", a), ("b", b))
            )
            if verdict is Verdict.SAME and kind_a != kind_b and {kind_a, kind_b} != BODIES:
                raise Refused(
                    f"A {kind_a} and a {kind_b} cannot be the same.",
                    remedy="Judge two of one kind, or a Company and an Organisation.",
                )
            made = service.directory.judge(first, second, verdict.value, reader=scope.name, note=note)
        except _Argument as error:
            return _failed(error.error, [error.name])
        except ClewError as error:
            return _failed(error, [])
        return JudgementPayload(judgement=strawberry.ID(made.id), revision=made.revision, user_errors=[])

    @strawberry.mutation(description="Take a judgement back.")
    def undo(self, info: Info, judgement: strawberry.ID) -> JudgementPayload:
        service, scope = info.context.service, info.context.scope
        try:
            # Only one between mentions that the reader sees: what is hidden is as if it were not there.
            standing = {j.id: j for j in service.directory.ledger.judgements() if j.undone is None}
            held, view = standing.get(str(judgement)), service.view(scope)
            if (
                held is None
                or held.label not in view.labels
                or not service.graph.known(view, [held.a, held.b])
            ):
                raise NotHeld(
                    f"Judgement {str(judgement)!r} does not stand.", remedy="It was never made, or is undone."
                )
            revision = service.directory.undo(held.id)
        except ClewError as error:
            return _failed(error, ["judgement"])
        return JudgementPayload(judgement=judgement, revision=revision, user_errors=[])


class _Argument(Exception):
    """An error of one argument."""

    def __init__(self, name: str, error: ClewError) -> None:
        super().__init__(name)
        self.name, self.error = name, error


def _mention(info: Info, name: str, shown: str) -> tuple[MentionId, str]:
    """A mention that the reader sees, and its kind: what is hidden is as if unknown, also to a judgement."""
    service = info.context.service
    try:
        (mid,) = mention_ids([shown])
        found = service.store.mentions(service.view(info.context.scope), ids=[mid])
        if not found:
            raise NotHeld(f"There is no mention {shown}.", remedy="Give the id of one that stands.")
    except (InvalidValue, NotHeld) as error:
        raise _Argument(name, error) from error
    return MentionId(mid), found[0].kind


def _failed(error: ClewError, path: list[str]) -> JudgementPayload:
    return JudgementPayload(
        judgement=None, revision=None, user_errors=[UserError(code=error.code, path=path, message=str(error))]
    )
