"""The models' SQL, which is DuckDB's, as Spark runs it; whatever has no counterpart known to agree is refused.

Lists must hold no NULL, as those that columns/ makes do not: of such, arrays_overlap says something else.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, NamedTuple

import sqlglot
from sqlglot import exp

from graph.errors import Unavailable
from graph.resolution.models.base import Key, Model

JARO_WINKLER: Final = "clew_jaro_winkler"
"""DuckDB's own, on the workers: that of Splink's jar raises other pairs, and others' differ in the last digit."""
DAMERAU: Final = "damerau_levenshtein"
"""Of Splink's jar, which counts as DuckDB does."""
_ITEM: Final = "unnested"

_SAME: Final = (
    exp.And,
    exp.Or,
    exp.Case,
    exp.If,
    exp.Coalesce,
    exp.Nullif,
    exp.Greatest,
    exp.Least,
    exp.Abs,
    exp.Left,
    exp.Right,
    exp.Length,
    exp.Upper,
    exp.Substring,
    exp.StartsWith,
    exp.ArrayContains,
    exp.RegexpLike,
    exp.Split,
)
"""What sqlglot writes for Spark as it is meant; tests/graph/resolution/test_spark.py holds each model's SQL to DuckDB's answers."""


class Unnested(NamedTuple):
    """A blocking key: SQL of its value, and the list whose elements it goes over, "" for none."""

    value: str
    over: str


@lru_cache(maxsize=2000)
def translated(sql: str) -> str:
    """An SQL condition or value of a model for Spark. Raises Unavailable for a function that has no counterpart here."""
    return _written(sqlglot.parse_one(sql, read="duckdb").transform(_agreeing))


@lru_cache(maxsize=2000)
def key(sql: str) -> Unnested:
    """The SQL of a blocking key, with what it unnests apart: to Spark that is part of FROM."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    lists = {_written(found.this) for found in tree.find_all(exp.Explode)}
    if len(lists) > 1:
        raise Unavailable(f"Spark: the key {sql!r} unnests several lists.", remedy="Use --engine duckdb.")
    tree = tree.transform(lambda node: exp.column(_ITEM) if isinstance(node, exp.Explode) else node)
    over = next(iter(lists), "")
    return Unnested(_written(tree.transform(_agreeing)), over)


def keyed(found: Key, table: str) -> str:
    """SELECT of (mno, value, more): a row for every value of a key."""
    value, over = key(found.sql)
    lateral = f" LATERAL VIEW explode({over}) each_one AS {_ITEM}" if over else ""
    return f"SELECT mno, CAST({value} AS STRING) AS value, CAST({translated(found.narrow)} AS STRING) AS more FROM {table}{lateral}"


def settings(model: Model) -> dict[str, Any]:
    """Splink's settings of a model, with its conditions as Spark runs them."""
    held = model.settings()
    for comparison in held["comparisons"]:
        for level in comparison["comparison_levels"]:
            if level["sql_condition"] != "ELSE":
                level["sql_condition"] = translated(level["sql_condition"])
    return held


def _written(tree: exp.Expression) -> str:
    return tree.sql(dialect="spark", identify=True, normalize_functions=False)


def _agreeing(node: exp.Expression) -> exp.Expression:
    """A node of a tree with what Spark calls otherwise, or means otherwise, put into its words."""
    if isinstance(node, exp.ArrayOverlaps):
        return _call("arrays_overlap", node.this, node.expression)
    if isinstance(node, exp.JarowinklerSimilarity):
        return _call(JARO_WINKLER, node.this, node.expression)
    if isinstance(node, exp.Anonymous) and node.name.lower() == DAMERAU:
        return _of_both(node)
    if isinstance(node, exp.RegexpFullMatch):
        return _whole(node)
    if isinstance(node, exp.RegexpReplace) and node.args["modifiers"].name == "g":
        return _call("regexp_replace", node.this, node.expression, node.args["replacement"])
    known = isinstance(node, _SAME) or (isinstance(node, exp.Anonymous) and node.name in _OURS)
    if isinstance(node, exp.Func) and not known:
        raise Unavailable(
            f"Spark: the model's SQL {node.sql(dialect='duckdb')!r} has no counterpart that is known to agree.",
            remedy="Use --engine duckdb.",
        )
    return node


_OURS: Final = frozenset({"arrays_overlap", JARO_WINKLER, DAMERAU, "regexp_replace"})


def _call(name: str, *arguments: exp.Expression) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _of_both(node: exp.Anonymous) -> exp.Expression:
    """Splink's function says 100 where one of the two is NULL, and DuckDB's says NULL."""
    a, b = node.expressions
    missing = exp.or_(
        exp.Is(this=a.copy(), expression=exp.null()), exp.Is(this=b.copy(), expression=exp.null())
    )
    return exp.Case(ifs=[exp.If(this=exp.not_(missing), true=_call(DAMERAU, a, b))])


def _whole(node: exp.RegexpFullMatch) -> exp.Expression:
    pattern = node.expression
    if not isinstance(pattern, exp.Literal):
        raise Unavailable("Spark: a pattern that is not a literal.", remedy="Use --engine duckdb.")
    return exp.RegexpLike(this=node.this, expression=exp.Literal.string(f"^(?:{pattern.name})$"))
