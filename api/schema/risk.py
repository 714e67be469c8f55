"""Risk as GraphQL: scores whose reasons add up to them, the ranking, roles in cases, and who is to be kept safe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import strawberry

from analytics.risk.score import Contribution
from analytics.runs import Run as RunModel
from api.schema.analysis import Page, chosen, living, note
from api.schema.context import AsOf, Info, mention_ids, view_of
from api.schema.entities import Entity, Siblings
from api.schema.enums import EntityKind, names
from api.schema.jobs import Run
from api.schema.paging import PageInfo, Total, Truncation, first_of
from api.schema.results import UserError
from graph.errors import ClewError, NotHeld
from graph.model import MentionId, View
from graph.model import Total as TotalModel
from graph.reading import cursors
from graph.roles import Role as RoleModel


@strawberry.enum(description="What somebody is in a case.")
class Role(Enum):
    SUSPECT = "suspect"
    VICTIM = "victim"
    WITNESS = "witness"
    PROFESSIONAL = "professional"


@strawberry.type(description="What somebody is in a case; case is empty where it is said for all to see.")
class RoleInCase:
    case: str
    role: Role
    note: str


@strawberry.type(description="A value that a reason's formula reads, by its name there.")
class RiskValue:
    name: str
    value: float


@strawberry.type(
    description="Why a score is what it is. contribution: the formula over the values, rounded to an eighth (halves to even); contributions add up to the score exactly. cap: the most that its factor gives. entities: what it points at."
)
class RiskReason:
    factor: str
    name: str
    text: str
    formula: str
    contribution: float
    cap: float
    values: list[RiskValue]
    entities: list[Entity]

    @classmethod
    def of(cls, reason: Contribution, near: Siblings) -> RiskReason:
        about = near.service.graph.entities(near.view, list(reason.about)) if reason.about else []
        return cls(
            factor=reason.factor, name=reason.name, text=reason.text, formula=reason.formula,
            contribution=reason.contribution, cap=reason.cap,
            values=[RiskValue(name=name, value=value) for name, value in reason.values],
            entities=near.entities(one for one in about if one is not None),
        )  # fmt: skip


@strawberry.type(
    description="An entity's risk, 0 to 100, from all that you see and nothing else. ranked: riskRanking may show it; a victim is never ranked."
)
class Risk:
    entity: Entity
    score: float
    reasons: list[RiskReason]
    roles: list[RoleInCase]
    ranked: bool
    revision: int


@strawberry.type(description="What one reason gives.")
class RiskContribution:
    name: str
    contribution: float


@strawberry.type(description="An entity in the ranking; contributions add up to the score.")
class RiskEdge:
    node: Entity
    score: float
    contributions: list[RiskContribution]
    roles: list[RoleInCase]
    cursor: str


@strawberry.type(
    description="Entities by risk, highest first, of the latest run of RISK. note: what to know of the run, or that there is none yet."
)
class RiskConnection:
    edges: list[RiskEdge]
    run: Run | None
    note: str
    total_count: Total
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int


@strawberry.type(
    description="Somebody who is a victim in a case that you may see. exposure: the score and reasons that a ranking would have: what they are exposed to."
)
class Safeguarded:
    entity: Entity
    roles: list[RoleInCase]
    exposure: float
    reasons: list[RiskReason]


@strawberry.type(description="Victims, the most exposed first.")
class SafeguardingConnection:
    nodes: list[Safeguarded]
    total_count: Total
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int


@strawberry.type(description="What setRole came to.")
class RolePayload:
    role: RoleInCase | None
    user_errors: list[UserError]


def unranked_of(info: Info, roles: Mapping[bytes, Sequence[RoleModel]]) -> set[bytes]:
    """The entities that the risk ranking leaves out for a role that they hold."""
    unranked = info.context.service.analyses.model.unranked
    return {mid for mid, held in roles.items() if any(role.role in unranked for role in held)}


def roles_of(info: Info, view: View) -> dict[bytes, list[RoleModel]]:
    """The roles that a reader sees, by entity as it now is."""
    service = info.context.service
    held = service.analyses.roles.standing(info.context.scope)
    found = service.graph.entities(view, [role.mention for role in held])
    roles: dict[bytes, list[RoleModel]] = {}
    for role, entity in zip(held, found, strict=True):
        if entity is not None:
            roles.setdefault(entity.id, []).append(role)
    return roles


def _shown(roles: list[RoleModel]) -> list[RoleInCase]:
    return [RoleInCase(case=role.case, role=Role(role.role), note=role.note) for role in roles]


def risk(info: Info, id: strawberry.ID, as_of: AsOf | None = None) -> Risk | None:
    """The risk of one entity, at the answer's revision."""
    service, view = info.context.service, view_of(info, as_of)
    entity = service.graph.entity(view, mention_ids([id])[0])
    if entity is None:
        return None
    near = Siblings(service, view)
    roles = roles_of(info, view).get(entity.id, [])
    score, reasons = service.analyses.scores(view, info.context.scope).of(entity.id)
    unranked = service.analyses.model.unranked
    return Risk(
        entity=near.entity(entity), score=score, reasons=[RiskReason.of(one, near) for one in reasons],
        roles=_shown(roles), ranked=all(role.role not in unranked for role in roles), revision=view.revision,
    )  # fmt: skip


def risk_ranking(
    info: Info, first: int = 25, after: str | None = None, kinds: list[EntityKind] | None = None,
    run: strawberry.ID | None = None, as_of: AsOf | None = None,
) -> RiskConnection | None:  # fmt: skip
    """Entities by risk, of the latest run."""
    view, near, found = chosen(info, as_of, run, after, output="RISK")
    if found is None:
        first_of(first)
        return RiskConnection(
            edges=[], run=None, note=_NONE, total_count=Total.of(TotalModel(0)), page_info=PageInfo.of([]),
            truncated=[], revision=view.revision,
        )  # fmt: skip
    roles = roles_of(info, view)
    hidden = unranked_of(info, roles)
    table = near.service.analyses.runs.table(found, "values")
    if hidden:
        then = _then(near, found, roles, hidden)
        table = table.filter(pc.invert(pc.is_in(table["id"], pa.array(sorted(then), pa.binary(16)))))
    if kinds:
        table = table.filter(pc.is_in(table["kind"], pa.array(names(kinds), pa.string())))
    page = Page.of("risk", view, table, first, after, found.id, ",".join(sorted(names(kinds))))
    edges = [
        RiskEdge(
            node=one, score=row["value"], contributions=_contributions(row),
            roles=_shown(roles.get(one.model.id, [])), cursor=page.cursor(n),
        )
        for n, (row, one) in enumerate(living(near, page.rows))
        if one is not None and one.model.id not in hidden
    ]  # fmt: skip
    return RiskConnection(
        edges=edges, run=Run.of(found), note=note(found, view), total_count=Total.of(TotalModel(table.num_rows)),
        page_info=PageInfo.of(page.truncated), truncated=page.truncated, revision=view.revision,
    )  # fmt: skip


_NONE = "No run of RISK under your labels yet: mutation { analyse(input: {algorithm: RISK}) { job { id } } }."


def _then(
    near: Siblings, run: RunModel, roles: dict[bytes, list[RoleModel]], hidden: set[bytes]
) -> set[bytes]:
    """The ids that some entities have now, and had at the run's revision."""
    mids = [role.mention for mid in sorted(hidden) for role in roles[mid]]
    graph = near.service.graph
    then = graph.entities(View(near.view.labels, run.revision, near.view.valid), mids)
    return hidden | {bytes(one.id) for one in then if one is not None}


def _contributions(row: dict[str, Any]) -> list[RiskContribution]:
    given = {name: value for name, value in row.items() if name not in ("id", "kind", "value") and value}
    return [
        RiskContribution(name=n, contribution=v)
        for n, v in sorted(given.items(), key=lambda one: (-one[1], one[0]))
    ]


def safeguarding(
    info: Info, first: int = 25, after: str | None = None, as_of: AsOf | None = None
) -> SafeguardingConnection | None:
    """Victims, the most exposed first, then by id."""
    service = info.context.service
    view = service.graph.view(view_of(info, as_of), after)
    limit, start = first_of(first), 0
    if after is not None:
        start = int(cursors.read("safeguarding", after, [int])[1][0] or 0)
    roles = {
        mid: held for mid, held in roles_of(info, view).items() if any(role.role == "victim" for role in held)
    }
    near, shown = Siblings(service, view), []
    if roles:
        scores = service.analyses.scores(view, info.context.scope)
        shown = sorted(roles, key=lambda mid: (-scores.of(mid)[0], mid))
    nodes = []
    entities = service.graph.entities(view, shown[start : start + limit])
    for mid, entity in zip(shown[start : start + limit], entities, strict=True):
        if entity is not None:
            score, reasons = scores.of(mid)
            nodes.append(
                Safeguarded(
                    entity=near.entity(entity), roles=_shown(roles[mid]), exposure=score,
                    reasons=[RiskReason.of(one, near) for one in reasons],
                )
            )  # fmt: skip
    truncated = []
    if start + limit < len(shown):
        place = cursors.cursor("safeguarding", view, [start + limit])
        truncated = [Truncation(by="first", limit=limit, next=place)]
    return SafeguardingConnection(
        nodes=nodes, total_count=Total.of(TotalModel(len(shown))), page_info=PageInfo.of(truncated),
        truncated=truncated, revision=view.revision,
    )  # fmt: skip


def set_role(
    info: Info, id: strawberry.ID, case: str = "", role: Role | None = None, note: str = ""
) -> RolePayload:
    """Say what somebody is in a case; without a role it is taken back."""
    service, scope = info.context.service, info.context.scope
    path = "id"
    try:
        view = service.view(scope)
        (mid,) = mention_ids([id])
        entity = service.graph.entity(view, mid)
        if entity is None:
            raise NotHeld(f"There is no mention {id}.", remedy="Give the id of one that you may see.")
        path = "case"
        said = None if role is None else role.value
        for held in roles_of(info, view).get(entity.id, []):
            if held.case == case and bytes(held.mention) != bytes(
                entity.id
            ):  # said of another of its mentions: one role a case
                service.analyses.roles.set(held.mention, case, None, scope=scope)
        service.analyses.roles.set(MentionId(entity.id), case, said, scope=scope, note=note)
    except ClewError as error:
        return RolePayload(
            role=None, user_errors=[UserError(code=error.code, path=[path], message=str(error))]
        )
    return RolePayload(
        role=None if role is None else RoleInCase(case=case, role=role, note=note), user_errors=[]
    )
