"""Decided clump by clump, most of them as numbers, a scope's pairs come to what joining makes of all of them at once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import duckdb
import pytest

from graph.access import PUBLIC
from graph.resolution import clumps
from graph.resolution.forenames import Called, contradiction
from graph.resolution.joining import Decision, Scored, join
from graph.resolution.models.base import Model
from graph.resolution.models.person import PERSON
from graph.resolution.resolve import Run, weigh
from tests.graph.resolution.test_incremental import Town, somebody, verdicts


@pytest.mark.parametrize("seed", range(3))
def test_clump_by_clump_comes_to_what_joining_all_at_once_does(seed: int) -> None:
    """Among many small clumps are large ones, dates and names that clash, base pairs, and proposals that too many make."""
    draw = random.Random(seed)
    town = Town()
    for n in range(1, 320):
        town.records[n] = somebody(draw)
        town.records[n]["name"] += draw.choice(("", "", "x", "y", "z", "xy", "yz", "xyz"))
        if draw.random() < 0.7:
            town.records[n]["birth_date"] = f"{draw.randrange(1950, 1990)}-04-09"
        town.records[n]["company"] = f"{draw.randrange(60):08}"
    both = list[tuple[tuple[int, ...], list[Decision], list[Decision]]]()

    def checked(
        con: duckdb.DuckDBPyConnection,
        model: Model,
        scope: tuple[int, ...],
        same: Sequence[tuple[bytes, bytes]],
        run: Run,
    ) -> list[Decision]:
        weigh(con, model, scope, run)
        found = clumps.decided(con, model, scope, same)
        known = clumps.nodes(con, model, "f_scope")
        base = [(a, b) for a, b in same if a in known and b in known]
        pairs = con.execute("SELECT x, y, weight, accepted, reason, veto FROM f_weighed").fetchall()
        every = join(known, base, [Scored(*row) for row in pairs], model.accept)
        label = dict(con.execute("SELECT mid, label FROM f_scope").fetchall())
        own = [{*scope}] if len(scope) == 2 else [{scope[0]}, {scope[0], int(PUBLIC)}]

        def told(one: list[Decision]) -> list[Decision]:
            return sorted(d for d in one if d.verdict != "DIFFERENT" or {label[d.a], label[d.b]} in own)

        both.append((scope, told(found), told(every)))
        return found

    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        town.decide(con, replace(PERSON, most=12), checked)
    for _, found, every in both:
        assert found == every
    assert [scope for scope, _, _ in both] == [(0,), (1,), (2,), (1, 2)]
    count = verdicts(both[0][1])
    assert min(count["SAME"], count["UNSURE"]) > 15


def test_forenames_that_agree_alone_agree_whatever_stands_beside_them() -> None:
    """What lets a clump be decided as numbers: more said of a name makes no contradiction of forenames or middle names."""
    draw = random.Random(3)
    firsts = ["ANNE", "ANN", "A", "ARTHUR", "ROBERT", "BOB", "ROBRET", "SAM", "SAMUEL", "SAMANTHA", "TANNER"]
    for _ in range(3000):
        one, other = (
            Called(draw.choice(firsts), draw.choice((None, *firsts)), draw.choice((None, *firsts)))
            for _ in range(2)
        )
        if clumps.agree((str(one.first), str(other.first))) and clumps.middles(
            filter(None, (one.middle, other.middle))
        ):
            assert contradiction(one, other) == ""
    assert not clumps.agree(("ANNE", "ARTHUR"))
    assert clumps.agree(("BOB", "ROBERT"))
