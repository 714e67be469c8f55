"""Who lives together: a table in which they are many teaches, left to itself, that "the same household" is "the same person".

Whatever a household shares (a name, a phone, an address, its postal code and town) agrees at once, and weights that are
learned apart add it up. That is seen in what was learned: of pairs believed to be of one person a good part has other
forenames, or another birth date. Such a table is learned again, with what is usual for these two, and pairs whose
forenames differ are of one person only where something of a person's own agrees.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from graph.resolution.models.base import Comparison, Model

MOST: Final = {"forename": 0.15, "birth_date": 0.4}
"""How often these may differ between records of one person, before what was learned is not about persons."""
APART: Final = "different"
_BORN: Final = (
    "same day",
    "day and month change places",
    "as far as it is told",
    "one slip",
    "two parts of three",
)
"""Birth dates that may be of one person."""
_UNLIKE: Final = ("near", "somewhat near", APART)
"""Forenames that need such a date, where there are two: sisters are Alice and Alicia."""
_OWN: Final = {"email": ("shared by few", "one or two slips"), "national_id": ("shared by few", "one slip")}
"""Levels at which something agrees that is one person's rather than a household's."""


def learned(parameters: Mapping[str, Any]) -> bool:
    """Whether the parameters that a table taught (learning.learn) are of households."""
    held = parameters["comparisons"]
    return any(held[name][APART]["m"] > most for name, most in MOST.items() if name in held)


def clash(model: Model) -> str:
    """SQL over the levels (gamma_<comparison>, as Splink counts them) of a pair: two of one household at most."""
    named = {c.name: c for c in model.comparisons}
    if "forename" not in named:
        return "false"
    unlike = ", ".join(str(_gamma(named["forename"], label)) for label in _UNLIKE)
    told = [f"gamma_forename IN ({unlike})"]
    if "birth_date" in named:
        born = ", ".join(str(_gamma(named["birth_date"], label)) for label in _BORN)
        told.append(f"gamma_birth_date NOT IN ({born})")
        told.append(f"(gamma_birth_date >= 0 OR gamma_forename = {_gamma(named['forename'], APART)})")
    else:
        told.append(f"gamma_forename = {_gamma(named['forename'], APART)}")
    for name, labels in _OWN.items():
        if name in named:
            told.append(f"gamma_{name} NOT IN ({', '.join(str(_gamma(named[name], x)) for x in labels)})")
    return " AND ".join(told)


def clashing(model: Model, levels: Any) -> Any:
    """clash() of ways to agree, as learning counts them: (ways, comparisons) places of levels, -1 for null."""
    at = {c.name: n for n, c in enumerate(model.comparisons)}
    if "forename" not in at:
        return np.zeros(len(levels), dtype=np.bool_)

    def among(name: str, labels: tuple[str, ...]) -> Any:
        known = [level.label for level in model.comparisons[at[name]].levels]
        return np.isin(levels[:, at[name]], [known.index(label) for label in labels])

    found = among("forename", (APART,))
    if "birth_date" in at:
        found |= among("forename", _UNLIKE) & (levels[:, at["birth_date"]] >= 0)
    for name, labels in {"birth_date": _BORN, **_OWN}.items():
        if name in at:
            found &= ~among(name, labels)
    return found


def _gamma(comparison: Comparison, label: str) -> int:
    says = [level.label for level in comparison.levels if not level.null]
    return len(says) - 1 - says.index(label)
