"""The nouns of the house (docs/design in one file): frozen values, no I/O.

Ids are 16 random-looking bytes (graph/evidence.py), shown as 32 lower-case hex digits. An entity's id is the
id of its oldest visible mention, so `EntityId` and `MentionId` share a space on purpose: every id ever worn
is some mention's, and resolves to where that mention now lives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Literal, NamedTuple, NewType

from graph.episodes import Episode as Episode
from graph.episodes import episodes

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


ChangedTable = Literal["mentions", "links", "pairs"]

CHANGED_TABLES: Final[tuple[ChangedTable, ...]] = ("mentions", "links", "pairs")
"""The tables that a store lists changes of, in the order of their changes within a revision."""


class Change(NamedTuple):
    """A mention, link or pair row put or ended after a revision, for `changes(since)`.

    mids: the mention, the link's from and to, the pair's a and b."""

    revision: int
    table: ChangedTable
    row: int
    put: bool
    mids: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an entity's property and who says so, for one unbroken interval (None: open or unknown).

    originals: as received, where cleaning changed it, sorted. mentions: sorted."""

    property: str
    value: str
    originals: tuple[str, ...]
    mentions: tuple[MentionId, ...]
    valid_from: str | None = None
    valid_to: str | None = None


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
class Entity:
    """A resolved cluster of the mentions a reader may see.

    id: its oldest visible mention's. caption and kind: of its best mention, as in graph.tables `groups`.
    comp, groups, whole: the reader's handle for further reads, never shown: they depend on hidden rows.
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


@dataclass(frozen=True)
class Link:
    """All mention links of one kind between two entities; its id is (kind, source, target).

    episodes: worked out when they are asked for; most answers want the count alone. rows: what they are made of,
    never shown: they carry the reader's handles (comp, grp, row)."""

    kind: str
    source: Entity
    target: Entity
    rows: Sequence[MentionLink]

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.source.id.hex()}:{self.target.id.hex()}"

    @property
    def count(self) -> int:
        return len(self.rows)

    @cached_property
    def episodes(self) -> tuple[Episode, ...]:
        return episodes(self.rows)
