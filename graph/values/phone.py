"""Telephone numbers, as the whole world dials them (E.164)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

import phonenumbers
from phonenumbers import (
    CountryCodeSource,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    ValidationResult,
)
from phonenumbers.phonemetadata import PhoneMetadata
from rapidfuzz.distance import DamerauLevenshtein

from graph.errors import InvalidValue
from graph.values.base import ValueType

REGION: Final = "GB"
"""Where a number without a country's code is dialled."""

_LONGEST: Final = 80
_BRITISH: Final = 44
_DIALLED: Final = re.compile(
    r"(?:[*#]{1,2}(?:31#?|67|82)|14(?:1|70)(?= ?0))?\s*(?P<number>[+(]*[0-9][0-9()\s./-]{5,}[0-9])\s*(?:[pPwW,;]+(?!\s*[+0][0-9 ]{8})\s*(?P<then>[0-9]*)[\s0-9pPwW,;*#]*)?"
)
"""A number as a telephone dials it: behind a code that hides or shows the caller's own (3GPP TS 22.030, Britain's 141), before
what is dialled when somebody has answered (p, w and commas wait)."""
_DIGITS: Final = 10
"""Of a British number behind its 0, but for a few areas' and services', all of which the library lists as given out."""


@lru_cache(maxsize=1 << 16)
def _read(raw: str) -> tuple[str, bool] | None:
    """(E.164, whether its range is given out), None of a text that is no possible number."""
    dialled = _DIALLED.fullmatch(raw)
    raw = dialled["number"] if dialled else raw
    try:
        number = phonenumbers.parse(raw, REGION, keep_raw_input=True)
    except NumberParseException:
        return None
    told = phonenumbers.is_possible_number_with_reason(number)
    if told != ValidationResult.IS_POSSIBLE or not _said(raw, number):
        return None
    given = phonenumbers.is_valid_number(number)
    if not given and not _whole(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164), given


def _whole(number: PhoneNumber) -> bool:
    """Whether a number has the form of its country's. "Possible" is a question of length alone, and counts a 0 that is
    left before a number cut short: "07700 90" would be a British one of seven digits."""
    digits = phonenumbers.national_significant_number(number)
    code = number.country_code or 0
    form = _form(code)
    return (form is None or form.fullmatch(digits) is not None) and (
        code != _BRITISH or len(digits) == _DIGITS
    )


@cache
def _form(code: int) -> re.Pattern[str] | None:
    """What the numbers of a country's code look like, None where nothing is known of it."""
    region = phonenumbers.region_code_for_country_code(code)
    known = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    pattern = known.general_desc.national_number_pattern if known and known.general_desc else None
    return re.compile(pattern) if pattern else None


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

    A number that has its country's form is kept, though its range may be unassigned (read tells). Short codes, words,
    numbers cut short and what a spreadsheet made of a number (4.477E+11) are none."""
    return read(raw)[0]


def extension(raw: str) -> str | None:
    """The extension behind a number ("020 7946 0004 x12", "020 7946 0004p12" and "tel:+442079460004;ext=12" -> "12"), None
    without one."""
    if dialled := _DIALLED.fullmatch(raw[:_LONGEST]):
        return dialled["then"] or None
    try:
        return phonenumbers.parse(raw, REGION).extension or None if len(raw) <= _LONGEST else None
    except NumberParseException:
        return None


def compare(a: str, b: str) -> float:
    """1.0 when equal, 0.9 when the last nine digits are, 0.8 for one digit off or two swapped, else 0.0."""
    if a == b:
        return 1.0
    if a[-9:] == b[-9:]:
        return 0.9
    return 0.8 if DamerauLevenshtein.distance(a, b, score_cutoff=1) <= 1 else 0.0


VALUE = ValueType("phone", clean, compare)
