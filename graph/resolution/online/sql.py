"""A model's SQL as Python source: the same text that DuckDB executes in bulk, for two rows at a time.

SQL knows three truths. A condition is therefore asked two ways, whether it is true and whether it is false; where neither,
it is NULL. Text functions are rapidfuzz's, whose algorithms DuckDB's are, over ASCII columns. What is not known here is a loud error
when a model is first compiled, never a condition that is quietly not met.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, Final

import duckdb
import sqlglot
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler, Levenshtein
from sqlglot import exp

from graph.errors import Unavailable

Name = Callable[[str, str], str]
"""(table, column) -> the Python name that holds the column's value."""


def parse(text: str) -> exp.Expr:
    """The tree of an expression of DuckDB's SQL."""
    return sqlglot.parse_one(text, read="duckdb")


def _any(a: Sequence[Any] | None, b: Sequence[Any] | None) -> bool | None:
    """list_has_any: NULLs in a list are like nothing."""
    if a is None or b is None:
        return None
    return any(one is not None and one in b for one in a)


def _holds(some: Sequence[Any] | None, one: Any) -> bool | None:
    return None if some is None or one is None else one in some


def _least(*some: Any) -> Any:
    return min((one for one in some if one is not None), default=None)


def _greatest(*some: Any) -> Any:
    return max((one for one in some if one is not None), default=None)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _joined(*some: Any) -> str | None:
    return None if None in some else "".join(map(_text, some))


def _edits(a: str, b: str) -> int:
    # Of bytes, as DuckDB's; between ASCII texts that is the same.
    return (
        DamerauLevenshtein.distance(a, b)
        if a.isascii() and b.isascii()
        else DamerauLevenshtein.distance(a.encode(), b.encode())
    )


def _plain_edits(a: str, b: str) -> int:
    return (
        Levenshtein.distance(a, b)
        if a.isascii() and b.isascii()
        else Levenshtein.distance(a.encode(), b.encode())
    )


def _winkler(a: str, b: str) -> float:
    """jaro_winkler_similarity to the last bit where a threshold of at most four decimals may stand, elsewhere to 1e-15.

    The two round otherwise (DuckDB's is built with a fused multiply and add), and of two empty texts DuckDB says 0."""
    if a == b:
        return 1.0 if a else 0.0
    ascii_ = a.isascii() and b.isascii()
    found = JaroWinkler.similarity(a, b) if ascii_ else JaroWinkler.similarity(a.encode(), b.encode())
    return _asked(a, b) if abs(found * 1e4 - round(found * 1e4)) < 1e-9 and 0 < found < 1 else found


@lru_cache(maxsize=10_000)
def _asked(a: str, b: str) -> float:
    """DuckDB's own answer, which takes it 0.2 ms."""
    with _duckdb().cursor() as cursor:
        (row,) = cursor.execute("SELECT jaro_winkler_similarity(?, ?)", [a, b]).fetchall()
    return float(row[0])


@cache
def _duckdb() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


GLOBALS: Final[dict[str, Any]] = {
    "_any": _any, "_holds": _holds, "_least": _least, "_greatest": _greatest, "_joined": _joined,
    "_edits": _edits, "_plain_edits": _plain_edits, "_winkler": _winkler, "_re": re,
}  # fmt: skip
"""What the generated source calls."""

_COMPARED: Final[dict[type[exp.Expr], tuple[str, str]]] = {
    exp.EQ: ("==", "!="), exp.NEQ: ("!=", "=="), exp.LT: ("<", ">="), exp.LTE: ("<=", ">"), exp.GT: (">", "<="), exp.GTE: (">=", "<"),
}  # fmt: skip
# NULL when any argument is: {0}, {1} … stand for them.
_CALLS: Final[dict[type[exp.Expr], str]] = {
    exp.Add: "({0} + {1})",
    exp.Sub: "({0} - {1})",
    exp.Mul: "({0} * {1})",
    exp.Abs: "abs({0})",
    exp.Neg: "(-{0})",
    exp.Length: "len({0})",
    exp.ArraySize: "len({0})",
    exp.Upper: "{0}.upper()",
    exp.Lower: "{0}.lower()",
    exp.Split: "{0}.split({1})",
    exp.StartsWith: "{0}.startswith({1})",
    exp.EndsWith: "{0}.endswith({1})",
    exp.Contains: "({1} in {0})",
    exp.JarowinklerSimilarity: "_winkler({0}, {1})",
    exp.Levenshtein: "_plain_edits({0}, {1})",
}
_NAMED: Final = {
    "DAMERAU_LEVENSHTEIN": "_edits({0}, {1})",
    "LEVENSHTEIN": "_plain_edits({0}, {1})",
    "LEN": "len({0})",
    "CONTAINS": "({1} in {0})",
    "SUFFIX": "{0}.endswith({1})",
    "ENDS_WITH": "{0}.endswith({1})",
    "LIST_CONTAINS": "_holds({0}, {1})",
    "LIST_HAS_ANY": "_any({0}, {1})",
}
_ANY_NULL: Final[dict[type[exp.Expr], str]] = {
    exp.Least: "_least",
    exp.Greatest: "_greatest",
    exp.DPipe: "_joined",
}
_TRUTHS: Final[tuple[type[exp.Expr], ...]] = (
    exp.And,
    exp.Or,
    exp.Not,
    exp.Is,
    exp.In,
    exp.Between,
    *_COMPARED,
)


class Compiler:
    """Python source of expressions over named values. Keeps how many temporary names were given out."""

    def __init__(self, name: Name) -> None:
        self._name = name
        self._given = 0

    def true(self, node: exp.Expr) -> str:
        """Python that is truthy exactly when the condition is TRUE."""
        return self._truth(node, wanted=True)

    def false(self, node: exp.Expr) -> str:
        """Python that is truthy exactly when the condition is FALSE."""
        return self._truth(node, wanted=False)

    def _truth(self, node: exp.Expr, *, wanted: bool) -> str:
        match node:
            case exp.Paren():
                return self._truth(node.this, wanted=wanted)
            case exp.Not():
                return self._truth(node.this, wanted=not wanted)
            case exp.And() | exp.Or():
                word = " and " if isinstance(node, exp.And) == wanted else " or "
                sides = [self._truth(one, wanted=wanted) for one in (node.left, node.right)]
                return f"({word.join(sides)})"
            case exp.Is():
                return self._is(node, wanted=wanted)
            case exp.In():
                return self._in(node, wanted=wanted)
            case exp.Between():
                low = exp.GTE(this=node.this.copy(), expression=node.args["low"])
                high = exp.LTE(this=node.this.copy(), expression=node.args["high"])
                return self._truth(exp.And(this=low, expression=high), wanted=wanted)
            case exp.Boolean():
                return repr(bool(node.this) is wanted)
        if type(node) in _COMPARED:
            a, b = node.this, node.expression
            return self._known([a, b], f"{{0}} {_COMPARED[type(node)][0 if wanted else 1]} {{1}}")
        return f"({self.value(node)}) is {wanted}"

    def _is(self, node: exp.Is, *, wanted: bool) -> str:
        if not isinstance(node.expression, exp.Null):
            raise unknown(node)
        return f"({self.value(node.this)}) is {'' if wanted else 'not '}None"

    def _in(self, node: exp.In, *, wanted: bool) -> str:
        some = node.expressions
        if not some or not all(isinstance(one, exp.Literal) for one in some):
            raise unknown(node)
        listed = ", ".join(self.value(one) for one in some)
        return self._known([node.this], f"{{0}} {'' if wanted else 'not '}in ({listed},)")

    def _known(self, arguments: Sequence[exp.Expr], code: str, *, otherwise: str = "") -> str:
        """Code over some arguments that holds only where none of them is NULL; else `otherwise`, or falsehood."""
        checks, uses = list[str](), list[str]()
        for one in arguments:
            said = self.value(one)
            if isinstance(one, exp.Literal):
                uses.append(said)
            elif said.isidentifier():
                checks.append(f"{said} is not None")
                uses.append(said)
            else:
                self._given += 1
                uses.append(f"_t{self._given}")
                checks.append(f"(_t{self._given} := {said}) is not None")
        told = code.format(*uses)
        if not checks:
            return f"({told})"
        known = " and ".join(checks)
        return f"({told} if {known} else {otherwise})" if otherwise else f"({known} and {told})"

    def value(self, node: exp.Expr) -> str:
        """Python that gives the expression's value, None for NULL."""
        kind = type(node)
        match node:
            case exp.Paren():
                return self.value(node.this)
            case exp.Column():
                return self._name(node.table, node.name)
            case exp.Null():
                return "None"
            case exp.Boolean():
                return repr(bool(node.this))
            case exp.Literal():
                return repr(node.this) if node.is_string else node.this
            case exp.Case():
                return self._case(node)
            case exp.Tuple():
                return f"({', '.join(self.value(one) for one in node.expressions)},)"
            case exp.Left():
                return self._known([node.this, node.expression], "{0}[:{1}]", otherwise="None")
            case exp.Right():
                return self._known([node.this, node.expression], "{0}[-{1}:]", otherwise="None")
            case exp.Substring():
                return self._substring(node)
            case exp.ArrayOverlaps():
                return f"_any({self.value(node.this)}, {self.value(node.expression)})"
            case exp.ArrayContains():
                return f"_holds({self.value(node.this)}, {self.value(node.expression)})"
            case exp.RegexpLike() | exp.RegexpFullMatch() | exp.RegexpReplace():
                return self._pattern(node)
            case exp.Anonymous() if node.name.upper() in _NAMED:
                return self._known(node.expressions, _NAMED[node.name.upper()], otherwise="None")
        if isinstance(node, _TRUTHS):
            return f"(True if {self.true(node)} else False if {self.false(node)} else None)"
        if kind is exp.Coalesce:
            return self._first_of([self.value(one) for one in _arguments(node)])
        if kind in _ANY_NULL:
            some = ", ".join(self.value(one) for one in _arguments(node))
            return f"{_ANY_NULL[kind]}({some})"
        if kind in _CALLS:
            return self._known(_arguments(node), _CALLS[kind], otherwise="None")
        raise unknown(node)

    def _first_of(self, some: Sequence[str]) -> str:
        """The first that is not None."""
        code = some[-1]
        for one in reversed(some[:-1]):
            self._given += 1
            code = f"(_t{self._given} if (_t{self._given} := {one}) is not None else {code})"
        return code

    def _case(self, node: exp.Case) -> str:
        if node.this is not None:
            raise unknown(node)
        default = node.args.get("default")
        code = "None" if default is None else self.value(default)
        for one in reversed(node.args["ifs"]):
            code = f"({self.value(one.args['true'])} if {self.true(one.this)} else {code})"
        return code

    def _substring(self, node: exp.Substring) -> str:
        start, length = node.args.get("start"), node.args.get("length")
        if not isinstance(start, exp.Literal) or not isinstance(length, exp.Literal):
            raise unknown(node)
        first = int(start.this) - 1
        return self._known([node.this], f"{{0}}[{first}:{first + int(length.this)}]", otherwise="None")

    def _pattern(self, node: exp.Expr) -> str:
        pattern = node.expression
        if not isinstance(pattern, exp.Literal):
            raise unknown(node)
        # RE2's $ is the very end of a text; Python's may stand before a last line feed.
        read = repr(re.sub(r"(?<!\\)\$", r"\\Z", pattern.this)).replace("{", "{{").replace("}", "}}")
        if isinstance(node, exp.RegexpLike):
            return self._known([node.this], f"(_re.search({read}, {{0}}) is not None)", otherwise="None")
        if isinstance(node, exp.RegexpFullMatch):
            return self._known([node.this], f"(_re.fullmatch({read}, {{0}}) is not None)", otherwise="None")
        put, how = node.args.get("replacement"), node.args.get("modifiers")
        if not isinstance(put, exp.Literal) or "\\" in put.this or how is None or how.this != "g":
            raise unknown(node)
        return self._known([node.this], f"_re.sub({read}, {put.this!r}, {{0}})", otherwise="None")


def _arguments(node: exp.Expr) -> list[exp.Expr]:
    """The arguments of a function or operator, in order."""
    found = [node.args.get("this"), node.args.get("expression"), *node.args.get("expressions", ())]
    return [one for one in found if isinstance(one, exp.Expr)]


def unknown(node: exp.Expr) -> Unavailable:
    """What is raised for SQL that only DuckDB can execute."""
    return Unavailable(
        f"No online form of {type(node).__name__} in {node.sql('duckdb')!r}.",
        remedy="Teach it to graph/resolution/online/sql.py.",
    )
