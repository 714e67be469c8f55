"""The register's number of a person in office: the first eight digits of a person number (formats.md 1.3)."""

from __future__ import annotations

import re

from graph.errors import InvalidValue
from graph.values.base import ValueType, same

_FORM = re.compile(r"([0-9]{8})(?:[0-9]{4})?")


def clean(raw: str) -> str:
    """The eight digits that name the person; the four after them, a version of the details, go."""
    match = _FORM.fullmatch("".join(raw.split()))
    if match is None:
        raise InvalidValue("ch_person", raw[:80], "a person number of 8 or 12 digits")
    return match[1]


VALUE = ValueType("ch_person", clean, same)
