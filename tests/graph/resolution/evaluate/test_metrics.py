"""Precision and recall over pairs and records agree with counting every pair and record by hand."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.resolution.evaluate.metrics import b_cubed, closed, pairs_within, pairwise
from graph.resolution.evaluate.name_pairs import ranked

ROWS = st.integers(1, 14).flatmap(
    lambda n: st.tuples(*(st.lists(st.integers(0, 4), min_size=n, max_size=n) for _ in range(3)))
)


@given(ROWS, st.booleans())
def test_pairwise_figures_are_those_of_all_pairs(rows: tuple[list[int], ...], linked: bool) -> None:
    found, true, file = rows
    files = [n % 2 for n in file] if linked else None
    pairs = [(a, b) for a, b in combinations(range(len(found)), 2) if files is None or files[a] != files[b]]
    together = {p for p in pairs if found[p[0]] == found[p[1]]}
    belong = {p for p in pairs if true[p[0]] == true[p[1]]}
    score = pairwise(found, true, files)
    assert pairs_within(found, files) == len(together)
    assert score.precision == pytest.approx(len(together & belong) / len(together) if together else 1.0)
    assert score.recall == pytest.approx(len(together & belong) / len(belong) if belong else 1.0)


@given(ROWS)
def test_b_cubed_is_the_mean_over_records(rows: tuple[list[int], ...]) -> None:
    found, true, _ = rows
    n = range(len(found))
    precision, recall = 0.0, 0.0
    for a in n:
        both = sum(found[a] == found[b] and true[a] == true[b] for b in n)
        precision += both / sum(found[a] == found[b] for b in n)
        recall += both / sum(true[a] == true[b] for b in n)
    score = b_cubed(found, true)
    assert (score.precision, score.recall) == pytest.approx((precision / len(found), recall / len(found)))


def test_pairs_of_the_truth_are_closed_and_unnamed_rows_are_alone() -> None:
    assert closed(6, [], [(3, 1), (1, 0), (5, 4)]) == [0, 0, 2, 0, 4, 4]
    assert closed(4, ["x", "", "x", ""], []) == [0, 1, 0, 3]


def test_equal_scores_are_ranked_at_once() -> None:
    precision, best, at = ranked([0.9, 0.9, 0.5, 0.1], [True, False, True, False])
    assert precision == pytest.approx(0.5 * 0.5 + 0.5 * 2 / 3)
    assert (best, at) == (pytest.approx(0.8), 0.5)
