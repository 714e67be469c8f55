"""What a rule is: a delta, seen by one reader, and that reader's watches in; what fired out.

Rules judge by what the reader sees before and after the revision, and by records that the revision brought: never by
rows that only moved, which may have moved for reasons that the reader may not see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Final, Literal, NamedTuple, Protocol

from graph.model import LabelId, MentionLink, Revision
from graph.reading.reading import Reading
from graph.watches import Watch

Change = Literal["CREATED", "UPDATED"]

MOST_TIES: Final = 100
"""Mention links that an alert names; `count` says how many there are."""


class Tie(NamedTuple):
    """A mention link that is news: the mentions that one record ties."""

    source: bytes
    target: bytes
    label: LabelId


@dataclass(frozen=True, slots=True)
class Fired:
    """One alert of one rule for one reader's watches. key: orders a revision's alerts and tells them apart, by ids
    that the reader sees. source, target: the link's ends as the reader sees them at the revision. ties: the first
    MOST_TIES of the `count` mention links that are news, by ids."""

    rule: str
    key: str
    change: Change
    kind: str
    source: bytes
    target: bytes
    watches: tuple[str, ...]
    ties: tuple[Tie, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A delta as readers with the same labels see it. ties: the mention links that it put near what is watched, of
    records that it brought, all visible. before, now: readings at the revision before it, and at it."""

    revision: Revision
    ties: Sequence[MentionLink]
    before: Reading
    now: Reading


class Rule(Protocol):
    """One rule. name: lower-case with underscores, shown with its alerts."""

    name: str

    def fire(self, seen: Seen, watches: Sequence[Watch]) -> list[tuple[str, Fired]]:
        """(owner, alert) of everything that fires. watches: of any owners who see just what is seen."""
        ...


_PARTS: Final = ("base", "delivery", "follower", "news", "places", "stated")


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by name: the sibling files that are no part of the machinery. Loud about a duplicate."""
    package = import_module("analytics.alerts")
    found: dict[str, Rule] = {}
    for module in sorted(each.name for each in iter_modules(package.__path__) if each.name not in _PARTS):
        rule: Rule | None = getattr(import_module(f"analytics.alerts.{module}"), "RULE", None)
        if rule is None:
            raise TypeError(f"analytics.alerts.{module} does not end with RULE = …")
        if rule.name in found:
            raise TypeError(f"analytics.alerts.{module}: there is a rule {rule.name!r} already")
        found[rule.name] = rule
    return tuple(found.values())
