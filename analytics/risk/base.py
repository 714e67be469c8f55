"""What factors share: the facts they are given for the whole graph at once, and what each gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graph.reading.columns import Floats, Ints
from graph.reading.network import Network

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ties:
    """Mention links of one kind, as positions of entities. starts, ends: days since 1970, OPEN where unknown or open.

    current: whether it is in force (analytics/ownership.py, in_force)."""

    sources: Ints
    targets: Ints
    starts: Ints
    ends: Ints
    current: Flags


OPEN = -(2**40)


@dataclass(frozen=True, slots=True)
class Facts:
    """The graph that a reader sees, for factors. network: all of it, weighed for proximity. ties: by link kind.

    on_register: holds a number of the company register. listed: see model.yml."""

    network: Network
    ties: Mapping[str, Ties]
    on_register: Flags
    listed: Flags

    @property
    def size(self) -> int:
        return self.network.size

    def of_kind(self, *names: str) -> Flags:
        """Which entities are of some kinds."""
        codes = [n for n, name in enumerate(self.network.kind_names) if name in names]
        return np.isin(self.network.kinds, codes)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for every entity at once. name: "factor" or "factor.part". points: before rounding, 0 where it does not
    hold. formula: how points come of `values` (each a number an entity, or one for all). about: the entities that it
    points at for one entity, in order."""

    name: str
    text: str
    formula: str
    points: Floats
    values: Mapping[str, Floats | float]
    about: Callable[[int], list[int]] = field(default=lambda _position: [])


Factor = Callable[[Facts, Mapping[str, float]], list[Reason]]


def rising(value: Floats, parameters: Mapping[str, float], points: str = "cap") -> Floats:
    """points · (value - from) / (full - from), from 0 to the points."""
    share = (value - parameters["from"]) / (parameters["full"] - parameters["from"])
    return parameters[points] * np.clip(share, 0.0, 1.0)


RISING = "{points} * min(1, max(0, ({value} - start) / (full - start)))"


def given(parameters: Mapping[str, float], *names: str) -> dict[str, Floats | float]:
    """Parameters as listed values; `from` is called start, since formulas are read as code."""
    return {("start" if name == "from" else name): parameters[name] for name in names}
