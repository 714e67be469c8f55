"""Who only lives together, and what only trades together."""

from __future__ import annotations

import numpy as np
import pytest

from graph.resolution.evaluate import households, models


def clashes(kind: str, filled: set[str], agree: dict[str, str]) -> bool:
    """Of a pair that agrees so by comparison and label, and states nothing else."""
    model = households.told(models.model(kind, filled, most=1))
    labels = {c.name: [level.label for level in c.levels] for c in model.comparisons}
    assert set(agree) <= set(labels)
    way = [labels[c.name].index(agree[c.name]) if c.name in agree else -1 for c in model.comparisons]
    return bool(households.clashing(model, np.array([way]))[0])


PERSON = {"first", "last", "year", "email", "national_id"}
BODY = {"body", "street", "postcode", "registration_number", "phone"}


@pytest.mark.parametrize(
    ("kind", "filled", "agree", "apart"),
    [
        ("Person", PERSON, {"forename": "same", "birth_date": "different"}, False),
        ("Person", PERSON, {"forename": "different"}, True),
        ("Person", PERSON, {"forename": "different", "birth_date": "one slip"}, False),
        ("Person", PERSON, {"forename": "near"}, False),
        ("Person", PERSON, {"forename": "near", "birth_date": "the year"}, True),
        ("Person", PERSON, {"forename": "different", "email": "shared by few"}, False),
        ("Person", {"email"}, {"email": "different"}, False),
        ("Organisation", BODY, {"body_name": "same", "address": "different"}, True),
        ("Organisation", BODY, {"body_name": "same", "address": "same street"}, True),
        ("Organisation", BODY, {"body_name": "same", "address": "same"}, False),
        ("Organisation", BODY, {"address": "different", "postcode": "one slip"}, False),
        ("Organisation", BODY, {"address": "different", "registration_number": "shared by few"}, False),
        ("Organisation", BODY, {"body_name": "same", "postcode": "different"}, True),
        ("Organisation", BODY, {"body_name": "same"}, False),
        ("Organisation", {"body", "phone"}, {"body_name": "same"}, False),
    ],
)
def test_two_of_one_household_or_chain_are_told_apart_by_what_is_their_own(
    kind: str, filled: set[str], agree: dict[str, str], apart: bool
) -> None:
    assert clashes(kind, filled, agree) is apart


def test_parameters_of_chains_are_known_by_how_often_their_places_differ() -> None:
    model = models.model("Organisation", BODY, most=1)

    def taught(share: float) -> bool:
        return households.learned(model, {"comparisons": {"address": {"different": {"m": share}}, "postcode": {"different": {"m": 0.1}}}})  # fmt: skip

    assert [taught(0.39), taught(0.41)] == [False, True]
