"""Access labels and reader scopes: who may see what (design 6, "Access").

A label is an interned (marking, handling, case, caveat). Every source carries exactly one for life, and everything
it says carries it on. A reader's scope names the values it may see of each part; a label is visible when all four
of its parts are, and a part that is not set is visible to all.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from graph.errors import NotHeld, Refused
from graph.model import LabelId

PUBLIC = LabelId(0)
"""The label with no part set: visible to every reader."""

Allowed = frozenset[str] | Literal["*"]


@dataclass(frozen=True, slots=True, order=True)
class AccessLabel:
    """What a source's rows carry. A part that is "" is not set."""

    marking: str = ""
    handling: str = ""
    case: str = ""
    caveat: str = ""

    def __str__(self) -> str:
        parts = [f"{f.name}={getattr(self, f.name)}" for f in fields(self) if getattr(self, f.name)]
        return ",".join(parts) or "public"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader may see of each part; "*" is everything."""

    name: str
    markings: Allowed = "*"
    handlings: Allowed = "*"
    cases: Allowed = "*"
    caveats: Allowed = "*"

    def sees(self, label: AccessLabel) -> bool:
        parts = (
            (label.marking, self.markings),
            (label.handling, self.handlings),
            (label.case, self.cases),
            (label.caveat, self.caveats),
        )
        return all(not value or allowed == "*" or value in allowed for value, allowed in parts)

    def labels(self, interned: Iterable[tuple[LabelId, AccessLabel]]) -> frozenset[LabelId]:
        """The visible labels among the interned ones; PUBLIC always is."""
        return frozenset({PUBLIC, *(number for number, label in interned if self.sees(label))})


LOCAL = Scope("local")
"""The reader at the machine itself: sees everything."""

_PARTS = ("cases", "markings", "handlings", "caveats")


def read_scopes(path: Path) -> dict[str, Scope]:
    """The scopes of a readers.toml, by reader name; {} when there is no file.

    Strict: an unknown key, or a value that is neither "*" nor a list of texts, is Refused. A part that a reader's
    table leaves out allows nothing, so a typo hides rather than leaks.
    """
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: not TOML: {error}.") from error
    return {name: _scope(path, name, table) for name, table in tables.items()}


def _scope(path: Path, name: str, table: object) -> Scope:
    if not isinstance(table, dict):
        raise Refused(f"{path}: {name} is not a table.", remedy=f"Write [{name}] with {', '.join(_PARTS)}.")
    if unknown := sorted(set(table) - set(_PARTS)):
        raise Refused(f"{path}: [{name}] has unknown keys {unknown}.", remedy=f"Known: {', '.join(_PARTS)}.")
    return Scope(name, **{part: _allowed(path, name, part, table.get(part, [])) for part in _PARTS})


def _allowed(path: Path, name: str, part: str, value: object) -> Allowed:
    if value == "*":
        return "*"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return frozenset(value)
    raise Refused(f"{path}: [{name}] {part} is {value!r}.", remedy='Write "*" or a list of texts.')


def scope_of(path: Path, reader: str | None) -> Scope:
    """The scope of a named reader; the local reader's when None. Raises NotHeld for an unknown name."""
    if reader is None:
        return LOCAL
    scopes = read_scopes(path)
    if reader not in scopes:
        raise NotHeld(f"Reader {reader!r} is not in {path.name}.", remedy=f"Add a [{reader}] table to it.")
    return scopes[reader]
