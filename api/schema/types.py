"""The GraphQL types, each made from one of graph.reading's answers."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry.scalars import JSON

from api.schema.context import Context
from graph.model import Entity as EntityModel
from graph.model import Link as LinkModel
from graph.model import Total as TotalModel
from graph.model import Truncation as TruncationModel
from graph.model import View
from graph.reading import answers

Info = strawberry.Info[Context, None]


@strawberry.type(description="A count: EQ is exact, GTE a floor.")
class Total:
    value: int
    relation: str

    @classmethod
    def of(cls, total: TotalModel) -> Total:
        return cls(value=total.value, relation=total.relation)


@strawberry.type(description="What limited the answer, and how to get the rest.")
class Truncation:
    by: str
    limit: int
    next: str | None

    @classmethod
    def of(cls, cut: TruncationModel) -> Truncation:
        return cls(by=cut.by, limit=cut.limit, next=cut.next)


@strawberry.type(description="One value, who says it, and as it was received.")
class Value:
    property: str
    value: str
    originals: list[str]
    mentions: list[strawberry.ID]
    valid_from: str | None
    valid_to: str | None


@strawberry.type(
    description="A resolved thing of any kind. Its id is that of its oldest mention you may see."
)
class Entity:
    id: strawberry.ID
    kind: str
    caption: str
    mention_count: int
    model: strawberry.Private[EntityModel]
    view: strawberry.Private[View]

    @classmethod
    def of(cls, entity: EntityModel, view: View) -> Entity:
        return cls(
            id=strawberry.ID(entity.id.hex()), kind=entity.kind, caption=entity.caption,
            mention_count=entity.mention_count, model=entity, view=view,
        )  # fmt: skip

    @strawberry.field(
        description="Its values; of an entity with very many mentions, those of the first 1,000."
    )
    def values(self, info: Info, property: str | None = None) -> list[Value]:
        found = info.context.service.graph.values(self.view, self.model).values
        return [_value(value) for value in found if property in (None, value.property)]

    @strawberry.field(
        description="Neighbours counted by link kind, direction and kind, and the first links of each."
    )
    def expand(self, info: Info, link_kinds: list[str] | None = None, per_kind_limit: int = 25) -> Expansion:
        graph = info.context.service.graph
        (found,) = graph.expand(
            self.view, [self.model.id], link_kinds=link_kinds or (), per_kind_limit=per_kind_limit
        )
        return Expansion.of(found, self.view)


def _value(value: Any) -> Value:
    return Value(
        property=value.property, value=value.value, originals=list(value.originals),
        mentions=[strawberry.ID(mention.hex()) for mention in value.mentions],
        valid_from=value.valid_from, valid_to=value.valid_to,
    )  # fmt: skip


@strawberry.type(description="One interval in which a link stood, in one role with the same properties.")
class Episode:
    role: str
    valid_from: str | None
    valid_to: str | None
    properties: JSON
    count: int


@strawberry.type(description="All that ties two entities in one way; id = kind:source:target.")
class Link:
    id: strawberry.ID
    kind: str
    source: Entity
    target: Entity
    count: int
    episodes: list[Episode]

    @classmethod
    def of(cls, link: LinkModel, view: View) -> Link:
        episodes = [
            Episode(role=e.role, valid_from=e.valid_from, valid_to=e.valid_to, properties=JSON(dict(e.properties)), count=e.count)
            for e in link.episodes
        ]  # fmt: skip
        return cls(
            id=strawberry.ID(link.id), kind=link.kind, source=Entity.of(link.source, view),
            target=Entity.of(link.target, view), count=link.count, episodes=episodes,
        )  # fmt: skip


@strawberry.type(description="Distinct neighbours by link kind, direction and kind.")
class NeighbourCount:
    link_kind: str
    direction: str
    kind: str
    total: Total


@strawberry.type(description="One entity's surroundings.")
class Expansion:
    entity: Entity
    counts: list[NeighbourCount]
    links: list[Link]
    truncated: list[Truncation]

    @classmethod
    def of(cls, found: answers.Expansion, view: View) -> Expansion:
        counts = [
            NeighbourCount(link_kind=c.link_kind, direction=c.direction, kind=c.kind, total=Total.of(c.total))
            for c in found.counts
        ]
        return cls(
            entity=Entity.of(found.entity, view), counts=counts, links=[Link.of(x, view) for x in found.links],
            truncated=[Truncation.of(x) for x in found.truncated],
        )  # fmt: skip


@strawberry.type(description="A shortest path: entities, and the links between each two of them.")
class Path:
    entities: list[Entity]
    links: list[list[Link]]


@strawberry.type(description="All shortest paths; hubs that were not passed through are named.")
class Paths:
    paths: list[Path]
    hops: int | None
    skipped_hubs: list[Entity]
    max_degree: int
    truncated: Truncation | None

    @classmethod
    def of(cls, found: answers.Paths, view: View) -> Paths:
        paths = [
            Path(
                entities=[Entity.of(e, view) for e in path.entities],
                links=[[Link.of(x, view) for x in step] for step in path.links],
            )
            for path in found.paths
        ]
        return cls(
            paths=paths, hops=found.hops, skipped_hubs=[Entity.of(e, view) for e in found.skipped_hubs],
            max_degree=found.max_degree, truncated=Truncation.of(found.truncated) if found.truncated else None,
        )  # fmt: skip


@strawberry.type(description="Entities and the links among them.")
class Subgraph:
    entities: list[Entity]
    links: list[Link]
    truncated: list[Truncation]
    skipped_hubs: list[Entity]

    @classmethod
    def of(cls, found: answers.Subgraph, view: View) -> Subgraph:
        return cls(
            entities=[Entity.of(e, view) for e in found.entities], links=[Link.of(x, view) for x in found.links],
            truncated=[Truncation.of(x) for x in found.truncated],
            skipped_hubs=[Entity.of(e, view) for e in found.skipped_hubs],
        )  # fmt: skip


@strawberry.type(
    description="A graph in packed columns, for drawing: parallel arrays; link ends are positions in ids."
)
class GraphPayload:
    revision: int
    ids: list[strawberry.ID]
    kinds: list[str]
    captions: list[str]
    link_kinds: list[str]
    sources: list[int]
    targets: list[int]
    counts: list[int]
    truncated: list[Truncation]

    @classmethod
    def of(cls, found: answers.Subgraph, view: View) -> GraphPayload:
        position = {entity.id: n for n, entity in enumerate(found.entities)}
        links = [x for x in found.links if x.source.id in position and x.target.id in position]
        return cls(
            revision=view.revision,
            ids=[strawberry.ID(e.id.hex()) for e in found.entities],
            kinds=[e.kind for e in found.entities],
            captions=[e.caption for e in found.entities],
            link_kinds=[x.kind for x in links],
            sources=[position[x.source.id] for x in links],
            targets=[position[x.target.id] for x in links],
            counts=[x.count for x in links],
            truncated=[Truncation.of(x) for x in found.truncated],
        )


@strawberry.type(description="Something dated: a link's start or end, or a dated value.")
class Event:
    date: str | None
    what: str
    entity: Entity
    property: str | None
    value: str | None
    link: Link | None


@strawberry.type(description="Dated events, oldest first, those of unknown date last.")
class Timeline:
    events: list[Event]
    truncated: list[Truncation]

    @classmethod
    def of(cls, found: answers.Timeline, view: View) -> Timeline:
        events = [
            Event(
                date=e.date, what=e.what, entity=Entity.of(e.entity, view), property=e.property,
                value=e.value.value if e.value else None, link=Link.of(e.link, view) if e.link else None,
            )
            for e in found.events
        ]  # fmt: skip
        return cls(events=events, truncated=[Truncation.of(x) for x in found.truncated])


@strawberry.type(description="A record that stands behind something.")
class Statement:
    mention: strawberry.ID
    kind: str
    source: str
    key: str
    slot: str
    locator: str
    observed_at: str
    revision: int
    derived_by: str | None
    raw: str | None


@strawberry.type(description="The records behind an entity or a link.")
class Provenance:
    statements: list[Statement]
    total: int
    truncated: Truncation | None


@strawberry.type(description="What a revision put or ended.")
class Change:
    revision: int
    what: str
    put: bool
    kind: str
    entities: list[Entity]


@strawberry.type(description="Changes since a revision, in order.")
class Changes:
    revision: int
    changes: list[Change]
    truncated: Truncation | None


@strawberry.type(description="A search hit: the entity, how alike its name is (0 to 100), and that name.")
class Hit:
    entity: Entity
    score: float
    name: str


@strawberry.type(
    description="Search hits, best first. candidatesCut: more names came into question than were compared."
)
class Hits:
    hits: list[Hit]
    total: Total
    candidates_cut: bool


@strawberry.type(description="A data set you may see. label and files as JSON.")
class Source:
    name: str
    purpose: str
    zone: str
    label: JSON
    files: JSON


@strawberry.type(description="A problem with a mutation's input.")
class UserError:
    code: str
    path: list[str]
    message: str


@strawberry.type(description="What judge or undo came to.")
class JudgementPayload:
    judgement: strawberry.ID | None
    revision: int | None
    user_errors: list[UserError]
