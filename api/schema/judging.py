"""Judgements as mutations: one, many, taken back, and mentions taken out of an entity."""

from __future__ import annotations

import strawberry

from api import judging
from api.schema.context import Info, mention_ids
from api.schema.entities import Entity, Siblings
from api.schema.enums import Verdict
from api.schema.results import JudgementPayload, UserError
from graph.errors import ClewError


@strawberry.input(description="One judgement: two mentions (of an entity id: its oldest), and what they are.")
class JudgementInput:
    a: strawberry.ID
    b: strawberry.ID
    verdict: Verdict
    note: str = ""


@strawberry.type(description="What judgeMany came to: an outcome for each judgement, in their order.")
class JudgementsPayload:
    outcomes: list[JudgementPayload]
    revision: int | None
    user_errors: list[UserError]


@strawberry.type(
    description="What unmerge came to. taken: the entities that the mentions now are; rest: those that the others are, several where only the taken held them together."
)
class UnmergePayload:
    judgements: list[strawberry.ID]
    taken: list[Entity]
    rest: list[Entity]
    revision: int | None
    user_errors: list[UserError]


def judge(
    info: Info, a: strawberry.ID, b: strawberry.ID, verdict: Verdict, note: str = ""
) -> JudgementPayload:
    """The mutation's resolver."""
    asked = JudgementInput(a=a, b=b, verdict=verdict, note=note)
    try:
        said = _said(asked)
        (outcome,) = judging.judge_many(info.context.service, info.context.scope, [said])
    except _Malformed as error:
        return _failed(error.error, [error.name])
    except ClewError as error:
        return _failed(error, [])
    return _payload(outcome)


def judge_many(info: Info, judgements: list[JudgementInput]) -> JudgementsPayload:
    """The mutation's resolver."""
    found: dict[int, JudgementPayload] = {}
    said: dict[int, judging.Said] = {}
    for n, one in enumerate(judgements):
        try:
            said[n] = _said(one)
        except _Malformed as error:
            found[n] = _failed(error.error, [error.name])
    try:
        if said or not judgements:
            outcomes = judging.judge_many(info.context.service, info.context.scope, list(said.values()))
            found |= {n: _payload(one) for n, one in zip(said, outcomes, strict=True)}
    except ClewError as error:
        return JudgementsPayload(outcomes=[], revision=None, user_errors=[_error(error, ["judgements"])])
    told = [found[n] for n in range(len(judgements))]
    revision = next((one.revision for one in told if one.revision is not None), None)
    return JudgementsPayload(outcomes=told, revision=revision, user_errors=[])


def undo(info: Info, judgement: strawberry.ID, together: bool = False) -> JudgementPayload:
    """The mutation's resolver."""
    try:
        _, revision = judging.undo(
            info.context.service, info.context.scope, str(judgement), together=together
        )
    except ClewError as error:
        return _failed(error, ["judgement"])
    return JudgementPayload(judgement=judgement, revision=revision, user_errors=[])


def unmerge(info: Info, mentions: list[strawberry.ID], note: str = "") -> UnmergePayload:
    """The mutation's resolver."""
    service, scope = info.context.service, info.context.scope
    try:
        found = judging.unmerge(service, scope, mention_ids(mentions), note)
    except ClewError as error:
        errors = [_error(error, ["mentions"])]
        return UnmergePayload(judgements=[], taken=[], rest=[], revision=None, user_errors=errors)
    near = Siblings(service, service.view(scope))
    return UnmergePayload(
        judgements=[strawberry.ID(one.id) for one in found.made], taken=near.entities(found.taken),
        rest=near.entities(found.rest), revision=found.made[0].revision if found.made else None, user_errors=[],
    )  # fmt: skip


class _Malformed(Exception):
    """An id that is none."""

    def __init__(self, name: str, error: ClewError) -> None:
        super().__init__(name)
        self.name, self.error = name, error


def _said(one: JudgementInput) -> judging.Said:
    ends = []
    for name, shown in (("a", one.a), ("b", one.b)):
        try:
            ends += mention_ids([shown])
        except ClewError as error:
            raise _Malformed(name, error) from error
    return judging.Said(ends[0], ends[1], one.verdict.value, one.note)


def _payload(one: judging.Outcome) -> JudgementPayload:
    if one.error is not None or one.made is None:
        return _failed(one.error or ClewError("Not made."), [one.argument] if one.argument else [])
    return JudgementPayload(
        judgement=strawberry.ID(one.made.id), revision=one.made.revision, user_errors=[],
        overrides=[strawberry.ID(id) for id in one.overrides],
    )  # fmt: skip


def _error(error: ClewError, path: list[str]) -> UserError:
    return UserError(code=error.code, path=path, message=str(error))


def _failed(error: ClewError, path: list[str]) -> JudgementPayload:
    return JudgementPayload(judgement=None, revision=None, user_errors=[_error(error, path)])
