"""Airport codes: ICAO (4 characters), IATA (3 letters) or a national one."""

from __future__ import annotations

import re

from graph.errors import InvalidValue
from graph.values.base import ValueType, same

_FORM = re.compile(r"[A-Z0-9][A-Z0-9-]{1,6}")
_ICAO = re.compile(r"[A-Z]{4}")
_IATA = re.compile(r"[A-Z]{3}")


def clean(raw: str) -> str:
    """Two to seven capitals, digits and hyphens: "egll" -> "EGLL", "GB-0001"."""
    text = raw.strip().upper()
    if not _FORM.fullmatch(text):
        raise InvalidValue("airport_code", raw[:80], "an airport code such as EGLL or LHR")
    return text


def is_icao(cleaned: str) -> bool:
    """Four letters: a location indicator that ICAO issued. National codes of four characters hold digits."""
    return _ICAO.fullmatch(cleaned) is not None


def is_iata(cleaned: str) -> bool:
    """Three letters: of the form that IATA issues."""
    return _IATA.fullmatch(cleaned) is not None


VALUE = ValueType("airport_code", clean, same)
