"""Entities, links and their surroundings as GraphQL types; what siblings are asked for is fetched for all at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import strawberry
from strawberry.scalars import JSON

from api.schema.enums import Direction, EntityKind, LinkKind, Verdict, names
from api.schema.paging import Total, Truncation, first_of
from api.schema.records import Provenance, Texts
from api.service import Service
from graph.model import Entity as EntityModel
from graph.model import Episode as EpisodeModel
from graph.model import Link as LinkModel
from graph.model import Value as ValueModel
from graph.model import View
from graph.reading import answers

_KINDS = {kind.value: kind for kind in EntityKind}
_LINKS = {kind.value: kind for kind in LinkKind}


class Siblings:
    """The entities of one answer. What one of them is asked for is read for all, so that a list costs one read.

    Values and expansions are kept for the length of the answer."""

    def __init__(self, service: Service, view: View, texts: Texts | None = None) -> None:
        self.service, self.view = service, view
        self.texts = Texts(service) if texts is None else texts
        self._models: dict[bytes, EntityModel] = {}
        self._shown: dict[bytes, Entity] = {}
        self._values: dict[bytes, answers.Values] = {}
        self._around: dict[tuple[Any, ...], dict[bytes, tuple[answers.Expansion, Siblings]]] = {}
        self._links: dict[str, LinkModel] = {}
        self._decisions: dict[bytes, list[answers.Decided]] = {}
        self._behind: dict[int, dict[str, answers.Provenance]] = {}
        self._behind_entities: dict[int, dict[bytes, answers.Provenance]] = {}

    def entity(self, model: EntityModel) -> Entity:
        """The GraphQL entity, as one of these siblings: one object, however many links end there."""
        shown = self._shown.get(model.id)
        if shown is None:
            self._models[model.id] = model
            shown = self._shown[model.id] = Entity(
                id=strawberry.ID(model.id.hex()), kind=_KINDS[model.kind], caption=model.caption,
                mention_count=model.mention_count, model=model, siblings=self,
            )  # fmt: skip
        return shown

    def entities(self, models: Iterable[EntityModel]) -> list[Entity]:
        return [self.entity(model) for model in models]

    def links(self, models: Iterable[LinkModel]) -> list[Link]:
        return [Link.of(model, self) for model in models]

    def link(self, id: str, model: LinkModel) -> None:
        """Count a link among those whose records are read at once. id: the model's, which is put together each time."""
        self._links.setdefault(id, model)

    def behind(self, model: LinkModel, first: int) -> answers.Provenance:
        """The first records behind a link."""
        held = self._behind.setdefault(first, {})
        if model.id not in held:
            missing = [one for key, one in self._links.items() if key not in held]
            found = self.service.graph.behind(self.view, missing, limit=first)
            self._want(found)
            held |= {one.id: behind for one, behind in zip(missing, found, strict=True)}
        return held[model.id]

    def values(self, model: EntityModel) -> answers.Values:
        """An entity's values (of its first 1,000 mentions)."""
        if model.id not in self._values:
            missing = [one for mid, one in self._models.items() if mid not in self._values]
            found = self.service.graph.values_of_all(self.view, missing)
            self._values |= {one.id: values for one, values in zip(missing, found, strict=True)}
        return self._values[model.id]

    def behind_entity(self, model: EntityModel, first: int) -> answers.Provenance:
        """The first records behind an entity."""
        held = self._behind_entities.setdefault(first, {})
        if model.id not in held:
            missing = [one for mid, one in self._models.items() if mid not in held]
            found = self.service.graph.behind_entities(self.view, missing, limit=first)
            self._want(found)
            held |= {one.id: behind for one, behind in zip(missing, found, strict=True)}
        return held[model.id]

    def decisions(self, model: EntityModel) -> list[answers.Decided]:
        """What was decided about an entity's mentions."""
        if model.id not in self._decisions:
            missing = [one for mid, one in self._models.items() if mid not in self._decisions]
            found = self.service.graph.decisions_of_all(self.view, missing)
            self._decisions |= {one.id: decided for one, decided in zip(missing, found, strict=True)}
        return self._decisions[model.id]

    def _want(self, found: Iterable[answers.Provenance]) -> None:
        for statement in (each for one in found for each in one.statements):
            self.texts.want(statement.revision, statement.rec_key)

    def said(self, model: EntityModel, prop: str) -> list[str]:
        """The distinct values of one property, sorted."""
        return sorted({value.value for value in self.values(model).values if value.property == prop})

    def standing(self, model: EntityModel, prop: str) -> list[str]:
        """As said, but only values that have not ended; on a given day, those of that day."""
        dated = self.view.valid is not None
        found = [v for v in self.values(model).values if v.property == prop and (dated or v.valid_to is None)]
        return sorted({value.value for value in found})

    def around(
        self, model: EntityModel, link_kinds: Sequence[str] = (), first: int = 25
    ) -> tuple[answers.Expansion, Siblings]:
        """An entity's surroundings, and the siblings that its neighbours are."""
        held = self._around.setdefault((tuple(link_kinds), first), {})
        if model.id not in held:
            missing = [mid for mid in self._models if mid not in held]
            near = Siblings(self.service, self.view, self.texts)
            found = self.service.graph.expand(self.view, missing, link_kinds=link_kinds, per_kind_limit=first)
            # All neighbours now: GraphQL resolves the first entity's to the leaves before it comes to the second's.
            for one in found:
                near.entities(
                    [one.entity, *(end for link in one.links for end in (link.source, link.target))]
                )
            held |= {one.entity.id: (one, near) for one in found}
        return held[model.id]


@strawberry.type(description="One value, who says it, and as it was received.")
class Value:
    property: str
    value: str
    originals: list[str]
    mentions: list[strawberry.ID]
    valid_from: str | None
    valid_to: str | None

    @classmethod
    def of(cls, value: ValueModel) -> Value:
        return cls(
            property=value.property, value=value.value, originals=list(value.originals),
            mentions=[strawberry.ID(mention.hex()) for mention in value.mentions],
            valid_from=value.valid_from, valid_to=value.valid_to,
        )  # fmt: skip


@strawberry.type(
    description="A judgement, or a model's decision, about a mention of an entity. by: 'judgement', or the model. reason: what weighed. followed: the entities are as it says; UNSURE only proposes."
)
class Decision:
    id: strawberry.ID
    verdict: Verdict
    by: str
    strength: float | None
    a: strawberry.ID
    b: strawberry.ID
    reason: JSON
    followed: bool

    @classmethod
    def of(cls, decided: answers.Decided) -> Decision:
        pair = decided.pair
        return cls(
            id=strawberry.ID(pair.id), verdict=Verdict[pair.verdict], by=pair.by, strength=pair.strength,
            a=strawberry.ID(pair.a.hex()), b=strawberry.ID(pair.b.hex()), reason=JSON(orjson.loads(pair.reason or "null")),
            followed=decided.followed,
        )  # fmt: skip


@strawberry.type(
    description="A resolved thing of any kind. Its id is that of its oldest mention you may see."
)
class Entity:
    id: strawberry.ID
    kind: EntityKind
    caption: str
    mention_count: int
    model: strawberry.Private[EntityModel]
    siblings: strawberry.Private[Siblings]

    @strawberry.field(description="Its values, or those of one property, each with the mentions that say it.")
    def values(self, property: str | None = None) -> list[Value]:
        found = self.siblings.values(self.model).values
        return [Value.of(value) for value in found if property in (None, value.property)]

    @strawberry.field(
        description="What values leaves out: of an entity with more than 1,000 mentions, those of the rest (see provenance)."
    )
    def values_truncated(self) -> Truncation | None:
        cut = self.siblings.values(self.model).truncated
        return None if cut is None else Truncation(by="mentions", limit=cut.limit, next=None)

    @strawberry.field(
        description="Neighbours counted by link kind, direction and kind, and the first links of each."
    )
    def expand(self, link_kinds: list[LinkKind] | None = None, per_kind_limit: int = 25) -> Expansion:
        found, near = self.siblings.around(self.model, names(link_kinds), _per_kind(per_kind_limit))
        return Expansion.of(found, near)

    @strawberry.field(
        description="The first records that speak of it, by mention id; the root field of this name goes on."
    )
    def provenance(self, first: int = 25) -> Provenance:
        found = self.siblings.behind_entity(self.model, first_of(first))
        return Provenance.of(self.siblings.view, found, self.siblings.texts)

    @strawberry.field(
        description="The judgements and model decisions about its mentions: what joined them, what keeps them apart, what is proposed."
    )
    def decisions(self) -> list[Decision]:
        return [Decision.of(decided) for decided in self.siblings.decisions(self.model)]


def _per_kind(value: int) -> int:
    return first_of(value) if value else 0


@strawberry.type(description="The two mentions that one record ties.")
class Tie:
    source: strawberry.ID
    target: strawberry.ID


@strawberry.type(
    description="One interval in which a link stood, in one role with the same properties. Days are included; null is unknown or open."
)
class Episode:
    role: str
    valid_from: str | None
    valid_to: str | None
    properties: JSON
    count: int
    mentions: list[Tie]

    @classmethod
    def of(cls, episode: EpisodeModel) -> Episode:
        return cls(
            role=episode.role, valid_from=episode.valid_from, valid_to=episode.valid_to,
            properties=JSON(dict(episode.properties)), count=episode.count,
            mentions=[Tie(source=strawberry.ID(a.hex()), target=strawberry.ID(b.hex())) for a, b in episode.mentions],
        )  # fmt: skip


@strawberry.type(description="All that ties two entities in one way; id = kind:source:target.")
class Link:
    id: strawberry.ID
    kind: LinkKind
    source: Entity
    target: Entity
    count: int
    model: strawberry.Private[LinkModel]
    siblings: strawberry.Private[Siblings]

    @classmethod
    def of(cls, link: LinkModel, siblings: Siblings) -> Link:
        id = link.id
        siblings.link(id, link)
        return cls(
            id=strawberry.ID(id), kind=_LINKS[link.kind], source=siblings.entity(link.source),
            target=siblings.entity(link.target), count=link.count, model=link, siblings=siblings,
        )  # fmt: skip

    @strawberry.field(description="Its episodes by start, unknown first; equal ones that meet are one.")
    def episodes(self) -> list[Episode]:
        return [Episode.of(episode) for episode in self.model.episodes]

    @strawberry.field(
        description="The first records that say it, by mention id; the root field of this name goes on."
    )
    def provenance(self, first: int = 25) -> Provenance:
        found = self.siblings.behind(self.model, first_of(first))
        return Provenance.of(self.siblings.view, found, self.siblings.texts)


@strawberry.type(
    description="Distinct neighbours by link kind, direction and kind. next: the cursor (argument `after` of expand) for those not listed."
)
class NeighbourCount:
    link_kind: LinkKind
    direction: Direction
    kind: EntityKind
    total: Total
    next: str | None


@strawberry.type(description="One entity's surroundings: counts before nodes.")
class Expansion:
    entity: Entity
    counts: list[NeighbourCount]
    links: list[Link]
    truncated: list[Truncation]

    @classmethod
    def of(cls, found: answers.Expansion, siblings: Siblings) -> Expansion:
        counts = [
            NeighbourCount(
                link_kind=_LINKS[c.link_kind], direction=Direction[c.direction], kind=_KINDS[c.kind],
                total=Total.of(c.total), next=c.next,
            )
            for c in found.counts
        ]  # fmt: skip
        return cls(
            entity=siblings.entity(found.entity), counts=counts, links=siblings.links(found.links),
            truncated=Truncation.all(found.truncated),
        )  # fmt: skip
