"""`clew match`: a list of people or bodies, and for each line whom in the graph it may be."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, NamedTuple

from rich.console import Console

from api.export import lines
from api.matching import Candidate, Matched, answer, matches, model_for
from api.service import Service
from api.settings import Settings
from graph.errors import InvalidValue, Refused
from graph.resolution.online import lists
from graph.resolution.online.record import Fault

HEADER: Final = ("row", "asked", "rank", "verdict", "entity", "kind", "caption", "mention", "bits", "probability", "reason", "because",
                 "identifiers", "compared", "truncated", "rejected")  # fmt: skip
_ERR: Final = Console(stderr=True, highlight=False)
_SHOWN: Final = 10
"""Rejects told one by one."""


class _Line(NamedTuple):
    row: int
    values: Mapping[str, Sequence[str]]
    found: Matched
    faults: tuple[Fault, ...]


def match(settings: Settings, args: argparse.Namespace, caught_up: Callable[[Service], None]) -> int:
    """See commands.match."""
    if not 1 <= args.first <= 100:
        raise InvalidValue("--first", args.first, "1 to 100")
    asked = list(lists.read(_text(args.file)))
    service = Service(settings)
    caught_up(service)
    told = _matched(service, args, asked)
    if args.json:
        for line in told:
            print(json.dumps(_object(line), ensure_ascii=False))
    else:
        _write(args.out, [row for line in told for row in _rows(line)])
    service.close()
    faults = [(line.row, fault) for line in told for fault in line.faults]
    _tell(args.file, faults)
    found = sum(bool(line.found.candidates) for line in told)
    said = sum(bool(line.values) for line in told)
    _ERR.print(f"{said:,} records, {found:,} with candidates, {len(faults):,} rejects", markup=False)
    return 0


def _matched(service: Service, args: argparse.Namespace, asked: Sequence[lists.Listed]) -> list[_Line]:
    view = service.view(service.scope(args.reader))
    held = matches(service)
    if held.index.head() < view.revision:
        _ERR.print("indexing what came in …", markup=False)
    view = held.ready(view, wait=True)
    kind, model = model_for(service, args.kind, view.revision)
    told = []
    for one in asked:
        found = answer(service, view, kind, model, one.values, args.first)
        told.append(_Line(one.row, one.values, found, one.told(found.faults)))
    return told


def _text(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{name} is not UTF-8: byte {error.start}.", remedy="Save it as CSV UTF-8.") from error
    except OSError as error:
        raise Refused(
            f"{name} cannot be read: {error.strerror}.", remedy="Name a CSV file, or - for stdin."
        ) from error


def _write(out: str | None, rows: Sequence[tuple[object, ...]]) -> None:
    if out is None:
        lines(sys.stdout, HEADER, rows, plain=False)
        return
    part = Path(f"{out}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        lines(file, HEADER, rows, plain=False)
    part.replace(out)


def _rows(line: _Line) -> Iterator[tuple[object, ...]]:
    """A line a candidate; one without for a record that has none."""
    asked = "; ".join(text for some in line.values.values() for text in some)
    cuts = "; ".join(f"{cut.by}: {cut.limit}" for cut in line.found.truncated)
    faults = "; ".join(f"{fault.field}: {fault.value!r}" for fault in line.faults)
    for rank, one in enumerate(line.found.candidates or (None,), 1):
        shown = ("",) * 10 if one is None else _shown(one)
        yield (line.row, asked, "" if one is None else rank, *shown, line.found.compared, cuts, faults)


def _shown(one: Candidate) -> tuple[object, ...]:
    because = "; ".join(f"{c.name}: {c.level} ({c.bits:+.1f})" for c in one.weighed.comparisons if c.bits)
    return (
        one.verdict or "", one.entity.id.hex(), one.entity.kind, one.entity.caption, one.mention.hex(), one.weighed.bits, one.probability,
        one.reason, because, "; ".join(one.identifiers),
    )  # fmt: skip


def _object(line: _Line) -> dict[str, Any]:
    return {
        "row": line.row,
        "asked": line.values,
        "candidates": [
            dict(zip(HEADER[3:13], _shown(one), strict=True))
            | {"because": [asdict(c) for c in one.weighed.comparisons], "identifiers": list(one.identifiers)}
            for one in line.found.candidates
        ],
        "compared": line.found.compared,
        "truncated": [asdict(cut) for cut in line.found.truncated],
        "rejects": [fault._asdict() for fault in line.faults],
    }


def _tell(name: str, faults: Sequence[tuple[int, Fault]]) -> None:
    for row, fault in faults[:_SHOWN]:
        _ERR.print(
            f"{name}: row {row}: {fault.field}: {fault.value!r}: {fault.remedy}", markup=False, soft_wrap=True
        )
    if len(faults) > _SHOWN:
        _ERR.print(f"and {len(faults) - _SHOWN:,} more", markup=False)
