"""Call signs as transmitted."""

from __future__ import annotations

import re

from graph.errors import InvalidValue
from graph.values.base import ValueType, same

_FORM = re.compile(r"[A-Z0-9]{1,8}")


def clean(raw: str) -> str:
    """One to eight capitals and digits; padding, inner spaces and hyphens go ("BAW1393 " -> "BAW1393")."""
    text = "".join(raw.split()).replace("-", "").upper()
    if not _FORM.fullmatch(text):
        raise InvalidValue("callsign", raw[:80], "one to eight letters and digits")
    return text


VALUE = ValueType("callsign", clean, same)
