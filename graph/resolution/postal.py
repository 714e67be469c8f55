"""What of a postal address says which address it is: postcode, house number, unit, street and building; upper-case ASCII.

Two flats of one house, two houses of one street and two boxes of one office are two addresses, however alike the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from graph.values.folding import bare

_SHORT: Final = dict(
    pair.split("=")
    for pair in [
        "STREET=ST",
        "STR=ST",
        "STRASSE=ST",
        "SAINT=ST",
        "ROAD=RD",
        "AVENUE=AVE",
        "AV=AVE",
        "LANE=LN",
        "DRIVE=DR",
        "PLACE=PL",
        "COURT=CT",
        "CRESCENT=CRES",
        "CLOSE=CL",
        "SQUARE=SQ",
        "TERRACE=TCE",
        "TERR=TCE",
        "GARDENS=GDNS",
        "GDN=GDNS",
        "GROVE=GR",
        "GRV=GR",
        "MOUNT=MT",
        "NORTH=N",
        "SOUTH=S",
        "EAST=E",
        "WEST=W",
        "BUILDING=BLDG",
        "BUILDINGS=BLDG",
        "HOUSE=HSE",
        "ESTATE=EST",
        "INDUSTRIAL=IND",
        "BOULEVARD=BLVD",
        "HIGHWAY=HWY",
        "PARKWAY=PKWY",
        "CENTER=CENTRE",
        "CTR=CENTRE",
        "APARTMENT=FLAT",
        "APT=FLAT",
        "FLT=FLAT",
        "SUITE=STE",
        "RM=ROOM",
        "FL=FLOOR",
        "FLR=FLOOR",
        "LEVEL=FLOOR",
        "GROUND=0",
        "BASEMENT=BASEMENT",
        "FIRST=1",
        "SECOND=2",
        "THIRD=3",
        "FOURTH=4",
        "FIFTH=5",
        "SIXTH=6",
        "SEVENTH=7",
        "EIGHTH=8",
        "NINTH=9",
        "TENTH=10",
        "NUMBER=NO",
        "NUM=NO",
    ]
)
_ORDINAL: Final = re.compile(r"(\d+)(?:ST|ND|RD|TH)")
_SPELT: Final = {
    word: str(n)
    for n, word in enumerate(
        ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN"]
    )
}
_UNITS: Final = frozenset(
    [
        "FLAT",
        "UNIT",
        "STE",
        "ROOM",
        "OFFICE",
        "STUDIO",
        "PLOT",
        "BLOCK",
        "BLK",
        "SHOP",
        "BOX",
        "BAY",
        "DESK",
        "SUITES",
        "UNITS",
        "FLATS",
        "ROOMS",
    ]
)
_NOISE: Final = frozenset(["NO", "THE", "PO", "P", "O"])
_LETTER: Final = re.compile(r"[A-DF-MP-RT-VX-Z]")
"""A letter that a house number may bear; of the others four are points of the compass, as "12 N Main St" has it."""


class Postal(NamedTuple):
    """None for what is not stated. number: of the house, "10 12" for a range; unit: what is told apart within it, in order
    of the words; street: all other words, in their usual short form."""

    number: str | None
    unit: str | None
    street: str | None


def postal(parts: Iterable[str]) -> Postal:
    """An address's lines from the smallest on, without town and postcode; commas part them further."""
    numbers: list[str] = []
    units: list[str] = []
    street: list[str] = []
    for part in parts:
        for piece in re.split(r"[,;\n]", part):
            _take(_words(piece), numbers, units, street)
    return Postal(" ".join(numbers) or None, " ".join(sorted(units)) or None, " ".join(street) or None)


def _words(piece: str) -> list[str]:
    words = [word for word in bare(piece).split() if word not in _NOISE]
    found: list[str] = []
    for n, word in enumerate(words):
        # "12 A" is 12A, at the start of a line and after FLAT; "Mill B" is not.
        if (
            found
            and _LETTER.fullmatch(word)
            and found[-1].isdigit()
            and (n == 1 or words[n - 2] in _SHORT or words[n - 2] in _UNITS)
        ):
            found[-1] += word
        else:
            found.append(word)
    return found


def _take(words: list[str], numbers: list[str], units: list[str], street: list[str]) -> None:
    """Tell the words of one line apart: units first, then the number before the street, then the street."""
    left: list[str] = []
    at = 0
    while at < len(words):
        word = _SHORT.get(words[at], words[at])
        then = words[at + 1] if at + 1 < len(words) else ""
        if then and _SHORT.get(then, then) == "FLOOR" and _level(words[at]):
            units.append(f"FLOOR {_level(words[at])}")
            at += 2
        elif word == "FLOOR" and _level(then):
            units.append(f"FLOOR {_level(then)}")
            at += 2
        elif word in _UNITS and _named(then):
            units.append(f"{word.removesuffix('S')} {_named(then)}")
            at += 2
            # "Units 3 and 4", "Flats 1-6"
            while at < len(words) and (
                words[at] in ("AND", "TO") or (word.endswith("S") and words[at].isdigit())
            ):
                if words[at].isdigit():
                    units[-1] += f" {words[at]}"
                at += 1
        elif word in ("FLAT", "STUDIO", "BASEMENT", "FLOOR") and not then:
            units.append(word)
            at += 1
        else:
            left.append(words[at])
            at += 1
    for word in left:
        ordinal = _ORDINAL.fullmatch(word)  # "1st Avenue" and "First Avenue" are one
        if word[0].isdigit() and not ordinal:
            numbers.append(word)
        else:
            street.append(ordinal[1] if ordinal else _SHORT.get(word, word))


def _level(word: str) -> str:
    """The number of a floor; "" when the word is none."""
    plain = _SHORT.get(word, word)
    ordinal = _ORDINAL.fullmatch(word)
    level = ordinal[1] if ordinal else _SPELT.get(plain, plain)
    return level if level.isdigit() or level in ("BASEMENT", "TOP") else ""


def _named(word: str) -> str:
    """What a unit is called: "2", "2A", "B", "B4"; "" for a word that is none."""
    word = _SPELT.get(word, word)
    return word if re.fullmatch(r"\d+[A-Z]?|[A-Z]\d*", word) else ""
