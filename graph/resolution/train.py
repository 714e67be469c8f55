"""Trains a model without truth and freezes it: `python -m graph.resolution.train MODEL DATA_DIR --about TEXT`.

u by random pairs (seeded), m by expectation maximisation over blocks that agree on two of three things; the prior is
the model's own, as a sample says little of it. Writes parameters.json, frequencies.parquet and card.json beside the
model's file. A version that has decided anything is not trained again: make a new version.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow.parquet as pq

from graph.resolution import columns
from graph.resolution.models import DECIDERS
from graph.resolution.models.base import Model
from graph.resolution.scoring import linker

SEED: Final = 20_260_901
PAIRS: Final = 5_000_000


def train(con: duckdb.DuckDBPyConnection, model: Model, table: str) -> dict[str, Any]:
    """The parameters of a model, learned from the rows of a table of its columns."""
    made = linker(con, model, table, trained={})
    made.training.estimate_u_using_random_sampling(
        max_pairs=PAIRS, seed=SEED, min_count_per_level=None, num_chunks=1
    )
    for rule in model.training:
        made.training.estimate_parameters_using_expectation_maximisation(rule)
    learned = {c["output_column_name"]: c for c in made.misc.save_model_to_json()["comparisons"]}
    return {"prior": model.prior, "comparisons": _prudent(model, learned)}


def _prudent(model: Model, learned: dict[str, Any]) -> dict[str, Any]:
    """m and u by comparison and level: trained ones where the data showed the level and the model lets it be trained, the
    model's own elsewhere; no m below the level's least, so that data cleaner than most teaches no certainty."""
    found: dict[str, Any] = {}
    for comparison in model.comparisons:
        levels = {x["label_for_charts"]: x for x in learned[comparison.name]["comparison_levels"]}
        found[comparison.name] = {}
        for level in comparison.levels:
            if level.null:
                continue
            said = levels[level.label] if level.trained else {}
            m, u = said.get("m_probability", level.m), said.get("u_probability", level.u)
            m = level.m if not isinstance(m, float) else max(m, level.least_m)
            u = level.u if not isinstance(u, float) else max(u, 1e-6)
            found[comparison.name][level.label] = {"m": round(m, 8), "u": round(u, 8)}
    return found


def frequencies(con: duckdb.DuckDBPyConnection, model: Model, table: str) -> Any:
    """(field, value, tf) of the values that occur at least twice."""
    parts = [
        f"""SELECT '{c}' AS field, {c} AS value, round(count(*) / sum(count(*)) OVER (), 8) AS tf FROM {table}
            WHERE {c} IS NOT NULL GROUP BY {c} QUALIFY count(*) > 1"""
        for c in model.frequencies
    ]
    return con.sql(" UNION ALL ".join(parts) + " ORDER BY field, value").to_arrow_table()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m graph.resolution.train", description=__doc__.splitlines()[0]
    )
    parser.add_argument("model", choices=sorted(DECIDERS))
    parser.add_argument("data", type=Path, help="a data directory whose sources are ingested")
    parser.add_argument("--about", required=True, help="what the data is, for the card")
    given = parser.parse_args()
    model = DECIDERS[given.model]
    con = duckdb.connect()
    con.execute(f"ATTACH '{given.data / 'state.duckdb'}' AS held (READ_ONLY)")
    con.execute("CREATE TEMP VIEW v_men AS SELECT * FROM held.men WHERE alive")
    rows = columns.make(con, model.kinds, "v_men", "held.lnk", "f_base")
    columns.scoped(con, "f_base", model.who, "0", "f_scope")
    con.execute("CREATE TABLE columns AS SELECT * FROM f_scope")
    model.folder.mkdir(exist_ok=True)
    _write(model.folder / "parameters.json", train(con, model, "columns"))
    if model.frequencies:
        pq.write_table(
            frequencies(con, model, "columns"), model.folder / "frequencies.parquet", compression="zstd"
        )
    card = {"model": model.decider, "trained_on": given.about, "mentions": rows, "seed": SEED, "pairs_sampled": PAIRS,
            "truth_used": False, "splink": _version()}  # fmt: skip
    _write(model.folder / "card.json", card)


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="ascii")


def _version() -> str:
    import splink

    return str(splink.__version__)


if __name__ == "__main__":
    main()
