"""The order of reviews: by what a decision would change, over all proposals however many, and what is cut is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from api.service import Service
from graph.resolution import reviews
from tests.api.asking import commit, data
from tests.api.conftest import open_service
from tests.graph.resolution.people import person

PAIRS = 2_100
ASKED = """query($first: Int!, $after: String) { reviews(first: $first, after: $after) { totalCount { value relation }
  reviews { impact decision { id a b strength } } pageInfo { hasNextPage endCursor } truncated { by limit next } } }"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Any:
    opened = open_service(tmp_path_factory.mktemp("reviews"))
    commit(opened, "many", crowd(PAIRS))
    opened.resolve()
    yield opened
    opened.close()


def crowd(pairs: int) -> list[Any]:
    """Proposals of two who are one mention each, and one, no stronger, of two who are four each."""
    alone = [person(f"{n}/{side}", f"Crispin{n}x", f"Ashcombe{n}x") for n in range(pairs) for side in "ab"]
    four = [person(f"{side}{n}", "Cuthbert", "Ashcombe", identifier=f"1111222{side}") for side in "34" for n in range(4)]  # fmt: skip
    return [*alone, *four]


def test_a_proposal_no_stronger_than_others_comes_first_where_it_would_change_most(service: Service) -> None:
    found = data(service, ASKED, first=3)["reviews"]
    assert [one["impact"] for one in found["reviews"]] == [4, 1, 1]
    weakest, other, _ = (one["decision"]["strength"] for one in found["reviews"])
    assert weakest <= other
    assert found["totalCount"]["relation"] == "EQ"


def test_the_pages_of_very_many_miss_none(service: Service) -> None:
    seen: list[str] = []
    after = None
    page: dict[str, Any] = {}
    while not seen or page["pageInfo"]["hasNextPage"]:
        page = data(service, ASKED, first=1000, after=after)["reviews"]
        seen += [one["decision"]["id"] for one in page["reviews"]]
        after = page["pageInfo"]["endCursor"]
    assert len(seen) == len(set(seen)) == page["totalCount"]["value"] >= PAIRS + 1
    assert page["truncated"] == []


def test_proposals_that_were_not_looked_at_are_told_on_every_page(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviews, "MOST", 500)
    page = data(service, ASKED, first=400)["reviews"]
    cuts = {cut["by"]: (cut["limit"], cut["next"]) for cut in page["truncated"]}
    assert cuts["proposals"] == (500, None)
    assert page["totalCount"] == {"value": 500, "relation": "GTE"}
    last = data(service, ASKED, first=400, after=page["pageInfo"]["endCursor"])["reviews"]
    assert (len(last["reviews"]), last["pageInfo"]["hasNextPage"]) == (100, False)
    assert [(cut["by"], cut["limit"]) for cut in last["truncated"]] == [("proposals", 500)]


def test_beside_a_judgement_what_would_move_is_worked_out_for_those_of_most_and_is_the_smaller_s_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = open_service(tmp_path)
    commit(service, "few", crowd(3))
    service.resolve()
    before = data(service, ASKED, first=10)["reviews"]["reviews"]
    monkeypatch.setattr(reviews, "WORKED_OUT", 0)
    assert data(service, ASKED, first=10)["reviews"]["reviews"] == before
    service.close()
