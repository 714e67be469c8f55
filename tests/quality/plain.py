"""Plain Splink: its own default comparisons, unsupervised training and threshold, on the same columns: the peer."""

from __future__ import annotations

from typing import Any

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLD = 0.95


def plain(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple[int, int]]:
    """Pairs (mno) that plain Splink takes for one, of a table with the person columns."""
    con.execute(
        f"""CREATE OR REPLACE TABLE plain_columns AS SELECT mno AS unique_id, first AS first_name, last AS surname, middle,
              CASE WHEN month IS NOT NULL THEN year || '-' || lpad(month::VARCHAR, 2, '0') ELSE year::VARCHAR END AS dob,
              nationality, country, occupation, place_few[1] AS postcode FROM {table}"""
    )
    used = [name for name in ("nationality", "country", "occupation", "postcode") if _held(con, name)]
    comparisons: list[Any] = [
        cl.ForenameSurnameComparison("first_name", "surname"),
        cl.NameComparison("middle"),
    ]
    comparisons += [cl.LevenshteinAtThresholds("dob", 1), *(cl.ExactMatch(name) for name in used)]
    rules = [block_on("surname", "dob"), block_on("first_name", "dob"), block_on("first_name", "surname")]
    api = DuckDBAPI(con)
    settings = SettingsCreator("dedupe_only", comparisons, rules)
    linker = Linker(api.register("plain_columns"), settings, log_level=None)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("first_name", "surname", "dob")], recall=0.7
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("first_name", "surname"), block_on("dob")):
        training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1_000_000)
    found = linker.inference.predict(threshold_match_probability=THRESHOLD)
    return con.execute(f"SELECT unique_id_l, unique_id_r FROM {found.physical_name}").fetchall()


def _held(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    return con.execute(f"SELECT count(DISTINCT {name}) > 1 FROM plain_columns").fetchall() == [(True,)]
