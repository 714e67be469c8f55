"""Natures of control taken apart, by hand from the vocabulary of formats.md 1.2."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.helpers.natures import control

SHARES, VOTES = {"share_min": 25, "share_max": 50}, {"vote_min": 50, "vote_max": 75}
SURPLUS = {"surplus_min": 75, "surplus_max": 100}


@pytest.mark.parametrize(
    ("code", "props"),
    [
        ("ownership-of-shares-25-to-50-percent", SHARES),
        ("ownership-of-shares-25-to-50-percent-as-trust", SHARES | {"as_trust": True}),
        ("voting-rights-50-to-75-percent", VOTES),
        ("voting-rights-50-to-75-percent-as-firm-limited-liability-partnership", VOTES | {"as_firm": True}),
        ("right-to-share-surplus-assets-75-to-100-percent-limited-liability-partnership", SURPLUS),
        ("part-right-to-share-surplus-assets-75-to-100-percent-as-trust", SURPLUS | {"as_trust": True}),
        ("right-to-appoint-and-remove-directors", {"appoints_directors": True}),
        ("right-to-appoint-and-remove-members-limited-liability-partnership", {"appoints_directors": True}),
        ("significant-influence-or-control-as-firm", {"significant_influence": True, "as_firm": True}),
        ("ownership-of-shares-more-than-25-percent-registered-overseas-entity", {"share_min": 25, "share_max": 100}),
        ("voting-rights-more-than-25-percent-as-control-over-trust-registered-overseas-entity",
         {"vote_min": 25, "vote_max": 100, "over_trust": True}),
        ("right-to-appoint-and-remove-directors-as-control-over-firm-registered-overseas-entity",
         {"appoints_directors": True, "over_firm": True}),
    ],
)  # fmt: skip
def test_a_code_is_a_right_a_band_and_a_way(code: str, props: dict[str, Any]) -> None:
    assert control((code,)) == ({"natures": [code], **props}, ())


def test_of_several_routes_to_one_right_the_highest_band_counts_and_all_codes_are_kept() -> None:
    codes = (
        "ownership-of-shares-50-to-75-percent",
        "ownership-of-shares-75-to-100-percent-as-trust",
        "ownership-of-shares-25-to-50-percent-as-firm",
    )
    props, unknown = control(codes)
    assert (props["share_min"], props["share_max"], props["as_trust"], props["as_firm"]) == (
        75,
        100,
        True,
        True,
    )
    assert (props["natures"], unknown) == (list(codes), ())


@pytest.mark.parametrize(
    "code",
    [
        "ownership-of-shares",
        "voting-rights-10-to-25-percent",
        "ownership-of-shares-25-to-50-percent-as-x",
        "x",
    ],
)
def test_a_code_that_the_grammar_does_not_know_is_named_and_kept(code: str) -> None:
    assert control((code,)) == ({"natures": [code]}, (code,))


def test_no_natures_are_no_properties() -> None:
    assert control(()) == ({}, ())
