"""The made-up world's people through the pipeline, their truth, and how the model and plain Splink do on them."""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from graph.resolution import columns
from graph.resolution.models import PERSON
from graph.resolution.resolve import Run, decide
from tests.quality.measure import Quality, clusters, measure
from tests.quality.plain import plain


@dataclass(frozen=True)
class Result:
    """mentions: of people, with truth. model: identifiers and model decisions; identifiers: these alone.

    confirmed: the model's, when a person says SAME to each of its proposals that is right, and to no other. traps: by kind, how
    many were planted (two people apiece who look like one), and in how many the model has a mention of each in one cluster."""

    mentions: int
    people: int
    compared: int
    seconds: float
    identifiers: Quality
    model: Quality
    confirmed: Quality
    plain: Quality
    full: dict[str, int]
    traps: dict[str, tuple[int, int]]

    def __str__(self) -> str:
        caught = "".join(
            f"\n  {kind}: {n} planted, {joined} joined" for kind, (n, joined) in self.traps.items()
        )
        left = "".join(f"\n  {name}: {n} values" for name, n in self.full.items())
        return (
            f"{self.mentions:,} mentions of {self.people:,} people; {self.compared:,} pairs compared in {self.seconds:.1f} s{left}\n"
            f"  identifiers alone          {self.identifiers}\n"
            f"  identifiers + plain Splink {self.plain}\n"
            f"  identifiers + {PERSON.decider}     {self.model}\n"
            f"  and its right proposals    {self.confirmed}{caught}"
        )


def judge_people(state: Path, truth_file: Path, *, owners: bool = True) -> Result:
    """Resolve the people of a data directory's state file and hold them to the world's truth.

    owners: count the owners of phone books too, whom nothing but their book names."""
    with TemporaryDirectory() as spilled, duckdb.connect() as con:
        con.execute("SET temp_directory = ?", [spilled])
        con.execute("SET memory_limit = '4GB'")
        con.execute(f"ATTACH '{state}' AS held (READ_ONLY)")
        con.execute("CREATE TEMP VIEW men AS SELECT * FROM held.men WHERE alive")
        con.execute("CREATE TEMP VIEW lnk AS SELECT * FROM held.lnk")
        run, started = Run(), time.perf_counter()
        found = decide(con, PERSON, "men", "lnk", run)
        seconds = time.perf_counter() - started
        same = [(d.a, d.b) for d in found if d.verdict == "SAME"]
        proposed = [(d.a, d.b) for d in found if d.verdict == "UNSURE"]
        columns.make(con, PERSON.kinds, "men", "lnk", "f_base")
        columns.scoped(con, "f_base", PERSON.who, "0", "f_scope")
        rows = con.execute("SELECT mid, mno, keys FROM f_scope").fetchall()
        keys = {mid: held for mid, _, held in rows}
        mids = {mno: mid for mid, mno, _ in rows}
        truth = _truth(con, truth_file, owners)
        con.execute("CREATE TABLE columns AS SELECT * FROM f_scope")
        peer = [(mids[a], mids[b]) for a, b in plain(con, "columns")]
    right = [(a, b) for a, b in proposed if a in truth and truth[a] == truth.get(b)]
    found_clusters = [clusters(keys, edges, keys) for edges in ([], same, [*same, *right], peer)]
    results = [measure(held, truth) for held in found_clusters]
    return Result(
        len(truth),
        len(set(truth.values())),
        run.compared[PERSON.decider],
        seconds,
        *results,
        run.full.get(PERSON.decider, {}),
        _traps(found_clusters[1], truth, truth_file.with_name("traps.csv")),
    )


def _traps(cluster: dict[bytes, bytes], truth: dict[bytes, str], path: Path) -> dict[str, tuple[int, int]]:
    """See Result.traps."""
    planted: dict[tuple[str, str], set[str]] = defaultdict(set)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            planted[row["kind"], row["trap"]].add(row["true_id"])
    within: dict[bytes, set[str]] = defaultdict(set)
    for mid, one in truth.items():
        within[cluster[mid]].add(one)
    wrong = {frozenset(pair) for people in within.values() for pair in combinations(sorted(people), 2)}
    found: dict[str, tuple[int, int]] = {}
    for (kind, _), people in sorted(planted.items()):
        n, joined = found.get(kind, (0, 0))
        together = any(frozenset(pair) in wrong for pair in combinations(sorted(people), 2))
        found[kind] = (n + 1, joined + together)
    return found


def _truth(con: duckdb.DuckDBPyConnection, path: Path, owners: bool) -> dict[bytes, str]:
    """Mention id -> true person, by what truth/records.csv calls the records of each family."""
    said: dict[tuple[str, ...], str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] == "Person":
                said[_place(row["family"], row["slot"], row["key"])] = row["true_id"]
    found = {}
    for mid, key, slot, locator in con.execute(
        "SELECT mid, rec_key, slot, locator FROM men WHERE kind = 'Person'"
    ).fetchall():
        if slot in ("contact", "owner"):
            card = "owner" if slot == "owner" else locator.split()[-1]
            place = ("vcard", slot, f"{key.partition('/')[0].partition(' ')[0]}#{card}")
        elif slot == "officer":
            number, person = key.split("/")[:2]
            place = ("officers", number, person)
        else:
            place = ("psc", key)
        if place in said and (owners or slot != "owner"):
            found[mid] = said[place]
    return found


def _place(family: str, slot: str, key: str) -> tuple[str, ...]:
    if family == "officers":
        number, person = key.split("/")
        return (family, number, person[:8])
    if family == "psc":
        return (family, key.lstrip("/"))
    return (family, slot, key)
