"""Plain Splink beside ours runs where it can by its own means, and tells the cause where it cannot."""

from __future__ import annotations

import random

import duckdb
import pytest

from graph.resolution.evaluate import peer
from graph.resolution.evaluate.reading import Records
from graph.resolution.evaluate.run import Clustering

GIVEN = [f"{a}{b}" for a in ("Ro", "Ta", "Cu", "Bar", "Wil", "Ed") for b in ("wan", "msin", "bert", "naby")]
FAMILY = [
    f"{a}{b}" for a in ("Ash", "Kel", "Quil", "Bro", "Mar") for b in ("combe", "ham", "ling", "low", "ston")
]


def people(n: int, seed: int, missing: float = 0.0) -> dict[str, list[str]]:
    """n people, each twice and the same twice, with cells left empty."""
    rng = random.Random(seed)
    rows = [
        (rng.choice(GIVEN), rng.choice(FAMILY), f"{rng.randrange(1930, 2005)}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}")
        for _ in range(n)
    ]  # fmt: skip
    named = dict(zip(("first_name", "last_name", "birth_date"), zip(*rows, strict=True), strict=True))
    return {
        name: ["" if rng.random() < missing else text for text in (*texts, *texts)]
        for name, texts in named.items()
    }


def splink(values: dict[str, list[str]], files: list[int] | None = None) -> Clustering:
    size = len(next(iter(values.values())))
    told: dict[str, list[tuple[str, ...]]] = {
        name: [(text,) if text else () for text in texts] for name, texts in values.items()
    }
    said = Records([str(n) for n in range(size)], files or [0] * size, told)
    with duckdb.connect() as con:
        return peer.splink(con, said, linked=files is not None)


def pairs_of(found: Clustering) -> int:
    sizes = [found.clusters.count(name) for name in set(found.clusters)]
    return sum(size * (size - 1) // 2 for size in sizes)


@pytest.mark.parametrize("seed", [2, 3])
def test_where_training_in_a_column_s_blocks_comes_to_nothing_others_train_and_the_default_chances_stay(
    seed: int,
) -> None:
    """Of exact duplicates no pair has the levels between: a chance of 0, which Splink refuses."""
    values = people(100, seed)
    rng = random.Random(seed)
    values["city"] = [rng.choice(["Leeds", "York", "Norwich", "Bath"]) for _ in range(100)] * 2
    assert pairs_of(splink(values)) >= 90


def test_hardly_anything_stated_is_compared_all_the_same() -> None:
    assert len(splink(people(300, 3, missing=0.6)).met[0]) >= 100


def test_one_column_is_compared_by_its_default_chances() -> None:
    names = [
        f"{a} {b}"
        for a, b in zip(*[people(200, 5)[name] for name in ("first_name", "last_name")], strict=True)
    ]
    found = splink({"name": names})
    assert (len(found.clusters), len(found.met[0]) > 0) == (400, True)


def test_a_link_without_an_equal_value_is_blocked_by_how_values_start() -> None:
    rng = random.Random(7)
    things = [f"{rng.choice(FAMILY)} {rng.choice(GIVEN)} {n}" for n in range(200)]
    found = splink({"name": [*things, *(f"{name} new" for name in things)]}, [0] * 200 + [1] * 200)
    assert len(found.met[0]) >= 200


def test_a_column_too_full_blocks_with_another_or_by_its_rare_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "_PAIRS", 2_000)
    names = ["Rowan Ashcombe"] * 200 + [f"Tamsin Kelham {n // 2}" for n in range(40)]
    found = splink({"name": names, "city": ["Leeds"] * 120 + ["York"] * 120})
    assert 20 <= len(found.met[0]) <= 2_000


def test_what_splink_fails_at_is_told_with_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        try:
            raise KeyError("the cause")
        except KeyError as error:
            raise ValueError("sql " * 500) from error

    monkeypatch.setattr(peer, "_clusters", fails)
    with pytest.raises(peer.PeerFailed, match="Splink: KeyError: 'the cause'"):
        splink(people(10, 1))
