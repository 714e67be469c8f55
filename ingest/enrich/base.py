"""What an enricher is: one file in ingest/enrich that says something about texts, of their bodies alone.

An enricher module ends with `ENRICHER = …`. What it says is added beside what sources say, never in its place, and is
kept by the text's content and the enricher's version (cache.py): the same body is never worked on twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Unavailable(Exception):
    """An enricher cannot work here: its model or program is not there. reason: a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Derived(NamedTuple):
    """What is said of one body, and how sure, 0 to 1."""

    value: str
    confidence: float


class Enricher(Protocol):
    """name: of the enricher; property: what it says ("language"); nothing: the value that says nothing.

    shared: where a body says nothing, what a clear majority of its room says is assumed
    (api/enriching.py tells how clear)."""

    name: str
    property: str
    nothing: str
    shared: bool

    def version(self) -> str:
        """Of the enricher and its model: another one works anew. Raises Unavailable."""
        ...

    def derive(self, bodies: Sequence[str]) -> list[Derived]:
        """What each body comes to, in their order. Raises Unavailable."""
        ...
