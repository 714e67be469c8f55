"""What the graph can hold, read once from ontology.yml: kinds, identifiers and links, frozen and checked.

`ontology()` is the one that ships; `parse(text)` reads another. ValueError names every fault that it found.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, cast

import yaml

from graph.values import value_types

Pole = Literal["P", "O", "L", "E"]
Uniqueness = Literal["global", "issuer", "session", "none"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entity. pole: person, object, location or event. properties: name -> value type's name."""

    name: str
    pole: Pole
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Identifier:
    """A kind of identifier key, "<name>:<issuer>/<value>" (without issuer when that is None).

    composed: its value is put together of several, so that nobody asks for it by one text."""

    name: str
    kind: str
    value: str
    uniqueness: Uniqueness
    issuer: str | None
    composed: bool = False

    def key(self, value: str) -> str:
        """The key text of a cleaned value."""
        return f"{self.name}:{self.issuer}/{value}" if self.issuer else f"{self.name}:{value}"


@dataclass(frozen=True, slots=True)
class LinkKind:
    """A kind of link and which kinds stand at its ends. properties: name -> value type's name."""

    name: str
    from_kinds: tuple[str, ...]
    to_kinds: tuple[str, ...]
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ontology:
    """Kinds, identifiers and links by name, in the file's order."""

    kinds: Mapping[str, Kind]
    identifiers: Mapping[str, Identifier]
    links: Mapping[str, LinkKind]


@cache
def ontology() -> Ontology:
    """The ontology that ships with Clew (graph/ontology.yml)."""
    return parse(resources.files("graph").joinpath("ontology.yml").read_text(encoding="utf-8"))


def parse(text: str) -> Ontology:
    """An ontology from its YAML text; ValueError lists unknown value types, link ends, poles and duplicates."""
    tree = cast(dict[str, dict[str, Any]], yaml.load(text, Loader=_Loader))
    faults: list[str] = []
    if set(tree) != {"kinds", "identifiers", "links"}:
        raise ValueError(f"ontology: has the sections {sorted(tree)}, not kinds, identifiers and links")
    read = Ontology(
        MappingProxyType({name: _kind(name, body or {}, faults) for name, body in tree["kinds"].items()}),
        MappingProxyType(
            {name: _identifier(name, body, faults) for name, body in tree["identifiers"].items()}
        ),
        MappingProxyType({name: _link(name, body, faults) for name, body in tree["links"].items()}),
    )
    used = [(f"identifier {i.name}", i.kind) for i in read.identifiers.values()]
    used += [
        (f"link {link.name}", end)
        for link in read.links.values()
        for end in (*link.from_kinds, *link.to_kinds)
    ]
    faults += [f"{where}: there is no kind {kind!r}" for where, kind in used if kind not in read.kinds]
    if faults:
        raise ValueError("ontology: " + "; ".join(faults))
    return read


def _kind(name: str, body: dict[str, Any], faults: list[str]) -> Kind:
    _only(name, body, {"pole", "properties"}, faults)
    if body.get("pole") not in ("P", "O", "L", "E"):
        faults.append(f"kind {name}: pole {body.get('pole')!r} is not P, O, L or E")
    return Kind(name, cast(Pole, body.get("pole")), _properties(name, body, faults))


def _identifier(name: str, body: dict[str, Any], faults: list[str]) -> Identifier:
    _only(name, body, {"kind", "value", "uniqueness", "issuer", "composed"}, faults)
    if body.get("uniqueness") not in ("global", "issuer", "session", "none"):
        faults.append(f"identifier {name}: uniqueness {body.get('uniqueness')!r} is not known")
    if body.get("value") not in value_types():
        faults.append(f"identifier {name}: there is no value type {body.get('value')!r}")
    return Identifier(
        name,
        str(body.get("kind")),
        str(body.get("value")),
        cast(Uniqueness, body.get("uniqueness")),
        body.get("issuer"),
        body.get("composed") is True,
    )


def _link(name: str, body: dict[str, Any], faults: list[str]) -> LinkKind:
    _only(name, body, {"from", "to", "properties"}, faults)
    return LinkKind(
        name, tuple(body.get("from", ())), tuple(body.get("to", ())), _properties(name, body, faults)
    )


def _properties(name: str, body: dict[str, Any], faults: list[str]) -> Mapping[str, str]:
    properties = {str(key): str(value) for key, value in body.get("properties", {}).items()}
    faults += [
        f"{name}.{key}: there is no value type {value!r}"
        for key, value in properties.items()
        if value not in value_types()
    ]
    return MappingProxyType(properties)


def _only(name: str, body: dict[str, Any], allowed: set[str], faults: list[str]) -> None:
    faults += [f"{name}: unknown member {member!r}" for member in sorted(set(body) - allowed)]


class _Loader(yaml.SafeLoader):
    """YAML that is loud about a name given twice, which YAML loaders else let the last one win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _ in node.value]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"ontology: {', '.join(twice)} is there twice, line {node.start_mark.line + 1}")
        return super().construct_mapping(node, deep)
