"""One record matched against many mentions, beside the bulk run's own statements for that one record."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import duckdb

from api.matching import located
from graph.model import LabelId, Revision, View
from graph.reading import Graph
from graph.resolution import columns
from graph.resolution.models import PERSON
from graph.resolution.online.columns import Said
from graph.resolution.online.index import MatchIndex
from graph.resolution.online.matching import PAIRS, match
from graph.resolution.online.record import read
from graph.resolution.scoring import candidates, score
from graph.store.sqlite import SqliteStore
from tests.benchmarks.bench import Benchmark, Row, Target, at, times, took
from tests.benchmarks.rows.names import SYLLABLES
from tests.benchmarks.workshop import Workshop

NAMESAKES = 10_000
VIEW = View(frozenset({LabelId(0)}), Revision(1))

# i: a record of one person; half state a company, which four do, a fifth a telephone of their own.
_PEOPLE = """CREATE TABLE people AS SELECT i, unhex(md5(i::VARCHAR)) AS mid,
    CASE WHEN i < {namesakes} THEN 'John' ELSE first((hash(i) % 1000003 / 1000003.0) ** 2 * 3000) END AS forename,
    CASE WHEN i < {namesakes} THEN 'Smith' ELSE last((hash(i, 1) % 1000033 / 1000033.0) ** 2.5 * 60000) END AS surname,
    format('{{}}-{{:02d}}', 1930 + hash(i, 2) % 75, 1 + hash(i, 3) % 12) AS born,
    CASE WHEN i % 2 = 0 THEN format('company_number:GB-COH/{{:08d}}', i // 8) END AS company,
    CASE WHEN i % 5 = 0 THEN format('phone:+4476{{:08d}}', i // 10) END AS phone FROM range({n}) t(i)"""
_MEN = """CREATE TABLE men AS SELECT row_number() OVER () AS row, * FROM (
    SELECT i, mid, i AS grp, 'Person' AS kind, forename || ' ' || surname AS caption, 'person' AS slot, NULL AS key,
      json_object('name', [[forename || ' ' || surname, NULL]], 'forenames', [[forename, NULL]], 'surname', [[surname, NULL]],
        'birth_date', [[born, NULL]], 'nationality', [['British', NULL]])::VARCHAR AS props FROM people
    UNION ALL SELECT i, unhex(md5('c' || i)), 20000000 + i // 8, 'Company', '', 'company', company, '{}' FROM people WHERE company IS NOT NULL
    UNION ALL SELECT i, unhex(md5('p' || i)), 40000000 + i // 10, 'Phone', phone, 'phone', phone, '{}' FROM people WHERE phone IS NOT NULL)"""
_TABLES = {
    "mentions": """SELECT row, mid, grp AS comp, grp, 0 AS label, 1 AS born, 1 AS source, i::VARCHAR AS rec_key, slot, kind, caption, 1 AS authority, props,
        NULL::VARCHAR AS derived_by, NULL::VARCHAR AS valid_from, NULL::VARCHAR AS valid_to, '2026-01-01T00:00:00Z' AS observed_at, 1 AS revision, '' AS locator FROM men""",
    "groups": """SELECT row_number() OVER () AS row, grp AS comp, grp, 0 AS label, min(mid) AS anchor, 1 AS born, count(*) AS n, any_value(kind) AS kind,
        any_value(caption) AS caption, 1 AS authority, CASE WHEN any_value(key) IS NULL THEN '[]' ELSE json_array(any_value(key))::VARCHAR END AS keys FROM men GROUP BY grp""",
    "links": """SELECT row_number() OVER () AS row, CASE t.kind WHEN 'Phone' THEN 'HAS_PHONE' ELSE 'OFFICER_OF' END AS kind, '' AS role, f.grp AS from_comp, t.grp AS to_comp,
        f.grp AS from_grp, t.grp AS to_grp, f.mid AS from_mid, t.mid AS to_mid, f.kind AS from_kind, t.kind AS to_kind, NULL::BLOB AS from_anchor, NULL::BLOB AS to_anchor,
        0 AS label, NULL::VARCHAR AS valid_from, NULL::VARCHAR AS valid_to, NULL::VARCHAR AS props FROM men f JOIN men t ON t.i = f.i AND t.slot <> 'person' WHERE f.slot = 'person'""",
}  # fmt: skip
_NOTE = "p95, entities located in SQLite; asked are people of the graph, each with a slip or a gap, and one in twenty a John Smith. Beside it: columns.make over all, blocks and Splink for the one record"


def run(workshop: Workshop) -> Iterator[Row]:
    n, queries = workshop.size.names, workshop.size.queries
    with workshop.folder("match") as folder, duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        workshop.say("making people")
        delta = _delta(con, folder, n)
        store = SqliteStore(folder / "store.db")
        store.apply(delta, Revision(1))
        index = MatchIndex(folder / "match.db", lambda revision: delta)
        workshop.say("indexing for matches")
        made = took(lambda: index.catch_up(Revision(1)))
        size = (folder / "match.db").stat().st_size / n
        yield Row(f"match index of {n:,} people ({size:.0f} bytes each)", "s", made.wall, cpu=made.cpu)
        asked = _asked(con, queries)
        near = SimpleNamespace(store=store, graph=Graph(store))
        compared, found = list[int](), list[bool]()

        def ours(one: tuple[bytes, Said]) -> Any:
            met = match(index, VIEW, PERSON, one[1], 44)
            told = located(near, VIEW, met.scored, 11)
            compared.append(met.compared)
            if one[0]:
                found.append(any(scored.held.mid == one[0] for _, scored in told))
            return told

        workshop.say("matching")
        got = times(asked, ours)
        workshop.say("matching in bulk, one record")
        theirs = _bulk(con)
        named = sum(bool(mid) for mid, _ in asked)
        yield Row(
            f"one record into {n:,} (found {sum(found[-named:])} of {named})",
            "ms",
            got.p95,
            Target("≤", 50),
            "DuckDB and Splink",
            theirs,
            _NOTE,
            got.cpu_p95,
        )
        yield Row("one record, the median", "ms", got.median, cpu=got.cpu_median)
        yield Row(
            "records matched one after another",
            "records/s/core",
            len(asked) / (sum(got.wall) / 1000),
            Target("≥", 100),
        )
        smiths = times([(b"", _said("John Smith", "")), (b"", _said("John Smith", "1950-03"))] * 50, ours)
        yield Row(f"a namesake of {NAMESAKES:,}", "ms", smiths.p95, Target("≤", 50), cpu=smiths.cpu_p95)
        pairs = at(sorted(float(one) for one in compared), 0.95)
        yield Row(
            f"pairs compared for a record: {pairs:,.0f} at p95, {max(compared):,} at most (bound {PAIRS:,})",
            "ms",
            got.p95,
        )
        store.close()


def _delta(con: duckdb.DuckDBPyConnection, folder: Path, n: int) -> Path:
    delta = folder / "delta"
    delta.mkdir()
    con.execute(SYLLABLES)
    con.execute(_PEOPLE.format(n=n, namesakes=min(NAMESAKES, n // 10)))
    con.execute(_MEN)
    for table, select in _TABLES.items():
        con.execute(f"COPY ({select} ORDER BY row) TO '{delta / table}.parquet' (FORMAT parquet)")
    return delta


def _said(name: str, born: str, phone: str = "", company: str = "") -> Said:
    values = {"name": [name], "birth_date": [born], "phone": [phone], "company_number": [company]}
    said, _ = read("Person", {field: some for field, some in values.items() if some[0]})
    assert said is not None
    return said


def _asked(con: duckdb.DuckDBPyConnection, queries: int) -> list[tuple[bytes, Said]]:
    """(mention id, what is asked of it); of a John Smith no id, as it may be any of them."""
    dice = random.Random(9)
    rows = con.execute(
        f"SELECT mid, forename, surname, born, phone, company FROM people WHERE i >= {NAMESAKES} ORDER BY hash(i, 7) LIMIT {queries}"
    ).fetchall()
    asked = []
    for n, (mid, forename, surname, born, phone, company) in enumerate(rows):
        if n % 20 == 0:
            asked.append((b"", _said("John Smith", "" if n % 40 else born)))
            continue
        at_ = dice.randrange(1, len(surname))
        slipped = surname[:at_] + surname[at_ + 1 :] if n % 3 == 0 else surname
        reached = phone.partition(":")[2] if phone else ""
        asked.append(
            (
                mid,
                _said(
                    f"{forename} {slipped}",
                    born if n % 4 else born[:4],
                    reached,
                    company.rpartition("/")[2] if company and n % 2 else "",
                ),
            )
        )
    return asked


def _bulk(con: duckdb.DuckDBPyConnection) -> float:
    """Milliseconds of the bulk run's statements for one record of them all."""
    con.execute(
        """CREATE TABLE b_men AS SELECT row AS mno, mid, i::VARCHAR AS rid, 0 AS label, kind, caption, props, []::VARCHAR[] AS names,
           CASE WHEN key IS NULL THEN [] ELSE [key] END AS keys FROM men"""
    )
    con.execute(
        "CREATE TABLE b_lnk AS SELECT CASE t.kind WHEN 'Phone' THEN 'HAS_PHONE' ELSE 'OFFICER_OF' END AS kind, f.row AS from_mno, t.row AS to_mno FROM men f JOIN men t ON t.i = f.i AND t.slot <> 'person' WHERE f.slot = 'person'"
    )
    start = perf_counter()
    columns.make(con, PERSON.kinds, "b_men", "b_lnk", "f_base")
    columns.scoped(con, "f_base", PERSON.who, "0", "f_scope")
    candidates(con, PERSON, "f_scope", "f_pairs", ("mno = 20001", "l.mno = 20001 OR r.mno = 20001"))
    score(con, PERSON, "f_scope", "f_pairs", "f_scored")
    return (perf_counter() - start) * 1000


BENCHMARK = Benchmark("match", run)
