"""Analyses over GraphQL: jobs, runs, communities that keep their ids, ranks; each reader sees his own scope's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analytics.analyse import Request
from analytics.engine import Cancelled
from api.cli import main
from api.service import Service
from graph.reading.network import Projection
from tests.api.asking import CASE, READERS, ask, commit, company, control, data, office
from tests.api.conftest import open_service

ANALYSE = """mutation($input: AnalyseInput!) { analyse(input: $input) {
  job { id kind state parameters } userErrors { code path message } } }"""
JOB = "query($id: ID!) { job(id: $id) { state done total code error run { id algorithm metrics size } } }"
COMMUNITIES = """query($first: Int!, $after: String) { communities(first: $first, after: $after) { note totalCount { value relation }
  pageInfo { hasNextPage endCursor } run { algorithm revision } revision
  nodes { id size density kinds { kind count } linkKinds { kind count } top { caption }
    members(first: 2) { degrees nodes { id caption } totalCount { value } pageInfo { hasNextPage } } } } }"""
RANK = """query($algorithm: Algorithm, $kinds: [EntityKind!]) { rank(algorithm: $algorithm, kinds: $kinds, first: 3) {
  note totalCount { value } edges { rank score node { caption } } } }"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = open_service(tmp_path / "data")
    (tmp_path / "data" / "readers.toml").write_text(READERS, encoding="utf-8")
    yield opened
    opened.close()


def two_groups(service: Service) -> None:
    """Two companies at addresses of their own, each with two officers; one lone company in a case."""
    records = [company(1, "ASH LTD", "1 HIGH ST"), company(2, "BEECH LTD", "2 LOW ST")]
    records += [office(1, "Ann Ash", "11111111"), office(1, "Al Ash", "11111112")]
    records += [office(2, "Bo Beech", "22222221"), office(2, "Ben Beech", "22222222")]
    commit(service, "public", records, digest="1")


def _run(service: Service, algorithm: str, reader: str | None = None, **parameters: Any) -> str:
    job = service.analyses.run(service.scope(reader), Request(algorithm, parameters))
    assert job.state == "DONE", job.error
    return str(job.result["run"])


def _communities(service: Service, reader: str | None = None, **more: Any) -> Any:
    return data(service, COMMUNITIES, reader, **{"first": 10, **more})["communities"]


def _members(found: dict[str, Any]) -> dict[str, list[str]]:
    return {one["id"]: sorted(top["caption"] for top in one["top"]) for one in found["nodes"]}


def test_before_any_run_answers_are_empty_with_a_note_that_says_how_to_begin(service: Service) -> None:
    assert _communities(service)["note"].startswith(
        "No run of a COMMUNITY algorithm under your labels yet: mutation { analyse("
    )
    assert _communities(service)["nodes"] == []
    ranked = data(service, RANK, algorithm="DEGREE")["rank"]
    assert ranked["edges"] == []
    assert ranked["note"].endswith("analyse(input: {algorithm: DEGREE}) { job { id } } }.")
    assert data(service, '{ community(of: "' + "00" * 16 + '") { id } }')["community"] is None
    assert data(service, "{ jobs { id } }")["jobs"] == []


def test_a_run_begun_over_graphql_ends_and_its_job_tells_of_it(service: Service) -> None:
    two_groups(service)
    begun = data(
        service,
        ANALYSE,
        input={
            "algorithm": "LEIDEN",
            "leiden": {"resolution": 0.5},
            "linkKinds": ["OFFICER_OF"],
            "hubDamping": 0.5,
        },
    )
    job = begun["analyse"]["job"]
    assert begun["analyse"]["userErrors"] == []
    assert job["parameters"]["parameters"] == {"iterations": 5, "resolution": 0.5, "seed": 1}
    assert job["parameters"]["projection"]["link_kinds"] == ["OFFICER_OF"]
    service.analyses.close()
    ended = data(service, JOB, id=job["id"])["job"]
    assert (ended["state"], ended["done"], ended["total"], ended["error"]) == ("DONE", 3, 3, "")
    assert (ended["run"]["id"], ended["run"]["algorithm"], ended["run"]["size"]) == (job["id"], "leiden", 8)
    assert data(service, "{ jobs { id state } }")["jobs"] == [{"id": job["id"], "state": "DONE"}]


def test_communities_are_summed_up_and_paged(service: Service) -> None:
    two_groups(service)
    _run(service, "leiden")
    found = _communities(service)
    assert (found["note"], found["totalCount"]) == ("", {"value": 2, "relation": "EQ"})
    for one in found["nodes"]:
        assert one["size"] == 4
        assert one["density"] == 0.5
        assert one["kinds"] == [
            {"kind": "Person", "count": 2},
            {"kind": "Address", "count": 1},
            {"kind": "Company", "count": 1},
        ]
        assert one["linkKinds"] == [{"kind": "OFFICER_OF", "count": 2}, {"kind": "REGISTERED_AT", "count": 1}]
        assert one["top"][0]["caption"] in ("ASH LTD", "BEECH LTD")
        assert one["members"]["degrees"] == [3, 1]
        assert one["members"]["totalCount"] == {"value": 4}
        assert one["members"]["pageInfo"] == {"hasNextPage": True}
    first = _communities(service, first=1)
    second = _communities(service, first=1, after=first["pageInfo"]["endCursor"])
    assert [first["nodes"], second["nodes"]] == [[found["nodes"][0]], [found["nodes"][1]]]
    assert not second["pageInfo"]["hasNextPage"]
    member = found["nodes"][0]["members"]["nodes"][0]["id"]
    text = "query($id: ID!, $of: ID!) { a: community(id: $id) { id size } b: community(of: $of) { id size } }"
    same = {"id": found["nodes"][0]["id"], "size": 4}
    assert data(service, text, id=same["id"], of=member) == {"a": same, "b": same}


def test_community_ids_stay_with_their_members_and_a_stale_run_says_so(service: Service) -> None:
    two_groups(service)
    _run(service, "leiden")
    before = _members(_communities(service))
    commit(service, "public", [office(1, f"Abe {n}", f"3333333{n}") for n in range(3)], digest="2")
    assert (
        _communities(service)["note"]
        == "Of revision 1; this answer is read at 2. Analyse again for what came since."
    )
    _run(service, "leiden")
    after = _members(_communities(service))
    assert after.keys() == before.keys()
    for id_, members in before.items():
        assert ("ASH LTD" in members) == ("ASH LTD" in after[id_])
    # The first run is still there for whoever asks at its revision.
    text = "{ communities(asOf: {known: {revision: 1}}) { note run { revision } } }"
    assert data(service, text)["communities"] == {"note": "", "run": {"revision": 1}}


def test_ranks_count_among_the_kinds_asked_for(service: Service) -> None:
    two_groups(service)
    commit(service, "public", [office(1, "Abe", "33333333")], digest="2")
    _run(service, "degree")
    ranked = data(service, RANK, algorithm="DEGREE")["rank"]
    assert [(e["rank"], e["score"], e["node"]["caption"]) for e in ranked["edges"][:2]] == [
        (1, 4, "ASH LTD"),
        (2, 3, "BEECH LTD"),
    ]
    people = data(service, RANK, kinds=["Person"])["rank"]
    assert (people["totalCount"]["value"], [e["score"] for e in people["edges"]]) == (5, [1, 1, 1])


def test_a_reader_sees_only_runs_of_just_his_labels(service: Service) -> None:
    two_groups(service)
    commit(service, "case", [control(1, "Ann Ash", "11111111")], CASE, digest="2")
    _run(service, "leiden")
    run = _run(service, "degree")
    assert _communities(service, "outsider")["nodes"] == []
    text = "query($run: ID!) { rank(run: $run) { edges { score } } }"
    assert ask(service, text, "outsider", run=run)["errors"][0]["extensions"]["code"] == "NOT_HELD"
    _run(service, "degree", "outsider")
    assert data(service, RANK, "outsider")["rank"]["edges"][0]["score"] == 3
    assert data(service, RANK)["rank"]["edges"][0]["score"] == 3


def test_what_cannot_be_run_is_a_user_error_with_its_place(service: Service) -> None:
    cases = [
        ({"algorithm": "WCC", "leiden": {"seed": 1}}, "INVALID_VALUE", "given for wcc"),
        ({"algorithm": "LEIDEN", "leiden": {"resolution": 0}}, "INVALID_VALUE", "0.001 to 1000"),
        ({"algorithm": "WCC", "minimumCount": 0}, "INVALID_VALUE", "1 or more"),
        ({"algorithm": "WCC", "hubDamping": 2}, "INVALID_VALUE", "0 to 1"),
        ({"algorithm": "WCC", "from": "2020-01-02", "to": "2020-01-01"}, "INVALID_VALUE", "period"),
        ({"algorithm": "WCC", "engine": "GDS"}, "REFUSED", "neo4j://"),
    ]
    for given, code, told in cases:
        answer = data(service, ANALYSE, input=given)["analyse"]
        (error,) = answer["userErrors"]
        assert (answer["job"], error["code"], error["path"]) == (None, code, ["input"])
        assert told in error["message"]
    missing = data(service, 'mutation { cancelJob(id: "x") { job { id } userErrors { code path } } }')
    assert missing["cancelJob"] == {"job": None, "userErrors": [{"code": "NOT_HELD", "path": ["id"]}]}


def test_a_cancelled_job_leaves_no_run_and_a_failed_one_says_why(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_groups(service)

    def stopped(*_: object, **__: object) -> None:
        raise Cancelled

    monkeypatch.setattr("api.analysing.analyse", stopped)
    job = service.analyses.run(service.scope(None), Request("wcc"))
    text = "mutation($id: ID!) { cancelJob(id: $id) { job { state } userErrors { code } } }"
    assert data(service, text, id=job.id)["cancelJob"] == {"job": {"state": "CANCELLED"}, "userErrors": []}
    monkeypatch.undo()
    object.__setattr__(service.settings, "gds", "bolt://127.0.0.1:9")
    failed = service.analyses.run(service.scope(None), Request("wcc", engine="GDS"))
    assert (failed.state, failed.code) == ("FAILED", "UNREACHABLE")
    assert _communities(service)["run"] is None


def test_an_empty_graph_and_one_without_links_can_be_analysed(service: Service) -> None:
    for algorithm in ("leiden", "wcc", "pagerank", "degree"):
        _run(service, algorithm)
    empty, ranked = _communities(service), data(service, RANK)["rank"]
    assert (empty["nodes"], ranked["edges"]) == ([], [])
    nothing = "The run found nothing to look at: no entity of its kinds and period."
    assert (empty["note"], ranked["note"]) == (nothing, nothing)
    two_groups(service)
    job = service.analyses.run(
        service.scope(None), Request("leiden", projection=Projection(kinds=("Person",)))
    )
    assert job.state == "DONE"
    assert _communities(service)["totalCount"]["value"] == 0


def test_the_inputs_and_docs_are_drawn_from_the_algorithms(service: Service) -> None:
    text = '{ algorithms { name output parameters { name kind least most unit } } __type(name: "PagerankParameters") { inputFields { name description } } }'
    told = data(service, text)
    assert [one["name"] for one in told["algorithms"]] == ["degree", "leiden", "pagerank", "wcc"]
    assert told["algorithms"][1]["parameters"][1] == {
        "name": "iterations",
        "kind": "integer",
        "least": 1,
        "most": 100,
        "unit": "rounds",
    }
    (damping, *_) = told["__type"]["inputFields"]
    assert damping == {
        "name": "damping",
        "description": "how likely a walker goes on rather than starts anew; 0 to 0.999 (default 0.85)",
    }


def test_clew_analyse_runs_in_process_and_prints_what_came_out(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two_groups(service)
    data_dir = str(tmp_path / "data")
    assert (
        main(
            [
                "--data",
                data_dir,
                "analyse",
                "leiden",
                "--set",
                "resolution=0.5",
                "--link-kinds",
                "OFFICER_OF",
                "--json",
            ]
        )
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert (
        told["state"],
        told["run"]["metrics"]["communities"],
        told["run"]["parameters"]["resolution"],
    ) == ("DONE", 4, 0.5)
    assert main(["--data", data_dir, "analyse", "leiden", "--set", "resolution=0"]) == 1
    assert "0.001 to 1000" in capsys.readouterr().err
