"""OpenSky's bulk flight list: a CSV of tracked flights (formats.md 2.2), in the batch form.

One record a flight, key "<icao24>/<firstseen as written>". It describes the flight, its airports where the estimate
found them, the aircraft, and the operator that a callsign of designator and number names (derived, not stated).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ingest.cleaning import IN_ORDER
from ingest.delimited import Delimited, column_names
from ingest.format import Basis, Input, Reading, Sink
from ingest.helpers.airport_columns import flight_key, point
from ingest.helpers.observed import observed, stated
from ingest.mapping import (
    Cleaned,
    Coalesce,
    Column,
    Concat,
    Constant,
    Expr,
    LinkMap,
    Mapping,
    MentionMap,
    key,
    properties,
)
from ingest.mapping_run import MappingRun

COLUMNS = (
    "callsign", "number", "icao24", "registration", "typecode", "origin", "destination", "firstseen", "lastseen",
    "day", "latitude_1", "longitude_1", "altitude_1", "latitude_2", "longitude_2", "altitude_2",
)  # fmt: skip

# Without an offset a time is of an unknown zone, which orders nothing (a cast would put it in the machine's own).
_UTC = (
    "CASE WHEN regexp_matches({0}, '([Zz]|[+-][0-9]{{2}}(:?[0-9]{{2}})?)\\s*$') "
    "THEN make_timestamp(epoch_us(try_cast({0} AS TIMESTAMPTZ))) END"
)
_ISO = "strftime({}, '%Y-%m-%dT%H:%M:%SZ')"
_PREPARE = f"""
SELECT *, {_ISO.format("coalesce(first_utc, last_utc)")} AS since, {_ISO.format("coalesce(last_utc, first_utc)")} AS until,
  CASE WHEN last_utc < first_utc THEN firstseen || ' to ' || lastseen ELSE '{IN_ORDER}' END AS span,
  strftime(first_utc, '%Y-%m-%d') AS leg_day,
  coalesce(nullif(upper(trim(callsign)), ''), nullif(trim(number), ''), lower(trim(icao24))) || ' '
    || coalesce(coalesce(leaves, '?') || '→' || coalesce(reaches, '?') || ' ', '')
    || coalesce(strftime(first_utc, '%Y-%m-%d'), '') AS caption
FROM (SELECT *, {_UTC.format("firstseen")} AS first_utc, {_UTC.format("lastseen")} AS last_utc,
  nullif(upper(trim(origin)), '') AS leaves, nullif(upper(trim(destination)), '') AS reaches,
  {point("latitude_1", "longitude_1")} AS first_position, {point("latitude_2", "longitude_2")} AS last_position,
  nullif(regexp_extract(upper(trim(callsign)), '^([A-Z]{{3}})[0-9]', 1), '') AS operator,
  {flight_key("origin")} AS origin_key, {flight_key("destination")} AS destination_key
  FROM source)
"""

_CALLSIGN = Cleaned("callsign", Column("callsign"))
_NUMBER = Cleaned("flight_number", Column("number"))
_ICAO24 = Cleaned("icao24", Column("icao24"))
_REGISTRATION = Cleaned("registration", Column("registration"))
_ORIGIN = Cleaned("airport_code", Column("origin"))
_DESTINATION = Cleaned("airport_code", Column("destination"))
_FIRST = Cleaned("instant", Column("firstseen"))
_LAST = Cleaned("instant", Column("lastseen"))
_SINCE, _UNTIL, _OPERATOR, _DAY = Column("since"), Column("until"), Column("operator"), Column("leg_day")


def _facet(name: str, *values: Expr) -> Expr:
    return Concat((Constant(f"{name}:"), *values))


_FLIGHT = MentionMap(
    "flight",
    "Flight",
    authority=1,
    caption=Column("caption"),
    names=(_CALLSIGN, _NUMBER),
    facets=(
        _facet("airport", _ORIGIN),
        _facet("airport", _DESTINATION),
        _facet("from", _ORIGIN),
        _facet("to", _DESTINATION),
        _facet("route", _ORIGIN, Constant("-"), _DESTINATION),
        _facet("operator", _OPERATOR),
        _facet("aircraft", _ICAO24),
        _facet("aircraft", _REGISTRATION),
        _facet("callsign", _CALLSIGN),
        _facet("number", _NUMBER),
        _facet("day", _DAY),
    ),
    properties=properties(
        flight_number=_NUMBER,
        callsign=_CALLSIGN,
        icao24=_ICAO24,
        registration=_REGISTRATION,
        origin=_ORIGIN,
        destination=_DESTINATION,
        day=_DAY,
        first_seen=_FIRST,
        last_seen=_LAST,
        first_position=Column("first_position"),
        last_position=Column("last_position"),
        first_altitude_m=Column("altitude_1"),
        last_altitude_m=Column("altitude_2"),
    ),
    valid_from=_SINCE,
    valid_to=_UNTIL,
)


def _airport(slot: str, code: Expr) -> MentionMap:
    return MentionMap(
        slot, "Airport", authority=2, caption=code, names=(code,), keys=(Column(f"{slot}_key"),), when=code
    )


MAPPING = Mapping(
    columns=COLUMNS,
    key=Concat((_ICAO24, Constant("/"), Column("firstseen"))),
    required=(
        ("icao24", _ICAO24),
        ("firstseen", _FIRST),
        ("lastseen", _LAST),
        ("firstseen lastseen", Cleaned("span", Column("span"))),
    ),
    mentions=(
        _FLIGHT,
        _airport("origin", _ORIGIN),
        _airport("destination", _DESTINATION),
        MentionMap(
            "aircraft",
            "Aircraft",
            authority=1,
            # A bare address sorts after every registration: of equal authority, text decides what it is called.
            caption=Coalesce((_REGISTRATION, Concat((Constant("aircraft "), _ICAO24)))),
            names=(_REGISTRATION, _ICAO24),
            keys=(key("icao24", _ICAO24),),
            properties=properties(icao24=_ICAO24, registration=_REGISTRATION, type_code=Column("typecode")),
        ),
        MentionMap(
            "operator",
            "Organisation",
            authority=2,
            caption=_OPERATOR,
            names=(_OPERATOR,),
            keys=(key("airline_icao", _OPERATOR),),
            properties=properties(airline_icao=_OPERATOR),
            when=_OPERATOR,
            derived_by="callsign",
        ),
    ),
    links=(
        LinkMap(
            "DEPARTS_FROM",
            "flight",
            "origin",
            valid_from=_SINCE,
            valid_to=_SINCE,
            properties=(("actual", _FIRST),),
        ),
        LinkMap(
            "ARRIVES_AT",
            "flight",
            "destination",
            valid_from=_UNTIL,
            valid_to=_UNTIL,
            properties=(("actual", _LAST),),
        ),
        LinkMap("FLOWN_BY", "flight", "aircraft", valid_from=_SINCE, valid_to=_UNTIL),
        LinkMap("OPERATED_BY", "flight", "operator", valid_from=_SINCE, valid_to=_UNTIL),
    ),
    ignored={
        "day": "the UTC day of lastseen, which stands there itself",
        **{
            name: "first_position and last_position hold it"
            for name in COLUMNS
            if name[:4] in ("lati", "long")
        },
    },
    prepare=_PREPARE,
)

_SPAN = re.compile(r"flightlist_[0-9]{8}_([0-9]{4})([0-9]{2})([0-9]{2})")


class OpenSkyFlightList:
    """The bulk list: what was tracked, by aircraft and time, with estimated airports."""

    name = "opensky-flightlist"
    title = "OpenSky bulk flight list (CSV)"

    def sniff(self, head: bytes, name: str) -> bool:
        """By the header: the first line holds the list's own column names."""
        return {"callsign", "icao24", "origin", "destination", "firstseen", "lastseen"} <= column_names(head)

    def read(self, file: Input, sink: Sink) -> Reading:
        """See ingest.format.Format. observed_at: the last day of the span in the file's name, else the clock."""
        lines = Delimited(file.path, file.name, sink)
        lines.require(COLUMNS)
        when, basis = _observed(file)
        run = MappingRun(MAPPING, sink, when)
        for batch in lines.batches():
            run.feed(batch)
        rejected = run.rejected + lines.rejected
        snapshot, notes = stated(file, rejected)
        return Reading(
            run.read + lines.rejected, rejected, 0, basis, snapshot, "withdrawn", run.leftovers, notes
        )


def _observed(file: Input) -> tuple[datetime, Basis]:
    """A list of a month was drawn up when the month was over: its first day would let older lists supersede it."""
    span = _SPAN.search(file.name)
    try:
        if span:
            return datetime(int(span[1]), int(span[2]), int(span[3]), tzinfo=UTC), "file name"
    except ValueError:
        pass
    return observed(file)


FORMAT = OpenSkyFlightList()
