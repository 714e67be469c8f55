"""OpenSky's REST answers: a JSON array of tracked flights, or one flight alone (formats.md 2.1), in the row form.

One record a flight, key "<icao24>/<firstSeen>". `/flights/arrival`, `/departure`, `/all` and `/aircraft` answer alike.
"""

from __future__ import annotations

from typing import Any

from graph.errors import InvalidValue
from graph.values import clean, instant
from ingest.describe import Description, Fields
from ingest.format import Input, Reading, Sink
from ingest.helpers.flight_json import first_flight, flights_of
from ingest.helpers.legs import Leg, Place, describe_leg
from ingest.helpers.observed import observed, stated
from ingest.json_values import Element


class OpenSkyFlights:
    """Arrays of tracked flights, as saved from the API."""

    name = "opensky-flights"
    title = "OpenSky REST flights (JSON)"

    def sniff(self, head: bytes, name: str) -> bool:
        """By the first flight's own member names."""
        first = first_flight(head, _is_flight)
        return first is not None and first.member is None

    def read(self, file: Input, sink: Sink) -> Reading:
        """See ingest.format.Format. observed_at: the day in the file's name, else the clock."""
        when, basis = observed(file)
        out = Description(sink, when)
        for element in flights_of(file, _is_flight):
            _describe(element, out)
        out.flush()
        sink.progress(file.path.stat().st_size)
        snapshot, notes = stated(file, out.rejected)
        return Reading(
            out.kept + out.rejected, out.rejected, 0, basis, snapshot, "withdrawn", out.leftovers, notes
        )


def _is_flight(members: dict[str, Any]) -> bool:
    return {"icao24", "firstSeen", "lastSeen"} <= members.keys()


def _describe(element: Element, out: Description) -> None:
    locator = f"flight {(element.place or 0) + 1}"
    try:
        if element.place is None or element.member is not None:
            raise InvalidValue("flight", element.raw[:80], "an object in a bare array")
        record = Fields(element.members("flight"))
        leg, key = _take(record)
    except InvalidValue as error:
        value = "" if error.value is None else str(error.value)[:200]
        out.reject(locator, error.type_name, value, error.message, element.raw)
        return
    out.record(key, locator, element.raw)
    describe_leg(out, leg)
    out.leftovers.update(record.leftovers())


def _take(record: Fields) -> tuple[Leg, str]:
    """(leg, record key); raises InvalidValue when the aircraft or a time is missing or unreadable."""
    icao24 = clean("icao24", record.text("icao24") or "")
    first, first_seen = _moment(record, "firstSeen")
    last, last_seen = _moment(record, "lastSeen")
    if last < first:
        raise InvalidValue("lastSeen", last, f"at or after firstSeen, {first}")
    # Distances of the first and last point from the estimated airports, and how many airports would fit: they say how
    # good the estimate is, not where the flight went.
    record.ignore(
        "estDepartureAirportHorizDistance", "estDepartureAirportVertDistance", "departureAirportCandidatesCount",
        "estArrivalAirportHorizDistance", "estArrivalAirportVertDistance", "arrivalAirportCandidatesCount",
    )  # fmt: skip
    leg = Leg(
        {
            "callsign": record.text("callsign"),
            "first_seen": first_seen,
            "last_seen": last_seen,
        },
        origin=Place((_airport(record, "estDepartureAirport"),)),
        destination=Place((_airport(record, "estArrivalAirport"),)),
        icao24=icao24,
    )
    return leg, f"{icao24}/{first}"


def _airport(record: Fields, name: str) -> str | None:
    """Some clients write the name with a capital E ("EstArrivalAirport")."""
    code = record.text(name)
    return code or record.text("E" + name[1:])


def _moment(record: Fields, name: str) -> tuple[int, str]:
    """A Unix time as received and as an instant."""
    value: Any = record.take(name)
    expected = "a Unix time in whole seconds, of the years 1 to 9999"
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidValue(name, value, expected)
    try:
        return value, instant.of_unix(value).text
    except InvalidValue as error:
        raise InvalidValue(name, value, expected) from error


FORMAT = OpenSkyFlights()
