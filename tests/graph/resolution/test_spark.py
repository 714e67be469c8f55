"""A real Spark cluster of two workers decides what DuckDB decides; and what is missing is told before anything is begun."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from api.cli import main
from graph.errors import Unavailable
from graph.resolution import columns
from graph.resolution.engines import spark_sql
from graph.resolution.engines.spark_session import session
from graph.resolution.models import MODELS
from graph.resolution.models.base import Model
from tests.api.asking import commit
from tests.api.conftest import open_service
from tests.graph.resolution.spark_runs import both, world
from tests.graph.resolution.test_resolve import officers
from tests.graph.resolution.test_versions import strict
from tests.spark_cluster import Cluster, driven


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with driven(tmp_path_factory.mktemp("spark")) as begun:
        yield begun


def test_the_cluster_decides_on_5000_records_of_two_labels_what_duckdb_decides(
    cluster: Cluster, tmp_path: Path
) -> None:
    assert world(tmp_path / "data", companies=500, cases=1) >= 4_500
    one, other = both(tmp_path / "data", cluster.url)
    assert len(one.decisions) > 500
    assert one.report["full"]["person-1"].keys() == {"both names: narrowed", "both names: left out"}
    assert {verdict for verdict, _, _ in one.decisions.values()} == {"SAME", "UNSURE"}
    assert other.decisions == one.decisions
    for told in ("decided", "compared", "full", "revision"):
        assert other.report[told] == one.report[told]
    assert [cluster.executors(n) for n in range(2)] == [1, 1]
    assert not list((tmp_path / "beside").glob("spark-*"))


@pytest.mark.soak
def test_a_preview_on_the_cluster_is_the_preview_here_and_what_runs_remember_is_left_alone(
    cluster: Cluster, tmp_path: Path
) -> None:
    service = open_service(tmp_path / "data")
    commit(service, "officers", officers())
    service.resolve()
    remembered = sorted((tmp_path / "data" / "cache" / "resolve").rglob("*"))
    new = str(strict(tmp_path / "strict"))
    here, there = (
        service.preview(service.scope(None), 10, model=new, engine=x) for x in ("duckdb", cluster.url)
    )
    assert here.counts == {"merge": 0, "split": 1, "regroup": 0}
    assert there == here
    assert sorted((tmp_path / "data" / "cache" / "resolve").rglob("*")) == remembered
    assert service.directory.ledger.head() == 2
    service.close()


WORDS = ("ANNA", "ANNE", "ANN", "HANNAH", "MARTHA", "MARHTA", "DWAYNE", "DUANE", "JO", "J", "", "JOHN PAUL", "SMITH JONES", "SMITH",
         "JONES", "ACME TRADING LTD", "ACME TRADNIG LTD", "ACME TRADING 2 LTD", "ACME", "BRITISH", "IRISH", "FRENCH", "NOT IRISH",
         "DIRECTOR", "COMPANY DIRECTOR", "NURSE", "12345678", "1234567", "12345687")  # fmt: skip
CLASSES = tuple(columns.shared.FEW)


def rows(names: dict[str, str], count: int) -> pa.Table:
    """Values of two mentions' columns, by name and DuckDB type; a fifth of them missing. The words of a row are few, so that what
    seldom comes about (all parts of two names change places) does."""
    draw = random.Random(7)
    few = [draw.sample(WORDS, 3) for _ in range(count)]
    years = [draw.sample((1, 2, 3, 10, 11, 12, 1980, 1981, 1990), 2) for _ in range(count)]
    kinds: dict[str, Any] = {
        "VARCHAR": (pa.string(), lambda n: draw.choice(few[n])[: draw.choice((1, None, None))]),
        "BOOLEAN": (pa.bool_(), lambda n: draw.random() < 0.5),
        "INTEGER": (pa.int32(), lambda n: draw.choice(years[n])),
        "BIGINT": (pa.int64(), lambda n: draw.choice(years[n])),
        "VARCHAR[]": (pa.list_(pa.string()), lambda n: draw.sample((*few[n], *CLASSES), draw.randrange(4))),
    }
    held: dict[str, Any] = {"n": pa.array(range(count), pa.int64())}
    for name, kind in names.items():
        arrow, value = kinds[kind]
        for side in "lr":
            drawn = [None if draw.random() < 0.2 else value(n) for n in range(count)]
            held[f"{name}_{side}"] = pa.array(drawn, arrow)
    return pa.table(held)


def columns_of(model: Model) -> dict[str, str]:
    """The columns that a model's mentions have."""
    from graph.resolution import columns

    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE men(mno BIGINT, mid BLOB, rid VARCHAR, label BIGINT, kind VARCHAR, caption VARCHAR, props VARCHAR, names VARCHAR[], keys VARCHAR[])"
        )
        con.execute("CREATE TABLE lnk(kind VARCHAR, from_mno BIGINT, to_mno BIGINT)")
        columns.make(con, model.kinds, "men", "lnk", "f_base")
        columns.scoped(con, "f_base", model.who, "0", "f_scope")
        found = con.execute("DESCRIBE f_scope").fetchall()
    return {row[0]: row[1] for row in found if row[0] not in ("mno", "mid", "rid", "label")}


def conditions(model: Model) -> dict[str, str]:
    """Every condition of a model, and of how likely two words are, by a name."""
    levels = {
        f"c{n}_{m}": level.sql
        for n, comparison in enumerate(model.comparisons)
        for m, level in enumerate(comparison.levels)
        if level.sql != "ELSE"
    }
    return {**levels, "acceptable": model.acceptable, "vetoed": model.vetoed}


def test_every_condition_of_every_model_says_on_spark_what_it_says_in_duckdb(
    cluster: Cluster, tmp_path: Path
) -> None:
    with session(cluster.url, tmp_path) as spark, duckdb.connect() as con:
        for model in MODELS:
            table = rows(columns_of(model), 5_000)
            draw = random.Random(8)
            for comparison in model.comparisons:
                gamma = [draw.randrange(-1, len(comparison.levels) - 1) for _ in range(len(table))]
                table = table.append_column(f"gamma_{comparison.name}", pa.array(gamma, pa.int32()))
            con.register("t", table)
            spark.createDataFrame(table).createOrReplaceTempView("t")
            asked = conditions(model)
            here = con.sql(
                f"SELECT n, {', '.join(f'{sql} AS {name}' for name, sql in asked.items())} FROM t ORDER BY n"
            )
            there = spark.sql(
                f"SELECT n, {', '.join(f'{spark_sql.translated(sql)} AS {name}' for name, sql in asked.items())} FROM t ORDER BY n"
            )
            one, other = here.to_arrow_table().to_pydict(), there.toArrow().to_pydict()
            for name, sql in asked.items():
                # Of a level, and of what is accepted, only whether it is so counts.
                differing = [
                    n
                    for n, (x, y) in enumerate(zip(one[name], other[name], strict=True))
                    if (x or "") != (y or "")
                ]
                assert not differing, (model.decider, sql, table.slice(differing[0], 1).to_pylist())
                told = {bool(x) for x in one[name]}
                assert told == {True, False} or (name == "vetoed" and not model.vetoes), (model.decider, sql)
            con.unregister("t")


def test_every_blocking_key_says_on_spark_what_it_says_in_duckdb(cluster: Cluster, tmp_path: Path) -> None:
    with session(cluster.url, tmp_path) as spark, duckdb.connect() as con:
        for model in MODELS:
            pairs = rows(columns_of(model), 500)
            names = [name for name in pairs.column_names if name.endswith("_l")]
            table = pairs.select(["n", *names]).rename_columns(["mno", *(name[:-2] for name in names)])
            con.register("t", table)
            spark.createDataFrame(table).createOrReplaceTempView("t")
            here = " UNION ALL ".join(
                f"SELECT {n} AS rule, mno, ({key.sql})::VARCHAR AS value, ({key.narrow})::VARCHAR AS more FROM t"
                for n, key in enumerate(model.keys)
            )
            there = " UNION ALL ".join(
                f"SELECT {n} AS rule, * FROM ({spark_sql.keyed(key, 't')})"
                for n, key in enumerate(model.keys)
            )
            one = con.sql(f"SELECT * FROM ({here}) WHERE value IS NOT NULL").fetchall()
            other = spark.sql(f"SELECT * FROM ({there}) WHERE value IS NOT NULL").collect()
            assert sorted(map(repr, one)) == sorted(repr(tuple(row)) for row in other), model.decider
            assert len({row[0] for row in one}) == len(model.keys)
            con.unregister("t")


def test_likenesses_and_distances_of_words_are_duckdbs_to_the_last_digit(
    cluster: Cluster, tmp_path: Path
) -> None:
    draw, words = random.Random(9), [("", ""), ("", "A"), ("A", None), (None, None)]
    for n in range(20_000):
        one = [draw.choice("ABCD " if n % 2 else "ABCDEFGHIJ 12") for _ in range(draw.randint(1, 24))]
        other = list(one)
        for _ in range(draw.randrange(5)):
            at = draw.randrange(len(other) + 1)
            other[at : at + draw.randrange(3)] = draw.choice(
                ("", "A", "B", "BA", "".join(other[at : at + 2])[::-1])
            )
        words.append(("".join(one), "".join(other)))
    table = pa.table({"n": range(len(words)), "a": [a for a, _ in words], "b": [b for _, b in words]})
    asked = "SELECT n, jaro_winkler_similarity(a, b) AS alike, damerau_levenshtein(a, b) AS apart FROM t ORDER BY n"
    with session(cluster.url, tmp_path) as spark, duckdb.connect() as con:
        con.register("t", table)
        spark.createDataFrame(table).createOrReplaceTempView("t")
        sql = "jaro_winkler_similarity(a, b)", "damerau_levenshtein(a, b)"
        alike, apart = map(spark_sql.translated, sql)
        found = spark.sql(f"SELECT n, {alike} AS alike, {apart} AS apart FROM t ORDER BY n").toArrow()
        assert found.to_pydict() == con.sql(asked).to_arrow_table().to_pydict()


def test_what_has_no_counterpart_on_spark_is_refused_by_name() -> None:
    with pytest.raises(Unavailable, match=r"'SOUNDEX\(first_l\)' has no counterpart"):
        spark_sql.translated("soundex(first_l) = soundex(first_r)")


@pytest.mark.parametrize(
    ("engine", "status", "told"),
    [
        ("mysql", 2, "There is no engine 'mysql'. Use duckdb, or the address of a master: spark://HOST:PORT."),
        ("spark://here", 2, "'spark://here' is no address of a Spark master. Write spark://HOST:PORT."),
        ("spark://127.0.0.1:1", 1, "No Spark master answers at spark://127.0.0.1:1 ([Errno 111] Connection refused). Start it,"),
    ],
)  # fmt: skip
def test_an_engine_that_cannot_be_had_is_told_with_the_remedy_and_nothing_is_committed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], engine: str, status: int, told: str
) -> None:
    for more in ([], ["--preview"]):
        assert main(["--data", str(tmp_path / "data"), "resolve", "--engine", engine, *more]) == status
        assert f"clew resolve: {told}" in " ".join(capsys.readouterr().err.split())


def test_without_pyspark_the_engine_names_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert main(["--data", str(tmp_path / "data"), "resolve", "--engine", "spark://127.0.0.1:1"]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "The engine spark needs PySpark, which is not installed. Install it: pip install 'pyspark" in said


def test_without_a_java_that_runs_it_is_told_where_to_look(tmp_path: Path) -> None:
    """In a process of its own: PySpark begins one Java a process."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        engine = f"spark://127.0.0.1:{listening.getsockname()[1]}"
        ended = subprocess.run(
            [sys.executable, "-m", "api.cli", "--data", str(tmp_path / "data"), "resolve", "--engine", engine],
            env={**os.environ, "JAVA_HOME": str(tmp_path)}, cwd=Path(__file__).parents[3],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert ended.returncode == 1
    said = " ".join(ended.stderr.split())
    assert f"clew resolve: Spark could not be started here for {engine}: [JAVA_GATEWAY_EXITED]" in said
    assert "check JAVA_HOME" in said


def test_a_cluster_without_a_free_worker_is_told_and_not_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.resolution.engines.spark_session.WORKERS", 3.0)
    (tmp_path / "cluster").mkdir()
    with Cluster(tmp_path / "cluster", workers=0) as lonely:
        assert main(["--data", str(tmp_path / "data"), "resolve", "--engine", lonely.url]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert f"No worker of {lonely.url} took the work within 3 s. Check on the master's page" in said
