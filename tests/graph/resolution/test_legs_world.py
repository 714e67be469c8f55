"""Flight legs of the made-up world, through the service: how many pairs of records are found, and how many wrongly."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from random import Random

import duckdb
import pytest

from api.intake import Intake
from api.service import Service
from tests.api.conftest import open_service
from tests.world.flight_feeds import write_flights
from tests.world.plan import make_plan
from tests.world.truth import Truth

Found = dict[tuple[str, str], tuple[str, bytes]]
"""(family, the truth's key) of a record -> (true leg, entity)."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The flights of a world of 2,000 companies: 8 aircraft for 20 days, as nine feeds and a bulk list show them."""
    out = tmp_path_factory.mktemp("flights")
    with Truth(out / "truth") as truth:
        write_flights(make_plan(2_000, 7, 1, False, date(2026, 9, 1)), out, truth)
    return out


def feeds(world: Path) -> list[Path]:
    return sorted(path for path in world.iterdir() if path.name.startswith(("flightlist", "opensky", "aero")))


def taken_in(world: Path, files: Iterable[Path], data: Path) -> Found:
    """What a fresh directory makes of some of the world's files, taken in one after the other."""
    service = open_service(data)
    try:
        names = {}
        for path in files:
            for report in service.ingest(path, Intake()):
                assert report["rejected"] == 0, report
                names[report["revision"]] = path.name
        return _found(world, service, names, data)
    finally:
        service.close()


def _found(world: Path, service: Service, names: dict[int, str], data: Path) -> Found:
    with (world / "truth" / "records.csv").open(encoding="utf-8") as file:
        truth = {
            (row["family"], row["key"]): row["true_id"]
            for row in csv.DictReader(file)
            if row["kind"] == "Flight"
        }
    with duckdb.connect(str(data / "state.duckdb"), read_only=True) as state:
        rows = state.execute(
            "SELECT mid, rec_key, locator, revision FROM men WHERE kind = 'Flight' AND alive ORDER BY mid"
        ).fetchall()
    entities = service.graph.entities(service.view(service.scope(None)), [row[0] for row in rows])
    found = {}
    for (_, key, locator, revision), entity in zip(rows, entities, strict=True):
        assert entity is not None
        told = _told(names[revision], key, locator)
        found[told] = (truth[told], bytes(entity.id))
    return found


def _told(file: str, key: str, locator: str) -> tuple[str, str]:
    """(family, key) of a record as the truth names it."""
    family = file.split("_")[0]
    if family == "flightlist":
        aircraft, first = key.split("/", 1)
        return family, f"{aircraft}/{int(datetime.fromisoformat(first).timestamp())}"
    if family == "opensky":
        return family, key
    side, number = locator.split()
    place = int(number) - 1
    return family, f"{file}#{place}" if side == "flights" else f"{file}#{side}/{place}"


def pairs(groups: Iterable[object]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(groups).values())


def test_pairwise_precision_and_recall_keep_above_their_floors(world: Path, tmp_path: Path) -> None:
    found = taken_in(world, feeds(world), tmp_path / "data")

    true = pairs(leg for leg, _ in found.values())
    claimed = pairs(entity for _, entity in found.values())
    right = pairs(found.values())
    assert (len(found), true) == (1_874, 1_898), "the world is the one that the floors are of"
    assert right / claimed >= 0.999, "precision"
    assert right / true >= 0.995, "recall"


def test_the_order_in_which_files_come_changes_no_leg(world: Path, tmp_path: Path) -> None:
    some = [path for path in feeds(world) if "EGCC" in path.name or "EGPH" in path.name]
    some = [_shorter(path, tmp_path) for path in some]
    parts = []
    for seed in (0, 1):
        files = some[:]
        Random(seed).shuffle(files)
        found = taken_in(world, files, tmp_path / f"data{seed}")
        members: dict[bytes, list[tuple[str, str]]] = {}
        for record, (_, entity) in sorted(found.items()):
            members.setdefault(entity, []).append(record)
        parts.append(sorted(members.values()))

    assert len(parts[0]) > 100
    assert any(len(part) >= 3 for part in parts[0]), (
        "two boards and an array: OpenSky says the same of a leg in both"
    )
    assert parts[0] == parts[1]


def _shorter(path: Path, folder: Path) -> Path:
    """The first half of a feed."""
    body = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(body, list):
        body = body[: len(body) // 2]
    else:
        body = {side: flights[: len(flights) // 2] for side, flights in body.items()}
    short = folder / path.name
    short.write_text(json.dumps(body), encoding="utf-8")
    return short
