"""A leg as a board and a track show it, and what the matcher makes of flights."""

from __future__ import annotations

from datetime import datetime

import duckdb

from graph.resolution.legs import match_legs

from .legs_oracle import Flight, fill

AIRPORTS = {"MAN": "EGCC", "PRG": "LKPR"}
NOON = datetime.fromisoformat("2025-12-12T12:00:00")


def match(
    con: duckdb.DuckDBPyConnection, new: list[Flight], held: list[Flight] | None = None
) -> dict[tuple[bytes, bytes], str]:
    return {(row[0], row[1]): row[2] for row in decisions(con, new, held)}


def decisions(
    con: duckdb.DuckDBPyConnection, new: list[Flight], held: list[Flight] | None = None
) -> list[tuple[bytes, bytes, str, float, str]]:
    fill(con, "new", new)
    fill(con, "held", held or [])
    return match_legs(con, new="new", held="held", airports="airports").fetchall()


def at(clock: str, day: int = 12) -> datetime:
    return datetime.fromisoformat(f"2025-12-{day:02d}T{clock}")


# The board of formats.md 2.4's sample, and what a receiver network saw of the same leg and its neighbours.
BOARD = Flight(
    b"board",
    status="Arrived",
    callsign="TVS76P",
    number="QS1010",
    operator="TVS",
    icao24="49d5ef",
    registration="OK-FYC",
    origins=("LKPR", "PRG"),
    destinations=("EGCC",),
    scheduled_in=at("13:00"),
    gate_in=at("14:36"),
)
TRACK = Flight(
    b"track",
    callsign="TVS76P",
    icao24="49d5ef",
    origins=("LKPR",),
    destinations=("EGCC",),
    first_seen=at("12:21"),
    last_seen=at("14:20"),
)
