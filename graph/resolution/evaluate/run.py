"""A truth set from its files to its figures: read, clean, block, learn, weigh, cluster; the truth is looked at last."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import duckdb
import numpy as np
from splink import DuckDBAPI, Linker

from graph.projection.schema import one, temp
from graph.resolution.evaluate import cleaning, clustering, crowds, households, learning, models
from graph.resolution.evaluate.metrics import Score, b_cubed, closed, pairs_within, pairwise
from graph.resolution.evaluate.reading import Records
from graph.resolution.models.base import Model
from graph.resolution.scoring import candidates

THRESHOLD: Final = 0.95
"""The probability from which two clusters are taken for one: that at which Splink is held beside it, for every set."""
PAIRS_A_RECORD: Final = 100
"""How many pairs blocking may give for each record of a small table, and"""
PAIRS: Final = 4_000_000
"""of any table."""
_CAPS: Final = (200, 100, 60, 40, 25, 15, 10, 6, 4, 3, 2)

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Clustering:
    """clusters: of each record, named by its first. met: pairs compared, as arrays of rows."""

    clusters: list[int]
    met: tuple[Any, Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one clustering against the truth."""

    records: int
    true_pairs: int
    blocking_recall: float
    pairs_compared: int
    pairs: Score
    b3: Score
    seconds: float
    largest: int

    def told(self) -> dict[str, Any]:
        return {
            "records": self.records,
            "true_pairs": self.true_pairs,
            "blocking_recall": round(self.blocking_recall, 4),
            "pairs_compared": self.pairs_compared,
            **self.pairs.told(),
            "b3": self.b3.told(),
            "seconds": round(self.seconds, 2),
        }


def resolve(con: duckdb.DuckDBPyConnection, records: Records, kind: str, *, linked: bool, threshold: float, tell: Tell) -> Clustering:  # fmt: skip
    """The clusters of some records by what they state; their truth is not looked at."""
    started = time.perf_counter()
    tell("cleaning")
    filled = cleaning.table(con, records, kind, "rows", linked=linked)
    model = models.model(kind, filled, most=max(_CAPS))
    nobody = np.empty(0, dtype=np.int64)
    if not model.comparisons or not model.keys:
        return Clustering(list(range(len(records))), (nobody, nobody), time.perf_counter() - started)
    tell("blocking")
    model = replace(model, most=_widest(con, model, len(records)))
    candidates(con, model, "rows", "met")
    (met,) = one(con, "SELECT count(*) FROM met")
    crowded = crowds.meet(con, filled, "rows", "met", _budget(len(records)) - met)
    (met,) = one(con, "SELECT count(*) FROM met")
    if not met:
        return Clustering(list(range(len(records))), (nobody, nobody), time.perf_counter() - started)
    tell(f"learning from {met:,} pairs")
    learned = learning.learn(con, model, "rows", "met")
    learning.frequencies(con, model, "rows", learned)
    tell(f"weighing {met:,} pairs")
    a, b, bits = _weigh(con, model, learned)
    tell("clustering")
    bits = clustering.over(len(records), a, b, bits, threshold, alone="households" in learned, linked=linked)
    unmet = clustering.UNMET_LINKED if linked else clustering.UNMET
    found = clustering.cluster(len(records), a, b, bits, _marks(con, filled), crowded, unmet=unmet)
    held = con.execute("SELECT join_key_l AS a, join_key_r AS b FROM met").fetchnumpy()
    return Clustering(found, (held["a"], held["b"]), time.perf_counter() - started)


def judge(records: Records, done: Clustering, *, linked: bool) -> Report:
    """The clustering held to the truth."""
    true = closed(len(records), records.clusters, records.pairs)
    files = records.file if linked else None
    belong = pairs_within(true, files)
    a, b = done.met
    known = np.asarray(true)
    met = int((known[a] == known[b]).sum())
    return Report(
        len(records),
        belong,
        met / belong if belong else 1.0,
        len(a),
        pairwise(done.clusters, true, files),
        b_cubed(done.clusters, true),
        done.seconds,
        int(np.bincount(done.clusters).max()),
    )


def peak_mb() -> int:
    """The most memory that this process has held so far, in MB."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(held / (1024 * 1024 if sys.platform == "darwin" else 1024))


def _budget(rows: int) -> int:
    return min(PAIRS_A_RECORD * rows, PAIRS)


def _widest(con: duckdb.DuckDBPyConnection, model: Model, rows: int) -> int:
    """How many may share a key, so that all keys together give no more pairs than there should be."""
    parts = [
        f"SELECT {n} AS rule, value, count(*) AS n FROM (SELECT mno, {key.sql} AS value FROM rows) WHERE value IS NOT NULL GROUP BY value HAVING count(*) > 1"
        for n, key in enumerate(model.keys)
    ]
    temp(con, "t_wide_blocks", f"SELECT n, count(*) AS blocks FROM ({' UNION ALL '.join(parts)}) GROUP BY n")
    held = con.execute("SELECT n, blocks FROM t_wide_blocks").fetchall()
    budget = _budget(rows)
    for cap in _CAPS:
        if sum(n * (n - 1) // 2 * blocks for n, blocks in held if n <= cap) <= budget:
            return cap
    return _CAPS[-1]


def _marks(con: duckdb.DuckDBPyConnection, filled: set[str]) -> dict[int, int]:
    """What must not clash within a cluster, by row: junior or senior. Birth dates must not part what all else joins:
    with every clash held against them, made-up tables whose dates have slips lost up to 6 points of recall."""
    if "after" not in filled:
        return {}
    return dict(con.execute("SELECT mno, after FROM rows WHERE after IS NOT NULL").fetchall())


def _weigh(con: duckdb.DuckDBPyConnection, model: Model, learned: dict[str, Any]) -> tuple[Any, Any, Any]:
    """(a, b, bits) of the pairs in `met`, a < b, by Splink with the learned parameters and frequencies."""
    api = DuckDBAPI(con)
    settings = model.settings(learned) | {
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }
    linker = Linker(api.register("rows"), settings, log_level=None, validate_settings=False)
    for column in model.frequencies:
        linker.table_management.register_term_frequency_lookup(api.register(f"t_tf_{column}"), column)
    linker.table_management.register_blocked_pairs_for_predict(api.register("met"))
    found = linker.inference.predict(threshold_match_weight=model.review, warning_mode="never")
    held = con.execute(
        f"SELECT least(mno_l, mno_r) AS a, greatest(mno_l, mno_r) AS b, match_weight AS bits FROM {found.physical_name}"
    ).fetchnumpy()
    tables: Any = linker.table_management
    tables.delete_tables_created_by_splink_from_db()
    if learned.get("households"):
        _part(con, model, held)
    return held["a"], held["b"], held["bits"]


def _part(con: duckdb.DuckDBPyConnection, model: Model, held: dict[str, Any]) -> None:
    """Hold against each other, whatever their bits, pairs of which two of one household or chain are all that can be."""
    told = households.told(model)
    learning.levels(con, told, "rows", "met", "t_told")
    found = con.execute("SELECT * FROM t_told").fetchnumpy()
    apart = households.clashing(
        told, np.stack([found[f"g{n}"] for n in range(len(told.comparisons))], axis=1)
    )
    a, b = found["a"][apart], found["b"][apart]
    (rows,) = one(con, "SELECT count(*) FROM rows")
    clash = np.isin(held["a"] * rows + held["b"], np.minimum(a, b) * rows + np.maximum(a, b))
    held["bits"] = np.where(clash, -2 * clustering.MOST, held["bits"])
