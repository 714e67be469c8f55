"""Invented people, and the ways a register writes the same person down differently."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from random import Random
from typing import Final

from .name_lists import CULTURES, LETTERS, NICKNAMES, SPELLINGS, Culture
from .seeds import BORROW, PERSON, rng, skewed

SLOTS: Final = 8
"""People whose home is one company; a person's id is company index * SLOTS + slot."""
SHARED: Final = 0.52
"""Chance that a slot is filled by somebody from an earlier company (tuned to 28 % of keys on two companies or more)."""
NAMESAKE: Final = 0.015
"""Chance that a new person has the very name and birth month of somebody else."""
VARIED: Final = 0.15
"""Chance that a later record of a known person is written differently."""

_OCCUPATIONS = (
    "Director",
    "Company Director",
    "Consultant",
    "Accountant",
    "Engineer",
    "Manager",
    "Property Developer",
    "Retired",
    "Solicitor",
    "Builder",
    "Driver",
    "Teacher",
    "Businessman",
    "Businesswoman",
    "None",
    "Marketing Consultant",
    "Chef",
    "Software Developer",
    "Electrician",
    "Farmer",
    "Doctor",
    "Hairdresser",
    "Architect",
    "Administrator",
    "Surveyor",
)
_HONOURS = ("Obe", "Mbe", "Frics", "Phd", "Fca", "Dl")
_WEIGHTS = [culture.weight for culture in CULTURES]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as one record shows them; `id` is the truth and is never written to a register file."""

    id: int
    title: str
    forename: str
    middle: str
    surname: str
    born: date
    nationality: str
    residence: str
    occupation: str
    honours: str
    former: str

    @property
    def true_id(self) -> str:
        return f"P{self.id:08d}"

    @property
    def forenames(self) -> str:
        return f"{self.forename} {self.middle}" if self.middle else self.forename

    @property
    def full(self) -> str:
        """Title, forenames and surname as a controller's `name` shows them."""
        return " ".join(part for part in (self.title, self.forenames, self.surname) if part)


@lru_cache(maxsize=4096)
def team(seed: int, company: int) -> tuple[bool, ...]:
    """For each director's slot of a company, whether somebody new fills it; the others come from earlier companies."""
    draw = rng(seed, BORROW, company)
    roll = draw.random()
    count = 1 if roll < 0.52 else 2 if roll < 0.82 else 3 if roll < 0.93 else 4
    return tuple(company == 0 or draw.random() >= SHARED for _ in range(count))


def shared_person(seed: int, draw: Random, company: int) -> int:
    """The id of somebody whose home is an earlier company: nobody is much likelier than another, few have many."""
    at = earlier(draw, company)
    # Company 0 is all new people, so the walk ends.
    while not any(team(seed, at)):
        at -= 1
    own = [slot for slot, new in enumerate(team(seed, at)) if new]
    return at * SLOTS + own[skewed(draw, len(own), 2.0)]


def somebody(seed: int, draw: Random, company: int, slot: int) -> tuple[Person, bool]:
    """Who fills a company's slot, and whether this is a later record of somebody known."""
    new = team(seed, company)[slot] if slot < len(team(seed, company)) else draw.random() >= SHARED
    if new or not company:
        return person(seed, company * SLOTS + slot), False
    return person(seed, shared_person(seed, rng(seed, BORROW, company, 1 + slot), company)), True


def earlier(draw: Random, company: int) -> int:
    """The index of an earlier company: half the time a near one, as circles of directors are local."""
    if draw.random() < 0.5:
        return max(0, company - 1 - int(draw.random() * 200))
    return int(draw.random() * company)


@lru_cache(maxsize=4096)
def person(seed: int, person_id: int) -> Person:
    """Somebody as they are; the same for every caller."""
    draw = rng(seed, PERSON, person_id)
    company, slot = divmod(person_id, SLOTS)
    culture = draw.choices(CULTURES, _WEIGHTS)[0]
    if slot and draw.random() < 0.25:
        return _relative(draw, person_id, person(seed, company * SLOTS))
    made = _stranger(draw, person_id, culture)
    if company and draw.random() < NAMESAKE:
        other = _original(seed, shared_person(seed, draw, company))
        return replace(
            made, title=other.title, forename=other.forename, surname=other.surname, born=other.born
        )
    return made


def _original(seed: int, person_id: int) -> Person:
    """Whom a namesake is called after; never itself a namesake, so that the search ends."""
    draw = rng(seed, PERSON, person_id)
    return _stranger(draw, person_id, draw.choices(CULTURES, _WEIGHTS)[0])


def _stranger(draw: Random, person_id: int, culture: Culture) -> Person:
    woman = draw.random() < 0.34
    names = culture.women if woman else culture.men
    surname = culture.surnames[skewed(draw, len(culture.surnames))]
    former = ""
    if woman and draw.random() < 0.25:
        former = culture.surnames[skewed(draw, len(culture.surnames))]
    if draw.random() < 0.02:
        surname += "-" + culture.surnames[skewed(draw, len(culture.surnames))]
    middle = names[skewed(draw, len(names), 1.2)] if draw.random() < 0.45 else ""
    abroad = draw.random() * 100 < culture.abroad
    return Person(
        id=person_id,
        title=_title(draw, woman),
        forename=names[skewed(draw, len(names))],
        middle=middle,
        surname=surname,
        born=date(
            1940 + int(64 * draw.random() ** 0.7), 1 + int(12 * draw.random()), 1 + int(28 * draw.random())
        ),
        nationality=culture.nationalities[int(draw.random() * len(culture.nationalities))],
        residence=culture.home
        if abroad
        else draw.choice(("England", "United Kingdom", "England", "Wales", "Scotland")),
        occupation=_OCCUPATIONS[skewed(draw, len(_OCCUPATIONS))],
        honours=draw.choice(_HONOURS) if draw.random() < 0.01 else "",
        former=former,
    )


def _relative(draw: Random, person_id: int, head: Person) -> Person:
    """Somebody with the surname of the company's first person: near in every way, and not the same."""
    made = _stranger(draw, person_id, next(c for c in CULTURES if head.nationality in c.nationalities))
    return replace(made, surname=head.surname, residence=head.residence)


def _title(draw: Random, woman: bool) -> str:
    if draw.random() < 0.06:
        return "Dr"
    return (
        draw.choice(("Mrs", "Ms", "Miss", "Mrs", "")) if woman else draw.choice(("Mr", "Mr", "Mr", "Mr", ""))
    )


def ascii_form(text: str) -> str:
    """The text without diacritics, as a keyboard without them gives it."""
    split = unicodedata.normalize("NFD", text.translate(LETTERS))
    return "".join(c for c in split if not unicodedata.combining(c))


def mistyped(draw: Random, text: str) -> str:
    """One slip of the fingers: two letters swapped, one dropped or one doubled; texts under three letters stay."""
    if len(text) < 3:
        return text
    at = 1 + int(draw.random() * (len(text) - 2))
    kind = draw.random()
    if kind < 0.4:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind < 0.7:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at] + text[at:]


def varied(draw: Random, who: Person) -> Person:
    """The same person as a careless later record has them; differs from `who` in at least one field."""
    for change in draw.sample(_CHANGES, len(_CHANGES)):
        other = change(draw, who)
        if other != who:
            return other
    return replace(who, surname=who.surname + "e")


def _typo_surname(draw: Random, who: Person) -> Person:
    return replace(who, surname=mistyped(draw, who.surname))


def _typo_forename(draw: Random, who: Person) -> Person:
    return replace(who, forename=mistyped(draw, who.forename))


def _middle(draw: Random, who: Person) -> Person:
    return replace(who, middle=who.middle[:1] if draw.random() < 0.5 else "")


def _nickname(draw: Random, who: Person) -> Person:
    return replace(who, forename=NICKNAMES.get(who.forename, who.forename))


def _spelling(draw: Random, who: Person) -> Person:
    return replace(
        who,
        forename=SPELLINGS.get(who.forename, ascii_form(who.forename)),
        surname=SPELLINGS.get(who.surname, ascii_form(who.surname)),
    )


def _changed_name(draw: Random, who: Person) -> Person:
    return replace(who, surname=who.former) if who.former else who


def _hyphen(draw: Random, who: Person) -> Person:
    return replace(who, surname=who.surname.replace("-", " "), forename=who.forename.replace("-", " "))


def _order(draw: Random, who: Person) -> Person:
    """Family name first, taken for the forename."""
    if who.nationality not in ("Chinese", "Hong Konger"):
        return who
    return replace(who, forename=who.surname, surname=who.forename, middle="")


def _birth(draw: Random, who: Person) -> Person:
    if draw.random() < 0.7:
        return who
    return replace(who, born=who.born.replace(month=who.born.month % 12 + 1))


_CHANGES = (
    _typo_surname,
    _typo_forename,
    _middle,
    _nickname,
    _spelling,
    _spelling,
    _changed_name,
    _hyphen,
    _order,
    _birth,
)
