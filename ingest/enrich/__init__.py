"""The enrichers, one a file: the registry imports every sibling and is loud about a malformed or duplicate one."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from graph.errors import Refused
from ingest.enrich.base import Enricher

_NOT = frozenset({"base", "cache", "batch"})


@cache
def enrichers() -> Mapping[str, Enricher]:
    """Every enricher by name; TypeError for a module without one, or two of one name."""
    found: dict[str, Enricher] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name not in _NOT):
        given = getattr(import_module(f"{__name__}.{module}"), "ENRICHER", None)
        if given is None or given.name in found:
            raise TypeError(f"ingest.enrich.{module} does not end with an ENRICHER of a name of its own")
        found[given.name] = given
    return MappingProxyType(found)


def enricher_named(name: str) -> Enricher:
    """The enricher of that name; raises Refused, which names the ones there are."""
    known = enrichers()
    if name not in known:
        raise Refused(f"There is no enricher {name!r}.", remedy=f"The enrichers are: {', '.join(known)}.")
    return known[name]
