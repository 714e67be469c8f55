"""Search beside DuckDB on the Parquet of the same documents, in one run, both behind the same labels.

    python -m tests.benchmarks.search [--flights 2000000] [--names 1000000] [--queries 200]

Flights: a page of 50 with its exact total, and counts by route, day and operator, under a mix of filters (none,
airports, operators, aircraft, one day to two years). Names: one typo in each query, among documents whose names
follow a skewed distribution. A tenth of the documents has ended at revision 2; the reader sees 30 of 40 labels.
Figures are milliseconds, or documents a second for the load; ratio is DuckDB's figure by ours.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import duckdb

from graph.model import LabelId, Revision, View
from graph.search import Filter, SearchIndex

LABELS = 30
VIEW = View(frozenset(LabelId(i) for i in range(LABELS)), Revision(3))
PAST = View(VIEW.labels, Revision(1))


class Line(NamedTuple):
    """One row of the table: milliseconds, a peer's in the same run or None."""

    work: str
    p50: float
    p95: float
    peer_p50: float | None = None
    peer_p95: float | None = None


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

ENDS = """COPY (SELECT 'docs' AS "table", row FROM '{path}/docs.parquet' WHERE row % 10 = 0)
          TO '{path}/next/ends.parquet' (FORMAT parquet)"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--flights", type=int, default=2_000_000)
    options.add_argument("--names", type=int, default=1_000_000)
    options.add_argument("--queries", type=int, default=200)
    chosen = options.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="clew-bench-") as folder:
        lines = flights(Path(folder) / "flights", chosen.flights, chosen.queries)
        lines += people(Path(folder) / "names", chosen.names, chosen.queries)
    print(f"{'work':<52}{'p50':>9}{'p95':>9}{'DuckDB p50':>12}{'p95':>9}{'ratio':>8}")
    for line in lines:
        peer = (
            ""
            if line.peer_p50 is None
            else f"{line.peer_p50:>12.1f}{line.peer_p95:>9.1f}{line.peer_p50 / line.p50:>8.1f}"
        )
        print(f"{line.work:<52}{line.p50:>9.1f}{line.p95:>9.1f}{peer}")
    print(f"resident at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")
    return 0


def flights(folder: Path, n: int, queries: int) -> list[Line]:
    con = duckdb.connect()
    index, lines = _loaded(con, folder, FLIGHTS, n, "flight")
    con.execute(COLUMNS.format(path=folder))
    dice = random.Random(7)
    filters = [_flight_filter(dice) for _ in range(queries)]

    def peer(what: str, tail: str = "") -> Callable[[Filter], Any]:
        return lambda f: con.execute(
            f"SELECT {what} FROM '{folder}/columns.parquet' WHERE {_where(f)} {tail}"
        ).fetchall()

    def counted(by: str) -> Callable[[Filter], Any]:
        return lambda f: index.counts(VIEW, f, by=by, limit=20)

    page = "ORDER BY day, anchor LIMIT 50"
    few = filters[:30]
    lines.append(_line("page of 50 and exact total", filters, lambda f: index.page(VIEW, f, limit=50),
                       few, lambda f: (peer("day, anchor", page)(f), peer("count(*)")(f))))  # fmt: skip
    lines.append(_line("the same, at a past revision", filters,
                       lambda f: index.page(PAST, f, limit=50)))  # fmt: skip
    lines.append(_line("exact total", filters, lambda f: index.count(VIEW, f), few, peer("count(*)")))
    for by in ("route", "day", "operator"):
        tail = f"GROUP BY {by} ORDER BY n DESC, {by} LIMIT 20"
        lines.append(_line(f"counts by {by}, 20 and others", filters, counted(by),
                           few, peer(f"{by}, count(*) AS n", tail)))  # fmt: skip
    for f in filters[:10]:
        ours, theirs = index.count(VIEW, f), peer("count(*)")(f)[0][0]
        if ours != theirs:
            raise SystemExit(f"Totals differ for {f}: {ours} and {theirs}.")
    return lines


NAMES = """
    COPY (
      WITH r AS (SELECT i, hash(i) % 1000003 / 1000003.0 AS a, hash(i, 1) % 1000033 / 1000033.0 AS b,
                        hash(i, 2) % 1000037 / 1000037.0 AS c, unhex(md5(i::VARCHAR)) AS id FROM range({n}) t(i)),
      p AS (SELECT *, CASE WHEN i % 5 < 3 THEN first(a ** 2 * 3000) || ' ' || last(b ** 2.5 * 60000)
                      ELSE upper(last(a * 30000)) || ' ' || upper(last(b * 30000)) || ' LIMITED' END AS name FROM r)
      SELECT i AS row, i AS comp, NULL::BIGINT AS grp, (c * 40)::BIGINT % 40 AS label, id AS anchor, id AS oldest,
             'Person' AS kind, name AS caption, [name] AS names, []::VARCHAR[] AS facets FROM p ORDER BY i)
    TO '{path}/docs.parquet' (FORMAT parquet)"""

# Made-up syllables: a number is a name, near numbers are not near names.
SYLLABLES = """
    CREATE MACRO part(n, k) AS ['ba','cor','del','fen','gar','hol','jen','kir','lam','mor','ned','pol','rus','sel',
        'tor','wen','yar','zim','bri','stan'][1 + (hash(n, k) % 20)::INT];
    CREATE MACRO first(x) AS upper(part(x::INT, 1)[1]) || part(x::INT, 1)[2:] || part(x::INT, 2);
    CREATE MACRO last(x) AS upper(part(x::INT, 3)[1]) || part(x::INT, 3)[2:] || part(x::INT, 4)
        || ['son','ley','','er','ton','s'][1 + (hash(x::INT, 5) % 6)::INT] || part(x::INT, 6)[1:2]"""


def people(folder: Path, n: int, queries: int) -> list[Line]:
    con = duckdb.connect()
    con.execute(SYLLABLES)
    index, lines = _loaded(con, folder, NAMES, n, "name")
    known = con.execute(f"SELECT caption FROM '{folder}/docs.parquet' WHERE label < {LABELS} AND row % 10 <> 0 ORDER BY hash(row) LIMIT {queries}").fetchall()  # fmt: skip
    dice = random.Random(8)
    asked = [(name, _typo(dice, name)) for (name,) in known]
    similar = f"""SELECT caption FROM '{folder}/docs.parquet' WHERE label < {LABELS} AND row % 10 <> 0
                  ORDER BY jaro_winkler_similarity(lower(caption), lower(?)) DESC, caption LIMIT 20"""
    found = sum(
        any(hit.name == name for hit in index.find(VIEW, typo, limit=20).hits) for name, typo in asked
    )
    lines.append(
        _line(f"a name with a typo (found {found} of {len(asked)})", asked, lambda q: index.find(VIEW, q[1], limit=20),
              asked[:3], lambda q: con.execute(similar, [q[1]]).fetchall())
    )  # fmt: skip
    lines.append(_line("the same, at a past revision", asked, lambda q: index.find(PAST, q[1], limit=20)))
    initials = [(name, f"{name[0]} {name.partition(' ')[2]}") for name, _ in asked]
    lines.append(_line("initial and surname", initials, lambda q: index.find(VIEW, q[1], limit=20)))
    return lines


def _loaded(
    con: duckdb.DuckDBPyConnection, folder: Path, sql: str, n: int, what: str
) -> tuple[SearchIndex, list[Line]]:
    (folder / "next").mkdir(parents=True)
    con.execute(sql.format(n=n, path=folder))
    con.execute(ENDS.format(path=folder))
    index = SearchIndex(folder / "index")
    start = perf_counter()
    index.apply(folder, Revision(1))
    put = perf_counter()
    index.apply(folder / "next", Revision(2))
    ended = perf_counter()
    print(
        f"{n:,} {what} documents put {n / (put - start):,.0f}/s, a tenth ended {n / 10 / (ended - put):,.0f}/s",
        file=sys.stderr,
    )
    small = folder / "small"
    small.mkdir()
    con.execute(f"COPY (SELECT * REPLACE ({n} AS row, {n} AS comp, {LABELS} AS label) FROM '{folder}/docs.parquet' LIMIT 1) TO '{small}/docs.parquet' (FORMAT parquet)")  # fmt: skip
    start = perf_counter()
    index.apply(small, Revision(3))
    return index, [Line(f"one {what} document into {n:,}", took := (perf_counter() - start) * 1e3, took)]


def _line(
    work: str, asked: Sequence[Any], ours: Callable[[Any], Any],
    few: Sequence[Any] = (), peer: Callable[[Any], Any] | None = None,
) -> Line:  # fmt: skip
    times = [_times(asked, ours), *([_times(few, peer)] if peer else [])]
    return Line(
        work, *(value for each in times for value in (each[len(each) // 2], each[int(len(each) * 0.95)]))
    )


def _times(asked: Sequence[Any], call: Callable[[Any], Any]) -> list[float]:
    call(asked[0])
    out = []
    for one in asked:
        start = perf_counter()
        call(one)
        out.append((perf_counter() - start) * 1e3)
    return sorted(out)


def _flight_filter(dice: random.Random) -> Filter:
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


def _typo(dice: random.Random, name: str) -> str:
    at = dice.randrange(len(name))
    return name[:at] + dice.choice("aeioustrn") + name[at + 1 :]


if __name__ == "__main__":
    sys.exit(main())
