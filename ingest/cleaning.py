"""How a format reads one value: cleaned, or flagged with what was wrong with it. Shared by both forms of formats.

Nothing is thrown away: a value that its type cannot read is left out of its property and stands as the original
of a flag, "<property>:unreadable"; a date of a hardly meant year is kept as stated beside "<property>:implausible",
a telephone number that nobody can have beside "<property>:possible".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Final

from graph.errors import InvalidValue
from graph.values import address, company_name, date, partial_date, phone, value_type

Cleaner = Callable[[str], str | None]
"""Text as received, not empty -> cleaned text, or None where the value says nothing. Raises InvalidValue."""

UNREADABLE: Final = "unreadable"
IMPLAUSIBLE: Final = "implausible"
POSSIBLE: Final = "possible"
"""The flag of a telephone number that could be one, in a range that its country has not given out."""

_DATES: Final = frozenset({"date", "partial_date", "date_dmy", "date_compact", "month_compact"})
GAP: Final = "\x1f"
"""Between the parts of a value that a cleaner takes apart again."""
GROUP: Final = "\x1e"
"""Between groups of such parts."""


def _company_name_key(raw: str) -> str | None:
    return company_name.key(raw) or None


def _address_key(raw: str) -> str | None:
    """Of "care of, box, premises, lines, town | county, country | postcode" with GAP between parts, GROUP between groups."""
    parts, wider, code = raw.split(GROUP)
    return address.key(parts.split(GAP), code, wider.split(GAP))


def _month_compact(raw: str) -> str:
    """The month of a CCYYMM notation (formats.md 1.3)."""
    return partial_date.clean(f"{raw[:4]}-{raw[4:]}" if len(raw) == 6 else raw)


def _sic(raw: str) -> str | None:
    """The register writes "None Supplied" where a company gave no trade (formats.md 1.1)."""
    return None if raw == "None Supplied" else value_type("text").clean(raw)


IN_ORDER: Final = "in order"
"""What a column of spans holds where the end is not before the start; elsewhere it holds both, "… to …"."""


def _span(raw: str) -> str:
    if raw != IN_ORDER:
        raise InvalidValue("span", raw, "in the order of time")
    return raw


NAMED: Final[Mapping[str, Cleaner]] = {
    "span": _span,
    "date_dmy": date.clean_dmy,
    "date_compact": date.clean_compact,
    "month_compact": _month_compact,
    "company_name_key": _company_name_key,
    "address_key": _address_key,
    "sic": _sic,
}
"""Cleaners that are not value types: notations of files, and keys."""


def _degrees(whole: str) -> str:
    """Degrees of a cleaned point with a fraction, or 0."""
    return rf"(0|-?({whole})\.[0-9]{{0,5}}[1-9])"


REGULAR_LENGTH: Final = 200
# With the arrow of flights' captions, which NFC leaves as it is beside any of the others.
_WORDS = r"[!#-\[\]-~→]+"
_PIECE = r"[!#-+\--\[\]-~]+"
_PLAIN = f"^{_WORDS}( {_WORDS})*$"
REGULAR: Final[Mapping[str, str]] = {
    "text": _PLAIN,
    "name": _PLAIN,
    "company_name": _PLAIN,
    "code": _PLAIN,
    "address": f"^{_PIECE}( {_PIECE})*(, {_PIECE}( {_PIECE})*)*$",
    "company_number": r"^([1-9][0-9]{7}|0[1-9][0-9]{6}|(SC|NI|OC)[1-9][0-9]{5})$",
    "postcode": r"^[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}$",
    "integer": r"^(0|[1-9][0-9]{0,17})$",
    "number": r"^(0|-?[1-9][0-9]{0,17}|-?(0|[1-9][0-9]{0,17})\.[0-9]{0,17}[1-9])$",
    "geo": f"^{_degrees('[1-8]?[0-9]')},{_degrees('[1-9]?[0-9]|1[0-7][0-9]')}$",
    "icao24": r"^([1-9a-f][0-9a-f]{5}|0[1-9a-f][0-9a-f]{4}|00[1-9a-f][0-9a-f]{3})$",
    "registration": r"^([A-Z0-9]{2,10}|[A-Z0-9]{1,4}-[A-Z0-9]{1,5})$",
    "callsign": r"^[A-Z0-9]{1,8}$",
    "flight_number": r"^([A-Z]{3}|[A-Z][A-Z0-9]|[0-9][A-Z])[1-9][0-9]{0,3}[A-Z]?$",
    "airport_code": r"^[A-Z0-9][A-Z0-9-]{1,6}$",
}
"""Cleaner -> the form (RE2) of values that it leaves as they are and that JSON writes without escapes, up to
REGULAR_LENGTH bytes. Most values have it: their columns are cleaned without Python."""

_MONTH_DAY = "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
REWRITTEN: Final[Mapping[str, tuple[str, str]]] = {
    "instant": (
        rf"^([12][0-9]{{3}}-{_MONTH_DAY})[ T]((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?:Z|\+00:?00)$",
        r"\1T\2Z",
    ),
}
"""Cleaner -> a form (RE2) of values and what it makes of them: columns cleaned without Python although they change."""


@cache
def cleaner(name: str) -> Cleaner:
    """The cleaner of that name: one of NAMED, else the value type's; KeyError when there is neither."""
    return NAMED[name] if name in NAMED else value_type(name).clean


def read_value(name: str, clean: Cleaner, raw: str) -> tuple[str | None, str | None]:
    """(cleaned value or None, flag's reason or None) of a value as received, by a cleaner and its name."""
    if name in _DATES:
        return _read_date(clean, raw)
    try:
        if name == "phone":
            number, assigned = phone.read(raw)
            return number, None if assigned else POSSIBLE
        return clean(raw), None
    except InvalidValue:
        return None, UNREADABLE


@lru_cache(maxsize=1 << 17)
def _read_date(clean: Cleaner, raw: str) -> tuple[str | None, str | None]:
    """A register of millions holds some tens of thousands of days, again and again."""
    try:
        cleaned = clean(raw)
    except InvalidValue:
        return None, UNREADABLE
    odd = cleaned is not None and partial_date.parse(cleaned).basis == IMPLAUSIBLE
    return cleaned, IMPLAUSIBLE if odd else None
