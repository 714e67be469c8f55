"""`clew resolve` end to end: decided once, kept, replayed, explained, reviewed; and a hidden mention shows nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from api.service import Service
from tests.api.asking import CASE, READERS, ask, commit, data
from tests.api.conftest import open_service
from tests.graph.batches import M, R
from tests.graph.resolution.people import person, props


@pytest.fixture
def service(tmp_path: Path) -> Any:
    opened = open_service(tmp_path / "data")
    (tmp_path / "data" / "readers.toml").write_text(READERS, encoding="utf-8")
    yield opened
    opened.close()


def officers() -> list[Any]:
    """Barnaby Ashcombe four times (twice as Ashcombe, B., once by an identifier), his son, and a namesake."""
    return [
        person("1", "Barnaby John", "Ashcombe", "1961-04", company="00000001", nationality="British", country_of_residence="Wales"),
        person("2", "Barnaby", "Ashcombe", "1961-04-09", company="00000001", phone="+447612000001"),
        person("3", "Barney John", "Ashcomb", "1961-04", company="00000001", nationality="British"),
        person("4", "Barnaby John", "Ashcombe", "1961-04", company="00000002", nationality="British", country_of_residence="Wales"),
        person("5", "Crispin", "Ashcombe", "1990-11", company="00000001", nationality="British"),
        person("6", "Barnaby", "Ashcombe", "1984-02", nationality="Irish", phone="+447612000009"),
    ]  # fmt: skip


def ids(service: Service) -> dict[str, str]:
    """Record key -> the mention id of its person, as the local reader sees them."""
    view = service.view(service.scope(None))
    found = service.graph.changes(view, type(view.revision)(0), limit=100_000).changes
    mids = sorted({mid for change in found for mid in change.mids})
    return {m.rec_key: m.mid.hex() for m in service.store.mentions(view, ids=mids) if m.kind == "Person"}


def entities(service: Service, reader: str | None = None) -> dict[str, set[str]]:
    """Record key -> the keys of the records whose persons are the same entity."""
    known = ids(service)
    answer = data(
        service, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", reader, ids=list(known.values())
    )
    of = {key: node["id"] for key, node in zip(known, answer["nodes"], strict=True) if node}
    return {key: {other for other, found in of.items() if found == one} for key, one in of.items()}


def test_one_man_in_four_spellings_is_one_and_his_son_and_his_namesake_are_not(service: Service) -> None:
    commit(service, "officers", officers())
    report = service.resolve()
    assert (report["revision"], report["decided"]["SAME"]) == (2, 3)
    found = entities(service)
    assert found["1"] == {"1", "2", "3", "4"}
    assert (found["5"], found["6"]) == ({"5"}, {"6"})


def test_a_run_that_decides_nothing_new_commits_nothing_and_what_is_new_is_decided_beside_it(
    service: Service,
) -> None:
    commit(service, "officers", officers())
    service.resolve()
    assert service.resolve()["revision"] is None
    assert service.resolve(anew=True)["revision"] is None
    commit(service, "more", [person("7", "Barnaby", "Ashcombe", "1961-04", company="00000002")])
    report = service.resolve()
    assert (report["revision"], report["decided"]) == (4, {"SAME": 1})
    assert entities(service)["7"] == {"1", "2", "3", "4", "7"}


def test_what_no_longer_holds_ends_when_a_mention_changes_and_others_are_joined_without_it(
    service: Service,
) -> None:
    commit(service, "officers", officers())
    service.resolve()
    changed = person("1", "Tamsin", "Quick", "1999-01", company="00000001", day="2026-02-01")
    commit(service, "officers", [changed], digest="later")
    service.resolve()
    found = entities(service)
    assert (found["1"], found["2"]) == ({"1"}, {"2", "3", "4"})


def test_what_the_evidence_no_longer_carries_is_withdrawn(service: Service) -> None:
    """Two who share a phone of few are one; when forty others turn out to have it, it says nothing any more."""
    two = [person(str(n), "Sam", "Smith", phone="+441610000001") for n in (1, 2)]
    commit(service, "books", two)
    service.resolve()
    assert entities(service)["1"] == {"1", "2"}
    crowd = [person(f"c{n}", f"Name{n}", f"Family{n}", phone="+441610000001") for n in range(40)]
    commit(service, "crowd", crowd)
    assert service.resolve()["decided"] == {"WITHDRAWN": 1}
    assert entities(service)["1"] == {"1"}
    assert service.resolve(anew=True)["revision"] is None


def test_a_rebuild_replays_the_decisions_and_gives_the_same_answers(service: Service) -> None:
    commit(service, "officers", officers())
    service.resolve()
    before, told = entities(service), _asked(service)
    service.rebuild()
    assert (entities(service), _asked(service)) == (before, told)
    assert service.check()["ok"]
    line = service.directory.ledger.lines()[-1]
    models = ["account-1", "address-1", "organisation-1", "person-1"]
    assert (line.kind, sorted(line.content["models"])) == ("resolve", models)
    assert len(line.content["decisions"]) == 64


def test_why_adds_up_to_what_the_run_decided(service: Service) -> None:
    commit(service, "officers", officers())
    service.resolve()
    known = ids(service)
    decided = data(service, f'{{ node(id: "{known["1"]}") {{ decisions {{ a b strength verdict by }} }} }}')[
        "node"
    ]["decisions"]
    assert {d["by"] for d in decided} == {"person-1"}
    for decision in decided:
        told = _why(service, decision["a"], decision["b"])["waterfall"]
        assert abs(told["bits"] - decision["strength"]) < 0.001
        assert abs(told["prior"] + sum(c["bits"] for c in told["comparisons"]) - told["bits"]) < 0.01
        assert told["verdict"] == decision["verdict"]


def test_why_tells_what_keeps_two_apart(service: Service) -> None:
    commit(service, "officers", officers())
    service.resolve()
    known = ids(service)
    told = _why(service, known["2"], known["6"])
    assert told["together"] is False
    levels = {c["name"]: (c["level"], c["a"], c["b"]) for c in told["waterfall"]["comparisons"]}
    assert levels["birth_date"] == ("different", ["1961", "4", "9"], ["1984", "2"])
    assert levels["surname"] == ("same", ["ASHCOMBE"], ["ASHCOMBE"])
    assert told["waterfall"]["verdict"] is None


def test_why_answers_where_the_model_has_nothing_to_weigh(service: Service) -> None:
    """Two addresses of one key are one without it, and two bodies without a name are nothing to it."""
    where = props(line_1="1 High Street", postcode="LS6 2AA")
    of = [
        ("Address", ("address:1 HIGH STREET LS6 2AA",), where),
        ("Organisation", (), props(country_registered="England")),
    ]
    records = [
        R(f"{n}/{kind}", "2026-01-01", (M("it", kind, keys, "", props=told),))
        for n in range(2)
        for kind, keys, told in of
    ]
    commit(service, "a", records)
    view = service.view(service.scope(None))
    found = service.graph.changes(view, type(view.revision)(0), limit=100).changes
    mentions = service.store.mentions(view, ids=sorted({mid for change in found for mid in change.mids}))
    told = {}
    for kind, _, _ in of:
        one, other = (m.mid.hex() for m in mentions if m.kind == kind)
        why = _why(service, one, other)
        told[kind] = (why["together"], why["waterfall"])
    assert told == {"Address": (True, None), "Organisation": (False, None)}


def test_an_address_alone_merges_nobody(service: Service) -> None:
    commit(
        service,
        "a",
        [person("1", "Jo", "Ashcombe", postcode="AB1 2CD"), person("2", "Rex", "Kelham", postcode="AB1 2CD")],
    )
    assert service.resolve()["decided"].get("SAME", 0) == 0


def test_proposals_are_reviewed_until_they_are_judged(service: Service) -> None:
    """The same rare name and nothing else is proposed, never merged."""
    commit(service, "a", [person("1", "Cuthbert", "Ashcombe"), person("2", "Cuthbert", "Ashcombe")])
    assert service.resolve()["decided"] == {"UNSURE": 1}
    known = ids(service)
    found = data(
        service,
        "{ reviews { totalCount { value relation } reviews { impact a { id } b { id } decision { by } } } }",
    )["reviews"]
    assert found["totalCount"] == {"value": 1, "relation": "EQ"}
    assert {found["reviews"][0][side]["id"] for side in "ab"} == set(known.values())
    judge = "mutation($a: ID!, $b: ID!) { judge(a: $a, b: $b, verdict: DIFFERENT) { revision } }"
    data(service, judge, a=known["1"], b=known["2"])
    assert data(service, "{ reviews { totalCount { value } } }")["reviews"]["totalCount"]["value"] == 0
    then = data(service, "{ reviews(asOf: {known: {revision: 2}}) { totalCount { value } } }")["reviews"]
    assert then["totalCount"]["value"] == 1


def test_reviews_come_in_pages_that_miss_nothing(service: Service) -> None:
    commit(
        service,
        "a",
        [person(f"{n}/{side}", f"Crispin{n}x", f"Ashcombe{n}x") for n in range(7) for side in "ab"],
    )
    assert service.resolve()["decided"] == {"UNSURE": 7}
    ask_page = "query($after: String) { reviews(first: 3, after: $after) { reviews { decision { id } } pageInfo { hasNextPage endCursor } } }"
    seen, after = [], None
    while True:
        page = data(service, ask_page, after=after)["reviews"]
        seen += [r["decision"]["id"] for r in page["reviews"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_hidden_mentions_change_nothing_that_an_outsider_is_told(tmp_path: Path, seed: int) -> None:
    """Hidden ones are better bridges, fill blocks, share phones and clash: the outsider's decisions stay the same."""
    told = []
    for hidden in (True, False):
        service = open_service(tmp_path / str(hidden))
        (tmp_path / str(hidden) / "readers.toml").write_text(READERS, encoding="utf-8")
        commit(service, "officers", officers(), digest="p")
        secret = [
            person("h1", "Barnaby John", "Ashcombe", "1961-04-09", company="00000001", phone="+447612000001", nationality="British"),
            person("h2", "Barnaby", "Ashcombe", "1961-04-09", phone="+447612000009"),
            *(person(f"s{n}", f"N{n + seed}", "Ashcombe", phone="+447612000001", company="00000001") for n in range(45)),
        ]  # fmt: skip
        commit(service, "case", secret if hidden else [], CASE, digest="c")
        service.resolve()
        public = [mid for key, mid in sorted(ids(service).items()) if key.isdigit()]
        answers = [
            ask(
                service,
                "query($ids: [ID!]!) { nodes(ids: $ids) { id mentionCount decisions { id strength verdict reason followed } } }",
                "outsider",
                ids=public,
            )
        ]
        answers += [_why(service, public[0], other, "outsider") for other in public[1:]]
        answers.append(
            ask(
                service, "{ reviews { totalCount { value } reviews { impact decision { id } } } }", "outsider"
            )
        )
        told.append(json.dumps(answers, sort_keys=True))
        service.close()
    assert told[0] == told[1]


def _why(service: Service, a: str, b: str, reader: str | None = None) -> Any:
    text = """query($a: ID!, $b: ID!) { why(a: $a, b: $b) { together identifiers decisions { id verdict }
      waterfall { model prior bits accept corroborated verdict comparisons { name a b level bits rarity } } } }"""
    return data(service, text, reader, a=a, b=b)["why"]


def _asked(service: Service) -> str:
    known = list(ids(service).values())
    text = "query($ids: [ID!]!) { nodes(ids: $ids) { id mentionCount decisions { id strength verdict followed } } reviews { reviews { impact decision { id } } } }"
    return json.dumps(data(service, text, ids=known), sort_keys=True)


def test_the_command_tells_what_was_decided_and_when_nothing_was(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(service, "officers", officers())
    at = ["--data", str(service.settings.data)]
    assert main([*at, "resolve", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["revision"], told["decided"]["SAME"], told["compared"]["organisation-1"]) == (2, 3, 0)
    assert main([*at, "resolve", "--full"]) == 0
    assert "nothing was committed (revision 2)" in capsys.readouterr().err
