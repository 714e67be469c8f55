"""What `ingest` decides by itself when a revision is committed: flight legs, which of them texts name, and proposals for
stated companies.

Decisions go to a Parquet file of their own (a, b, verdict, decider, strength, reason): truth, kept and replayed.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from graph.projection.rows import copy
from graph.resolution.legs import flight_columns, match_legs
from graph.resolution.named_flights import named_flights
from graph.resolution.stated import NUMBER, proposals

LEGS = "legs-1"
"""The leg matcher's version, as pairs name their decider."""

_BYTES: Any = pa.binary()
_TEXT: Any = pa.string()
DECISIONS = pa.schema(
    [
        ("a", _BYTES),
        ("b", _BYTES),
        ("verdict", _TEXT),
        ("decider", _TEXT),
        ("strength", pa.float64()),
        ("reason", _TEXT),
    ]
)


@lru_cache
def airport_codes() -> pa.Table:
    """(icao, iata, lat, lon) of the airports of the world, from the airportsdata package: a table frozen with the
    lock file, so that a decision does not depend on which airports a reader, or anybody, has loaded."""
    import airportsdata

    rows = [row for _, row in sorted(airportsdata.load("ICAO").items())]
    return pa.table(
        {
            "icao": [row["icao"] for row in rows],
            "iata": [row["iata"] or None for row in rows],
            "lat": pa.array([row["lat"] for row in rows], pa.float64()),
            "lon": pa.array([row["lon"] for row in rows], pa.float64()),
        }
    )


def decide(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Decide on t_men (changed mentions), against each other and those held; write the file, if anything is decided."""
    flights, stated = con.execute(
        f"""SELECT coalesce(bool_or(kind = 'Flight'), false),
              coalesce(bool_or(list_bool_or([starts_with(f, 'stated:') for f in facets])
                OR list_bool_or([starts_with(k, '{NUMBER}') for k in keys])), false) FROM t_men"""
    ).fetchall()[0]
    found = ((_legs, flights), (named_flights, flights), (proposals, stated))
    parts = [part for rule, due in found if due and (part := rule(con)) is not None]
    if not parts:
        return
    union = " UNION ALL ".join(f"SELECT * FROM ({part.sql_query()})" for part in parts)
    copy(con, f"{union} ORDER BY a, b, decider", DECISIONS, path)


def _legs(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation | None:
    """Decisions on changed flights; None when there are none.

    Held flights are taken from the days around the new ones: legs further apart are never one."""
    if con.execute("SELECT count(*) FROM t_men WHERE kind = 'Flight'").fetchall() == [(0,)]:
        return None
    con.register("v_airport_codes", airport_codes())
    con.execute("CREATE OR REPLACE TEMP TABLE t_airports AS SELECT * FROM v_airport_codes")
    con.unregister("v_airport_codes")
    con.execute("CREATE OR REPLACE TEMP VIEW v_new AS SELECT * FROM t_men WHERE kind = 'Flight'")
    con.execute(
        """CREATE OR REPLACE TEMP TABLE t_days AS SELECT DISTINCT strftime(day + INTERVAL (n) DAY, '%Y-%m-%d') AS day FROM
             (SELECT DISTINCT try_strptime(replace(f, 'day:', ''), '%Y-%m-%d') AS day
              FROM (SELECT unnest(facets) AS f FROM v_new) WHERE starts_with(f, 'day:')), range(-1, 2) r(n)"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE t_held AS SELECT mid, source, label, kind, props FROM men
           WHERE kind = 'Flight' AND alive AND mno NOT IN (SELECT mno FROM t_old) AND (
             list_has_any(facets, (SELECT coalesce(list('day:' || day), []) FROM t_days))
             OR len(list_filter(facets, lambda f: starts_with(f, 'day:'))) = 0)"""
    )
    for name, table in (("t_legs_new", "v_new"), ("t_legs_held", "t_held")):
        relation = flight_columns(con, table)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {relation.sql_query()}")
    found = match_legs(con, new="t_legs_new", held="t_legs_held", airports="t_airports")
    return con.sql(f"SELECT a, b, verdict, '{LEGS}' AS decider, strength, reason FROM ({found.sql_query()})")
