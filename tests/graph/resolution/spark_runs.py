"""The same data directory resolved by DuckDB and by a Spark cluster, and what each decided."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from api.intake import Intake
from graph.access import AccessLabel
from tests.api.asking import commit
from tests.api.conftest import open_service
from tests.graph.batches import R
from tests.graph.resolution.people import person
from tests.world import generate
from tests.world.plan import FAMILIES

KINDS = ("Person", "Company", "Organisation")


@dataclass(frozen=True)
class Resolved:
    """report: what `clew resolve --json` prints. decisions: (a, b, decider) -> verdict, strength, reason."""

    report: dict[str, Any]
    decisions: dict[tuple[bytes, bytes, str], tuple[str, float | None, list[Any]]]


def world(data: Path, companies: int, cases: int) -> int:
    """Take a made-up world in: register, officers, controllers and phone books, some of the books of so many cases; how many
    people and bodies there are."""
    made = generate(data.parent / "world", companies, seed=31, families=FAMILIES).out
    service = open_service(data)
    taken = [p for p in sorted(made.iterdir()) if p.name.startswith(("Basic", "Prod195", "psc-", "book_"))]
    for n, path in enumerate(taken):
        case = n % 4 if path.name.startswith("book_") else 0
        label = AccessLabel(case=f"op-{case}") if 0 < case <= cases else AccessLabel()
        for report in service.ingest(path, Intake(label=label)):
            assert "refused" not in report, report
    commit(service, "namesakes", namesakes(300))
    service.close()
    with duckdb.connect(str(data / "state.duckdb"), read_only=True) as con:
        found = con.execute(
            f"SELECT count(*), count(DISTINCT label) FROM men WHERE alive AND kind IN {KINDS}"
        )
        mentions, labels = found.fetchall()[0]
    assert labels == 1 + cases
    return int(mentions)


def namesakes(count: int) -> list[R]:
    """Of one name, born over four years and no more months: too many for the name, and for name and year; two of them one man."""
    born = [
        f"{1970 + n % 4}-{1 + n // 4 % 3:02}" if n % 2 else str(1970 + n % 4 // 3 * 3) for n in range(count)
    ]
    one = {"phone": "+447612000001"}
    return [person(str(n), "John", "Smith", born[n], **(one if n in (5, 29) else {})) for n in range(count)]


def both(data: Path, engine: str) -> tuple[Resolved, Resolved]:
    """What DuckDB decides, and what an engine does on a copy of the same directory."""
    copy = data.parent / "beside"
    shutil.copytree(data, copy)
    return _resolved(data, "duckdb"), _resolved(copy, engine)


def _resolved(data: Path, engine: str) -> Resolved:
    service = open_service(data)
    report = service.resolve(engine=engine)
    service.close()
    rows = pq.read_table(data / "decisions" / f"{report['revision']:08d}.parquet").to_pylist()
    return Resolved(
        report,
        {
            (r["a"], r["b"], r["decider"]): (r["verdict"], r["strength"], json.loads(r["reason"]))
            for r in rows
        },
    )
