"""Names with one typo among documents whose names follow a skewed distribution, beside DuckDB's similarity."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.benchmarks.bench import Benchmark, Row, times
from tests.benchmarks.made_docs import LABELS, PAST, VIEW, filled
from tests.benchmarks.workshop import Workshop

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

_NOTE = "p95. DuckDB orders all visible names by Jaro-Winkler, three queries"


def run(workshop: Workshop) -> Iterator[Row]:
    n, queries = workshop.size.names, workshop.size.queries
    with filled(workshop, "name", NAMES, n, setup=SYLLABLES) as (db, folder, index, rows):
        yield from rows
        docs = f"FROM '{folder}/docs.parquet' WHERE label < {LABELS} AND row % 10 <> 0"
        known = db.execute(f"SELECT caption {docs} ORDER BY hash(row) LIMIT {queries}").fetchall()
        dice = random.Random(8)
        asked = [(name, _typo(dice, name)) for (name,) in known]
        similar = f"SELECT caption {docs} ORDER BY jaro_winkler_similarity(lower(caption), lower(?)) DESC, caption LIMIT 20"

        def ours(pair: tuple[str, str]) -> Any:
            return index.find(VIEW, pair[1], limit=20)

        workshop.say("names")
        found = sum(any(hit.name == name for hit in ours((name, typo)).hits) for name, typo in asked)
        theirs = times(asked[:3], lambda pair: db.execute(similar, [pair[1]]).fetchall(), warm=1).p95
        got = times(asked, ours)
        yield Row(
            f"a name with a typo (found {found} of {len(asked)})", "ms", got.p95, None, "DuckDB, Parquet", theirs,
            _NOTE, got.cpu_p95,
        )  # fmt: skip
        past = times(asked, lambda pair: index.find(PAST, pair[1], limit=20))
        yield Row("a name with a typo, at a past revision", "ms", past.p95, cpu=past.cpu_p95)
        initials = [f"{name[0]} {name.partition(' ')[2]}" for name, _ in asked]
        short = times(initials, lambda text: index.find(VIEW, text, limit=20))
        yield Row("initial and surname", "ms", short.p95, cpu=short.cpu_p95)


def _typo(dice: random.Random, name: str) -> str:
    at = dice.randrange(len(name))
    return name[:at] + dice.choice("aeioustrn") + name[at + 1 :]


BENCHMARK = Benchmark("names", run)
