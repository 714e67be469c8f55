"""Flight legs as they were flown: aircraft go out and come home each day, so that none is in two places at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from random import Random
from typing import Final

from . import story
from .airports import ABROAD, AIRPORTS, HOME
from .plan import Plan
from .seeds import AIRCRAFT, FLIGHT, rng, skewed

LEAST_FLEET: Final = 8
DELAYED: Final = 0.15
CANCELLED: Final = 0.02
_MINUTE: Final = 60
_HOUR: Final = 3600
_TRUNK: Final = ["EGCC", "EGPH", "EGBB"]
"""Airports with boards: legs between two of them are seen twice."""
_LAST: Final = 29 * _HOUR
"""Every aircraft is home by five in the morning, before any day's first flight."""


@dataclass(frozen=True, slots=True)
class Operator:
    """An invented airline; `partners` sell its flights under their own numbers."""

    name: str
    iata: str
    icao: str
    partners: tuple[str, ...] = ()


OPERATORS: Final = (
    Operator("Northmere Airways", "N1", "NMX", ("T4", "K8")),
    Operator("Celtica Air", "C1", "CLQ"),
    Operator("Thistle Regional", "T4", "TQR", ("N1",)),
    Operator("Albion Jet", "A0", "ALQ"),
    Operator("Skerry Wings", "K8", "SKQ"),
    Operator("Danube Blue", "D0", "DNQ", ("N1",)),
    Operator("Vistula Air", "V0", "VSQ"),
    Operator("Estuary Cargo", "E0", "ESQ"),
)
BY_IATA: Final = {operator.iata: operator for operator in OPERATORS}
_MODELS: Final = (
    ("A320", "Airbus A320"),
    ("B738", "Boeing 737-800"),
    ("A21N", "Airbus A321 NEO"),
    ("AT76", "ATR 72"),
    ("E190", "Embraer 190"),
    ("BCS3", "Airbus A220-300"),
)


@dataclass(frozen=True, slots=True)
class Aircraft:
    """One aircraft: `icao24` in lower case, `base` the ICAO code of the airport it sleeps at."""

    index: int
    icao24: str
    registration: str
    typecode: str
    model: str
    operator: Operator
    base: str


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg. Times are Unix seconds: `out`/`home` at the gate, `off`/`on` at the runway; None when cancelled."""

    id: str
    aircraft: Aircraft
    number: int
    callsign: str
    origin: str
    destination: str
    due_out: int
    due_in: int
    out: int | None
    off: int | None
    on: int | None
    home: int | None

    @property
    def cancelled(self) -> bool:
        return self.off is None


def fleet_size(plan: Plan) -> int:
    """Aircraft in a world: one for each thousand companies, eight at least; each flies about four legs a day."""
    return max(LEAST_FLEET, plan.companies // 1000)


def legs(plan: Plan, start: date, end: date) -> Iterator[Leg]:
    """All legs due out from `start` to before `end`, by day and aircraft."""
    fleet = [aircraft(plan.seed, index) for index in range(fleet_size(plan))]
    for step in range((end - start).days):
        day = start + timedelta(days=step)
        for craft in fleet:
            yield from legs_of(plan.seed, craft, day)
        if plan.story:
            yield from _story_day(plan, day)


def aircraft(seed: int, index: int) -> Aircraft:
    """The aircraft of an index."""
    draw = rng(seed, AIRCRAFT, index)
    typecode, model = _MODELS[int(draw.random() * len(_MODELS))]
    # A bijection on 26^4 spares every pair of aircraft from sharing a registration.
    code = (index * 7_919 + 1_234) % 26**4
    letters = "".join(chr(65 + code // 26**place % 26) for place in range(4))
    return Aircraft(
        index,
        f"{0x400000 + (index * 7_919 + 4_321) % 0x3FFFF:06x}",
        f"G-{letters}",
        typecode,
        model,
        OPERATORS[skewed(draw, len(OPERATORS), 1.3)],
        _TRUNK[index] if index < len(_TRUNK) else HOME[skewed(draw, len(HOME), 1.8)],
    )


def legs_of(seed: int, craft: Aircraft, day: date) -> Iterator[Leg]:
    """What one aircraft of the fleet flies on a day."""
    draw = rng(seed, FLIGHT, craft.index, day.toordinal() & 0xFFFF)
    midnight = _unix(day)
    due = midnight + 5 * _HOUR + 30 * _MINUTE + int(draw.random() * 2 * _HOUR)
    free, turn = due, 0
    # Nothing leaves later than 21:30; a delay may still carry it past midnight.
    while due < midnight + 21 * _HOUR + 30 * _MINUTE and turn < 4:
        away = _destination(draw, craft.base)
        there = _block(craft.base, away)
        if due + 2 * there + 2 * _HOUR > midnight + 25 * _HOUR:
            break
        # Whoever is too late to be home before the next day's first flight does not go.
        cancelled = draw.random() < CANCELLED or max(due, free) + 2 * there + 6 * _HOUR > midnight + _LAST
        for origin, destination in ((craft.base, away), (away, craft.base)):
            block = _block(origin, destination)
            leg_id = f"L{craft.index:05d}-{day:%Y%m%d}-{turn}{'AB'[origin == away]}"
            made = _fly(
                draw,
                leg_id,
                craft,
                100 + craft.index * 8 + turn * 2 + (origin == away),
                (origin, destination),
                due,
                block,
                free,
                cancelled,
            )
            yield made
            free = max(free, made.home or 0) + 25 * _MINUTE
            due += block + int(35 + draw.random() * 30) // 5 * 5 * _MINUTE
        turn += 1
        due = due // 300 * 300 + int(draw.random() * 3) * _HOUR


def _destination(draw: Random, base: str) -> str:
    while True:
        roll = draw.random()
        pool = _TRUNK if roll < 0.15 else HOME[:14] if roll < 0.35 else ABROAD
        away = pool[skewed(draw, len(pool), 1.3)]
        if away != base:
            return away


def _fly(
    draw: Random,
    leg_id: str,
    craft: Aircraft,
    number: int,
    route: tuple[str, str],
    due: int,
    block: int,
    free: int,
    cancelled: bool,
) -> Leg:
    due = due // 300 * 300
    callsign = f"{craft.operator.icao}{number}{'' if number % 3 else chr(65 + number % 26)}"[:8]
    if cancelled:
        return Leg(leg_id, craft, number, callsign, *route, due, due + block, None, None, None, None)
    late = (
        int(draw.random() ** 2 * 150 + 10) * _MINUTE
        if draw.random() < DELAYED
        else int(draw.random() * 9) * _MINUTE
    )
    out = max(due + late, free)
    taxi_out, taxi_in = 5 + int(draw.random() * 20), 3 + int(draw.random() * 14)
    off = out + taxi_out * _MINUTE + int(draw.random() * 60)
    air = block - 20 * _MINUTE + int((draw.random() - 0.5) * 8) * _MINUTE
    on = off + max(air, 12 * _MINUTE)
    return Leg(
        leg_id, craft, number, callsign, *route, due, due + block, out, off, on, on + taxi_in * _MINUTE
    )


def kilometres(origin: str, destination: str) -> float:
    """Great-circle distance between two airports."""
    a, b = AIRPORTS[origin], AIRPORTS[destination]
    half = (
        sin(radians(b.lat - a.lat) / 2) ** 2
        + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(radians(b.lon - a.lon) / 2) ** 2
    )
    return 12_742 * asin(sqrt(half))


def _block(origin: str, destination: str) -> int:
    """Seconds from gate to gate, in whole five minutes."""
    return int(35 * _MINUTE + kilometres(origin, destination) / 790 * _HOUR) // 300 * 300


def _unix(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


_CHARTER: Final = Aircraft(
    90_001,
    story.ICAO24,
    story.REGISTRATION,
    "C25A",
    "Cessna 525A Citation CJ2+",
    Operator(story.OPERATOR, "", "CVN"),
    "EGJJ",
)
_VISITOR: Final = Aircraft(
    90_002, "40ab17", "G-DKWY", "P28A", "Piper PA-28", Operator("Old Mill Flying Group", "", "OMF"), "EGBT"
)


def _story_day(plan: Plan, day: date) -> Iterator[Leg]:
    """The charter's aircraft meets the dates; another comes to the same airfield every Saturday."""
    meetings = {story.day(plan, event) + timedelta(days=1) for event in story.DAYS}
    if day in meetings:
        yield from _there_and_back(_CHARTER, story.AIRFIELD, day, 9 * _HOUR + 600)
    elif day.toordinal() % 4 == 1:
        yield from _there_and_back(
            _CHARTER, ("EGHI", "EGLF", "LFMN", "EGKB")[day.toordinal() // 4 % 4], day, 10 * _HOUR
        )
    if day.weekday() == 5:
        yield from _there_and_back(_VISITOR, story.AIRFIELD, day, 11 * _HOUR)


def _there_and_back(craft: Aircraft, away: str, day: date, second: int) -> Iterator[Leg]:
    draw = rng(0, FLIGHT, craft.index, day.toordinal() & 0xFFFF)
    block, free = _block(craft.base, away), 0
    for turn, route in enumerate(((craft.base, away), (away, craft.base))):
        due = _unix(day) + second + turn * (block + 2 * _HOUR)
        free = max(free, due)
        leg_id = f"L{craft.index:05d}-{day:%Y%m%d}-0{'AB'[turn]}"
        made = _fly(draw, leg_id, craft, 12 + turn, route, due, block, free, False)
        free = (made.home or due) + 30 * _MINUTE
        yield made
