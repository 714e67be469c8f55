"""The algorithms port: an algorithm is a value, an engine runs it over a network.

An algorithm's file says what it takes (typed parameters with units and bounds), which edges it is run over, and how it
is worked out with NetworKit or SciPy (`function`, what the local engine runs). Another engine does the same its own
way, over the same edges; what comes out is put into one form here, so that engines can be held to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

import numpy as np

from analytics.edges import Edges
from graph.errors import InvalidValue
from graph.reading.columns import Floats, Ints
from graph.reading.network import Network

Kind = Literal["integer", "number", "boolean", "choice"]
Output = Literal["SCORE", "COMMUNITY"]


EMPTY: Final[Mapping[str, object]] = {}


class Cancelled(Exception):
    """Raised inside a run whose job was cancelled."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. least and most: bounds, both included, of numbers. unit: "" for a plain number."""

    name: str
    kind: Kind
    default: Any
    doc: str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    def read(self, value: object) -> Any:
        """A value of this parameter's type within its bounds; InvalidValue else."""
        if self.kind == "choice":
            if value not in self.choices:
                raise InvalidValue(self.name, value, "one of " + ", ".join(self.choices))
            return value
        if self.kind == "boolean":
            if not isinstance(value, bool):
                raise InvalidValue(self.name, value, "true or false")
            return value
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or (self.kind == "integer" and not whole)
        ):
            raise InvalidValue(
                self.name,
                value,
                f"an integer {self.bounds}" if self.kind == "integer" else f"a number {self.bounds}",
            )
        read = int(value) if self.kind == "integer" else float(value)
        if not (self.least is None or self.least <= read) or not (self.most is None or read <= self.most):
            raise InvalidValue(self.name, value, f"a number {self.bounds}")
        return read

    @property
    def bounds(self) -> str:
        """ "0 to 1", as messages and docs say it."""
        low, high = ("" if bound is None else f"{bound:g}" for bound in (self.least, self.most))
        return f"{low} to {high}" if high else f"{low} or more"


Tick = Callable[[int, int | None], None]
"""Told how far it is (done, of how many or None); raises Cancelled when it is to stop."""


def quiet(_done: int, _total: int | None) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Raw:
    """What an engine computed, parallel to the edges' entities. metrics: by name, e.g. iterations."""

    values: Floats | Ints
    metrics: Mapping[str, float] = field(default_factory=dict)


Function = Callable[[Edges, Mapping[str, Any], Tick], Raw]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """name: what it is asked by. version: counts up when the same input may give another result.

    rules: what is so on every engine: what happens to weights, directions, links to oneself, isolated entities.
    edges: the edges it is run over. function: the local way. finish: puts what any engine gave into the one form."""

    name: str
    title: str
    rules: str
    version: int
    output: Output
    parameters: tuple[Parameter, ...]
    edges: Callable[[Network, Mapping[str, Any]], Edges]
    function: Function
    finish: Callable[[Edges, Raw, Mapping[str, Any]], Raw]

    def read(self, given: Mapping[str, object]) -> dict[str, Any]:
        """All parameters, the given ones read, the others at their defaults; InvalidValue for an unknown one."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                raise InvalidValue(
                    "parameter", name, f"one of {self.name}: {', '.join(known) or 'it has none'}"
                )
        return {name: p.read(given[name]) if name in given else p.default for name, p in known.items()}


@dataclass(frozen=True, slots=True)
class Result:
    """values: parallel to network.ids: a score each, or the number of a community (0 … n - 1, by its first entity)."""

    values: Floats | Ints
    metrics: Mapping[str, float]


class Engine(Protocol):
    """Runs algorithms. name: as it is asked for."""

    name: str

    def compute(self, algorithm: Algorithm, edges: Edges, parameters: Mapping[str, Any], tick: Tick) -> Raw:
        """The algorithm over edges of one entity or more, and of one edge or more.

        Raises Refused for an algorithm it does not have, Unavailable, OutOfMemory or Unreachable."""


def run(
    engine: Engine,
    algorithm: Algorithm,
    network: Network,
    parameters: Mapping[str, object] = EMPTY,
    *,
    tick: Tick = quiet,
) -> Result:
    """Run an algorithm over a network. Same network and parameters, same result, on the local engine to the bit."""
    read = algorithm.read(parameters)
    edges = algorithm.edges(network, read)
    tick(0, None)
    if len(edges.sources):
        raw = engine.compute(algorithm, edges, read, tick)
    else:  # nothing to compute: every entity is alone
        alone = np.ones(edges.size) if algorithm.output == "SCORE" else np.arange(edges.size)
        raw = Raw(alone, {"iterations": 0.0} if algorithm.output == "SCORE" else {})
    tick(1, 1)
    done = algorithm.finish(edges, raw, read)
    return Result(done.values, done.metrics)
