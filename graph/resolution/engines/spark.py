"""`clew resolve --engine spark://HOST:PORT`: the pairs of a scope found, weighed and joined on a Spark cluster.

DuckDB makes the columns; Spark blocks them (as scoring.candidates), Splink weighs the pairs there, with the model's frozen
parameters, and finds the connected components; then each worker decides whole components, many at once, as one process does
(clumps.py). No decision reaches beyond a component, so they are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from graph.errors import Unreachable
from graph.files import scratch
from graph.resolution import clumps
from graph.resolution.engines import spark_sql
from graph.resolution.engines.spark_session import session
from graph.resolution.joining import Decision
from graph.resolution.models.base import Model
from graph.resolution.resolve import Engine, Run, between, counted
from graph.resolution.scoring import bits_columns, terms

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

TOGETHER: Final = 20_000
"""Mentions of a partition, and of a batch of components that are joined at once."""

_DECISIONS: Final = "a BINARY, b BINARY, verdict STRING, weight DOUBLE, reason STRING, against STRING"


@contextmanager
def spark(url: str, data: Path) -> Iterator[Engine]:
    """The Engine of a cluster. data: the data directory, in which it shares a folder with the workers meanwhile."""
    with scratch(data, "spark") as work, session(url, work.absolute()) as begun:
        yield _Spark(begun, work.absolute(), url)


class _Spark:
    def __init__(self, begun: SparkSession, work: Path, url: str) -> None:
        self._spark, self._work, self._url, self._scopes = begun, work, url, count()

    def __call__(
        self,
        con: duckdb.DuckDBPyConnection,
        model: Model,
        scope: tuple[int, ...],
        same: Sequence[tuple[bytes, bytes]],
        run: Run,
    ) -> list[Decision]:
        from py4j.protocol import Py4JError
        from pyspark.errors import AnalysisException, PySparkException

        counted(con, model, scope)
        folder = self._work / str(next(self._scopes))
        folder.mkdir()
        rows = _hand_over(con, model, same, folder)
        try:
            return _Scope(self._spark, model, folder, rows).decisions(scope, run)
        except AnalysisException:
            raise  # a fault of this file, which no cluster mends
        except (PySparkException, Py4JError) as error:
            told = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
            raise Unreachable(
                f"The Spark cluster at {self._url} could not do it: {told[:300]}",
                remedy=f"Its workers must reach {self._work.parent} under this path, and run this version of Clew "
                "(PYSPARK_PYTHON: their Python).",
            ) from error


def _hand_over(
    con: duckdb.DuckDBPyConnection, model: Model, same: Sequence[tuple[bytes, bytes]], folder: Path
) -> int:
    """f_scope, the frequencies of its values and the pairs that are SAME already, as Parquet; how many rows."""
    terms(con, model, "f_scope")
    for name, table in (("rows", "f_scope"), *((f"tf_{c}", f"t_tf_{c}") for c in model.frequencies)):
        con.execute(f"COPY (SELECT * FROM {table}) TO '{_sql(folder / name)}.parquet' (FORMAT parquet)")
    pairs = {
        "x": pa.array([a for a, _ in same], pa.binary()),
        "y": pa.array([b for _, b in same], pa.binary()),
    }
    con.register("v_same", pa.table(pairs))
    base = "SELECT x.mno AS a, y.mno AS b FROM v_same s JOIN f_scope x ON x.mid = s.x JOIN f_scope y ON y.mid = s.y"
    con.execute(f"COPY ({base}) TO '{_sql(folder / 'base')}.parquet' (FORMAT parquet)")
    con.unregister("v_same")
    return int(pq.read_metadata(folder / "rows.parquet").num_rows)


def _sql(path: Path) -> str:
    return str(path).replace("'", "''")


class _Scope:
    """The tables of one scope on the cluster, each a Parquet folder: rows, base, then pairs, scored and components."""

    def __init__(self, begun: SparkSession, model: Model, folder: Path, rows: int) -> None:
        from splink.backends import spark as backend

        self.spark, self.model, self.folder = begun, model, folder
        self.parts = max(begun.sparkContext.defaultParallelism, -(-rows // TOGETHER))
        begun.conf.set("spark.sql.shuffle.partitions", self.parts)
        api: Any = backend.SparkAPI
        self.splink = api(
            spark_session=begun, num_partitions_on_repartition=self.parts, register_udfs_automatically=False
        )
        for name in ("rows", "base", *(f"tf_{c}" for c in model.frequencies)):
            self._read(name, f"{name}.parquet").createOrReplaceTempView(name)

    def decisions(self, scope: tuple[int, ...], run: Run) -> list[Decision]:
        """The decisions on the pairs of these labels."""
        full = self._candidates(between(scope))
        compared = self.spark.table("pairs").count()
        run.add(self.model, compared, full)
        if not compared and not self.spark.table("base").count():
            return []
        self._score()
        self._components()
        return self._joined(scope)

    def _read(self, name: str, file: str = "") -> DataFrame:
        return self.spark.read.parquet(f"file://{self.folder / (file or name)}")

    def _kept(self, name: str, frame: DataFrame | str) -> None:
        """Work out a table, write it, and call what is written by its name: no later step works it out again."""
        made = self.spark.sql(frame) if isinstance(frame, str) else frame
        made.write.parquet(f"file://{self.folder / name}")
        self._read(name).createOrReplaceTempView(name)

    def _candidates(self, fresh: tuple[str, str]) -> dict[str, int]:
        """pairs(join_key_l, join_key_r, match_key): scoring.candidates(), statement by statement, and what it gives."""
        model, most = self.model, self.model.most
        held = " UNION ALL ".join(
            f"SELECT {n} AS rule, mno, xxhash64({n}, value) AS block, more FROM ({spark_sql.keyed(key, 'rows')}) WHERE value IS NOT NULL"
            for n, key in enumerate(model.keys)
        )
        self._kept(
            "held",
            f"SELECT *, count(*) OVER (PARTITION BY block) > {most} AS wide FROM (SELECT DISTINCT * FROM ({held}))",
        )
        self._kept(
            "block",
            f"""SELECT *, count(*) OVER (PARTITION BY block) > {most} AS shut FROM (
                  SELECT rule, mno, IF(wide, xxhash64(block, more), block) AS block FROM held WHERE NOT wide OR more IS NOT NULL)""",
        )
        looked_at = (
            ""
            if fresh[0] == "true"
            else f"LEFT SEMI JOIN (SELECT DISTINCT block FROM open JOIN rows USING (mno) WHERE {fresh[0]}) f ON f.block = l.block"
        )
        self._kept(
            "pairs",
            f"""WITH open AS (SELECT * FROM block WHERE NOT shut),
                  met AS (SELECT l.mno AS a, r.mno AS b, min(l.rule) AS rule FROM open l {looked_at}
                          JOIN open r ON r.block = l.block AND l.mno < r.mno GROUP BY l.mno, r.mno)
                SELECT p.a AS join_key_l, p.b AS join_key_r, CAST(p.rule AS STRING) AS match_key FROM met p
                JOIN rows l ON l.mno = p.a JOIN rows r ON r.mno = p.b
                WHERE l.rid <> r.rid AND NOT arrays_overlap(l.keys, r.keys)
                  AND coalesce(NOT ({spark_sql.translated(model.impossible)}), true) AND {fresh[1]}""",
        )
        told = {}
        for table, where, what in (("held", "wide", "narrowed"), ("block", "shut", "left out")):
            crowded = (
                f"SELECT rule, count(DISTINCT block) FROM {table} WHERE {where} GROUP BY rule ORDER BY rule"
            )
            for rule, n in self.spark.sql(crowded).collect():
                told[f"{model.keys[rule].name}: {what}"] = int(n)
        return told

    def _score(self) -> None:
        """scored(a, b, weight, accepted, veto, bits): scoring.score(), weights and bits not rounded yet."""
        from splink import Linker

        model, api = self.model, self.splink
        made = Linker(
            api.register("rows"), spark_sql.settings(model), log_level=None, validate_settings=False
        )
        for column in model.frequencies:
            made.table_management.register_term_frequency_lookup(api.register(f"tf_{column}"), column)
        made.table_management.register_blocked_pairs_for_predict(api.register("pairs"))
        found = made.inference.predict(threshold_match_weight=model.review, warning_mode="never")
        held = self.spark.table(found.physical_name).columns
        bits = ", ".join(
            f"{' + '.join(bits_columns(c.name, held))} AS bits_{c.name}" for c in model.comparisons
        )
        self._kept(
            "scored",
            f"""SELECT mno_l AS a, mno_r AS b, match_weight AS weight,
                  match_weight >= {model.accept} AND {spark_sql.translated(model.acceptable)} AS accepted,
                  {spark_sql.translated(model.vetoed)} AS veto, {bits} FROM {found.physical_name}""",
        )

    def _components(self) -> None:
        """components(mno, batch): the mentions of every component that has a pair, whole components in a batch."""
        from splink.clustering import cluster_pairwise_predictions_at_threshold

        self._kept(
            "edges",
            """WITH held AS (SELECT mno, explode(keys) AS key FROM rows),
                 first AS (SELECT key, min(mno) AS a FROM held GROUP BY key HAVING count(*) > 1)
               SELECT a, b FROM scored UNION SELECT a, b FROM base
               UNION SELECT f.a, h.mno AS b FROM held h JOIN first f ON f.key = h.key WHERE h.mno <> f.a""",
        )
        self._kept("ends", "SELECT a AS mno FROM edges UNION SELECT b FROM edges")
        ends: Any = self.splink.register("ends")
        edges: Any = self.splink.register("edges")
        found = cluster_pairwise_predictions_at_threshold(
            ends,
            edges,
            self.splink,
            node_id_column_name="mno",
            edge_id_column_name_left="a",
            edge_id_column_name_right="b",
        )
        self._kept(
            "components",
            f"""WITH c AS (SELECT mno, cluster_id FROM {found.physical_name}),
                  asked AS (SELECT a FROM scored UNION SELECT a FROM base),
                  weighed AS (SELECT DISTINCT cluster_id FROM c JOIN asked ON a = mno)
                SELECT mno, CAST(pmod(xxhash64(cluster_id), {self.parts}) AS INT) AS batch FROM c JOIN weighed USING (cluster_id)""",
        )

    def _joined(self, scope: tuple[int, ...]) -> list[Decision]:
        rows = self.spark.sql("SELECT c.batch AS of_rows, r.* FROM rows r JOIN components c USING (mno)")
        bits = "".join(f", bits_{c.name}" for c in self.model.comparisons)
        none = "".join(", NULL" for _ in self.model.comparisons)
        pairs = self.spark.sql(
            f"""WITH p AS (SELECT a, b, weight, accepted, veto{bits}, false AS base FROM scored
                  UNION ALL SELECT a, b, NULL, NULL, NULL{none}, true FROM base)
                SELECT c.batch AS of_pairs, least(x.mid, y.mid) AS one, greatest(x.mid, y.mid) AS other, p.* FROM p
                JOIN rows x ON x.mno = p.a JOIN rows y ON y.mno = p.b JOIN components c ON c.mno = p.a"""
        )
        found = (
            rows.groupBy("of_rows")
            .cogroup(pairs.groupBy("of_pairs"))
            .applyInArrow(partial(_decide, self.model, scope), _DECISIONS)
        )
        table = found.toArrow()
        return [
            Decision(*row)
            for row in zip(*(table[name].to_pylist() for name in Decision._fields), strict=True)
        ]


def _decide(model: Model, scope: tuple[int, ...], rows: pa.Table, pairs: pa.Table) -> pa.Table:
    """On a worker: the decisions of some whole components, by the same steps as in one process."""
    bits = ", ".join(f"'{c.name}', round(bits_{c.name}, 3)" for c in model.comparisons)
    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        con.register("v_rows", rows)
        con.register("v_pairs", pairs)
        con.execute("CREATE TEMP TABLE f_scope AS SELECT * FROM v_rows")
        con.execute(
            f"""CREATE TEMP TABLE f_scored AS SELECT a, b, round(weight, 4) AS weight, accepted,
                  json_object({bits})::VARCHAR AS reason, veto FROM v_pairs WHERE NOT base"""
        )
        same = con.execute("SELECT one, other FROM v_pairs WHERE base").fetchall()
        found = clumps.decided(con, model, scope, same)
    types: tuple[Any, ...] = (pa.binary(), pa.binary(), pa.string(), pa.float64(), pa.string(), pa.string())
    return pa.table(
        {
            name: pa.array([one[n] for one in found], kind)
            for n, (name, kind) in enumerate(zip(Decision._fields, types, strict=True))
        }
    )
