"""ICAO 24-bit aircraft addresses."""

from __future__ import annotations

import re

from graph.errors import InvalidValue
from graph.values.base import ValueType, same

_FORM = re.compile(r"[0-9a-f]{6}")


def clean(raw: str) -> str:
    """Six hexadecimal digits in lower case; 000000 is no address (dummy rows, formats.md 2.8)."""
    text = raw.strip().lower()
    if not _FORM.fullmatch(text) or text == "000000":
        raise InvalidValue("icao24", raw[:80], "six hexadecimal digits other than 000000")
    return text


VALUE = ValueType("icao24", clean, same)
