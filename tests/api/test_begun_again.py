"""What was killed is taken up again and ends as if it had not been; what it left lying is swept."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from api.schema import execute
from api.service import Service
from api.settings import Settings
from graph.directory import Directory
from graph.errors import Busy
from graph.files import scratch
from graph.lease import lease
from graph.model import Revision
from tests.api.conftest import open_service
from tests.api.naming import commit, seen
from tests.world import generate

ROOT = Path(__file__).parents[2]


def _clew(data: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "api.cli", "--data", str(data), *arguments]


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
FILES = (
    "BasicCompanyDataAsOneFile-2026-09-01.csv",
    "psc-snapshot-2026-09-01_1of1.txt",
    "stream-2026-09.jsonl",
    "opensky_departures_EGCC_20260901.json",
    "opensky_arrivals_EGCC_20260901.json",
)
ASKED = """{ changes(since: 0, first: 500) { revision changes { revision what put kind mentions entities { id caption } } }
  sources { name files { file revision read mentions links } }
  search(text: "limited", first: 100) { totalCount { value } nodes { id caption values { property value mentions } } }
  flights(first: 50) { totalCount { value relation } nodes { id caption } byRoute { values { value flights } } } }"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a register, its controllers, events and flights."""
    world, out = tmp_path_factory.mktemp("world"), tmp_path_factory.mktemp("files")
    generate(world, 200)
    for name in FILES:
        shutil.copy(world / name, out)
    return out


def answer(data: Path) -> str:
    service = open_service(data)
    found = json.dumps(execute(service, ASKED, {}))
    assert service.check()["problems"] == []
    service.close()
    return found


def test_an_ingest_that_was_killed_and_begun_again_ends_as_one_that_was_not(
    files: Path, tmp_path: Path
) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    for data in (killed, whole):
        open_service(data).close()
    assert main(["--data", str(whole), "ingest", str(files), "--json"]) == 0
    for lines in (1, 2):
        process = subprocess.Popen(
            _clew(killed, "ingest", str(files), "--json"), stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
        )
        assert process.stdout is not None
        told = [json.loads(process.stdout.readline())["revision"] for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert told == list(range(1, lines + 1)), (
            "what is held is told with its revision and not taken in again"
        )
    assert main(["--data", str(killed), "ingest", str(files), "--json"]) == 0
    assert answer(killed) == answer(whole)
    assert [path for path in killed.iterdir() if path.name.startswith("staging-")] == []


def test_two_ingests_into_one_directory_both_land_and_a_reader_sees_whole_revisions(
    files: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    service = open_service(data)
    parts = (FILES[:2], FILES[2:])
    writers = [
        subprocess.Popen(
            _clew(data, "ingest", *(str(files / name) for name in part), "--json"),
            stdout=subprocess.PIPE, text=True, env=ENVIRONMENT,
        )
        for part in parts
    ]  # fmt: skip
    counted: dict[int, set[str]] = {}
    done = threading.Event()

    def read() -> None:
        asked = "{ changes(since: 0, first: 1) { revision } sources { files { revision } } }"
        while not done.is_set():
            data = execute(service, asked, {})["data"]
            revisions = sorted(file["revision"] for source in data["sources"] for file in source["files"])
            counted.setdefault(data["changes"]["revision"], set()).add(json.dumps(revisions))

    reader = threading.Thread(target=read)
    reader.start()
    told = [writer.communicate()[0] for writer in writers]
    done.set()
    reader.join()
    assert [writer.returncode for writer in writers] == [0, 0]
    landed = [json.loads(line) for text in told for line in text.splitlines()]
    assert sorted(report["revision"] for report in landed) == [1, 2, 3, 4, 5]
    assert {report["file"] for report in landed} == set(FILES)
    assert counted == {head: {json.dumps(list(range(1, head + 1)))} for head in counted}
    assert service.check() == {"ok": True, "revisions": 5, "problems": []}
    service.close()


def test_a_commit_waits_for_the_lease_and_says_who_has_it(tmp_path: Path) -> None:
    with lease(tmp_path / "lease"), pytest.raises(Busy, match="Another process is committing to"):  # noqa: SIM117
        with lease(tmp_path / "lease", wait=0.1):
            pass


def test_work_folders_of_killed_processes_are_swept_and_those_of_living_ones_are_not(tmp_path: Path) -> None:
    (tmp_path / "staging-dead").mkdir()
    (tmp_path / "staging-dead" / "big").write_text("x")
    with scratch(tmp_path, "staging") as living, scratch(tmp_path, "staging") as other:
        assert sorted(tmp_path.iterdir()) == sorted([living, other])
    assert list(tmp_path.iterdir()) == []


def test_a_secret_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("graph.files.os.fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            _ = Directory(tmp_path).secret
    assert not (tmp_path / "secret").exists()
    made = Directory(tmp_path).secret
    assert len(made) == 32
    assert Directory(tmp_path).secret == made
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("step", ["deltas", "state.duckdb"])
def test_a_replacement_killed_between_its_steps_is_finished_by_whoever_comes_next(
    service: Service, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(service, "ACME LTD")
    commit(service, "ACME UK LTD")

    class Killed(BaseException):
        pass

    rename, replace = Path.rename, Path.replace

    def dying(method: Callable[[Path, Any], Path]) -> Callable[[Path, Any], Path]:
        def move(self: Path, target: Any) -> Path:
            if self.name == step and self.parent.name == "rebuilt":
                raise Killed
            return method(self, target)

        return move

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", dying(rename))
        patched.setattr(Path, "replace", dying(replace))
        with pytest.raises(Killed):
            service.rebuild()
    assert service.directory.replaced_halfway()
    assert seen(service) == ("ACME UK LTD", 2)
    assert service.check() == {"ok": True, "revisions": 2, "problems": []}
    assert not service.directory.replaced_halfway()
    assert commit(service, "ACME GLOBAL LTD") == 3
    assert service.check()["ok"]


def test_a_follower_killed_before_it_followed_is_driven_by_check(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(service, "ACME LTD")
    with monkeypatch.context() as patched:
        patched.setattr(Directory, "_drive", lambda self: None)
        commit(service, "ACME UK LTD")
    assert service.head() == Revision(1)
    assert service.check() == {"ok": True, "revisions": 2, "problems": []}
    assert seen(service) == ("ACME UK LTD", 2)


def test_a_store_made_until_a_revision_is_left_there_by_check(tmp_path: Path) -> None:
    service = open_service(tmp_path / "data")
    for name in ("ACME LTD", "ACME UK LTD", "ACME GLOBAL LTD"):
        commit(service, name)
    past = Service(Settings(data=tmp_path / "data", store=f"sqlite://{tmp_path}/past.db"))
    assert past.rebuild(1) == 1
    assert past.check()["problems"] == ["SqliteStore is at revision 1, the ledger at 3."]
    assert seen(past) == ("ACME LTD", 1)
    past.close()
    service.close()
