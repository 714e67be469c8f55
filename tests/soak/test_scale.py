"""Companies with officers and controllers through the command line: every step within 4 GiB resident, answers true.

Each step is a process of its own, as a user starts it; what it kept resident at most is the kernel's figure.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.world import generate

ROOT = Path(__file__).parents[2]
LIMIT = 4 << 30
"""Bytes resident that no step may pass."""

REGISTER = "BasicCompanyDataAsOneFile-2026-09-01.csv"
CONTROLLERS = "psc-snapshot-2026-09-01_1of1.txt"
OFFICERS = "Prod195_4260_20260901.dat"
STREAM = "stream-2026-09.jsonl"
FLIGHTS = "flightlist_20260901_20260920.csv"
BESIDE = {REGISTER: 1, CONTROLLERS: 1, OFFICERS: 2, STREAM: 0, FLIGHTS: 1}
"""Lines of each file that are header or trailer, in the order in which the files are taken in."""

AT = "asOf: {known: {revision: 3}}"
"""When register, controllers and officers are in, and the month's events, which change them, are not."""


STEP = """
import os, resource, sys
from api.cli import main
status = main()
own = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(max(int(own), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss), file=open(os.environ["PEAK"], "w"))
sys.exit(status)
"""
"""What a step's process runs. It tells its own peak in KiB: to `wait4` a child's peak is at least what its parent had
resident when it started it, and these tests' own process has been as large as others' tests made it."""


@dataclass
class Steps:
    """Runs `clew` over one data directory; peaks: MiB resident at most by step, in order."""

    data: Path
    peaks: dict[str, int] = field(default_factory=dict)

    def run(self, step: str, *arguments: str) -> dict[str, Any]:
        """The JSON that a step prints. Fails when it does not exit with 0 or outgrows LIMIT."""
        peak = self.data.parent / "peak"
        ended = subprocess.run(
            [sys.executable, "-c", STEP, "--data", str(self.data), *arguments],
            stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), "PEAK": str(peak)},
        )  # fmt: skip
        assert ended.returncode == 0, (step, ended.stdout)
        kib = int(peak.read_text())
        self.peaks[step] = kib >> 10
        print(f"{step}: {self.peaks[step]} MiB resident")
        assert kib << 10 < LIMIT, self.peaks
        return dict(json.loads(ended.stdout))

    def ask(self, step: str, fields: dict[str, str]) -> dict[str, Any]:
        """The answers to some root fields, by their keys, in one document."""
        path = self.data.parent / f"{step}.graphql"
        path.write_text(
            "{" + " ".join(f"a{key}: {text}" for key, text in fields.items()) + "}", encoding="utf-8"
        )
        answer = self.run(step, "query", str(path))
        assert "errors" not in answer, answer
        return {key: answer["data"][f"a{key}"] for key in fields}


@dataclass(frozen=True)
class Person:
    """One person number (its first eight digits), where it holds an office, and whom its records are truly of."""

    number: str
    companies: tuple[str, ...]
    truly: frozenset[str]


def people(world: Path, number: int, *, one_in: int) -> list[Person]:
    """Persons with an office at two companies or three: the first so many by number, of one in so many of all."""
    met: dict[str, set[tuple[str, str]]] = defaultdict(set)
    with (world / "truth" / "records.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            company, _, who = row["key"][:17].partition("/")
            if row["family"] == "officers" and row["kind"] == "Person" and int(who) % one_in == 0:
                met[who].add((company, row["true_id"]))
    of = ((who, sorted({at for at, _ in told}), told) for who, told in sorted(met.items()))
    several = (
        Person(who, tuple(at), frozenset(true for _, true in told))
        for who, at, told in of
        if 2 <= len(at) <= 3
    )
    return list(islice(several, number))


def names(world: Path, wanted: set[str]) -> dict[str, str]:
    """The name of each wanted number that the register has."""
    with (world / REGISTER).open(encoding="utf-8", newline="") as file:
        return {row[1]: row[0] for row in csv.reader(file) if row[1] in wanted}


def controllers(world: Path, wanted: set[str]) -> dict[str, list[str]]:
    """The names of the natural persons who control or controlled each wanted company, sorted."""
    found: dict[str, list[str]] = {number: [] for number in wanted}
    with (world / CONTROLLERS).open(encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            if told.get("company_number") in wanted and told["data"]["kind"].startswith("individual-person"):
                found[told["company_number"]].append(told["data"]["name"])
    return {number: sorted(held) for number, held in found.items()}


def departures(world: Path) -> dict[str, int]:
    """How many flights of the list left each airport."""
    with (world / FLIGHTS).open(encoding="utf-8", newline="") as file:
        return dict(Counter(row["origin"] for row in csv.DictReader(file) if row["origin"]))


def mistyped(name: str, draw: random.Random) -> str:
    """A name with two neighbouring letters of its longest word swapped."""
    word = max(name.split(), key=len)
    at = draw.randrange(1, len(word) - 1)
    return name.replace(word, word[:at] + word[at : at + 2][::-1] + word[at + 2 :], 1)


def company(number: str) -> str:
    return (
        f'company(number: "{number}", {AT}) {{ id caption officers(first: 500) {{ nodes {{ entity {{ id }} }} }}'
        " controllers(first: 500) { nodes { entity { kind caption } } }"
        " entity { expand { counts { linkKind total { value } } } } ownership { up { stakes { shares { most } } } } }"
    )


def control(found: dict[str, Any]) -> list[str]:
    """The captions of a company's controllers who are natural persons, sorted."""
    entities = [controller["entity"] for controller in found["controllers"]["nodes"]]
    return sorted(entity["caption"] for entity in entities if entity["kind"] == "Person")


@pytest.mark.parametrize("companies", [2_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_companies_with_officers_and_controllers_come_in_and_answer_within_4_gib(
    tmp_path: Path, companies: int
) -> None:
    world, draw = generate(tmp_path / "world", companies), random.Random(companies)
    steps = Steps(tmp_path / "data")
    for revision, (file, beside) in enumerate(BESIDE.items(), 1):
        landed = steps.run(file, "ingest", "--json", str(world.out / file))
        assert (landed["revision"], landed["rejected"], landed["leftovers"]) == (revision, 0, {}), file
        assert landed["read"] == world.lines[file] - beside or file == STREAM, file

    sample = people(world.out, 20, one_in=companies // 2_000)
    numbers = sorted({number for person in sample for number in person.companies})
    found = steps.ask("companies", {number: company(number) for number in numbers})
    registered = names(world.out, set(numbers))
    assert {number: found[number]["caption"] for number in registered} == registered
    assert {number: control(found[number]) for number in numbers} == controllers(world.out, set(numbers))

    ids = {number: found[number]["id"] for number in numbers}
    ends = {person.number: [ids[number] for number in person.companies[:2]] for person in sample}
    officers = {n: {node["entity"]["id"] for node in found[n]["officers"]["nodes"]} for n in numbers}
    shared = {p.number: set.intersection(*(officers[n] for n in p.companies)) for p in sample}
    common = "commonNeighbours(ids: [%s, %s], %s) { entities { id } }"
    between = steps.ask("between", {key: common % (*map(json.dumps, both), AT) for key, both in ends.items()})
    paths = "paths(from: %s, to: %s, %s) { hops }"
    hops = steps.ask("paths", {key: paths % (*map(json.dumps, both), AT) for key, both in ends.items()})
    assert {key: shared[key] <= {e["id"] for e in near["entities"]} for key, near in between.items()} == dict.fromkeys(ends, True)  # fmt: skip
    assert {key: 1 <= answer["hops"] <= 2 for key, answer in hops.items()} == dict.fromkeys(ends, True)

    behind = "provenance(id: %s, first: 500, %s) { statements { key slot } }"
    asked = {who: behind % (json.dumps(who), AT) for whom in shared.values() for who in whom}
    told = steps.ask("records", asked)
    for person in sample:
        assert len(person.truly) == 1
        records = [
            {s["key"][:17] for s in told[who]["statements"] if s["slot"] == "officer"}
            for who in shared[person.number]
        ]
        assert {f"{at}/{person.number}" for at in person.companies} in records, person

    search = "search(text: %s, kinds: [Company], first: 10, %s) { nodes { id } }"
    wrong = {number: mistyped(name, draw) for number, name in registered.items()}
    hits = steps.ask("names", {number: search % (json.dumps(name), AT) for number, name in wrong.items()})
    assert {n: ids[n] in {node["id"] for node in answer["nodes"]} for n, answer in hits.items()} == dict.fromkeys(registered, True)  # fmt: skip

    left = departures(world.out)
    flights = 'flights(filter: {origin: "%s"}, first: 1) { totalCount { value relation } }'
    totals = steps.ask("flights", {airport: flights % airport for airport in left})
    assert {airport: tuple(answer["totalCount"].values()) for airport, answer in totals.items()} == {
        airport: (number, "EQ") for airport, number in left.items()
    }
    assert steps.run("check", "check", "--json") == {"ok": True, "revisions": len(BESIDE), "problems": []}
