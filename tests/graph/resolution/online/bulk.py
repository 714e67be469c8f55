"""What the bulk run says of some pairs of rows: Splink on DuckDB, whatever their weight."""

from __future__ import annotations

from typing import Any, NamedTuple

import duckdb
from splink import DuckDBAPI

from graph.resolution.models.base import Model
from graph.resolution.scoring import linker, terms


class Said(NamedTuple):
    """weight, levels and bits by comparison, and what is concluded."""

    weight: float
    levels: tuple[int, ...]
    corroborated: bool
    veto: str
    impossible: bool


def weighed(
    con: duckdb.DuckDBPyConnection, model: Model, table: str, pairs: list[tuple[int, int]]
) -> list[Said]:
    """In the order of the pairs, which are numbers of rows, the lesser first."""
    values = ", ".join(f"({a}, {b}, '0')" for a, b in pairs)
    con.execute("CREATE OR REPLACE TABLE t_pairs(join_key_l BIGINT, join_key_r BIGINT, match_key VARCHAR)")
    con.execute(f"INSERT INTO t_pairs VALUES {values}")
    terms(con, model, table)
    made = linker(con, model, table)
    made.table_management.register_blocked_pairs_for_predict(DuckDBAPI(con).register("t_pairs"))
    found = made.inference.predict(warning_mode="never").physical_name
    gammas = ", ".join(f"gamma_{c.name}" for c in model.comparisons)
    rows: dict[tuple[int, int], Any] = {}
    for mno_l, mno_r, weight, accepted, veto, impossible, *levels in con.execute(
        f"""SELECT p.mno_l, p.mno_r, p.match_weight, coalesce({model.acceptable}, false), {model.vetoed}, coalesce({model.impossible}, false), {gammas}
            FROM {found} p JOIN {table} l ON l.mno = p.mno_l JOIN {table} r ON r.mno = p.mno_r"""
    ).fetchall():
        rows[mno_l, mno_r] = Said(weight, tuple(levels), accepted, veto, impossible)
    made.table_management.delete_tables_created_by_splink_from_db()
    return [rows[pair] for pair in pairs]
