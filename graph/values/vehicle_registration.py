"""Registrations of road vehicles in the United Kingdom, in all styles that stand on its plates."""

from __future__ import annotations

import re
from typing import Final, Literal

from rapidfuzz.distance import Hamming

from graph.errors import InvalidValue
from graph.values.base import ValueType

Style = Literal["current", "prefix", "suffix", "dateless"]

# I and Q stand in no mark but Northern Ireland's (I) and rebuilt vehicles' (Q prefix); Z in the first two letters is
# Northern Ireland's too. Current: two letters for the place, two digits for the half-year (00, 01 and 50 are none), three
# at random. Year letters of prefix marks leave out I, O, Q, U, Z; those of suffix marks too.
_FORMS: Final[dict[Style, re.Pattern[str]]] = {
    "current": re.compile(r"([A-HJ-PR-Y]{2}(?:0[2-9]|[1-46-9][0-9]|5[1-9]))([A-HJ-PR-Z]{3})"),
    "prefix": re.compile(r"([A-HJ-NPQRSTVWXY][1-9][0-9]{0,2})([A-HJ-PR-Y][A-HJ-PR-Z]{2})"),
    "suffix": re.compile(r"([A-HJ-PR-Y]{3})([1-9][0-9]{0,2}[A-HJ-NPRSTVWXY])"),
    "dateless": re.compile(
        r"([A-HJ-PR-Y]{1,2})([1-9][0-9]{0,3})|([A-HJ-PR-Y]{3})([1-9][0-9]{0,2})"
        r"|([1-9][0-9]{0,3})([A-HJ-PR-Y]{1,2})|([1-9][0-9]{0,2})([A-HJ-PR-Y]{3})"
        # Northern Ireland: an I or a Z among the letters.
        r"|([A-HJ-PR-Z]?(?:I[A-HJ-PR-Z]|[A-HJ-PR-Y]Z))([1-9][0-9]{0,3})"
        r"|([1-9][0-9]{0,3})([A-HJ-PR-Z]?(?:I[A-HJ-PR-Z]|[A-HJ-PR-Y]Z))"
    ),
}


def parse(raw: str) -> tuple[str, Style]:
    """(the mark as it is printed, its style); raises InvalidValue. Styles are disjoint."""
    text = re.sub(r"[\s.-]", "", raw).upper() if len(raw) <= 40 else ""
    for style, form in _FORMS.items():
        if match := form.fullmatch(text):
            return " ".join(part for part in match.groups() if part), style
    raise InvalidValue(
        "vehicle_registration", raw[:80], "a mark such as AB12 CDE, A123 BCD, ABC 123D or ABC 123"
    )


def clean(raw: str) -> str:
    """Capitals with one space where the plate has one ("ab12cde" -> "AB12 CDE"); only marks of the UK's styles."""
    return parse(raw)[0]


def style(cleaned: str) -> Style:
    """The style of a cleaned mark: dateless ones ("AB 12") are easily something else in running text."""
    return parse(cleaned)[1]


def compare(a: str, b: str) -> float:
    """1.0 when equal, 0.8 when one character differs (a misread or mistyped plate), else 0.0."""
    if a == b:
        return 1.0
    return 0.8 if len(a) == len(b) and Hamming.distance(a, b) == 1 else 0.0


VALUE = ValueType("vehicle_registration", clean, compare)
