"""Flights out of a JSON file, whether it is a feed's list of them or one flight saved alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ingest.format import Input
from ingest.json_values import Element, json_values, single_object, whole_elements

IsFlight = Callable[[dict[str, Any]], bool]

LOOKED_AT = 50
"""Elements at a file's start among which a flight is looked for."""


def first_flight(head: bytes, is_flight: IsFlight) -> Element | None:
    """The first flight among those that a file's first bytes hold whole, None when none of them is one: a feed's
    first may be the broken one."""
    for element in (*whole_elements(head, LOOKED_AT), single_object(head)):
        if element is not None and isinstance(element.value, dict) and is_flight(element.value):
            return element
    return None


def flights_of(file: Input, is_flight: IsFlight) -> Iterable[Element]:
    """What a file holds, in order, a single flight as the only element of a bare array; raises as json_values does."""
    whole = file.path.stat().st_size == len(file.head)
    alone = single_object(file.head) if whole else None
    if alone is not None and is_flight(alone.value):
        return [alone]
    return json_values(file.path, file.name)
