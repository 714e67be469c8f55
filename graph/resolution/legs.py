"""Flight legs: which flight mentions are of one leg (formats.md 2.7), as one set-based DuckDB query.

Legs are resolved, not keyed: flight numbers are reused daily, delays pass midnight, one leg shows up at both its
airports and in every feed. A decision is a function of its two mentions and of the frozen `airports` table only.

SAME: the aircraft agrees (or, where at most one mention knows it, number or callsign and one airport), nothing
contradicts, at least one end's like times agree (like_times.py) and none clashes. One aircraft that leaves one airport
once, or reaches it once, is on one leg, whatever callsign and other airport a feed makes of it. Two mentions without any
like time (the departure board of one airport, the arrival board of the other) are one leg when number or callsign
agree, and both airports or the aircraft do, and the one arrives when the other could have flown there.
DIFFERENT: one aircraft's observed times of one kind clash by up to an hour (a chain of two joins reaches no
further), it ends one leg before it begins the other, or a cancelled and an airborne leg agree in all else: so that no
third mention can join the two.
"""

from __future__ import annotations

from typing import Final

import duckdb

from graph.resolution import leg_blocks
from graph.resolution.like_times import LIKE_BITS, LIKE_TIMES, TAXI, LikeTime

FLIGHT_COLUMNS: Final[dict[str, str]] = {
    "mid": "BLOB",
    "source": "BIGINT",
    "label": "BIGINT",
    "status": "VARCHAR",
    "callsign": "VARCHAR",
    "number": "VARCHAR",
    "operator": "VARCHAR",
    "icao24": "VARCHAR",
    "registration": "VARCHAR",
    "origins": "VARCHAR[]",
    "destinations": "VARCHAR[]",
    "scheduled_out": "TIMESTAMP",
    "scheduled_in": "TIMESTAMP",
    "expected_out": "TIMESTAMP",
    "expected_in": "TIMESTAMP",
    "gate_out": "TIMESTAMP",
    "gate_in": "TIMESTAMP",
    "took_off": "TIMESTAMP",
    "landed": "TIMESTAMP",
    "first_seen": "TIMESTAMP",
    "last_seen": "TIMESTAMP",
}
"""What match_legs reads of a flight mention, in the order of flight_columns(). Times are UTC; None is unknown.
number: as on the ticket ("QS1010"); operator: ICAO designator; origins, destinations: every code the record gives."""

_PROPERTIES: Final[dict[str, str]] = {
    "number": "flight_number",
    "origins": "origin",
    "destinations": "destination",
    "scheduled_out": "scheduled_departure",
    "scheduled_in": "scheduled_arrival",
    "expected_out": "expected_departure",
    "expected_in": "expected_arrival",
    "gate_out": "departed",
    "gate_in": "arrived",
}
"""Column -> Flight property of the ontology, where the names differ."""

KM_PER_MINUTE: Final = (8.0, 20.0)
SPARE: Final = 90
"""Slowest and fastest, gate to gate but for the minutes to spare on the ground: 480 to 1,200 km/h. What two mentions
without any like time are held to, so that yesterday's departure does not meet today's arrival of the same number."""
CLOSE: Final = 5
"""Minutes between gate and gate, or air and air, of two mentions that have only the operator and the route in common: an
operator's next flight on the route is a quarter of an hour away at least."""
DURATION: Final = 12 * 60
"""The longest leg in minutes where the way is not known."""

# Bits, as in like_times.py: an aircraft is one of some 16,000 in the air, a number or callsign one of a thousand that
# share its block, its digits one of a hundred, its operator one of eight on a route, an airport one of 64 by traffic; some 180 of 2,880 minutes could be a leg's arrival.
AIRCRAFT_BITS: Final = 14.0
NAME_BITS: Final = 10.0
DIGITS_BITS: Final = 7.0
LINE_BITS: Final = 3.0
AIRPORT_BITS: Final = 6.0
DURATION_BITS: Final = 4.0


def flight_columns(con: duckdb.DuckDBPyConnection, table: str) -> duckdb.DuckDBPyRelation:
    """FLIGHT_COLUMNS of the flights in `table`, a relation with the columns mid, source, label, kind and props of
    graph.tables.ROWS["mentions"]. Only instants of known UTC are times here: one of unknown zone orders nothing."""
    own = [name for name in FLIGHT_COLUMNS if name not in ("mid", "source", "label")]
    shape = ", ".join(f'"{_PROPERTIES.get(name, name)}": [["VARCHAR"]]' for name in own)
    return con.sql(
        f"WITH read AS (SELECT mid, source, label, from_json(props, '{{{shape}}}') AS p FROM {table} "
        f"WHERE kind = 'Flight') SELECT mid, source, label, {', '.join(map(_column, own))} FROM read"
    )


def _column(name: str) -> str:
    values = f'p."{_PROPERTIES.get(name, name)}"'
    if FLIGHT_COLUMNS[name] == "VARCHAR[]":
        return f"list_sort(list_transform(coalesce({values}, []), lambda v: v[1])) AS {name}"
    if FLIGHT_COLUMNS[name] == "TIMESTAMP":
        return f"try_strptime({values}[1][1], '%Y-%m-%dT%H:%M:%SZ') AS {name}"
    return f"{values}[1][1] AS {name}"


def match_legs(
    con: duckdb.DuckDBPyConnection, *, new: str, held: str, airports: str | None = None
) -> duckdb.DuckDBPyRelation:
    """Decisions among the mentions of `new`, and between them and those of `held`, ordered by (a, b).

    new, held: relations with FLIGHT_COLUMNS; a mention in both counts as new. airports: relation (icao, iata, lat,
    lon: degrees) of the airports known, for mentions that give different codes of one, and for distances. Rows: a BLOB < b BLOB, verdict 'SAME' |
    'DIFFERENT', strength in bits, reason JSON [{"name", "a", "b", "minutes", "bits"}], weightiest first; its bits
    add up to the strength. Lazy: worked out each time it is read.
    """
    return con.sql(legs_sql(new, held, airports))


def legs_sql(new: str, held: str, airports: str | None = None) -> str:
    """The query of match_legs, to be read or explained."""
    nothing = "SELECT NULL::VARCHAR AS icao, NULL::VARCHAR AS iata, NULL::DOUBLE AS lat, NULL::DOUBLE AS lon"
    known = airports or f"({nothing})"
    steps = {
        # An IATA code that the airports known give to two places says nothing about which.
        "codes": f"SELECT iata, min(icao) AS icao FROM {known} WHERE iata IS NOT NULL "
        "GROUP BY iata HAVING count(DISTINCT icao) = 1",
        "points": f"SELECT icao AS code, avg(lat) AS lat, avg(lon) AS lon FROM {known} WHERE icao IS NOT NULL GROUP BY icao",
        "given": leg_blocks.given(new, held, [*FLIGHT_COLUMNS]),
        "places": leg_blocks.PLACES,
        "legs": leg_blocks.LEGS,
        "named": leg_blocks.NAMED,
        "blocks": leg_blocks.BLOCKS,
        "near": leg_blocks.NEAR,
        "compared": _compared(),
        "judged": _judged(),
    }
    ctes = ",\n".join(f"{name} AS MATERIALIZED ({text})" for name, text in steps.items())
    return f"WITH {ctes}\n{_decisions()}"


def _any(likes: list[LikeTime], outcome: str) -> str:
    """SQL: true when any of these comparisons `IS TRUE` (agrees) or `IS FALSE` (clashes)."""
    return "(" + " OR ".join(f"t{LIKE_TIMES.index(like)} IS {outcome}" for like in likes) + ")"


def _compared() -> str:
    """Every comparison of a pair, as a column; a diverted leg's destination and arrival aren't compared."""
    times = ", ".join(
        f"{like.within if like.departure else f'if(turned, NULL, {like.within})'} AS t{i}, {like.minutes} AS m{i}"
        for i, like in enumerate(LIKE_TIMES)
    )
    return f"""SELECT x, y, x.diverted OR y.diverted AS turned,
 x.icao24 = y.icao24 AS icao24_same, x.registration = y.registration AS registration_same,
 coalesce(icao24_same, registration_same) AS aircraft_same,
 coalesce(x.number = y.number, false) AS number_same,
 coalesce(x.callsign = y.callsign, false) AS callsign_same,
 coalesce(x.callsign = y.radio, false) OR coalesce(x.radio = y.callsign, false) AS radio_same,
 number_same OR callsign_same OR radio_same AS name_same,
 {_only("x", "y", "call_digits = {y}.number_digits")} OR {_only("y", "x", "call_digits = {y}.number_digits")} AS digits_same,
 {_only("x", "y", "lettered = {y}.operator")} OR {_only("y", "x", "lettered = {y}.operator")} AS line_same,
 coalesce(x.callsign <> y.callsign, false) AND NOT radio_same AS callsign_against,
 list_has_any(x.froms, y.froms) AS from_same, {_against("froms")} AS from_against,
 NOT turned AND list_has_any(x.tos, y.tos) AS to_same, NOT turned AND {_against("tos")} AS to_against,
 x.cancelled AND y.airborne OR y.cancelled AND x.airborne AS cancelled_against,
 if(y.leaves IS NULL AND x.reaches IS NULL, epoch(y.reaches) - epoch(x.leaves),
    if(x.leaves IS NULL AND y.reaches IS NULL, epoch(x.reaches) - epoch(y.leaves), NULL)) / 60 AS duration,
 coalesce(x.way, y.way) AS way,
 coalesce(x.ends < y.begins, false) OR coalesce(y.ends < x.begins, false) AS apart, {times}
 FROM near JOIN legs x ON x.n = xn JOIN legs y ON y.n = yn"""


def _only(x: str, y: str, same: str) -> str:
    """SQL: x gives only a callsign and y only a number, neither names another operator, and they have this in common."""
    condition = f"{x}.{same}".replace("{y}", y)
    return f"coalesce({x}.number IS NULL AND {y}.callsign IS NULL AND coalesce({x}.designator = {y}.operator, true) AND {condition}, false)"


def _against(codes: str) -> str:
    """SQL: airports contradict. Only codes of one kind can: an IATA code of unknown place may be any ICAO one."""
    kinds = [
        f"len(list_filter({m}.{codes}, lambda c: (len(c) = 3) = {iata})) > 0"
        for iata in ("true", "false")
        for m in "xy"
    ]
    return f"(NOT list_has_any(x.{codes}, y.{codes}) AND ({kinds[0]} AND {kinds[1]} OR {kinds[2]} AND {kinds[3]}))"


def _judged() -> str:
    """Whether a pair matches but for its status, and whether its times tear it apart."""
    ends = {True: [t for t in LIKE_TIMES if t.departure], False: [t for t in LIKE_TIMES if not t.departure]}
    clashes = []
    for likes in ends.values():
        observed, planned = ([t for t in likes if t.binding and t.observed is seen] for seen in (True, False))
        # One aircraft does not leave twice in a quarter of an hour, but yesterday's flight may leave with today's.
        excused = f"coalesce(aircraft_same, false) AND {_any([t for t in likes if t.observed], 'TRUE')}"
        clashes.append(f"{_any(observed, 'FALSE')} OR {_any(planned, 'FALSE')} AND NOT ({excused})")
    alike = [f"t{i} IS FALSE AND abs(m{i}) <= {TAXI}" for i, like in enumerate(LIKE_TIMES) if like.alike]
    none = " AND ".join(f"t{i} IS NULL" for i in range(len(LIKE_TIMES)))
    close = " OR ".join(f"abs(m{i}) <= {CLOSE}" for i, like in enumerate(LIKE_TIMES) if like.alike)
    left, reached = (_any([t for t in likes if t.alike], "TRUE") for likes in (ends[True], ends[False]))
    return f"""SELECT *, {_any(list(LIKE_TIMES), "TRUE")} AS agrees, {" OR ".join(clashes)} AS clashes,
 coalesce(aircraft_same, false) AND ({left} AND NOT from_against OR {reached} AND NOT to_against) AS moves_once,
 apart OR coalesce(NOT aircraft_same, false) OR (callsign_against OR from_against OR to_against) AND NOT moves_once AS contradicts,
 NOT contradicts AND agrees AND NOT clashes
  AND (coalesce(aircraft_same, false) OR name_same AND (from_same OR to_same)
   OR from_same AND to_same AND (digits_same OR line_same AND ({close}))) AS matches,
 NOT contradicts AND {none} AND name_same AND (from_same AND to_same OR coalesce(aircraft_same, false))
  AND coalesce(duration BETWEEN way / {KM_PER_MINUTE[1]} AND way / {KM_PER_MINUTE[0]} + {SPARE},
   duration > 0 AND duration <= {DURATION}, false) AS across,
 coalesce(aircraft_same, false) AND if(agrees, apart, {" OR ".join(alike)}) AS torn FROM compared"""


def _decisions() -> str:
    """Verdicts with their reasons; a reason's bits are those of what agrees or, for one aircraft's two legs, clashes."""
    values = [
        _reason("aircraft_same", "'aircraft'", "coalesce({m}.icao24, {m}.registration)", AIRCRAFT_BITS),
        _reason("number_same", "'number'", "{m}.number", NAME_BITS),
        _reason("callsign_same", "'callsign'", "{m}.callsign", NAME_BITS),
        _reason(
            "radio_same AND NOT number_same AND NOT callsign_same",
            "'callsign and number'",
            "coalesce({m}.callsign, {m}.number)",
            NAME_BITS,
        ),
        _reason(
            "digits_same AND NOT radio_same",
            "'digits of callsign and number'",
            "coalesce({m}.callsign, {m}.number)",
            DIGITS_BITS,
        ),
        _reason(
            "line_same AND NOT radio_same", "'operator'", "coalesce({m}.designator, {m}.operator)", LINE_BITS
        ),
        _reason("from_same AND NOT torn", "'origin'", "array_to_string({m}.froms, ' ')", AIRPORT_BITS),
        _reason("to_same AND NOT torn", "'destination'", "array_to_string({m}.tos, ' ')", AIRPORT_BITS),
        _reason(
            "across",
            "'departure to arrival'",
            _show("coalesce({m}.leaves, {m}.reaches)"),
            DURATION_BITS,
            "duration",
        ),
        _reason("cancelled_against AND NOT torn", "'cancelled or airborne'", "{m}.status", NAME_BITS),
        *(_like_reason(i, like) for i, like in enumerate(LIKE_TIMES)),
        _reason(
            "torn AND agrees", "'one after the other'", _show("coalesce({m}.ends, {m}.begins)"), LIKE_BITS
        ),
    ]
    return f"""SELECT a, b, verdict, round(list_sum(list_transform(found, lambda v: v.bits)), 1) AS strength,
 to_json(found)::VARCHAR AS reason FROM (
 SELECT x.mid AS a, y.mid AS b, if(torn OR cancelled_against, 'DIFFERENT', 'SAME') AS verdict,
 list_transform(list_sort(list_filter([{", ".join(values)}], lambda v: v IS NOT NULL)), lambda v: v.value) AS found
 FROM judged WHERE matches OR across OR torn) ORDER BY a, b"""


def _show(value: str) -> str:
    return f"strftime({value}, '%Y-%m-%dT%H:%M:%SZ')"


def _reason(when: str, name: str, value: str, bits: float, minutes: str = "NULL") -> str:
    """SQL: one value of a reason, or NULL; sorted by falling bits, then name."""
    x, y = (f"({value.replace('{m}', m)})::VARCHAR" for m in "xy")
    return _struct(when, name, x, y, bits, minutes)


def _like_reason(i: int, like: LikeTime) -> str:
    when = (
        f"t{i} IS TRUE AND NOT torn OR torn AND t{i} IS FALSE" if like.alike else f"t{i} IS TRUE AND NOT torn"
    )
    # One end's times stand or fall together: only the most telling one of those that agree counts.
    before = [
        f"t{j} IS NOT TRUE" for j, other in enumerate(LIKE_TIMES[:i]) if other.departure is like.departure
    ]
    first = " AND ".join(before) or "true"
    return _struct(
        f"({when}) AND (torn OR {first})", f"'{like.name}'", _show(like.x), _show(like.y), like.bits, f"m{i}"
    )


def _struct(when: str, name: str, x: str, y: str, bits: float, minutes: str) -> str:
    value = f"{{'name': {name}, 'a': {x}, 'b': {y}, 'minutes': round({minutes}, 2)::DOUBLE, 'bits': {bits}::DOUBLE}}"
    return f"if({when}, {{'order': {-bits}::DOUBLE, 'name': {name}, 'bits': {bits}::DOUBLE, 'value': {value}}}, NULL)"
