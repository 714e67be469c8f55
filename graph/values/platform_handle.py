"""Handles that say their platform: what tells one from its namesakes elsewhere."""

from __future__ import annotations

from graph.errors import InvalidValue
from graph.values import handle
from graph.values.base import ValueType


def clean(raw: str) -> str:
    """As handle.clean ("Discord/@Zo_E" -> "discord/zo_e"); raises InvalidValue without a platform, too: kettle_10 of one
    platform and of another are two."""
    text = handle.clean(raw)
    if "/" not in text:
        raise InvalidValue("handle", raw[:80], f"a handle with its platform, such as discord/{text[:40]}")
    return text


VALUE = ValueType("platform_handle", clean, handle.compare)
