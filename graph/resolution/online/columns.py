"""The columns of one record, made in Python: those that graph/resolution/columns makes of many in DuckDB.

Text is taken apart by the same functions (person_names, forenames, folding, company_name); only how the parts are put in
rows is said twice, and tests/graph/resolution/online holds the two to each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from graph.resolution.columns.organisations import land
from graph.resolution.columns.shared import MANY, TIES, without_form
from graph.resolution.forenames import canonical, listed, meanings, surname_listed
from graph.resolution.person_names import parse
from graph.values import company_name
from graph.values.folding import bare

BODIES: Final = ("Company", "Organisation")
NUMBERED: Final = "company_number:"
_NO_SIGNS: Final = re.compile("[^0-9A-Za-z]")


class Tie(NamedTuple):
    """What a record ties its mention to, by a link of this kind."""

    link: str
    kind: str
    keys: tuple[str, ...] = ()
    props: Mapping[str, str] = {}
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What one record says of one thing: cleaned values, identifier keys, ties. employs: somebody works for it."""

    kind: str
    props: Mapping[str, str]
    caption: str = ""
    keys: tuple[str, ...] = ()
    ties: tuple[Tie, ...] = field(default=())
    employs: bool = False


class Near(NamedTuple):
    """A row of <base>_near: an identifier, and the key by which it is counted who shares it."""

    kind: str
    value: str
    shared: str


Row = dict[str, Any]


def make(said: Said, called: Mapping[str, Sequence[str]]) -> tuple[Row, list[Near]] | None:
    """The columns of a record, but for what hangs on others, and its identifiers; None when it has no row.

    called: what other records call bodies, by their number's key."""
    row = _MAKERS[said.kind](said)
    return None if row is None else (row, near(said.ties, called))


def _person(said: Said) -> Row:
    props = said.props
    name, forenames, surname = (props.get(one) or "" for one in ("name", "forenames", "surname"))
    besides = (props.get(one) or "" for one in ("title", "honours", "former_name"))
    parts = parse(name, forenames, surname, *besides)
    first, last = parts.first, parts.last
    told = [props.get(one) for one in ("nationality", "country_of_residence", "occupation")]
    canon = canonical(first) if first else first
    both = f"{min(canon, last)} {max(canon, last)}" if canon is not None and last is not None else None
    birth = props.get("birth_date")
    return {
        "keys": sorted(said.keys), "first": first, "canon": canon,
        "meanings": list(meanings(first)) if first else None, "listed": bool(first) and listed(first or ""),
        "middle": parts.middle or None, "last": last, "former": parts.former, "last_canon": canonical(last) if last else last,
        "last_listed": bool(last) and surname_listed(last or ""), "title": parts.title,
        "generation": parts.generation, "formal": parts.formal and any(one is not None for one in told),
        "shown": " ".join(x for x in (first, parts.middle, last) if x), "both_names": both,
        "year": _integer(birth, 0, 4), "month": _integer(birth, 5, 7), "day": _integer(birth, 8, 10),
        "entries": _entries(said.ties), "book": None, "nationality": _bare(told[0]), "country": _bare(told[1]), "occupation": _bare(told[2]),
    }  # fmt: skip


def _entries(ties: Sequence[Tie]) -> list[str] | None:
    """The lists of a register in which it is one entry; no record tells whose phone book it is from."""
    held = {
        f"{tie.link}|{key}"
        for tie in ties
        if tie.link in ("OFFICER_OF", "CONTROLS")
        for key in tie.keys
        if key.startswith(NUMBERED)
    }
    return sorted(held) or None


def _organisation(said: Said) -> Row | None:
    props = said.props
    name = props.get("name")
    name = said.caption if name is None else name
    if not name:
        return None
    key = company_name.key(name)
    words = without_form(key) or None
    parts = words.split(" ") if words else []
    stated = props.get("company_number")
    number = props.get("stated_registration_number") if stated is None else stated
    return {
        "keys": sorted(said.keys), "kind": said.kind, "name": key or None, "words": words,
        "start": f"{parts[0]} {parts[1]}" if len(parts) > 1 else words,
        "registered": next((one for one in said.keys if one.startswith(NUMBERED)), None),
        "number": None if number is None else _NO_SIGNS.sub("", number).upper().lstrip("0") or None,
        "country": land(props["country_registered"]) if props.get("country_registered") is not None else None, "employs": said.employs,
    }  # fmt: skip


_MAKERS: Final[dict[str, Callable[[Said], Row | None]]] = {
    "Person": _person,
    "Company": _organisation,
    "Organisation": _organisation,
}
KINDS: Final = tuple(_MAKERS)
"""Kinds whose records are matched one at a time."""


def _bare(value: str | None) -> str | None:
    return None if value is None else bare(value) or None


def _integer(date: str | None, start: int, end: int) -> int | None:
    part = (date or "")[start:end]
    return int(part) if part.isascii() and part.isdigit() else None


def near(ties: Sequence[Tie], called: Mapping[str, Sequence[str]]) -> list[Near]:
    """The identifiers of what a record ties its mention to, each once, in order; none of more than MANY."""
    if len({(tie.kind, tie.keys, tie.caption) for tie in ties if tie.link in TIES}) > MANY:
        return []
    found: dict[Near, None] = {}
    for tie in ties:
        if tie.link in TIES:
            found |= dict.fromkeys(one for one in _near(tie, called) if one.value)
    return sorted(found)


def mailbox(key: str) -> str:
    """The key of the mailbox that an e-mail's key leads to, without full stops and a +tag; "" for none."""
    local, _, host = key.removeprefix("email:").partition("@")
    plain = local.partition("+")[0].replace(".", "")
    return f"email:{plain}@{host}" if plain else ""


def _near(tie: Tie, called: Mapping[str, Sequence[str]]) -> list[Near]:
    if tie.kind in ("Phone", "Email", "Website", "Handle"):
        boxes = [mailbox(key) for key in tie.keys] if tie.kind == "Email" else []
        return [Near("contact", key, key) for key in (*tie.keys, *boxes)]
    if tie.kind in BODIES:
        numbers = [key for key in tie.keys if key.startswith(NUMBERED)]
        names = [without_form(company_name.key(tie.caption))] if tie.caption else []
        # A key is looked up as a number, and a caption that looks like one is nobody's.
        names += [name for key in tie.keys for name in called.get(key, ())]
        return [
            *(Near("body", key, key) for key in numbers),
            *(Near("employer", name, name) for name in names),
        ]
    if tie.kind == "Address":
        code = tie.props.get("postcode")
        value = "" if code is None else _NO_SIGNS.sub("", code).upper()
        return [Near("place", value, tie.keys[0] if tie.keys else value)]
    return []
