"""Codes of a source's own vocabulary: kept as written, equal or not."""

from __future__ import annotations

from graph.errors import InvalidValue
from graph.values.base import ValueType, same
from graph.values.folding import tidy


def clean(raw: str) -> str:
    """White space tidied, case kept, 1 to 200 characters."""
    text = tidy(raw)
    if not text or len(text) > 200:
        raise InvalidValue("code", raw[:80], "a code of 1 to 200 characters")
    return text


VALUE = ValueType("code", clean, same)
