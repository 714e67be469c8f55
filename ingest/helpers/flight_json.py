"""Flights out of a JSON file, whether it is a feed's list of them or one flight saved alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ingest.format import Input
from ingest.json_values import Element, first_element, json_values, single_object

IsFlight = Callable[[dict[str, Any]], bool]


def first_flight(head: bytes, is_flight: IsFlight) -> Element | None:
    """The first flight that a file's first bytes hold whole, None when that is no flight, or they hold none."""
    alone = single_object(head)
    for element in (first_element(head), alone):
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
