"""Risk over GraphQL: scores recompute from what their reasons list, add up, and see nothing that their reader does not."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analytics.analyse import Request
from api.service import Service
from tests.api.asking import (
    CASE,
    READERS,
    ask,
    commit,
    company,
    control,
    data,
    holding,
    ids_of,
    mixed_world,
    office,
)
from tests.api.conftest import open_service
from tests.graph.batches import L, M, R

RISK = """query($id: ID!) { risk(id: $id) { score ranked revision roles { case role note } entity { caption }
  reasons { factor name contribution cap formula values { name value } entities { caption } } } }"""
RANKING = """{ riskRanking { note totalCount { value } revision
  edges { score node { id caption } contributions { name contribution } roles { role } } } }"""
SAFE = "{ safeguarding { totalCount { value } nodes { entity { caption } exposure roles { case role } reasons { name } } } }"
SET_ROLE = """mutation($id: ID!, $case: String!, $role: Role) { setRole(id: $id, case: $case, role: $role, note: "as told") {
  role { case role note } userErrors { code path } } }"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = open_service(tmp_path / "data")
    (tmp_path / "data" / "readers.toml").write_text(READERS, encoding="utf-8")
    yield opened
    opened.close()


def appointment(n: int, person: str, key: str, start: str, end: str | None = None) -> R:
    return R(
        f"officer/{n}/{key}/{start}", "2026-01-01",
        (M("company", "Company", (f"company_number:GB-COH/0000000{n}",), authority=2), M("officer", "Person", (f"ch_person:GB-COH/{key}",), person)),
        (L("OFFICER_OF", "officer", "company", role="director", valid_from=start, valid_to=end),),
    )  # fmt: skip


def _id(service: Service, kind: str, identifier: str, reader: str | None = None) -> str:
    text = f'{{ entity(kind: {kind}, identifier: "{identifier}") {{ id }} }}'
    return str(data(service, text, reader)["entity"]["id"])


def _risk(service: Service, id_: str, reader: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = data(service, RISK, reader, id=id_)["risk"]
    return found


def _recomputed(reason: dict[str, Any]) -> float:
    """A reason's contribution from its own formula and values."""
    values = {value["name"]: value["value"] for value in reason["values"]}
    points = eval(reason["formula"], {"__builtins__": {}, "min": min, "max": max}, values)
    return round(points / 0.125) * 0.125


def _checked(found: dict[str, Any]) -> dict[str, float]:
    """The contributions by name, when they recompute, keep to their caps and add up to the score."""
    by_factor: dict[str, float] = {}
    for reason in found["reasons"]:
        assert _recomputed(reason) == reason["contribution"]
        assert reason["contribution"] > 0
        by_factor[reason["factor"]] = by_factor.get(reason["factor"], 0) + reason["contribution"]
        assert by_factor[reason["factor"]] <= reason["cap"]
    assert sum(reason["contribution"] for reason in found["reasons"]) == found["score"]
    assert 0 <= found["score"] <= 100
    return {reason["name"]: reason["contribution"] for reason in found["reasons"]}


def test_a_company_at_a_mass_registration_address_and_its_director(service: Service) -> None:
    commit(service, "public", [company(n, f"SHELL {n} LTD", "1 HIGH ST") for n in range(10)], digest="1")
    many = [R(f"c/{n}", "2026-01-01", (M("company", "Company", (f"company_number:GB-COH/00001{n:03}",), f"SHELL {n}"), M("office", "Address", ("address:1 HIGH ST",), "1 HIGH ST")),
              (L("REGISTERED_AT", "company", "office"),)) for n in range(120)]  # fmt: skip
    commit(service, "public", [*many, office(1, "Ann Ash", "11111111")], digest="2")
    found = _risk(service, _id(service, "Company", "1"))
    assert _checked(found) == {"mass_address": 12.5}  # 130 of 10 … 250
    assert found["reasons"][0]["entities"] == [{"caption": "1 HIGH ST"}]
    person = _risk(service, _id(service, "Person", "11111111"))
    assert _checked(person) == {"mass_address": 12.5}
    assert [one["caption"] for one in person["reasons"][0]["entities"]] == ["SHELL 1 LTD", "1 HIGH ST"]


def test_churn_counts_beginnings_and_endings_of_the_busiest_year_once(service: Service) -> None:
    rows = [appointment(1, f"P{n}", f"1111111{n}", f"2024-0{n}-01", f"2024-0{n}-20") for n in range(1, 7)]
    commit(
        service,
        "public",
        [company(1, "ASH LTD"), *rows, appointment(1, "P1", "11111111", "2010-01-01")],
        digest="1",
    )
    commit(service, "again", rows, digest="2")
    found = _risk(service, _id(service, "Company", "1"))
    assert _checked(found) == {"churn": 10.0}  # 12 changes, of 4 … 20
    values = {value["name"]: value["value"] for value in found["reasons"][0]["values"]}
    assert (values["changes"], values["window_start"]) == (12, 19723)  # 2024-01-01


def test_rings_layers_and_ends_off_the_register_are_opaque(service: Service) -> None:
    companies = [company(n, f"C{n} LTD", f"{n} ST") for n in range(1, 9)]
    ring = [holding(1, 2), holding(2, 3), holding(3, 1)]
    chain = [holding(5, 6), holding(6, 7), holding(7, 8)]
    offshore = R(
        "psc/5/off", "2026-01-01",
        (M("company", "Company", ("company_number:GB-COH/00000005",), authority=2), M("controller", "Organisation", (), "Far Trust")),
        (L("CONTROLS", "controller", "company", props=json.dumps({"share_min": 75, "share_max": 100})),),
    )  # fmt: skip
    commit(
        service,
        "public",
        [*companies, *ring, *chain, offshore, control(4, "Ann Ash", "11111111")],
        digest="1",
    )
    in_ring = _risk(service, _id(service, "Company", "2"))
    assert _checked(in_ring) == {"opaque_ownership.ring": 12}
    assert {one["caption"] for one in in_ring["reasons"][0]["entities"]} == {"C1 LTD", "C2 LTD", "C3 LTD"}
    below = _risk(service, _id(service, "Company", "8"))
    assert _checked(below) == {"opaque_ownership.off_register": 8, "opaque_ownership.layers": 3.75}
    assert below["reasons"][0]["entities"] == [{"caption": "Far Trust"}]
    assert _checked(_risk(service, _id(service, "Company", "4"))) == {}


def test_a_control_that_has_ceased_makes_no_ring(service: Service) -> None:
    ceased = json.dumps({"share_min": 50, "share_max": 75, "ceased": True})
    back = R(
        "psc/1/by/2", "2026-01-01",
        (M("company", "Company", ("company_number:GB-COH/00000001",), authority=2), M("controller", "Company", ("company_number:GB-COH/00000002",), authority=1)),
        (L("CONTROLS", "controller", "company", props=ceased),),
    )  # fmt: skip
    commit(
        service, "public", [company(1, "A", "1 ST"), company(2, "B", "2 ST"), holding(1, 2), back], digest="1"
    )
    assert _checked(_risk(service, _id(service, "Company", "1"))) == {}


def test_closeness_to_a_suspect_falls_with_distance_and_a_victim_is_safeguarded_not_ranked(
    service: Service,
) -> None:
    rows = [company(n, f"C{n} LTD", f"{n} ST") for n in (1, 2, 3)]
    rows += [
        office(1, "Sam Suspect", "11111111"),
        office(1, "Vic Victim", "22222222"),
        office(2, "Vic Victim", "22222222"),
    ]
    commit(service, "public", [*rows, office(3, "Far Away", "33333333")], digest="1")
    suspect, victim = _id(service, "Person", "11111111"), _id(service, "Person", "22222222")
    assert _checked(_risk(service, suspect)) == {}
    told = data(service, SET_ROLE, id=suspect, case="op-heron", role="SUSPECT")["setRole"]
    assert told == {"role": {"case": "op-heron", "role": "SUSPECT", "note": "as told"}, "userErrors": []}
    itself, one, two, far = (_risk(service, _id(service, kind, key)) for kind, key in
                             (("Person", "11111111"), ("Company", "1"), ("Company", "2"), ("Company", "3")))  # fmt: skip
    assert _checked(itself) == {"proximity": 30}
    assert 30 >= _checked(one)["proximity"] > _checked(two)["proximity"] > 0
    assert _checked(far) == {}
    assert one["reasons"][0]["entities"] == [{"caption": "Sam Suspect"}]
    assert service.analyses.run(service.scope(None), Request("risk")).state == "DONE"
    ranked = data(service, RANKING)["riskRanking"]
    assert ranked["edges"][0]["node"]["caption"] == "Sam Suspect"
    assert "Vic Victim" in [edge["node"]["caption"] for edge in ranked["edges"]]
    for edge in ranked["edges"]:
        live = _risk(service, edge["node"]["id"])
        assert live["score"] == edge["score"] == sum(each["contribution"] for each in edge["contributions"])
        assert _checked(live) == {each["name"]: each["contribution"] for each in edge["contributions"]}
    data(service, SET_ROLE, id=victim, case="op-heron", role="VICTIM")
    again = data(service, RANKING)["riskRanking"]
    assert "Vic Victim" not in [edge["node"]["caption"] for edge in again["edges"]]
    assert again["totalCount"]["value"] == ranked["totalCount"]["value"] - 1
    safe = data(service, SAFE)["safeguarding"]
    assert (safe["totalCount"]["value"], safe["nodes"][0]["entity"]["caption"]) == (1, "Vic Victim")
    assert safe["nodes"][0]["roles"] == [{"case": "op-heron", "role": "VICTIM"}]
    assert safe["nodes"][0]["exposure"] > 0
    assert not _risk(service, victim)["ranked"]
    data(service, SET_ROLE, id=victim, case="op-heron", role=None)
    assert data(service, SAFE)["safeguarding"]["totalCount"]["value"] == 0
    # What a reader without the case sees is as if nobody had said anything.
    assert _checked(_risk(service, suspect, "outsider")) == {}
    assert data(service, RANKING, "outsider")["riskRanking"]["edges"] == []
    data(service, SET_ROLE, id=victim, case="op-heron", role="VICTIM")
    assert data(service, SAFE, "outsider")["safeguarding"]["nodes"] == []


def test_roles_are_refused_where_the_reader_may_not_say_them(service: Service) -> None:
    commit(service, "public", [office(1, "Sam", "11111111")], digest="1")
    commit(service, "case", [office(1, "Dark", "22222222")], CASE, digest="2")
    sam, dark = _id(service, "Person", "11111111"), _id(service, "Person", "22222222")
    told = data(service, SET_ROLE, "outsider", id=sam, case="op-heron", role="SUSPECT")["setRole"]
    assert told["userErrors"] == [{"code": "REFUSED", "path": ["case"]}]
    for unknown in (dark, "00" * 16):
        told = data(service, SET_ROLE, "outsider", id=unknown, case="", role="SUSPECT")["setRole"]
        assert told["userErrors"] == [{"code": "NOT_HELD", "path": ["id"]}]
    assert data(service, SET_ROLE, "outsider", id=sam, case="", role="WITNESS")["setRole"]["userErrors"] == []
    assert data(service, RISK, id=sam)["risk"]["roles"] == [
        {"case": "", "role": "WITNESS", "note": "as told"}
    ]


def test_whoever_is_named_in_a_case_file_or_a_source_that_lists_is_listed(service: Service) -> None:
    commit(service, "public", [office(1, "Sam", "11111111"), office(2, "Lee", "22222222")], digest="1")
    commit(service, "case", [control(1, "Sam", "11111111")], CASE, digest="2")
    commit(service, "sanctions", [control(2, "Lee", "22222222")], digest="3", purpose="listed")
    assert _checked(_risk(service, _id(service, "Person", "11111111"))) == {"proximity": 30}
    assert _checked(_risk(service, _id(service, "Person", "22222222"))) == {"proximity": 30}
    assert _checked(_risk(service, _id(service, "Person", "11111111", "outsider"), "outsider")) == {}
    assert _checked(_risk(service, _id(service, "Person", "22222222", "outsider"), "outsider")) == {
        "proximity": 30
    }


def test_who_has_a_role_in_a_case_is_listed_for_it_and_no_longer_everybody_in_its_files(
    service: Service,
) -> None:
    """A seized telephone's whole phone book would be as close as can be to itself."""
    people = [control(n, f"P{n}", f"{n}" * 8) for n in (1, 2, 3)]
    commit(service, "case", people, CASE, digest="1")
    first, second = (_id(service, "Person", f"{n}" * 8) for n in (1, 2))
    data(service, SET_ROLE, id=second, case="op-heron", role="WITNESS")
    assert _checked(_risk(service, first)) == {"proximity": 30}
    data(service, SET_ROLE, id=second, case="op-heron", role="SUSPECT")
    assert (_checked(_risk(service, first)), _checked(_risk(service, second))) == ({}, {"proximity": 30})
    data(service, SET_ROLE, id=second, case="op-heron", role=None)
    assert _checked(_risk(service, first)) == {"proximity": 30}


def test_before_any_run_the_ranking_is_empty_with_a_note(service: Service) -> None:
    found = data(service, RANKING)["riskRanking"]
    assert (found["edges"], found["note"]) == (
        [], "No run of RISK under your labels yet: mutation { analyse(input: {algorithm: RISK}) { job { id } } }.",
    )  # fmt: skip
    assert data(service, SAFE)["safeguarding"]["nodes"] == []
    assert ask(service, RISK, id="00" * 16)["data"]["risk"] is None


@pytest.mark.parametrize("seed", range(2))
def test_every_score_of_a_mixed_world_recomputes_and_hidden_rows_move_none(tmp_path: Path, seed: int) -> None:
    told: list[dict[str, Any]] = []
    for hidden in (True, False):
        service = open_service(tmp_path / str(hidden))
        (tmp_path / str(hidden) / "readers.toml").write_text(READERS, encoding="utf-8")
        ids = mixed_world(service, seed, hidden=hidden, steps=4)
        chance = random.Random(seed)
        if hidden:
            everything, visible = ids, [mid for mid in ids if _risk(service, mid, "outsider") is not None]
            data(service, SET_ROLE, id=chance.choice(visible), case="op-heron", role="SUSPECT")
            for mid in everything:
                _checked(_risk(service, mid))
        data(service, SET_ROLE, "outsider", id=visible[0], case="", role="SUSPECT")
        service.analyses.run(service.scope("outsider"), Request("risk"))
        told.append(
            {mid: _risk(service, mid, "outsider") for mid in visible} | data(service, RANKING, "outsider")
        )
        assert any(found["score"] for mid, found in told[-1].items() if mid != "riskRanking")
        service.close()
    assert told[0] == told[1]


def test_a_risk_model_of_ones_own_counts_and_a_malformed_one_is_refused(
    service: Service, tmp_path: Path
) -> None:
    from importlib import resources

    commit(service, "public", [company(n, f"C{n}", "1 HIGH ST") for n in range(5)], digest="1")
    text = resources.files("analytics.risk").joinpath("model.yml").read_text(encoding="utf-8")
    one = _id(service, "Company", "1")
    assert _checked(_risk(service, one)) == {}
    own = tmp_path / "data" / "risk.yml"
    own.write_text(
        text.replace("cap: 25, from: 10, full: 250", "cap: 25, from: 1, full: 5"), encoding="utf-8"
    )
    assert _checked(_risk(service, one)) == {"mass_address": 25}
    for wrong in (
        "cap: 95, from: 10, full: 250",
        "cap: 25, from: 300, full: 250",
        "cap: 25, form: 10, full: 250",
    ):
        own.write_text(text.replace("cap: 25, from: 10, full: 250", wrong), encoding="utf-8")
        answer = ask(service, RISK, id=one)
        assert answer["errors"][0]["extensions"]["code"] == "REFUSED"
    assert len(ids_of(service)) == 10
