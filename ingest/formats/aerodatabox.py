"""AeroDataBox: airport boards (FIDS) in both generations, arrays of flights and flights alone (formats.md 2.4), in the
row form.

One record a flight and side of the board, key "<side>/<number>/<scheduled, else first time>/<codes of the airports
that the record gives>". Scheduled, revised and actual times are at the gate, runway times where wheels leave or touch
the ground. A board leaves out the airport that it is of: it is the one whose ICAO code, in capitals, is a word of the
file's name ("fids_EGCC_2025-12-12.json"); else that end is unknown, and a note says so. A sale of another's flight
(IsCodeshared) says the same leg again and is skipped.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal

import orjson

from graph.errors import InvalidValue
from graph.values import clean_or_none, instant
from ingest.describe import Description, Fields
from ingest.format import Basis, Input, Reading, Sink
from ingest.helpers.flight_json import first_flight, flights_of
from ingest.helpers.legs import Airline, Leg, Place, describe_leg
from ingest.helpers.observed import observed, stated
from ingest.json_values import Element

Side = Literal["departures", "arrivals", "flights"]

GONE: Final = frozenset({"Departed", "EnRoute", "Approaching", "Arrived", "Diverted"})
"""Statuses of flights that have left the gate."""

_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Z]{4}(?![A-Za-z0-9])")
_OTHERS = frozenset({"fa_flight_id", "icao24", "ident"})
"""Members of other feeds' flights, whose boards look alike from afar."""


class AeroDataBox:
    """Boards and flights, as saved from the API."""

    name = "aerodatabox"
    title = "AeroDataBox boards and flights (JSON)"

    def sniff(self, head: bytes, name: str) -> bool:
        """By the first flight's own members; a board without flights by its two empty sides."""
        first = first_flight(head, _is_flight)
        return _empty_board(head) if first is None else first.member in (None, "departures", "arrivals")

    def read(self, file: Input, sink: Sink) -> Reading:
        """See ingest.format.Format. observed_at: a record's own lastUpdatedUtc, else the day in the file's name, else
        the clock."""
        when, basis = observed(file)
        board = _Board(Description(sink, when), home_of(file.name), file.zone, basis)
        for element in flights_of(file, _is_flight):
            board.take(element)
        board.out.flush()
        sink.progress(file.path.stat().st_size)
        out = board.out
        snapshot, notes = stated(file, out.rejected)
        return Reading(
            out.kept + out.rejected + board.skipped,
            out.rejected,
            board.skipped,
            board.basis,
            snapshot,
            "withdrawn",
            out.leftovers,
            (*notes, *board.notes()),
        )


def home_of(name: str) -> str | None:
    """The airport that a board is of: the one ICAO code of a known airport that is a word of its file's name."""
    found = {word for word in _WORD.findall(name) if word in _known_airports()}
    return found.pop() if len(found) == 1 else None


@lru_cache
def _known_airports() -> frozenset[str]:
    import airportsdata

    return frozenset(airportsdata.load("ICAO"))


def _is_flight(members: dict[str, Any]) -> bool:
    sides = [members.get(part) for part in ("movement", "departure", "arrival")]
    named = bool({"number", "callSign"} & members.keys()) and not _OTHERS & members.keys()
    return named and any(isinstance(side, dict) for side in sides)


def _empty_board(head: bytes) -> bool:
    try:
        body: Any = orjson.loads(head)
    except orjson.JSONDecodeError:
        return False
    return bool(body == {"departures": [], "arrivals": []})


class _Board:
    """One file being described. home: the airport it is of, None when that is unknown."""

    def __init__(self, out: Description, home: str | None, zone: str | None, basis: Basis) -> None:
        self.out, self.basis, self.skipped = out, basis, 0
        self._home, self._zone, self._homeless = home, zone, 0

    def notes(self) -> tuple[str, ...]:
        """What the reader of the report should know."""
        if not self._homeless:
            return ()
        return (
            f"Flights whose board's airport is unknown: {self._homeless}. A board leaves its own airport out; name "
            "the file with that airport's ICAO code (fids_EGCC.json) to have both ends.",
        )

    def take(self, element: Element) -> None:
        """Describes, skips or rejects one flight; a member beside the boards is a leftover."""
        if element.place is None:
            if element.value not in (None, "", {}):
                self.out.leftovers[str(element.member)] += 1
            return
        locator = f"{element.member or 'flights'} {element.place + 1}"
        try:
            side = _side(element)
            members = element.members("flight")
            if members.get("codeshareStatus") == "IsCodeshared":
                self.skipped += 1
                return
            record = Fields(members)
            leg, key, updated = self._leg(record, side)
        except InvalidValue as error:
            value = "" if error.value is None else str(error.value)[:200]
            self.out.reject(locator, error.type_name, value, error.message, element.raw)
            return
        self.basis = "record" if updated else self.basis
        own = {"departures": leg.origin, "arrivals": leg.destination}.get(side)
        self._homeless += own is not None and not any(own.codes)
        self.out.record(key, locator, element.raw, observed_at=updated)
        describe_leg(self.out, leg)
        self.out.leftovers.update(record.leftovers())

    def _leg(self, record: Fields, side: Side) -> tuple[Leg, str, datetime | None]:
        """(leg, record key, when the feed last changed it); raises InvalidValue when it names no flight or time."""
        if side == "flights" and "movement" in record:
            raise InvalidValue(
                "movement", "alone", "under departures or arrivals: which end it is of is not said"
            )
        number, status = record.text("number"), record.text("status")
        cargo = record.take("isCargo")
        craft, line = record.inside("aircraft"), record.inside("airline")
        leg = Leg(
            {
                "callsign": record.text("callSign"),
                "flight_number": number,
                "status": status,
                "codeshare": record.text("codeshareStatus"),
                "cargo": None if cargo is None else str(cargo).lower(),
            },
            icao24=craft.text("modeS"),
            registration=craft.text("reg"),
            model=craft.text("model"),
            airline=Airline(line.text("icao"), line.text("iata"), line.text("name")),
        )
        # A distance between two airports is the airports', not the flight's.
        record.ignore("greatCircleDistance")
        updated = clean_or_none("instant", record.text("lastUpdatedUtc"))
        places = self._ends(record, side, leg, status)
        name = number or leg.values["callsign"] or leg.registration or leg.icao24
        if not name:
            raise InvalidValue("number", number, "a flight's number, callsign or aircraft")
        due = _due(leg, side)
        key = f"{side}/{''.join(name.split())}/{due}/{'-'.join(places)}"
        known = updated is not None and updated.endswith("Z")
        return leg, key, datetime.fromisoformat(updated) if updated and known else None

    def _ends(self, record: Fields, side: Side, leg: Leg, status: str | None) -> list[str]:
        """Takes both ends' airports and times into the leg; the codes that the record itself gives, for its key."""
        given, movement = [], "movement" in record
        for departs in (True, False):
            here = side == ("departures" if departs else "arrivals")
            if movement and not here:
                continue
            part = "movement" if movement else "departure" if departs else "arrival"
            end = record.inside(part)
            airport = _airport(end)
            code = next((code for code in airport.codes if code), airport.name)
            given += [code] if code else []
            # A movement's times are at the board's own airport, and the airport it names is the far one.
            zone = None if movement else airport.values.get("time_zone")
            self._times(end, departs, zone, leg, status)
            if movement:
                _put(leg, not departs, airport)
            if movement or (here and not code):
                airport = Place((self._home,))
            _put(leg, departs, airport)
        return given

    def _times(self, end: Fields, departs: bool, zone: str | None, leg: Leg, status: str | None) -> None:
        what = "departure" if departs else "arrival"
        scheduled = self._time(end, "scheduledTime", zone)
        # A board of 2022 calls actual what one of 2025 calls revised: the latest known time at the gate.
        revised = self._time(end, "revisedTime", zone) or self._time(end, "actualTime", zone)
        predicted = self._time(end, "predictedTime", zone)
        runway = self._time(end, "runwayTime", zone)
        # Where in the airport, and how good the data are: of no use once the flight is over.
        end.ignore("terminal", "checkInDesk", "gate", "baggageBelt", "runway", "quality")
        happened = runway is not None or (status in GONE if departs else status == "Arrived")
        done, wheels = ("departed", "took_off") if departs else ("arrived", "landed")
        leg.values |= {
            f"scheduled_{what}": scheduled,
            f"expected_{what}": predicted if happened else revised or predicted,
            done: revised if happened else None,
            wheels: runway,
        }

    def _time(self, end: Fields, name: str, zone: str | None) -> str | None:
        """A time as received, in UTC where the record gives it; placed in a zone when it has none of its own."""
        if name in end:
            both = end.inside(name)
            utc, local = both.text("utc"), both.text("local")
        else:
            utc, local = end.text(f"{name}Utc"), end.text(f"{name}Local")
        text = utc or local
        if text is None:
            return None
        try:
            # The feed writes UTC with a Z; a board of 2022 may leave it out where the member's name says so.
            read = instant.parse(text, "UTC" if utc else zone or self._zone, "source")
        except InvalidValue:
            return text
        return text if read.basis == "stated" else read.text


def _due(leg: Leg, side: Side) -> str:
    """The time, as received, that a record is known by: the board's own end first; InvalidValue when none is readable."""
    ends = ("arrival", "departure") if side == "arrivals" else ("departure", "arrival")
    names = (f"scheduled_{ends[0]}", f"scheduled_{ends[1]}", "departed", "arrived", "took_off", "landed")
    stated = [leg.values.get(name) for name in (*names, f"expected_{ends[0]}", f"expected_{ends[1]}")]
    given = [text for text in stated if text]
    for text in given:
        if clean_or_none("instant", text):
            return text
    unread = given[0] if given else None
    raise InvalidValue(
        "scheduledTime", unread, "a time such as 2025-12-12 13:00Z, scheduled or revised, at either end"
    )


def _side(element: Element) -> Side:
    if element.member is None:
        return "flights"
    if element.member == "departures":
        return "departures"
    if element.member == "arrivals":
        return "arrivals"
    raise InvalidValue("flight", element.member, "under departures or arrivals")


def _airport(end: Fields) -> Place:
    airport = end.inside("airport")
    place = airport.inside("location")
    lat, lon = place.text("lat"), place.text("lon")
    return Place(
        (airport.text("icao"), airport.text("iata")),
        airport.text("name"),
        {
            "time_zone": airport.text("timeZone"),
            "municipality": airport.text("municipalityName"),
            "country": airport.text("countryCode"),
            "geo": f"{lat},{lon}" if lat and lon else None,
        },
    )


def _put(leg: Leg, departs: bool, place: Place) -> None:
    if departs:
        leg.origin = place
    else:
        leg.destination = place


FORMAT = AeroDataBox()
