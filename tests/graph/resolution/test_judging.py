"""Judgements through the API: a merge that contradicts is refused, many in one call, taken out and put back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from api.service import Service
from graph.store.neo4j import Neo4jStore
from tests.api.asking import READERS, commit, data
from tests.api.conftest import open_service
from tests.graph.resolution.people import person
from tests.graph.resolution.test_resolve import entities, ids, officers

JUDGE = """mutation($a: ID!, $b: ID!, $v: Verdict!) { judge(a: $a, b: $b, verdict: $v) {
  judgement revision overrides userErrors { code path message } } }"""
MANY = """mutation($j: [JudgementInput!]!) { judgeMany(judgements: $j) { revision userErrors { code message }
  outcomes { judgement revision userErrors { code path message } } } }"""
UNMERGE = """mutation($m: [ID!]!) { unmerge(mentions: $m) { judgements revision taken { id mentionCount } rest { id mentionCount }
  userErrors { code path message } } }"""
UNDO = (
    "mutation($j: ID!, $t: Boolean!) { undo(judgement: $j, together: $t) { revision userErrors { code } } }"
)


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    store = "sqlite:///"
    if request.param == "neo4j":
        store = request.getfixturevalue("neo4j_url")
        Neo4jStore.wipe(store)
    opened = open_service(tmp_path / "data", store)
    (tmp_path / "data" / "readers.toml").write_text(READERS, encoding="utf-8")
    yield opened
    opened.close()


def judge(service: Service, a: str, b: str, verdict: str) -> Any:
    return data(service, JUDGE, a=a, b=b, v=verdict)["judge"]


def sharers(service: Service, number: int, start: int = 0) -> dict[str, str]:
    """People of one identifier; their ids by key."""
    people = [person(f"s{n}", "Jo", "Smith", identifier="11112222") for n in range(start, start + number)]
    commit(service, "sharers", people, digest=f"sharers {start}")
    return ids(service)


def test_a_merge_that_judgements_forbid_is_refused_and_names_the_one_that_stands(service: Service) -> None:
    known = sharers(service, 2)
    commit(service, "b", [person("x", "Ed", "Black"), person("y", "Ed", "Black")])
    known = ids(service)
    standing = judge(service, known["s1"], known["x"], "DIFFERENT")["judgement"]
    assert judge(service, known["x"], known["y"], "SAME")["userErrors"] == []
    # Neither end of the judgement: only their entities.
    refused = judge(service, known["s0"], known["y"], "SAME")
    (error,) = refused["userErrors"]
    assert (refused["judgement"], error["code"], error["path"]) == (None, "CONTRADICTED", [])
    assert standing in error["message"]
    assert error["message"].endswith("Undo it first.")
    data(service, UNDO, j=standing, t=False)
    assert judge(service, known["s0"], known["y"], "SAME")["userErrors"] == []
    assert entities(service)["x"] == {"x", "y", "s0", "s1"}


def test_different_goes_before_same_and_names_what_gives_way(service: Service) -> None:
    commit(service, "b", [person("x", "Ed", "Black"), person("y", "Ed", "Black")])
    known = ids(service)
    same = judge(service, known["x"], known["y"], "SAME")["judgement"]
    assert judge(service, known["x"], known["y"], "DIFFERENT")["overrides"] == [same]
    assert entities(service)["x"] == {"x"}


def test_many_in_one_call_are_one_revision_and_each_is_held_to_those_before_it(service: Service) -> None:
    commit(service, "b", [person(key, "Ed", "Black") for key in "xyz"])
    known = ids(service)
    asked = [
        {"a": known["x"], "b": known["y"], "verdict": "DIFFERENT"},
        {"a": known["y"], "b": known["z"], "verdict": "SAME"},
        {"a": known["z"], "b": known["x"], "verdict": "SAME"},
        {"a": known["z"], "b": "no id", "verdict": "SAME"},
        {"a": known["z"], "b": known["y"], "verdict": "SAME"},
    ]
    told = data(service, MANY, j=asked)["judgeMany"]
    codes = [[e["code"] for e in one["userErrors"]] for one in told["outcomes"]]
    assert codes == [[], [], ["CONTRADICTED"], ["INVALID_VALUE"], ["REFUSED"]]
    assert {one["revision"] for one in told["outcomes"]} == {2, None}
    assert told["outcomes"][3]["userErrors"][0]["path"] == ["b"]
    assert entities(service)["y"] == {"y", "z"}
    data(service, UNDO, j=told["outcomes"][0]["judgement"], t=True)
    assert (service.head(), entities(service)["y"]) == (3, {"y"})
    over = data(service, MANY, j=[asked[0]] * 101)["judgeMany"]
    assert [e["code"] for e in over["userErrors"]] == ["INVALID_VALUE"]


@pytest.mark.parametrize("many", [3, 120])
def test_who_is_taken_out_stays_out_of_all_who_share_the_identifier(service: Service, many: int) -> None:
    """The oldest of them, so that whoever comes later would join it if it were not for the rest."""
    known = sharers(service, many)
    oldest = next(node["id"] for node in data(service, "query($i: [ID!]!) { nodes(ids: $i) { id } }", i=[known["s0"]])["nodes"])  # fmt: skip
    out = data(service, UNMERGE, m=[oldest])["unmerge"]
    assert out["userErrors"] == []
    assert [e["mentionCount"] for e in out["taken"]] == [1]
    assert [e["mentionCount"] for e in out["rest"]] == [many - 1]
    assert len(out["judgements"]) == (many - 1 if many <= 100 else 2)
    sharers(service, 4, many)
    service.resolve()
    found = data(service, "query($i: [ID!]!) { nodes(ids: $i) { mentionCount } }", i=[oldest])["nodes"]
    assert found == [{"mentionCount": 1}]
    assert len(entities(service)[f"s{many}"]) == many + 3
    data(service, UNDO, j=out["judgements"][0], t=True)
    assert len(entities(service)["s0"]) == many + 4


def test_who_a_model_joined_is_taken_out_of_all_that_it_might_join(service: Service) -> None:
    commit(service, "officers", officers())
    service.resolve()
    known = ids(service)
    assert entities(service)["1"] == {"1", "2", "3", "4"}
    out = data(service, UNMERGE, m=[known["1"]])["unmerge"]
    assert [e["mentionCount"] for e in out["taken"]] == [1]
    assert sum(e["mentionCount"] for e in out["rest"]) == 3
    service.resolve(anew=True)
    commit(service, "more", [person("7", "Barnaby", "Ashcombe", "1961-04", company="00000002")])
    service.resolve()
    assert {"2", "3", "4"}.isdisjoint(entities(service)["1"])


def test_the_impact_of_a_proposal_is_what_would_move(service: Service) -> None:
    """One joins three: one moves. What somebody has looked at is no longer asked about."""
    alone = person("a", "Cuthbert", "Ashcombe")
    three = [person(f"b{n}", "Cuthbert", "Ashcombe", identifier="11112222") for n in range(3)]  # fmt: skip
    commit(service, "a", [alone, *three])
    service.resolve()
    known = ids(service)
    asked = "{ reviews { reviews { impact decision { a b } } } }"
    (found,) = data(service, asked)["reviews"]["reviews"]
    assert found["impact"] == 1
    ends = {found["decision"]["a"], found["decision"]["b"]}
    foe = next(known[f"b{n}"] for n in range(3) if known[f"b{n}"] not in ends)
    judge(service, known["a"], foe, "UNSURE")
    assert data(service, asked)["reviews"]["reviews"] == []


def test_all_of_an_entity_cannot_be_taken_out_of_it(service: Service) -> None:
    known = sharers(service, 2)
    told = data(service, UNMERGE, m=list(known.values()))["unmerge"]
    assert [(e["code"], e["path"]) for e in told["userErrors"]] == [("REFUSED", ["mentions"])]
