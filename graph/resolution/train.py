"""Trains a model without truth, on the public mentions of a data directory, into a folder: a version of the model (versions.py).

u by random pairs (seeded), m by expectation maximisation over blocks that agree on two of three things; the prior is
the model's own, as a sample says little of it. Writes parameters.json, frequencies.parquet and card.json, the same bytes for the
same data and seed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
TAUGHT: Final = 5_000_000
"""Pairs, of two that agree in the columns a block is of, from which m is learned; ten times as many where more than those columns must agree."""
FULLEST: Final = 0.1
"""Of these, the most that one block may give; one that gives more is namesakes or a default value, and is left out."""
_ALSO: Final = 10
_EQUAL: Final = re.compile(r"l\.(\w+) = r\.\1\b")


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
    taught = lessons(con, model, "columns", "taught")
    try:
        learned = train(con, model, "taught", taught, seed) if model.training else by_hand(model)
    except (EMTrainingException, ValueError) as error:  # the latter where a chance comes out as nothing
        full = sum(lesson.full for lesson in taught)
        left = f" (blocks left out for too many namesakes: {full:,})" if full else ""
        raise Refused(
            f"{used:,} public mentions have too little in common to train {model.decider} on{left}.",
            remedy="Ingest more in which the same people come twice.",
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
        "lessons": [lesson.told() for lesson in taught],
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


@dataclass(frozen=True, slots=True)
class Lesson:
    """What m is learned from: pairs that meet a rule, of the blocks that are used. blocks, pairs: of all; the rest is left out, of
    blocks that are too full (full) and of those beyond TAUGHT. pairs counts who agree in the columns of the block."""

    rule: str
    blocks: int
    pairs: int
    blocks_used: int
    pairs_used: int
    full: int

    def told(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "blocks": self.blocks,
            "blocks_used": self.blocks_used,
            "blocks_too_full": self.full,
            "pairs_in_blocks": self.pairs,
            "pairs_in_blocks_used": self.pairs_used,
        }


def lessons(con: duckdb.DuckDBPyConnection, model: Model, table: str, into: str) -> list[Lesson]:
    """<into>: the table with a column lesson_<n> for each rule of the model's training, true where the row's block is used. Blocks are
    taken in an order of chance that is always the same, until they give TAUGHT pairs."""
    found: list[Lesson] = []
    flags, joins = "", ""
    for n, rule in enumerate(model.training):
        equal = _EQUAL.findall(rule)
        most = TAUGHT * (1 if " AND ".join(f"l.{c} = r.{c}" for c in equal) == rule else _ALSO)
        by = ", ".join(equal)
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE lesson_{n} AS
            WITH blocks AS (SELECT {by}, count(*) * (count(*) - 1) // 2 AS pairs FROM {table}
                            WHERE {" AND ".join(f"{c} IS NOT NULL" for c in equal)} GROUP BY {by} HAVING count(*) > 1),
            fit AS (SELECT *, pairs > {int(most * FULLEST)} AS crowd FROM blocks)
            SELECT *, NOT crowd AND sum(pairs) FILTER (NOT crowd) OVER (ORDER BY hash({by}), {by}) <= {most} AS used FROM fit"""
        )
        told = con.execute(
            f"""SELECT count(*), coalesce(sum(pairs), 0)::BIGINT, count(*) FILTER (used), coalesce(sum(pairs) FILTER (used), 0)::BIGINT,
                count(*) FILTER (crowd) FROM lesson_{n}"""
        ).fetchall()[0]
        found.append(Lesson(rule, *told))
        flags += f", coalesce(b{n}.used, false) AS lesson_{n}"
        same = " AND ".join(f"c.{one} = b{n}.{one}" for one in equal)
        joins += f" LEFT JOIN lesson_{n} b{n} ON {same}"
    con.execute(f"CREATE OR REPLACE TABLE {into} AS SELECT c.*{flags} FROM {table} c{joins} ORDER BY c.mno")
    return found


def train(
    con: duckdb.DuckDBPyConnection, model: Model, table: str, taught: Sequence[Lesson], seed: int
) -> dict[str, Any]:
    """The parameters of a model, learned from the rows of a table that lessons() made."""
    made = linker(con, model, table, trained={})
    made.training.estimate_u_using_random_sampling(
        max_pairs=PAIRS, seed=seed, min_count_per_level=None, num_chunks=1
    )
    for n, lesson in enumerate(taught):
        made.training.estimate_parameters_using_expectation_maximisation(
            f"{lesson.rule} AND l.lesson_{n} AND r.lesson_{n}"
        )
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
