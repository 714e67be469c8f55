"""The house end to end: files in, answers out, on every revision and after every accident."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from api.intake import Intake
from api.schema import schema
from api.service import Service
from api.settings import Settings
from graph.access import Scope
from graph.errors import NotHeld
from tests.api.asking import (
    CASE,
    READERS,
    answers,
    ask,
    commit,
    company,
    control,
    data,
    flight,
    ids_of,
    mixed_world,
)
from tests.api.conftest import open_service
from tests.graph.batches import R


def told(service: Service, reader: str | None = None, revision: int | None = None) -> dict[str, str]:
    """Every root field's answer about the mentions there are at the head."""
    return answers(service, ids_of(service)[::3], reader, revision)


def test_the_committed_schema_is_the_schema() -> None:
    committed = Path(__file__).parents[2] / "api" / "schema" / "schema.graphql"
    assert committed.read_text(encoding="utf-8") == schema.as_str() + "\n"


def test_a_stated_number_is_cleaned_and_two_sources_meet_in_one_company(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD"), company(2, "BETA LTD")])
    commit(service, "controllers", [control(1, "Jo Smith", "12345678"), control(2, "Joan Smith", "12345678")])
    data = ask(
        service,
        '{ company(number: "1") { caption entity { mentionCount expand { links { kind source { caption } target { caption } } } } } }',
    )["data"]
    assert data["company"] == {
        "caption": "ACME LTD",
        "entity": {
            "mentionCount": 2,
            "expand": {
                "links": [
                    {
                        "kind": "CONTROLS",
                        "source": {"caption": "Jo Smith"},
                        "target": {"caption": "ACME LTD"},
                    },
                    {
                        "kind": "REGISTERED_AT",
                        "source": {"caption": "ACME LTD"},
                        "target": {"caption": "1 HIGH ST"},
                    },
                ]
            },
        },
    }


def test_bytes_already_held_commit_nothing(service: Service) -> None:
    first = commit(service, "register", [company(1, "ACME LTD")], digest="d")
    assert commit(service, "register", [company(1, "ACME LTD")], digest="d") == first
    assert service.head() == 1


def test_a_complete_snapshot_closes_what_it_lacks_and_a_late_one_does_not(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD"), company(2, "BETA LTD")])
    snapshot = {"complete": True, "absence": "closed", "observed_at": "2026-02-01T00:00:00Z"}
    commit(service, "register", [company(1, "ACME LTD", day="2026-02-01")], **snapshot)
    links = '{ company(number: "2") { entity { expand { links { episodes { validFrom validTo } } } } } }'
    assert ask(service, links)["data"]["company"]["entity"]["expand"]["links"] == [
        {"episodes": [{"validFrom": "2020-01-01", "validTo": "2026-02-01"}]}
    ]
    commit(
        service,
        "register",
        [company(1, "ACME LTD", day="2025-12-01")],
        complete=True,
        absence="withdrawn",
        observed_at="2025-12-01T00:00:00Z",
    )
    assert ask(service, '{ company(number: "1") { caption } }')["data"]["company"] == {"caption": "ACME LTD"}


def test_a_snapshot_ends_only_the_keys_it_speaks_for(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD"), control(1, "Jo Smith"), control(1, "Jo Jones")])
    later = [control(1, "Jo Smith", day="2026-02-01")]
    ended = {"complete": True, "observed_at": "2026-02-01T00:00:00Z", "covers": "^psc/"}
    commit(service, "register", later, **ended)
    found = ask(
        service,
        '{ company(number: "1") { caption controllers { nodes { entity { caption } } } } }',
    )
    assert found["data"]["company"] == {
        "caption": "ACME LTD",
        "controllers": {"nodes": [{"entity": {"caption": "Jo Smith"}}]},
    }


def test_a_withdrawn_record_leaves_and_its_id_leads_to_whoever_holds_its_identifier(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD")])
    commit(service, "controllers", [control(1, "Jo Smith")])
    old = ask(service, '{ company(number: "1") { id } }')["data"]["company"]["id"]
    commit(service, "register", [R("company/1", "2026-03-01", put=False)])
    now = ask(service, '{ company(number: "1") { id caption } }')["data"]["company"]
    assert now["id"] != old
    assert ask(service, "query($id: ID!) { node(id: $id) { id } }", id=old)["data"]["node"]["id"] == now["id"]


def test_judgements_join_and_part_and_undo_restores(service: Service) -> None:
    commit(service, "controllers", [control(1, "Jo Smith"), control(2, "Joan Smith")])
    born = ids_of(service)
    before = answers(service, born, revision=1)
    found = data(service, '{ search(text: "smith") { nodes { id } } }')["search"]["nodes"]
    ids = [node["id"] for node in found]
    judge = "mutation($a: ID!, $b: ID!, $v: Verdict!) { judge(a: $a, b: $b, verdict: $v) { judgement revision userErrors { code } } }"
    same = data(service, judge, a=ids[0], b=ids[1], v="SAME")["judge"]
    assert same["userErrors"] == []
    merged = data(service, "query($ids: [ID!]!) { nodes(ids: $ids) { id mentionCount } }", ids=ids)["nodes"]
    assert [node["mentionCount"] for node in merged] == [2, 2]
    different = data(service, judge, a=ids[0], b=ids[1], v="DIFFERENT")["judge"]
    parted = data(
        service, "query($ids: [ID!]!) { nodes(ids: $ids) { id decisions { verdict by followed } } }", ids=ids
    )["nodes"]
    assert [node["id"] for node in parted] == ids
    told = [
        {"verdict": verdict, "by": "judgement", "followed": followed}
        for verdict, followed in (("DIFFERENT", True), ("SAME", False))
    ]
    assert [sorted(node["decisions"], key=lambda d: d["verdict"]) for node in parted] == [told, told]
    for a, b in ((ids[0], ids[1]), (ids[0], ids[0])):
        refused = data(service, judge, a=a, b=b, v="SAME")["judge"]
        assert refused["userErrors"] == [{"code": "REFUSED"}]
    for made in (different, same):
        undo = "mutation($j: ID!) { undo(judgement: $j) { userErrors { code } } }"
        assert data(service, undo, j=made["judgement"])["undo"]["userErrors"] == []
    assert _without_revision(answers(service, born, revision=service.head())) == _without_revision(before)
    assert answers(service, born, revision=1) == before


def test_a_judgement_of_a_mention_that_was_withdrawn_can_be_undone(service: Service) -> None:
    commit(service, "controllers", [control(1, "Jo Smith"), control(2, "Joan Smith")])
    ids = [
        node["id"] for node in data(service, '{ search(text: "smith") { nodes { id } } }')["search"]["nodes"]
    ]
    judge = "mutation($a: ID!, $b: ID!) { judge(a: $a, b: $b, verdict: SAME) { judgement } }"
    made = data(service, judge, a=ids[0], b=ids[1])["judge"]["judgement"]
    commit(service, "controllers", [R("psc/2/Joan Smith", "2026-03-01", put=False)])
    undone = data(
        service, "mutation($j: ID!) { undo(judgement: $j) { userErrors { code } revision } }", j=made
    )
    assert undone["undo"] == {"userErrors": [], "revision": 4}


def _without_revision(told: dict[str, str]) -> list[str]:
    """Answers but for the revisions that they and their cursors name, and for those that list revisions."""
    return [
        re.sub(r'"(revision": [0-9]+|(cursor|endCursor|next|token)": "[^"]*")', "", text)
        for name, text in told.items()
        if not name.startswith(("changes", "sources")) and " page " not in name
    ]


def test_a_rebuild_answers_with_the_same_bytes_at_all_times(tmp_path: Path) -> None:
    service = open_service(tmp_path / "data")
    ids = mixed_world(service, 3, hidden=True, steps=3)[::3]
    some = (0, 2, 5, 7, service.head())
    before = [answers(service, ids, revision=n) for n in some]
    service.rebuild()
    assert [answers(service, ids, revision=n) for n in some] == before
    commit(service, "public", [company(1, "ACME AGAIN LTD", day="2026-03-01")])
    assert service.directory.check() == {"ok": True, "revisions": 10, "problems": []}


def test_a_rebuild_until_a_revision_is_what_was_known_then(tmp_path: Path) -> None:
    service = open_service(tmp_path / "data")
    mixed_world(service, 4, hidden=True, steps=4)
    other = Service(Settings(data=tmp_path / "data", store=f"sqlite://{tmp_path}/other.db"))
    other.rebuild(5)
    assert other.store.head() == 5
    then = service.view(Scope("all"), revision=5)
    ids = sorted(m.mid for m in service.store.mentions(then, ids=_all_ids(service)))
    assert [e and (e.id, e.caption) for e in other.graph.entities(then, ids)] == [
        e and (e.id, e.caption) for e in service.graph.entities(then, ids)
    ]
    assert len(ids) > 10


def _all_ids(service: Service) -> list[bytes]:
    view = service.view(Scope("all"))
    found = service.graph.changes(view, type(view.revision)(0), limit=1000).changes
    return sorted({mid for change in found for mid in change.mids})


def test_an_older_revision_than_any_is_empty_and_a_newer_one_is_not_held(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD")])
    assert ask(service, '{ company(number: "1", asOf: {known: {revision: 0}}) { id } }')["data"] == {
        "company": None
    }
    errors = ask(service, '{ company(number: "1", asOf: {known: {revision: 2}}) { id } }')["errors"]
    assert [e["extensions"]["code"] for e in errors] == ["NOT_HELD"]
    with pytest.raises(NotHeld):
        service.view(Scope("all"), revision=7)


FLIGHTS = """query F($f: FlightFilter, $first: Int! = 50, $after: String) { flights(filter: $f, first: $first, after: $after) {
  totalCount { value relation } nodes { caption } byRoute { values { value flights } others } byOperator { values { value flights } } truncated { by next } } }"""


def test_flights_are_filtered_by_any_code_of_an_airport_and_counted_exactly(service: Service) -> None:
    legs = [
        ("EZY1", "EGCC", "LKPR"),
        ("EZY2", "LKPR", "EGCC"),
        ("BAW3", "EGLL", "LKPR"),
        ("BAW4", "EGCC", "EGLL"),
    ]
    rows = [flight(n, *leg, f"2026-02-{n + 1:02d}") for n, leg in enumerate(legs)]
    commit(service, "flights", rows)

    def captions(**wanted: str) -> list[str]:
        found = ask(service, FLIGHTS, f=wanted)["data"]["flights"]
        assert found["totalCount"] == {"value": len(found["nodes"]), "relation": "EQ"}
        return [f["caption"] for f in found["nodes"]]

    assert captions() == ["EZY1", "EZY2", "BAW3", "BAW4"]
    assert captions(airport="MAN") == captions(airport="EGCC") == ["EZY1", "EZY2", "BAW4"]
    assert captions(airport="MAN", direction="ARRIVAL") == ["EZY2"]
    assert captions(origin="egcc", destination="PRG") == ["EZY1"]
    assert captions(operator="baw") == ["BAW3", "BAW4"]
    assert captions(aircraft="407A3F", callsign="EZY 2") == ["EZY2"]
    assert captions(originCountry="CZ") == captions(originCountry="czechia") == ["EZY2"]
    assert captions(originCountry="GB", destinationCountry="GB") == ["BAW4"]
    assert captions(**{"from": "2026-02-02", "to": "2026-02-03"}) == ["EZY2", "BAW3"]
    assert captions(**{"from": "2026-02", "to": "2026"}) == captions()
    assert captions(to="2026-01") == []
    assert captions(operator="DLH") == []
    first = ask(service, FLIGHTS, first=3)["data"]["flights"]
    assert first["byOperator"]["values"] == [{"value": "BAW", "flights": 2}, {"value": "EZY", "flights": 2}]
    assert (first["truncated"][0]["by"], first["totalCount"]["value"]) == ("first", 4)
    commit(service, "flights", [flight(9, "EZY9", "EGCC", "LKPR", "2026-02-09")])
    rest = ask(service, FLIGHTS, first=3, after=first["truncated"][0]["next"])["data"]["flights"]
    assert [f["caption"] for f in rest["nodes"]] == ["BAW4"], "a cursor goes on at its own revision"
    for wrong in ({"direction": "ARRIVAL"}, {"from": "EGCC"}, {"from": "2026-02-03", "to": "2026-02-02"}):
        errors = ask(service, FLIGHTS, f=wrong)["errors"]
        assert [e["extensions"]["code"] for e in errors] == ["INVALID_VALUE"], wrong


def test_a_source_under_another_label_is_refused_and_leaves_nothing(service: Service, tmp_path: Path) -> None:
    commit(service, "register", [company(1, "ACME LTD")])
    file = tmp_path / "BasicCompanyDataAsOneFile-2026-09-01.csv"
    shutil.copy(_world(tmp_path) / file.name, file)
    (report,) = service.ingest(file, Intake(source="register", label=CASE))
    assert "one label for life" in report["refused"]
    assert service.head() == 1
    assert service.directory.check()["ok"]


def _world(tmp_path: Path) -> Path:
    from tests.world import generate

    generate(tmp_path / "world", 200)
    return tmp_path / "world"


@pytest.mark.neo4j
def test_neo4j_answers_with_the_same_bytes_as_sqlite_at_all_times(tmp_path: Path, neo4j_url: str) -> None:
    service = open_service(tmp_path / "data")
    (tmp_path / "data" / "readers.toml").write_text(READERS, encoding="utf-8")
    ids = mixed_world(service, 5, hidden=True, steps=3)[::4]
    other = Service(Settings(data=tmp_path / "data", store=neo4j_url))
    other.rebuild()
    for revision in (1, 4, 6, service.head()):
        for reader in (None, "outsider"):
            mine = answers(service, ids, reader, revision)
            assert answers(other, ids, reader, revision) == mine, (revision, reader)
    commit(other, "public", [company(1, "ACME AGAIN LTD", day="2026-03-01")])
    service.directory.catch_up()
    assert answers(other, ids) == answers(service, ids)
    other.close()
    service.close()
