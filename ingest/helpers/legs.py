"""What a feed's record says about one flight leg, told alike for every feed that is read row by row (formats.md 2).

A feed takes its fields into a Leg; `describe_leg` makes the mentions and links of it. Times at the gate, on the
runway and of tracking stay apart, as the ontology's properties keep them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from graph.values import clean_or_none
from graph.values.folding import bare
from ingest.describe import Description, Properties, properties_of

DERIVED: Final = "callsign"
"""derived_by of an operator that only a callsign names."""

_DESIGNATOR = re.compile(r"([A-Z]{3})[0-9]")
_ICAO_LIKE, _IATA = re.compile(r"[A-Z0-9]{4}"), re.compile(r"[A-Z]{3}")
_DEPARTURES = ("departed", "took_off", "first_seen", "expected_departure", "scheduled_departure")
_ARRIVALS = ("arrived", "landed", "last_seen", "expected_arrival", "scheduled_arrival")


@dataclass(slots=True)
class Place:
    """An airport as a record gives it. codes: as received, ICAO first. values: Airport property -> text."""

    codes: tuple[str | None, ...] = ()
    name: str | None = None
    values: dict[str, str | None] = field(default_factory=dict)


@dataclass(slots=True)
class Airline:
    """The operator as a record states it."""

    icao: str | None = None
    iata: str | None = None
    name: str | None = None


@dataclass(slots=True)
class Leg:
    """One leg as received. values: Flight property -> text, times and all but the airports, aircraft and airline."""

    values: dict[str, str | None] = field(default_factory=dict)
    origin: Place = field(default_factory=Place)
    destination: Place = field(default_factory=Place)
    icao24: str | None = None
    registration: str | None = None
    model: str | None = None
    airline: Airline = field(default_factory=Airline)


def airport_key(codes: list[str]) -> str | None:
    """The identifier key of an airport by the codes that one record gives it, the ICAO one alone where there is one.

    Feeds write national codes of four characters where ICAO gave none: they are of one list with ICAO's, so one key.
    """
    for kind, form in (("airport_icao", _ICAO_LIKE), ("airport_iata", _IATA)):
        for code in codes:
            if form.fullmatch(code):
                return f"{kind}:{code}"
    return None


def designator(callsign: str | None) -> str | None:
    """The operator's ICAO designator in a callsign of three letters and a digit, else None ("TVS76P" -> "TVS").

    Without the digit it may be a registration ("GABCD"), which names no operator."""
    match = _DESIGNATOR.match(callsign or "")
    return match[1] if match else None


def describe_leg(out: Description, leg: Leg) -> None:
    """The mentions and links of one leg, in the record begun last."""
    flight = properties_of("Flight")
    said = {name: flight.add(name, raw) for name, raw in leg.values.items()}
    origin = _codes(flight, "origin", leg.origin)
    destination = _codes(flight, "destination", leg.destination)
    icao24, registration = flight.add("icao24", leg.icao24), flight.add("registration", leg.registration)
    stated = clean_or_none("code", leg.airline.icao), clean_or_none("code", leg.airline.iata)
    called = designator(said.get("callsign"))
    guessed = None if any(stated) or leg.airline.name else called
    # What only a callsign says is the operator mention's, which is signed, and a search term; the flight didn't say it.
    operator = flight.add("operator", stated[0] or stated[1]) or called

    leaves, reaches = _moment(said, _DEPARTURES), _moment(said, _ARRIVALS)
    # The day that the flight is known by: a delay past midnight does not change it.
    due = said.get("scheduled_departure") or leaves or said.get("scheduled_arrival") or reaches
    day = flight.add("day", due[:10] if due else None)
    # An end of unknown time stands at the other's: left open, a leg would last for ever.
    start, end = leaves or reaches, reaches or leaves
    if start and end and start > end:
        flight.flag("arrived", "before departure", end)
        end = start
    number, callsign = said.get("flight_number"), said.get("callsign")
    out.mention(
        "flight",
        "Flight",
        authority=1,
        caption=_caption(callsign or number or registration or icao24, origin, destination, day),
        props=flight,
        names=(callsign, number),
        facets=_facets(
            origin,
            destination,
            operator or bare(leg.airline.name or "") or None,
            (icao24, registration),
            callsign,
            number,
            day,
        ),
        valid_from=start,
        valid_to=end,
    )
    if _airport(out, "origin", origin, leg.origin):
        when = {"scheduled": said.get("scheduled_departure"), "actual": _moment(said, _DEPARTURES[:3])}
        out.link("DEPARTS_FROM", "flight", "origin", valid_from=start, valid_to=start, props=when)
    if _airport(out, "destination", destination, leg.destination):
        when = {"scheduled": said.get("scheduled_arrival"), "actual": _moment(said, _ARRIVALS[:3])}
        out.link("ARRIVES_AT", "flight", "destination", valid_from=end, valid_to=end, props=when)
    if icao24 or registration:
        _aircraft(out, icao24, registration, leg)
        out.link("FLOWN_BY", "flight", "aircraft", valid_from=start, valid_to=end)
    if operator or leg.airline.name:
        _operator(out, leg.airline, stated, guessed)
        out.link("OPERATED_BY", "flight", "operator", valid_from=start, valid_to=end)


def _codes(flight: Properties, name: str, place: Place) -> list[str]:
    cleaned = [flight.add(name, code) for code in dict.fromkeys(place.codes)]
    return [code for code in cleaned if code]


def _moment(said: dict[str, str | None], names: tuple[str, ...]) -> str | None:
    """The first of these times that is there with a known zone: another orders nothing."""
    return next((time for name in names if (time := said.get(name)) and time.endswith("Z")), None)


def _caption(name: str | None, origin: list[str], destination: list[str], day: str | None) -> str:
    route = f"{origin[0] if origin else '?'}→{destination[0] if destination else '?'}"
    return " ".join(part for part in (name, route if origin or destination else None, day) if part)


def _facets(
    origin: list[str], destination: list[str], operator: str | None, aircraft: tuple[str | None, ...],
    callsign: str | None, number: str | None, day: str | None,
) -> list[str]:  # fmt: skip
    """Exact search terms. One operator, one route and one day a record, in its best code: they are counted by. An
    operator without a designator is counted by its name."""
    route = f"{origin[0]}-{destination[0]}" if origin and destination else None
    single = (
        ("route", route),
        ("operator", operator),
        ("callsign", callsign),
        ("number", number),
        ("day", day),
    )
    return [
        *(f"airport:{code}" for code in (*origin, *destination)),
        *(f"from:{code}" for code in origin),
        *(f"to:{code}" for code in destination),
        *(f"aircraft:{code}" for code in aircraft if code),
        *(f"{field}:{value}" for field, value in single if value),
    ]


def _airport(out: Description, slot: str, codes: list[str], place: Place) -> bool:
    if not codes and not place.name:
        return False
    props = properties_of("Airport")
    name = props.add("name", place.name)
    for code in codes:
        kind = (
            "icao" if len(code) == 4 and code.isalpha() else "iata" if _IATA.fullmatch(code) else "local_code"
        )
        # A bare code says nothing that the key does not.
        if place.name or len(codes) > 1:
            props.add(kind, code)
    for prop, raw in place.values.items():
        props.add(prop, raw)
    out.mention(
        slot,
        "Airport",
        authority=1 if name else 2,
        caption=name or codes[0],
        props=props,
        names=(name, *codes),
        keys=(airport_key(codes),),
    )
    return True


def _aircraft(out: Description, icao24: str | None, registration: str | None, leg: Leg) -> None:
    props = properties_of("Aircraft")
    props.add("icao24", icao24)
    props.add("registration", registration)
    props.add("model", leg.model)
    out.mention(
        "aircraft",
        "Aircraft",
        authority=1,
        # A bare address sorts after every registration: of equal authority, text decides what an aircraft is called.
        caption=registration or f"aircraft {icao24}",
        props=props,
        names=(registration, icao24),
        keys=(f"icao24:{icao24}" if icao24 else f"registration:{registration}",),
    )


def _operator(
    out: Description, airline: Airline, stated: tuple[str | None, str | None], guessed: str | None
) -> None:
    props = properties_of("Organisation")
    name = props.add("name", airline.name)
    icao = props.add("airline_icao", stated[0] or guessed)
    iata = props.add("airline_iata", stated[1])
    out.mention(
        "operator",
        "Organisation",
        authority=1 if name else 2,
        caption=name or icao or iata,
        props=props,
        names=(name, icao, iata),
        keys=(f"airline_icao:{icao}" if icao else None,),
        derived_by=DERIVED if guessed else None,
    )
