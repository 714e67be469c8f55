"""Resolve a made-up world's people and bodies: all at once, once more, and after a month's changes; weighing beside plain Splink."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
from splink import DuckDBAPI

from api.intake import Intake
from api.service import Service
from api.settings import Settings
from graph.directory import Deciding, Directory
from graph.projection.schema import one
from graph.resolution import columns, scoring
from graph.resolution.incremental import remembering
from graph.resolution.models import MODELS
from graph.resolution.models.person import PERSON
from graph.resolution.resolve import Run, digests, resolve, weigh
from tests.benchmarks.bench import Benchmark, Row, Target, Took, took
from tests.benchmarks.workshop import Workshop
from tests.world.generate import generate

NAMESAKES = 10_000
_KINDS = "('Person', 'Company', 'Organisation')"
_ALL = "From what is ingested to the committed revision: columns, blocking, weighing, clustering, the decisions file, the projection, the ledger line. The followers come after."
_AGAIN = "The same data directory: what was compared is remembered, nothing is compared twice"
_WEIGH = "The same pairs and columns, the same comparisons and frequencies: Splink's predict() alone. Ours is with making the frequencies' tables and the reasons. The quicker of two runs each"
_NAMESAKES = f"{NAMESAKES:,} namesakes of no birth date are planted among the others"


def run(workshop: Workshop) -> Iterator[Row]:
    with workshop.folder("resolve") as folder:
        workshop.say("a world of people and bodies")
        generate(folder / "world", workshop.size.companies * 6 // 5, seed=31)
        data = folder / "data"
        _ingested(data, folder / "world", "BasicCompanyData*.csv", "Prod195*.dat", "psc-snapshot*.txt")
        with duckdb.connect() as con:
            _attached(con, data)
            (mentions,) = one(con, f"SELECT count(*) FROM men WHERE kind IN {_KINDS}")
        what = f"resolve {mentions:,} mentions of people and bodies"
        workshop.say(what)
        bare = Directory(data)
        spent = took(lambda: _resolved(bare, data))
        target = Target("≤", 60) if mentions >= 1_000_000 else None
        yield Row(what, "s", spent.wall, target, "", None, _ALL, spent.cpu)
        spent = took(lambda: _closed(Service(Settings(data=data)), lambda s: s.directory.catch_up()))
        yield Row("its followers: SQLite and the search index", "s", spent.wall, cpu=spent.cpu)
        spent = took(lambda: _resolved(bare, data))
        yield Row("resolve again, nothing new", "s", spent.wall, None, "", None, _AGAIN, spent.cpu)
        workshop.say("a month of the stream")
        _ingested(data, folder / "world", "stream-*.jsonl")
        spent = took(lambda: _resolved(bare, data))
        yield Row("resolve after a month of the stream", "s", spent.wall, None, "", None, _AGAIN, spent.cpu)
        workshop.say("weighing")
        yield from _weighed(data)


def _ingested(data: Path, world: Path, *patterns: str) -> None:
    def take(service: Service) -> None:
        for pattern in patterns:
            for report in service.ingest(next(world.glob(pattern)), Intake()):
                if "refused" in report:
                    raise SystemExit(f"{report['file']}: {report['refused']}")

    _closed(Service(Settings(data=data)), take)


def _closed(service: Service, work: Callable[[Service], Any]) -> None:
    try:
        work(service)
    finally:
        service.close()


def _resolved(directory: Directory, data: Path) -> None:
    def match(con: duckdb.DuckDBPyConnection, path: Path) -> None:
        with remembering(data / "cache" / "resolve") as engine:
            resolve(con, path, engine=engine)

    directory.resolve(lambda: Deciding(match, digests(MODELS), {}))


def _attached(con: duckdb.DuckDBPyConnection, data: Path) -> None:
    con.execute("SET threads = 2")
    con.execute("SET memory_limit = '4GB'")
    con.execute(f"ATTACH '{data / 'state.duckdb'}' AS held (READ_ONLY)")
    con.execute("CREATE TEMP VIEW men AS SELECT * FROM held.men WHERE alive")
    con.execute("CREATE TEMP VIEW lnk AS SELECT * FROM held.lnk")


def _weighed(data: Path) -> Iterator[Row]:
    with duckdb.connect() as con:
        _attached(con, data)
        columns.make(con, PERSON.kinds, "men", "lnk", "f_base")
        weigh(con, PERSON, (0,), Run())
        pairs = one(con, "SELECT count(*) FROM f_pairs")[0]
        ours, theirs = list[Took](), list[Took]()
        for _ in range(2):
            theirs.append(took(lambda: _predicted(con)))
            ours.append(took(lambda: scoring.score(con, PERSON, "f_scope", "f_pairs", "f_scored")))
        mine, peer = min(ours, key=lambda t: t.wall), min(theirs, key=lambda t: t.wall)
        yield Row(f"weigh {pairs:,} pairs of people", "s", mine.wall, Target("≤", 1.5, of_peer=True), "Splink's predict()",
                  peer.wall, _WEIGH, mine.cpu, peer.cpu)  # fmt: skip
        con.execute(
            f"""INSERT INTO f_scope BY NAME SELECT s.* REPLACE (-1 - i AS mno, -1 - i AS rid, NULL AS year, NULL AS month, NULL AS day,
                  []::VARCHAR[] AS keys, NULL AS contact_few, NULL AS contact_some)
                FROM (SELECT * FROM f_scope WHERE first IS NOT NULL AND last IS NOT NULL ORDER BY mno LIMIT 1) s, range({NAMESAKES}) r(i)"""
        )
        scoring.candidates(con, PERSON, "f_scope", "f_pairs")
        (most,) = one(
            con,
            """SELECT quantile_disc(n, 0.95) FROM (SELECT m.mno, count(p.mno) AS n FROM f_scope m LEFT JOIN
               (SELECT join_key_l AS mno FROM f_pairs UNION ALL SELECT join_key_r FROM f_pairs) p ON p.mno = m.mno GROUP BY m.mno)""",
        )
        yield Row("pairs compared a mention, p95", "pairs", most, Target("≤", 10_000), note=_NAMESAKES)


def _predicted(con: duckdb.DuckDBPyConnection) -> None:
    made = scoring.linker(con, PERSON, "f_scope")
    made.table_management.register_blocked_pairs_for_predict(DuckDBAPI(con).register("f_pairs"))
    made.inference.predict(threshold_match_weight=PERSON.review, warning_mode="never")
    made.table_management.delete_tables_created_by_splink_from_db()


BENCHMARK = Benchmark("resolve", run)
