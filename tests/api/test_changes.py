"""Following the graph with `changes(since)`: judgements and undos merge and split entities, and are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.service import Service
from graph.store.neo4j import Neo4jStore
from tests.api.asking import CASE, READERS, commit, control, data
from tests.api.conftest import open_service

CHANGES = """query($since: Int!, $after: String) { changes(since: $since, first: 2, after: $after) {
  changes { revision what put kind mentions entities { id mentionCount } } pageInfo { hasNextPage endCursor } revision } }"""
JUDGE = """mutation($a: ID!, $b: ID!, $v: Verdict!) {
  judge(a: $a, b: $b, verdict: $v) { judgement revision userErrors { code message } } }"""
UNDO = "mutation($j: ID!) { undo(judgement: $j) { revision userErrors { code message } } }"
SEARCH = "query($name: String!) { search(text: $name) { nodes { id } } }"

Changed = dict[str, Any]


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def followed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """Two people everybody may see and one of a case; the outsider may not see the case."""
    store = "sqlite:///"
    if request.param == "neo4j":
        store = request.getfixturevalue("neo4j_url")
        Neo4jStore.wipe(store)
    service = open_service(tmp_path / "data", store)
    (tmp_path / "data" / "readers.toml").write_text(READERS, encoding="utf-8")
    commit(service, "controllers", [control(1, "Ann Alder"), control(2, "Bob Birch")])
    commit(service, "case", [control(3, "Cy Dark")], CASE)
    yield service
    service.close()


def follower(service: Service, reader: str | None) -> Callable[[], list[Changed]]:
    """Asks again since the last answer's revision, page by page, as a robot does."""
    since = 0

    def ask() -> list[Changed]:
        nonlocal since
        told: list[Changed] = []
        after, more = None, True
        while more:
            page = data(service, CHANGES, reader, since=since, after=after)["changes"]
            told += page["changes"]
            more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
        since = page["revision"]
        return told

    return ask


def person(service: Service, name: str) -> str:
    (node,) = data(service, SEARCH, name=name)["search"]["nodes"]
    found: str = node["id"]
    return found


def brief(told: list[Changed]) -> list[tuple[int, str, bool, str, list[str], list[tuple[str, int]]]]:
    return [
        (
            c["revision"], c["what"], c["put"], c["kind"], c["mentions"],
            [(entity["id"], entity["mentionCount"]) for entity in c["entities"]],
        )
        for c in told
    ]  # fmt: skip


def test_a_follower_is_told_of_every_judgement_and_undo_once_with_the_entities(followed: Service) -> None:
    service = followed
    a, b = person(service, "Ann Alder"), person(service, "Bob Birch")
    everybody, outsider = follower(service, None), follower(service, "outsider")
    assert {c["what"] for c in everybody()} == {c["what"] for c in outsider()} == {"mentions", "links"}
    made, apart = {}, sorted([(a, 1), (b, 1)])
    for revision, verdict in ((3, "SAME"), (4, "DIFFERENT")):
        made[verdict] = data(service, JUDGE, "outsider", a=a, b=b, v=verdict)["judge"]["judgement"]
        oldest = data(service, "query($id: ID!) { node(id: $id) { id } }", id=a)["node"]["id"]
        lives = [(oldest, 2)] if verdict == "SAME" else apart
        for ask in (everybody, outsider):
            (told,) = brief(ask())
            assert told[:4] == (revision, "decisions", True, verdict)
            assert set(told[4]) == {a, b}
            assert sorted(told[5]) == lives
            assert ask() == []
    data(service, UNDO, j=made["SAME"])
    data(service, UNDO, j=made["DIFFERENT"])
    for ask in (everybody, outsider):
        told_both = brief(ask())
        assert [told[:4] for told in told_both] == [
            (5, "decisions", False, "SAME"),
            (6, "decisions", False, "DIFFERENT"),
        ]
        assert [sorted(told[5]) for told in told_both] == [apart] * 2


def test_a_judgement_about_a_hidden_mention_is_told_to_who_sees_it_alone(followed: Service) -> None:
    service = followed
    light, dark = person(service, "Ann Alder"), person(service, "Cy Dark")
    everybody, outsider = follower(service, None), follower(service, "outsider")
    everybody(), outsider()
    for verdict in ("SAME", "DIFFERENT"):
        made = data(service, JUDGE, a=light, b=dark, v=verdict)["judge"]
        data(service, UNDO, j=made["judgement"])
        told = everybody()
        assert [(c["what"], c["kind"], c["put"]) for c in told] == [
            ("decisions", verdict, True),
            ("decisions", verdict, False),
        ]
        assert [set(c["mentions"]) for c in told] == [{light, dark}] * 2
        assert outsider() == []


def test_all_that_is_followed_step_by_step_is_all_there_is_since_the_beginning(followed: Service) -> None:
    service = followed
    a, b, dark = (person(service, name) for name in ("Ann Alder", "Bob Birch", "Cy Dark"))
    asks = {reader: follower(service, reader) for reader in (None, "outsider")}
    told: dict[str | None, list[Changed]] = {reader: ask() for reader, ask in asks.items()}
    for one, other, verdict in (
        (a, b, "SAME"),
        (b, dark, "SAME"),
        (a, dark, "UNSURE"),
        (a, dark, "DIFFERENT"),
    ):
        made = data(service, JUDGE, a=one, b=other, v=verdict)["judge"]["judgement"]
        for reader, ask in asks.items():
            told[reader] += ask()
    commit(service, "controllers", [control(4, "Ann Alder")])
    data(service, UNDO, j=made)
    for reader, ask in asks.items():
        told[reader] += ask()
        whole = follower(service, reader)()
        # Where mentions live is told as it was when asked; everything else is the same for ever.
        bare = [
            [{k: v for k, v in c.items() if k != "entities"} for c in each] for each in (told[reader], whole)
        ]
        assert bare[0] == bare[1]
        assert len([c for c in whole if c["what"] == "decisions"]) == (5 if reader is None else 1)
