"""Telephone numbers, as the whole world dials them (E.164)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import (
    CountryCodeSource,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    ValidationResult,
)
from rapidfuzz.distance import DamerauLevenshtein

from graph.errors import InvalidValue
from graph.values.base import ValueType

REGION: Final = "GB"
"""Where a number without a country's code is dialled."""

_LONGEST: Final = 80


@lru_cache(maxsize=1 << 16)
def _read(raw: str) -> tuple[str, bool] | None:
    """(E.164, whether its range is given out), None of a text that is no possible number."""
    try:
        number = phonenumbers.parse(raw, REGION, keep_raw_input=True)
    except NumberParseException:
        return None
    told = phonenumbers.is_possible_number_with_reason(number)
    if told != ValidationResult.IS_POSSIBLE or not _said(raw, number):
        return None
    text = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return text, phonenumbers.is_valid_number(number)


def _said(raw: str, number: PhoneNumber) -> bool:
    """Whether a number says that it is of the country that it was read as: "(416) 555-0100" is not of Britain.

    British ones begin with 0; spreadsheets drop it, which mobile numbers survive recognisably."""
    if number.country_code_source != CountryCodeSource.FROM_DEFAULT_COUNTRY:
        return True
    return next((c for c in raw if c.isdigit()), "") == "0" or str(number.national_number)[:1] == "7"


def read(raw: str) -> tuple[str, bool]:
    """(the number cleaned, whether its country has given its range out): 07700 900123 is kept for drama.

    Raises InvalidValue as clean does."""
    found = _read(raw.removeprefix("tel:").strip()) if len(raw) <= _LONGEST else None
    if found is None:
        raise InvalidValue("phone", raw[:80], "a telephone number such as 020 7946 0000 or +33 1 99 00 12 34")
    return found


def clean(raw: str) -> str:
    """E.164 ("07700 900123" -> "+447700900123"); one without a country's code is British or none; an extension goes.

    A number that is possible is kept, though its range may be unassigned (read tells). Short codes, words and what a
    spreadsheet made of a number (4.477E+11) are none."""
    return read(raw)[0]


def compare(a: str, b: str) -> float:
    """1.0 when equal, 0.9 when the last nine digits are, 0.8 for one digit off or two swapped, else 0.0."""
    if a == b:
        return 1.0
    if a[-9:] == b[-9:]:
        return 0.9
    return 0.8 if DamerauLevenshtein.distance(a, b, score_cutoff=1) <= 1 else 0.0


VALUE = ValueType("phone", clean, compare)
