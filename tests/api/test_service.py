"""The house end to end: files in, answers out, on every revision and after every accident."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.schema import execute, schema
from api.service import Intake, Service
from api.settings import Settings
from graph.access import AccessLabel, Scope
from graph.directory import Staged
from graph.errors import NotHeld
from tests.api.conftest import open_service
from tests.graph.batches import L, M, R, write_batch

CASE = AccessLabel(case="op-heron")
NUMBER = "company_number:GB-COH/0000000"


def company(n: int, name: str, address: str = "1 HIGH ST", day: str = "2026-01-01") -> R:
    return R(
        f"company/{n}", day,
        (M("company", "Company", (f"{NUMBER}{n}",), name), M("office", "Address", (f"address:{address}",), address)),
        (L("REGISTERED_AT", "company", "office", valid_from="2020-01-01"),),
    )  # fmt: skip


def control(n: int, person: str, key: str = "", day: str = "2026-01-01") -> R:
    keys = (f"ch_person:GB-COH/{key}",) if key else ()
    return R(
        f"psc/{n}/{person}", day,
        (M("company", "Company", (f"{NUMBER}{n}",), authority=2), M("controller", "Person", keys, person)),
        (L("CONTROLS", "controller", "company", valid_from="2021-01-01", props=json.dumps({"share_min": 75})),),
    )  # fmt: skip


def flight(n: int, callsign: str, origin: str, destination: str, day: str) -> R:
    facets = (
        f"airport:{origin}", f"airport:{destination}", f"from:{origin}", f"to:{destination}", f"route:{origin}-{destination}",
        f"day:{day}", f"callsign:{callsign}", f"operator:{callsign[:3]}", "aircraft:407a3f",
    )  # fmt: skip
    return R(
        f"flight/{n}", day,
        (M("flight", "Flight", (), callsign, facets, props="{}"), M("aircraft", "Aircraft", ("icao24:407a3f",), "G-CVNE")),
        (L("FLOWN_BY", "flight", "aircraft"),),
    )  # fmt: skip


def commit(
    service: Service, name: str, records: list[R], label: AccessLabel | None = None, **more: Any
) -> int:
    staging = service.settings.data / f"staged-{time.monotonic_ns()}"
    write_batch(staging, records)
    staged = Staged(
        staging, name, label or AccessLabel(), "test", f"{name}.csv", str(staging), {"read": len(records)}
    )
    return service.directory.commit(replace(staged, **more)).revision


def ask(service: Service, text: str, reader: str | None = None, **variables: Any) -> dict[str, Any]:
    return execute(service, text, variables, reader=reader)


EVERYTHING = """
query Everything($asOf: AsOf) {
  company(number: "1", asOf: $asOf) {
    id kind caption mentionCount values { property value mentions }
    expand { counts { linkKind direction kind total { value relation } }
             links { id count source { id } target { id caption } episodes { role validFrom validTo properties count } } truncated { by limit next } }
  }
  search(text: "acme", asOf: $asOf) { total { value relation } hits { score name entity { id caption } } }
  people: search(text: "jo", asOf: $asOf) { total { value } hits { entity { id } } }
  changes(since: 0, asOf: $asOf) { revision changes { revision what put kind entities { id } } truncated { next } }
  sources(asOf: $asOf) { name label files }
  flights(asOf: $asOf) { total { value relation } flights { id } byRoute { values { value flights } others } byDay { values { value flights } } }
}
"""
AROUND = """
query Around($ids: [ID!]!, $a: ID!, $b: ID!, $asOf: AsOf) {
  nodes(ids: $ids, asOf: $asOf) { id caption }
  neighbourhood(ids: $ids, hops: 2, asOf: $asOf) { entities { id } links { id } }
  graph(ids: $ids, around: 1, asOf: $asOf) { ids kinds captions linkKinds sources targets counts }
  paths(source: $a, target: $b, asOf: $asOf) { hops paths { entities { id } links { id } } skippedHubs { id } }
  commonNeighbours(ids: [$a, $b], asOf: $asOf) { entities { id } links { id } }
  timeline(ids: $ids, asOf: $asOf) { events { date what entity { id } link { id } } }
  provenance(id: $a, asOf: $asOf) { total statements { mention source key slot locator revision raw } }
}
"""


def answers(service: Service, reader: str | None = None, as_of: dict[str, Any] | None = None) -> str:
    """Every root field's answer, as text: what two worlds or two stores are compared by."""
    first = ask(service, EVERYTHING, reader, asOf=as_of)
    assert "errors" not in first, first["errors"]
    hits = first["data"]["search"]["hits"] + first["data"]["people"]["hits"]
    ids = sorted({hit["entity"]["id"] for hit in hits}) or ["00" * 16]
    second = ask(service, AROUND, reader, ids=ids, a=ids[0], b=ids[-1], asOf=as_of)
    assert "errors" not in second, second["errors"]
    return json.dumps([first, second], sort_keys=True)


def test_the_committed_schema_is_the_schema() -> None:
    committed = Path(__file__).parents[2] / "api" / "schema" / "schema.graphql"
    assert committed.read_text(encoding="utf-8") == schema.as_str() + "\n"


def test_a_stated_number_is_cleaned_and_two_sources_meet_in_one_company(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD"), company(2, "BETA LTD")])
    commit(service, "controllers", [control(1, "Jo Smith", "12345678"), control(2, "Joan Smith", "12345678")])
    data = ask(
        service,
        '{ company(number: "1") { caption mentionCount expand { links { kind source { caption } target { caption } } } } }',
    )["data"]
    assert data["company"] == {
        "caption": "ACME LTD",
        "mentionCount": 2,
        "expand": {
            "links": [
                {"kind": "CONTROLS", "source": {"caption": "Jo Smith"}, "target": {"caption": "ACME LTD"}},
                {
                    "kind": "REGISTERED_AT",
                    "source": {"caption": "ACME LTD"},
                    "target": {"caption": "1 HIGH ST"},
                },
            ]
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
    links = '{ company(number: "2") { caption expand { links { episodes { validFrom validTo } } } } }'
    assert ask(service, links)["data"]["company"]["expand"]["links"] == [
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
        '{ company(number: "1") { caption expand(linkKinds: ["CONTROLS"]) { links { source { caption } } } } }',
    )
    assert found["data"]["company"] == {
        "caption": "ACME LTD",
        "expand": {"links": [{"source": {"caption": "Jo Smith"}}]},
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
    before = answers(service)
    ids = [
        h["entity"]["id"]
        for h in ask(service, '{ search(text: "smith") { hits { entity { id } } } }')["data"]["search"][
            "hits"
        ]
    ]
    judge = "mutation($a: ID!, $b: ID!, $v: String!) { judge(a: $a, b: $b, verdict: $v) { judgement revision userErrors { code } } }"
    same = ask(service, judge, a=ids[0], b=ids[1], v="SAME")["data"]["judge"]
    assert same["userErrors"] == []
    merged = ask(service, "query($ids: [ID!]!) { nodes(ids: $ids) { id mentionCount } }", ids=ids)["data"][
        "nodes"
    ]
    assert [n["mentionCount"] for n in merged] == [2, 2]
    different = ask(service, judge, a=ids[0], b=ids[1], v="DIFFERENT")["data"]["judge"]
    parted = ask(service, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)["data"]["nodes"]
    assert [n["id"] for n in parted] == ids
    assert ask(service, judge, a=ids[0], b=ids[1], v="SAME")["data"]["judge"]["userErrors"] == [
        {"code": "REFUSED"}
    ]
    assert ask(service, judge, a=ids[0], b=ids[0], v="SAME")["data"]["judge"]["userErrors"] == [
        {"code": "REFUSED"}
    ]
    for made in (different, same):
        undone = ask(
            service, "mutation($j: ID!) { undo(judgement: $j) { userErrors { code } } }", j=made["judgement"]
        )
        assert undone["data"]["undo"]["userErrors"] == []
    assert _without_revision(answers(service)) == _without_revision(before)
    assert answers(service, as_of={"known": {"revision": 1}}) == before


def _without_revision(text: str) -> str:
    first, second = json.loads(text)
    first["data"].pop("changes")
    return json.dumps([first, second])


def mixed_world(service: Service, seed: int, hidden: bool, steps: int = 8) -> None:
    """Commits of public and (when hidden) case-labelled rows about the same things; the same number either way."""
    rng = random.Random(seed)
    for step in range(steps):
        day = f"2026-01-{step + 1:02d}"
        public = [
            company(
                rng.randrange(4),
                rng.choice(["ACME LTD", "ACME UK LTD"]),
                rng.choice(["1 HIGH ST", "2 LOW ST"]),
                day,
            )
            for _ in range(3)
        ]
        public += [
            control(rng.randrange(4), rng.choice(["Jo Smith", "Jo Jones"]), rng.choice(["", "12345678"]), day)
            for _ in range(2)
        ]
        secret = [
            control(
                rng.randrange(4), rng.choice(["Jo Smith", "Joe Black"]), rng.choice(["", "12345678"]), day
            )
            for _ in range(3)
        ]
        secret += [company(rng.randrange(4), "ACME HIDDEN LTD", rng.choice(["1 HIGH ST", "9 DARK ST"]), day)]
        public.append(flight(rng.randrange(3), "ABC12", "EGCC", "LKPR", day))
        secret.append(flight(rng.randrange(3), "ABC12", "EGCC", "EGSV", day))
        commit(service, "public", public, digest=f"p{step}")
        commit(service, "case", secret if hidden else [], CASE, digest=f"c{step}")


READERS = '[outsider]\ncases = []\nmarkings = "*"\nhandlings = "*"\ncaveats = "*"\n'


@pytest.mark.parametrize("seed", [1, 2])
def test_hidden_rows_change_not_one_byte_of_any_answer(tmp_path: Path, seed: int) -> None:
    worlds = []
    for name, hidden in (("with", True), ("without", False)):
        service = open_service(tmp_path / name)
        (tmp_path / name / "readers.toml").write_text(READERS, encoding="utf-8")
        mixed_world(service, seed, hidden)
        worlds.append(service)
    for revision in range(17):
        as_of = {"known": {"revision": revision}}
        texts = [_without_clock(answers(world, "outsider", as_of)) for world in worlds]
        assert texts[0] == texts[1], revision
    assert answers(worlds[0]) != answers(worlds[1]), "the local reader does see the case"


def _without_clock(text: str) -> str:
    """Sources carry when a file came in; the two worlds were made one after the other."""
    first, second = json.loads(text)
    for source in first["data"]["sources"]:
        for file in source["files"]:
            file.pop("at")
    return json.dumps([first, second])


def test_a_rebuild_answers_with_the_same_bytes_at_every_revision(tmp_path: Path) -> None:
    service = open_service(tmp_path / "data")
    mixed_world(service, 3, hidden=True, steps=5)
    before = [answers(service, as_of={"known": {"revision": n}}) for n in range(service.head() + 1)]
    service.rebuild()
    assert [answers(service, as_of={"known": {"revision": n}}) for n in range(service.head() + 1)] == before
    commit(service, "public", [company(1, "ACME AGAIN LTD", day="2026-03-01")])
    assert service.directory.check() == {"ok": True, "revisions": 11, "problems": []}


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


FLIGHTS = """query F($f: FlightFilter, $limit: Int! = 50, $after: String) { flights(filter: $f, limit: $limit, after: $after) {
  total { value relation } flights { caption } byRoute { values { value flights } others } byOperator { values { value flights } } truncated { by next } } }"""


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
        assert found["total"] == {"value": len(found["flights"]), "relation": "EQ"}
        return [f["caption"] for f in found["flights"]]

    assert captions() == ["EZY1", "EZY2", "BAW3", "BAW4"]
    assert captions(airport="MAN") == captions(airport="EGCC") == ["EZY1", "EZY2", "BAW4"]
    assert captions(airport="MAN", direction="ARRIVAL") == ["EZY2"]
    assert captions(**{"from": "egcc", "to": "PRG"}) == ["EZY1"]
    assert captions(operator="baw") == ["BAW3", "BAW4"]
    assert captions(aircraft="407A3F", callsign="EZY 2") == ["EZY2"]
    assert captions(originCountry="CZ") == ["EZY2"]
    assert captions(originCountry="GB", destinationCountry="GB") == ["BAW4"]
    assert captions(dayFrom="2026-02-02", dayTo="2026-02-03") == ["EZY2", "BAW3"]
    assert captions(operator="DLH") == []
    first = ask(service, FLIGHTS, limit=3)["data"]["flights"]
    assert first["byOperator"]["values"] == [{"value": "BAW", "flights": 2}, {"value": "EZY", "flights": 2}]
    assert (first["truncated"]["by"], first["total"]["value"]) == ("limit", 4)
    commit(service, "flights", [flight(9, "EZY9", "EGCC", "LKPR", "2026-02-09")])
    rest = ask(service, FLIGHTS, limit=3, after=first["truncated"]["next"])["data"]["flights"]
    assert [f["caption"] for f in rest["flights"]] == ["BAW4"], "a cursor goes on at its own revision"
    errors = ask(service, FLIGHTS, f={"direction": "ARRIVAL"})["errors"]
    assert [e["extensions"]["code"] for e in errors] == ["INVALID_VALUE"]


KILLED = """
import sys
from pathlib import Path
from tests.api.conftest import open_service
from tests.api.test_service import commit, company
service = open_service(Path(sys.argv[1]))
for n in range(1000):
    revision = commit(service, "register", [company(i % 9, f"ACME {n} LTD", day=f"2026-01-{n % 27 + 1:02d}") for i in range(40)], digest=str(n))
    print(revision, flush=True)
"""


@pytest.mark.parametrize("seed", range(4))
def test_a_kill_at_any_moment_loses_no_acknowledged_batch_and_leaves_none_half(
    tmp_path: Path, seed: int
) -> None:
    data = tmp_path / "data"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(data)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline()) for _ in range(2 + seed)]
    time.sleep(random.Random(seed).random() * 0.4)
    process.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in process.stdout.read().split()]
    process.wait()
    service = open_service(data)
    head = service.directory.catch_up()
    assert head >= acknowledged[-1]
    assert service.directory.check() == {"ok": True, "revisions": head, "problems": []}
    lived = answers(service)
    service.rebuild()
    assert answers(service) == lived


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
def test_neo4j_answers_with_the_same_bytes_as_sqlite_at_every_revision(
    tmp_path: Path, neo4j_url: str
) -> None:
    service = open_service(tmp_path / "data")
    (tmp_path / "data" / "readers.toml").write_text(READERS, encoding="utf-8")
    mixed_world(service, 5, hidden=True, steps=4)
    other = Service(Settings(data=tmp_path / "data", store=neo4j_url))
    other.rebuild()
    for revision in range(service.head() + 1):
        as_of = {"known": {"revision": revision}}
        for reader in (None, "outsider"):
            assert answers(other, reader, as_of) == answers(service, reader, as_of), (revision, reader)
    commit(other, "public", [company(1, "ACME AGAIN LTD", day="2026-03-01")])
    service.directory.catch_up()
    assert answers(other) == answers(service)
    other.close()
    service.close()
