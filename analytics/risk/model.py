"""The risk model as it is written in YAML, read strictly."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

import yaml

from graph.errors import Refused
from graph.roles import ROLES

PARAMETERS: Final[Mapping[str, frozenset[str]]] = {
    "mass_address": frozenset({"cap", "from", "full"}),
    "churn": frozenset({"cap", "from", "full", "days"}),
    "opaque_ownership": frozenset({"cap", "ring", "off_register", "layers", "from", "full"}),
    "proximity": frozenset({"cap", "from", "full", "damping", "hub_damping"}),
}


@dataclass(frozen=True, slots=True)
class Model:
    """factors: their parameters by name. unranked: roles that riskRanking leaves out. without: factors by role that do
    not count. listed_roles, listed_sources, listed_cases: who is listed. digest: of all of it."""

    version: int
    quantum: float
    kinds: tuple[str, ...]
    factors: Mapping[str, Mapping[str, float]]
    listed_roles: tuple[str, ...]
    listed_sources: tuple[str, ...]
    listed_cases: bool
    unranked: tuple[str, ...]
    without: Mapping[str, tuple[str, ...]]
    digest: str


def shipped() -> Model:
    """The model that comes with Clew."""
    return parse(
        resources.files("analytics.risk").joinpath("model.yml").read_text(encoding="utf-8"), "model.yml"
    )


def model_of(data: Path) -> Model:
    """The model of a data directory: its risk.yml, else the one that comes with Clew. Refused when it is malformed."""
    own = data / "risk.yml"
    return parse(own.read_text(encoding="utf-8"), str(own)) if own.exists() else shipped()


def parse(text: str, name: str) -> Model:
    """A model from its YAML; Refused names what is wrong with it."""
    try:
        tree = yaml.safe_load(text)
        return _model(tree)
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(
            f"Risk model {name}: {error}.", remedy="Compare it with analytics/risk/model.yml."
        ) from error


def _model(tree: dict[str, Any]) -> Model:
    known = {"version", "quantum", "kinds", "factors", "listed", "roles"}
    if set(tree) != known:
        raise ValueError(f"has the members {sorted(tree)}, not {sorted(known)}")
    factors = {name: {k: float(v) for k, v in values.items()} for name, values in tree["factors"].items()}
    for name, values in factors.items():
        if name not in PARAMETERS or set(values) != PARAMETERS[name]:
            raise ValueError(f"factor {name} has {sorted(values)}, not {sorted(PARAMETERS.get(name, ()))}")
        if not values["cap"] >= 0 or not values["from"] < values["full"]:
            raise ValueError(f"factor {name}: cap is 0 or more, and from is below full")
    if sum(values["cap"] for values in factors.values()) > 100:
        raise ValueError("the caps come to more than 100")
    opaque = factors["opaque_ownership"]
    if opaque["ring"] + opaque["off_register"] + opaque["layers"] > opaque["cap"]:
        raise ValueError("the parts of opaque_ownership come to more than its cap")
    quantum = float(tree["quantum"])
    if quantum <= 0 or (1 / quantum) != int(1 / quantum) or int(1 / quantum) & (int(1 / quantum) - 1):
        raise ValueError("quantum is 1 or a half, a quarter, an eighth … of a point, so that sums are exact")
    roles = tree["roles"]
    if set(roles) != set(ROLES):
        raise ValueError(f"roles are {sorted(roles)}, not {sorted(ROLES)}")
    listed = tree["listed"]
    return Model(
        version=int(tree["version"]), quantum=quantum, kinds=tuple(tree["kinds"]), factors=factors,
        listed_roles=tuple(listed["roles"]), listed_sources=tuple(listed["sources"]), listed_cases=bool(listed["cases"]),
        unranked=tuple(role for role in ROLES if not roles[role]["ranked"]),
        without={role: tuple(roles[role]["without"]) for role in ROLES if roles[role]["without"]},
        digest=hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest(),
    )  # fmt: skip
