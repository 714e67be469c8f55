"""The nouns of the house (docs/design in one file): frozen values, no I/O.

Ids are 16 random-looking bytes (graph/evidence.py), shown as 32 lower-case hex digits. An entity's id is the
id of its oldest visible mention, so `EntityId` and `MentionId` share a space on purpose: every id ever worn
is some mention's, and resolves to where that mention now lives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, NewType

MentionId = NewType("MentionId", bytes)
EntityId = NewType("EntityId", bytes)
Revision = NewType("Revision", int)
LabelId = NewType("LabelId", int)

Verdict = Literal["SAME", "DIFFERENT", "UNSURE"]
Direction = Literal["OUT", "IN"]


def to_hex(value: bytes) -> str:
    """The shown form of an id: 32 lower-case hex digits."""
    return value.hex()


@dataclass(frozen=True, slots=True)
class View:
    """What one reader sees, at one revision: the first argument of every read.

    labels: the interned access labels the reader may see. valid: only what was so on that day (links and
    values whose interval contains it; unknown bounds are open), None for all times.
    """

    labels: frozenset[LabelId]
    revision: Revision
    valid: date | None = None


class Group(NamedTuple):
    """A `groups` row (graph/tables.py): interchangeable mentions of one component."""

    comp: int
    grp: int
    label: LabelId
    anchor: bytes
    born: int
    n: int
    kind: str
    caption: str
    authority: int
    keys: tuple[str, ...]


class Pair(NamedTuple):
    """A `pairs` row: a judgement or model decision between two mentions, both visible to the reader."""

    comp: int
    other: int
    a: bytes
    b: bytes
    grp_a: int
    grp_b: int
    verdict: str
    by: str
    strength: float | None
    id: str
    label: LabelId
    reason: str


class Mention(NamedTuple):
    """A `mentions` row: what one record says about one thing. props: JSON {property: [[cleaned, original]…]}."""

    mid: bytes
    comp: int
    grp: int
    label: LabelId
    born: int
    source: int
    rec_key: str
    slot: str
    kind: str
    caption: str
    authority: int
    props: str | None
    derived_by: str | None
    valid_from: str | None
    valid_to: str | None
    observed_at: str
    revision: int
    locator: str


class MentionLink(NamedTuple):
    """A `links` row: what one record says ties two of its mentions. props: JSON {name: value} or None."""

    row: int
    kind: str
    role: str
    from_comp: int
    to_comp: int
    from_grp: int
    to_grp: int
    from_mid: bytes
    to_mid: bytes
    from_kind: str
    to_kind: str
    from_anchor: bytes | None
    to_anchor: bytes | None
    label: LabelId
    valid_from: str | None
    valid_to: str | None
    props: str | None


class Counter(NamedTuple):
    """Distinct neighbours of one component: plain ones as a number. out: the links leave the component."""

    comp: int
    out: bool
    kind: str
    nkind: str
    n: int


class Change(NamedTuple):
    """A mention or link row put or ended after a revision, for `changes(since)`."""

    revision: int
    table: Literal["mentions", "links"]
    row: int
    put: bool
    mids: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an entity's property and who says so. original: as received, when cleaning changed it."""

    property: str
    value: str
    originals: tuple[str, ...]
    mentions: tuple[MentionId, ...]
    valid_from: str | None = None
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A resolved cluster of the mentions a reader may see.

    groups: the (component, groups) that make it up: the reader's handle for further reads, never shown.
    merged_from: other mention ids that were ever worn are not listed here; see Graph.how.
    """

    id: EntityId
    kind: str
    caption: str
    comp: int
    groups: tuple[Group, ...]
    whole: bool
    """True when these are all the visible groups of the component."""

    @property
    def mention_count(self) -> int:
        return sum(group.n for group in self.groups)


@dataclass(frozen=True, slots=True)
class Episode:
    """One interval of a link: adjacent or overlapping equal ones are coalesced."""

    role: str
    valid_from: str | None
    valid_to: str | None
    properties: tuple[tuple[str, object], ...]
    count: int
    mentions: tuple[tuple[MentionId, MentionId], ...]
    """(from, to) mention ids of the mention links behind it, sorted."""


@dataclass(frozen=True, slots=True)
class Link:
    """All mention links of one kind between two entities; its id is (kind, source, target)."""

    kind: str
    source: Entity
    target: Entity
    episodes: tuple[Episode, ...]

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.source.id.hex()}:{self.target.id.hex()}"

    @property
    def count(self) -> int:
        return sum(episode.count for episode in self.episodes)


@dataclass(frozen=True, slots=True)
class Total:
    """A count that says whether it is exact (EQ) or a floor (GTE)."""

    value: int
    relation: Literal["EQ", "GTE"] = "EQ"


@dataclass(frozen=True, slots=True)
class Truncation:
    """What limited an answer. by: the argument; next: the cursor or ids that get the rest."""

    by: str
    limit: int
    next: str | None


@dataclass(frozen=True, slots=True)
class NeighbourCount:
    """Distinct neighbours of one entity by link kind and neighbour kind."""

    link_kind: str
    direction: Direction
    kind: str
    total: Total


@dataclass(frozen=True, slots=True)
class Expansion:
    """One entity's surroundings: counts before nodes, then links, and what was cut."""

    entity: Entity
    counts: tuple[NeighbourCount, ...]
    links: tuple[Link, ...]
    truncated: tuple[Truncation, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A shortest path: n entities and the n-1 links between them, in order."""

    entities: tuple[Entity, ...]
    links: tuple[tuple[Link, ...], ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """All shortest paths. skipped_hubs: entities not passed through because their degree is above max_degree."""

    paths: tuple[Path, ...]
    hops: int | None
    skipped_hubs: tuple[Entity, ...]
    max_degree: int
    truncated: Truncation | None


@dataclass(frozen=True, slots=True)
class Subgraph:
    """Entities and the links among them; truncated when limits cut it."""

    entities: tuple[Entity, ...]
    links: tuple[Link, ...]
    truncated: tuple[Truncation, ...] = field(default=())
