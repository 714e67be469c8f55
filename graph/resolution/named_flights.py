"""Flights that somebody names by number and day ("BA1393 on 12 June"): which leg is meant.

A mention derived from a text has a number and a day and no more. It is the leg that carries this number (or callsign) and
leaves on this UTC day, by its schedule or, without one, as it was seen to: SAME. An airline may fly one number in several stages on a day: two legs of one number and day whose airports differ at
both ends are DIFFERENT, so that nobody's words make one flight of them; the name then goes to one of the two, and the
other is among the decisions not followed. A decision uses its two mentions and nothing else.
"""

from __future__ import annotations

from typing import Final

import duckdb

NAMED: Final = "named-flights-1"
"""The rule's version, as pairs name their decider."""

BITS: Final = 12.0
"""A number is one of a thousand, its day one of some that a chat may mean."""

_DERIVED: Final = "coalesce(starts_with(derived_by, 'flights '), false)"
_CLAIMS: Final = f"""SELECT mid,
    coalesce(json_extract_string(props, '$.flight_number[0][0]'), json_extract_string(props, '$.callsign[0][0]')) AS number,
    json_extract_string(props, '$.day[0][0]') AS day FROM {{}} WHERE kind = 'Flight' AND {_DERIVED}"""


_TIMES: Final = ("departed", "took_off", "first_seen", "expected_departure")
_SMALL_HOURS: Final = "03"
"""A leg without a schedule that left before this hour may be the day before's, late."""


def _legs(table: str) -> str:
    """Legs by number (or callsign: many fly their number), with the day on which they were due to leave, where it is known."""

    def told(name: str) -> str:
        return f"json_extract_string(props, '$.{name}[0][0]')"

    left = f"coalesce({', '.join(map(told, _TIMES))})"
    return f"""SELECT DISTINCT ON (mid, number) mid, number, froms, tos,
          CASE WHEN due LIKE '%Z' THEN [due[:10]] WHEN due IS NULL AND left_at LIKE '%Z' AND left_at[12:13] >= '{_SMALL_HOURS}' THEN [left_at[:10]]
               ELSE [] END AS days
        FROM (SELECT mid, {told("scheduled_departure")} AS due, {left} AS left_at,
            unnest([substr(f, instr(f, ':') + 1) for f in facets if starts_with(f, 'number:') OR starts_with(f, 'callsign:')]) AS number,
            [substr(f, 6) for f in facets if starts_with(f, 'from:')] AS froms,
            [substr(f, 4) for f in facets if starts_with(f, 'to:')] AS tos
          FROM {table} WHERE kind = 'Flight' AND NOT {_DERIVED})"""


def named_flights(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation | None:
    """(a, b, verdict, decider, strength, reason) that t_men (changed mentions) brings, against each other and those held
    (men); None when it brings no flight."""
    if con.execute("SELECT count(*) FROM t_men WHERE kind = 'Flight'").fetchall() == [(0,)]:
        return None
    held = """(SELECT mid, kind, props, facets, derived_by FROM men WHERE kind = 'Flight' AND alive
        AND mno NOT IN (SELECT mno FROM t_old) AND mno NOT IN (SELECT mno FROM t_men))"""
    for name, sql in {
        "t_named": _CLAIMS.format("t_men"),
        "t_named_held": _CLAIMS.format(held),
        "t_leg": _legs("t_men"),
    }.items():
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE t_leg_held AS SELECT * FROM ({_legs(held)})
            WHERE number IN (SELECT number FROM t_named UNION ALL SELECT number FROM t_leg)"""
    )
    reason = "to_json([{{'name': 'number and day', 'a': {n}, 'b': {d}, 'minutes': NULL::DOUBLE, 'bits': {b}::DOUBLE}}])::VARCHAR"
    return con.sql(
        f"""WITH met AS (
          SELECT n.mid AS x, l.mid AS y, n.number, n.day FROM t_named n
            JOIN (SELECT * FROM t_leg UNION ALL SELECT * FROM t_leg_held) l
              ON l.number = n.number AND list_contains(l.days, n.day)
          UNION ALL SELECT n.mid, l.mid, n.number, n.day FROM t_named_held n
            JOIN t_leg l ON l.number = n.number AND list_contains(l.days, n.day)),
        apart AS (
          SELECT f.mid AS x, g.mid AS y, f.number, f.days[1] AS day FROM t_leg f
          JOIN (SELECT *, true AS fresh FROM t_leg UNION ALL SELECT *, false FROM t_leg_held) g
            ON g.number = f.number AND list_has_any(f.days, g.days) AND (f.mid < g.mid OR NOT g.fresh)
          WHERE {_against("froms")} AND {_against("tos")}),
        told AS (SELECT x, y, 'SAME' AS verdict, {BITS} AS bits, {reason.format(n="number", d="day", b=BITS)} AS reason FROM met
          UNION ALL SELECT x, y, 'DIFFERENT', {BITS}, {reason.format(n="number", d="day", b=BITS)} FROM apart)
        SELECT DISTINCT least(x, y) AS a, greatest(x, y) AS b, verdict, '{NAMED}' AS decider, bits::DOUBLE AS strength, reason
        FROM told WHERE x <> y"""
    )


def _against(codes: str) -> str:
    """SQL: the airports at one end contradict each other. Only codes of one kind can: an IATA code of unknown place may
    be any ICAO one."""
    alike = f"len([c for c in f.{codes} if len([d for d in g.{codes} if len(d) = len(c)]) > 0]) > 0"
    return f"(NOT list_has_any(f.{codes}, g.{codes}) AND {alike})"
