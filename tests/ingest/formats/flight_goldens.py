"""The golden inputs of the flight formats: read, and read again without one of their fields."""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.golden import ROOT
from tests.ingest.told import Told, outcomes


def golden(name: str) -> Told:
    """What a golden input ("<format>/<file>") comes to."""
    return read(ROOT / name)


def read(path: Path) -> Told:
    """What a file comes to; AssertionError when it is refused."""
    [told] = outcomes(path)
    assert isinstance(told, Told), told
    return told


def columns_unseen(name: str, folder: Path) -> list[str]:
    """The columns of a golden CSV that may be empty in every row without any change of its answer."""
    rows = list(csv.reader(io.StringIO((ROOT / name).read_text(encoding="utf-8"))))
    # A row that is cut short is a reject as a whole: any change of it is seen there.
    rows = [row for row in rows if len(row) == len(rows[0])]
    whole = _facts(folder / Path(name).name, _csv(rows))
    unseen = []
    for index, column in enumerate(rows[0]):
        without = [rows[0], *([*row[:index], "", *row[index + 1 :]] for row in rows[1:])]
        if _facts(folder / Path(name).name, _csv(without)) == whole:
            unseen.append(column)
    return unseen


def members_unseen(name: str, folder: Path) -> set[str]:
    """The members, dotted, of a golden JSON file's flights that may be missing without any change of its answer."""
    body = json.loads((ROOT / name).read_text(encoding="utf-8"))
    path = folder / Path(name).name
    whole = _facts(path, json.dumps(body))
    paths = {found for flight in _flights(body) for found in _members(flight)}
    return {".".join(found) for found in paths if _facts(path, json.dumps(_without(body, found))) == whole}


def _facts(path: Path, content: str) -> list[Any]:
    """All but the text as received and the counts; why not, when it is refused."""
    path.write_text(content, encoding="utf-8", newline="")
    [outcome] = outcomes(path)
    if not isinstance(outcome, Told):
        return [outcome.refused]
    told = outcome.as_json()
    return [told["records"], told["rejects"], told["report"]["notes"], told["report"]["observed_basis"]]


def _csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _flights(body: Any) -> list[dict[str, Any]]:
    lists = [body] if isinstance(body, list) else [body.get("departures", []), body.get("arrivals", [])]
    return [flight for each in lists for flight in each if isinstance(flight, dict)]


def _members(value: dict[str, Any], where: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, held in value.items():
        if isinstance(held, dict):
            yield from _members(held, (*where, name))
        else:
            yield (*where, name)


def _without(body: Any, path: tuple[str, ...]) -> Any:
    changed = copy.deepcopy(body)
    for flight in _flights(changed):
        inner: Any = flight
        for name in path[:-1]:
            inner = inner.get(name) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            inner.pop(path[-1], None)
    return changed
