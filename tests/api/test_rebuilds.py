"""Rebuilds beside readers and commits: nobody waits, nothing that landed goes away, one request is one revision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.schema import execute
from api.service import Service
from graph.access import Scope
from graph.directory import Directory
from graph.errors import Busy, Replaced
from tests.api.conftest import open_service
from tests.api.naming import commit, seen


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty store."""
    if request.param == "sqlite":
        return "sqlite:///"
    from graph.store.neo4j import Neo4jStore

    url: str = request.getfixturevalue("neo4j_url")
    Neo4jStore.wipe(url)
    return url


def test_a_service_opened_before_a_rebuild_sees_what_is_committed_after_it(
    tmp_path: Path, store_url: str
) -> None:
    service, other = (open_service(tmp_path / "data", store_url) for _ in range(2))
    commit(service, "ACME LTD")
    assert seen(other) == ("ACME LTD", 1)
    service.rebuild()
    assert seen(other) == ("ACME LTD", 1)
    commit(service, "ACME UK LTD")
    assert seen(other) == ("ACME UK LTD", 2)
    service.rebuild()
    assert commit(other, "ACME GLOBAL LTD") == 3
    assert [seen(each) for each in (service, other)] == [("ACME GLOBAL LTD", 3)] * 2
    service.close()
    other.close()


def test_what_is_committed_while_a_rebuild_runs_is_in_it(tmp_path: Path) -> None:
    service, other = (open_service(tmp_path / "data") for _ in range(2))
    commit(service, "ACME LTD")
    commit(service, "ACME UK LTD")
    heads = []

    def meanwhile(done: int, total: int) -> None:
        if (done, total) == (2, 2):
            assert commit(other, "ACME GLOBAL LTD") == 3
        heads.append(int(other.head()))

    assert service.rebuild(progress=meanwhile) == 3
    assert heads == [2, 3, 3]
    assert seen(service) == ("ACME GLOBAL LTD", 3)
    assert service.directory.check() == {"ok": True, "revisions": 3, "problems": []}
    service.close()
    other.close()


def test_a_second_rebuild_does_not_take_the_first_one_s_place(tmp_path: Path) -> None:
    service, other = (open_service(tmp_path / "data") for _ in range(2))
    commit(service, "ACME LTD")

    def meanwhile(done: int, total: int) -> None:
        with pytest.raises(Busy, match="Another process is rebuilding"):
            other.rebuild()

    assert service.rebuild(progress=meanwhile) == 1
    assert seen(other) == ("ACME LTD", 1)
    service.close()
    other.close()


def test_all_of_a_request_is_answered_at_the_revision_it_began_at(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(service, "ACME LTD")
    find = service.search.find

    def landing(*args: Any, **more: Any) -> Any:
        found = find(*args, **more)
        commit(service, "ACME UK LTD")
        return found

    monkeypatch.setattr(service.search, "find", landing)
    asked = '{ search(text: "acme") { nodes { caption } } company(number: "1") { caption } changes(since: 0) { revision } }'
    assert execute(service, asked, {})["data"] == {
        "search": {"nodes": [{"caption": "ACME LTD"}]},
        "company": {"caption": "ACME LTD"},
        "changes": {"revision": 1},
    }
    assert seen(service) == ("ACME UK LTD", 2)


@pytest.mark.parametrize("over_http", [False, True])
def test_a_request_that_a_switch_overtakes_is_answered_once_more_whole(
    service: Service, over_http: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(service, "ACME LTD")
    find, overtaken = service.search.find, [Replaced("The store was rebuilt since it was opened.")]

    def switching(*args: Any, **more: Any) -> Any:
        if overtaken:
            commit(service, "ACME UK LTD")
            raise overtaken.pop()
        return find(*args, **more)

    monkeypatch.setattr(service.search, "find", switching)
    asked = '{ company(number: "1") { caption } search(text: "acme") { nodes { caption } } }'
    client = TestClient(create_app(service))
    found = (
        client.post("/graphql", json={"query": asked}).json() if over_http else execute(service, asked, {})
    )
    uk = {"caption": "ACME UK LTD"}
    assert found == {"data": {"company": uk, "search": {"nodes": [uk]}}}


def test_now_is_known_while_a_commit_is_between_its_line_and_its_followers(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(service, "ACME LTD")
    monkeypatch.setattr(Directory, "_drive", lambda self: None)
    commit(service, "ACME UK LTD")
    assert service.directory.ledger.head() == 2
    assert service.view(Scope("all"), at="9999-01-01T00:00:00.000000Z").revision == 1
