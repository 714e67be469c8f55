"""The schema's enums: those that the ontology generates, and the few words of the house."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import strawberry

from graph.ontology import ontology

if TYPE_CHECKING:  # made from the ontology when the schema is; to mypy any enum will do

    class EntityKind(Enum): ...

    class LinkKind(Enum): ...

else:
    EntityKind = strawberry.enum(
        Enum("EntityKind", {name: name for name in ontology().kinds}),
        description="Kinds of entity, as the ontology lists them.",
    )
    LinkKind = strawberry.enum(
        Enum("LinkKind", {name: name for name in ontology().links}),
        description="Kinds of link, as the ontology lists them.",
    )


@strawberry.enum(description="What two mentions are said to be.")
class Verdict(Enum):
    SAME = "SAME"
    DIFFERENT = "DIFFERENT"
    UNSURE = "UNSURE"


@strawberry.enum(description="OUT: the link leaves the entity; IN: it arrives.")
class Direction(Enum):
    OUT = "OUT"
    IN = "IN"


@strawberry.enum(description="EQ: exact; GTE: at least so many.")
class Relation(Enum):
    EQ = "EQ"
    GTE = "GTE"


def names(kinds: list[Any] | None) -> list[str]:
    """The texts of enum arguments; [] when none are given."""
    return [kind.value for kind in kinds or ()]
