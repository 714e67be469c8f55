"""Limits and what they cut: pages, totals, cursors (docs/api.md, "Pages")."""

from __future__ import annotations

from collections.abc import Iterable

import strawberry

from api.schema.enums import Relation
from graph.errors import InvalidValue
from graph.model import Total as TotalModel
from graph.model import Truncation as TruncationModel

MOST = 1000
"""The most that one typed answer lists; a larger `first` is refused, never lowered in silence."""

MOST_PACKED = 50_000
"""The most entities that one packed answer lists."""


def first_of(value: int, most: int = MOST) -> int:
    """A `first` argument; InvalidValue when it is not 1 to `most`."""
    if not 1 <= value <= most:
        raise InvalidValue("first", value, f"1 to {most}")
    return value


@strawberry.type(description="A count: EQ is exact, GTE a floor.")
class Total:
    value: int
    relation: Relation

    @classmethod
    def of(cls, total: TotalModel) -> Total:
        return cls(value=total.value, relation=Relation[total.relation])


@strawberry.type(
    description="What limited the answer: the argument or bound, its value, and the cursor that gets the rest (none: raise the limit)."
)
class Truncation:
    by: str
    limit: int
    next: str | None

    @classmethod
    def of(cls, cut: TruncationModel) -> Truncation:
        """From the reading layer, whose `limit` is this API's `first`."""
        return cls(by="first" if cut.by == "limit" else cut.by, limit=cut.limit, next=cut.next)

    @classmethod
    def all(cls, cuts: Iterable[TruncationModel | None]) -> list[Truncation]:
        return [cls.of(cut) for cut in cuts if cut is not None]


@strawberry.type(description="Whether there is more, and the cursor to go on after (argument `after`).")
class PageInfo:
    has_next_page: bool
    end_cursor: str | None

    @classmethod
    def of(cls, truncated: Iterable[Truncation], last: str | None = None) -> PageInfo:
        """last: the cursor after the last item shown, where the answer has one."""
        nexts = [cut.next for cut in truncated if cut.next is not None]
        return cls(has_next_page=bool(nexts), end_cursor=last or (nexts[0] if nexts else None))
