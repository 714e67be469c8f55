"""Points on the Earth, WGS 84."""

from __future__ import annotations

import re
from math import asin, cos, radians, sin, sqrt

from graph.errors import InvalidValue
from graph.values.base import ValueType

_FORM = re.compile(r"\s*(-?[0-9]{1,2}(?:\.[0-9]+)?)\s*[,; ]\s*(-?[0-9]{1,3}(?:\.[0-9]+)?)\s*")
EARTH_KM = 6371.0088
"""Mean radius R1 of the Earth (IUGG)."""


def clean(raw: str) -> str:
    """Gives "latitude,longitude" in degrees with at most six decimals (0.1 m), latitude -90..90, longitude -180..180."""
    match = _FORM.fullmatch(raw)
    if match is None or abs(float(match[1])) > 90 or abs(float(match[2])) > 180:
        raise InvalidValue("geo", raw[:80], "latitude,longitude in degrees, such as 51.4775,-0.4614")
    return f"{_degrees(match[1])},{_degrees(match[2])}"


def _degrees(text: str) -> str:
    rounded = f"{float(text):.6f}".rstrip("0").rstrip(".")
    return "0" if rounded == "-0" else rounded


def kilometres(a: str, b: str) -> float:
    """Great-circle distance of two cleaned points by the haversine formula."""
    (lat1, lon1), (lat2, lon2) = ([radians(float(v)) for v in point.split(",")] for point in (a, b))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(h)))


def compare(a: str, b: str) -> float:
    """1.0 when equal, falling to 0 at one kilometre."""
    return 1.0 if a == b else max(0.0, 1 - kilometres(a, b))


VALUE = ValueType("geo", clean, compare)
