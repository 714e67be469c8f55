"""Postal codes: UK ones in the Post Office's form, others tidied and upper-cased."""

from __future__ import annotations

import re
from typing import Final

from graph.errors import InvalidValue
from graph.values.base import ValueType
from graph.values.folding import fold

# Outward: area of 1-2 letters, district of 1-2 digits or digit and letter; inward: digit and two letters.
# BFPO and Crown dependencies keep to it; GIR 0AA is the one exception.
_UK = re.compile(r"(GIR|[A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_CANONICAL = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}")

# What Royal Mail has given out. Letters behind a district's digit stand in central London alone.
_AREAS: Final = """AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY
    G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL
    OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN
    WR WS WV YO ZE"""
AREAS: Final = frozenset(_AREAS.split())
"""The 124 postcode areas."""
_OUTWARD: Final = re.compile(
    r"(?P<area>[A-PR-UWYZ][A-HK-Y]?)[0-9][0-9]?|E1W|N1[CP]|NW1W|SE1P|W1[A-HJKPSTUW]|(?:EC[1-4]|SW1|WC[12])[ABEHMNPRVWXY]"
)
_INWARD: Final = re.compile(r"[0-9][ABD-HJLNP-UW-Z]{2}")


def is_given(cleaned: str) -> bool:
    """Whether a cleaned postal code is of one of the UK's areas and has only letters that may stand in their places: for
    what may be something else, as in running text (BS 7666-2:2006, annex A)."""
    outward, _, inward = cleaned.partition(" ")
    match = _OUTWARD.fullmatch(outward)
    known = match is not None and (match["area"] is None or match["area"] in AREAS)
    return cleaned == "GIR 0AA" or (known and _INWARD.fullmatch(inward) is not None)


def is_uk(cleaned: str) -> bool:
    """Whether a cleaned postal code is of the UK's form."""
    return _CANONICAL.fullmatch(cleaned) is not None or cleaned == "GIR 0AA"


def clean(raw: str) -> str:
    """Upper-case ASCII; a UK code, however spaced, gets one space before the inward part; 1 to 20 characters."""
    if _CANONICAL.fullmatch(raw):
        return raw
    text = fold(raw)
    squeezed = text.replace(" ", "").replace(".", "").replace(",", "")
    match = _UK.fullmatch(squeezed)
    if match:
        return f"{match[1]} {match[2]}"
    if not any(c.isalnum() for c in text) or len(text) > 20:
        raise InvalidValue("postcode", raw[:80], "a postal code of 1 to 20 characters")
    return text


def compare(a: str, b: str) -> float:
    """1.0 when equal, 0.6 for one UK outward part, 0.3 for one UK area, else 0.0."""
    if a == b:
        return 1.0
    if not (is_uk(a) and is_uk(b)):
        return 0.0
    if a.split(" ")[0] == b.split(" ")[0]:
        return 0.6
    return 0.3 if _area(a) == _area(b) else 0.0


def _area(code: str) -> str:
    return code[:2] if code[1].isalpha() else code[0]


VALUE = ValueType("postcode", clean, compare)
