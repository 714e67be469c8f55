"""Aircraft registrations (tail numbers)."""

from __future__ import annotations

import re

from graph.errors import InvalidValue
from graph.values.base import ValueType

_FORM = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)?")


def clean(raw: str) -> str:
    """Capitals and digits with at most one hyphen inside, 2 to 10 characters; white space inside goes."""
    text = "".join(raw.split()).upper()
    if not 2 <= len(text) <= 10 or not _FORM.fullmatch(text):
        raise InvalidValue("registration", raw[:80], "a registration such as G-EUPT or N172SP")
    return text


def compare(a: str, b: str) -> float:
    """1.0 when equal, 0.95 when only the hyphen differs (feeds leave it out), else 0.0."""
    if a == b:
        return 1.0
    return 0.95 if a.replace("-", "") == b.replace("-", "") else 0.0


VALUE = ValueType("registration", clean, compare)
