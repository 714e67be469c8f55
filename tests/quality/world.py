"""The made-up world over its sources: what identifiers and all models that `clew resolve` runs put together, against its truth."""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from graph.resolution.models import MODELS
from graph.resolution.resolve import Run, decide
from tests.quality.measure import Quality, clusters, measure

GOAL = (0.99, 0.90)
"""Precision and recall, pairwise, of 1 M mentions over all sources."""


def judge_world(state: Path, truth_file: Path) -> tuple[dict[str, Quality], dict[str, int], float]:
    """Quality by kind, and of all; mentions whose truth is known; seconds of the models.

    Flights and aircraft are left out: tests/graph/resolution/test_legs_world.py holds them to the truth."""
    with TemporaryDirectory() as spilled, duckdb.connect() as con:
        con.execute("SET temp_directory = ?", [spilled])
        con.execute("SET memory_limit = '4GB'")
        con.execute(f"ATTACH '{state}' AS held (READ_ONLY)")
        con.execute("CREATE TEMP VIEW men AS SELECT * FROM held.men WHERE alive")
        con.execute("CREATE TEMP VIEW lnk AS SELECT * FROM held.lnk")
        started = time.perf_counter()
        edges = [
            (d.a, d.b)
            for model in MODELS
            for d in decide(con, model, "men", "lnk", Run())
            if d.verdict == "SAME"
        ]
        seconds = time.perf_counter() - started
        truth, kind = _truth(con, truth_file)
        kinds = ", ".join(f"'{one}'" for one in sorted(set(kind.values())))
        keys = dict(con.execute(f"SELECT mid, keys FROM men WHERE kind IN ({kinds})").fetchall())
    ends = [(a, b) for a, b in edges if a in keys and b in keys]
    found = clusters(keys, ends, keys)
    told = {"all": measure(found, truth)}
    counts = {"all": len(truth)}
    for one in sorted(set(kind.values())):
        some = {mid: true for mid, true in truth.items() if kind[mid] == one}
        told[one], counts[one] = measure(found, some), len(some)
    return told, counts, seconds


def lines(state: Path, truth_file: Path) -> list[str]:
    """A line a kind, and whether the goal is met, or by how much not."""
    told, counts, seconds = judge_world(state, truth_file)
    table = [f"{name:14} {counts[name]:>9,} mentions  {quality}" for name, quality in told.items()]
    return [*table, f"models: {seconds:.1f} s", goal(told["all"])]


def goal(found: Quality) -> str:
    precision, recall = GOAL
    short = [
        f"{name} by {least - got:.4f}"
        for name, got, least in (("precision", found.precision, precision), ("recall", found.recall, recall))
        if got < least
    ]
    said = "met" if not short else "missed: " + ", ".join(short)
    return f"goal: precision {precision} at recall {recall}: {said}"


def _truth(con: duckdb.DuckDBPyConnection, path: Path) -> tuple[dict[bytes, str], dict[bytes, str]]:
    """Mention id -> true thing, and -> kind, by what truth/records.csv calls the records of each source."""
    said: dict[tuple[str, str], str] = {}
    kinds: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = row["key"].partition("#")[2] if row["family"] == "listings" else row["key"]
            key = _officer(key) if row["family"] == "officers" else key
            said[row["slot"], key] = row["true_id"]
            kinds.setdefault(row["true_id"], row["kind"])
    truth: dict[bytes, str] = {}
    of: dict[bytes, str] = defaultdict(str)
    for mid, kind, key, slot, locator in con.execute(
        "SELECT mid, kind, rec_key, slot, locator FROM men WHERE slot IN ('company', 'officer', 'controller', 'contact', 'owner', 'organisation', 'account', 'listing')"
    ).fetchall():
        place = _place(slot, key, locator)
        if place in said and kind != "Address":
            truth[mid], of[mid] = said[place], kind
    return truth, of


def _place(slot: str, key: str, locator: str) -> tuple[str, str]:
    """(slot, key) as the truth writes it."""
    if slot == "company":
        return slot, key.rpartition("/")[2]
    if slot == "officer":
        return slot, _officer(key)
    if slot == "controller":
        return slot, f"/{key}"
    if slot in ("contact", "owner", "organisation"):
        return (
            slot,
            f"{key.partition('/')[0].partition(' ')[0]}#{'owner' if slot == 'owner' else locator.split()[-1]}",
        )
    if slot == "account":
        return slot, key.split("/")[2] if key.count("/") > 2 else ""
    return slot, key.partition("/")[2]


def _officer(key: str) -> str:
    """The company's number and the person's, which its first eight digits are."""
    number, person = key.split("/")[:2]
    return f"{number}/{person[:8]}"
