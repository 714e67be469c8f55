"""What goes into a commit and what comes of it: a staged batch, its outcome, and who follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from graph.access import AccessLabel
from graph.model import MentionId, Revision
from graph.projection import Matcher
from graph.snapshots import Part

Asked = tuple[MentionId, MentionId, str, str]
"""A judgement to be made: a, b, verdict, note."""


class Follower(Protocol):
    """What follows the delta log: a store, the search index. A `name`, if it has one, is what check calls it."""

    def head(self) -> Revision: ...
    def apply(self, delta: Path, revision: Revision) -> None: ...


@runtime_checkable
class Stepping(Follower, Protocol):
    """A follower for which several small deltas in one step cost hardly more than one."""

    def apply_all(self, deltas: Sequence[tuple[Path, Revision]]) -> None: ...


@dataclass(frozen=True, slots=True)
class Staged:
    """A batch that is ready to commit: its directory (records, mentions, links, rejects) and what is said of it.

    observed_at: of the whole file, UTC ISO-8601; dated: its name says so. complete: it states all current records of
    its source, so that absent ones end: "closed" or "withdrawn"; or it does so with others, as a part. covers: regex
    of the keys it speaks for."""

    directory: Path
    source: str
    label: AccessLabel
    format: str
    file: str
    digest: str
    counts: dict[str, Any]
    observed_at: str = ""
    dated: bool = False
    complete: bool = False
    part: Part | None = None
    absence: str = "withdrawn"
    covers: str = ""
    purpose: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit came to. fresh False: these bytes were held already, since that revision; nothing was committed.

    notes: why a snapshot in parts ends nothing yet."""

    revision: Revision
    fresh: bool
    ended: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deciding:
    """A run of the models to be made. digests: of each, by name: the ledger tells which parameters decided. adopted: of these, the
    fingerprints of the versions that `models/` keeps. always: a revision even when nothing new is decided."""

    match: Matcher
    digests: Mapping[str, str]
    adopted: Mapping[str, str]
    always: bool = False
