"""The batch form of a format: frozen values that say which column goes where, and nothing else.

Seven words make a value of a row: `Column`, `Constant`, `Coalesce`, `Concat`, `Lookup`, `Cleaned` and `unnest`.
`Mapping` puts values into records, mentions and links; ingest/mapping_run.py runs it over whole Arrow batches, and
tests/ingest/oracle.py interprets it row by row, slowly, to check that. What the words cannot say is plain SQL in
`prepare`, before them, or is not a mapping but a `describe` (ingest/describe.py).

A value is text or nothing: a column that is empty or only white space is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import TypeVar

from graph.ontology import ontology


@dataclass(frozen=True, slots=True)
class Column:
    """A source column by its header name (stripped), white space around its value taken off."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """The same text in every row."""

    text: str


@dataclass(frozen=True, slots=True)
class Coalesce:
    """The first of the values that is there."""

    values: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Concat:
    """Values joined. separator None: without one, and nothing when any value is missing. Else the values that are
    there, joined; with gaps, missing ones too, as empty text, unless all are."""

    values: tuple[Expr, ...]
    separator: str | None = None
    gaps: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """A value translated by a table of (from, to); one that the table does not hold is unreadable."""

    value: Expr
    table: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A value cleaned by name (ingest/cleaning.py), once for each distinct value of a batch."""

    cleaner: str
    value: Expr


Expr = Column | Constant | Coalesce | Concat | Lookup | Cleaned
T = TypeVar("T")


def shown(kind: str, expr: Expr) -> Expr:
    """A caption or name of a kind: cleaned as its `name` (or as text), unless it is `Cleaned` or a `Lookup`, or the
    first of such."""
    several = expr.values if isinstance(expr, Coalesce) else (expr,)
    if all(isinstance(value, Cleaned | Lookup) for value in several):
        return expr
    return Cleaned(ontology().kinds[kind].properties.get("name", "text"), expr)


def unnest(numbers: Iterable[int], make: Callable[[int], T]) -> tuple[T, ...]:
    """One mention, value or key for each of a family of numbered columns."""
    return tuple(make(number) for number in numbers)


def key(identifier: str, value: Expr) -> Expr:
    """An identifier key of the ontology: its value cleaned by its type, unless it is `Cleaned` or joined already."""
    declared = ontology().identifiers[identifier]
    cleaned = value if isinstance(value, Cleaned | Concat) else Cleaned(declared.value, value)
    return Concat((Constant(declared.key("")), cleaned))


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a mention, with one value or several. A value that is not `Cleaned` or a `Lookup` is cleaned
    by the property's type in the ontology. An unreadable one is left out and flagged."""

    name: str
    values: tuple[Expr, ...]


def properties(**values: Expr | tuple[Expr, ...]) -> tuple[Property, ...]:
    """Properties by name, in the order given."""
    return tuple(
        Property(name, given if isinstance(given, tuple) else (given,)) for name, given in values.items()
    )


@dataclass(frozen=True, slots=True)
class MentionMap:
    """One mention a row, in graph.tables.BATCH's terms. when: there is a mention where this value is; None, always.

    An unreadable caption, name, key or facet is left out; valid_from and valid_to are flagged then."""

    slot: str
    kind: str
    authority: int
    caption: Expr | None = None
    properties: tuple[Property, ...] = ()
    names: tuple[Expr, ...] = ()
    keys: tuple[Expr, ...] = ()
    facets: tuple[Expr, ...] = ()
    valid_from: Expr | None = None
    valid_to: Expr | None = None
    when: Expr | None = None
    derived_by: str | None = None


@dataclass(frozen=True, slots=True)
class LinkMap:
    """One link a row, where both its mentions are and `when` is. properties: values as text, by name."""

    kind: str
    from_slot: str
    to_slot: str
    role: Expr | None = None
    valid_from: Expr | None = None
    valid_to: Expr | None = None
    properties: tuple[tuple[str, Expr], ...] = ()
    when: Expr | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole format in the batch form.

    columns: the ones that the file must have. key: the record's key; a record whose key, or one of `required`, is
    missing or unreadable is rejected. ignored: column -> why it is not taken. prepare: one SQL SELECT over `source` (the columns as text, with `line` and `raw`, which
    it must hand on), run a batch before all else.
    """

    columns: tuple[str, ...]
    key: Expr
    mentions: tuple[MentionMap, ...]
    links: tuple[LinkMap, ...] = ()
    required: tuple[tuple[str, Expr], ...] = ()
    ignored: Dict[str, str] = field(default_factory=dict)
    prepare: str | None = None

    def __post_init__(self) -> None:
        """ValueError names every fault: unknown kinds, properties, slots and columns, and a name used twice."""
        faults = [*_faults(self)]
        if faults:
            raise ValueError("mapping: " + "; ".join(faults))

    def taken(self) -> frozenset[str]:
        """The columns that some value reads."""
        return frozenset(name for expr in self.values() for name in columns_of(expr))

    def values(self) -> Iterator[Expr]:
        """Every value of the mapping."""
        yield self.key
        yield from (expr for _, expr in self.required)
        for mention in self.mentions:
            yield from (value for prop in mention.properties for value in prop.values)
            yield from (*mention.names, *mention.keys, *mention.facets)
            single = (mention.caption, mention.valid_from, mention.valid_to, mention.when)
            yield from (expr for expr in single if expr is not None)
        for link in self.links:
            yield from (expr for _, expr in link.properties)
            yield from (e for e in (link.role, link.valid_from, link.valid_to, link.when) if e is not None)


def columns_of(expr: Expr) -> Iterator[str]:
    """The columns that a value reads."""
    match expr:
        case Column(name):
            yield name
        case Coalesce(values) | Concat(values):
            for value in values:
                yield from columns_of(value)
        case Lookup(value) | Cleaned(_, value):
            yield from columns_of(value)


def _faults(mapping: Mapping) -> Iterator[str]:
    kinds, link_kinds = ontology().kinds, ontology().links
    slots = {mention.slot: mention.kind for mention in mapping.mentions}
    if len(slots) != len(mapping.mentions):
        yield "two mentions share a slot"
    for mention in mapping.mentions:
        if mention.kind not in kinds:
            yield f"{mention.slot}: there is no kind {mention.kind!r}"
            continue
        declared = kinds[mention.kind].properties
        yield from (
            f"{mention.kind} has no property {p.name!r}" for p in mention.properties if p.name not in declared
        )
        if len({p.name for p in mention.properties}) != len(mention.properties):
            yield f"{mention.slot}: a property is there twice"
    for link in mapping.links:
        if link.kind not in link_kinds:
            yield f"there is no link {link.kind!r}"
            continue
        yield from (
            f"{link.kind}: there is no slot {s!r}" for s in (link.from_slot, link.to_slot) if s not in slots
        )
        ends = link_kinds[link.kind]
        if slots.get(link.from_slot) not in ends.from_kinds or slots.get(link.to_slot) not in ends.to_kinds:
            yield f"{link.kind} does not go from {link.from_slot!r} to {link.to_slot!r}"
        yield from (
            f"{link.kind} has no property {n!r}" for n, _ in link.properties if n not in ends.properties
        )
    if mapping.prepare is None:
        known = frozenset(mapping.columns)
        yield from (
            f"there is no column {name!r}"
            for name in sorted(mapping.taken() | set(mapping.ignored))
            if name not in known
        )
    yield from (
        f"column {name!r} is taken and ignored" for name in sorted(mapping.taken() & set(mapping.ignored))
    )
