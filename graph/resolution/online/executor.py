"""A model executed over two rows of columns: the levels, the bits and the verdict that the bulk run would give.

Generated once a model from its own SQL (sql.py). tests/graph/resolution/online holds it to Splink on DuckDB, for every
model that there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from math import log2
from typing import Any, Final, NamedTuple

from sqlglot import exp

from graph.errors import Unavailable
from graph.resolution.models.base import Comparison, Key, Level, Model, parameters
from graph.resolution.online.sql import GLOBALS, Compiler, parse, unknown

Row = Mapping[str, Any]
"""The columns of a mention (graph/resolution/columns), by name; None for NULL."""

_GAMMA: Final = "gamma_"


class Weight(NamedTuple):
    """What two rows come to. levels: by comparison, -1 for nothing said, 0 for the last level. rarities: of the bits, those
    of a value's frequency."""

    bits: float
    levels: tuple[int, ...]
    weights: tuple[float, ...]
    rarities: tuple[float, ...]


class Rare(NamedTuple):
    """How a level's bits hang on a value's frequency."""

    column: str
    usual: float
    rarest: float


class Executor:
    """One model, compiled. Raises Unavailable for SQL that it has no form of."""

    def __init__(self, model: Model) -> None:
        self.model, self.digest = model, model.digest()
        held = parameters(model.folder)
        prior = held.get("prior", model.prior)
        self.prior = log2(prior / (1 - prior))
        self._bits = [_bits(c, held.get("comparisons", {}).get(c.name, {})) for c in model.comparisons]
        rare = [_rare(c, held.get("comparisons", {}).get(c.name, {})) for c in model.comparisons]
        self._rare = [(place, found) for place, found in enumerate(rare) if found]
        # What a level is called, by comparison.
        self.labels = [
            {-1: "not stated", **{number: level.label for number, level in reversed(_numbered(c))}}
            for c in model.comparisons
        ]
        self._terms = _terms(model)
        self._levels = _levels(model)
        self.impossible: Callable[[Row, Row], bool] = _condition(model.impossible)
        self._corroborated = _condition(model.corroborated, model)
        self._vetoes = [(why, _condition(sql, model)) for why, sql in model.vetoes]

    def weigh(self, left: Row, right: Row) -> Weight:
        """The bits of two rows, all in all and by comparison."""
        levels = self._levels(left, right)
        weights = [bits[level] for bits, level in zip(self._bits, levels, strict=True)]
        rarities = [0.0] * len(weights)
        for place, rare in self._rare:
            if (found := rare.get(levels[place])) is not None:
                rarities[place] = rarity = self._rarity(found, left, right)
                weights[place] += rarity
        return Weight(self.prior + sum(weights), levels, tuple(weights), tuple(rarities))

    def _rarity(self, rare: Rare, left: Row, right: Row) -> float:
        one, other = left[rare.column], right[rare.column]
        one = other if one is None else one
        if one is None:
            return 0.0
        known, unseen = self._terms[rare.column], self.model.unseen
        found = known.get(one, unseen)
        if other is not None and other != one:
            found = max(found, known.get(other, unseen))
        return rare.usual - log2(max(found, rare.rarest))

    def corroborated(self, left: Row, right: Row, levels: Sequence[int]) -> bool:
        """Whether more than names agree and nothing is vetoed."""
        return self._corroborated(left, right, levels) and not self.veto(left, right, levels)

    def veto(self, left: Row, right: Row, levels: Sequence[int]) -> str:
        """Why the two are proposed at most; "" when nothing is vetoed."""
        return next((why for why, met in self._vetoes if met(left, right, levels)), "")


@lru_cache
def executor(model: Model) -> Executor:
    """The model's executor, compiled once a process."""
    return Executor(model)


def _said(level: Level, held: Mapping[str, Mapping[str, float]]) -> tuple[float, float]:
    found = held.get(level.label, {})
    return found.get("m", level.m), found.get("u", level.u)


def _numbered(comparison: Comparison) -> list[tuple[int, Level]]:
    """The levels with their numbers, as Splink counts: the last is 0, one that says nothing -1."""
    left = sum(not level.null for level in comparison.levels)
    found = []
    for level in comparison.levels:
        if not level.null:
            left -= 1
        found.append((-1 if level.null else left, level))
    return found


def _bits(comparison: Comparison, held: Mapping[str, Mapping[str, float]]) -> dict[int, float]:
    found = {-1: 0.0}
    for number, level in _numbered(comparison):
        if not level.null:
            m, u = _said(level, held)
            found[number] = log2(m / u)
    return found


def _rare(comparison: Comparison, held: Mapping[str, Mapping[str, float]]) -> dict[int, Rare]:
    found = {}
    for number, level in _numbered(comparison):
        if level.frequency and not level.null and number:
            column = level.frequency
            exact = next(one for one in comparison.levels if _exact(one.sql) == column)
            found[number] = Rare(column, log2(_said(exact, held)[1]), level.rarest)
    return found


def _exact(sql: str) -> str:
    """The column that a condition holds to be equal, and nothing else; "" for another condition."""
    tree = parse(sql) if sql != "ELSE" else None
    if not isinstance(tree, exp.EQ):
        return ""
    names = sorted(side.name for side in (tree.left, tree.right) if isinstance(side, exp.Column))
    if len(names) != 2 or names[0][:-2] != names[1][:-2]:
        return ""
    return names[0][:-2] if (names[0][-2:], names[1][-2:]) == ("_l", "_r") else ""


def _terms(model: Model) -> dict[str, dict[str, float]]:
    if not model.frequencies:
        return {}
    found: dict[str, dict[str, float]] = {column: {} for column in model.frequencies}
    for row in model.terms().to_pylist():
        if row["field"] in found:
            found[row["field"]][row["value"]] = row["tf"]
    return found


class _Names:
    """Python names for the columns of two rows, and the lines that fill them."""

    def __init__(self, gammas: Mapping[str, int]) -> None:
        self._gammas = gammas
        self.lines: dict[str, str] = {}

    def __call__(self, table: str, column: str) -> str:
        if column.startswith(_GAMMA):
            name = column.lower()
            self.lines[name] = f"{name} = levels[{self._gammas[name[len(_GAMMA) :]]}]"
            return name
        side, column = (table, column) if table else (column[-1:], column[:-2])
        if side not in ("l", "r"):
            raise Unavailable(f"Column {column!r} is of neither of the two rows.")
        name = f"c_{column}_{side}"
        self.lines[name] = f"{name} = {side}[{column!r}]"
        return name

    def filled(self) -> list[str]:
        return [self.lines[name] for name in sorted(self.lines)]


def _made(name: str, arguments: str, lines: Iterable[str]) -> Any:
    source = "\n".join((f"def {name}({arguments}):", *(f"    {line}" for line in lines)))
    space: dict[str, Any] = dict(GLOBALS)
    exec(compile(source, f"<{name}>", "exec"), space)  # of the models' own text alone
    return space[name]


def _levels(model: Model) -> Callable[[Row, Row], tuple[int, ...]]:
    names = _Names({})
    compiler = Compiler(names)
    lines: list[str] = []
    for place, comparison in enumerate(model.comparisons):
        word = "if"
        for number, level in _numbered(comparison):
            if level.sql == "ELSE":
                if word == "if" or number:
                    raise Unavailable(f"{model.decider}: {comparison.name} does not end with ELSE.")
                lines += ["else:", f"    v{place} = 0"]
            else:
                lines += [f"{word} {compiler.true(parse(level.sql))}:", f"    v{place} = {number}"]
                word = "elif"
        if comparison.levels[-1].sql != "ELSE":
            raise Unavailable(f"{model.decider}: {comparison.name} does not end with ELSE.")
    told = ", ".join(f"v{place}" for place in range(len(model.comparisons)))
    made: Callable[[Row, Row], tuple[int, ...]] = _made(
        "levels", "l, r", [*names.filled(), *lines, f"return ({told},)"]
    )
    return made


def _condition(sql: str, model: Model | None = None) -> Any:
    """Whether a condition over two rows (and their levels) is TRUE."""
    names = _Names({} if model is None else {c.name: n for n, c in enumerate(model.comparisons)})
    code = Compiler(names).true(parse(sql))
    return _made("condition", "l, r, levels=()", [*names.filled(), f"return bool({code})"])


Keyed = Callable[[Row], list[tuple[str, str | None]]]


@lru_cache
def keyed(key: Key) -> Keyed:
    """The values of a blocking key that a row has, each with what narrows it (None for nothing)."""
    value, narrow = parse(key.sql), parse(key.narrow)
    lists = list(value.find_all(exp.Explode))
    if len(lists) > 1 or list(narrow.find_all(exp.Explode)):
        raise unknown(value)
    lines: dict[str, str] = {}

    def name(table: str, column: str) -> str:
        if not table and column == "_one":
            return "one"
        lines[column] = f"c_{column} = l[{column!r}]"
        return f"c_{column}"

    compiler = Compiler(name)
    more = compiler.value(narrow)
    many = "(0,)"
    if lists:
        many = f"{compiler.value(lists[0].this)} or ()"
        value = value.transform(
            lambda node: exp.column("_one") if isinstance(node, exp.Explode) else node, copy=True
        )
    body = compiler.value(value)
    text = "None if more is None else _joined(more)"
    made: Keyed = _made("values", "l", [
        *(lines[column] for column in sorted(lines)), f"more = {more}", f"more = {text}",
        f"return [(_joined(value), more) for one in {many} if (value := {body}) is not None]",
    ])  # fmt: skip
    return made


@lru_cache
def who(model: Model) -> Callable[[Row], tuple[Any, ...]]:
    """What tells two sharers of an identifier apart, of one row."""
    tree = parse(model.who)
    parts = tree.expressions if isinstance(tree, exp.Tuple) else [tree]
    lines: dict[str, str] = {}

    def name(table: str, column: str) -> str:
        lines[column] = f"c_{column} = l[{column!r}]"
        return f"c_{column}"

    told = ", ".join(Compiler(name).value(one) for one in parts)
    made: Callable[[Row], tuple[Any, ...]] = _made(
        "who", "l", [*(lines[column] for column in sorted(lines)), f"return ({told},)"]
    )
    return made
