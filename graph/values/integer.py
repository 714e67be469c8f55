"""Whole numbers."""

from __future__ import annotations

import re

from graph.errors import InvalidValue
from graph.values.base import ValueType, same

_FORM = re.compile(r"[+-]?[0-9]{1,18}")


def clean(raw: str) -> str:
    """Decimal digits with an optional sign, at most 18; leading zeros and "+" go ("007" -> "7")."""
    text = raw.strip()
    if not _FORM.fullmatch(text):
        raise InvalidValue("integer", raw[:80], "a whole number of at most 18 digits")
    return str(int(text))


VALUE = ValueType("integer", clean, same)
