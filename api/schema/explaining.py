"""How an entity came to be, what it nearly became, and why two are not one."""

from __future__ import annotations

import strawberry

from api.schema.context import AsOf, Info, mention_ids, view_of
from api.schema.entities import Decision, Entity, Siblings
from api.schema.enums import Relation
from api.schema.paging import PageInfo, Total, Truncation, first_of
from api.schema.resolution import Obstacles, Waterfall, decision_of, decisions_of
from graph.resolution.how import Part, Step, Unfollowed
from graph.resolution.how import how as work_out
from graph.resolution.similar import REMEDIES, between
from graph.resolution.similar import similar as find_similar
from graph.resolution.why import Met, meeting, weigh


@strawberry.type(
    description="What a merge joined: the cluster of an earlier step, or (step null) interchangeable mentions, by the oldest of them."
)
class MergePart:
    mention: strawberry.ID
    caption: str
    mentions: int
    step: int | None

    @classmethod
    def of(cls, part: Part) -> MergePart:
        return cls(
            mention=strawberry.ID(part.mention.hex()),
            caption=part.caption,
            mentions=part.mentions,
            step=part.step,
        )


@strawberry.type(
    description="One merge, by a judgement, an identifier (its key) or a model; a, b: the mentions of the first edge. mentions: of what it made. parts: the first 100 of partCount."
)
class MergeStep:
    number: int
    basis: str
    identifier: str | None
    decision: Decision | None
    a: strawberry.ID
    b: strawberry.ID
    parts: list[MergePart]
    part_count: int
    mentions: int

    @classmethod
    def of(cls, step: Step) -> MergeStep:
        return cls(
            number=step.number, basis=step.basis, identifier=step.id if step.basis == "identifier" else None,
            decision=decision_of(step.pair, True), a=strawberry.ID(step.a.hex()), b=strawberry.ID(step.b.hex()),
            parts=[MergePart.of(part) for part in step.parts], part_count=step.count, mentions=step.mentions,
        )  # fmt: skip


@strawberry.type(
    description="A decision or identifier that was not followed, and the decisions that stood against it."
)
class NotFollowed:
    basis: str
    identifier: str | None
    decision: Decision | None
    verdict: str
    a: strawberry.ID
    b: strawberry.ID
    because: list[Decision]

    @classmethod
    def of(cls, one: Unfollowed) -> NotFollowed:
        edge = one.edge
        return cls(
            basis=edge.basis, identifier=edge.id if edge.basis == "identifier" else None, decision=decision_of(one.pair, False),
            verdict=edge.verdict, a=strawberry.ID(edge.a.hex()), b=strawberry.ID(edge.b.hex()), because=decisions_of(one.because),
        )  # fmt: skip


@strawberry.type(
    description="The tree of merges that made an entity, in order of precedence (judgements, identifiers, models): the last step made it. single: its mentions, where nothing was joined."
)
class How:
    entity: Entity
    steps: list[MergeStep]
    step_count: int
    single: MergePart | None
    skipped: list[NotFollowed]
    skipped_count: int
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int


@strawberry.type(
    description="An entity that is nearly this one. bits: of the strongest pair (decision); null where nothing but judgements and identifiers tie them."
)
class NearMiss:
    entity: Entity
    decision: Decision | None
    bits: float | None
    against: list[Obstacles]


@strawberry.type(description="Near misses that runs of the models kept, the strongest first.")
class Similar:
    near: list[NearMiss]
    total_count: Total
    truncated: list[Truncation]
    revision: int


@strawberry.type(
    description="A blocking key: the values by which each of the two is met; they are compared by it when they share one (and not too many do)."
)
class MeetingKey:
    name: str
    a: list[str]
    b: list[str]
    meets: bool

    @classmethod
    def of(cls, met: Met) -> MeetingKey:
        return cls(name=met.name, a=list(met.a), b=list(met.b), meets=met.meets)


@strawberry.type(
    description="Why two entities are not one. verdict: TOGETHER (they are), KEPT_APART (see against), NOT_MET (no blocking key meets), TOO_UNLIKE, NOT_CORROBORATED, LACKS_WEIGHT, NOT_DECIDED (they weigh enough, but no run has joined them: one may be due, or a rule over the whole cluster stood against it), NO_MODEL. lacking: bits to be joined. a, b: the two mentions that were weighed, the strongest pair that was decided on."
)
class WhyNot:
    verdict: str
    entity_a: Entity
    entity_b: Entity
    a: strawberry.ID
    b: strawberry.ID
    against: list[Obstacles]
    waterfall: Waterfall | None
    keys: list[MeetingKey]
    lacking: float | None
    remedy: str
    revision: int


_REMEDIES = {
    "TOGETHER": "They are one: `why` and `how` tell.",
    "KEPT_APART": "See against.",
    "NOT_MET": "A value that both share in one of the keys, or a judgement.",
    "TOO_UNLIKE": "More that agrees, or a judgement.",
    "NOT_CORROBORATED": REMEDIES["NOT_CORROBORATED"],
    "LACKS_WEIGHT": "More that agrees, or a judgement.",
    "NOT_DECIDED": "`clew resolve`, or a judgement.",
    "NO_MODEL": "An identifier that both hold, or a judgement.",
}


def how(
    info: Info, entity: strawberry.ID, first: int = 100, after: str | None = None, as_of: AsOf | None = None
) -> How | None:
    """The root field's resolver; None for what the reader does not know."""
    service, view = info.context.service, view_of(info, as_of)
    limit = first_of(first)
    view = service.graph.view(view, after)
    held = service.graph.entity(view, mention_ids([entity])[0])
    if held is None:
        return None
    found = work_out(service.store, view, held, after, limit)
    truncated = Truncation.all(found.truncated)
    return How(
        entity=Siblings(service, view).entity(held), steps=[MergeStep.of(step) for step in found.steps], step_count=found.total,
        single=None if found.alone is None else MergePart.of(found.alone), skipped=[NotFollowed.of(one) for one in found.skipped],
        skipped_count=found.skipped_total, page_info=PageInfo.of(truncated), truncated=truncated, revision=view.revision,
    )  # fmt: skip


def similar(info: Info, entity: strawberry.ID, first: int = 25, as_of: AsOf | None = None) -> Similar | None:
    """The root field's resolver; None for what the reader does not know."""
    service, view = info.context.service, view_of(info, as_of)
    limit = first_of(first)
    held = service.graph.entity(view, mention_ids([entity])[0])
    if held is None:
        return None
    found = find_similar(service.store, view, held, limit, service.models(view.revision))
    near = Siblings(service, view)
    return Similar(
        near=[
            NearMiss(entity=near.entity(one.entity), decision=decision_of(one.pair, False), bits=one.bits,
                     against=[Obstacles.of(o) for o in one.obstacles])
            for one in found.near
        ],
        total_count=Total(value=found.total, relation=Relation.EQ), truncated=Truncation.all([found.truncated]),
        revision=view.revision,
    )  # fmt: skip


def why_not(info: Info, a: strawberry.ID, b: strawberry.ID, as_of: AsOf | None = None) -> WhyNot | None:
    """The root field's resolver; None when either is unknown to the reader."""
    service, view = info.context.service, view_of(info, as_of)
    first, second = mention_ids([a, b])
    left, right = service.graph.entities(view, [first, second])
    if left is None or right is None:
        return None
    models = service.models(view.revision)
    decided = None if left.id == right.id else between(service.store, view, left, right, models)
    if decided and decided.pair:
        ends = (decided.pair.a, decided.pair.b)
        mine = service.graph.entity(view, ends[0])
        first, second = ends if mine is not None and mine.id == left.id else (ends[1], ends[0])
    found = {m.mid: m for m in service.store.mentions(view, ids=sorted({first, second}))}
    one, other = found.get(first), found.get(second)
    weighed, keys = None, []
    if one and other:
        weighed = weigh(service.store, view, one, other, models)
        keys = meeting(service.store, view, one, other, models)
    lacking = None if weighed is None else max(0.0, round(weighed.accept - weighed.bits, 4))
    if left.id == right.id:
        verdict = "TOGETHER"
    elif decided and decided.obstacles:
        verdict = "KEPT_APART"
    elif weighed is None:
        verdict = "NO_MODEL"
    elif not any(key.meets for key in keys):
        verdict = "NOT_MET"
    elif weighed.verdict is None:
        verdict = "TOO_UNLIKE"
    elif not weighed.corroborated:
        verdict = "NOT_CORROBORATED"
    else:
        verdict = "NOT_DECIDED" if weighed.verdict == "SAME" else "LACKS_WEIGHT"
    near = Siblings(service, view)
    return WhyNot(
        verdict=verdict, entity_a=near.entity(left), entity_b=near.entity(right), a=strawberry.ID(first.hex()),
        b=strawberry.ID(second.hex()), against=[Obstacles.of(o) for o in decided.obstacles] if decided else [],
        waterfall=None if weighed is None else Waterfall.of(weighed), keys=[MeetingKey.of(key) for key in keys],
        lacking=lacking, remedy=_REMEDIES[verdict], revision=view.revision,
    )  # fmt: skip
