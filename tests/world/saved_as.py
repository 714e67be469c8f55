"""What people save one another as: nicknames, initials, "Dave work", the surname first, pictures for names."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from .care import State
from .name_lists import NICKNAMES
from .people import Person, mistyped, varied

_PICTURES: Final = ("🚗", "🔥", "⚽", "🍺", "🏗️", "✈️", "👑", "💈", "🐎", "🧱")
_ALONE: Final = ("🦄", "👻👻", "🍕", "😎🔧", "💀")


@dataclass(frozen=True, slots=True)
class Saved:
    """A name in a book: what is shown, its structured parts, and a nickname beside it."""

    shown: str
    family: str
    given: str
    middle: str = ""
    prefix: str = ""
    nickname: str = ""


def saved(draw: Random, who: Person, state: State, known_by: str) -> Saved:
    """Somebody's name in a book; `missing` leaves a part out, `varied` writes it another way."""
    if state == "right":
        middle = who.middle if draw.random() < 0.3 else ""
        prefix = who.title if draw.random() < 0.1 else ""
        shown = " ".join(part for part in (prefix, who.forename, middle, who.surname) if part)
        return Saved(shown, who.surname, who.forename, middle, prefix)
    return _partial(draw, who, known_by) if state == "missing" else _otherwise(draw, who)


def _partial(draw: Random, who: Person, known_by: str) -> Saved:
    short = NICKNAMES.get(who.forename, who.forename)
    roll = draw.random()
    if roll < 0.35:
        return Saved(f"{short} {known_by}", "", f"{short} {known_by}")
    if roll < 0.55:
        return Saved(short, "", short)
    if roll < 0.72:
        return Saved(f"{who.forename[0]} {who.surname}", who.surname, who.forename[0])
    if roll < 0.82:
        title = who.title or "Mr"
        return Saved(f"{title} {who.surname}", who.surname, "", "", title)
    if roll < 0.9:
        picture = _PICTURES[int(draw.random() * len(_PICTURES))]
        return Saved(f"{short} {picture}", "", f"{short} {picture}")
    if roll < 0.94:
        kin = ("Mum", "Dad", "Sis", "Boss")[int(draw.random() * 4)]
        return Saved(kin, "", kin)
    if roll < 0.97:
        alone = _ALONE[int(draw.random() * len(_ALONE))]
        return Saved(alone, "", alone)
    return Saved("", "", "")


def _otherwise(draw: Random, who: Person) -> Saved:
    roll = draw.random()
    if roll < 0.3 and who.forename in NICKNAMES:
        short = NICKNAMES[who.forename]
        return Saved(f"{short} {who.surname}", who.surname, short, nickname=short)
    if roll < 0.45:
        return Saved(f"{who.surname} {who.forename}", "", f"{who.surname} {who.forename}")
    if roll < 0.55:
        return Saved(f"{who.surname}, {who.forename}", who.surname, who.forename)
    if roll < 0.65:
        lower = who.forename.lower(), who.surname.lower()
        return Saved(" ".join(lower), lower[1], lower[0])
    if roll < 0.75:
        picture = _PICTURES[int(draw.random() * len(_PICTURES))]
        return Saved(f"{who.forename} {who.surname} {picture}", f"{who.surname} {picture}", who.forename)
    if roll < 0.9:
        other = varied(draw, who)
        return Saved(f"{other.forename} {other.surname}", other.surname, other.forename)
    slip = mistyped(draw, who.surname)
    return Saved(f"{who.forename} {slip}", slip, who.forename)
