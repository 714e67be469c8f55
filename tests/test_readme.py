"""The README's worked queries, run against the demo's case. `python -m tests.test_readme` writes the answers anew."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api import demo
from api.examples import documents
from api.schema import execute
from api.service import Service
from api.settings import Settings

README = Path(__file__).parents[1] / "README.md"
WORKED = re.compile(r"```graphql\n(.*?)```\n```json\n(.*?)```", re.DOTALL)


def case(data: Path) -> Service:
    """The demo's case, taken in."""
    settings, _ = demo.prepare(Settings(data=data))
    service = Service(settings)
    assert demo.take_in(service) == []
    return service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    opened = case(tmp_path_factory.mktemp("demo"))
    yield opened
    opened.close()


def answer(service: Service, document: str) -> Any:
    return json.loads(json.dumps(execute(service, document, {})))


def test_the_readme_has_the_ten_worked_queries_that_graphiql_opens_with() -> None:
    shown = [document for document, _ in WORKED.findall(README.read_text(encoding="utf-8"))]
    assert shown == list(documents().values())
    assert len(shown) == 10


def test_every_worked_query_gives_the_answer_beside_it(service: Service) -> None:
    for document, written in WORKED.findall(README.read_text(encoding="utf-8")):
        assert answer(service, document) == json.loads(written), document


FAMILIES = {
    "companies-house": "companies",
    "aerodatabox": "flights",
    "opensky-flightlist": "flights",
    "vcard": "phone books",
    "discord": "chats",
    "map-listings": "listings",
}


def test_one_path_runs_through_all_five_families_and_every_step_has_its_records(service: Service) -> None:
    through = answer(service, documents()["7_through_all_families"])["data"]["paths"]
    (path,) = through["paths"]
    kinds = [entity["kind"] for entity in path["entities"]]
    assert kinds == ["Company", "Person", "Phone", "Account", "Flight", "Account", "Phone", "Listing"]
    steps = [[link["kind"] for link in links] for links in path["links"]]
    assert steps == [["OFFICER_OF"], ["HAS_PHONE"], *[["MENTIONS"]] * 4, ["HAS_PHONE"]]
    assert all(link["provenance"]["statements"] for links in path["links"] for link in links)
    told = [{s["source"] for s in entity["provenance"]["statements"]} for entity in path["entities"]]
    assert {FAMILIES.get(name, "companies") for names in told for name in names} == set(FAMILIES.values())
    assert told[1] == {"companies-house", "vcard"}, "the director and the phone book's entry are one"
    assert through["skippedHubs"] == through["truncated"] == []


@pytest.mark.neo4j
def test_a_real_neo4j_gives_the_same_answers_to_all_worked_queries(service: Service, neo4j_url: str) -> None:
    other = Service(replace(service.settings, store=neo4j_url))
    other.rebuild()
    for document in documents().values():
        assert answer(other, document) == answer(service, document), document
    other.close()


def test_the_case_is_found_sound_and_the_demo_prints_its_chain(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    found = service.directory.check()
    assert found["problems"] == []
    data = service.settings.data.parent
    assert demo.run(Settings(data=data), serve_after=False) == 0
    printed = capsys.readouterr().out
    for told in (
        "HALDRIDGE FREIGHT TERMINALS LIMITED (08816402)",
        "TALMERE NOMINEES 21 LIMITED controls it from 2026-10-22",
        "Mr Radosław Wierzbicki: 21.0938 to 75 %; majority at every step: Mr Radosław Wierzbicki > PELHAVEN MERIDIAN"
        " HOLDINGS LIMITED > CORVANE AIR CHARTER LTD > TALMERE NOMINEES 21 LIMITED  [PERSON]",
        "Lenmore Trustees (Jersey) Limited: 14.0625 to 50 %  [NOT_ON_REGISTER: Jersey]",
        "A decoy: SUITE 900 14 LARKSPUR GARDENS, LONDON, ENGLAND, EC2Q 7TZ is the office of 74 companies",
        "It keeps meeting a date at Old Buckenham Airfield:",
        "G-CVNE on 2026-10-23, the day after: TALMERE NOMINEES 21 LIMITED CONTROLS HALDRIDGE FREIGHT TERMINALS LIMITED",
    ):
        assert told in printed, told
    assert service.directory.ledger.head() == found["revisions"], "taking the case in again commits nothing"


def test_how_and_why_not_tell_of_a_merge_and_of_two_that_stay_two(service: Service) -> None:
    worked = documents()
    how = answer(service, worked["9_how_was_he_put_together"])["data"]["how"]
    assert [(s["basis"], s["decision"]["by"]) for s in how["steps"]] == [("model", "person-1")]
    assert {part["caption"] for part in how["steps"][0]["parts"]} == {
        "Gareth Penhaligon",
        "Gareth PENHALIGON",
    }
    two = answer(service, worked["10_why_are_they_two"])["data"]["whyNot"]
    assert (two["verdict"], [one["code"] for one in two["against"]]) == ("KEPT_APART", ["NOT_CORROBORATED"])
    assert "surname and birth month" in {key["name"] for key in two["keys"] if key["meets"]}


def shown(value: Any, indent: int = 0, width: int = 118) -> str:
    """JSON for reading: what fits on a line is on one."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= width or not isinstance(value, dict | list) or not value:
        return flat
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        inner = [f"{pad}{json.dumps(key)}: {shown(item, indent + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(inner) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(pad + shown(item, indent + 1) for item in value) + "\n" + " " * indent + "]"


def write() -> None:
    """Put the answers of today into the README: read the diff."""
    with tempfile.TemporaryDirectory() as folder:
        opened = case(Path(folder))

        def filled(match: re.Match[str]) -> str:
            text = shown(answer(opened, match[1]))
            return f"```graphql\n{match[1]}```\n```json\n{text}\n```"

        README.write_text(WORKED.sub(filled, README.read_text(encoding="utf-8")), encoding="utf-8")
        opened.close()


if __name__ == "__main__":
    write()
