"""Postal codes: UK ones in the Post Office's form, others tidied and upper-cased."""

from __future__ import annotations

import re

from graph.errors import InvalidValue
from graph.values.base import ValueType
from graph.values.folding import fold

# Outward: area of 1-2 letters, district of 1-2 digits or digit and letter; inward: digit and two letters.
# BFPO and Crown dependencies keep to it; GIR 0AA is the one exception.
_UK = re.compile(r"(GIR|[A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_CANONICAL = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}")


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
