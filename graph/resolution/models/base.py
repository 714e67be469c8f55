"""What a model is: how mentions of a kind are blocked, compared, weighed and decided. Values only; no I/O but its own
frozen parameters, which lie beside the model's file in a folder of its name (see train.py).

Weights are bits: log2 of how much likelier something is between two mentions of one thing than between two others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

HERE: Final = Path(__file__).parent
MET_IN_BULK: Final = 80
"""Mentions that may share a blocking key in a run, where each is compared with each: 3,160 pairs."""
MET_BY_ONE: Final = 250
"""And with one record that is asked about, where only it is compared with each: three times as many cost less than a tenth."""


@dataclass(frozen=True, slots=True)
class Level:
    """One way in which two mentions may agree; the first whose condition holds counts.

    sql: over columns <name>_l and <name>_r. m: how often it is so between mentions of one thing, u: of two; both are
    replaced by trained ones. least_m: what training may not go below, for data cleaner than most. frequency: a column
    whose rare values weigh more, none as rarer than `rarest`. null: says nothing."""

    label: str
    sql: str
    m: float = 0.0
    u: float = 0.0
    least_m: float = 0.0
    frequency: str | None = None
    null: bool = False
    trained: bool = True
    rarest: float = 1e-5


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared at once. shows: columns of the two mentions that `why` shows for it."""

    name: str
    shows: tuple[str, ...]
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A blocking key: mentions that share its value meet. narrow: what is added to it where too many share it; a
    mention without it, or one that still meets too many, is not met by this key."""

    name: str
    sql: str
    narrow: str


@dataclass(frozen=True, slots=True)
class Model:
    """One version of one model. decider: how pairs name it. who: what tells two sharers of an identifier apart.

    prior: the chance that two mentions drawn at random are of one thing. accept, review: bits from which a pair is
    SAME, and from which it is proposed. corroborated: without it a pair is proposed at most. vetoes: (why, SQL) with which
    it is so too, whatever its bits; besides: columns of theirs that no comparison has. impossible: pairs not worth comparing. most: mentions that may share a blocking key. mark: the columns of joining.Mark;
    called: whether there are those of forenames.Called, too. home: where parameters other than the shipped ones lie."""

    decider: str
    kinds: tuple[str, ...]
    who: str
    comparisons: tuple[Comparison, ...]
    keys: tuple[Key, ...]
    prior: float
    accept: float
    review: float
    corroborated: str
    impossible: str
    training: tuple[str, ...]
    most: int = MET_IN_BULK
    mark: tuple[str, str, str] = ("NULL", "NULL", "NULL")
    called: bool = False
    unseen: float = 1e-4
    vetoes: tuple[tuple[str, str], ...] = ()
    besides: tuple[str, ...] = ()
    home: Path | None = field(default=None, repr=False)

    def __hash__(self) -> int:
        # Of all fields it takes as long as weighing ten pairs, and what is compiled of a model is looked up for each record.
        return hash((self.decider, self.home))

    @property
    def acceptable(self) -> str:
        """SQL over the comparisons' levels: more than names agree, and nothing is vetoed."""
        return " AND ".join((f"({self.corroborated})", *(f"NOT ({sql})" for _, sql in self.vetoes)))

    @property
    def vetoed(self) -> str:
        """SQL: why a pair is proposed at most; '' when nothing is vetoed."""
        told = "".join(f" WHEN {sql} THEN '{why}'" for why, sql in self.vetoes)
        return f"CASE{told} ELSE '' END" if told else "''"

    @property
    def folder(self) -> Path:
        return self.home or self.shipped

    @property
    def shipped(self) -> Path:
        """Where what ships with the model lies: its parameters, and the lists of names that no version changes."""
        return HERE / self.decider.replace("-", "_")

    @property
    def frequencies(self) -> tuple[str, ...]:
        """The columns whose values' frequencies are frozen with the model."""
        found = (level.frequency for c in self.comparisons for level in c.levels if level.frequency)
        return tuple(dict.fromkeys(found))

    def digest(self) -> str:
        """SHA-256 of all that decides: this value, the trained parameters and the frequencies."""
        return _digest(self)

    def settings(self, trained: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Splink's settings with the frozen parameters, or with others."""
        held = parameters(self.folder) if trained is None else trained
        return {
            "link_type": "dedupe_only",
            "unique_id_column_name": "mno",
            "probability_two_random_records_match": held.get("prior", self.prior),
            "retain_matching_columns": True,
            "retain_intermediate_calculation_columns": True,
            "additional_columns_to_retain": list(self.besides),
            "blocking_rules_to_generate_predictions": [],
            "comparisons": [
                _comparison(c, held.get("comparisons", {}).get(c.name, {})) for c in self.comparisons
            ],
        }

    def terms(self) -> pa.Table:
        """(field, value, tf): the frozen frequencies."""
        return _terms(self.folder)


@lru_cache
def _digest(model: Model) -> str:
    whole = hashlib.sha256(repr(model).encode())
    trained = [model.folder / name for name in ("parameters.json", "frequencies.parquet")]
    for path in (*trained, model.shipped / "forenames.txt", model.shipped / "surnames.txt"):
        whole.update(path.read_bytes() if path.exists() else b"")
    return whole.hexdigest()


@lru_cache
def _terms(folder: Path) -> pa.Table:
    return pq.read_table(folder / "frequencies.parquet")


def _comparison(comparison: Comparison, held: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    levels = []
    for level in comparison.levels:
        one: dict[str, Any] = {"sql_condition": level.sql, "label_for_charts": level.label}
        if level.null:
            levels.append({**one, "is_null_level": True})
            continue
        found = held.get(level.label, {})
        one["m_probability"], one["u_probability"] = found.get("m", level.m), found.get("u", level.u)
        if level.frequency:
            one["tf_adjustment_column"] = level.frequency
            one["tf_minimum_u_value"] = level.rarest
        levels.append(one)
    return {"output_column_name": comparison.name, "comparison_levels": levels}


@lru_cache
def parameters(folder: Path) -> dict[str, Any]:
    """A model's trained parameters; {} before it was trained."""
    path = folder / "parameters.json"
    found: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return found
