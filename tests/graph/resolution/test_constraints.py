"""Clusters under constraints: what is kept apart ends in no one entity, in any order, and a hub costs what its rows cost."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from graph.model import Group, LabelId, Pair
from graph.resolution import clusters
from graph.resolution.clusters import cluster, history
from graph.resolution.supposing import moved


def an_id(number: int) -> bytes:
    return number.to_bytes(16, "big")


def hub(size: int) -> list[Group]:
    """Mentions of one identifier, each with another of its own too."""
    return [
        Group(1, n, LabelId(1), an_id(n), 1, 1, "Person", f"P{n}", 1, ("k:hub", f"k:{n}"))
        for n in range(size)
    ]


def pair(n: int, a: int, b: int, verdict: str, by: str = "judgement", strength: float | None = None) -> Pair:
    return Pair(1, 1, an_id(a), an_id(b), a, b, verdict, by, strength, f"p{n:05}", LabelId(1), "{}")


def planted(chance: random.Random, size: int, number: int) -> list[Pair]:
    """DIFFERENT judgements and a model's hard clashes, among what models would join."""
    found = []
    for n in range(number):
        a, b = chance.sample(range(size), 2)
        kind = n % 4
        if kind == 0:
            found.append(pair(n, a, b, "DIFFERENT"))
        elif kind == 1:
            found.append(pair(n, a, b, "DIFFERENT", "person-1"))
        else:
            found.append(pair(n, a, b, "SAME", "person-1", float(chance.randint(5, 30))))
    return found


@pytest.mark.parametrize("seed", range(60))
def test_what_is_kept_apart_never_ends_in_one_entity_whatever_the_order(seed: int) -> None:
    chance = random.Random(seed)
    size = chance.randint(5, 120)
    groups, pairs = hub(size), planted(chance, size, chance.randint(2, 80))
    found = cluster(groups, pairs)
    home = {group.grp: one.anchor for one in found for group in one.groups}
    apart = [(p.grp_a, p.grp_b) for p in pairs if p.verdict == "DIFFERENT"]
    assert [ends for ends in apart if home[ends[0]] == home[ends[1]]] == []
    assert sorted(home) == list(range(size)), "nobody is lost"
    for _ in range(3):
        shuffled = cluster(chance.sample(groups, size), chance.sample(pairs, len(pairs)))
        assert shuffled == found


@pytest.mark.parametrize("seed", range(20))
def test_the_history_ends_in_the_clusters_and_joins_each_once(seed: int) -> None:
    chance = random.Random(seed)
    groups, pairs = hub(40), planted(chance, 40, 30)
    found, log = history(groups, pairs)
    assert found == cluster(groups, pairs)
    assert len(log) == len(groups) - len(found)
    assert len({merge.right for merge in log}) == len(log)


def test_what_moves_is_what_joins_and_what_is_left_behind() -> None:
    """0 joins 1 by judgement; 2 is kept from 0 by a model, so it falls away from 1 and 3."""
    groups = [hub(1)[0]._replace(keys=()), *(each for each in hub(4)[1:])]
    clash = pair(0, 0, 2, "DIFFERENT", "person-1")
    before, after = cluster(groups, [clash]), cluster(groups, [clash, pair(1, 0, 1, "SAME")])
    assert [[g.grp for g in one.groups] for one in after] == [[0, 1, 3], [2]]
    assert moved(before, after) == 2


def work(monkeypatch: pytest.MonkeyPatch, size: int, foes: int) -> int:
    """How often a cluster is looked for, in a hub of that size with so many kept apart."""
    steps: list[int] = []
    real = clusters._Forest

    class Counting(real):
        def find(self, item: int) -> int:
            steps.append(1)
            return super().find(item)

    chance = random.Random(size)
    ends = list(combinations(chance.sample(range(size), 12), 2))[:foes]
    pairs = [pair(n, a, b, "DIFFERENT") for n, (a, b) in enumerate(ends)]
    with monkeypatch.context() as patched:
        patched.setattr(clusters, "_Forest", Counting)
        cluster(hub(size), pairs)
    return len(steps)


@pytest.mark.parametrize("foes", [0, 1, 10])
def test_a_hub_of_fifty_thousand_costs_five_times_one_of_ten_thousand(
    monkeypatch: pytest.MonkeyPatch, foes: int
) -> None:
    small, large = (work(monkeypatch, size, foes) for size in (10_000, 50_000))
    assert large / small < 5.5
    assert large < 20 * 50_000
