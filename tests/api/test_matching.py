"""`match`, `matchList` and `clew match`: whom a record may be, to whoever may see them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api import matching
from api.cli import main
from api.service import Service
from graph.errors import Busy
from graph.lease import lease
from graph.model import Revision
from graph.resolution.models.person import PERSON
from graph.resolution.online import schema
from tests.api.asking import CASE, READERS, ask, commit, company, data, document
from tests.api.conftest import open_service
from tests.graph.resolution.people import person

ONE = """query($record: RecordInput!, $kind: EntityKind! = Person, $asOf: AsOf) { match(record: $record, kind: $kind, asOf: $asOf, first: 3) {
  row compared behind revision truncated { by limit } rejects { row field value remedy }
  candidates { entity { id caption } mention verdict reason bits probability identifiers
               waterfall { bits prior accept comparisons { name level bits a b } } } } }"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = open_service(tmp_path / "data")
    (tmp_path / "data" / "readers.toml").write_text(READERS, encoding="utf-8")
    yield opened
    opened.close()


def officers() -> list[Any]:
    return [
        person("1", "Barnaby John", "Ashcombe", "1961-04-09", company="00000001", phone="+447612000001"),
        person("2", "Barnaby", "Ashcombe", "1984-02", phone="+447612000009"),
        person("3", "Tamsin", "Quick", "1999-01", postcode="AB1 2CD"),
    ]


def one(service: Service, reader: str | None = None, **record: Any) -> Any:
    return data(service, ONE, reader, record=record)["match"]


def test_a_record_finds_its_man_with_the_waterfall_that_adds_up(service: Service) -> None:
    commit(service, "officers", officers())
    found = one(service, name="Ashcombe, Barnaby", birthDate="09/04/1961", phone=["07612 000001"])
    (best,) = found["candidates"]
    assert (best["entity"]["caption"], best["verdict"], best["reason"]) == (
        "Barnaby John Ashcombe",
        "SAME",
        "weight",
    )
    told = best["waterfall"]
    assert abs(told["prior"] + sum(c["bits"] for c in told["comparisons"]) - told["bits"]) < 0.01
    levels = {c["name"]: c["level"] for c in told["comparisons"]}
    assert (levels["birth_date"], levels["phone_or_email"]) == ("same day", "shared by few")
    assert found["compared"] == 1, "his namesake was born in another month of another year"
    by_name = one(service, name="Barnaby Ashcombe")["candidates"]
    assert {(c["entity"]["caption"], c["verdict"]) for c in by_name} == {
        ("Barnaby John Ashcombe", None),
        ("Barnaby Ashcombe", None),
    }


def test_why_says_the_same_once_the_record_came_in(service: Service) -> None:
    commit(service, "officers", officers())
    best = one(
        service, forenames="Barnaby", surname="Ashcombe", birthDate="1961-04", phone=["+447612000001"]
    )["candidates"][0]
    commit(service, "book", [person("x", "Barnaby", "Ashcombe", "1961-04", phone="+447612000001")])
    found = one(
        service, forenames="Barnaby", surname="Ashcombe", birthDate="1961-04", phone=["+447612000001"]
    )
    (came,) = [c for c in found["candidates"] if c["mention"] != best["mention"] and c["verdict"]]
    text = "query($a: ID!, $b: ID!) { why(a: $a, b: $b) { waterfall { bits verdict } } }"
    why = data(service, text, a=came["mention"], b=best["mention"])["why"]["waterfall"]
    assert why == {"bits": pytest.approx(best["bits"], abs=1e-3), "verdict": "SAME"}


def test_what_cannot_be_read_is_told_and_the_rest_is_answered(service: Service) -> None:
    commit(service, "officers", officers())
    found = one(service, name="Tamsin Quick", birthDate="soon", phone=["07700 90"], postcode=["AB1 2CD"])
    assert [(r["row"], r["field"], r["value"]) for r in found["rejects"]] == [
        (1, "birth_date", "soon"),
        (1, "phone", "07700 90"),
    ]
    assert found["rejects"][0]["remedy"] == "Write 1961-04-09, 1961-04, 1961 or 09/04/1961."
    assert found["candidates"][0]["entity"]["caption"] == "Tamsin Quick"


@pytest.mark.parametrize("name", ["", "   ", "J", "محمد بن علي", "山田太郎", "…", "x" * 5000])
def test_names_of_any_kind_are_answered(service: Service, name: str) -> None:
    commit(
        service,
        "officers",
        [*officers(), person("4", "محمد بن", "علي", "1970-01"), person("5", "太郎", "山田")],
    )
    found = one(service, name=name)
    captions = [c["entity"]["caption"] for c in found["candidates"]]
    assert captions == (["محمد بن علي"] if name.startswith("محمد") else [])
    assert bool(found["rejects"]) is (len(name) > 1000 or name.strip() in ("", "…"))


def test_a_list_of_bare_values_is_a_number_list_and_a_nominal_list_at_once(service: Service) -> None:
    commit(service, "officers", officers())
    commit(service, "register", [company(1, "ACME TRADING LTD")])
    asked = "07612 000009\nBarnaby Ashcombe\n00000001\n020 7946 0000\n"
    text = "query($csv: String, $kind: EntityKind! = Person) { matchList(csv: $csv, kind: $kind) { matches { row candidates { entity { caption } verdict reason identifiers } } } }"
    found = data(service, text, csv=asked)["matchList"]["matches"]
    told = [[(c["entity"]["caption"], c["verdict"], c["reason"]) for c in row["candidates"]] for row in found]
    assert told[0] == [("Barnaby Ashcombe", None, "no name to weigh")]
    assert {name for name, _, _ in told[1]} == {"Barnaby Ashcombe", "Barnaby John Ashcombe"}
    assert (told[2], told[3]) == ([("Barnaby John Ashcombe", None, "no name to weigh")], [])
    body = data(service, text, csv="00000001", kind="Organisation")["matchList"]["matches"][0]["candidates"]
    assert (body[0]["verdict"], body[0]["identifiers"]) == ("SAME", ["company_number:GB-COH/00000001"])


def test_two_who_fit_equally_well_and_are_not_each_other_are_proposed(service: Service) -> None:
    commit(
        service,
        "b",
        [
            person("3", "Rex", "Kelham", "1961-04-09", phone="+447612000001"),
            person("4", "Rex", "Kelham", "1990-11-30", phone="+447612000001"),
        ],
    )
    found = one(service, name="Rex Kelham", phone=["+447612000001"])
    assert [(c["verdict"], c["reason"]) for c in found["candidates"][:2]] == [("UNSURE", "fits several")] * 2


def test_a_list_too_long_says_what_to_do(service: Service) -> None:
    text = "query($csv: String) { matchList(csv: $csv) { revision } }"
    told = ask(service, text, csv="\n".join(["Jo Smith"] * 501))["errors"][0]["message"]
    assert told == (
        "matchList: '501 records' is not at most 500 records: send the rest in further lists, or use `clew match FILE.csv`, which takes any number."
    )


def test_a_number_alone_shows_whoever_it_reaches_and_proposes_none_below_what_a_proposal_takes(
    service: Service,
) -> None:
    """Of a number alone whoever is reached by it is shown; a proposal is only what weighs enough for one."""
    many = [person(f"s{n}", f"Given{n}", f"Sur{n}", phone="+442079460000") for n in range(300)]
    commit(service, "people", [*officers(), *many])
    crowd = one(service, phone=["020 7946 0000"])["candidates"]
    assert {(c["verdict"], c["reason"]) for c in crowd} == {(None, "no name to weigh")}
    assert all(c["bits"] < PERSON.review for c in crowd)
    (found,) = one(service, phone=["07612 000009"])["candidates"]
    assert (found["entity"]["caption"], found["verdict"]) == ("Barnaby Ashcombe", None)
    more = one(service, phone=["07612 000009"], birthDate="1984-02", email=["x@example.org"])["candidates"]
    assert more[0]["bits"] >= PERSON.review
    assert (more[0]["verdict"], more[0]["reason"]) == ("UNSURE", "no name to weigh")


def test_a_list_too_long_or_of_two_kinds_of_input_is_refused(service: Service) -> None:
    text = "query($csv: String, $records: [RecordInput!]) { matchList(csv: $csv, records: $records) { revision } }"
    for given in (
        {"csv": "\n".join(["Jo Smith"] * 501)},
        {},
        {"csv": "x", "records": []},
        {"csv": "a,b\nc,d"},
    ):
        assert ask(service, text, **given)["errors"][0]["extensions"]["code"] == "INVALID_VALUE", given


def test_as_of_an_earlier_revision(service: Service) -> None:
    commit(service, "officers", officers()[:1])
    commit(service, "more", officers()[1:])
    now = one(service, name="Tamsin Quick")
    then = data(service, ONE, record={"name": "Tamsin Quick"}, asOf={"known": {"revision": 1}})["match"]
    assert (len(now["candidates"]), len(then["candidates"]), then["revision"]) == (1, 0, 1)


ASKED: list[dict[str, Any]] = [
    {"name": "Barnaby Ashcombe", "phone": ["+447612000001"]},
    {"name": "Barnaby Ashcombe", "birthDate": "1961-04", "companyNumber": ["00000001"]},
    {"surname": "Ashcombe", "forenames": "Barney", "companyName": ["Dark Holdings"]},
    {"phone": ["+447612000001"]},
    {"companyNumber": ["00000001"]},
    {"name": "Tamsin Quick", "postcode": ["AB1 2CD"]},
]


def test_hidden_mentions_show_in_no_count_no_block_and_no_limit(opened: Callable[[str], Service]) -> None:
    """They share phones beyond what is few, fill blocks, name companies, and are the better match."""
    told, whole = [], []
    for hidden in (True, False):
        service = opened(str(hidden))
        commit(service, "officers", officers(), digest="p")
        secret = [
            person("h1", "Barnaby John", "Ashcombe", "1961-04-09", company="00000001", phone="+447612000001"),
            company(1, "DARK HOLDINGS LTD"),
            *(person(f"s{n}", "Barnaby", "Ashcombe", "1961-04", phone="+447612000001", postcode="AB1 2CD") for n in range(300)),
            *(person(f"t{n}", f"N{n}x", "Quick", company="00000001", phone="+447612000001") for n in range(30)),
        ]  # fmt: skip
        commit(service, "case", secret if hidden else [], CASE, digest="c")
        told.append([json.dumps(ask(service, ONE, "outsider", record=record)) for record in ASKED])
        whole.append([json.dumps(ask(service, ONE, None, record=record)) for record in ASKED])
        service.close()
    assert told[0] == told[1]
    assert sum(a != b for a, b in zip(whole[0], told[0], strict=True)) >= 4, "the local reader does see them"


LIST = "Name,Date of birth,Phone,Shoe size\nBarnaby Ashcombe,1961-04-09,07612 000001,9\n,,,\n=cmd(),soon,,8\n"


def test_clew_match_writes_a_line_a_candidate(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(service, "officers", officers())
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    arguments = ["--data", str(tmp_path / "data"), "match", str(tmp_path / "list.csv")]
    assert main([*arguments, "--out", str(tmp_path / "found.csv")]) == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "found.csv").read_text(encoding="utf-8"))))
    assert [(row["row"], row["rank"], row["verdict"], row["caption"]) for row in rows] == [
        ("1", "1", "SAME", "Barnaby John Ashcombe"), ("2", "", "", ""), ("3", "", "", "")]  # fmt: skip
    assert "birth_date: same day (+14.5)" in rows[0]["because"]
    assert (rows[2]["asked"], rows[2]["rejected"]) == ("'=cmd(); soon", "birth_date: 'soon'")
    err = capsys.readouterr().err
    assert "row 1: Shoe size: '9': Not read" in err
    assert "row 2: the whole row: '': Left out: nothing stands in it." in err
    assert "2 records, 1 with candidates, 3 rejects" in err
    assert main([*arguments, "--json", "--first", "1"]) == 0
    first, _, last = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["candidates"][0]["verdict"], first["truncated"], last["candidates"]) == ("SAME", [], [])


@pytest.mark.parametrize("text", ["", "\n \n", "name,phone\n"])
def test_clew_match_refuses_a_list_without_a_record(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    assert main(["--data", str(tmp_path / "data"), "match", str(tmp_path / "list.csv")]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "is not at least one record: a bare name or number a line, or lines behind a header" in told.err


def test_clew_match_refuses_a_list_that_is_not_utf8(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.csv").write_bytes("José".encode("latin-1"))
    assert main(["--data", str(tmp_path / "data"), "match", str(tmp_path / "list.csv")]) == 1
    assert "is not UTF-8" in capsys.readouterr().err


def test_a_rebuild_makes_the_index_anew(service: Service) -> None:
    commit(service, "officers", officers())
    before = one(service, name="Tamsin Quick")
    service.rebuild()
    assert one(service, name="Tamsin Quick") == before
    assert document("match", 'record: {name: "x"}').startswith("{")


def test_a_server_answers_from_where_the_index_is_and_goes_on_in_the_background(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "SMALL", -1)
    monkeypatch.setattr(matching.Matches, "follow", lambda self, to: None)
    commit(service, "officers", officers()[:1])
    held = matching.matches(service)
    with pytest.raises(Busy):
        held.ready(service.view(service.scope(None)), wait=False)
    held.index.catch_up(Revision(1))
    commit(service, "more", officers()[1:])
    assert held.ready(service.view(service.scope(None)), wait=False).revision == 1
    monkeypatch.undo()
    held.follow(Revision(2))
    assert held._behind is not None
    assert held._behind.wait(60) == 0
    assert held.ready(service.view(service.scope(None)), wait=False).revision == 2
    held.stop()


def test_few_rows_that_another_process_is_long_about_are_not_waited_for(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "PATIENCE", 0.0)
    monkeypatch.setattr(matching.Matches, "follow", lambda self, to: None)
    commit(service, "officers", officers()[:1])
    held = matching.matches(service)
    held.index.catch_up(Revision(1))
    commit(service, "more", officers()[1:])
    with lease(held.index.path.with_suffix(".lease")):
        assert held.ready(service.view(service.scope(None)), wait=False).revision == 1
    assert held.ready(service.view(service.scope(None)), wait=False).revision == 2


def test_a_follower_that_fails_tells_why_and_is_not_begun_again_at_once(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    commit(service, "officers", officers())
    held = matching.matches(service)
    held.follow(Revision(9))
    begun = held._behind
    assert begun is not None
    assert begun.wait(60) == 1
    held.follow(Revision(9))
    assert held._behind is None
    assert "Delta of revision 2 is missing" in caplog.text


def test_a_follower_of_another_program_is_not_begun_again_without_end(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    commit(service, "officers", officers())
    held = matching.matches(service)
    monkeypatch.setattr(schema, "version", lambda: "this server's")
    held.follow(Revision(1))
    assert held._behind is not None
    assert held._behind.wait(60) == 0
    held.follow(Revision(1))
    assert held._behind is None
    assert "restart the server" in caplog.text


def test_a_follower_ends_with_its_server(service: Service) -> None:
    commit(service, "officers", officers())
    held = matching.matches(service)
    with lease(held.index.path.with_suffix(".lease")):
        held.follow(Revision(1))
        assert held._behind is not None
        assert held._behind.poll() is None
        began = held._behind
        held.stop()
    assert began.returncode == 2
