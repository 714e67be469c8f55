"""Yes or no."""

from __future__ import annotations

from graph.errors import InvalidValue
from graph.values.base import ValueType, same

_TRUE, _FALSE = frozenset({"true", "1", "y", "yes"}), frozenset({"false", "0", "n", "no"})


def clean(raw: str) -> str:
    """Gives "true" of true, 1, y, yes and "false" of false, 0, n, no, in any case."""
    text = raw.strip().lower()
    if text in _TRUE:
        return "true"
    if text in _FALSE:
        return "false"
    raise InvalidValue("boolean", raw[:80], "true or false (also 1/0, y/n, yes/no)")


VALUE = ValueType("boolean", clean, same)
