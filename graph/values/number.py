"""Decimal numbers."""

from __future__ import annotations

import re
from decimal import Decimal

from graph.errors import InvalidValue
from graph.values.base import ValueType, same

_FORM = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")


def clean(raw: str) -> str:
    """Decimal notation with a point, no exponent; zeros that mean nothing go ("+1.50" -> "1.5", "-0" -> "0")."""
    text = raw.strip()
    if not _FORM.fullmatch(text):
        raise InvalidValue("number", raw[:80], "a decimal number such as -12.5")
    value = Decimal(text)
    if not value:
        return "0"
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


VALUE = ValueType("number", clean, same)
