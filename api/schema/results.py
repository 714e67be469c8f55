"""What root fields answer with, beyond entities: pages, paths, graphs, timelines, provenance, changes, sources."""

from __future__ import annotations

from typing import Any, Final, NewType

import strawberry
from strawberry.scalars import JSON

from api.schema.context import Info
from api.schema.entities import Entity, Episode, Link, Siblings
from api.schema.paging import PageInfo, Total, Truncation
from api.schema.records import Provenance as Provenance
from api.schema.records import Statement as Statement
from graph.reading import answers
from graph.reading.among import Among

TextColumn = NewType("TextColumn", list[str])
IntColumn = NewType("IntColumn", list[int])
FloatColumn = NewType("FloatColumn", list[float])

# Scalars, not lists: GraphQL would complete a list's items one by one, which costs more than reading the graph.
COLUMNS: Final[dict[object, Any]] = {
    TextColumn: strawberry.scalar(
        name="TextColumn", description="A packed column: a JSON list of texts.", serialize=list
    ),
    IntColumn: strawberry.scalar(
        name="IntColumn", description="A packed column: a JSON list of integers.", serialize=list
    ),
    FloatColumn: strawberry.scalar(
        name="FloatColumn", description="A packed column: a JSON list of numbers.", serialize=list
    ),
}


@strawberry.type(description="A search hit: the entity, how alike its name is (0 to 100), and that name.")
class SearchEdge:
    node: Entity
    cursor: str
    score: float
    name: str


@strawberry.type(description="Search hits, best first; equal ones by caption and id.")
class SearchConnection:
    edges: list[SearchEdge]
    nodes: list[Entity]
    total_count: Total
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int


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
    truncated: list[Truncation]
    revision: int

    @classmethod
    def of(cls, found: answers.Paths, near: Siblings) -> Paths:
        paths = [
            Path(entities=near.entities(path.entities), links=[near.links(step) for step in path.links])
            for path in found.paths
        ]
        return cls(
            paths=paths, hops=found.hops, skipped_hubs=near.entities(found.skipped_hubs),
            max_degree=found.max_degree, truncated=Truncation.all([found.truncated]), revision=near.view.revision,
        )  # fmt: skip


@strawberry.type(
    description="Entities and the links among them. skippedHubs: shown, but not followed: their degree is too high."
)
class Subgraph:
    entities: list[Entity]
    links: list[Link]
    skipped_hubs: list[Entity]
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int

    @classmethod
    def of(cls, found: answers.Subgraph, near: Siblings) -> Subgraph:
        truncated = Truncation.all(found.truncated)
        return cls(
            entities=near.entities(found.entities), links=near.links(found.links),
            skipped_hubs=near.entities(found.skipped_hubs), page_info=PageInfo.of(truncated),
            truncated=truncated, revision=near.view.revision,
        )  # fmt: skip


@strawberry.type(
    description="A graph in packed columns, for drawing. ids, kinds and captions are parallel; so are linkKinds, sources, targets and weights, where sources and targets are positions in ids and weights are counts of mention links."
)
class GraphPayload:
    ids: TextColumn
    kinds: TextColumn
    captions: TextColumn
    link_kinds: TextColumn
    sources: IntColumn
    targets: IntColumn
    weights: IntColumn
    skipped_hubs: TextColumn
    truncated: list[Truncation]
    revision: int

    @classmethod
    def of(cls, found: answers.Subgraph, revision: int) -> GraphPayload:
        shown, links = len(found.entities), found.links
        assert isinstance(links, Among), "of Graph.subgraph or Graph.neighbourhood"
        # A page's own entities come first among those known; a link to one of an earlier page has no place here.
        inside = [
            n for n, ends in enumerate(zip(links.sources, links.targets, strict=True)) if max(ends) < shown
        ]

        def column(values: list[Any]) -> list[Any]:
            return values if len(inside) == len(values) else [values[n] for n in inside]

        columns: dict[str, Any] = {
            "ids": [e.id.hex() for e in found.entities],
            "kinds": [e.kind for e in found.entities],
            "captions": [e.caption for e in found.entities],
            "link_kinds": column(links.kinds),
            "sources": column(links.sources),
            "targets": column(links.targets),
            "weights": column(links.counts),
            "skipped_hubs": [e.id.hex() for e in found.skipped_hubs],
        }
        return cls(**columns, truncated=Truncation.all(found.truncated), revision=revision)

    @strawberry.field(
        description="Parallel to ids: the id of each one's community in the latest run of communities; empty without one."
    )
    def communities(self, info: Info) -> TextColumn:
        from api.schema.columns import communities  # which needs this module's types

        return TextColumn(communities(info, self.ids, self.revision))

    @strawberry.field(
        description="Parallel to ids: the risk of each in the latest run of RISK; 0 without one, and for whom it does not rank."
    )
    def scores(self, info: Info) -> FloatColumn:
        from api.schema.columns import scores

        return FloatColumn(scores(info, self.ids, self.revision))


@strawberry.type(
    description="Something dated: a link's episode that STARTED or ENDED, or a dated VALUE of a property."
)
class Event:
    date: str | None
    what: str
    entity: Entity
    property: str | None
    value: str | None
    link: Link | None
    episode: Episode | None


@strawberry.type(description="Dated events, oldest first, those of unknown date last.")
class Timeline:
    events: list[Event]
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int

    @classmethod
    def of(cls, found: answers.Timeline, near: Siblings) -> Timeline:
        events = [
            Event(
                date=e.date, what=e.what, entity=near.entity(e.entity), property=e.property,
                value=e.value.value if e.value else None, link=Link.of(e.link, near) if e.link else None,
                episode=Episode.of(e.episode) if e.episode else None,
            )
            for e in found.events
        ]  # fmt: skip
        truncated = Truncation.all(found.truncated)
        return cls(
            events=events, page_info=PageInfo.of(truncated), truncated=truncated, revision=near.view.revision
        )


@strawberry.type(
    description="What a revision put or ended. `what`: mentions (a mention), links (those that one record states between two) or decisions (a judgement's or model's about two; `kind` is the verdict). A changed one is ended and put; an undone decision is ended. `entities`: where the mentions are now, once each; of mentions gone, where they were."
)
class Change:
    revision: int
    what: str
    put: bool
    kind: str
    mentions: list[strawberry.ID]
    entities: list[Entity]


@strawberry.type(description="Changes since a revision, in order.")
class Changes:
    changes: list[Change]
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int

    @classmethod
    def of(cls, found: answers.Changes, near: Siblings) -> Changes:
        changes = [
            Change(
                revision=c.revision, what=c.table, put=c.put, kind=c.kind,
                mentions=[strawberry.ID(mid.hex()) for mid in c.mids], entities=near.entities(c.entities),
            )
            for c in found.changes
        ]  # fmt: skip
        truncated = Truncation.all([found.truncated])
        return cls(
            changes=changes,
            page_info=PageInfo.of(truncated),
            truncated=truncated,
            revision=near.view.revision,
        )


@strawberry.type(description="Who may see a source's rows: a part that is not set is open to all.")
class Label:
    marking: str
    handling: str
    case: str
    caveat: str


@strawberry.type(
    description="A file that came in. observed: where its date is from. ended: records that it, being complete, ended. leftovers: fields not read, with counts."
)
class SourceFile:
    file: str
    format: str
    revision: int
    observed: str
    complete: bool
    ended: int
    read: int
    mentions: int
    links: int
    rejected: int
    skipped: int
    leftovers: JSON
    notes: list[str]


@strawberry.type(description="A data set you may see.")
class Source:
    name: str
    purpose: str
    zone: str
    label: Label
    files: list[SourceFile]

    @classmethod
    def of(cls, source: dict[str, Any]) -> Source:
        """From what Service.sources gives."""
        shown = [field.python_name for field in SourceFile.__strawberry_definition__.fields]  # type: ignore[attr-defined]
        return cls(
            name=source["name"], purpose=source["purpose"], zone=source["zone"],
            label=Label(**source["label"]),
            files=[SourceFile(**{name: file[name] for name in shown}) for file in source["files"]],
        )  # fmt: skip


@strawberry.type(
    description="A problem with a mutation's input: a stable code, the argument, and what to do."
)
class UserError:
    code: str
    path: list[str]
    message: str


@strawberry.type(description="What judge or undo came to: the judgement and its revision, or the errors.")
class JudgementPayload:
    judgement: strawberry.ID | None
    revision: int | None
    user_errors: list[UserError]
    overrides: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="Of a DIFFERENT: SAME judgements between the two that give way to it.",
    )
