"""What a value type is: how one kind of value is cleaned and how alike two cleaned ones are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ValueType:
    """One value type of the ontology; each sibling file ends with `VALUE = ValueType(...)`.

    name: as ontology.yml writes it, the file's own name. clean: text as received -> canonical text; raises
    graph.errors.InvalidValue. clean is idempotent: clean(clean(x)) == clean(x). compare: of two cleaned values,
    0.0 (surely different) to 1.0 (equal), symmetric, and 1.0 of a value with itself.
    """

    name: str
    clean: Callable[[str], str]
    compare: Callable[[str, str], float]


def same(a: str, b: str) -> float:
    """1.0 when equal, else 0.0: the comparison of codes and numbers, where near is not alike."""
    return 1.0 if a == b else 0.0
