"""A watched folder: what is complete is taken in once, refused files are told, and a restart reads nothing again."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.folder import Folder
from api.intake import Intake
from api.service import Service
from tests.api.asking import CASE, data
from tests.api.conftest import open_service
from tests.api.following import START, free_port, subscribed
from tests.world import generate

REGISTER = "BasicCompanyDataAsOneFile-2026-09-01.csv"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world")
    generate(out, 200)
    return out


def opened(service: Service, path: Path) -> tuple[Folder, list[dict[str, Any]]]:
    told: list[dict[str, Any]] = []
    return Folder(service, path, Intake(), told.append, settled=1), told


def test_a_file_whose_writer_pauses_is_waited_for(service: Service, tmp_path: Path, world: Path) -> None:
    told: list[dict[str, Any]] = []
    folder = Folder(
        service, tmp_path / "inbox", Intake(label=CASE, source="case books"), told.append, settled=3
    )
    (tmp_path / "inbox").mkdir()
    whole = (world / REGISTER).read_bytes()
    (tmp_path / "inbox" / REGISTER).write_bytes(whole[:1000])
    assert [folder.look(), folder.look(), folder.look()] == [0, 0, 0]
    (tmp_path / "inbox" / REGISTER).write_bytes(whole)
    assert [folder.look() for _ in range(4)] == [0, 0, 0, 1]
    assert (
        [report["revision"] for report in told],
        CASE in dict(service.directory.ledger.labels()).values(),
    ) == ([1], True)


def test_a_file_is_taken_in_once_it_no_longer_grows_and_never_again(
    service: Service, tmp_path: Path, world: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    folder, told = opened(service, inbox)
    whole = (world / REGISTER).read_bytes()
    (inbox / REGISTER).write_bytes(whole[:1000])
    assert folder.look() == 0
    (inbox / REGISTER).write_bytes(whole)
    (inbox / "later.csv.part").write_bytes(whole)
    (inbox / ".hidden.csv").write_bytes(whole)
    assert [folder.look(), folder.look(), folder.look()] == [0, 1, 0]
    assert [(report["file"], report["revision"]) for report in told] == [(REGISTER, 1)]
    again, told = opened(service, inbox)
    assert [again.look(), again.look()] == [0, 0]
    assert told == []
    os.utime(inbox / REGISTER, (1, 1))
    assert [again.look(), again.look()] == [0, 1]
    assert [report["revision"] for report in told] == [1], "bytes already held commit nothing"


def test_a_refused_file_is_told_once_and_stays_where_it_is(service: Service, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "photo.csv").write_bytes(b"\xff\xd8\xff\xe0 not a table")
    folder, told = opened(service, inbox)
    assert [folder.look(), folder.look(), folder.look()] == [0, 1, 0]
    assert [list(report) for report in told] == [["file", "refused"]]
    assert (inbox / "photo.csv").exists()


@contextmanager
def clew(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A clew process that is ended with the body."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


WATCH = (
    """mutation W($n: String!) { watch(input: {kind: Company, identifier: $n}) { userErrors { message } } }"""
)
ALERTS = """subscription A($after: String) { alerts(after: $after) { revision change sources
  statements { file } link { source { caption } } } }"""


def test_a_folder_and_another_process_both_reach_a_subscriber_of_a_served_clew(
    tmp_path: Path, world: Path
) -> None:
    (tmp_path / "inbox").mkdir()
    service = open_service(tmp_path / "data")
    snapshot = next(world.glob("psc-snapshot*"))
    first = json.loads(next(line for line in snapshot.open(encoding="utf-8") if "company_number" in line))
    number = first["company_number"]
    assert data(service, WATCH, n=number)["watch"]["userErrors"] == []
    service.close()
    held, port = str(tmp_path / "data"), free_port()

    async def follow() -> list[dict[str, Any]]:
        async with subscribed(port, ALERTS, None, {"after": START}) as subscriber:
            staged = tmp_path / "inbox" / "arriving.part"
            shutil.copy(world / REGISTER, staged)
            staged.rename(staged.with_name(REGISTER))
            got = [(await subscriber.next())["alerts"]]
            with clew("--data", held, "ingest", str(snapshot), "--json") as ingest:
                got.append((await subscriber.next())["alerts"])
                assert await asyncio.to_thread(ingest.wait) == 0
            return got

    with clew("--data", held, "serve", "--port", str(port), "--folder", str(tmp_path / "inbox")) as serve:
        while serve.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{port}/health")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        got = asyncio.run(follow())
    assert [(alert["revision"], alert["change"]) for alert in got] == [(1, "CREATED"), (2, "CREATED")]
    assert [alert["statements"][0]["file"] for alert in got] == [REGISTER, snapshot.name]
