"""The made-up world's people through the pipeline, their truth, and how the model and plain Splink do on them."""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass
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

    confirmed: the model's, when a person says SAME to each of its proposals that is right, and to no other."""

    mentions: int
    people: int
    compared: int
    seconds: float
    identifiers: Quality
    model: Quality
    confirmed: Quality
    plain: Quality
    full: dict[str, int]

    def __str__(self) -> str:
        left = "".join(f"\n  {name}: {n} values" for name, n in self.full.items())
        return (
            f"{self.mentions:,} mentions of {self.people:,} people; {self.compared:,} pairs compared in {self.seconds:.1f} s{left}\n"
            f"  identifiers alone          {self.identifiers}\n"
            f"  identifiers + plain Splink {self.plain}\n"
            f"  identifiers + {PERSON.decider}     {self.model}\n"
            f"  and its right proposals    {self.confirmed}"
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
    results = [measure(clusters(keys, edges, keys), truth) for edges in ([], same, [*same, *right], peer)]
    return Result(
        len(truth),
        len(set(truth.values())),
        run.compared[PERSON.decider],
        seconds,
        *results,
        run.full.get(PERSON.decider, {}),
    )


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
