"""The long form of tests/graph/resolution/test_spark.py: 100,000 records, two cases beside what is public."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.graph.resolution.spark_runs import both, world
from tests.spark_cluster import driven


@pytest.mark.soak
def test_the_cluster_decides_on_100000_records_what_duckdb_decides(tmp_path: Path) -> None:
    mentions = world(tmp_path / "data", companies=10_500, cases=2)
    assert mentions >= 100_000
    (tmp_path / "spark").mkdir()
    with driven(tmp_path / "spark") as cluster:
        one, other = both(tmp_path / "data", cluster.url)
    print(
        f"\n{mentions:,} people and bodies, {len(one.decisions):,} decisions; {sum(one.report['compared'].values()):,} pairs compared"
    )
    print(
        f"DuckDB {one.report['seconds']:.0f} s, Spark with two workers of one core {other.report['seconds']:.0f} s"
    )
    assert len(one.decisions) > 10_000
    assert other.decisions == one.decisions
    for told in ("decided", "compared", "full", "revision"):
        assert other.report[told] == one.report[told]
