"""The value types, one a file: `value_type("postcode").clean("sw1a2aa") == "SW1A 2AA"`.

The registry imports every sibling that is not listed in _SUPPORT and is loud about one that is malformed: without
`VALUE`, with another name than its file's, without documentation of its cleaning rule, or with a name twice.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType, ModuleType

from graph.errors import InvalidValue
from graph.values.base import ValueType

_SUPPORT = frozenset({"base", "country_names", "folding", "forms_abroad", "legal_forms"})


def collect(modules: Iterable[ModuleType]) -> Mapping[str, ValueType]:
    """The value types of modules by name, sorted; TypeError names a malformed or duplicate one."""
    found: dict[str, ValueType] = {}
    for module in modules:
        value = getattr(module, "VALUE", None)
        if not isinstance(value, ValueType):
            raise TypeError(f"{module.__name__} does not end with VALUE = ValueType(...)")
        if value.name in found:
            raise TypeError(f"{module.__name__}: there is a value type {value.name!r} already")
        if value.name != module.__name__.rpartition(".")[2]:
            raise TypeError(f"{module.__name__}: its VALUE is named {value.name!r}, not as its file")
        if not value.clean.__doc__:
            raise TypeError(f"{module.__name__}: clean() does not document its rule")
        found[value.name] = value
    return MappingProxyType(dict(sorted(found.items())))


@cache
def value_types() -> Mapping[str, ValueType]:
    """Every value type by name."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name not in _SUPPORT)
    return collect(import_module(f"{__name__}.{name}") for name in names)


def value_type(name: str) -> ValueType:
    """The value type of that name; KeyError names the ones there are."""
    types = value_types()
    if name not in types:
        raise KeyError(f"no value type {name!r}; there are {', '.join(types)}")
    return types[name]


def clean(name: str, raw: str) -> str:
    """A value in its type's canonical form; raises InvalidValue."""
    return value_type(name).clean(raw)


def clean_or_none(name: str, raw: str | None) -> str | None:
    """A value in canonical form, None when there is none or its type cannot read it."""
    if not raw:
        return None
    try:
        return value_type(name).clean(raw)
    except InvalidValue:
        return None
