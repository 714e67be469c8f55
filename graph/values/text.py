"""Free text: shown and searched, never an identity."""

from __future__ import annotations

from graph.errors import InvalidValue
from graph.values.base import ValueType
from graph.values.folding import alike, tidy

LONGEST = 100_000


def clean(raw: str) -> str:
    """NFC, no control or invisible characters, runs of white space one space, trimmed; 1 to 100,000 characters."""
    text = tidy(raw)
    if not text or len(text) > LONGEST:
        raise InvalidValue("text", raw[:80], "text of 1 to 100,000 characters")
    return text


VALUE = ValueType("text", clean, alike)
