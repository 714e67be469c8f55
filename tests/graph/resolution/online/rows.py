"""Rows of a model's columns, made by chance and made hard: in pairs, of which one is the other with slips and gaps."""

from __future__ import annotations

import random
import re
from typing import Any

import duckdb
import pyarrow as pa

from graph.resolution import columns
from graph.resolution.models.base import Model

MEN: Any = pa.schema(
    [("mno", pa.int64()), ("mid", pa.binary()), ("rid", pa.string()), ("label", pa.int64()), ("kind", pa.string()), ("caption", pa.string()),
     ("props", pa.string()), ("names", pa.list_(pa.string())), ("keys", pa.list_(pa.string()))]
)  # fmt: skip
LNK: Any = pa.schema([("kind", pa.string()), ("from_mno", pa.int64()), ("to_mno", pa.int64())])

WORDS = ["MARTHA", "MARHTA", "MARTIN", "MARTINA", "ROBERT", "BOB", "ROB", "BERT", "ALEXANDRIA", "ALEXANDIRA", "JO", "J", "A", "SMITH", "SMYTH",
         "SMITH JONES", "JONES", "VAN DER BERG", "ACME TRADING LTD", "ACME TRADNIG LTD", "ACME 2 LTD", "ACME 3 LTD", "00012345", "12345", "12354",
         "DE", "O BRIEN", "DIRECTOR", "PLUMBER", "BRITISH", "IRISH", "NORTHERN IRISH", "UNITED KINGDOM", "M", "F", "+447700900123", "a@b.example",
         "AB12CD", "1 HIGH STREET", "", " ", "X\nY", "ANNA MARIA", "MARIA ANNA"]  # fmt: skip


def types(model: Model) -> dict[str, str]:
    """DuckDB's type of every column of the model's kinds."""
    with duckdb.connect() as con:
        tables(con, [], [])
        columns.make(con, model.kinds, "men", "lnk", "f_base")
        columns.scoped(con, "f_base", model.who, "0", "f_scope")
        return {row[0]: row[1] for row in con.execute("DESCRIBE f_scope").fetchall()}


def tables(con: duckdb.DuckDBPyConnection, men: list[dict[str, Any]], lnk: list[dict[str, Any]]) -> None:
    """men and lnk, as the columns are made of."""
    con.register("v_men", pa.Table.from_pylist(men, schema=MEN))
    con.register("v_lnk", pa.Table.from_pylist(lnk, schema=LNK))
    con.execute("CREATE OR REPLACE TABLE men AS SELECT * FROM v_men")
    con.execute("CREATE OR REPLACE TABLE lnk AS SELECT * FROM v_lnk")


def literals(model: Model) -> list[str]:
    """The texts that stand in the model's SQL, by which its conditions are met."""
    told = [level.sql for c in model.comparisons for level in c.levels] + [
        model.corroborated,
        model.impossible,
    ]
    found = {text for sql in told for text in re.findall(r"'([^']*)'", sql)}
    return sorted(found | {part for text in found for part in text.strip(" ()$").split("|")})


def pairs(model: Model, seed: int, n: int) -> list[dict[str, Any]]:
    """2n rows, the first n and their others behind them, numbered in that order."""
    dice = random.Random(seed)
    known = types(model)
    words = WORDS + literals(model) + list(columns.shared.FEW)
    ones = [{name: _value(dice, kind, words) for name, kind in known.items()} for _ in range(n)]
    others = [{name: _other(dice, one, name, known[name], words) for name in known} for one in ones]
    rows = ones + others
    for number, row in enumerate(rows):
        row |= {
            "mno": number,
            "mid": number.to_bytes(16, "big"),
            "rid": f"r{number}",
            "label": 0,
            "keys": [f"k{number}"],
        }
    return rows


def _value(dice: random.Random, kind: str, words: list[str]) -> Any:
    if dice.random() < 0.15:
        return None
    if kind.endswith("[]"):
        return sorted({dice.choice(words) for _ in range(dice.randrange(4))})
    if kind == "BOOLEAN":
        return dice.random() < 0.5
    if kind == "VARCHAR":
        return dice.choice(words)
    if kind in ("DOUBLE", "FLOAT"):
        return dice.choice([0.0, 51.5, 51.5001, -0.12])
    return dice.choice([0, 1, 2, 3, 4, 9, 12, 1961, 1962, 1971])


def _other(dice: random.Random, one: dict[str, Any], name: str, kind: str, words: list[str]) -> Any:
    chance, value = dice.random(), one[name]
    if chance < 0.55 or value is None:
        return value
    if chance < 0.65:
        return None
    if kind == "VARCHAR" and value and chance < 0.8:
        at = dice.randrange(len(value))
        return dice.choice(
            [value[:at] + value[at + 1 :], value[:at] + "Q" + value[at:], value[1:] + value[:1], value[:1]]
        )
    if kind.endswith("[]") and chance < 0.85:
        return sorted({*value[:1], dice.choice(words)})
    if chance < 0.9:  # of the wrong column: names in changed order
        same = [v for v in one.values() if type(v) is type(value)]
        return dice.choice(same)
    return _value(dice, kind, words)


def table(con: duckdb.DuckDBPyConnection, model: Model, rows: list[dict[str, Any]], name: str) -> None:
    """The rows as a table of the model's columns, with DuckDB's own types."""
    known = types(model)
    con.register("v_rows", pa.Table.from_pylist(rows, schema=_schema(known)))
    told = ", ".join(f'"{column}"::{kind} AS "{column}"' for column, kind in known.items())
    con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {told} FROM v_rows")
    con.unregister("v_rows")


def _schema(known: dict[str, str]) -> Any:
    arrow: dict[str, Any] = {"VARCHAR": pa.string(), "BOOLEAN": pa.bool_(), "BLOB": pa.binary(), "VARCHAR[]": pa.list_(pa.string()),
                             "DOUBLE": pa.float64(), "FLOAT": pa.float64(), "INTEGER[]": pa.list_(pa.int64())}  # fmt: skip
    return pa.schema([(name, arrow.get(kind, pa.int64())) for name, kind in known.items()])
