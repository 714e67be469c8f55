"""Names of persons and things as shown: case and accents are kept, `fold` is what is compared."""

from __future__ import annotations

from graph.errors import InvalidValue
from graph.values.base import ValueType
from graph.values.folding import alike, tidy

LONGEST = 1_000


def clean(raw: str) -> str:
    """NFC, no control or invisible characters, runs of white space one space, trimmed; 1 to 1,000 characters."""
    text = tidy(raw)
    if not text or len(text) > LONGEST:
        raise InvalidValue("name", raw[:80], "a name of 1 to 1,000 characters")
    return text


VALUE = ValueType("name", clean, alike)
