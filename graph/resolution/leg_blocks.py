"""What flight mentions are compared by, and which of them meet at all: the first steps of legs.py's query.

Ten thousand flights of one number, or a month of tracks, meet only those that they could agree with.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

EARTH_KM: Final = 6371.0088

# The same flight's radio call where the callsign is the operator's designator and the flight's number. Operators without
# an IATA designator number their flights with the ICAO one.
_RADIO = (
    "if(regexp_full_match(number, '[A-Z]{3}[1-9][0-9]*[A-Z]?'), number, "
    "operator || regexp_extract(number, '^[A-Z0-9]{2}0*([1-9][0-9]*[A-Z]?)$', 1))"
)
# What a callsign and a number have of each other where the operator's designator is not stated.
_PARTS = (
    "nullif(regexp_extract(callsign, '^([A-Z]{3})[0-9]', 1), '') AS designator, "
    # With letters behind, a callsign's digits need not be the number's ("EZY36HZ").
    "if(regexp_full_match(callsign, '[A-Z]{3}[0-9]+'), NULL, designator) AS lettered, "
    "nullif(regexp_extract(callsign, '^[A-Z]{3}0*([1-9][0-9]*)', 1), '') AS call_digits, "
    "nullif(regexp_extract(number, '^(?:[A-Z]{3}|[A-Z0-9]{2})0*([1-9][0-9]*)', 1), '') AS number_digits"
)


def given(new: str, held: str, names: Iterable[str]) -> str:
    """New mentions, and of those held the ones that share a name with one: the rest is not looked at again."""
    columns = f"* REPLACE (replace(registration, '-', '') AS registration), nullif({_RADIO}, operator) AS radio, {_PARTS}"
    calls = "SELECT unnest([callsign, radio]) AS name FROM fresh"
    return (
        f"WITH fresh AS (SELECT {columns} FROM (SELECT {', '.join(names)} FROM {new})), "
        f"others AS (SELECT {columns} FROM (SELECT {', '.join(names)} FROM {held})) "
        "SELECT row_number() OVER (ORDER BY mid) AS n, * FROM (SELECT true AS fresh, * FROM fresh UNION ALL "
        "SELECT false, * FROM others WHERE mid NOT IN (SELECT mid FROM fresh) AND ("
        "icao24 IN (SELECT icao24 FROM fresh WHERE icao24 IS NOT NULL) "
        "OR registration IN (SELECT registration FROM fresh WHERE registration IS NOT NULL) "
        "OR number IN (SELECT number FROM fresh WHERE number IS NOT NULL) "
        f"OR callsign IN (SELECT name FROM ({calls}) WHERE name IS NOT NULL) "
        f"OR radio IN (SELECT name FROM ({calls}) WHERE name IS NOT NULL) "
        f"OR (callsign IS NULL) <> (number IS NULL) AND list_has_any(origins, ({_written('origins')})) "
        f"AND list_has_any(destinations, ({_written('destinations')}))))"
    )


def _written(codes: str) -> str:
    """SQL: the airports at one end of the new mentions that could be one that a callsign or a number does not name,
    in every way of writing them that is known."""
    return (
        "SELECT coalesce(list(DISTINCT code), []) FROM (SELECT unnest([code, icao, iata]) AS code FROM "
        f"(SELECT unnest({codes}) AS code FROM fresh WHERE (callsign IS NULL) <> (number IS NULL)) "
        "LEFT JOIN codes ON code IN (icao, iata))"
    )


# Airport codes of both ends, a known IATA code written as its ICAO one, and where they are.
PLACES: Final = (
    "SELECT n, departure, list_sort(list_distinct(list(place))) AS codes, avg(lat) AS lat, avg(lon) AS lon FROM ("
    "SELECT n, departure, coalesce(codes.icao, code) AS place FROM ("
    "SELECT n, true AS departure, unnest(origins) AS code FROM given UNION ALL "
    "SELECT n, false, unnest(destinations) FROM given) LEFT JOIN codes ON code = codes.iata) "
    "LEFT JOIN points ON points.code = place GROUP BY n, departure"
)

# Great-circle distance by the haversine formula. (least() passes over a NULL: without the test an unknown airport
# would be at the other end of the Earth.)
_KILOMETRES = (
    f"if(f.lat IS NULL OR t.lat IS NULL, NULL, {2 * EARTH_KM} * asin(sqrt(least(1, pow(sin(radians(t.lat - f.lat) / 2), 2) "
    "+ cos(radians(f.lat)) * cos(radians(t.lat)) * pow(sin(radians(t.lon - f.lon) / 2), 2)))))"
)

# One row a mention with what the comparisons need. A first sighting is a take-off only where the estimator found an
# airport under it (formats.md 2.1); elsewhere coverage began there.
LEGS: Final = f"""SELECT given.*, coalesce(f.codes, []) AS froms, coalesce(t.codes, []) AS tos,
 len(froms) > 0 AS from_known, len(tos) > 0 AS to_known,
 coalesce(took_off, if(from_known, first_seen, NULL)) AS wheels_off,
 coalesce(landed, if(to_known, last_seen, NULL)) AS wheels_on,
 coalesce(lower(status) IN ('canceled', 'cancelled'), false) AS cancelled,
 coalesce(lower(status) = 'diverted', false) AS diverted,
 NOT cancelled AND (coalesce(lower(status) IN ('departed', 'enroute', 'approaching', 'arrived', 'diverted'), false)
  OR coalesce(took_off, landed, first_seen, last_seen, gate_out, gate_in) IS NOT NULL) AS airborne,
 [gate_out, took_off, first_seen, scheduled_out, expected_out] AS outs,
 [gate_in, landed, last_seen, scheduled_in, expected_in] AS ins,
 coalesce(scheduled_out, gate_out, expected_out, wheels_off) AS leaves,
 coalesce(scheduled_in, gate_in, expected_in, wheels_on) AS reaches, {_KILOMETRES} AS way,
 coalesce(wheels_off, gate_out) AS begins, if(coalesce(wheels_on, gate_in) >= begins, coalesce(wheels_on, gate_in), NULL) AS ends
 FROM given LEFT JOIN places f ON f.n = given.n AND f.departure
 LEFT JOIN places t ON t.n = given.n AND NOT t.departure"""

_HOURS = "list_distinct(list_transform(list_filter({}, lambda t: t IS NOT NULL), lambda t: epoch(t)::BIGINT // 3600))"

# Names by which mentions may meet; where one has only a callsign and the other only a number, the route is one.
NAMED: Final = """SELECT n, fresh, icao24 IS NULL AS lacks, unnest(list_distinct(list_filter(
 list_concat([('a', icao24), ('r', registration), ('c', callsign), ('c', radio), ('n', number)],
  if((callsign IS NULL) = (number IS NULL), [], flatten(list_transform(froms, lambda f: list_transform(tos, lambda t: ('o', f || ' ' || t)))))),
 lambda k: k[2] IS NOT NULL))) AS name FROM legs"""

# Where they meet: a name and the hour of a time at one end; for mentions with times at one end only also a name, a
# route and a day, and an aircraft and a day. Hours, not days: ten thousand flights of one number meet only those they could agree with. Two
# mentions that both know their aircraft meet by it or not at all: so a name that only such ones hold is left out.
BLOCKS: Final = f"""WITH telling AS (SELECT name FROM named GROUP BY name
  HAVING count(*) > 1 AND bool_or(fresh) AND (name[1] = 'a' OR bool_or(lacks))),
 timed AS (SELECT n, name FROM named SEMI JOIN telling USING (name)),
 one_ended AS (SELECT n, froms, tos, epoch(coalesce(leaves, reaches))::BIGINT // 86400 AS day FROM legs
  WHERE (leaves IS NULL) <> (reaches IS NULL)),
 routed AS (SELECT n, unnest(froms) AS origin, tos, day FROM one_ended)
 SELECT n, fresh, if(icao24 IS NULL, NULL, hash(icao24)) AS craft, hash(name, 'out') AS key, unnest({_HOURS.format("outs")}) AS slot
 FROM timed JOIN legs USING (n) UNION ALL
 SELECT n, fresh, if(icao24 IS NULL, NULL, hash(icao24)), hash(name, 'in'), unnest({_HOURS.format("ins")}) FROM timed JOIN legs USING (n) UNION ALL
 SELECT n, fresh, NULL, hash(name, origin, unnest(tos)), day FROM routed JOIN named USING (n) WHERE name[1] IN ('c', 'n') UNION ALL
 SELECT n, fresh, NULL, hash(name, 'day'), day FROM one_ended JOIN named USING (n) WHERE name[1] IN ('a', 'r')"""

# Pairs that meet, each once, at least one of them new; xn < yn, and n goes by mid.
NEAR: Final = """SELECT DISTINCT least(f.n, g.n) AS xn, greatest(f.n, g.n) AS yn
 FROM (SELECT * FROM blocks WHERE fresh) f
 JOIN (SELECT * REPLACE (unnest([slot - 1, slot, slot + 1]) AS slot) FROM blocks) g
 ON f.key = g.key AND f.slot = g.slot AND (f.n < g.n OR f.n > g.n AND NOT g.fresh)
 AND coalesce(f.craft = g.craft, true)"""
