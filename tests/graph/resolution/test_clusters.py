"""Entities of a component: precedence, order, and a slow plain oracle."""

from __future__ import annotations

import random
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graph.model import Group, LabelId, Pair
from graph.resolution.clusters import Skipped, cluster

SEEDS = st.integers(0, 2**32)


def an_id(number: int) -> bytes:
    return number.to_bytes(16, "big")


def group(number: int, *keys: str, born: int = 1, grp: int | None = None) -> Group:
    at = number if grp is None else grp
    return Group(1, at, LabelId(1), an_id(number), born, 1, "Person", f"P{number}", 1, tuple(sorted(keys)))


def pair(a: int, b: int, verdict: str, id: str, by: str = "judgement", strength: float | None = None) -> Pair:
    return Pair(1, 1, an_id(a), an_id(b), a, b, verdict, by, strength, id, LabelId(1), "{}")


def members(found: list[Any]) -> list[list[int]]:
    return [[int.from_bytes(each.anchor, "big") for each in one.groups] for one in found]


def test_nothing_gives_nothing() -> None:
    assert cluster([], []) == []


def test_an_entity_wears_the_id_of_its_oldest_mention_not_of_its_lowest() -> None:
    (found,) = cluster([group(1, "k:1", born=5), group(2, "k:1", born=3)], [])
    assert (found.anchor, members([found])) == (an_id(2), [[2, 1]])


def test_a_key_joins_its_holders_and_nothing_joins_the_others() -> None:
    groups = [group(1, "k:1"), group(2, "k:1", "k:2"), group(3, "k:2"), group(4), group(5)]
    assert members(cluster(groups, [])) == [[1, 2, 3], [4], [5]]


def test_a_different_judgement_beats_a_same_judgement_and_both_clusters_list_it() -> None:
    pairs = [pair(1, 2, "SAME", "j1"), pair(1, 2, "DIFFERENT", "j2")]
    one, two = cluster([group(1), group(2)], pairs)
    edge = Skipped("judgement", "j1", "SAME", an_id(1), an_id(2), ("j2",))
    assert (one.skipped, two.skipped) == ((edge,), (edge,))


def test_an_identifier_gives_way_to_a_different_judgement_and_joins_the_earliest_it_may() -> None:
    groups = [group(1, "k:1"), group(2, "k:1"), group(3, "k:1"), group(4, "k:1")]
    one, two = cluster(groups, [pair(1, 3, "DIFFERENT", "j1")])
    assert members([one, two]) == [[1, 2, 4], [3]]
    assert two.skipped == (Skipped("identifier", "k:1", "SAME", an_id(2), an_id(3), ("j1",)),)


def test_who_is_taken_out_stays_out_and_those_who_come_later_join_the_rest() -> None:
    """1, the oldest, is judged to be none of 2 and 3: whoever else has the identifier stays with these, not with it."""
    pairs = [pair(1, 2, "DIFFERENT", "j1"), pair(1, 3, "DIFFERENT", "j2")]
    star = [group(number, "k:1", born=number) for number in range(1, 8)]
    assert members(cluster(star, pairs)) == [[1], [2, 3, 4, 5, 6, 7]]


def test_same_judgements_go_before_identifiers() -> None:
    # 3 is the same as 2 by judgement and as 1 by key; 1 and 2 are different.
    groups = [group(1, "k:1"), group(2), group(3, "k:1")]
    pairs = [pair(1, 2, "DIFFERENT", "j1"), pair(2, 3, "SAME", "j2")]
    assert members(cluster(groups, pairs)) == [[1], [2, 3]]


def test_identifiers_go_before_models_and_stronger_decisions_before_weaker() -> None:
    groups = [group(1, "k:1"), group(2), group(3, "k:1"), group(4)]
    pairs = [
        pair(1, 2, "DIFFERENT", "j1"),
        pair(2, 3, "SAME", "m1", "model", 40.0),
        pair(2, 4, "SAME", "m2", "model", 9.0),
        pair(1, 4, "SAME", "m3", "model", 11.0),
    ]
    one, two = cluster(groups, pairs)
    assert members([one, two]) == [[1, 3, 4], [2]]
    assert [edge.id for edge in two.skipped] == ["m1", "m2"]


def test_decisions_of_equal_strength_go_by_id() -> None:
    pairs = [
        pair(1, 2, "DIFFERENT", "j1"),
        pair(2, 3, "SAME", "m2", "model", 5.0),
        pair(1, 3, "SAME", "m1", "model", 5.0),
    ]
    assert members(cluster([group(1), group(2), group(3)], pairs)) == [[1, 3], [2]]


def test_a_models_different_holds_against_identifiers_but_not_against_a_judgement() -> None:
    groups = [group(1, "k:1"), group(2, "k:1")]
    clash = pair(1, 2, "DIFFERENT", "m1", "legs", 3.0)
    assert members(cluster(groups, [clash])) == [[1], [2]]
    (found,) = cluster(groups, [clash, pair(1, 2, "SAME", "j1")])
    assert members([found]) == [[1, 2]]
    assert found.skipped == (Skipped("model", "m1", "DIFFERENT", an_id(1), an_id(2), ("j1",)),)


def test_unsure_decides_nothing_and_pairs_with_an_end_elsewhere_neither() -> None:
    pairs = [pair(1, 2, "UNSURE", "j1"), pair(1, 99, "SAME", "j2"), pair(1, 98, "DIFFERENT", "j3")]
    (found,) = cluster([group(1, "k:1"), group(2, "k:1")], pairs)
    assert (members([found]), found.skipped) == ([[1, 2]], ())


def test_a_star_of_many_holders_is_one_entity() -> None:
    star = [group(number, "k:hub", f"k:{number}") for number in range(1, 20_001)]
    (found,) = cluster(star, [])
    assert len(found.groups) == 20_000


def test_a_star_with_one_different_pair_is_two_entities() -> None:
    star = [group(number, "k:hub", f"k:{number}") for number in range(1, 20_001)]
    one, two = cluster(star, [pair(1, 20_000, "DIFFERENT", "j1")])
    assert (len(one.groups), members([two])) == (19_999, [[20_000]])


@given(SEEDS)
def test_agrees_with_the_slow_oracle_in_any_order(seed: int) -> None:
    chance = random.Random(seed)
    groups, pairs = a_component(chance)
    expected = slowly(groups, pairs)
    found = cluster(groups, pairs)
    assert members(found) == expected
    shuffled = cluster(chance.sample(groups, len(groups)), chance.sample(pairs, len(pairs)))
    assert shuffled == found


@given(SEEDS)
def test_no_cluster_breaks_a_different_that_stands(seed: int) -> None:
    groups, pairs = a_component(random.Random(seed))
    found = cluster(groups, pairs)
    home = {each.grp: one.anchor for one in found for each in one.groups}
    overridden = {edge.id for one in found for edge in one.skipped if edge.verdict == "DIFFERENT"}
    apart = [each for each in pairs if each.verdict == "DIFFERENT" and each.id not in overridden]
    assert [each.id for each in apart if home[each.grp_a] == home[each.grp_b]] == []
    assert {each.id for each in pairs if each.id in overridden and each.by == "judgement"} == set()


@given(SEEDS)
def test_component_and_group_numbers_do_not_matter(seed: int) -> None:
    chance = random.Random(seed)
    groups, pairs = a_component(chance)
    number = dict(zip((g.grp for g in groups), chance.sample(range(1000), len(groups)), strict=True))
    moved = [g._replace(grp=number[g.grp], comp=7) for g in groups]
    tied = [p._replace(grp_a=number[p.grp_a], grp_b=number[p.grp_b], comp=7, other=7) for p in pairs]
    one, other = cluster(groups, pairs), cluster(moved, tied)
    assert members(other) == members(one)
    assert [each.skipped for each in other] == [each.skipped for each in one]


@given(SEEDS)
def test_splitting_interchangeable_mentions_over_groups_changes_nothing(seed: int) -> None:
    """What a hidden judgement does to a group that its reader sees whole."""
    chance = random.Random(seed)
    groups, pairs = a_component(chance)
    paired = {grp for each in pairs for grp in (each.grp_a, each.grp_b)}
    free = [each for each in groups if each.grp not in paired and each.keys]
    parts = [
        each._replace(grp=1000 + index, anchor=an_id(1000 + index), born=each.born + chance.randint(0, 3))
        for index, each in enumerate(free)
    ]
    whole = {each.anchor: one.anchor for one in cluster(groups, pairs) for each in one.groups}
    split = {each.anchor: one.anchor for one in cluster([*groups, *parts], pairs) for each in one.groups}
    assert {mid: split[mid] for mid in whole} == whole
    assert [split[part.anchor] for part in parts] == [whole[each.anchor] for each in free]


@given(SEEDS)
def test_what_else_a_component_holds_changes_nothing(seed: int) -> None:
    """A hidden mention may bring two of the reader's components into one, with the pairs between them."""
    chance = random.Random(seed)
    groups, pairs = a_component(chance)
    far = [each._replace(grp=each.grp + 100, anchor=an_id(int.from_bytes(each.anchor, "big") + 100), keys=tuple(f"far{k}" for k in each.keys)) for each in groups]  # fmt: skip
    between = [
        pair(chance.choice(groups).grp, chance.choice(far).grp, "DIFFERENT", f"q{n}") for n in range(3)
    ]
    alone = {each.anchor: one.anchor for one in cluster(groups, pairs) for each in one.groups}
    among = cluster([*groups, *far], [*pairs, *between])
    assert {each.anchor: one.anchor for one in among for each in one.groups}.items() >= alone.items()


def a_component(chance: random.Random) -> tuple[list[Group], list[Pair]]:
    size = chance.randint(1, 9)
    groups = [
        group(
            n, *{f"k:{chance.randint(1, 4)}" for _ in range(chance.randint(0, 2))}, born=chance.randint(1, 3)
        )
        for n in range(1, size + 1)
    ]
    ends = list(combinations(range(1, size + 1), 2))
    pairs = []
    for number, (a, b) in enumerate(chance.choices(ends, k=chance.randint(0, 8)) if ends else []):
        verdict = chance.choice(("SAME", "SAME", "DIFFERENT", "DIFFERENT", "UNSURE"))
        by = chance.choice(("judgement", "model"))
        strength = None if by == "judgement" else float(chance.randint(1, 3))
        pairs.append(pair(a, b, verdict, f"p{number:02}", by, strength))
    return groups, pairs


def slowly(groups: list[Group], pairs: list[Pair]) -> list[list[int]]:
    """The rules as they are written: clusters as sets, and every edge tried against every DIFFERENT pair."""
    groups = sorted(groups, key=lambda each: (each.born, each.anchor))
    clusters = [{each.grp} for each in groups]
    judged = [p for p in pairs if p.by == "judgement"]
    apart = [{p.grp_a, p.grp_b} for p in judged if p.verdict == "DIFFERENT"]

    def home(grp: int) -> set[int]:
        return next(each for each in clusters if grp in each)

    def join(a: int, b: int) -> bool:
        one, other = home(a), home(b)
        if any(each <= one | other for each in apart if not each <= one and not each <= other):
            return False
        if one is not other:
            clusters.remove(other)
            one |= other
        return True

    for p in sorted((p for p in judged if p.verdict == "SAME"), key=lambda p: p.id):
        join(p.grp_a, p.grp_b)
    against = [p for p in pairs if p.by != "judgement" and p.verdict == "DIFFERENT"]
    apart += [{p.grp_a, p.grp_b} for p in against if home(p.grp_a) is not home(p.grp_b)]
    for key in sorted({key for each in groups for key in each.keys}):
        held = {each.grp for each in groups if key in each.keys}
        named = {each.grp: sum(each.grp in foes <= held for foes in apart) for each in groups}
        earlier: list[int] = []
        for each in sorted(groups, key=lambda each: named[each.grp]):
            if key in each.keys:
                _ = any(join(first, each.grp) for first in earlier)
                earlier.append(each.grp)
    models = [p for p in pairs if p.by != "judgement" and p.verdict == "SAME"]
    for p in sorted(models, key=lambda p: (-(p.strength or 0), p.id)):
        join(p.grp_a, p.grp_b)
    order = {each.grp: index for index, each in enumerate(groups)}
    return sorted(
        (sorted(each, key=lambda grp: order[grp]) for each in clusters), key=lambda each: order[each[0]]
    )
