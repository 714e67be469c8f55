"""GraphQL's executor, quick where lists of objects are asked for nothing but what they hold.

The library completes every field of every object by itself: two million calls for 26,000 links with their ends, which
cost twice what reading them did. Here such a list is completed a field at a time, over all of its objects at once. It
takes no other way for anything else, and none of its own for a fault: whatever is not as expected (null where there
must be a value, a text in the place of a number) is completed anew by the library, which says what is wrong and where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    Undefined,
    is_leaf_type,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import GraphQLCoreConverter

Complete = Callable[[Sequence[Any]], Sequence[Any]]
"""Completes the values of one field, all at once. Raises whatever it likes when one of them is not as expected."""

_AS_THEY_ARE: Final[dict[str, type]] = {"ID": str, "String": str, "Boolean": bool}
"""Scalars that leave all values of a class alone."""

_INT: Final = 2**31


class Unexpected(Exception):
    """A value that the library had better complete: it never gets out of this module."""


class Executor(StrawberryGraphQLCoreExecutionContext):
    """Strawberry's, with `complete_iterable_value` a field at a time where that comes to the same."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        if self.middleware_manager and not self.middleware_manager.middlewares:
            self.middleware_manager = None  # else it is asked for every field
        # By the identity of the field's nodes, which are kept alive beside it: the way of `collect_subfields`.
        self._completes: dict[tuple[Any, int], tuple[Any, Complete | None]] = {}

    def complete_iterable_value(
        self, item_type: Any, field_details_list: Any, info: Any, path: Any, items: Iterable[Any],
        position_context: Any,
    ) -> Any:  # fmt: skip
        if isinstance(items, list | tuple) and not self.middleware_manager:
            complete = self._complete(item_type, field_details_list)
            if complete is not None:
                try:
                    return list(complete(items))
                except Exception:  # whatever it is, the library finds it again, and says where
                    pass
        return super().complete_iterable_value(
            item_type, field_details_list, info, path, items, position_context
        )

    def _complete(self, item_type: Any, nodes: Any) -> Complete | None:
        key = item_type, id(nodes)
        held = self._completes.get(key)
        if held is None:
            held = self._completes[key] = nodes, self._of_type(item_type, nodes)
        return held[1]

    def _of_type(self, kind: Any, nodes: Any) -> Complete | None:
        """How values of a type are completed; None when that takes more than looking at what they hold."""
        if isinstance(kind, GraphQLNonNull):
            return self._of_present(kind.of_type, nodes)
        complete = self._of_present(kind, nodes)
        return None if complete is None else _with_nulls(complete)

    def _of_present(self, kind: Any, nodes: Any) -> Complete | None:
        if isinstance(kind, GraphQLList):
            complete = self._of_type(kind.of_type, nodes)
            return None if complete is None else _lists(complete)
        if is_leaf_type(kind):
            return _leaves(kind)
        if isinstance(kind, GraphQLObjectType) and kind.is_type_of is None:
            return self._of_object(kind, nodes)
        return None

    def _of_object(self, kind: GraphQLObjectType, nodes: Any) -> Complete | None:
        grouped, deferred, _ = self.collect_subfields(kind, nodes)
        if deferred:
            return None
        fields: dict[str, tuple[Callable[[Any], Any], Complete]] = {}
        for response_name, details in grouped.items():
            name = details[0].node.name.value
            if name == "__typename":
                fields[response_name] = (lambda _: kind.name), list
                continue
            found = self.schema.get_field(kind, name)
            if found is None or found.args or not getattr(found.resolve, "_is_default", False):
                return None
            complete = self._of_type(found.type, details)
            if complete is None:
                return None
            held = found.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
            fields[response_name] = attrgetter(held.python_name), complete
        # Of a null, or a fault in the place of an object, no attribute can be had; its type's name could.
        return _objects(fields) if any(isinstance(get, attrgetter) for get, _ in fields.values()) else None


def _objects(fields: dict[str, tuple[Callable[[Any], Any], Complete]]) -> Complete:
    """Each object once, however often it is listed: thousands of links share their ends."""
    names = list(fields)

    def complete(items: Sequence[Any]) -> Sequence[Any]:
        distinct = {id(item): item for item in items}
        objects = list(distinct.values())
        columns = [done(list(map(get, objects))) for get, done in fields.values()]
        made = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        if len(made) == len(items):
            return made
        return list(map(dict(zip(distinct, made, strict=True)).__getitem__, map(id, items)))

    return complete


def _leaves(kind: Any) -> Complete:
    serialize, alone = kind.coerce_output_value, _AS_THEY_ARE.get(kind.name)
    remembered: dict[Any, Any] = {}

    def one(value: Any) -> Any:
        if value is None or isinstance(value, Exception) or hasattr(value, "__await__"):
            raise Unexpected
        done = serialize(value)
        if done is None or done is Undefined:
            raise Unexpected
        return done

    def complete(values: Sequence[Any]) -> Sequence[Any]:
        classes = set(map(type, values))
        if classes == {alone}:
            return values
        if kind.name == "Int" and classes == {int} and min(values) >= -_INT and max(values) < _INT:
            return values
        if isinstance(kind, GraphQLEnumType):
            for value in set(values) - remembered.keys():
                remembered[value] = one(value)
            return list(map(remembered.__getitem__, values))
        return [one(value) for value in values]

    return complete


def _with_nulls(complete: Complete) -> Complete:
    def completed(values: Sequence[Any]) -> Sequence[Any]:
        present = [value for value in values if value is not None and value is not Undefined]
        if len(present) == len(values):
            return complete(values)
        done = iter(complete(present))
        return [None if value is None or value is Undefined else next(done) for value in values]

    return completed


def _lists(complete: Complete) -> Complete:
    def completed(values: Sequence[Any]) -> Sequence[Any]:
        if not set(map(type, values)) <= {list, tuple}:
            raise Unexpected
        return [list(complete(value)) for value in values]

    return completed
