"""Typed views of entities: a company with its officers and controllers, an airport, a flight. Each has its `entity`."""

from __future__ import annotations

from typing import Any

import strawberry

from analytics.ownership import Stake as StakeModel
from analytics.ownership import in_force, stake_of
from api.schema.entities import Entity, Link, Siblings
from api.schema.enums import EntityKind
from api.schema.ownership import Band, Ownership, Right, ownership_of
from api.schema.paging import PageInfo, Total, Truncation, first_of
from graph.model import Entity as EntityModel
from graph.model import Episode
from graph.model import Link as LinkModel
from graph.model import Total as TotalModel
from graph.ontology import ontology
from graph.reading.answers import Linked


@strawberry.interface(description="An entity, read as a thing of its kind.")
class EntityView:
    entity: Entity
    model: strawberry.Private[EntityModel]
    siblings: strawberry.Private[Siblings]

    @classmethod
    def of(cls, model: EntityModel, siblings: Siblings) -> Any:
        return cls(entity=siblings.entity(model), model=model, siblings=siblings)

    @strawberry.field(description="The entity's id.")
    def id(self) -> strawberry.ID:
        return self.entity.id

    @strawberry.field(description="The entity's kind.")
    def kind(self) -> EntityKind:
        return self.entity.kind

    @strawberry.field(description="The entity's caption.")
    def caption(self) -> str:
        return self.entity.caption


@strawberry.type(
    description="Somebody in office at a company. current: some episode has not ended (or holds on asOf.valid)."
)
class Officer:
    entity: Entity
    link: Link
    current: bool
    roles: list[str]

    @classmethod
    def of(cls, link: LinkModel, siblings: Siblings) -> Officer:
        now = _standing(link, siblings)
        return cls(
            entity=siblings.entity(link.source),
            link=Link.of(link, siblings),
            current=bool(now),
            roles=sorted({episode.role for episode in now or link.episodes}),
        )


@strawberry.type(
    description="Who controls a company, by the episodes in force together, or by the last ones when all have ended (current false)."
)
class Controller:
    entity: Entity
    link: Link
    current: bool
    natures: list[str]
    shares: Band | None
    votes: Band | None
    appoints_directors: bool
    significant_influence: bool
    majority: list[Right]

    @classmethod
    def of(cls, link: LinkModel, siblings: Siblings) -> Controller:
        now = _standing(link, siblings)
        held: StakeModel = stake_of(link, now or link.episodes)
        natures = {
            str(code)
            for episode in now or link.episodes
            for code in _texts(dict(episode.properties).get("natures"))
        }
        return cls(
            entity=siblings.entity(link.source), link=Link.of(link, siblings), current=bool(now),
            natures=sorted(natures), shares=Band.of(held.shares), votes=Band.of(held.votes),
            appoints_directors=held.appoints_directors, significant_influence=held.significant_influence,
            majority=[Right(name) for name in held.majority],
        )  # fmt: skip


@strawberry.type(description="One officer of a page.")
class OfficerEdge:
    node: Officer
    cursor: str


@strawberry.type(description="A company's officers, present and past, by id.")
class OfficerConnection:
    edges: list[OfficerEdge]
    nodes: list[Officer]
    total_count: Total
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int


@strawberry.type(description="One controller of a page.")
class ControllerEdge:
    node: Controller
    cursor: str


@strawberry.type(description="A company's controllers, present and past, by id.")
class ControllerConnection:
    edges: list[ControllerEdge]
    nodes: list[Controller]
    total_count: Total
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int


def _standing(link: LinkModel, siblings: Siblings) -> list[Episode]:
    dated = siblings.view.valid is not None
    return [episode for episode in link.episodes if in_force(episode, dated)]


def _texts(value: object) -> list[object]:
    return list(value) if isinstance(value, tuple) else [] if value is None else [value]


@strawberry.type(description="A company of the register.")
class Company(EntityView):
    @strawberry.field(description="Its register numbers: one, unless a judgement joined several companies.")
    def numbers(self) -> list[str]:
        return held(self.model, "company_number")

    @strawberry.field(description="Its register number; the first of `numbers`.")
    def number(self) -> str | None:
        return next(iter(held(self.model, "company_number")), None)

    @strawberry.field(
        description='Its names, as each source last gave them; when all have ended, the ended ones. Former names: values(property: "previous_name").'
    )
    def names(self) -> list[str]:
        return self.siblings.standing(self.model, "name") or self.siblings.said(self.model, "name")

    @strawberry.field(
        description="Its states that stand, as its sources give them; none once its entries have ended (registeredUntil)."
    )
    def statuses(self) -> list[str]:
        return self.siblings.standing(self.model, "status")

    @strawberry.field(
        description="The day on which the register was first seen without it; null while it is there. Only a complete snapshot tells."
    )
    def registered_until(self) -> str | None:
        ends = [v.valid_to for v in self.siblings.values(self.model).values if v.property == "company_number"]
        return max((end for end in ends if end is not None), default=None) if None not in ends else None

    @strawberry.field(description="Who holds or held an office there.")
    def officers(self, first: int = 100, after: str | None = None) -> OfficerConnection:
        found, near = self._reached_by("OFFICER_OF", first, after)
        nodes = [Officer.of(link, near) for link in found.links]
        edges = [OfficerEdge(node=n, cursor=c) for n, c in zip(nodes, found.cursors, strict=True)]
        return OfficerConnection(edges=edges, nodes=nodes, **_page(found, near))

    @strawberry.field(
        description="Who controls or controlled it directly; the chains behind them: `ownership`."
    )
    def controllers(self, first: int = 100, after: str | None = None) -> ControllerConnection:
        found, near = self._reached_by("CONTROLS", first, after)
        nodes = [Controller.of(link, near) for link in found.links]
        edges = [ControllerEdge(node=n, cursor=c) for n, c in zip(nodes, found.cursors, strict=True)]
        return ControllerConnection(edges=edges, nodes=nodes, **_page(found, near))

    @strawberry.field(
        description="Up to its ultimate controllers or to where the register ends, and down to what it controls."
    )
    def ownership(self, max_depth: int = 10, first: int = 500) -> Ownership:
        return ownership_of(self.siblings, self.model, max_depth, first)

    def _reached_by(self, kind: str, first: int, after: str | None) -> tuple[Linked, Siblings]:
        graph = self.siblings.service.graph
        view = graph.view(self.siblings.view, after)
        found = graph.linked(view, self.model.id, kind, out=False, after=after, limit=first_of(first))
        none = Linked((), (), TotalModel(0), None)  # at the cursor's revision it may not have been there
        return found or none, Siblings(self.siblings.service, view)


def _page(found: Linked, near: Siblings) -> dict[str, Any]:
    truncated = Truncation.all([found.truncated])
    return {
        "total_count": Total.of(found.total),
        "page_info": PageInfo.of(truncated, found.cursors[-1] if found.cursors else None),
        "truncated": truncated,
        "revision": near.view.revision,
    }


@strawberry.type(description="An airport. Codes and places as its sources give them.")
class Airport(EntityView):
    @strawberry.field(description="ICAO codes.")
    def icao(self) -> list[str]:
        return sorted({*self.siblings.said(self.model, "icao"), *held(self.model, "airport_icao")})

    @strawberry.field(description="IATA codes.")
    def iata(self) -> list[str]:
        return sorted({*self.siblings.said(self.model, "iata"), *held(self.model, "airport_iata")})

    @strawberry.field(description="Names.")
    def names(self) -> list[str]:
        return self.siblings.said(self.model, "name")

    @strawberry.field(description="Countries, ISO 3166-1 alpha-2.")
    def countries(self) -> list[str]:
        return self.siblings.said(self.model, "country")

    @strawberry.field(description="Positions, 'latitude,longitude' in degrees.")
    def positions(self) -> list[str]:
        return self.siblings.said(self.model, "geo")


@strawberry.type(description="One leg. Lists hold what all its sources say: several numbers are a codeshare.")
class Flight(EntityView):
    @strawberry.field(description="Flight numbers as sold.")
    def numbers(self) -> list[str]:
        return self.siblings.said(self.model, "flight_number")

    @strawberry.field(description="Call signs.")
    def callsigns(self) -> list[str]:
        return self.siblings.said(self.model, "callsign")

    @strawberry.field(description="States, as its sources give them.")
    def statuses(self) -> list[str]:
        return self.siblings.said(self.model, "status")

    @strawberry.field(description="The UTC days that it is known by.")
    def days(self) -> list[str]:
        return self.siblings.said(self.model, "day")

    @strawberry.field(description="Where it departs.")
    def origins(self) -> list[Airport]:
        return [Airport.of(model, near) for model, near in self._linked("DEPARTS_FROM")]

    @strawberry.field(description="Where it arrives.")
    def destinations(self) -> list[Airport]:
        return [Airport.of(model, near) for model, near in self._linked("ARRIVES_AT")]

    @strawberry.field(description="The aircraft that flew it.")
    def aircraft(self) -> list[Entity]:
        return [near.entity(model) for model, near in self._linked("FLOWN_BY")]

    @strawberry.field(description="Who operated it.")
    def operators(self) -> list[Entity]:
        return [near.entity(model) for model, near in self._linked("OPERATED_BY")]

    def _linked(self, kind: str) -> list[tuple[EntityModel, Siblings]]:
        found, near = self.siblings.around(self.model, LEG_LINKS)
        return [
            (link.target, near)
            for link in found.links
            if link.kind == kind and link.source.id == self.model.id
        ]


LEG_LINKS = ("DEPARTS_FROM", "ARRIVES_AT", "FLOWN_BY", "OPERATED_BY")


def held(model: EntityModel, identifier: str) -> list[str]:
    """The values of an identifier that an entity's visible mentions hold, sorted."""
    head = ontology().identifiers[identifier].key("")
    return sorted(
        {key.removeprefix(head) for group in model.groups for key in group.keys if key.startswith(head)}
    )
