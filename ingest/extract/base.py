"""What a finder is: one file in ingest/extract that finds one family of things that texts name.

A finder module ends with `FINDER = …`. The registry (ingest/extract/__init__.py) finds every sibling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known around a text. platform: of its room ("discord"), "" without one. sent_at: an Instant's text.

    named: who the record itself says that the text addresses, as shown: "@Zoë" is then that account, no handle."""

    platform: str = ""
    sent_at: str | None = None
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One thing named in text[start:end] (code points). values: properties of its kind, cleaned; confidence: 0 to 1."""

    start: int
    end: int
    kind: str
    caption: str
    values: Mapping[str, str]
    confidence: float
    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = field(default=())


class Finder(Protocol):
    """name and version: what derived mentions say they are derived by. rank: of two that overlap the lower one stays.

    hint: where it finds nothing, there is nothing to find; searched before find is called."""

    name: str
    version: int
    rank: int
    hint: re.Pattern[str]

    def find(self, text: str, around: Setting) -> Iterator[Found]: ...
