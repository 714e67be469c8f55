"""People of the made-up world are resolved as well as promised, and with fewer wrong merges than by plain Splink on the same columns."""

from __future__ import annotations

import pytest

from api.intake import Intake
from tests.api.conftest import open_service
from tests.quality.people import Result, judge_people
from tests.world import generate
from tests.world.plan import FAMILIES


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """400 companies of another seed than the model was trained on: officers, controllers and phone books."""
    root = tmp_path_factory.mktemp("quality")
    world = generate(root / "world", 400, seed=31, families=FAMILIES).out
    service = open_service(root / "data")
    for path in sorted(world.iterdir()):
        if path.name.startswith(("Prod195", "psc-", "book_")):
            list(service.ingest(path, Intake()))
    service.close()
    result = judge_people(root / "data" / "state.duckdb", world / "truth" / "records.csv", owners=False)
    print(f"\n{result}")
    return result


def test_people_are_resolved_as_well_as_promised(judged: Result) -> None:
    """One director of 88 mentions is half of all pairs here. Ten companies that he controls without being their officer state
    nothing but his name, month, nationality and country: these are proposed, as two namesakes would state the same."""
    assert judged.mentions > 1_000
    assert judged.model.precision >= 0.98
    assert judged.model.recall >= 0.80
    assert judged.confirmed.recall >= 0.97


def test_the_model_makes_fewer_wrong_pairs_than_plain_splink_and_finds_as_much_with_its_proposals(
    judged: Result,
) -> None:
    assert judged.model.together - judged.model.both < judged.plain.together - judged.plain.both
    assert judged.confirmed.recall > judged.plain.recall


def test_identifiers_alone_find_less_than_half(judged: Result) -> None:
    assert judged.identifiers.precision == 1.0
    assert judged.identifiers.recall < 0.5 < judged.model.recall


def test_of_two_people_planted_to_look_like_one_none_are_joined(judged: Result) -> None:
    assert judged.traps == {"father and son": (2, 0), "namesakes at one address": (2, 0), "twins": (2, 0)}


def test_no_cluster_is_larger_than_the_largest_true_one(judged: Result) -> None:
    assert judged.model.largest <= judged.model.largest_true
