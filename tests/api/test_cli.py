"""The command line: what lands on stdout, and the exit status."""

from __future__ import annotations

import asyncio
import io
import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli import main
from api.examples import documents
from api.schema import schema
from api.service import Service
from api.settings import Settings
from api.websockets import Router
from ingest.formats import formats
from tests.world import generate

REGISTER = "BasicCompanyDataAsOneFile-2026-09-01.csv"
FIELDS = [
    "file", "format", "source", "read", "mentions", "links", "texts", "rejected", "skipped", "leftovers", "revision", "seconds",
]  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world")
    generate(out, 200)
    return out


def test_a_command_that_went_well_says_nothing_beside_its_answer(world: Path, tmp_path: Path) -> None:
    clew = [str(Path(sys.executable).with_name("clew")), "--data", str(tmp_path / "data")]
    subprocess.run([*clew, "ingest", str(world / REGISTER), "--json"], check=True, capture_output=True)
    done = subprocess.run(
        [*clew, "query", "-"],
        input='{ company(number: "1") { id } }',
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout.strip(), done.stderr) == ('{"data": {"company": null}}', "")


def test_ingest_prints_one_json_line_a_file_and_nothing_else(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(tmp_path / "data")
    (tmp_path / "photo.csv").write_bytes(b"\xff\xd8\xff\xe0 not a table")
    assert main(["--data", data, "ingest", str(world / REGISTER), str(tmp_path / "photo.csv"), "--json"]) == 1
    landed, refused = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert list(landed) == FIELDS
    assert (landed["file"], landed["format"], landed["source"]) == (
        REGISTER,
        "companies-house-basic",
        "companies-house-basic",
    )
    assert (landed["rejected"], landed["skipped"], landed["leftovers"], landed["revision"]) == (0, 0, {}, 1)
    assert list(refused) == ["file", "refused"]
    assert main(["--data", data, "ingest", str(world / REGISTER), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["revision"] == 1, "bytes already held commit nothing"
    assert main(["--data", data, "check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "revisions": 1, "problems": []}


def test_a_label_makes_a_source_of_its_own_and_a_reader_sees_only_theirs(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert main(["--data", str(data), "ingest", str(world / REGISTER), "--case", "op-heron", "--json"]) == 0
    (data / "readers.toml").write_text(
        '[anna]\ncases = ["op-heron"]\n\n[bert]\ncases = []\n', encoding="utf-8"
    )
    capsys.readouterr()
    for reader, names in (("anna", ["companies-house-basic (case=op-heron)"]), ("bert", [])):
        assert main(["--data", str(data), "sources", "--as", reader, "--json"]) == 0
        assert [json.loads(line)["name"] for line in capsys.readouterr().out.splitlines()] == names
    assert main(["--data", str(data), "sources", "--as", "nobody"]) == 1


def test_query_prints_graphql_json_and_fails_on_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("query Q($n: String!) { company(number: $n) { id } }"))
    assert main(["--data", str(tmp_path), "query", "-", "--variables", '{"n": "1"}']) == 0
    assert json.loads(capsys.readouterr().out) == {"data": {"company": None}}
    bad = tmp_path / "bad.graphql"
    bad.write_text('{ company(number: "##") { id } }', encoding="utf-8")
    assert main(["--data", str(tmp_path), "query", str(bad)]) == 1
    assert [e["extensions"]["code"] for e in json.loads(capsys.readouterr().out)["errors"]] == [
        "INVALID_VALUE"
    ]
    assert main(["--data", str(tmp_path), "query", str(bad), "--variables", "[1"]) == 2


@pytest.mark.parametrize("arguments", [["fly"], [], ["rebuild", "--until", "soon"], ["neo4j", "restart"]])
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: clew" in capsys.readouterr().err


def test_the_help_of_ingest_names_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["ingest", "--help"])
    told = " ".join(capsys.readouterr().out.split()).replace("- ", "-")
    assert f"Formats: {', '.join(formats())}." in told


@pytest.mark.parametrize(
    "store", [None, "sqlite:///", "sqlite://{data}/store.db", "sqlite://{data}/../{name}/store.db"]
)
def test_until_never_replaces_the_live_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], store: str | None
) -> None:
    given = ["--store", store.format(data=tmp_path, name=tmp_path.name)] if store else []
    assert main(["--data", str(tmp_path), *given, "rebuild", "--until", "0"]) == 1
    assert "--store" in capsys.readouterr().err
    assert (
        main(["--data", str(tmp_path), "--store", f"sqlite://{tmp_path}/other.db", "rebuild", "--until", "0"])
        == 0
    )


def test_the_service_answers_over_http_in_the_scope_of_the_reader_named(world: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    main(["--data", str(data), "ingest", str(world / REGISTER), "--case", "op-heron", "--json"])
    (data / "readers.toml").write_text("[bert]\ncases = []\n", encoding="utf-8")
    service = Service(Settings(data=data))
    client = TestClient(create_app(service))
    ask = {"query": "{ sources { name } }"}
    local = client.post("/graphql", json=ask)
    assert local.json()["data"]["sources"] == [{"name": "companies-house-basic (case=op-heron)"}]
    assert client.post("/graphql", json=ask, headers={"Clew-Reader": "bert"}).json() == {
        "data": {"sources": []}
    }
    assert client.post("/graphql", json=ask, headers={"Clew-Reader": "nobody"}).status_code == 403
    assert client.get("/health").json() == {"revision": 1}
    service.close()


def test_answers_are_json_text_whatever_is_in_them() -> None:
    router = Router(schema)
    for value in ({"a": ["Ünder", None, 1.5, True]}, {"a": 2**80}, {"a": "\ud800"}, {"a": {1: "b"}}):
        text = router.encode_json({"data": value})
        assert isinstance(text, str)
        assert json.loads(text) == json.loads(json.dumps({"data": value}))


def test_a_slow_question_does_not_hold_up_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(Settings(data=tmp_path))
    app, asked = create_app(service), threading.Event()
    told: list[bool] = []
    monkeypatch.setattr(service, "sources", lambda *_: told.append(asked.wait(20)) or [])

    async def both() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://clew") as client:
            slow = asyncio.create_task(client.post("/graphql", json={"query": "{ sources { name } }"}))
            while not slow.done() and not asked.is_set():
                if (await client.get("/health")).status_code == 200:
                    asked.set()
            await slow

    asyncio.run(both())
    assert told == [True]
    service.close()


def test_graphiql_opens_with_the_worked_examples_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    service = Service(Settings(data=tmp_path))
    client = TestClient(create_app(service))
    page = client.get("/graphql", headers={"Accept": "text/html"})
    embedded = page.text.partition('id="examples">')[2].partition("</script>")[0]
    assert json.loads(embedded) == list(documents().values())
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert all(path.startswith("/assets/") for path in loaded)
    assert {client.get(path).status_code for path in loaded} == {200}
    assert len(loaded) == 6
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert client.get("/assets/graphiql.html").status_code == 404
    service.close()


def test_what_cannot_be_asked_is_said_in_json_and_usage_is_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = ["--data", str(tmp_path / "data")]
    for text, said in (
        ("", "The document is empty: nothing is asked."),
        (
            "subscription { changes { revision } }",
            "A subscription is followed at /graphql over a WebSocket, or with `clew watch --follow`.",
        ),
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        assert main(["query", "-", *data]) == 1
        answer = json.loads(capsys.readouterr().out)
        assert answer == {"data": None, "errors": [{"message": said, "extensions": {"code": "REFUSED"}}]}
    for text, code in (
        ('{ flights(asOf: { valid: "2025-13-12" }) { revision } }', "GRAPHQL_VALIDATION_FAILED"),
        ("{ flights(", "GRAPHQL_PARSE_FAILED"),
        ("{ flights(", "GRAPHQL_PARSE_FAILED"),
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        assert main(["query", "-", *data]) == 1
        (error,) = json.loads(capsys.readouterr().out)["errors"]
        assert error["extensions"] == {"code": code}
    for wrong in (["--zone", "Mars/X"], ["--format", "none"]):
        assert main([*data, "ingest", str(tmp_path), *wrong]) == 2
    assert main([*data, "query", "-", "--variables", "[]"]) == 2


def test_a_store_that_is_behind_is_told_of_and_the_live_one_brought_up(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, past = ["--data", str(tmp_path / "data")], f"sqlite://{tmp_path}/past.db"
    files = sorted(map(str, world.glob("*.json")))[:2]
    assert main([*data, "ingest", *files]) == 0
    assert main(["rebuild", "--until", "1", *data, "--store", past]) == 0
    capsys.readouterr()

    def asked(*more: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("{ flights { revision } }"))
        assert main([*data, "query", "-", *more]) == 0
        told = capsys.readouterr()
        return json.loads(told.out)["data"]["flights"]["revision"], told.err

    revision, said = asked("--store", past)
    assert (revision, said.split(":")[0]) == (1, "The answer is as of revision 1 of 2")
    assert asked() == (2, "")
