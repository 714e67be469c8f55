"""Where `clew resolve` finds, weighs and joins pairs: in this process, or on a Spark cluster (docs/decisions/0007-spark.md).

One property holds them together: the same mentions and the same models come to the same decisions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from graph.errors import Usage
from graph.resolution.incremental import remembering
from graph.resolution.resolve import Engine, here

DUCKDB: Final = "duckdb"


@contextmanager
def opened(engine: str, data: Path, *, anew: bool = False) -> Iterator[Engine]:
    """The engine of a name: `duckdb`, or `spark://HOST:PORT` of a standalone master.

    data: the data directory, under its lease; a cluster's workers must reach it under the same path. anew: compare all again; a
    cluster always does. Raises Usage for another name, Unavailable without PySpark, Unreachable when the cluster does not
    answer, has no free worker, or fails."""
    if engine == DUCKDB:
        with remembering(data / "cache" / "resolve", forget=anew) as run:
            yield run
        return
    with apart(engine, data) as run:
        yield run


@contextmanager
def apart(engine: str, data: Path) -> Iterator[Engine]:
    """The engine of a name, that neither knows nor keeps what runs remember: for a run that may never be. Raises as opened()."""
    if engine == DUCKDB:
        yield here
        return
    if not engine.startswith("spark://"):
        raise Usage(
            f"There is no engine {engine!r}.",
            remedy="Use duckdb, or the address of a master: spark://HOST:PORT.",
        )
    from graph.resolution.engines.spark import spark  # on use: PySpark is an extra

    with spark(engine, data) as run:
        yield run
