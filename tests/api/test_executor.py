"""Lists completed a field at a time come to what GraphQL's own executor gives, faults included."""

from __future__ import annotations

from datetime import date
from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.scalars import JSON
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext as Library

from api.schema import schema
from api.schema.executor import Executor
from api.service import Service
from tests.api.asking import answers, mixed_world


@strawberry.enum
class Colour(Enum):
    RED = "R"
    BLUE = "B"


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Kept(Named):
    """Of an interface: the library looks at the class of each."""


@strawberry.type
class Part:
    id: strawberry.ID
    size: int
    parent: Part | None
    colour: Colour
    colours: list[Colour]
    names: list[str | None] | None
    weight: float | None
    made: date | None
    sound: bool
    other: JSON
    kept: Kept

    @strawberry.field
    def twice(self, times: int = 2) -> int:
        return self.size * times


_VALUES: list[Any] = [
    None, "", "a", 0, 7, 2**31 - 1, 2**31, -(2**31) - 1, 1.0, 1.5, float("nan"), True, False, Colour.RED, Colour.BLUE, "RED",
    date(2026, 1, 2), [], ["a"], ["a", None], [Colour.BLUE], [None], ("a",), {"a": [1]}, ValueError("a fault"),
]  # fmt: skip
_SOUND: dict[str, Any] = {
    "id": "a", "size": 1, "parent": None, "colour": Colour.RED, "colours": [Colour.BLUE, Colour.RED], "names": ["x", None],
    "weight": 0.5, "made": date(2026, 1, 2), "sound": True, "other": {"a": 1}, "kept": Kept(name="k"),
}  # fmt: skip
_FIELDS = [
    "id", "size", "colour", "colours", "names", "weight", "made", "sound", "other", "__typename", "kept { name }",
    "one: id", "parent { id size }", "parent { __typename }", "parent { parent { id colour } id }", "twice",
    "twice(times: 3)", "...on Part { size id }", "size @skip(if: true)", "id @include(if: $yes)", "...P",
]  # fmt: skip


@st.composite
def _parts(draw: st.DrawFn, depth: int = 2) -> Any:
    """Something like a Part: sound, or with a few values that are not of their field's type, or missing."""
    held = dict(_SOUND)
    for name in draw(st.lists(st.sampled_from(sorted(_SOUND)), max_size=2)) if draw(st.booleans()) else ():
        held[name] = draw(st.sampled_from(_VALUES))
    if depth and draw(st.booleans()):
        held["parent"] = draw(_parts(depth - 1))
    if draw(st.integers(0, 20)) == 0:
        held.pop(draw(st.sampled_from(sorted(held))))
    return Part(**held) if held.keys() == _SOUND.keys() else SimpleNamespace(**held)


def _made(root: Any, executor: type) -> Any:
    @strawberry.type
    class Query:
        @strawberry.field
        def parts(self) -> list[Part]:
            return root  # type: ignore[no-any-return]

        @strawberry.field
        def some(self) -> list[Part | None] | None:
            return root  # type: ignore[no-any-return]

        @strawberry.field
        def rows(self) -> list[list[Part]] | None:
            return [root, root]

    return strawberry.Schema(Query, types=[Kept], execution_context_class=executor)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(_parts() | st.sampled_from([None, "no part", ValueError("a fault")]) | _parts(), max_size=4),
    st.booleans(),
    st.sampled_from(["parts", "some", "rows"]),
    st.lists(st.sampled_from(_FIELDS), min_size=1, max_size=5, unique=True),
    st.booleans(),
)
def test_any_selection_of_any_values_comes_to_what_the_library_gives(
    parts: list[Any], repeated: bool, root: str, fields: list[str], yes: bool
) -> None:
    listed = parts * 2 if repeated else parts
    text = f"query Q($yes: Boolean!) {{ {root} {{ size {' '.join(fields)} ...P }} }} fragment P on Part {{ id @include(if: $yes) names }}"
    told = [
        _made(listed, executor).execute_sync(text, variable_values={"yes": yes})
        for executor in (Library, Executor)
    ]
    (data, faults), (ours, our_faults) = (
        (repr(one.data), [(e.message, e.path) for e in one.errors or ()]) for one in told
    )
    assert (ours, our_faults) == (data, faults)


def test_a_list_of_what_objects_hold_is_completed_without_the_library(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Executor, "complete_list_item_value", None, raising=False)
    part = Part(**(_SOUND | {"parent": Part(**_SOUND)}))
    told = _made([part, part], Executor).execute_sync(
        "{ parts { id colour names parent { size colours } __typename } }"
    )
    one = {
        "id": "a", "colour": "RED", "names": ["x", None], "parent": {"size": 1, "colours": ["BLUE", "RED"]},
        "__typename": "Part",
    }  # fmt: skip
    assert (told.data, told.errors) == ({"parts": [one, one]}, None)


def test_every_root_field_answers_as_the_library_has_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = mixed_world(service, seed=5, hidden=True, steps=3)
    ours = answers(service, ids)
    monkeypatch.setattr(schema, "execution_context_class", Library)
    assert ours == answers(service, ids)
