"""The algorithms, one a file: the registry imports every sibling and is loud about a malformed or duplicate one."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType, ModuleType

from analytics.engine import Algorithm
from graph.errors import Refused

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def collect(modules: Iterable[ModuleType]) -> Mapping[str, Algorithm]:
    """The algorithms of modules by name, sorted; TypeError names a malformed or duplicate one."""
    found: dict[str, Algorithm] = {}
    for module in modules:
        given = getattr(module, "ALGORITHM", None)
        if not isinstance(given, Algorithm):
            raise TypeError(f"{module.__name__} does not end with ALGORITHM = Algorithm(…)")
        if not _NAME.fullmatch(given.name):
            raise TypeError(f"{module.__name__}: {given.name!r} is not lower-case words with hyphens")
        if given.name in found:
            raise TypeError(f"{module.__name__}: there is an algorithm {given.name!r} already")
        for parameter in given.parameters:
            parameter.read(parameter.default)
        found[given.name] = given
    return MappingProxyType(dict(sorted(found.items())))


@cache
def algorithms() -> Mapping[str, Algorithm]:
    """Every algorithm by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return collect(import_module(f"{__name__}.{name}") for name in names)


def algorithm_named(name: str) -> Algorithm:
    """The algorithm of that name; raises Refused, which names the ones there are."""
    known = algorithms()
    if name not in known:
        raise Refused(f"There is no algorithm {name!r}.", remedy=f"There are {', '.join(known)}.")
    return known[name]
