"""The flight-leg rules again, slowly: plain Python over two mentions, no blocks, no SQL. The oracle of legs.py."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import combinations
from math import acos, cos, radians, sin

import duckdb

from graph.resolution.legs import FLIGHT_COLUMNS

Airports = dict[str, str]
"""IATA code -> ICAO code"""

PLACES = {"LKPR": (50.1008, 14.26), "EGCC": (53.3537, -2.27495)}
"""ICAO code -> latitude, longitude"""


@dataclass(frozen=True)
class Flight:
    """One flight mention, as FLIGHT_COLUMNS."""

    mid: bytes
    source: int = 1
    label: int = 0
    status: str | None = None
    callsign: str | None = None
    number: str | None = None
    operator: str | None = None
    icao24: str | None = None
    registration: str | None = None
    origins: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    scheduled_out: datetime | None = None
    scheduled_in: datetime | None = None
    expected_out: datetime | None = None
    expected_in: datetime | None = None
    gate_out: datetime | None = None
    gate_in: datetime | None = None
    took_off: datetime | None = None
    landed: datetime | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None

    @property
    def cancelled(self) -> bool:
        return self.status == "Canceled"

    @property
    def airborne(self) -> bool:
        flew = (self.took_off, self.landed, self.first_seen, self.last_seen, self.gate_out, self.gate_in)
        under_way = self.status in ("Departed", "EnRoute", "Approaching", "Arrived", "Diverted")
        return not self.cancelled and (under_way or any(flew))

    @property
    def radio(self) -> str | None:
        if re.fullmatch(r"[A-Z]{3}[1-9][0-9]*[A-Z]?", self.number or ""):
            return self.number
        found = re.fullmatch(r"[A-Z0-9]{2}0*([1-9][0-9]*[A-Z]?)", self.number or "")
        return self.operator + found[1] if self.operator and found else None


def fill(con: duckdb.DuckDBPyConnection, table: str, flights: list[Flight]) -> None:
    """Make a table of flights with FLIGHT_COLUMNS."""
    con.execute(
        f"CREATE OR REPLACE TABLE {table} ({', '.join(f'{n} {t}' for n, t in FLIGHT_COLUMNS.items())})"
    )
    names = [f.name for f in fields(Flight)]
    rows = [[list(v) if isinstance(v := getattr(f, n), tuple) else v for n in names] for f in flights]
    if rows:
        con.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", rows
        )


def decide_all(flights: list[Flight], airports: Airports) -> dict[tuple[bytes, bytes], str]:
    """The verdict of every pair that has one, the lesser id first."""
    ordered = sorted(flights, key=lambda f: f.mid)
    found = {(a.mid, b.mid): decide(a, b, airports) for a, b in combinations(ordered, 2)}
    return {pair: verdict for pair, verdict in found.items() if verdict is not None}


def decide(a: Flight, b: Flight, airports: Airports) -> str | None:
    """SAME, DIFFERENT or None, of two mentions in any order."""
    aircraft = _aircraft(a, b)
    radio = (a.callsign or 0) == (b.radio or 1) or (a.radio or 0) == (b.callsign or 1)
    number = bool(a.number) and a.number == b.number
    named = number or radio or (bool(a.callsign) and a.callsign == b.callsign)
    calls_clash = bool(a.callsign and b.callsign) and a.callsign != b.callsign and not radio
    diverted = "Diverted" in (a.status, b.status)
    origin = _airport(a.origins, b.origins, airports)
    destination = None if diverted else _airport(a.destinations, b.destinations, airports)

    departure = _departure(a, b)
    arrival = {} if diverted else _arrival(a, b)
    agrees = any(v is True for end in (departure, arrival) for v, _ in end.values())
    left = aircraft is True and origin is not False and _alike(departure)
    reached = aircraft is True and destination is not False and _alike(arrival)
    calls = (calls_clash or origin is False or destination is False) and not (left or reached)
    apart = _ends_before(a, b) or _ends_before(b, a)
    contradicts = aircraft is False or calls or apart
    clashes = any(_clash(end, aircraft is True) for end in (departure, arrival))

    if aircraft is True and (apart if agrees else any(_torn(end) for end in (departure, arrival))):
        return "DIFFERENT"
    at_an_airport = origin is True or destination is True
    digits, line = _call_and_number(a, b)
    close = [end[kind] for end in (departure, arrival) for kind in ("gate", "air") if kind in end]
    kindred = digits or (line and any(v is not None and abs(minutes) <= 5 for v, minutes in close))
    kindred = kindred and origin is True and destination is True
    like = agrees and not clashes and (aircraft is True or (named and at_an_airport) or kindred)
    way = origin is True and destination is True
    across = named and (way or aircraft is True) and _across(a, b, airports)
    no_time = all(v is None for end in (departure, arrival) for v, _ in end.values())
    if contradicts or not (like or (across and no_time)):
        return None
    return "DIFFERENT" if (a.cancelled and b.airborne) or (b.cancelled and a.airborne) else "SAME"


def _call_and_number(a: Flight, b: Flight) -> tuple[bool, bool]:
    """Of one that gives only a callsign and one that gives only a number: (digits alike, operator alike)."""
    for call, sold in ((a, b), (b, a)):
        if not (call.callsign and not call.number and sold.number and not sold.callsign):
            continue
        parts = re.match(r"([A-Z]{3})0*([0-9]*)", call.callsign)
        designator = parts[1] if parts and re.match(r"[A-Z]{3}[0-9]", call.callsign) else None
        if designator and sold.operator and designator != sold.operator:
            return False, False
        number = re.match(r"(?:[A-Z]{3}|[A-Z0-9]{2})0*([1-9][0-9]*)", sold.number)
        digits = re.match(r"[A-Z]{3}0*([1-9][0-9]*)", call.callsign)
        alike = bool(number and digits and number[1] == digits[1])
        lettered = not re.fullmatch(r"[A-Z]{3}[0-9]+", call.callsign)
        return alike, bool(lettered and designator and designator == sold.operator)
    return False, False


def _alike(end: Checks) -> bool:
    """Gate agrees with gate, or air with air."""
    return any(end[kind][0] is True for kind in ("gate", "air") if kind in end)


def _ends_before(one: Flight, other: Flight) -> bool:
    """One had ended when the other began."""
    span = []
    for f in (one, other):
        begins = f.took_off or (f.first_seen if f.origins else None) or f.gate_out
        ends = f.landed or (f.last_seen if f.destinations else None) or f.gate_in
        span.append((begins, ends))
    (begins, ends), (then, _) = span
    return bool(begins and ends and then and begins <= ends < then)


def _aircraft(a: Flight, b: Flight) -> bool | None:
    if a.icao24 and b.icao24:
        return a.icao24 == b.icao24
    if a.registration and b.registration:
        return a.registration.replace("-", "") == b.registration.replace("-", "")
    return None


def _airport(a: tuple[str, ...], b: tuple[str, ...], airports: Airports) -> bool | None:
    one, other = ({airports.get(code, code) for code in codes} for codes in (a, b))
    if one & other:
        return True
    kinds = {len(c) == 3 for c in one} & {len(c) == 3 for c in other}
    return False if kinds else None


Checks = dict[str, tuple[bool | None, float]]
"""What was compared -> (agrees, minutes apart); None is not comparable."""


def _minutes(first: datetime | None, then: datetime | None) -> float | None:
    return None if first is None or then is None else (then - first).total_seconds() / 60


def _check(minutes: float | None, low: int, high: int) -> tuple[bool | None, float]:
    return (None, 0.0) if minutes is None else (low <= minutes <= high, minutes)


def _departure(a: Flight, b: Flight) -> Checks:
    off = [f.took_off or (f.first_seen if f.origins else None) for f in (a, b)]
    gate = [a.gate_out, b.gate_out]
    plan = [f.gate_out or f.expected_out or f.scheduled_out for f in (a, b)]
    aloft = [off[0] or a.first_seen, off[1] or b.first_seen]
    hope = [f.expected_out or f.gate_out for f in (a, b)]
    seen = [None, None] if all(off) else [off[0] or a.first_seen, off[1] or b.first_seen]
    return {
        "gate": _check(_minutes(*gate), -15, 15),
        "air": _check(_minutes(*off), -15, 15),
        "taxi one": _check(_minutes(gate[0], off[1]), 0, 60),
        "taxi other": _check(_minutes(gate[1], off[0]), 0, 60),
        "scheduled": _check(_minutes(a.scheduled_out, b.scheduled_out), -15, 15),
        "weak expected": _check(None if all(gate) else _minutes(*hope), -15, 15),
        "weak taxi one": _check(_minutes(plan[0], aloft[1]), 0, 60),
        "weak taxi other": _check(_minutes(plan[1], aloft[0]), 0, 60),
        "weak seen": _check(_minutes(*seen), -15, 15),
    }


def _arrival(a: Flight, b: Flight) -> Checks:
    on = [f.landed or (f.last_seen if f.destinations else None) for f in (a, b)]
    gate = [a.gate_in, b.gate_in]
    plan = [f.gate_in or f.expected_in or f.scheduled_in for f in (a, b)]
    aloft = [on[0] or a.last_seen, on[1] or b.last_seen]
    hope = [f.expected_in or f.gate_in for f in (a, b)]
    seen = [None, None] if all(on) else [on[0] or a.last_seen, on[1] or b.last_seen]
    return {
        "gate": _check(_minutes(*gate), -15, 15),
        "air": _check(_minutes(*on), -15, 15),
        "taxi one": _check(_minutes(on[0], gate[1]), 0, 60),
        "taxi other": _check(_minutes(on[1], gate[0]), 0, 60),
        "scheduled": _check(_minutes(a.scheduled_in, b.scheduled_in), -15, 15),
        "weak expected": _check(None if all(gate) else _minutes(*hope), -15, 15),
        "weak taxi one": _check(_minutes(aloft[0], plan[1]), 0, 60),
        "weak taxi other": _check(_minutes(aloft[1], plan[0]), 0, 60),
        "weak seen": _check(_minutes(*seen), -15, 15),
    }


def _clash(end: Checks, one_aircraft: bool) -> bool:
    observed = [
        agrees for name, (agrees, _) in end.items() if name in ("gate", "air", "taxi one", "taxi other")
    ]
    if False in observed:
        return True
    return end.get("scheduled", (None, 0.0))[0] is False and not (one_aircraft and True in observed)


def _torn(end: Checks) -> bool:
    return any(
        name in ("gate", "air") and agrees is False and abs(gap) <= 60 for name, (agrees, gap) in end.items()
    )


def _across(a: Flight, b: Flight, airports: Airports) -> bool:
    """One has times of departure only, the other of arrival only, by when it could have flown there."""
    for one, other in ((a, b), (b, a)):
        leaves = [one.scheduled_out, one.gate_out, one.expected_out, one.took_off]
        leaves.append(one.first_seen if one.origins else None)
        reaches = [other.scheduled_in, other.gate_in, other.expected_in, other.landed]
        reaches.append(other.last_seen if other.destinations else None)
        if _ends(one) == (True, False) and _ends(other) == (False, True):
            minutes = _minutes(next(filter(None, leaves)), next(filter(None, reaches)))
            way = next(
                filter(None, (_kilometres(f, airports) for f in sorted((a, b), key=lambda f: f.mid))), None
            )
            if minutes is None or way is None:
                return minutes is not None and 0 < minutes <= 720
            return way / 20 <= minutes <= way / 8 + 90
    return False


def _kilometres(f: Flight, airports: Airports) -> float | None:
    """By the spherical law of cosines."""
    ends = []
    for codes in (f.origins, f.destinations):
        known = {airports.get(code, code) for code in codes} & PLACES.keys()
        if not known:
            return None
        ends.append([radians(v) for v in PLACES[min(known)]])
    (lat1, lon1), (lat2, lon2) = ends
    cosine = sin(lat1) * sin(lat2) + cos(lat1) * cos(lat2) * cos(lon1 - lon2)
    return 6371.0088 * acos(max(-1.0, min(1.0, cosine)))


def _ends(f: Flight) -> tuple[bool, bool]:
    out = (
        f.scheduled_out or f.gate_out or f.expected_out or f.took_off or (f.first_seen if f.origins else None)
    )
    back = (
        f.scheduled_in or f.gate_in or f.expected_in or f.landed or (f.last_seen if f.destinations else None)
    )
    return out is not None, back is not None
