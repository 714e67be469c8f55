"""Addresses taken apart: premises, unit, street, postal code; from columns of their own or from one line."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from graph.values.folding import bare

_SHORT: Final = dict(
    pair.split("=")
    for pair in [
        "STREET=ST",
        "STR=ST",
        "AVENUE=AVE",
        "AV=AVE",
        "AVENU=AVE",
        "ROAD=RD",
        "LANE=LN",
        "DRIVE=DR",
        "DRV=DR",
        "PLACE=PL",
        "COURT=CT",
        "CRT=CT",
        "CRESCENT=CRES",
        "CR=CRES",
        "CRESENT=CRES",
        "CLOSE=CL",
        "CIRCLE=CIR",
        "CIRCUIT=CCT",
        "BOULEVARD=BLVD",
        "BL=BLVD",
        "BOUL=BLVD",
        "HIGHWAY=HWY",
        "PARKWAY=PKWY",
        "PKY=PKWY",
        "SQUARE=SQ",
        "TERRACE=TCE",
        "TERR=TCE",
        "TER=TCE",
        "GARDENS=GDNS",
        "GROVE=GR",
        "MOUNT=MT",
        "SAINT=ST",
        "FORT=FT",
        "NORTH=N",
        "SOUTH=S",
        "EAST=E",
        "WEST=W",
        "NORTHEAST=NE",
        "NORTHWEST=NW",
        "SOUTHEAST=SE",
        "SOUTHWEST=SW",
        "FLOOR=FL",
        "BUILDING=BLDG",
        "HOUSE=HSE",
        "STRASSE=ST",
        "RUE=R",
        "PLAZA=PLZ",
        "TURNPIKE=TPKE",
        "EXPRESSWAY=EXPY",
        "FIRST=1ST",
        "SECOND=2ND",
        "THIRD=3RD",
        "FOURTH=4TH",
        "FIFTH=5TH",
        "SIXTH=6TH",
        "SEVENTH=7TH",
        "EIGHTH=8TH",
        "NINTH=9TH",
        "TENTH=10TH",
    ]
)
_UNIT: Final = re.compile(
    r"\b(?:FLAT|FLT|UNIT|APARTMENT|APT|SUITE|STE|ROOM|RM)\s+(?:NO\s+)?([0-9]+[A-Z]?|[A-Z][0-9]*)\b"
)
_SLASHED: Final = re.compile(r"^\s*(\d+[A-Za-z]?)\s*/\s*(\d+[A-Za-z]?)\b")
_FLOOR: Final = re.compile(r"\b(?:\d+(?:ST|ND|RD|TH)|GROUND|TOP)\s+FL\b")
_NUMBER: Final = re.compile(r"\b(\d+)([A-Z]?)\b")
_UK: Final = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})\s*$")
_US: Final = re.compile(r"\b(\d{5})(?: ?\d{4})?\s*$")


class Place(NamedTuple):
    """Upper-case ASCII; None for what is not stated. street: without premises and unit; text: all of it but the code."""

    premises: str | None
    unit: str | None
    street: str | None
    text: str | None
    postcode: str | None


def words(text: str) -> str:
    """The folded words of an address, the usual ones in their short form."""
    return " ".join(_SHORT.get(word, word) for word in bare(text).split())


def code(text: str) -> str | None:
    """A postal code without spaces; a nine-digit ZIP code is its first five; leading zeros that a spreadsheet eats go."""
    held = bare(text).replace(" ", "")
    if held.isdigit():
        return (held[:5] if len(held) == 9 else held).lstrip("0") or None
    return held or None


def place(number: str, street: str, line: str, postcode: str) -> Place:
    """A house number, a street, a whole address and a postal code, each "" where it is not stated."""
    stated = ", ".join(part for part in (street, line) if part)
    slashed = _SLASHED.match(stated)
    unit = None
    if slashed:
        unit, stated = slashed[1].upper(), slashed[2] + stated[slashed.end() :]
    head, _, tail = stated.partition(",")
    # "Flat 2, 14 High Street": the street is not yet there.
    if tail and len(_letters(_UNIT.sub(" ", words(head)))) < 3:
        after, _, tail = tail.partition(",")
        head = f"{head} {after}"
    head, whole = words(head), words(stated)
    found = code(postcode) if postcode else None
    if found is None and line:
        uk, us = _UK.search(whole), _US.search(whole)
        if uk:
            found, whole = uk[1] + uk[2], whole[: uk.start()].strip()
        elif us and us.start() > 0:
            found, whole = us[1].lstrip("0"), whole[: us.start()].strip()
        if found and (uk or us) and not tail:
            head = whole
    numbered = words(number)
    units = _UNIT.search(f"{numbered} {head}")
    if units:
        unit = units[1]
        numbered, head = _UNIT.sub(" ", numbered), _UNIT.sub(" ", head)
    head = _FLOOR.sub(" ", head)
    premises = _NUMBER.search(numbered) or (None if numbered.strip() else _NUMBER.search(head))
    if premises and premises.string == head:
        head = f"{head[: premises.start()]} {head[premises.end() :]}"
    street_words = " ".join(head.split()) or None
    text = f"{numbered} {whole}".strip() or None
    return Place(premises[0] if premises else numbered.strip() or None, unit, street_words, text, found)


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalpha())
