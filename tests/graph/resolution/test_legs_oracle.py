"""Flight legs: the matcher and its slow oracle say the same of anything, in any order and split."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.resolution.legs import FLIGHT_COLUMNS

from .legs_made import AIRPORTS, NOON, match
from .legs_oracle import Flight, decide_all

TIMES = st.none() | st.sampled_from([-1500, -1440, -70, -16, -15, 0, 10, 15, 16, 60, 61, 90, 100, 1440]).map(
    lambda m: NOON + timedelta(minutes=m)
)
CODES = st.sampled_from([(), ("EGCC",), ("MAN",), ("LKPR", "PRG"), ("LKPR",), ("QQQ",)])
FLIGHTS = st.builds(
    Flight,
    mid=st.just(b""),
    status=st.sampled_from([None, "Expected", "Canceled", "Arrived", "Diverted"]),
    callsign=st.sampled_from([None, "TVS76P", "TVS1010"]),
    number=st.sampled_from([None, "QS1010", "QS11"]),
    operator=st.sampled_from([None, "TVS"]),
    icao24=st.sampled_from([None, None, "49d5ef", "400000"]),
    registration=st.sampled_from([None, "OK-FYC", "OKFYC", "G-ABCD"]),
    origins=CODES,
    destinations=CODES,
    **{name: TIMES for name, kind in FLIGHT_COLUMNS.items() if kind == "TIMESTAMP"},
)
QUICK = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def numbered(flights: list[Flight]) -> list[Flight]:
    return [replace(flight, mid=i.to_bytes(2, "big")) for i, flight in enumerate(flights)]


@QUICK
@given(st.lists(FLIGHTS, min_size=2, max_size=12).map(numbered), st.randoms(use_true_random=False))
def test_decisions_are_the_oracles_in_any_order_and_split(
    con: duckdb.DuckDBPyConnection, flights: list[Flight], random: Random
) -> None:
    expected = decide_all(flights, AIRPORTS)
    random.shuffle(flights)
    cut = random.randrange(len(flights))

    assert match(con, flights) == expected
    before, after = flights[:cut], flights[cut:]
    assert match(con, before) | match(con, after, before) == expected


def test_decisions_are_the_oracles_over_a_crowd(con: duckdb.DuckDBPyConnection) -> None:
    crowd = numbered([_drawn(Random(seed)) for seed in range(400)])
    expected = decide_all(crowd, AIRPORTS)

    assert match(con, crowd) == expected
    assert {v: list(expected.values()).count(v) for v in ("SAME", "DIFFERENT")} == {
        "SAME": 1084,
        "DIFFERENT": 634,
    }


def _drawn(draw: Random) -> Flight:
    """A mention of one of a few legs, with most of it right and much of it left out."""
    leg = draw.randrange(12)
    off = NOON + timedelta(minutes=95 * leg + draw.choice((0, 0, 3, 8, 14, 17, 40)))
    on = off + timedelta(minutes=50)

    def some(value: datetime, share: float = 0.4) -> datetime | None:
        return value if draw.random() < share else None

    craft = draw.random() < 0.6
    return Flight(
        b"",
        status=draw.choice((None, "Arrived", "Expected", "Canceled", "Diverted")),
        callsign=draw.choice((None, f"TVS{leg}", "TVS76P")),
        number=draw.choice((None, f"QS{leg}")),
        operator=draw.choice((None, "TVS")),
        icao24=("49d5ef", "400000")[leg % 2] if craft and draw.random() < 0.8 else None,
        registration=("OK-FYC", "G-ABCD")[leg % 2] if craft and draw.random() < 0.8 else None,
        origins=draw.choice(((), ("LKPR",), ("PRG",), ("LKPR", "PRG"))),
        destinations=draw.choice(((), ("EGCC",), ("MAN",), ("QQQ",))),
        scheduled_out=some(off - timedelta(minutes=25)),
        scheduled_in=some(on + timedelta(minutes=5)),
        expected_out=some(off - timedelta(minutes=12), 0.2),
        gate_out=some(off - timedelta(minutes=draw.choice((8, 17, 61))), 0.3),
        gate_in=some(on + timedelta(minutes=7), 0.3),
        took_off=some(off, 0.2),
        landed=some(on, 0.2),
        first_seen=some(off + timedelta(minutes=1)),
        last_seen=some(on - timedelta(minutes=1)),
    )
