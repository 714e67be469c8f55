"""One leg as each flight feed shows it: track-based rows and arrays, and timetable bodies in both generations."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from .airports import AIRPORTS, Airport
from .flights import BY_IATA, Leg, Operator, kilometres

FLIGHTLIST_HEADER: Final = (
    "callsign,number,icao24,registration,typecode,origin,destination,firstseen,lastseen,day,"
    "latitude_1,longitude_1,altitude_1,latitude_2,longitude_2,altitude_2\n"
)
_STANDARD: Final = {
    "Europe/London": 0,
    "Europe/Jersey": 0,
    "Europe/Guernsey": 0,
    "Europe/Isle_of_Man": 0,
    "Europe/Dublin": 0,
    "Europe/Lisbon": 0,
    "Europe/Bucharest": 2,
    "Europe/Athens": 2,
    "Asia/Nicosia": 2,
    "Europe/Istanbul": 3,
    "Asia/Dubai": 4,
    "America/New_York": -5,
}


def seen(leg: Leg) -> tuple[int, int]:
    """First and last second at which receivers saw the leg; it must have flown."""
    if leg.off is None or leg.on is None:
        raise ValueError(f"{leg.id} was cancelled: nobody saw it")
    mix = leg.off % 97
    return leg.off + mix - 20, leg.on - mix % 60 + 15


def flightlist_row(leg: Leg) -> str:
    """The leg in the bulk list; about one in twenty lacks an airport, fewer the number or registration."""
    first, last = seen(leg)
    a, b, mix = AIRPORTS[leg.origin], AIRPORTS[leg.destination], first % 100
    return (
        ",".join(
            (
                leg.callsign,
                f"{leg.aircraft.operator.iata}{leg.number}" if leg.aircraft.operator.iata and mix % 5 else "",
                leg.aircraft.icao24,
                "" if mix in (3, 4) else leg.aircraft.registration,
                "" if mix in (4, 5) else leg.aircraft.typecode,
                "" if mix in (7, 8) else leg.origin,
                "" if mix in (9, 10, 11) else leg.destination,
                _stamp(first),
                _stamp(last),
                _stamp(last)[:10] + " 00:00:00+00:00",
                f"{a.lat + mix / 9000:.6f}",
                f"{a.lon - mix / 8000:.6f}",
                f"{a.feet * 0.3048 + mix:.2f}",
                f"{b.lat - mix / 7000:.6f}",
                f"{b.lon + mix / 6000:.6f}",
                f"{b.feet * 0.3048 + mix / 2 - 20:.2f}",
            )
        )
        + "\n"
    )


def opensky(leg: Leg) -> dict[str, Any]:
    """The leg in a REST array: the callsign padded to eight characters, unknown airports null as in the bulk list."""
    first, last = seen(leg)
    mix = first % 100
    return {
        "icao24": leg.aircraft.icao24,
        "firstSeen": first,
        "estDepartureAirport": None if mix in (7, 8) else leg.origin,
        "lastSeen": last,
        "estArrivalAirport": None if mix in (9, 10, 11) else leg.destination,
        "callsign": None if mix == 13 else f"{leg.callsign:8}",
        "estDepartureAirportHorizDistance": 300 + mix * 11,
        "estDepartureAirportVertDistance": mix,
        "estArrivalAirportHorizDistance": 400 + mix * 7,
        "estArrivalAirportVertDistance": 2 * mix,
        "departureAirportCandidatesCount": 1 + mix % 3,
        "arrivalAirportCandidatesCount": 1 + mix % 2,
    }


def sold_as(leg: Leg) -> list[tuple[Operator, int, str]]:
    """Each number the leg is sold under with its codeshare status, the operator's own first."""
    own = leg.aircraft.operator
    partners = [(BY_IATA[iata], 7_000 + leg.number, "IsCodeshared") for iata in own.partners]
    return [(own, leg.number, "IsOperator" if partners else "Unknown"), *partners]


def fids(leg: Leg, at: str, seller: tuple[Operator, int, str], generation: str) -> dict[str, Any]:
    """The leg on an airport's board. `generation` is movement, legs (the queried airport left out) or 2022."""
    departing = leg.origin == at
    other = AIRPORTS[leg.destination if departing else leg.origin]
    head = _head(leg, seller)
    if generation == "legs":
        return {
            "departure": _times(leg, True, None if departing else AIRPORTS[leg.origin]),
            "arrival": _times(leg, False, AIRPORTS[leg.destination] if departing else None),
            **head,
        }
    if generation == "2022":
        return {"movement": _old_times(leg, departing, other, AIRPORTS[at]), **head}
    # The board's own time with the far airport's name: the feed puts both in one member.
    return {"movement": {"airport": _airport(other), **_times(leg, departing, None, AIRPORTS[at])}, **head}


def flight(leg: Leg) -> dict[str, Any]:
    """The leg in a bare array of flights, with both ends and the distance."""
    km = round(kilometres(leg.origin, leg.destination), 2)
    return {
        "greatCircleDistance": {
            "meter": km * 1000,
            "km": km,
            "mile": round(km / 1.609344, 2),
            "nm": round(km / 1.852, 2),
            "feet": round(km * 3280.84, 2),
        },
        "departure": _times(leg, True, AIRPORTS[leg.origin]),
        "arrival": _times(leg, False, AIRPORTS[leg.destination]),
        "lastUpdatedUtc": _utc(leg.home or leg.due_in),
        **_head(leg, sold_as(leg)[0]),
    }


def _head(leg: Leg, seller: tuple[Operator, int, str]) -> dict[str, Any]:
    operator, number, status = seller
    made: dict[str, Any] = {"number": f"{operator.iata or operator.icao} {number}"}
    if status != "IsCodeshared":
        made["callSign"] = leg.callsign
    late = leg.out is not None and leg.out - leg.due_out > 3600
    airline = {"name": operator.name, "iata": operator.iata, "icao": operator.icao}
    return {
        **made,
        "status": "Canceled" if leg.cancelled else "Delayed" if late and leg.number % 7 == 0 else "Arrived",
        "codeshareStatus": status,
        "isCargo": operator.name.endswith("Cargo"),
        "aircraft": {
            "reg": leg.aircraft.registration,
            "modeS": leg.aircraft.icao24.upper(),
            "model": leg.aircraft.model,
        },
        "airline": {key: value for key, value in airline.items() if value},
    }


def _times(leg: Leg, departing: bool, shown: Airport | None, local: Airport | None = None) -> dict[str, Any]:
    at = local or shown or AIRPORTS[leg.origin if departing else leg.destination]
    due, gate, runway = _moments(leg, departing)
    made: dict[str, Any] = {"airport": _airport(shown)} if shown else {}
    made["scheduledTime"] = _both(due, at)
    if gate is not None and runway is not None:
        made |= {"revisedTime": _both(gate, at), "runwayTime": _both(runway, at)}
    if at.size == "large":
        made["terminal"] = str(1 + leg.number % 3)
    return made | {"quality": ["Basic"] if gate is None else ["Basic", "Live"]}


def _old_times(leg: Leg, departing: bool, other: Airport, at: Airport) -> dict[str, Any]:
    due, gate, _ = _moments(leg, departing)
    made: dict[str, Any] = {"airport": _airport(other), "scheduledTimeLocal": _local(due, at)}
    if gate is not None:
        made["actualTimeLocal"] = _local(gate, at)
    made["scheduledTimeUtc"] = _utc(due)
    if gate is not None:
        made["actualTimeUtc"] = _utc(gate)
    return made | {"quality": ["Basic"] if gate is None else ["Basic", "Live"]}


def _moments(leg: Leg, departing: bool) -> tuple[int, int | None, int | None]:
    return (leg.due_out, leg.out, leg.off) if departing else (leg.due_in, leg.home, leg.on)


def _airport(airport: Airport) -> dict[str, str]:
    made = {"icao": airport.ident, "iata": airport.iata, "name": airport.city, "timeZone": airport.zone}
    return {key: value for key, value in made.items() if value}


def _both(moment: int, at: Airport) -> dict[str, str]:
    return {"utc": _utc(moment), "local": _local(moment, at)}


def _utc(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M}Z"


def _local(moment: int, at: Airport) -> str:
    shift = _shift(moment, at.zone)
    return f"{datetime.fromtimestamp(moment, UTC) + timedelta(hours=shift):%Y-%m-%d %H:%M}{shift:+03d}:00"


def _shift(moment: int, zone: str) -> int:
    """Hours east of UTC. Written out so that the bytes do not hang on the machine's time zone tables."""
    standard = _STANDARD.get(zone, 1)
    if zone in ("Europe/Istanbul", "Asia/Dubai"):
        return standard
    when = datetime.fromtimestamp(moment, UTC)
    if zone == "America/New_York":
        start, end = _sunday(when.year, 3, 8), _sunday(when.year, 11, 1)
        return standard + (start + timedelta(hours=7) <= when < end + timedelta(hours=6))
    start, end = _sunday(when.year, 3, 25), _sunday(when.year, 10, 25)
    return standard + (start + timedelta(hours=1) <= when < end + timedelta(hours=1))


def _sunday(year: int, month: int, day: int) -> datetime:
    """The first Sunday on or after a day, at 00:00 UTC."""
    first = date(year, month, day)
    at = first + timedelta(days=(6 - first.weekday()) % 7)
    return datetime(at.year, at.month, at.day, tzinfo=UTC)


def _stamp(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M:%S}+00:00"
