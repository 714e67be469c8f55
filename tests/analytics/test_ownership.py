"""Ownership: share bands along chains, majority chains, rings, past stakes, and where the register ends."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import ownership as module
from analytics.ownership import Band, Structure, ownership
from graph.errors import InvalidValue
from graph.model import Truncation
from graph.reading import Graph
from tests.graph.reading.worlds import Projector, Said, Tie, an_id, view, world

SEEDS = st.integers(0, 2**32)
BANDS = ((25, 50), (50, 75), (75, 100))
Held = tuple[int, int, dict[str, Any]]


def company(number: int, **more: Any) -> Said:
    return Said(number, "Company", keys=(f"company_number:GB-COH/{number:08}",), **more)


def person(number: int, **more: Any) -> Said:
    return Said(number, "Person", keys=(f"p:{number}",), **more)


def shares(low: int, high: int) -> dict[str, Any]:
    return {"share_min": low, "share_max": high}


def ties(held: Sequence[Held]) -> list[Tie]:
    return [Tie(n, "CONTROLS", a, b, props=tuple(props.items())) for n, (a, b, props) in enumerate(held)]


def sides(said: Sequence[Said], held: Sequence[Held], of: int, **named: Any) -> tuple[Structure, Structure]:
    store = Projector().follow(world(said, ties(held)))
    found = ownership(Graph(store), view(store), an_id(of), **named)
    assert found is not None
    assert found.company.id == an_id(of)
    assert found.up is not None
    assert found.down is not None
    return found.up, found.down


def bands(side: Structure) -> dict[bytes, tuple[int, Band | None, int, int]]:
    return {i.entity.id: (i.depth, i.shares, i.chains, i.unstated) for i in side.interests}


def chain(side: Structure, number: int) -> list[tuple[bytes, bytes, tuple[str, ...]]]:
    (found,) = [i for i in side.interests if i.entity.id == an_id(number)]
    return [(stake.controller.id, stake.company.id, stake.majority) for stake in found.control]


def ends(side: Structure) -> list[tuple[bytes, str, str]]:
    return sorted((end.entity.id, end.reason, end.detail) for end in side.ends)


def test_bands_multiply_along_a_chain_and_add_up_over_chains() -> None:
    # 1 holds 2 (75-100) and 3 (25-50); 2 holds 4 (50-75), 3 holds 4 (25-50).
    said = [person(1), company(2), company(3), company(4)]
    held = [(1, 2, shares(75, 100)), (1, 3, shares(25, 50)), (2, 4, shares(50, 75)), (3, 4, shares(25, 50))]
    up, down = sides(said, held, 4)
    assert bands(up) == {
        an_id(2): (1, Band(50, 75), 1, 0),
        an_id(3): (1, Band(25, 50), 1, 0),
        an_id(1): (2, Band(43.75, 100), 2, 0),  # 37.5 + 6.25; 75 + 25
    }
    assert (down.interests, down.ends, ends(up)) == ((), (), [(an_id(1), "PERSON", "")])
    _, owned = sides([person(1), *said[1:]], held, 1)
    assert bands(owned) == {
        an_id(2): (1, Band(75, 100), 1, 0),
        an_id(3): (1, Band(25, 50), 1, 0),
        an_id(4): (2, Band(43.75, 100), 2, 0),
    }


def test_control_is_a_chain_of_majorities_of_any_kind() -> None:
    said = [person(1), company(2), company(3), company(4), person(5)]
    held = [
        (1, 2, {"vote_min": 50, "vote_max": 75}),
        (2, 3, {"appoints_directors": True}),
        (3, 4, shares(75, 100)),
        (5, 3, shares(25, 50) | {"significant_influence": True}),
    ]
    up, down = sides(said, held, 4)
    steps = [
        (an_id(1), an_id(2), ("votes",)),
        (an_id(2), an_id(3), ("directors",)),
        (an_id(3), an_id(4), ("shares",)),
    ]
    assert chain(up, 1) == steps
    assert chain(up, 2) == steps[1:]
    assert chain(up, 5) == []
    # Of two of the steps no shares are stated: there is no product, and that is said.
    assert bands(up)[an_id(1)] == (3, None, 0, 1)
    assert bands(up)[an_id(5)] == (2, Band(18.75, 50), 1, 0)
    _, owned = sides(said, held, 1)
    assert chain(owned, 4) == steps
    assert down.stakes == ()


@pytest.mark.parametrize(("low", "high"), [(25, 50), (25, 100)])
def test_a_band_that_begins_below_half_is_no_majority(low: int, high: int) -> None:
    up, _ = sides([person(1), company(2)], [(1, 2, shares(low, high))], 2)
    assert chain(up, 1) == []


def test_a_ring_is_listed_and_counted_once() -> None:
    # 2 -> 3 -> 4 -> 2, and 1 -> 2.
    said = [person(1), company(2), company(3), company(4)]
    held = [(1, 2, shares(50, 75)), (2, 3, shares(50, 75)), (3, 4, shares(50, 75)), (4, 2, shares(25, 50))]
    up, down = sides(said, held, 3)
    ring = [an_id(n) for n in (2, 3, 4)]
    first = ring.index(min(ring))
    expected = [ring[first:] + ring[:first]]
    assert [[e.id for e in cycle] for cycle in up.cycles] == expected
    assert [[e.id for e in cycle] for cycle in down.cycles] == expected
    assert bands(up) == {
        an_id(2): (1, Band(50, 75), 1, 0),
        an_id(1): (2, Band(25, 56.25), 1, 0),
        an_id(4): (2, Band(12.5, 37.5), 1, 0),
    }
    assert ends(up) == [(an_id(1), "PERSON", "")]


def test_a_company_that_controls_itself_is_a_cycle_of_one() -> None:
    up, _ = sides([company(1)], [(1, 1, shares(75, 100))], 1)
    assert [[e.id for e in cycle] for cycle in up.cycles] == [[an_id(1)]]
    assert (up.interests, up.ends) == ((), ())


def test_it_says_where_chains_leave_the_register() -> None:
    abroad = Said(2, "Organisation", props=(("country_registered", "Jersey"), ("legal_form", "Trust")))
    said = [
        company(1), abroad, person(3, props=(("protected", "true"),)), person(4),
        company(5, props=(("psc_statement", "no-individual-or-entity-with-signficant-control"),)),
        company(6, props=(("psc_exemption", "psc-exempt-as-shares-admitted-on-market"),)),
        company(7), Said(8, "Company", props=(("stated_registration_number", "77"),)),
        company(9, props=(("psc_statement", "steps-to-find-psc-not-yet-completed"),), valid=(None, "2019-01-01")),
    ]  # fmt: skip
    up, _ = sides(said, [(n, 1, shares(25, 50)) for n in range(2, 10)], 1)
    assert ends(up) == sorted([
        (an_id(2), "NOT_ON_REGISTER", "Jersey"),
        (an_id(3), "PROTECTED_PERSON", ""),
        (an_id(4), "PERSON", ""),
        (an_id(5), "STATEMENT", "no-individual-or-entity-with-signficant-control"),
        (an_id(6), "EXEMPT", "psc-exempt-as-shares-admitted-on-market"),
        (an_id(7), "NONE_STATED", ""),
        (an_id(8), "UNMATCHED", "77"),
        (an_id(9), "NONE_STATED", ""),
    ])  # fmt: skip


def test_a_company_without_controllers_is_its_own_end() -> None:
    up, _ = sides([company(1)], [], 1)
    assert ends(up) == [(an_id(1), "NONE_STATED", "")]


def test_a_past_stake_is_told_apart_and_on_its_day_it_counts() -> None:
    said = [person(1), company(2), person(3), person(4)]
    band = tuple(shares(50, 75).items())
    links = [
        Tie(1, "CONTROLS", 1, 2, valid=("2018-01-01", "2019-12-31"), props=(*band, ("ceased", True))),
        Tie(2, "CONTROLS", 3, 2, valid=("2020-01-01", None), props=band),
        Tie(3, "CONTROLS", 4, 2, props=(("ceased", True),)),
    ]
    store = Projector().follow(world(said, links))
    told = []
    for day in (None, date(2019, 6, 1), date(2020, 6, 1)):
        found = ownership(Graph(store), view(store, valid=day), an_id(2), direction="up")
        assert found is not None
        assert found.up is not None
        assert found.down is None
        told.append(([s.controller.id for s in found.up.stakes], sorted(p.source.id for p in found.up.past)))
    assert told == [
        ([an_id(3)], sorted([an_id(1), an_id(4)])),
        ([an_id(1)], [an_id(4)]),
        ([an_id(3)], [an_id(4)]),
    ]


def test_of_several_current_bands_the_highest_is_taken() -> None:
    said = [person(1), company(2)]
    up, _ = sides(
        said, [(1, 2, shares(25, 50)), (1, 2, shares(75, 100) | {"vote_min": 25, "vote_max": 50})], 2
    )
    (stake,) = up.stakes
    assert (stake.shares, stake.votes, stake.majority) == (Band(75, 100), Band(25, 50), ("shares",))


def test_a_chain_deeper_than_asked_ends_at_the_depth() -> None:
    said = [company(n) for n in range(1, 6)]
    up, _ = sides(said, [(n + 1, n, shares(75, 100)) for n in range(1, 5)], 1, max_depth=2)
    assert [i.entity.id for i in up.interests] == [an_id(2), an_id(3)]
    assert ends(up) == [(an_id(3), "MAX_DEPTH", "")]


def test_more_controllers_than_the_limit_are_said_to_be_cut() -> None:
    said = [company(1), *(person(n) for n in range(2, 8))]
    up, _ = sides(said, [(n, 1, shares(25, 50)) for n in range(2, 8)], 1, limit=4)
    assert [i.entity.id for i in up.interests] == sorted(an_id(n) for n in range(2, 8))[:4]
    (cut,) = up.truncated
    assert (cut.by, cut.limit) == ("limit", 4)


def test_more_chains_than_are_followed_are_said_to_be_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CHAINS", 3)
    said = [company(n) for n in range(1, 6)]
    up, _ = sides(said, [(n + 1, n, shares(75, 100)) for n in range(1, 5)], 1)
    assert up.truncated == (Truncation("maxChains", 3, None),)
    assert len(up.interests) == 3


def test_what_is_hidden_is_as_if_unknown() -> None:
    store = Projector().follow(world([company(1), person(2, label=3)]))
    assert ownership(Graph(store), view(store, 1), an_id(2)) is None
    with pytest.raises(InvalidValue, match="maxDepth"):
        ownership(Graph(store), view(store), an_id(1), max_depth=0)


@given(SEEDS)
def test_interests_and_cycles_are_those_of_all_chains_tried_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    size = chance.randint(2, 6)
    held: dict[tuple[int, int], tuple[int, int]] = {}
    for _ in range(chance.randint(1, 9)):
        held[chance.randint(1, size), chance.randint(1, size)] = chance.choice(BANDS)
    rows: list[Held] = [(a, b, shares(*band)) for (a, b), band in held.items()]
    up, down = sides([company(n) for n in range(1, size + 1)], rows, 1)
    for side, step in ((up, {(b, a): v for (a, b), v in held.items()}), (down, held)):
        sums: dict[bytes, list[tuple[float, float]]] = {}
        rings: set[tuple[int, ...]] = set()
        ways: list[tuple[tuple[int, ...], float, float]] = [((1,), 1.0, 1.0)]
        for way, low, high in ways:
            for (here, there), band in step.items():
                if here == way[-1] and there in way:
                    ring = way[way.index(there) :]
                    ring = ring if side is down else ring[::-1]
                    at = min(range(len(ring)), key=lambda i: an_id(ring[i]))
                    rings.add(ring[at:] + ring[:at])
                elif here == way[-1]:
                    product = (low * band[0] / 100, high * band[1] / 100)
                    sums.setdefault(an_id(there), []).append(product)
                    ways.append(((*way, there), *product))
        assert {i.entity.id: i.chains for i in side.interests} == {
            mid: len(each) for mid, each in sums.items()
        }
        for interest in side.interests:
            each = sums[interest.entity.id]
            assert interest.shares is not None
            assert interest.shares == pytest.approx(
                [min(100.0, 100 * sum(part[end] for part in each)) for end in (0, 1)]
            )
        assert {tuple(e.id for e in c) for c in side.cycles} == {tuple(an_id(n) for n in r) for r in rings}
