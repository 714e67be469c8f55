"""Countries, as ISO 3166-1 alpha-2 codes."""

from __future__ import annotations

from functools import cache

from graph.errors import InvalidValue
from graph.values.base import ValueType, same
from graph.values.country_names import COUNTRIES
from graph.values.folding import bare


@cache
def _codes() -> dict[str, str]:
    """Folded name or code -> code."""
    found: dict[str, str] = {}
    for line in COUNTRIES.splitlines():
        code, names = line.split(" ", 1)
        found |= {code: code} | {bare(name): code for name in names.split("|")}
    return found


def clean(raw: str) -> str:
    """The alpha-2 code of a code or of a short English name in any case; the United Kingdom's parts are GB."""
    code = _codes().get(bare(raw))
    if code is None:
        raise InvalidValue("country", raw[:80], "a country's ISO 3166-1 code or English name")
    return code


VALUE = ValueType("country", clean, same)
