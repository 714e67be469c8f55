"""Pairs become clusters that hold together: chains, namesakes and weak bridges are proposed, not followed."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from graph.resolution import joining
from graph.resolution.forenames import Called, bridges, contradiction
from graph.resolution.joining import Decision, Mark, Node, Scored, fits, join, slips

ACCEPT = 8.0


def mid(n: int) -> bytes:
    return n.to_bytes(16, "big")


def nodes(
    marks: list[Mark], keys: dict[int, tuple[str, ...]] | None = None, records: dict[int, int] | None = None
) -> dict[bytes, Node]:
    return {
        mid(n): Node(mark, (records or {}).get(n), (keys or {}).get(n, ())) for n, mark in enumerate(marks)
    }


def pair(a: int, b: int, weight: float = 12.0) -> Scored:
    return Scored(mid(a), mid(b), weight, weight >= ACCEPT, "{}")


def decided(found: list[Decision]) -> dict[tuple[int, int], str]:
    """(a, b): the verdict, and why it was not followed."""
    return {
        (int.from_bytes(d.a, "big"), int.from_bytes(d.b, "big")): d.verdict
        + (f" {d.against}" if d.against else "")
        for d in found
    }


def test_only_pairs_that_join_two_clusters_are_kept_and_the_strongest_are() -> None:
    found = join(
        nodes([None] * 4), [], [pair(0, 1, 9), pair(1, 2, 20), pair(0, 2, 15), pair(2, 3, 5)], ACCEPT
    )
    assert decided(found) == {(1, 2): "SAME", (0, 2): "SAME", (2, 3): "UNSURE"}


def test_mentions_that_share_an_identifier_need_no_pair() -> None:
    held = nodes([None] * 3, keys={0: ("k",), 1: ("k",)})
    assert decided(join(held, [], [pair(0, 2, 12), pair(1, 2, 11)], ACCEPT)) == {(0, 2): "SAME"}


def test_a_chain_over_a_missing_birth_date_stops_where_the_dates_clash() -> None:
    """1 has no date and fits 0 far better than 2."""
    found = join(nodes([(1970, 3, 0), None, (1981, 5, 0)]), [], [pair(0, 1, 20), pair(1, 2, 10)], ACCEPT)
    assert decided(found) == {(0, 1): "SAME", (1, 2): "UNSURE clash"}


def test_who_fits_two_namesakes_equally_well_is_left_to_a_person() -> None:
    found = join(nodes([(1970, 3, 0), None, (1981, 5, 0)]), [], [pair(0, 1, 12), pair(1, 2, 11)], ACCEPT)
    assert decided(found) == {(0, 1): "UNSURE several", (1, 2): "UNSURE several"}


def test_a_hundred_namesakes_with_one_phone_stay_a_hundred() -> None:
    """Each has a birth date of their own; twenty entries without one, that fit all of them, hang on none."""
    marks: list[Mark] = [(1930 + n % 60, 1 + n % 12, 1 + n % 28) for n in range(100)] + [None] * 20
    pairs = [pair(a, b, 12) for a in range(100) for b in range(100, 120)]
    found = join(nodes(marks), [], pairs, ACCEPT)
    assert [d for d in found if d.verdict == "SAME"] == []


def test_a_weak_tie_between_two_dense_clusters_is_proposed() -> None:
    inside = [pair(a, b, 18) for group in (range(4), range(4, 8)) for a, b in combinations(group, 2)]
    found = join(nodes([None] * 8), [], [*inside, pair(3, 4, 9)], ACCEPT)
    assert decided(found)[3, 4] == "UNSURE bridge"
    assert sum(d.verdict == "SAME" for d in found) == 6


def test_a_strong_tie_joins_two_dense_clusters() -> None:
    inside = [pair(a, b, 18) for group in (range(4), range(4, 8)) for a, b in combinations(group, 2)]
    found = join(nodes([None] * 8), [], [*inside, pair(3, 4, 17)], ACCEPT)
    assert decided(found)[3, 4] == "SAME"


def test_two_of_one_record_are_never_one() -> None:
    found = join(nodes([None] * 3, records={0: 7, 2: 7}), [], [pair(0, 1, 20), pair(1, 2, 12)], ACCEPT)
    assert decided(found) == {(0, 1): "SAME", (1, 2): "UNSURE record"}


def test_what_is_held_to_be_one_is_the_base_and_its_clash_is_told() -> None:
    base = [(mid(0), mid(1)), (mid(1), mid(2))]
    found = join(nodes([(1970, 3, 0), None, (1981, 5, 0)]), base, [], ACCEPT)
    assert decided(found) == {(0, 2): "DIFFERENT clash"}


def test_registered_numbers_clash_and_dates_slip() -> None:
    assert not fits("company_number:GB-COH/1", "company_number:GB-COH/2")
    assert fits((1970, 3, 0), (1970, 3, 9))
    assert slips((1970, 3, 9), (1970, 9, 3))
    assert slips((1970, 3, 0), (1970, 4, 0))
    assert not slips((1970, 3, 9), (1981, 3, 9))


def test_the_order_of_pairs_and_mentions_changes_nothing() -> None:
    rng = random.Random(4)
    for _ in range(100):
        marks: list[Mark] = [rng.choice([None, (1970, 1, 0), (1980, 2, 0)]) for _ in range(9)]
        pairs = [
            pair(a, b, rng.choice([4, 9, 12, 20])) for a, b in combinations(range(9), 2) if rng.random() < 0.4
        ]
        first = join(nodes(marks), [], pairs, ACCEPT)
        shuffled = dict(rng.sample(sorted(nodes(marks).items()), 9))
        assert sorted(join(shuffled, [], rng.sample(pairs, len(pairs)), ACCEPT)) == sorted(first)


def test_what_a_hub_costs_does_not_grow_with_its_square(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hubs of 5,000 mentions that an identifier makes one each, every name with a surname of its own, and as many ties between
    them; they are one only when no name contradicts."""
    asked = [0]

    def counting(a: Called, b: Called) -> str:
        asked[0] += 1
        return contradiction(a, b)

    monkeypatch.setattr(joining, "contradiction", counting)
    each = 5_000
    ties = [pair(0, each, 30), *(pair(n, each + n, 9) for n in range(1, each))]
    for names, told in ((("ROBERT", "BOB"), "SAME"), (("ANNE", "ARTHUR"), "UNSURE forenames contradict")):
        held = {
            mid(n): Node(None, None, (f"k{n // each}",), Called(names[n % 2], None, f"A{n}"))
            for n in range(2 * each)
        }
        assert decided(join(held, [], ties, ACCEPT)) == {(0, each): told}
    assert asked[0] < 20 * each


def test_a_chain_of_a_thousand_joins_asks_little_of_names(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [0]

    def counting(a: Called, b: Called) -> str:
        asked[0] += 1
        return contradiction(a, b)

    monkeypatch.setattr(joining, "contradiction", counting)
    held = {mid(n): Node(called=Called("ANNE", None, f"A{n}")) for n in range(1_000)}
    found = join(held, [], [pair(n, n + 1, 20) for n in range(999)], ACCEPT)
    assert len(found) == 999
    assert asked[0] < 20_000


@pytest.mark.parametrize("each", [5_000, pytest.param(50_000, marks=pytest.mark.soak)])
def test_who_fits_as_many_surnames_as_there_are_asks_little_of_names(
    monkeypatch: pytest.MonkeyPatch, each: int
) -> None:
    """One mention with so many accepted pairs; every surname another, or every second a forename that contradicts."""
    asked = [0]

    def counting(a: Called, b: Called) -> str:
        asked[0] += 1
        return contradiction(a, b)

    monkeypatch.setattr(joining, "contradiction", counting)
    for names, told in ((("ANNE",), "SAME"), (("ANNE", "ARTHUR"), "UNSURE several")):
        held = {mid(0): Node(called=Called("A", None, "ASHCOMBE"))}
        held |= {
            mid(n): Node(called=Called(names[n % len(names)], None, f"A{n}")) for n in range(1, each + 1)
        }
        found = decided(join(held, [], [pair(0, n, 20) for n in range(1, each + 1)], ACCEPT))
        assert found == {(0, n): told for n in range(1, each + 1)}
    assert asked[0] < 20 * each


def test_rivals_are_what_each_two_fits_say() -> None:
    draw = random.Random(4)
    words = (None, "ANNE", "A", "ARTHUR", "ROBRET", "ROBERT", "BOB", "ASHCOMBE")
    some = 0
    for _ in range(500):
        own, *names = (Called(*(draw.choice(words) for _ in range(3)), *draw.choice(((None, None), ("F", 1)))) for _ in range(6))  # fmt: skip
        fit = {one: draw.choice((9.0, 12.0, 20.0)) for one in names}
        plain = {
            one
            for one in fit
            if any(
                fit[other] > fit[one] - joining.STRONG
                and contradiction(one, other)
                and not bridges(own, one, other)
                for other in fit
            )
        }
        assert joining._rivals(own, fit) == plain
        some += bool(plain)
    assert 100 < some < 500


def test_who_is_written_two_ways_under_one_identifier_is_met_under_either() -> None:
    """LURA is a name that people bear, and for this number the register writes it of LAURA."""
    names = [Called("LURA", last="MOSS"), Called("LAURA", last="MOSS"), Called("LAURA", last="MOSS")]
    held = {mid(n): Node(None, None, ("k",) if n < 2 else (), called) for n, called in enumerate(names)}
    assert decided(join(held, [], [pair(1, 2)], ACCEPT)) == {(1, 2): "SAME"}
    apart = {mid(n): Node(None, None, (), called) for n, called in enumerate(names)}
    assert decided(join(apart, [], [pair(1, 2), pair(0, 1)], ACCEPT)) == {(1, 2): "UNSURE several"}
    titled = held | {mid(2): Node(None, None, (), Called("LAURA", last="MOSS", title="M"))}
    titled |= {mid(0): Node(None, None, ("k",), Called("LURA", last="MOSS", title="F"))}
    assert decided(join(titled, [], [pair(1, 2)], ACCEPT)) == {(1, 2): "UNSURE forenames contradict"}
