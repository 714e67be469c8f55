"""Trains a model without truth, on the public mentions of a data directory, into a folder: a version of the model (versions.py).

u by random pairs (seeded), m by expectation maximisation over blocks that agree on two of three things; the prior is
the model's own, as a sample says little of it. Writes parameters.json, frequencies.parquet and card.json, the same bytes for the
same data and seed.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow.parquet as pq
import splink
from splink.internals.exceptions import EMTrainingException

from graph.access import PUBLIC
from graph.errors import Refused
from graph.files import sha256
from graph.resolution import columns
from graph.resolution.models import MODELS
from graph.resolution.models.base import Model
from graph.resolution.scoring import linker
from graph.resolution.versions import CARD, FREQUENCIES, PARAMETERS

SEED: Final = 20_260_901
PAIRS: Final = 5_000_000


def trainable(kind: str) -> Model:
    """The model of a kind. Raises Refused when none is."""
    model = next((m for m in MODELS if kind in m.kinds), None)
    if model is None:
        kinds = ", ".join(kind for m in MODELS for kind in m.kinds)
        raise Refused(f"No model resolves the kind {kind!r}.", remedy=f"Use one of {kinds}.")
    return model


def make_version(
    con: duckdb.DuckDBPyConnection, model: Model, out: Path, *, about: str, seed: int = SEED
) -> dict[str, Any]:
    """Train on men and lnk (see columns/) and write the version's folder; gives its card. Of a model that is set by hand
    altogether the parameters are written as they are, to be changed.

    Raises Refused when the data holds too little to learn from."""
    rows = columns.make(con, model.kinds, "men", "lnk", "f_base")
    columns.scoped(con, "f_base", model.who, str(int(PUBLIC)), "f_scope")
    con.execute("CREATE OR REPLACE TABLE columns AS SELECT * FROM f_scope")
    ((used,),) = con.execute("SELECT count(*) FROM columns").fetchall()
    try:
        learned = train(con, model, "columns", seed) if model.training else by_hand(model)
    except (EMTrainingException, ValueError) as error:  # the latter where a chance comes out as nothing
        raise Refused(
            f"{used:,} public mentions are too few to train {model.decider} on.", remedy="Ingest more."
        ) from error
    out.mkdir(parents=True, exist_ok=True)
    _write(out / PARAMETERS, learned)
    if model.frequencies:
        pq.write_table(frequencies(con, model, "columns"), out / FREQUENCIES, compression="zstd")
    files = [name for name in (PARAMETERS, FREQUENCIES) if (out / name).exists()]
    levels = [level for c in model.comparisons for level in c.levels if not level.null]
    card = {
        "model": model.decider,
        "digest": replace(model, home=out).digest(),
        "files": {name: sha256(out / name) for name in files},
        "trained_on": about,
        "mentions": used,
        "mentions_not_public": rows - used,
        "seed": seed,
        "pairs_sampled": PAIRS,
        "levels": len(levels),
        "levels_set_by_hand": sum(not (level.trained and model.training) for level in levels),
        "truth_used": False,
        "splink": splink.__version__,
    }
    _write(out / CARD, card)
    return card


def by_hand(model: Model) -> dict[str, Any]:
    """The parameters that a model's file states."""
    told = {
        c.name: {level.label: {"m": level.m, "u": level.u} for level in c.levels if not level.null}
        for c in model.comparisons
    }
    return {"prior": model.prior, "comparisons": told}


def train(con: duckdb.DuckDBPyConnection, model: Model, table: str, seed: int) -> dict[str, Any]:
    """The parameters of a model, learned from the rows of a table of its columns."""
    made = linker(con, model, table, trained={})
    made.training.estimate_u_using_random_sampling(
        max_pairs=PAIRS, seed=seed, min_count_per_level=None, num_chunks=1
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
            m = level.m if not isinstance(m, float) else min(max(m, level.least_m, 1e-6), 1 - 1e-6)
            u = level.u if not isinstance(u, float) else min(max(u, 1e-6), 1 - 1e-6)
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


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="ascii")
