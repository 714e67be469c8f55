"""Flights by facet with exact totals, and counts by route, day and operator, beside DuckDB on the Parquet.

A mix of filters: none, airports, operators, aircraft, one day to two years, 250 operators at once. A tenth of the
flights has ended; the reader sees 30 of 40 labels.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from graph.search import Filter, SearchIndex
from tests.benchmarks.bench import Benchmark, Row, Target, times
from tests.benchmarks.made_docs import LABELS, PAST, VIEW, filled
from tests.benchmarks.workshop import Workshop

FLIGHTS = """
    COPY (
      WITH r AS (SELECT i, hash(i) % 1000003 AS a, hash(i, 1) % 1000033 AS b, hash(i, 2) % 1000037 AS c,
                        hash(i, 3) % 1000039 AS d, unhex(md5(i::VARCHAR)) AS id FROM range({n}) t(i)),
      f AS (SELECT *, 'E' || lpad(((a / 1000003.0) ** 2 * 400)::INT::VARCHAR, 3, '0') AS origin,
                   'L' || lpad(((b / 1000033.0) ** 3 * 60 + a % 340)::INT::VARCHAR, 3, '0') AS destination,
                   'O' || lpad(((c / 1000037.0) ** 2 * 500)::INT::VARCHAR, 3, '0') AS operator,
                   'R' || (b % 20000) AS aircraft, (DATE '2024-01-01' + (d % 731)::INT)::VARCHAR AS day FROM r)
      SELECT i AS row, i AS comp, NULL::BIGINT AS grp, (c % 40)::BIGINT AS label, id AS anchor, id AS oldest,
             'Flight' AS kind, operator || (a % 9000) || ' ' || day AS caption, [operator || (a % 9000)] AS names,
             ['from:' || origin, 'to:' || destination, 'airport:' || origin, 'airport:' || destination,
              'route:' || origin || '-' || destination, 'operator:' || operator, 'aircraft:' || aircraft,
              'day:' || day] AS facets
      FROM f ORDER BY i) TO '{path}/docs.parquet' (FORMAT parquet)"""

# What DuckDB reads: the same values in columns of their own, which is its best form.
COLUMNS = """
    COPY (SELECT row, label, anchor, facets[1][6:] AS origin, facets[2][4:] AS destination, facets[5][7:] AS route,
                 facets[6][10:] AS operator, facets[7][10:] AS aircraft, facets[8][5:] AS day, row % 10 = 0 AS ended
          FROM '{path}/docs.parquet') TO '{path}/columns.parquet' (FORMAT parquet)"""

_PEER = "DuckDB, Parquet"
_NOTE = "p95 over a mix of filters; DuckDB is asked 30 of them, with the values in columns of their own"
_TARGET = Target("≤", 50)


def run(workshop: Workshop) -> Iterator[Row]:
    with filled(workshop, "flight", FLIGHTS, workshop.size.flights) as (db, folder, index, rows):
        yield from rows
        db.execute(COLUMNS.format(path=folder))
        dice = random.Random(7)
        filters = [_filter(dice) for _ in range(workshop.size.queries)]
        workshop.say("flights")
        yield from _rows(_Peer(db, folder), index, filters)


class _Peer:
    """The same questions to DuckDB."""

    def __init__(self, db: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._db, self._file = db, folder / "columns.parquet"

    def ask(self, wanted: Filter, what: str, tail: str = "") -> list[Any]:
        return self._db.execute(f"SELECT {what} FROM '{self._file}' WHERE {_where(wanted)} {tail}").fetchall()


def _rows(peer: _Peer, index: SearchIndex, filters: list[Filter]) -> Iterator[Row]:
    few = filters[:30]
    for wanted in few[:10]:
        ours, theirs = index.count(VIEW, wanted), peer.ask(wanted, "count(*)")[0][0]
        if ours != theirs:
            raise SystemExit(f"Totals differ for {wanted}: {ours} and {theirs}.")

    def row(work: str, ours: Callable[[Filter], Any], theirs: Callable[[Filter], Any]) -> Row:
        got, peers = times(filters, ours), times(few, theirs, warm=2)
        return Row(work, "ms", got.p95, _TARGET, _PEER, peers.p95, _NOTE, got.cpu_p95)

    def page(wanted: Filter) -> Any:
        return peer.ask(wanted, "day, anchor", "ORDER BY day, anchor LIMIT 50"), peer.ask(wanted, "count(*)")

    yield row("flights: page of 50 and exact total", lambda f: index.page(VIEW, f, limit=50), page)
    past = times(filters, lambda f: index.page(PAST, f, limit=50))
    yield Row("flights: the same, at a past revision", "ms", past.p95, _TARGET, "", None, _NOTE, past.cpu_p95)
    yield row("flights: exact total", lambda f: index.count(VIEW, f), lambda f: peer.ask(f, "count(*)"))
    for by in ("route", "day", "operator"):

        def counted(wanted: Filter, by: str = by) -> Any:
            return index.counts(VIEW, wanted, by=by, limit=20)

        def grouped(wanted: Filter, by: str = by) -> Any:
            return peer.ask(wanted, f"{by}, count(*) AS n", f"GROUP BY {by} ORDER BY n DESC, {by} LIMIT 20")

        yield row(f"flights: counts by {by}, 20 and others", counted, grouped)


def _filter(dice: random.Random) -> Filter:
    def number(top: int) -> str:
        return f"{int(dice.random() ** 2 * top):03}"

    groups: list[tuple[str, ...]] = []
    shape = dice.choice(("none", "airport", "from", "two airports", "operator", "both", "aircraft", "many"))
    if shape in ("airport", "both"):
        groups.append((f"airport:E{number(400)}",))
    if shape == "from":
        groups.append((f"from:E{number(400)}",))
    if shape == "two airports":
        groups.append((f"from:E{number(400)}", f"to:L{number(400)}"))
    if shape in ("operator", "both"):
        groups.append((f"operator:O{number(500)}",))
    if shape == "aircraft":
        groups.append((f"aircraft:R{dice.randrange(20000)}",))
    if shape == "many":
        groups.append(tuple(f"operator:O{i:03}" for i in range(0, 500, 2)))
    days = dice.choice((None, None, ("2024-03-03", "2024-03-03"), ("2025-02-01", "2025-02-28"), ("2024-02-01", "2025-11-30"), ("2025-01-01", None)))  # fmt: skip
    low, high = days or (None, None)
    return Filter(all_of=tuple(groups), day_from=low, day_to=high)


def _where(wanted: Filter) -> str:
    column = {"from": "origin", "to": "destination"}
    parts = [f"label < {LABELS}", "NOT ended"]
    for group in wanted.all_of:
        terms = []
        for facet in group:
            field, _, value = facet.partition(":")
            fields = ("origin", "destination") if field == "airport" else (column.get(field, field),)
            terms += [f"{name} = '{value}'" for name in fields]
        parts.append("(" + " OR ".join(terms) + ")")
    if wanted.day_from:
        parts.append(f"day >= '{wanted.day_from}'")
    if wanted.day_to:
        parts.append(f"day <= '{wanted.day_to}'")
    return " AND ".join(parts)


BENCHMARK = Benchmark("flights", run)
