"""Algorithms as GraphQL: what there is to run, and inputs drawn from the algorithms themselves (analytics/algorithms).

A new algorithm is askable without a line here.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

import strawberry
from strawberry.scalars import JSON

from analytics.algorithms import algorithms as known_algorithms
from analytics.analyse import RISK, Request
from analytics.engine import Algorithm as AlgorithmModel
from analytics.engine import Parameter as ParameterModel
from api.schema.context import AsOf
from api.schema.enums import EntityKind, LinkKind, names
from graph.errors import InvalidValue
from graph.reading.network import Projection

if TYPE_CHECKING:  # drawn from the algorithms when the schema is made; to mypy any input will do

    class Algorithm(Enum): ...

    class AnalyseInput:
        algorithm: Any
        engine: Any
        kinds: Any
        link_kinds: Any
        start: date | None
        end: date | None
        minimum_count: int
        hub_damping: float


@strawberry.enum(
    description="LOCAL: NetworKit and SciPy in this process, the same result every time. GDS: Graph Data Science on a Neo4j server."
)
class Engine(Enum):
    LOCAL = "LOCAL"
    GDS = "GDS"


def _type_of(parameter: ParameterModel, owner: str) -> Any:
    if parameter.kind == "choice":
        name = owner + parameter.name[0].upper() + parameter.name[1:]
        made: Any = Enum(name, {choice: choice for choice in parameter.choices})  # type: ignore[misc]
        return strawberry.enum(made)
    return {"integer": int, "number": float, "boolean": bool}[parameter.kind]


def _told(parameter: ParameterModel) -> str:
    """A parameter in one line: what it is, its bounds, unit and default."""
    bounds = f" {parameter.bounds}" if parameter.least is not None or parameter.most is not None else ""
    unit = f" {parameter.unit}" if parameter.unit else ""
    default = json.dumps(parameter.default) if parameter.kind == "boolean" else parameter.default
    return f"{parameter.doc};{bounds}{unit} (default {default})"


def _parameters_of(algorithm: AlgorithmModel) -> Any:
    """The input type of one algorithm's parameters."""
    title = "".join(part.capitalize() for part in algorithm.name.split("-"))
    fields = []
    for p in algorithm.parameters:
        kind = _type_of(p, title)
        fields.append(
            (p.name, kind | None, strawberry.field(default=None, name=p.name, description=_told(p)))
        )
    return _input(f"{title}Parameters", fields, f"{algorithm.title}. {algorithm.rules}")


def _input(name: str, fields: list[tuple[str, Any, Any]], description: str) -> Any:
    """An input type of these (name, type, field)."""
    held = {"__module__": __name__, "__annotations__": {field: kind for field, kind, _ in fields}}
    made = type(name, (), held | {field: of for field, _, of in fields if of is not None})
    return strawberry.input(made, description=description)


if not TYPE_CHECKING:
    Algorithm = strawberry.enum(
        Enum("Algorithm", {name.upper().replace("-", "_"): name for name in [*known_algorithms(), RISK]}),
        description="The algorithms there are (see `algorithms`); RISK scores everything for riskRanking.",
    )
    _PARAMETERS = {name: _parameters_of(a) for name, a in known_algorithms().items() if a.parameters}
    AnalyseInput = _input(
            "AnalyseInput",
            [
                ("algorithm", Algorithm, None),
                ("engine", Engine, strawberry.field(default=Engine.LOCAL)),
                ("kinds", list[EntityKind] | None, strawberry.field(default=None, description="only entities of these kinds")),
                ("link_kinds", list[LinkKind] | None, strawberry.field(default=None, description="only links of these kinds")),
                ("start", date | None, strawberry.field(default=None, name="from", description="only links that were so on this day or later")),
                ("end", date | None, strawberry.field(default=None, name="to", description="only links that were so on this day or before")),
                ("minimum_count", int, strawberry.field(default=1, description="only links that at least so many records state")),
                ("hub_damping", float, strawberry.field(default=0.0, description="0 to 1: how far links of hubs weigh less")),
                *((name, kind | None, strawberry.field(default=None, name=name)) for name, kind in _PARAMETERS.items()),
            ],
        "What to run, over which part of the graph. Parameters go into the member named as the algorithm.",
    )  # fmt: skip


@strawberry.type(
    description="One parameter of an algorithm. least and most are included; kind: integer, number, boolean or choice."
)
class AlgorithmParameter:
    name: str
    kind: str
    default: JSON
    least: float | None
    most: float | None
    unit: str
    choices: list[str]
    doc: str


@strawberry.type(
    description="An algorithm. output: SCORE (a number each) or COMMUNITY. rules: what holds on every engine."
)
class AlgorithmInfo:
    name: str
    title: str
    rules: str
    version: int
    output: str
    parameters: list[AlgorithmParameter]


def algorithms(as_of: AsOf | None = None) -> list[AlgorithmInfo]:
    """What there is to run, whatever asOf says."""
    return [
        AlgorithmInfo(
            name=a.name, title=a.title, rules=a.rules, version=a.version, output=a.output,
            parameters=[AlgorithmParameter(**{k: v for k, v in asdict(p).items() if k != "choices"}, choices=list(p.choices)) for p in a.parameters],
        )
        for a in known_algorithms().values()
    ]  # fmt: skip


def request_of(given: AnalyseInput) -> Request:
    """The run that an input asks for; InvalidValue for parameters of another algorithm."""
    name = str(given.algorithm.value)
    parameters: dict[str, Any] = {}
    for other in known_algorithms():
        held = getattr(given, other, None)
        if held is None:
            continue
        if other != name:
            raise InvalidValue(f"input.{other}", other, f"given for {name}")
        for parameter in known_algorithms()[other].parameters:
            value = getattr(held, parameter.name)
            if value is not None:
                parameters[parameter.name] = value.value if isinstance(value, Enum) else value
    projection = Projection(
        tuple(sorted(names(given.kinds))), tuple(sorted(names(given.link_kinds))), given.start, given.end,
        given.minimum_count, given.hub_damping,
    )  # fmt: skip
    return Request(name, parameters, projection, given.engine.value)
