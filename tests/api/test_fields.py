"""What root fields answer with, by hand: typed views, pages, totals, ownership, identifiers, times."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from api.intake import Intake
from api.service import Service
from tests.api.asking import ask, commit, company, control, data, flight, holding, office
from tests.graph.batches import M, R
from tests.world import generate


def codes(answer: dict[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in answer["errors"]]


def pages(service: Service, text: str, path: list[str], **variables: Any) -> list[Any]:
    """Every page of a connection, each one's `after` the end cursor of the one before."""
    found, after = [], None
    while True:
        part = data(service, text, after=after, **variables)
        for name in path:
            part = part[name]
        found.append(part)
        if not part["pageInfo"]["hasNextPage"]:
            return found
        after = part["pageInfo"]["endCursor"]


def test_officers_and_controllers_come_in_pages_with_exact_totals(service: Service) -> None:
    people = [f"Person Number{n}" for n in range(7)]
    commit(service, "officers", [office(1, name, f"1000000{n}") for n, name in enumerate(people)])
    commit(service, "psc", [control(1, name) for name in people[:2]] + [holding(2, 1)])
    text = """query Q($after: String) { company(number: "1") { officers(first: 3, after: $after) {
      totalCount { value relation } nodes { current roles entity { id caption } } edges { cursor node { entity { id } } }
      pageInfo { hasNextPage endCursor } truncated { by limit next } } } }"""
    found = pages(service, text, ["company", "officers"])
    assert [len(page["nodes"]) for page in found] == [3, 3, 1]
    assert {page["totalCount"]["value"] for page in found} == {7}
    ids = [node["entity"]["id"] for page in found for node in page["nodes"]]
    assert ids == sorted(ids)
    assert {node["entity"]["caption"] for page in found for node in page["nodes"]} == set(people)
    assert {tuple(node["roles"]) for page in found for node in page["nodes"]} == {("director",)}
    assert found[0]["truncated"] == [{"by": "first", "limit": 3, "next": found[0]["pageInfo"]["endCursor"]}]
    controllers = data(
        service,
        '{ company(number: "1") { controllers { totalCount { value } nodes { entity { kind caption } shares { least most } majority } } } }',
    )
    told = controllers["company"]["controllers"]
    assert told["totalCount"] == {"value": 3}
    assert sorted((node["entity"]["kind"], node["shares"]["least"], *node["majority"]) for node in told["nodes"]) == [
        ("Company", 50.0, "SHARES"),
        ("Person", 75.0, "SHARES"),
        ("Person", 75.0, "SHARES"),
    ]  # fmt: skip


def test_ownership_goes_up_and_down_and_shows_a_ring(service: Service) -> None:
    commit(service, "register", [company(n, f"COMPANY {n}") for n in range(1, 5)])
    commit(
        service, "psc", [control(1, "Jo Smith"), holding(1, 2), holding(2, 3), holding(3, 2), holding(3, 4)]
    )
    side = "interests { depth entity { caption } shares { least most } chains control { controller { caption } } end { reason } } cycles { caption } ends { entity { caption } reason }"
    found = data(
        service, f'{{ company(number: "3") {{ ownership {{ up {{ {side} }} down {{ {side} }} }} }} }}'
    )
    up, down = (found["company"]["ownership"][way] for way in ("up", "down"))
    assert [(i["depth"], i["entity"]["caption"], i["shares"]["least"]) for i in up["interests"]] == [
        (1, "COMPANY 2", 50.0),
        (2, "COMPANY 1", 25.0),
        (3, "Jo Smith", 18.75),
    ]
    assert [step["controller"]["caption"] for step in up["interests"][2]["control"]] == [
        "Jo Smith",
        "COMPANY 1",
        "COMPANY 2",
    ]
    assert up["interests"][2]["end"] == {"reason": "PERSON"}
    assert [{one["caption"] for one in ring} for ring in up["cycles"]] == [{"COMPANY 2", "COMPANY 3"}]
    assert sorted(i["entity"]["caption"] for i in down["interests"]) == ["COMPANY 2", "COMPANY 4"]
    person = data(service, '{ search(text: "Jo Smith") { nodes { id } } }')["search"]["nodes"][0]["id"]
    owned = data(
        service,
        f'{{ ownership(id: "{person}") {{ down {{ interests {{ entity {{ caption }} depth }} }} }} }}',
    )
    assert {(i["entity"]["caption"], i["depth"]) for i in owned["ownership"]["down"]["interests"]} == {
        ("COMPANY 1", 1), ("COMPANY 2", 2), ("COMPANY 3", 3), ("COMPANY 4", 4),
    }  # fmt: skip


def test_search_pages_are_disjoint_and_make_the_whole(service: Service) -> None:
    commit(service, "register", [company(n, f"ACME {n} LTD") for n in range(1, 8)])
    text = """query Q($after: String) { search(text: "acme ltd", first: 3, after: $after) {
      totalCount { value relation } edges { score node { caption } } pageInfo { hasNextPage endCursor } truncated { by } } }"""
    found = pages(service, text, ["search"])
    captions = [edge["node"]["caption"] for page in found for edge in page["edges"]]
    assert sorted(captions) == [f"ACME {n} LTD" for n in range(1, 8)]
    assert {(p["totalCount"]["value"], p["totalCount"]["relation"]) for p in found} == {(7, "EQ")}
    assert [page["truncated"] for page in found] == [[{"by": "first"}], [{"by": "first"}], []]
    kinds = data(service, '{ search(text: "acme", kinds: [Person]) { totalCount { value } } }')
    assert kinds["search"]["totalCount"] == {"value": 0}


@pytest.mark.parametrize(
    ("kind", "identifier", "found"),
    [
        ("Company", "1", "ACME LTD"),
        ("Company", " 0000 0001 ", "ACME LTD"),
        ("Person", "123456780001", "Jo Smith"),
        ("Airport", "egcc", "EGCC"),
        ("Aircraft", "407A3F", "G-CVNE"),
        ("Aircraft", "g cvne", "G-CVNE"),
        ("Company", "99", None),
        ("Aircraft", "G-XXXX", None),
    ],
)
def test_an_identifier_is_cleaned_by_its_value_type(
    service: Service, kind: str, identifier: str, found: str | None
) -> None:
    commit(service, "register", [company(1, "ACME LTD")])
    commit(service, "officers", [office(1, "Jo Smith", "12345678")])
    commit(service, "flights", [flight(1, "EZY1", "EGCC", "LKPR", "2026-02-01")])
    answer = data(
        service,
        "query Q($k: EntityKind!, $i: String!) { entity(kind: $k, identifier: $i) { caption } }",
        k=kind,
        i=identifier,
    )
    assert answer["entity"] == (None if found is None else {"caption": found})


@pytest.mark.parametrize(
    "text",
    [
        '{ entity(kind: Flight, identifier: "x") { id } }',
        '{ entity(kind: Company, identifier: "Haldridge") { id } }',
        '{ node(id: "12") { id } }',
        '{ search(text: "a", first: 0) { totalCount { value } } }',
        '{ search(text: "a", first: 1001) { totalCount { value } } }',
        '{ search(text: "a", after: "bm9uc2Vuc2U") { totalCount { value } } }',
        '{ sources(asOf: {known: {at: "2026-09-01"}}) { name } }',
        '{ sources(asOf: {known: {at: "yesterday"}}) { name } }',
        '{ sources(asOf: {known: {at: "2026-09-01T00:00:00Z", revision: 1}}) { name } }',
        "{ expand(ids: [], perKindLimit: -1) { truncated { by } } }",
        f'{{ paths(from: "{"00" * 16}", to: "{"01" * 16}", maxHops: -1) {{ hops }} }}',
        f'{{ graph(ids: ["{"00" * 16}"], around: -1) {{ ids }} }}',
        f'{{ ownership(id: "{"00" * 16}", maxDepth: 0) {{ company {{ id }} }} }}',
        "{ changes(since: -1) { revision } }",
        '{ provenance(id: "CONTROLS:zz:zz") { totalCount { value } } }',
    ],
)
def test_a_bad_argument_is_an_error_with_a_stable_code(service: Service, text: str) -> None:
    commit(service, "register", [company(1, "ACME LTD")])
    assert codes(ask(service, text)) == ["INVALID_VALUE"]


def test_what_was_known_at_an_instant_is_what_its_revision_knew(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD")])
    commit(service, "register", [company(1, "ACME NEW LTD", day="2026-02-01")])
    at = service.directory.ledger.lines()[0].at
    text = 'query Q($at: String!) { company(number: "1", asOf: {known: {at: $at}}) { caption } }'
    assert data(service, text, at=at)["company"] == {"caption": "ACME LTD"}
    assert data(service, text, at=at.replace("Z", "+00:00"))["company"] == {"caption": "ACME LTD"}
    assert data(service, text, at="1999-01-01T00:00:00+01:00")["company"] is None
    assert data(service, text, at="2999-01-01T00:00:00Z")["company"] == {"caption": "ACME NEW LTD"}


def test_provenance_names_file_place_and_record_of_an_entity_and_of_a_link(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD")])
    commit(service, "psc", [control(1, "Jo Smith")])
    acme = data(
        service, '{ company(number: "1") { id entity { expand(linkKinds: [CONTROLS]) { links { id } } } } }'
    )["company"]
    text = "query Q($id: ID!) { provenance(id: $id) { totalCount { value } statements { file source key slot kind revision raw } } }"
    entity = data(service, text, id=acme["id"])["provenance"]
    told = sorted((s["file"], s["source"], s["key"], s["slot"], s["revision"]) for s in entity["statements"])
    assert told == [
        ("psc.csv", "psc", "psc/1/Jo Smith", "company", 2),
        ("register.csv", "register", "company/1", "company", 1),
    ]
    assert entity["totalCount"] == {"value": 2}
    link = data(service, text, id=acme["entity"]["expand"]["links"][0]["id"])["provenance"]
    assert {(s["slot"], s["key"]) for s in link["statements"]} == {
        ("controller", "psc/1/Jo Smith"),
        ("company", "psc/1/Jo Smith"),
    }
    assert all('"' in s["raw"] for s in link["statements"])


def test_a_packed_graph_holds_what_the_typed_one_does(service: Service) -> None:
    commit(service, "register", [company(n, f"ACME {n} LTD") for n in range(1, 4)])
    commit(service, "psc", [holding(1, 2), holding(2, 3), control(1, "Jo Smith")])
    start = data(service, '{ company(number: "1") { id } }')["company"]["id"]
    typed = data(service, f'{{ neighbourhood(ids: ["{start}"], hops: 3) {{ entities {{ id kind caption }} links {{ kind source {{ id }} target {{ id }} count }} }} }}')["neighbourhood"]  # fmt: skip
    packed = data(service, f'{{ graph(ids: ["{start}"], around: 3) {{ ids kinds captions linkKinds sources targets weights }} }}')["graph"]  # fmt: skip
    assert list(zip(packed["ids"], packed["kinds"], packed["captions"], strict=True)) == [
        (e["id"], e["kind"], e["caption"]) for e in typed["entities"]
    ]
    ids = packed["ids"]
    links = zip(packed["linkKinds"], packed["sources"], packed["targets"], packed["weights"], strict=True)
    assert [(kind, ids[a], ids[b], weight) for kind, a, b, weight in links] == [
        (x["kind"], x["source"]["id"], x["target"]["id"], x["count"]) for x in typed["links"]
    ]
    assert len(ids) == 5


def test_siblings_cost_one_read_whatever_their_number(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(service, "register", [company(n, f"ACME {n} LTD", f"{n} HIGH ST") for n in range(1, 9)])
    calls: list[str] = []
    for name in ("mentions", "groups", "links", "pairs", "counters", "neighbours", "holders"):
        real = getattr(service.store, name)
        monkeypatch.setattr(
            service.store, name, lambda *a, _real=real, _name=name, **k: calls.append(_name) or _real(*a, **k)
        )
    counts = []
    for first in (1, 8):
        calls.clear()
        text = f'{{ search(text: "acme", first: {first}) {{ nodes {{ values {{ value }} expand {{ links {{ target {{ caption values {{ value }} }} }} }} }} }} }}'
        assert len(data(service, text)["search"]["nodes"]) == first
        counts.append(len(calls))
    assert counts[0] == counts[1]


def test_a_withdrawn_flight_without_heirs_is_gone(service: Service) -> None:
    commit(service, "flights", [flight(1, "EZY1", "EGCC", "LKPR", "2026-02-01")])
    found = data(
        service,
        "{ flights { nodes { id callsigns days origins { icao } destinations { caption } aircraft { caption } } } }",
    )
    (one,) = found["flights"]["nodes"]
    assert (one["callsigns"], one["days"]) == (["EZY1"], ["2026-02-01"])
    assert (one["origins"], one["destinations"]) == ([{"icao": ["EGCC"]}], [{"caption": "LKPR"}])
    assert one["aircraft"] == [{"caption": "G-CVNE"}]
    commit(service, "flights", [R("flight/1", "2026-03-01", put=False)])
    assert data(service, f'{{ node(id: "{one["id"]}") {{ id }} }}')["node"] is None


def test_an_airport_is_found_by_either_code_and_says_both(service: Service) -> None:
    props = '{"icao": [["EGCC", null]], "iata": [["MAN", null]], "name": [["Manchester Airport", null]]}'
    mention = M(
        "airport", "Airport", ("airport_icao:EGCC", "airport_iata:MAN"), "Manchester Airport", props=props
    )
    commit(service, "airports", [R("EGCC", "2026-01-01", (mention,))])
    for code in ("EGCC", "man"):
        found = data(
            service, f'{{ airport(code: "{code}") {{ icao iata names caption entity {{ kind }} }} }}'
        )
        assert found["airport"] == {
            "icao": ["EGCC"], "iata": ["MAN"], "names": ["Manchester Airport"], "caption": "Manchester Airport",
            "entity": {"kind": "Airport"},
        }  # fmt: skip


def test_an_airport_that_only_one_code_names_is_found_by_its_other(service: Service) -> None:
    mention = M("airport", "Airport", ("airport_icao:LKPR",), "LKPR", props='{"icao": [["LKPR", null]]}')
    commit(service, "flights", [R("LKPR", "2026-01-01", (mention,))])
    for code in ("PRG", "LKPR"):
        assert data(service, f'{{ airport(code: "{code}") {{ icao }} }}') == {"airport": {"icao": ["LKPR"]}}
    assert data(service, '{ airport(code: "MAN") { icao } }') == {"airport": None}


def test_a_slip_in_the_name_of_a_stated_company_of_the_made_up_world_is_proposed(
    service: Service, tmp_path: Path
) -> None:
    generate(tmp_path / "world", 1000, seed=4)
    for name in ("BasicCompanyDataAsOneFile-2026-09-01.csv", "psc-snapshot-2026-09-01_1of1.txt"):
        assert [r.get("rejected") for r in service.ingest(tmp_path / "world" / name, Intake())] == [0]
    with (tmp_path / "world" / "truth" / "records.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["key"]: row["true_id"] for row in csv.DictReader(file) if row["family"] == "psc"}
    paths = (tmp_path / "data" / "decisions").glob("*.parquet")
    pairs = [(row["a"], row["b"]) for path in paths for row in pq.read_table(path).to_pylist()]
    assert len(pairs) == 2
    view = service.view(service.scope(None))
    for pair in pairs:
        mentions = service.store.mentions(view, ids=pair)
        (stated,) = [m for m in mentions if m.slot == "controller"]
        (own,) = [m for m in mentions if m.slot == "company"]
        assert truth["/" + stated.rec_key] == own.rec_key.removeprefix("company/")


def test_an_operator_without_a_designator_is_found_and_counted_by_its_name(
    service: Service, tmp_path: Path
) -> None:
    def board(number: str, airline: dict[str, str]) -> dict[str, object]:
        far = {"airport": {"icao": "LKPR"}, "scheduledTime": {"utc": "2026-02-01 10:00Z"}, "quality": []}
        return {"number": number, "status": "Departed", "movement": far, "airline": airline}

    flights = [
        board("FR 10", {"name": "Ryanair"}),
        board("FR 11", {"name": "RYANAIR", "icao": "RYR", "iata": "FR"}),
        board("LS 1", {"name": "Jet2"}),
        # A feed's broken flight is a reject, wherever it stands.
        {"number": "XX 1"},
    ]
    path = tmp_path / "fids_EGCC_2026-02-01.json"
    path.write_text(json.dumps({"departures": [flights[3], *flights[:3]], "arrivals": []}))
    (report,) = service.ingest(path, Intake())
    assert (report["read"], report["rejected"], report["format"]) == (4, 1, "aerodatabox")
    asked = '{{ flights(filter: {{operator: "{}"}}) {{ totalCount {{ value }} nodes {{ numbers }} }} }}'
    for text, numbers in (
        ("Ryanair", [["FR10"], ["FR11"]]),
        ("RYR", [["FR10"], ["FR11"]]),
        ("fr", [["FR10"], ["FR11"]]),
        ("jet2", [["LS1"]]),
        ("Jet", []),
    ):
        found = data(service, asked.format(text))["flights"]
        assert sorted(node["numbers"] for node in found["nodes"]) == numbers, text
        assert found["totalCount"]["value"] == len(numbers)
    counts = data(service, "{ flights { byOperator { values { value flights } others } } }")["flights"][
        "byOperator"
    ]
    named = [(one["value"], one["flights"]) for one in counts["values"]]
    assert (named, counts["others"]) == ([("JET2", 1), ("RYANAIR", 1), ("RYR", 1)], 0)


def test_an_operator_is_found_by_either_designator(service: Service) -> None:
    props = '{"airline_icao": [["EZY", null]], "airline_iata": [["U2", null]]}'
    operator = M(
        "operator", "Organisation", ("airline_icao:EZY",), "easyJet", props=props, also=("EZY", "U2")
    )
    commit(service, "airlines", [R("EZY", "2026-01-01", (operator,))])
    commit(
        service,
        "flights",
        [flight(1, "EZY1", "EGCC", "LKPR", "2026-02-01"), flight(2, "BAW2", "EGCC", "LKPR", "2026-02-01")],
    )
    for code in ("EZY", "u2"):
        found = data(service, f'{{ flights(filter: {{operator: "{code}"}}) {{ nodes {{ caption }} }} }}')[
            "flights"
        ]
        assert found["nodes"] == [{"caption": "EZY1"}], code


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [("Person", "Company", False), ("Address", "Company", False), ("Organisation", "Company", True)],
)
def test_only_things_of_one_kind_can_be_the_same(service: Service, a: str, b: str, same: bool) -> None:
    for kind in (a, b):
        commit(service, "made", [R(f"{kind}/1", "2026-01-01", (M("thing", kind, (), f"NAMED {kind}"),))])
    ids = [
        data(service, f'{{ search(text: "named {kind}", kinds: [{kind}]) {{ nodes {{ id }} }} }}')["search"][
            "nodes"
        ][0]["id"]
        for kind in (a, b)
    ]
    judge = (
        "mutation($a: ID!, $b: ID!) { judge(a: $a, b: $b, verdict: SAME) { userErrors { code message } } }"
    )
    errors = data(service, judge, a=ids[0], b=ids[1])["judge"]["userErrors"]
    assert [error["code"] for error in errors] == ([] if same else ["REFUSED"])


def test_an_error_of_one_root_field_leaves_the_others_alone(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD")])
    answer = ask(
        service,
        '{ flights(filter: {from: "EGCC"}) { totalCount { value } } company(number: "1") { caption } }',
    )
    assert answer["data"] == {"flights": None, "company": {"caption": "ACME LTD"}}
    assert codes(answer) == ["INVALID_VALUE"]


def test_a_company_that_left_the_register_has_no_state_and_says_until_when_it_was_there(
    service: Service,
) -> None:
    props = (
        '{"name": [["BETA LTD", null]], "status": [["Active", null]], "company_number": [["00000002", null]]}'
    )
    record = R(
        "company/2",
        "2026-01-01",
        (M("company", "Company", ("company_number:GB-COH/00000002",), "BETA LTD", props=props),),
    )
    commit(service, "register", [company(1, "ACME LTD"), record])
    text = '{ company(number: "2") { names statuses registeredUntil } }'
    assert data(service, text)["company"] == {
        "names": ["BETA LTD"],
        "statuses": ["Active"],
        "registeredUntil": None,
    }
    snapshot = {"complete": True, "absence": "closed", "observed_at": "2026-02-01T00:00:00Z"}
    commit(service, "register", [company(1, "ACME LTD", day="2026-02-01")], **snapshot)
    assert data(service, text)["company"] == {
        "names": ["BETA LTD"],
        "statuses": [],
        "registeredUntil": "2026-02-01",
    }
    then = '{ company(number: "2", asOf: {valid: "2026-01-15"}) { statuses } }'
    assert data(service, then)["company"] == {"statuses": ["Active"]}
