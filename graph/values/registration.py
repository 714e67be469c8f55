"""Aircraft registrations (tail numbers)."""

from __future__ import annotations

import re

from graph.errors import InvalidValue
from graph.values.base import ValueType

_FORM = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)?")
_AMERICAN = re.compile(r"N[1-9](?:[0-9]{0,4}|[0-9]{0,3}[A-HJ-NP-Z]|[0-9]{0,2}[A-HJ-NP-Z]{2})")


def clean(raw: str) -> str:
    """Capitals and digits with at most one hyphen inside, 2 to 10 characters; white space inside goes."""
    text = "".join(raw.split()).upper()
    if not 2 <= len(text) <= 10 or not _FORM.fullmatch(text):
        raise InvalidValue("registration", raw[:80], "a registration such as G-EUPT or N172SP")
    return text


def is_american(cleaned: str) -> bool:
    """Whether it is of the form of the United States': N, one to five digits, of which the last two may be letters.

    No I and O, no 0 at the head (14 CFR 47.15)."""
    return _AMERICAN.fullmatch(cleaned) is not None


def compare(a: str, b: str) -> float:
    """1.0 when equal, 0.95 when only the hyphen differs (feeds leave it out), else 0.0."""
    if a == b:
        return 1.0
    return 0.95 if a.replace("-", "") == b.replace("-", "") else 0.0


VALUE = ValueType("registration", clean, compare)
