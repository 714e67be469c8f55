"""`clew analyse`: an algorithm run in process, its job beside those of the service."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from analytics.analyse import Request
from api.service import Service
from api.settings import Settings
from graph.errors import InvalidValue
from graph.ontology import ontology
from graph.reading.network import Projection


def run(settings: Settings, args: argparse.Namespace) -> int:
    """See commands.analyse."""
    service = Service(settings)
    try:
        scope = service.scope(args.reader)
        job = service.analyses.run(scope, _request(args))
        found = {run.id: run for run in service.analyses.runs.seen(service.view(scope), scope)}.get(job.id)
    finally:
        service.close()
    told: dict[str, Any] = {"job": job.id, "state": job.state, "error": job.error}
    if found is not None:
        kept = asdict(found)
        told |= {"run": {name: kept[name] for name in ("id", "algorithm", "engine", "parameters", "projection", "revision", "size", "links", "metrics")}}  # fmt: skip
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
    elif found is not None:
        metrics = ", ".join(f"{name} {value:g}" for name, value in sorted(found.metrics.items()))
        print(f"{found.algorithm} over {found.size:,} entities and {found.links:,} links at revision {found.revision}: {metrics or 'done'}")  # fmt: skip
    else:
        print(f"clew analyse: {job.error or job.state}", file=sys.stderr)
    return 0 if job.state == "DONE" else 1


def _request(args: argparse.Namespace) -> Request:
    parameters: dict[str, Any] = {}
    for text in args.set:
        name, separator, value = text.partition("=")
        if not separator:
            raise InvalidValue("--set", text, "NAME=VALUE")
        parameters[name] = _value(value)
    projection = Projection(
        named("--kinds", args.kinds, list(ontology().kinds)),
        named("--link-kinds", args.link_kinds, list(ontology().links)),
        _day("--from", args.start),
        _day("--to", args.end),
        args.minimum_count,
        args.hub_damping,
    )
    return Request(args.algorithm.lower(), parameters, projection, args.engine.upper())


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def named(option: str, text: str, known: Sequence[str]) -> tuple[str, ...]:
    """The names in a comma list, each one that is known; InvalidValue otherwise."""
    names = sorted({name.strip() for name in text.split(",") if name.strip()})
    for name in names:
        if name not in known:
            raise InvalidValue(option, name, "one of " + ", ".join(known))
    return tuple(names)


def _day(option: str, text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise InvalidValue(option, text, "a day such as 2026-01-31") from error
