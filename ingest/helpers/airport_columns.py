"""Columns of airport files in SQL, for the `prepare` of their mappings."""

from __future__ import annotations


def key_code(*columns: str) -> str:
    """SQL: the first of these codes with four characters. Where ICAO gave none, a national code of four characters
    stands in its place in every list of airports and in the feeds' flights."""
    cases = " ".join(f"WHEN regexp_full_match({_code(c)}, '[A-Z0-9]{{4}}') THEN {_code(c)}" for c in columns)
    return f"CASE {cases} END"


def flight_key(column: str) -> str:
    """SQL: the identifier key of the one code that a flight gives an airport, as legs.airport_key."""
    return f"coalesce('airport_icao:' || {key_code(column)}, 'airport_iata:' || {iata_code(column)})"


def icao_code(*columns: str) -> str:
    """SQL: the first of these codes that is of ICAO's form, four letters."""
    cases = " ".join(f"WHEN regexp_full_match({_code(c)}, '[A-Z]{{4}}') THEN {_code(c)}" for c in columns)
    return f"CASE {cases} END"


def iata_code(column: str) -> str:
    """SQL: a code of IATA's form, three letters; lists write "0" or "-" for none."""
    return f"CASE WHEN regexp_full_match({_code(column)}, '[A-Z]{{3}}') THEN {_code(column)} END"


def point(lat: str, lon: str) -> str:
    """SQL: "latitude,longitude" in decimal degrees; what is no number goes on as it is, to be flagged."""
    return " || ',' || ".join(
        f"coalesce(rtrim(rtrim(printf('%.6f', try_cast({c} AS DOUBLE)), '0'), '.'), nullif(trim({c}), ''))"
        for c in (lat, lon)
    )


def _code(column: str) -> str:
    return f"upper(trim({column}))"
