"""Days: dates known to the day. Also the two notations of the registers' bulk files."""

from __future__ import annotations

import re

from graph.errors import InvalidValue
from graph.values import partial_date
from graph.values.base import ValueType

_DMY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


def clean(raw: str) -> str:
    """ISO 8601 of a day that exists, "2019-01-25"; a time after it is left off."""
    try:
        parsed = partial_date.parse(raw)
    except InvalidValue as error:
        raise InvalidValue("date", raw[:80], "a day such as 2019-01-25") from error
    if parsed.precision != "day":
        raise InvalidValue("date", raw[:80], "a day such as 2019-01-25")
    return parsed.text


def clean_dmy(raw: str) -> str:
    """The day of a dd/mm/yyyy notation (formats.md 1.1) in ISO 8601."""
    match = _DMY.fullmatch(raw.strip())
    if match is None:
        raise InvalidValue("date", raw[:80], "a day written dd/mm/yyyy")
    return clean(f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}")


def clean_compact(raw: str) -> str:
    """The day of a CCYYMMDD notation (formats.md 1.3) in ISO 8601."""
    match = _COMPACT.fullmatch(raw.strip())
    if match is None:
        raise InvalidValue("date", raw[:80], "a day written CCYYMMDD")
    return clean(f"{match[1]}-{match[2]}-{match[3]}")


def implausible(cleaned: str) -> bool:
    """Whether a cleaned date lies outside the plausible years (partial_date.PLAUSIBLE)."""
    return partial_date.parse(cleaned).basis == "implausible"


VALUE = ValueType("date", clean, partial_date.compare)
