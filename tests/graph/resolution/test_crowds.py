"""Crowds that ask for a mega-cluster: switchboards, mass addresses, namesakes, empty texts. Who is one is known to the pair.

Each crowd is resolved in a process of its own: what it kept resident at most is its own (crowds.py says who is in it).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from graph.resolution.columns.shared import MANY
from graph.resolution.joining import FEW
from graph.resolution.models import MODELS
from graph.resolution.models.person import PERSON
from graph.resolution.online.columns import Tie, near
from tests.graph.resolution.deciding import Says, decided, mention, parts
from tests.graph.resolution.people import props

ROOT = Path(__file__).parents[3]

FIRST_NAMES = ("Anne", "Arthur", "Robert", "Susan", "Grace", "Peter", "Ivy", "Olga", "Tomasz", "Priya", "Sean", "Maria", "Hugo")  # fmt: skip


def test_a_firms_people_known_by_first_names_are_not_one_a_name() -> None:
    """One telephone, of thirteen names: it says nothing, though no name is whole; nor does an address of so many."""
    firm = [Says(name, phone="+441610000000", at="1 LS11AA") for name in FIRST_NAMES * 3]
    assert parts(firm)[0] == set()
    assert parts(firm[:3] * 2)[0] == {("Anne", "Anne"), ("Arthur", "Arthur"), ("Robert", "Robert")}


def test_who_has_no_name_is_nobody_else() -> None:
    nobody = [
        Says(name, phone="+441610000000", company="1", at="1 LS11AA") for name in ("", "-", "Anne Whitcombe")
    ]
    assert parts(nobody)[0] == set()


@pytest.mark.parametrize(("telephones", "joined"), [(MANY, MANY), (MANY + 1, 0)])
def test_a_record_with_more_telephones_than_many_is_a_list_of_nobody(telephones: int, joined: int) -> None:
    """And the match index says so, too."""
    name = props(name="Cuthbert Ashcombe")
    men = [mention(n, f"r{n}", "Person", "", name, []) for n in range(telephones + 1)]
    ends = [(n, n) for n in range(1, telephones + 1)] + [(0, n) for n in range(1, telephones + 1)]
    lnk: list[dict[str, object]] = []
    for who, phone in ends:
        lnk.append({"kind": "HAS_PHONE", "from_mno": who, "to_mno": len(men)})
        men.append(mention(len(men), f"r{who}", "Phone", "", "{}", [f"phone:{phone}"]))
    assert len(decided(men, lnk, PERSON)) == joined
    ties = [Tie("HAS_PHONE", "Phone", (f"phone:{n}",)) for n in range(telephones)]
    assert len(near([*ties, *ties], {})) == joined


Pairs = set[tuple[int, int]]


def twice(n: int, shift: int, every: int = 100, first: int = 0) -> Pairs:
    return {(i, i + shift) for i in range(first, n, every)}


def two_and_two(start: int, n: int) -> Pairs:
    return {(start + i, start + i + 1) for i in range(0, n, 2)}


SAME: dict[str, Callable[[int], Pairs]] = {
    "switchboard": lambda n: twice(n, n),
    "first_names": lambda n: set(),
    "one_address": lambda n: twice(n, 2 * n),
    "namesakes": lambda n: twice(n, n),
    "one_name": lambda n: two_and_two(0, n) | two_and_two(n, n) | two_and_two(2 * n, n),
    "nothing_said": lambda n: set(),
    "scripts": lambda n: twice(n, n) | {(i + 2 * n, i + 3 * n) for i in range(0, n, 100)},
    "one_field": lambda n: set(),
    "a_list": lambda n: set(),
    "hub": lambda n: twice(n, n, 1),
}
"""The pairs that are one in a crowd of a size: those and no others."""
PROPOSED: dict[str, Callable[[int], Pairs]] = {
    "switchboard": lambda n: set(),
    "first_names": lambda n: set(),
    "one_address": lambda n: {(i, i + 3 * n) for i in range(1, n, 100)},
    "one_name": lambda n: set(),
    "a_list": lambda n: set(),
    "hub": lambda n: set(),
}
"""And those that are proposed, where it is known; elsewhere they are bounded."""
FULL = {"switchboard": 50_000, "first_names": 50_000, "one_address": 100_000, "namesakes": 10_000, "one_name": 50_000, "nothing_said": 50_000,
        "scripts": 50_000, "one_field": 20_000, "a_list": 50_000, "hub": 50_000}  # fmt: skip


@pytest.mark.parametrize(
    ("crowd", "size"),
    [
        *((crowd, min(size, 2_000)) for crowd, size in FULL.items()),
        *(pytest.param(crowd, size, marks=pytest.mark.soak) for crowd, size in FULL.items()),
    ],
)
def test_a_crowd_is_resolved_to_whom_it_is_made_of_in_bounded_memory(
    tmp_path: Path, crowd: str, size: int
) -> None:
    told = resolved(tmp_path / crowd, crowd, size)
    print(
        f"{crowd} of {size:,}: {told['runs'][0]['seconds']} s, by memory {told['runs'][1]['seconds']} s, {told['mib']} MiB"
    )
    found = verdicts(tmp_path / crowd / "first.parquet")
    assert found == verdicts(tmp_path / crowd / "again.parquet")
    assert found["SAME"] == SAME[crowd](size)
    if crowd in PROPOSED:
        assert found["UNSURE"] == PROPOSED[crowd](size)
    mentions = told["mentions"]
    assert len(found["UNSURE"]) <= FEW * mentions
    for model in MODELS:
        compared, again = (run["compared"][model.decider] for run in told["runs"])
        assert compared <= mentions * len(model.keys) * model.most / 2
        assert again == 0
    assert told["mib"] < (1_000 if size > 2_000 else 500)


def resolved(folder: Path, crowd: str, size: int) -> dict[str, Any]:
    """What the child that resolves a crowd prints."""
    command = [sys.executable, "-m", "tests.graph.resolution.crowds", str(folder), crowd, str(size)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert ended.returncode == 0
    return dict(json.loads(ended.stdout))


def verdicts(path: Path) -> dict[str, Pairs]:
    """Verdict -> pairs of record numbers, the lesser first."""
    found: dict[str, Pairs] = {"SAME": set(), "UNSURE": set()}
    if path.exists():
        rows = duckdb.execute(
            f"""SELECT d.verdict, least(l.mno, r.mno), greatest(l.mno, r.mno) FROM read_parquet('{path}') d
                JOIN read_parquet('{path.parent}/mentions.parquet') l ON l.mid = d.a JOIN read_parquet('{path.parent}/mentions.parquet') r ON r.mid = d.b"""
        ).fetchall()
        for verdict, one, other in rows:
            found[verdict].add((one, other))
        assert sum(map(len, found.values())) == pq.read_metadata(path).num_rows
    return found
