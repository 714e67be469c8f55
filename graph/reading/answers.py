"""What graph.reading answers with: frozen values made of the model's nouns.

Nothing in them depends on what their reader may not see, save an Entity's handle (comp, groups, whole), which is
for further reads and is never shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graph.model import (
    Direction,
    Entity,
    Episode,
    Link,
    Mention,
    MentionId,
    Pair,
    Revision,
    Total,
    Truncation,
    Value,
)


@dataclass(frozen=True, slots=True)
class Values:
    """An entity's values by (property, value, valid_from), from a page of its mentions; `truncated` when it has
    more mentions, whose values may repeat these."""

    values: tuple[Value, ...]
    truncated: Truncation | None


@dataclass(frozen=True, slots=True)
class Decided:
    """A judgement or a model's decision about a mention of an entity. followed: the entities as this reader sees them
    are as it says; an UNSURE one asks for nothing, and is a proposal."""

    pair: Pair
    followed: bool


@dataclass(frozen=True, slots=True)
class MentionPage:
    """Mentions of one entity, by id."""

    mentions: tuple[Mention, ...]
    total: int
    truncated: Truncation | None


@dataclass(frozen=True, slots=True)
class NeighbourCount:
    """Distinct neighbours of one entity by link kind, direction and their kind. next: the cursor for those not
    listed, None when all are listed or none was asked for."""

    link_kind: str
    direction: Direction
    kind: str
    total: Total
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Expansion:
    """One entity's surroundings: counts before nodes, then links, and what was cut.

    links: by (link kind, OUT before IN, neighbour kind, neighbour id), each once."""

    entity: Entity
    counts: tuple[NeighbourCount, ...]
    links: tuple[Link, ...]
    truncated: tuple[Truncation, ...]

    @property
    def neighbours(self) -> tuple[Entity, ...]:
        """The entities at the other ends of `links`, in their order, each once."""
        others = (link.target if link.source.id == self.entity.id else link.source for link in self.links)
        return tuple({other.id: other for other in others}.values())


@dataclass(frozen=True, slots=True)
class Linked:
    """Links of one kind and direction of one entity, by neighbour id; cursors: to go on after each of them."""

    links: tuple[Link, ...]
    cursors: tuple[str, ...]
    total: Total
    truncated: Truncation | None


@dataclass(frozen=True, slots=True)
class Path:
    """A shortest path: n entities and, between each two, the links there are (either direction, by id)."""

    entities: tuple[Entity, ...]
    links: tuple[tuple[Link, ...], ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """All shortest paths, by the entity ids along them. hops: their length, None when there is none.

    skipped_hubs: entities met but not passed through, because their degree is above max_degree; by id."""

    paths: tuple[Path, ...]
    hops: int | None
    skipped_hubs: tuple[Entity, ...]
    max_degree: int
    truncated: Truncation | None


@dataclass(frozen=True, slots=True)
class Subgraph:
    """Entities and the links among them; truncated when limits cut it.

    skipped_hubs: entities (among `entities`) whose neighbours were not followed: their degree is too high."""

    entities: tuple[Entity, ...]
    links: Sequence[Link]
    truncated: tuple[Truncation, ...] = ()
    skipped_hubs: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class CommonNeighbours:
    """Entities linked to each of some others, by id, and the links between the two."""

    of: tuple[Entity, ...]
    neighbours: tuple[Entity, ...]
    links: tuple[Link, ...]
    truncated: Truncation | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something dated about an entity. date: ISO text of the precision known, None when unknown (comes last); of a
    time of unknown zone its day, since it orders no finer. entity: whose timeline it is on; of a link between two
    of them, the one with the lower id.

    what: STARTED or ENDED (a link's episode), VALUE (a dated property: `property` names it). link and episode, or
    value, say what it is about; the other is None."""

    date: str | None
    what: Literal["STARTED", "ENDED", "VALUE"]
    entity: Entity
    property: str | None = None
    value: Value | None = None
    link: Link | None = None
    episode: Episode | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events in time order. truncated names, besides the limit, kinds of neighbours that are too many to date."""

    events: tuple[Event, ...]
    truncated: tuple[Truncation, ...]


ChangedWhat = Literal["mentions", "links", "decisions"]


@dataclass(frozen=True, slots=True)
class Changed:
    """What a revision put or ended, as this reader sees it: a mention, the mention links between two mentions, or the
    decisions about two.

    entities: where those mentions live at the view's revision (of those gone: where they lived when this was so), each
    once. kind: of the mention or link; of a decision its verdict. put: False when ended; a changed one is ended and
    put, an undone decision ended."""

    revision: Revision
    table: ChangedWhat
    put: bool
    kind: str
    mids: tuple[MentionId, ...]
    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes by (revision, mentions before links before decisions, mention ids, kind, ended before put)."""

    changes: tuple[Changed, ...]
    truncated: Truncation | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A record that stands behind something: what it is in its source, where in its file, and since when we know."""

    mention: MentionId
    kind: str
    source: int
    rec_key: str
    slot: str
    locator: str
    observed_at: str
    revision: Revision
    derived_by: str | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """The statements behind an entity or link, by mention id."""

    statements: tuple[Statement, ...]
    total: int
    truncated: Truncation | None
