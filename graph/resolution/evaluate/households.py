"""Who lives together, and what trades together: a table in which they are many teaches, left to itself, that "the same
household" is "the same person", and "the same chain" is "the same branch".

Whatever a household shares (a name, a phone, an address, its postal code and town) or a chain (a name, a phone, a web
page) agrees at once, and weights that are learned apart add it up. That is seen in what was learned: of pairs believed to
be of one person a good part has other forenames, or another birth date; of pairs believed to be of one body most lie
elsewhere. Such a table is learned again, with what is usual for these, and pairs whose forenames (or whose places)
differ are of one only where something of its own agrees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from graph.resolution.models.base import Model

PERSONS: Final = {"forename": 0.15, "birth_date": 0.4}
"""How often these may differ between records of one person, before what was learned is not about persons."""
PLACES: Final = {"address": 0.4, "postcode": 0.5}
"""And between records of one body, before it is not about bodies."""
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
_ELSEWHERE: Final = ("same street", "street near or same premises", APART)
"""Addresses of two places, and"""
_HERE: Final = ("same", "one slip")
"""postal codes that may be of one all the same."""
_OWN: Final = {"email": ("shared by few", "one or two slips"), "national_id": ("shared by few", "one slip")}
"""Levels at which something agrees that is one person's rather than a household's, and"""
_OWN_BODY: Final = {
    "registration_number": ("shared by few", "one slip"),
    "national_id": ("shared by few", "one slip"),
}
"""one body's; a chain has one number, or each of its branches."""


def most(model: Model) -> Mapping[str, float]:
    """The comparisons of a model that must not differ often between two of one thing, and how often they may."""
    names = {c.name for c in model.comparisons}
    if "forename" in names:
        return {name: share for name, share in PERSONS.items() if name in names}
    return {name: share for name, share in PLACES.items() if name in names} if "body_name" in names else {}


def learned(model: Model, parameters: Mapping[str, Any]) -> bool:
    """Whether the parameters that a table taught (learning.learn) are of households or chains."""
    held = parameters["comparisons"]
    return any(held[name][APART]["m"] > share for name, share in most(model).items())


def told(model: Model) -> Model:
    """The model with those comparisons alone that clashing() looks at."""
    looked_at = {*PERSONS, *PLACES, *_OWN, *_OWN_BODY, "body_name"}
    return replace(model, comparisons=tuple(c for c in model.comparisons if c.name in looked_at))


def clashing(model: Model, levels: Any) -> Any:
    """Which ways to agree are of two of one household or chain at most. levels: (ways, comparisons) places of levels, -1 for null."""
    at = {c.name: n for n, c in enumerate(model.comparisons)}
    never = np.zeros(len(levels), dtype=np.bool_)

    def among(name: str, labels: tuple[str, ...]) -> Any:
        if name not in at:
            return never
        known = [level.label for level in model.comparisons[at[name]].levels]
        return np.isin(levels[:, at[name]], [known.index(label) for label in labels])

    def stated(name: str) -> Any:
        return levels[:, at[name]] >= 0 if name in at else never

    if "forename" in at:
        found = among("forename", (APART,)) | (among("forename", _UNLIKE) & stated("birth_date"))
        own = {"birth_date": _BORN, **_OWN}
    elif "body_name" in at:
        found = among("address", _ELSEWHERE) | (~stated("address") & stated("postcode"))
        own = {"postcode": _HERE, **_OWN_BODY}
    else:
        return never
    for name, labels in own.items():
        found = found & ~among(name, labels)
    return found
