"""Points in time, with what is known of their zone: a time of unknown zone orders nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from graph.errors import InvalidValue
from graph.values.base import ValueType

Basis = Literal["stated", "source", "assumed", "unknown"]

_FORM = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:\.([0-9]{1,9}))?\s*"
    r"(Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time. utc: "2025-12-12T13:00:00Z", None when the zone is unknown. local: the wall clock as
    written, without offset. zone: an IANA name or an offset, None when unknown. basis: stated in the value,
    of the source as such, assumed (given at ingest, or a wall time that a zone has twice or never), or unknown.
    """

    utc: str | None
    local: str
    zone: str | None
    basis: Basis

    @property
    def text(self) -> str:
        """UTC with Z, or the wall clock without it when the zone is unknown."""
        return self.utc or self.local


def parse(raw: str, zone: str | None = None, basis: Literal["source", "assumed"] = "assumed") -> Instant:
    """An ISO 8601 time ("T" or space between, seconds optional, offset optional); raises InvalidValue.

    zone: of a time without offset, an IANA name; basis: where that zone comes from. A wall time that the zone
    has twice is the first of the two, one that it never has is moved on by the gap; both are then "assumed".
    """
    match = _FORM.fullmatch(raw.strip())
    try:
        if match is None:
            raise ValueError
        wall = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ':00'}")
        wall = wall.replace(microsecond=int((match[4] or "0")[:6].ljust(6, "0")))
        if match[5]:
            return Instant(_utc(wall - _offset(match[5])), _show(wall), _zone_text(match[5]), "stated")
        if zone is None:
            return Instant(None, _show(wall), None, "unknown")
        return _placed(wall, zone, basis)
    except (ValueError, OverflowError) as error:
        raise InvalidValue("instant", raw[:80], "a time such as 2025-12-12T13:00:00Z") from error


def of_unix(seconds: int) -> Instant:
    """The instant of a Unix time in seconds; raises InvalidValue outside the years 1 to 9999."""
    try:
        wall = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).replace(tzinfo=None)
    except OverflowError as error:
        raise InvalidValue("instant", seconds, "a Unix time in seconds") from error
    return Instant(_utc(wall), _show(wall), "UTC", "stated")


def _placed(wall: datetime, zone: str, basis: Literal["source", "assumed"]) -> Instant:
    aware = wall.replace(tzinfo=_zone(zone))
    moved = aware.astimezone(UTC)
    odd = aware.utcoffset() != aware.replace(fold=1).utcoffset()
    return Instant(_utc(moved.replace(tzinfo=None)), _show(wall), zone, "assumed" if odd else basis)


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidValue("zone", name, "an IANA time zone such as Europe/London") from error


def _offset(text: str) -> timedelta:
    if text.upper() in ("Z", "UTC"):
        return timedelta()
    digits = text[1:].replace(":", "").ljust(4, "0")
    if int(digits[:2]) > 14 or int(digits[2:]) > 59:
        raise ValueError
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if text[0] == "-" else size


def _zone_text(text: str) -> str:
    return "UTC" if text.upper() in ("Z", "UTC") else text


def _show(wall: datetime) -> str:
    return wall.isoformat(timespec="microseconds" if wall.microsecond else "seconds")


def _utc(wall: datetime) -> str:
    return _show(wall) + "Z"


def clean(raw: str) -> str:
    """UTC as "2025-12-12T13:00:00Z", fractions only when there are any; without a zone the wall clock, no Z."""
    return parse(raw).text


def compare(a: str, b: str) -> float:
    """1.0 when equal, falling to 0 at an hour apart; 0.0 when the zone of just one is known."""
    if a == b:
        return 1.0
    if a.endswith("Z") != b.endswith("Z"):
        return 0.0
    gap = datetime.fromisoformat(a.rstrip("Z")) - datetime.fromisoformat(b.rstrip("Z"))
    return max(0.0, 1 - abs(gap.total_seconds()) / 3600)


VALUE = ValueType("instant", clean, compare)
