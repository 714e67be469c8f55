"""From columns to weighed pairs: who meets whom (blocking, bounded), and what Splink says of each pair.

Works on a table of columns alone, in any DuckDB connection: a data directory's mentions or a truth set's rows.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

import duckdb
from splink import DuckDBAPI, Linker

from graph.projection.schema import one, temp
from graph.resolution.models.base import Model

logging.getLogger("splink").setLevel(logging.ERROR)

ALL: Final = ("true", "true")


def candidates(
    con: duckdb.DuckDBPyConnection, model: Model, table: str, into: str, fresh: tuple[str, str] = ALL
) -> dict[str, int]:
    """<into>(join_key_l, join_key_r, match_key): pairs of rows of <table> that share a blocking key, each once.

    fresh: SQL of rows whose blocks are looked at, and of pairs (l, r) to give. Never two of one record, nor two that share an identifier: those
    are decided. Gives, by key, how many values too many shared: narrowed, and left out where that did not help."""
    full = blocks(con, model, table)
    meet(con, model, table, into, fresh)
    return full


def blocks(con: duckdb.DuckDBPyConnection, model: Model, table: str) -> dict[str, int]:
    """t_block(rule, mno, block): who meets where; t_held: before too wide blocks were narrowed; t_wide, t_full(block, …): those narrowed,
    and left out. Gives, by key, how many."""
    parts = [
        f"SELECT {n}::UTINYINT AS rule, mno, value, more FROM (SELECT mno, {key.sql} AS value, ({key.narrow})::VARCHAR AS more FROM {table}) WHERE value IS NOT NULL"
        for n, key in enumerate(model.keys)
    ]
    temp(
        con,
        "t_held",
        f"SELECT DISTINCT rule, mno, hash(rule, value) AS block, more FROM ({' UNION ALL '.join(parts)})",
    )
    temp(
        con,
        "t_wide",
        f"SELECT block, any_value(rule) AS rule, count(*) AS n FROM t_held GROUP BY block HAVING count(*) > {model.most}",
    )
    temp(
        con,
        "t_block",
        """SELECT rule, mno, block FROM t_held WHERE block NOT IN (SELECT block FROM t_wide)
           UNION ALL SELECT rule, mno, hash(block, more) FROM t_held WHERE block IN (SELECT block FROM t_wide) AND more IS NOT NULL""",
    )
    temp(
        con,
        "t_full",
        f"SELECT block, any_value(rule) AS rule, count(*) AS n FROM t_block GROUP BY block HAVING count(*) > {model.most}",
    )
    con.execute("DELETE FROM t_block WHERE block IN (SELECT block FROM t_full)")
    wide = con.execute("SELECT rule, count(*) FROM t_wide GROUP BY rule ORDER BY rule").fetchall()
    full = con.execute("SELECT rule, count(*) FROM t_full GROUP BY rule ORDER BY rule").fetchall()
    return {
        **{f"{model.keys[rule].name}: narrowed": n for rule, n in wide},
        **{f"{model.keys[rule].name}: left out": n for rule, n in full},
    }


def meet(
    con: duckdb.DuckDBPyConnection, model: Model, table: str, into: str, fresh: tuple[str, str] = ALL
) -> None:
    """<into>: the pairs of t_block, as candidates() says."""
    looked_at = "true"
    if fresh[0] != "true":
        looked_at = "l.block IN (SELECT block FROM t_fresh_block)"
        temp(
            con,
            "t_fresh_block",
            f"SELECT DISTINCT block FROM t_block WHERE mno IN (SELECT mno FROM {table} WHERE {fresh[0]})",
        )
    temp(
        con,
        "t_met",
        f"""SELECT l.mno AS a, r.mno AS b, min(l.rule)::VARCHAR AS rule FROM t_block l JOIN t_block r ON r.block = l.block AND l.mno < r.mno
            WHERE {looked_at} GROUP BY ALL""",
    )
    # Tied to the pair, or DuckDB may join each row with each first: on l.rid <> r.rid, 10,000 namesakes took 70 seconds.
    temp(
        con,
        into,
        f"""SELECT p.a AS join_key_l, p.b AS join_key_r, p.rule AS match_key FROM t_met p
            JOIN {table} l ON l.mno = p.a JOIN {table} r ON r.mno = p.b
            WHERE CASE WHEN p.a < p.b THEN l.rid <> r.rid AND NOT list_has_any(l.keys, r.keys)
              AND coalesce(NOT ({model.impossible}), true) AND {fresh[1]} END""",
    )


def terms(con: duckdb.DuckDBPyConnection, model: Model, table: str) -> None:
    """Table t_tf_<column>(<column>, tf_<column>): the frozen frequency of every value in <table>, a floor for new ones."""
    if not model.frequencies:
        return
    con.register("v_terms", model.terms())
    for column in model.frequencies:
        con.execute(
            f"""CREATE OR REPLACE TABLE t_tf_{column} AS SELECT v.{column}, coalesce(f.tf, {model.unseen}) AS tf_{column}
                FROM (SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL) v
                LEFT JOIN (SELECT value, tf FROM v_terms WHERE field = '{column}') f ON f.value = v.{column}"""
        )
    con.unregister("v_terms")


def linker(
    con: duckdb.DuckDBPyConnection, model: Model, table: str, trained: Mapping[str, Any] | None = None
) -> Any:
    """Splink's linker over <table>, with the frozen parameters and frequencies."""
    api = DuckDBAPI(con)
    made = Linker(api.register(table), model.settings(trained), log_level=None, validate_settings=False)
    if trained is None:
        for column in model.frequencies:
            made.table_management.register_term_frequency_lookup(api.register(f"t_tf_{column}"), column)
    return made


def score(con: duckdb.DuckDBPyConnection, model: Model, table: str, pairs: str, into: str) -> int:
    """<into>(a, b, weight, accepted, reason, veto): the pairs of at least `review` bits, a < b by number; how many were compared.

    reason: JSON of each comparison's bits."""
    (compared,) = one(con, f"SELECT count(*) FROM {pairs}")
    empty = "a BIGINT, b BIGINT, weight DOUBLE, accepted BOOLEAN, reason VARCHAR, veto VARCHAR"
    con.execute(f"CREATE OR REPLACE TEMP TABLE {into}({empty})")
    if not compared:
        return 0
    terms(con, model, table)
    made = linker(con, model, table)
    made.table_management.register_blocked_pairs_for_predict(DuckDBAPI(con).register(pairs))
    found = made.inference.predict(threshold_match_weight=model.review, warning_mode="never")
    columns = [row[0] for row in con.execute(f"DESCRIBE {found.physical_name}").fetchall()]
    bits = ", ".join(
        f"'{c.name}', round({' + '.join(bits_columns(c.name, columns))}, 3)" for c in model.comparisons
    )
    con.execute(
        f"""INSERT INTO {into} SELECT least(mno_l, mno_r), greatest(mno_l, mno_r), round(match_weight, 4),
              match_weight >= {model.accept} AND {model.acceptable}, json_object({bits})::VARCHAR, {model.vetoed}
            FROM {found.physical_name}"""
    )
    made.table_management.delete_tables_created_by_splink_from_db()
    return compared


def bits_columns(name: str, columns: list[str]) -> list[str]:
    """The columns of Splink's that add up to a comparison's bits."""
    return [c for c in (f"mw_{name}", f"mw_tf_adj_{name}") if c in columns]
