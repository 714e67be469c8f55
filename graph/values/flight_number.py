"""Flight numbers as sold: airline designator, number, optional suffix letter."""

from __future__ import annotations

import re

from graph.errors import InvalidValue
from graph.values.base import ValueType, same

# IATA designators are two characters, at most one of them a digit; ICAO ones three letters (IATA SSIM 2.1).
_FORM = re.compile(r"([A-Z]{3}|[A-Z][A-Z0-9]|[0-9][A-Z]) ?0*([0-9]{1,4})([A-Z]?)")


def parse(raw: str) -> tuple[str, str, str]:
    """(airline designator, number without leading zeros, suffix or ""); raises InvalidValue."""
    match = _FORM.fullmatch(" ".join(raw.upper().split()))
    if match is None:
        raise InvalidValue("flight_number", raw[:80], "a flight number such as BA1393")
    return match[1], match[2], match[3]


def clean(raw: str) -> str:
    """Designator, number without leading zeros and suffix, without spaces ("ba 0139a" -> "BA139A")."""
    return "".join(parse(raw))


VALUE = ValueType("flight_number", clean, same)
