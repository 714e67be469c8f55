"""How an entity came to be, what it nearly is, and why two are not one."""

from __future__ import annotations

from typing import Any

import pytest

from api.service import Service
from graph.resolution.similar import REMEDIES
from tests.api.asking import commit, data
from tests.api.conftest import service as service
from tests.graph.batches import M, R
from tests.graph.resolution.people import person, props
from tests.graph.resolution.test_resolve import ids, officers

HOW = """query($e: ID!, $n: Int!, $after: String) { how(entity: $e, first: $n, after: $after) { stepCount skippedCount
  single { mention mentions step }
  steps { number basis identifier decision { id by } partCount mentions parts { mention mentions step } }
  skipped { basis identifier verdict because { id verdict by } } pageInfo { hasNextPage endCursor } truncated { by limit } } }"""
SIMILAR = """query($e: ID!) { similar(entity: $e) { totalCount { value } near { bits entity { id } decision { verdict }
  against { code detail remedy decision { id } because { id } } } } }"""
WHY_NOT = """query($a: ID!, $b: ID!) { whyNot(a: $a, b: $b) { verdict lacking remedy keys { name a b meets }
  waterfall { bits accept } against { code decision { id } } } }"""
JUDGE = "mutation($a: ID!, $b: ID!, $v: Verdict!) { judge(a: $a, b: $b, verdict: $v) { judgement } }"


def judge(service: Service, a: str, b: str, verdict: str) -> str:
    made: str = data(service, JUDGE, a=a, b=b, v=verdict)["judge"]["judgement"]
    return made


def how(service: Service, entity: str, first: int = 100, after: str | None = None) -> Any:
    return data(service, HOW, e=entity, n=first, after=after)["how"]


def test_the_tree_of_merges_goes_from_judgements_over_identifiers_to_models(service: Service) -> None:
    commit(service, "officers", officers())
    keyed = [person(f"k{n}", "Barnaby", "Ashcombe", identifier="11112222") for n in range(3)]
    commit(service, "keyed", [*keyed, person("x", "Ed", "Black")])
    service.resolve()
    known = ids(service)
    said = judge(service, known["x"], known["k0"], "SAME")
    judge(service, known["k1"], known["1"], "SAME")
    told = how(service, known["1"])
    assert [step["basis"] for step in told["steps"]] == [
        "judgement", "judgement", "identifier", "model", "model", "model",
    ]  # fmt: skip
    assert said in [step["decision"]["id"] for step in told["steps"][:2]]
    key = told["steps"][2]
    assert (key["identifier"], key["decision"]) == ("ch_person:GB-COH/11112222", None)
    assert sorted((p["step"], p["mentions"]) if p["step"] else (0, p["mentions"]) for p in key["parts"]) == [
        (0, 1), (1, 2), (2, 2),
    ]  # fmt: skip
    assert (key["partCount"], key["mentions"]) == (3, 5)
    assert [step["mentions"] for step in told["steps"]][-1] == 8
    pages, after = [], None
    while True:
        page = how(service, known["1"], 4, after)
        pages += page["steps"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert pages == told["steps"]


def test_one_mention_is_single_and_interchangeable_ones_are_one_leaf(service: Service) -> None:
    commit(service, "keyed", [person(f"k{n}", "Jo", "Smith", identifier="11112222") for n in range(40)])
    told = how(service, ids(service)["k0"])
    assert (told["stepCount"], told["single"]["mentions"]) == (0, 40)


def test_what_was_not_followed_is_told_with_what_stands_against_it(service: Service) -> None:
    commit(service, "keyed", [person(f"k{n}", "Jo", "Smith", identifier="11112222") for n in range(3)])
    known = ids(service)
    said = judge(service, known["k0"], known["k1"], "DIFFERENT")
    told = how(service, known["k1"])
    assert [(s["basis"], s["verdict"], [b["id"] for b in s["because"]]) for s in told["skipped"]] == [
        ("identifier", "SAME", [said])
    ]
    (near,) = data(service, SIMILAR, e=known["k1"])["similar"]["near"]
    assert [o["code"] for o in near["against"]] == ["JUDGED_DIFFERENT", "NOT_FOLLOWED"]


def test_near_misses_come_strongest_first_and_say_why_not(service: Service) -> None:
    commit(service, "a", [person(key, "Cuthbert", "Ashcombe") for key in "12"])
    service.resolve()
    known = ids(service)
    (near,) = data(service, SIMILAR, e=known["1"])["similar"]["near"]
    assert (near["entity"]["id"], near["decision"]["verdict"]) == (known["2"], "UNSURE")
    assert [o["code"] for o in near["against"]] == ["WEIGHT"]
    assert near["bits"] > 0
    told = data(service, WHY_NOT, a=known["1"], b=known["2"])["whyNot"]
    assert (told["verdict"], [o["code"] for o in told["against"]]) == ("KEPT_APART", ["WEIGHT"])
    assert abs(told["waterfall"]["bits"] - near["bits"]) < 0.001


WHY = """query($a: ID!, $b: ID!) { reviews { reviews { against { code detail } decision { a b } } }
  why(a: $a, b: $b) { together against { code detail remedy } waterfall { bits accept corroborated } } }"""


@pytest.mark.parametrize(
    ("said", "against"),
    [
        ([person("1", "Cuthbert", "Ashcombe"), person("2", "Cuthbert", "Ashcombe")], ("WEIGHT", "")),
        (
            [person(key, "Zhang", "Wei", born, company="00000001", postcode="LS1 1AA") for key, born in (("1", "1990-02"), ("2", "1991-02"))],
            ("CONTRADICTION", "two entries of one list, born otherwise"),
        ),
        (
            [person("1", "Rex", "Kelham", "1961-04-09", phone="+447612000001"), person("2", "Rex", "Kelham", phone="+447612000001"),
             person("3", "Rex", "Kelham", "1990-11-30", phone="+447612000001")],
            ("SEVERAL", "several"),
        ),
        (
            [person(key, "Tamsin", "Barker", "1961-04") for key in "12"],
            ("NOT_CORROBORATED", ""),
        ),
    ],
)  # fmt: skip
def test_why_and_the_reviews_say_why_a_proposal_is_no_more(
    service: Service, said: list[Any], against: tuple[str, str]
) -> None:
    commit(service, "a", said)
    service.resolve()
    known = ids(service)
    told = data(service, WHY, a=known["1"], b=known["2"])
    assert not told["why"]["together"]
    assert [(o["code"], o["detail"]) for o in told["why"]["against"]] == [against], told["why"]["waterfall"]
    assert told["why"]["against"][0]["remedy"] == REMEDIES[against[0]]
    assert against in [
        (one["against"]["code"], one["against"]["detail"]) for one in told["reviews"]["reviews"]
    ]


def test_why_by_the_ids_of_entities_weighs_the_proposal_where_their_oldest_mentions_say_nothing(
    service: Service,
) -> None:
    """A body is first known by its number alone, which no model weighs."""
    number = ("company_number:GB-COH/00000007",)
    commit(service, "a", [R("1", "2026-01-01", (M("it", "Company", number, ""),))])
    said = props(name="Quillmere Widgets Ltd", country_registered="England")
    kinds = (("2", "Company", number), ("3", "Organisation", ()))
    commit(
        service,
        "b",
        [
            R(key, "2026-01-01", (M("it", kind, keys, "Quillmere Widgets Ltd", props=said),))
            for key, kind, keys in kinds
        ],
    )
    service.resolve()
    text = """{ reviews { reviews { decision { a b strength } a { id } b { id } } } }"""
    (proposal,) = data(service, text)["reviews"]["reviews"]
    a, b = proposal["a"]["id"], proposal["b"]["id"]
    assert {a, b} != {proposal["decision"]["a"], proposal["decision"]["b"]}
    text = "query($a: ID!, $b: ID!) { why(a: $a, b: $b) { entityA { id } a b waterfall { bits comparisons { name a b } } } }"
    told = data(service, text, a=a, b=b)["why"]
    assert {told["a"], told["b"]} == {proposal["decision"]["a"], proposal["decision"]["b"]}
    assert abs(told["waterfall"]["bits"] - proposal["decision"]["strength"]) < 0.001
    back = data(service, text, a=b, b=a)["why"]
    assert (back["a"], back["b"], back["entityA"]["id"]) == (told["b"], told["a"], b)


def test_why_not_tells_those_who_never_met_from_those_who_are_one(service: Service) -> None:
    commit(service, "a", [person("1", "Cuthbert", "Ashcombe"), person("2", "Ed", "Black"),
                          person("3", "Jo", "Smith", identifier="11112222"), person("4", "Jo", "Smith", identifier="11112222")])  # fmt: skip
    service.resolve()
    known = ids(service)
    told = data(service, WHY_NOT, a=known["1"], b=known["2"])["whyNot"]
    assert told["verdict"] == "NOT_MET"
    assert told["lacking"] > 0
    assert told["keys"]
    assert not any(key["meets"] for key in told["keys"])
    assert any(key["a"] for key in told["keys"])
    assert data(service, WHY_NOT, a=known["3"], b=known["4"])["whyNot"]["verdict"] == "TOGETHER"
    said = judge(service, known["1"], known["2"], "DIFFERENT")
    told = data(service, WHY_NOT, a=known["1"], b=known["2"])["whyNot"]
    assert (told["verdict"], told["against"][0]["decision"]["id"]) == ("KEPT_APART", said)
