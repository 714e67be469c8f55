"""What it takes to join two: the pairs taken are together as likely one as the threshold says."""

from __future__ import annotations

import numpy as np
import pytest

from graph.resolution.evaluate.clustering import cluster, over

A, B = np.array([0, 2, 4, 0]), np.array([1, 3, 5, 3])
BITS = np.array([20.0, 20.0, 2.0, 2.0])
"""Two pairs beyond doubt and two of four to one: together one by (1 + 1 + 0.8 + 0.8) / 4 = 0.9."""
ITSELF = 4.247928
"""Bits of 0.95."""


@pytest.mark.parametrize(
    ("threshold", "alone", "linked", "taken"),
    [
        (0.89, False, False, [True, True, True, True]),
        (0.95, False, False, [True, True, False, False]),
        (0.89, True, False, [True, True, False, False]),
        # Of linked files: 0 and 3 have likelier ones.
        (0.89, False, True, [True, True, True, False]),
    ],
)
def test_pairs_are_taken_by_what_they_are_together(
    threshold: float, alone: bool, linked: bool, taken: list[bool]
) -> None:
    bits = over(6, A, B, BITS, threshold, alone=alone, linked=linked)
    assert (bits >= 0).tolist() == taken


def test_a_pair_that_is_hardly_likelier_one_than_not_is_never_taken_for_the_company_it_keeps() -> None:
    bits = np.array([20.0] * 99 + [0.5])
    rows = np.arange(100)
    assert (over(200, rows, rows + 100, bits, 0.95, alone=False, linked=False) >= 0).sum() == 99


def test_by_itself_each_pair_has_to_be_as_likely_one_as_the_threshold() -> None:
    assert over(6, A, B, BITS, 0.95, alone=True, linked=False) == pytest.approx(BITS - ITSELF)
    nothing = np.empty(0)
    assert over(6, nothing, nothing, nothing, 0.95, alone=False, linked=True).tolist() == []


def test_what_speaks_against_counts_half() -> None:
    """0 and 1 are one; 2 is one with 0 and, by a slip, unlike 1: 6 bits for, 10 against."""
    a, b = np.array([0, 0, 1]), np.array([1, 2, 2])
    assert cluster(3, a, b, np.array([9.0, 6.0, -10.0]), {}) == [0, 0, 0]
    assert cluster(3, a, b, np.array([9.0, 4.0, -10.0]), {}) == [0, 0, 2]


def test_two_of_one_linked_file_take_more_to_be_one() -> None:
    """1 and 2 never met, as two of one file do not: 0 has 9 bits with one and 1.5 with the other."""
    a, b, bits = np.array([0, 0]), np.array([1, 2]), np.array([9.0, 1.5])
    assert cluster(3, a, b, bits, {}) == [0, 0, 0]
    assert cluster(3, a, b, bits, {}, unmet=-2.0) == [0, 0, 2]
