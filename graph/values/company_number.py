"""Company numbers of the UK register (issuer GB-COH)."""

from __future__ import annotations

import re
from functools import lru_cache

from graph.errors import InvalidValue
from graph.values.base import ValueType, same

# formats.md 1.1, with FE (further education) and NO (Northern Irish societies) from the register's own list.
PREFIXES = frozenset(
    [
        "SC",
        "NI",
        "OC",
        "SO",
        "NC",
        "LP",
        "SL",
        "NL",
        "FC",
        "SF",
        "NF",
        "OE",
        "CE",
        "CS",
        "IP",
        "SP",
        "NP",
        "RC",
        "SR",
        "NR",
        "RS",
        "R0",
        "GE",
        "GS",
        "GN",
        "SE",
        "ES",
        "AC",
        "SA",
        "NA",
        "IC",
        "SI",
        "NV",
        "ZC",
        "SZ",
        "NZ",
        "PC",
        "BR",
        "SG",
        "FE",
        "NO",
    ]
)
_DIGITS = re.compile(r"[0-9]{1,8}")
_PREFIXED = re.compile(r"([A-Z][A-Z0])([0-9]{1,6})")
_SOCIETY = re.compile(r"(IP|SP|NP)([0-9]{1,5})(RS|R)")


@lru_cache(maxsize=1 << 14)
def clean(raw: str) -> str:
    """Eight characters: digits padded with zeros to 8, or a known prefix in capitals and digits padded to 6.

    White space inside goes. Registered societies may end in R or RS ("IP28746R"). All zeros is no number.
    """
    text = "".join(raw.split()).upper()
    if _DIGITS.fullmatch(text) and text.strip("0"):
        return text.zfill(8)
    match = _PREFIXED.fullmatch(text)
    if match and match[1] in PREFIXES and match[2].strip("0"):
        return match[1] + match[2].zfill(6)
    match = _SOCIETY.fullmatch(text)
    if match and len(text) <= 8:
        return match[1] + match[2].zfill(6 - len(match[3])) + match[3]
    raise InvalidValue("company_number", raw[:80], "1 to 8 digits, or a known prefix and up to 6 digits")


VALUE = ValueType("company_number", clean, same)
