"""Ownership as GraphQL: stakes, interests, where chains end, cycles (analytics/ownership.py says how they are worked out)."""

from __future__ import annotations

from enum import Enum

import strawberry

from analytics import ownership as owners
from api.schema.entities import Entity, Link, Siblings
from api.schema.paging import Truncation, first_of
from graph.errors import InvalidValue
from graph.model import Entity as EntityModel

DEEPEST = 50


@strawberry.enum(description="Why a chain goes no further.")
class EndReason(Enum):
    PERSON = strawberry.enum_value("PERSON", description="a natural person")
    PROTECTED_PERSON = strawberry.enum_value(
        "PROTECTED_PERSON", description="a person whose particulars the register keeps secret"
    )
    NOT_ON_REGISTER = strawberry.enum_value(
        "NOT_ON_REGISTER", description="no company of the register; detail: where it is registered, as stated"
    )
    UNMATCHED = strawberry.enum_value(
        "UNMATCHED",
        description="said to be on the register, but number and name fit no company held; detail: the number; see its decisions for a proposal",
    )
    STATEMENT = strawberry.enum_value(
        "STATEMENT",
        description="the company made a statement instead of naming controllers; detail: its code",
    )
    EXEMPT = strawberry.enum_value(
        "EXEMPT", description="the company need not name controllers; detail: the exemption"
    )
    NONE_STATED = strawberry.enum_value("NONE_STATED", description="the sources held name no controller")
    MAX_DEPTH = strawberry.enum_value("MAX_DEPTH", description="maxDepth was reached")


@strawberry.enum(description="A right that alone is a majority.")
class Right(Enum):
    SHARES = "shares"
    VOTES = "votes"
    DIRECTORS = "directors"


@strawberry.type(description="Percent: more than least (0: from nothing), at most most.")
class Band:
    least: float
    most: float

    @classmethod
    def of(cls, band: owners.Band | None) -> Band | None:
        return None if band is None else cls(least=band.least, most=band.most)


@strawberry.type(description="What one controller holds in one company, by its current episodes together.")
class Stake:
    controller: Entity
    company: Entity
    link: Link
    shares: Band | None
    votes: Band | None
    appoints_directors: bool
    significant_influence: bool
    majority: list[Right]

    @classmethod
    def of(cls, stake: owners.Stake, siblings: Siblings) -> Stake:
        return cls(
            controller=siblings.entity(stake.controller), company=siblings.entity(stake.company),
            link=Link.of(stake.link, siblings), shares=Band.of(stake.shares), votes=Band.of(stake.votes),
            appoints_directors=stake.appoints_directors, significant_influence=stake.significant_influence,
            majority=[Right(name) for name in stake.majority],
        )  # fmt: skip


@strawberry.type(description="Where chains end, and why.")
class End:
    entity: Entity
    reason: EndReason
    detail: str


@strawberry.type(
    description="What one entity comes to over all chains: the sum of the multiplied share bands (economic interest) and the shortest chain of majorities (control)."
)
class Interest:
    entity: Entity
    depth: int = strawberry.field(description="steps of the shortest chain")
    shares: Band | None = strawberry.field(
        description="share bands multiplied along each chain and summed over chains; null when no chain states them all"
    )
    chains: int = strawberry.field(description="chains that state their shares")
    unstated: int = strawberry.field(description="chains with a step whose shares are not stated")
    control: list[Stake] = strawberry.field(
        description="the shortest majority chain, from the controller down; empty when there is none"
    )
    end: End | None = strawberry.field(
        description="why chains go no further than this entity: it is an ultimate controller"
    )


@strawberry.type(
    description="One side. cycles: each member controls the next, the last the first. past: links that no longer stand."
)
class Structure:
    stakes: list[Stake]
    interests: list[Interest]
    ends: list[End]
    cycles: list[list[Entity]]
    past: list[Link]
    truncated: list[Truncation]

    @classmethod
    def of(cls, side: owners.Structure, siblings: Siblings) -> Structure:
        ends = {
            end.entity.id: End(
                entity=siblings.entity(end.entity), reason=EndReason[end.reason], detail=end.detail
            )
            for end in side.ends
        }
        interests = [
            Interest(
                entity=siblings.entity(i.entity), depth=i.depth, shares=Band.of(i.shares), chains=i.chains,
                unstated=i.unstated, control=[Stake.of(stake, siblings) for stake in i.control],
                end=ends.get(i.entity.id),
            )
            for i in side.interests
        ]  # fmt: skip
        return cls(
            stakes=[Stake.of(stake, siblings) for stake in side.stakes], interests=interests,
            ends=list(ends.values()), cycles=[siblings.entities(ring) for ring in side.cycles],
            past=siblings.links(side.past), truncated=Truncation.all(side.truncated),
        )  # fmt: skip


@strawberry.type(
    description="An entity between its owners (up) and what it owns (down). Only stakes in force count; past ones are listed."
)
class Ownership:
    company: Entity
    up: Structure
    down: Structure


def checked(max_depth: int, first: int) -> tuple[int, int]:
    """The arguments of ownership; InvalidValue when one is out of bounds."""
    if not 1 <= max_depth <= DEEPEST:
        raise InvalidValue("maxDepth", max_depth, f"1 to {DEEPEST}")
    return max_depth, first_of(first)


def ownership_of(siblings: Siblings, model: EntityModel, max_depth: int, first: int) -> Ownership:
    """The ownership of an entity as its siblings' view sees it."""
    max_depth, first = checked(max_depth, first)
    found = owners.ownership(
        siblings.service.graph, siblings.view, model.id, max_depth=max_depth, limit=first
    )
    assert found is not None  # the entity was read in this view
    assert found.up is not None
    assert found.down is not None
    return Ownership(
        company=siblings.entity(found.company), up=Structure.of(found.up, siblings), down=Structure.of(found.down, siblings)
    )  # fmt: skip
