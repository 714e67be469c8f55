"""The formats, one a file: the registry imports every sibling and is loud about a malformed or duplicate one."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType, ModuleType

from graph.errors import Usage
from ingest.format import Format

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def collect(modules: Iterable[ModuleType]) -> Mapping[str, Format]:
    """The formats of modules by name, sorted; TypeError names a malformed or duplicate one."""
    found: dict[str, Format] = {}
    for module in modules:
        given = getattr(module, "FORMAT", None)
        if given is None:
            raise TypeError(f"{module.__name__} does not end with FORMAT = …")
        missing = [part for part in ("name", "title", "sniff", "read") if not getattr(given, part, None)]
        if missing:
            raise TypeError(f"{module.__name__}: its FORMAT lacks {', '.join(missing)}")
        if not _NAME.fullmatch(given.name):
            raise TypeError(f"{module.__name__}: {given.name!r} is not lower-case words with hyphens")
        if given.name in found:
            raise TypeError(f"{module.__name__}: there is a format {given.name!r} already")
        found[given.name] = given
    return MappingProxyType(dict(sorted(found.items())))


@cache
def formats() -> Mapping[str, Format]:
    """Every format by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return collect(import_module(f"{__name__}.{name}") for name in names)


def format_named(name: str) -> Format:
    """The format of that name; raises Usage, which names the ones there are."""
    known = formats()
    if name not in known:
        raise Usage(f"There is no format {name!r}.", remedy=f"There are {', '.join(known)}.")
    return known[name]
