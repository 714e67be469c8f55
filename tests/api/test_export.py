"""Exports: the crosswalk names every visible mention's entity and place; graphs are valid CSV and GraphML."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkit as nk
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli import main
from api.export import CROSSWALK, crosswalk, guarded
from api.graphml import graphml
from api.intake import Intake
from api.schema import execute
from api.service import Service
from tests.api.asking import CASE, READERS, commit, company, control, mixed_world
from tests.api.conftest import open_service
from tests.graph.batches import M, R
from tests.world import generate

NS = "{http://graphml.graphdrawing.org/xmlns}"


@pytest.fixture
def service(tmp_path: Path) -> Any:
    opened = open_service(tmp_path / "data")
    (tmp_path / "data" / "readers.toml").write_text(READERS, encoding="utf-8")
    yield opened
    opened.close()


def rows(service: Service, out: Path, reader: str | None = None, **more: Any) -> list[dict[str, str]]:
    count = crosswalk(service, service.view(service.scope(reader)), out, **more)
    with out.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert len(found) == count
    return found


def test_a_row_tells_where_a_record_stands_and_which_entity_it_is_of(
    service: Service, tmp_path: Path
) -> None:
    commit(service, "register", [company(1, "ACME LTD"), company(2, "=BETA LTD")])
    commit(service, "controllers", [control(1, "Jo Smith", "12345678")])
    acme, beta = (
        execute(service, f'{{ company(number: "{n}") {{ id }} }}', {})["data"]["company"]["id"]
        for n in (1, 2)
    )
    found = rows(service, tmp_path / "out.csv", kind="Company")
    assert tuple(found[0]) == CROSSWALK
    assert sorted(tuple(row.values()) for row in found) == sorted(
        [
            (acme, "Company", "register", "test", "register.csv", "1", "company", "ACME LTD"),
            (acme, "Company", "controllers", "test", "controllers.csv", "1", "company", ""),
            (beta, "Company", "register", "test", "register.csv", "2", "company", "'=BETA LTD"),
        ]
    )
    assert [row["entity_id"] for row in found] == sorted(row["entity_id"] for row in found)
    assert len(rows(service, tmp_path / "out.csv")) == 6
    plain = rows(service, tmp_path / "out.csv", kind="Company", plain=True)
    assert {row["caption"] for row in plain} == {"ACME LTD", "", "=BETA LTD"}


@pytest.mark.parametrize("reader", [None, "outsider"])
def test_the_crosswalk_is_of_the_entities_that_its_reader_sees(
    service: Service, tmp_path: Path, reader: str | None
) -> None:
    ids = mixed_world(service, 5, hidden=True, steps=4)
    view = service.view(service.scope(reader))
    mentions = service.store.mentions(view, ids=[bytes.fromhex(mid) for mid in ids])
    entities = service.graph.entities(view, [m.mid for m in mentions])
    names = {source.id: source.name for source in service.directory.ledger.sources()}
    want = sorted(
        (e.id.hex(), e.kind, names[m.source], m.slot, m.caption)
        for m, e in zip(mentions, entities, strict=True)
        if e is not None
    )
    found = rows(service, tmp_path / "out.csv", reader, plain=True)
    columns = ("entity_id", "kind", "source", "slot", "caption")
    assert sorted(tuple(row[name] for name in columns) for row in found) == want
    assert len(want) > 30


def test_hidden_rows_change_no_byte_of_an_export(tmp_path: Path) -> None:
    told = []
    for hidden in (False, True):
        service = open_service(tmp_path / f"{hidden}")
        (tmp_path / f"{hidden}" / "readers.toml").write_text(READERS, encoding="utf-8")
        mixed_world(service, 6, hidden=hidden, steps=4)
        view = service.view(service.scope("outsider"))
        crosswalk(service, view, tmp_path / "out.csv")
        found = service.graph.by_identifier(view, ["company_number:GB-COH/00000001"])
        near = service.graph.neighbourhood(view, [found[0][0].id], hops=2)
        told.append(((tmp_path / "out.csv").read_bytes(), list(graphml(near))))
        service.close()
    assert told[0] == told[1]
    assert len(told[0][0]) > 2000


def test_the_locator_is_the_record_s_number_whatever_lines_stand_between(tmp_path: Path) -> None:
    """A made-up register with a blank line, a record over two lines and a bad one: numbers count records."""
    generate(tmp_path / "world", 200)
    name = "BasicCompanyDataAsOneFile-2026-09-01.csv"
    text = (tmp_path / "world" / name).read_text(encoding="utf-8").split("\n")
    bad = '"' + '","'.join(["X"] * (text[0].count(",") + 1)) + '"'
    file = tmp_path / name
    file.write_text("\n".join([text[0], text[1], "", bad, *text[2:12], ""]), encoding="utf-8")
    service = open_service(tmp_path / "data")
    (report,) = service.ingest(file, Intake())
    assert (report["read"], report["rejected"]) == (12, 1)
    found = rows(service, tmp_path / "out.csv", kind="Company")
    numbers = {row["locator"]: row["caption"] for row in found}
    captions = [line.split('","')[0].strip('"') for line in text[1:12]]
    assert [numbers[n] for n in ("1", "3", "4", "12")] == [
        captions[0],
        captions[1],
        captions[2],
        captions[10],
    ]
    assert "2" not in numbers
    service.close()


def test_a_record_that_a_snapshot_ended_is_shown_where_it_stood_last(
    service: Service, tmp_path: Path
) -> None:
    commit(service, "register", [company(1, "ACME LTD"), company(2, "BETA LTD")])
    snapshot = {"complete": True, "absence": "closed", "observed_at": "2026-02-01T00:00:00Z"}
    commit(service, "register", [company(1, "ACME LTD", day="2026-02-01")], file="later.csv", **snapshot)
    found = rows(service, tmp_path / "out.csv", kind="Company")
    assert {row["caption"]: (row["file"], row["locator"]) for row in found} == {
        "ACME LTD": ("register.csv", "1"),
        "BETA LTD": ("register.csv", "2"),
    }


@pytest.mark.parametrize("text", ["=1+1", "+44 7700", "-x", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe(
    service: Service, tmp_path: Path, text: str
) -> None:
    assert guarded(text) == "'" + text
    assert [guarded(each) for each in ("Acme = 1", "", 5, "'x")] == ["Acme = 1", "", 5, "'x"]
    commit(service, "register", [R("1", "2026-01-01", (M("company", "Company", (), text),))])
    assert [row["caption"] for row in rows(service, tmp_path / "out.csv")] == ["'" + text]


def test_graphml_is_read_by_others_and_holds_what_the_answer_shows(service: Service, tmp_path: Path) -> None:
    odd = 'A <b>&amp; "c" \' \x00\x0b \ufffe 😀 ]]>'
    commit(service, "register", [company(1, odd), company(2, "BETA LTD")])
    commit(service, "controllers", [control(1, "Jo Smith", "12345678"), control(2, "Jo Smith", "12345678")])
    query = tmp_path / "ask.graphql"
    query.write_text(
        '{ search(text: "Jo Smith") { nodes { id expand { links { id } } } } }', encoding="utf-8"
    )
    out = tmp_path / "out.graphml"
    data = str(service.settings.data)
    assert main(["--data", data, "export", "graph", "--query", str(query), "--out", str(out)]) == 0
    tree = ElementTree.parse(out)
    nodes, edges = list(tree.iter(f"{NS}node")), list(tree.iter(f"{NS}edge"))
    captions = {
        node.attrib["id"]: next(d.text for d in node if d.attrib["key"] == "n_caption") for node in nodes
    }
    assert sorted(filter(None, captions.values())) == [
        'A <b>&amp; "c" \' \ufffd\ufffd \ufffd 😀 ]]>',
        "BETA LTD",
        "Jo Smith",
    ]
    assert [captions[e.attrib["source"]] for e in edges] == ["Jo Smith", "Jo Smith"]
    keys = {key.attrib["id"] for key in tree.iter(f"{NS}key")}
    assert {d.attrib["key"] for d in tree.iter(f"{NS}data")} <= keys
    read = nk.graphio.GraphMLReader().read(str(out))
    assert (read.numberOfNodes(), read.numberOfEdges()) == (3, 2)


def test_csv_of_a_graph_is_two_files_and_packed_answers_export_alike(
    service: Service, tmp_path: Path
) -> None:
    commit(service, "register", [company(1, "ACME LTD")])
    commit(service, "controllers", [control(1, "@Jo", "12345678")])
    found = execute(service, '{ company(number: "1") { id } }', {})["data"]["company"]["id"]
    data = str(service.settings.data)
    typed, packed = tmp_path / "typed.csv", tmp_path / "packed.csv"
    assert (
        main(["--data", data, "export", "graph", "--ids", found, "--format", "csv", "--out", str(typed)]) == 0
    )
    query = tmp_path / "ask.graphql"
    query.write_text(
        f'{{ graph(ids: ["{found}"], around: 1) {{ ids linkKinds sources targets revision }} }}',
        encoding="utf-8",
    )
    assert (
        main(
            [
                "--data",
                data,
                "export",
                "graph",
                "--query",
                str(query),
                "--format",
                "csv",
                "--out",
                str(packed),
            ]
        )
        == 0
    )
    for part in ("nodes", "links"):
        one, other = ((tmp_path / f"{name}.{part}.csv").read_text() for name in ("typed", "packed"))
        assert sorted(one.splitlines()) == sorted(other.splitlines())
    links = list(csv.DictReader((tmp_path / "typed.links.csv").open()))
    assert [(link["kind"], link["valid_from"], link["valid_to"]) for link in links] == [
        ("CONTROLS", "2021-01-01", ""),
        ("REGISTERED_AT", "2020-01-01", ""),
    ]
    nodes = list(csv.DictReader((tmp_path / "typed.nodes.csv").open()))
    assert {node["caption"] for node in nodes} == {"ACME LTD", "'@Jo", "1 HIGH ST"}


def test_exports_over_http_are_those_of_the_reader(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD")])
    commit(service, "case", [control(1, "Jo Dark", "12345678")], CASE)
    client = TestClient(create_app(service))
    outsider = {"Clew-Reader": "outsider"}
    found = execute(service, '{ company(number: "1") { id } }', {})["data"]["company"]["id"]
    for headers, people in ((None, 1), (outsider, 0)):
        for path in (f"/export/nodes.csv?ids={found}&around=1", "/export/crosswalk.csv"):
            answer = client.get(path, headers=headers)
            assert answer.status_code == 200
            assert answer.text.count("Jo Dark") == people
    body = {"query": f'{{ node(id: "{found}") {{ id expand {{ links {{ id }} }} }} }}'}
    xml = client.post("/export/graph.graphml", json=body, headers=outsider)
    assert xml.headers["content-type"].startswith("application/graphml+xml")
    assert len(list(ElementTree.fromstring(xml.text).iter(f"{NS}edge"))) == 1
    assert client.get("/export/nodes.csv?ids=zz").json()["code"] == "INVALID_VALUE"
    assert client.get("/export/crosswalk.csv?kind=Dragon").json()["code"] == "INVALID_VALUE"
    assert client.get("/export/crosswalk.csv", headers={"Clew-Reader": "nobody"}).status_code == 403
    assert not list(service.settings.data.glob(".crosswalk*"))


def test_an_empty_directory_exports_headers_alone(service: Service, tmp_path: Path) -> None:
    assert rows(service, tmp_path / "out.csv") == []
    assert (tmp_path / "out.csv").read_text() == ",".join(CROSSWALK) + "\n"


def test_what_an_export_leaves_out_is_told(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(service, "register", [company(n, f"C{n} LTD") for n in range(1, 6)])
    commit(service, "controllers", [control(n, "Jo Smith", "12345678") for n in range(1, 6)])
    found = execute(service, '{ company(number: "1") { id } }', {})["data"]["company"]["id"]
    data, out = str(service.settings.data), ["--format", "graphml", "--out", str(tmp_path / "x.graphml")]
    ask = ["--data", data, "export", "graph", "--ids", found, *out]
    assert main([*ask, "--hops", "3", "--max-degree", "3"]) == 0
    assert "Not gone through, being linked to more than 3 (--max-degree): " in capsys.readouterr().err
    assert main([*ask, "--first", "2"]) == 0
    assert "Cut at 2: there is more; --first N lists up to" in capsys.readouterr().err
    assert main(["--data", data, "export", "graph", "--ids", "00" * 16, *out]) == 1
    assert f"nothing held, or nothing that you may see, has the id {'00' * 16}." in capsys.readouterr().err


def test_what_cannot_be_exported_is_told(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(service.settings.data)
    out = ["--out", str(tmp_path / "x.csv")]
    assert main(["--data", data, "export", "crosswalk", "--kind", "Dragon", *out]) == 1
    assert "Company" in capsys.readouterr().err
    assert main(["--data", data, "export", "graph", *out]) == 1
    assert main(["--data", data, "export", "crosswalk", "--out", str(tmp_path / "no/where.csv")]) == 1
    assert main(["--data", data, "export", "crosswalk", "--as", "nobody", *out]) == 1
    assert not (tmp_path / "x.csv").exists()
