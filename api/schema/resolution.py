"""How it is decided who is one: the waterfall of two mentions, and what a person should look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import strawberry

from api.schema.context import AsOf, Info, mention_ids, view_of
from api.schema.entities import Decision, Entity, Siblings
from api.schema.enums import EntityKind, Relation, Verdict
from api.schema.paging import PageInfo, Total, Truncation, first_of
from api.service import Service
from graph.model import Mention, Pair, Revision, View
from graph.reading.answers import Decided
from graph.resolution.reviews import reviews as find_reviews
from graph.resolution.similar import REMEDIES, Obstacle, between, obstacle
from graph.resolution.why import Compared, Weighed, weigh


@strawberry.type(
    description="One comparison of two mentions: the values compared, how they agree, and the match weight of that in bits (log2 of how much likelier it is of one thing than of two). rarity: the part of the bits that is due to a value's frozen frequency."
)
class ComparedValues:
    name: str
    a: list[str]
    b: list[str]
    level: str
    bits: float
    rarity: float

    @classmethod
    def of(cls, one: Compared) -> ComparedValues:
        return cls(
            name=one.name, a=list(one.a), b=list(one.b), level=one.level, bits=one.bits, rarity=one.rarity
        )


@strawberry.type(
    description="What a model says of two mentions alone: prior + the comparisons' bits = bits. verdict: SAME from `accept` bits, if corroborated by more than names; UNSURE from `review`; null when they are too unlike to be proposed."
)
class Waterfall:
    model: str
    digest: str
    prior: float
    comparisons: list[ComparedValues]
    bits: float
    accept: float
    review: float
    corroborated: bool
    verdict: Verdict | None

    @classmethod
    def of(cls, found: Weighed) -> Waterfall:
        return cls(
            model=found.model, digest=found.digest, prior=found.prior, bits=found.bits, accept=found.accept,
            review=found.review, corroborated=found.corroborated,
            comparisons=[ComparedValues.of(one) for one in found.comparisons],
            verdict=None if found.verdict is None else Verdict[found.verdict],
        )  # fmt: skip


def decision_of(pair: Pair | None, followed: bool) -> Decision | None:
    return None if pair is None else Decision.of(Decided(pair, followed))


def decisions_of(pairs: Sequence[Pair]) -> list[Decision]:
    return [Decision.of(Decided(pair, True)) for pair in pairs]


@strawberry.type(
    description="What keeps two entities from being one: a stable code, the detail, the decision, what stands against it, and what would have to change."
)
class Obstacles:
    code: str
    detail: str
    decision: Decision | None
    because: list[Decision]
    remedy: str

    @classmethod
    def of(cls, one: Obstacle) -> Obstacles:
        return cls(
            code=one.code, detail=one.detail, decision=decision_of(one.pair, False), because=decisions_of(one.because),
            remedy=REMEDIES[one.code],
        )  # fmt: skip


@strawberry.type(
    description="Why two mentions are one entity, or two. identifiers: keys that both hold. decisions: judgements and models' decisions between the two entities' mentions, or within the one. waterfall: of the mentions a and b: those asked for, or, where a model has nothing to weigh of the two, those of the strongest proposal between their entities; null where no model compares any. against: of two entities, all that keeps them from being one, as whyNot tells it."
)
class Why:
    together: bool
    entity_a: Entity
    entity_b: Entity
    identifiers: list[str]
    decisions: list[Decision]
    a: strawberry.ID
    b: strawberry.ID
    waterfall: Waterfall | None
    against: list[Obstacles]
    revision: int


@strawberry.type(
    description="A proposal that nobody has judged: two entities that may be one. impact: mentions of the smaller, which a decision would move; where something is judged DIFFERENT beside them, all that would move, worked out for the 200 of most mentions. against: why it is a proposal and no more."
)
class Review:
    decision: Decision
    against: Obstacles
    a: Entity
    b: Entity
    impact: int


@strawberry.type(
    description="Proposals, those first that would change most, then the strongest, then by id. truncated: by `first`; by `proposals` where there are more than the strongest 100,000, which are put in order."
)
class Reviews:
    reviews: list[Review]
    total_count: Total
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int


def why(info: Info, a: strawberry.ID, b: strawberry.ID, as_of: AsOf | None = None) -> Why | None:
    """The root field's resolver; None when either mention is unknown to the reader."""
    service, view = info.context.service, view_of(info, as_of)
    first, second = mention_ids([a, b])
    found = {m.mid: m for m in service.store.mentions(view, ids=sorted({first, second}))}
    if first not in found or second not in found:
        return None
    one, other = found[first], found[second]
    near = Siblings(service, view)
    left, right = service.graph.located(view, [(one.comp, one.grp), (other.comp, other.grp)])
    if left is None or right is None:
        return None
    ends = {left.id, right.id}
    decided = [
        said
        for said in service.graph.decisions(view, left)
        if {e.id for e in service.graph.located(view, _ends(said)) if e} <= ends
    ]
    models = service.models(view.revision)
    weighed = weigh(service.store, view, one, other, models)
    near_miss = None if left.id == right.id else between(service.store, view, left, right, models)
    if weighed is None and near_miss is not None and near_miss.pair is not None:
        # An entity's id is its oldest mention's, which may say nothing that is compared.
        pair = near_miss.pair
        start = service.graph.located(view, [(pair.comp, pair.grp_a)])[0]
        first, second = (pair.a, pair.b) if start is not None and start.id == left.id else (pair.b, pair.a)
        held = {m.mid: m for m in service.store.mentions(view, ids=sorted((first, second)))}
        if len(held) == 2:
            weighed = weigh(service.store, view, held[first], held[second], models)
        if weighed is None:
            first, second = one.mid, other.mid
    return Why(
        together=left.id == right.id, entity_a=near.entity(left), entity_b=near.entity(right),
        identifiers=_shared(service, view, one, other), decisions=[Decision.of(said) for said in decided],
        a=strawberry.ID(first.hex()), b=strawberry.ID(second.hex()),
        waterfall=None if weighed is None else Waterfall.of(weighed),
        against=[Obstacles.of(one) for one in near_miss.obstacles] if near_miss else [], revision=view.revision,
    )  # fmt: skip


def _ends(said: Decided) -> list[tuple[int, int | None]]:
    return [(said.pair.comp, said.pair.grp_a), (said.pair.other, said.pair.grp_b)]


def _shared(service: Service, view: View, one: Mention, other: Mention) -> list[str]:
    """The identifiers that both mentions hold."""
    groups = service.store.groups(view, sorted({one.comp, other.comp}))
    keys = {group.grp: set(group.keys) for found in groups.values() for group in found}
    return sorted(keys[one.grp] & keys[other.grp])


def reviews(
    info: Info,
    first: int = 50,
    after: str | None = None,
    kind: EntityKind | None = None,
    as_of: AsOf | None = None,
) -> Reviews | None:
    """The root field's resolver."""
    service, view = info.context.service, view_of(info, as_of)
    limit = first_of(first)
    view = service.graph.view(view, after)
    found = find_reviews(
        service.store,
        view,
        _files(service, view.revision),
        None if kind is None else kind.value,
        after,
        limit,
    )
    near, models = Siblings(service, view), service.models(view.revision)
    truncated = Truncation.all(found.truncated)
    return Reviews(
        reviews=[
            Review(decision=Decision.of(Decided(r.pair, False)), against=Obstacles.of(obstacle(r.pair, models)), a=near.entity(r.a), b=near.entity(r.b), impact=r.impact)
            for r in found.reviews
        ],
        total_count=Total(value=found.total, relation=Relation.EQ if found.exact else Relation.GTE),
        page_info=PageInfo.of(truncated), truncated=truncated, revision=view.revision,
    )  # fmt: skip


def _files(service: Service, until: Revision) -> list[Path]:
    """The decisions that models made up to a revision."""
    lines = service.directory.ledger.lines()
    held = [line.revision for line in lines if line.revision <= until and line.content.get("decisions")]
    return [service.directory.decisions(revision) for revision in held]
