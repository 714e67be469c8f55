"""A database that knows two airports."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from .legs_made import AIRPORTS
from .legs_oracle import PLACES


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE airports (icao VARCHAR, iata VARCHAR, lat DOUBLE, lon DOUBLE)")
        rows = [(icao, iata, *PLACES[icao]) for iata, icao in AIRPORTS.items()]
        connection.executemany("INSERT INTO airports VALUES (?, ?, ?, ?)", rows)
        yield connection
