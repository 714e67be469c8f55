"""The launcher against the real server: it runs, it has Graph Data Science, and it harms no other process."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from graphdatascience import GraphDataScience
from jgo.env import EnvironmentSpec, LockFile, compute_spec_hash
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import AuthError

from graph.errors import Busy, Corrupt, Refused, Unreachable
from graph.neo4j_server import (
    Neo4jServer,
    Settings,
    Status,
    import_admin,
    jars,
    password,
    start_detached,
    status,
    stop_detached,
)

QUICK = Settings(heap="512m", page_cache="64m", quick=True)


def _closed(url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) != 0


@pytest.fixture
def driver(neo4j_url: str) -> Driver:
    return GraphDatabase.driver(neo4j_url, auth=None)


@pytest.mark.neo4j
def test_the_server_has_the_locked_versions(driver: Driver) -> None:
    with driver:
        gds = driver.execute_query("RETURN gds.version() AS version").records[0]["version"]
        product = driver.execute_query(
            "CALL dbms.components() YIELD versions, edition RETURN versions[0], edition"
        )
    assert gds == "2.13.9"
    assert product.records[0].values() == ["5.26.28", "community"]


@pytest.mark.neo4j
def test_graph_data_science_projects_and_finds_components(neo4j_url: str) -> None:
    gds = GraphDataScience(neo4j_url, auth=None)
    gds.run_cypher(
        "CREATE (:LauncherProbe {n: 1})-[:PROBES]->(:LauncherProbe {n: 2}), (:LauncherProbe {n: 3})"
    )
    try:
        graph, projected = gds.graph.project.native("launcher-probe", "LauncherProbe", "PROBES")
        with graph:
            assert (projected.node_count, projected.relationship_count) == (3, 1)
            assert gds.wcc.stats(graph).component_count == 2
    finally:
        gds.run_cypher("MATCH (n:LauncherProbe) DETACH DELETE n")
        gds.close()


@pytest.mark.neo4j
def test_a_detached_server_asks_for_its_password_and_is_stopped_by_its_home(tmp_path: Path) -> None:
    started = start_detached(tmp_path, Settings(heap="512m", page_cache="64m", auth=True, quick=True))
    try:
        secret = password(tmp_path)
        assert secret is not None
        assert stat.S_IMODE((tmp_path / "password").stat().st_mode) == 0o600
        assert started == status(tmp_path)
        assert started.url is not None
        with GraphDatabase.driver(started.url, auth=("neo4j", secret)) as driver:
            assert driver.execute_query("RETURN 1 AS one").records[0]["one"] == 1
        with GraphDatabase.driver(started.url, auth=("neo4j", "wrong")) as driver, pytest.raises(AuthError):
            driver.verify_connectivity()
        with pytest.raises(Busy, match="already served at"):
            Neo4jServer(tmp_path, QUICK).start()
        with pytest.raises(Busy, match="only on a stopped one"):
            import_admin(tmp_path, "server", "report")
    finally:
        stopped = stop_detached(tmp_path)
    assert stopped
    assert status(tmp_path) == Status(tmp_path)
    assert _closed(started.url)
    assert not stop_detached(tmp_path)


@pytest.mark.neo4j
def test_an_imported_graph_is_served_and_a_server_dies_with_the_process_that_started_it(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    nodes = tmp_path / "people.csv"
    nodes.write_text("id:ID,:LABEL\n1,Person\n2,Person\n")
    said = import_admin(home, "database", "import", "full", "neo4j", f"--nodes={nodes}", heap="256m")
    assert "2 nodes" in said
    assert (home / "import.report").exists()
    script = (
        "import sys, time; from pathlib import Path; from graph.neo4j_server import *\n"
        "s = Settings(heap='512m', page_cache='64m', quick=True)\n"
        "print(Neo4jServer(Path(sys.argv[1]), s).start(), flush=True); time.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", script, str(home)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    url = owner.stdout.readline().strip()
    with GraphDatabase.driver(url, auth=None) as driver:
        assert driver.execute_query("MATCH (p:Person) RETURN count(p) AS people").records[0]["people"] == 2
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    deadline = time.monotonic() + 60
    while status(home).running and time.monotonic() < deadline:
        time.sleep(0.1)  # waits for another process; bounded by the deadline
    assert status(home) == Status(home)


def test_a_stranger_with_the_recorded_pid_is_never_signalled(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (tmp_path / "server.json").write_text(json.dumps({"pid": stranger.pid, "url": "neo4j://127.0.0.1:1"}))
        assert status(tmp_path) == Status(tmp_path)
        assert not stop_detached(tmp_path)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("state", ["", "{", "[]", '{"pid": "x", "url": ""}', '{"url": "neo4j://x"}'])
def test_an_unreadable_state_file_means_not_running(tmp_path: Path, state: str) -> None:
    (tmp_path / "server.json").write_text(state)
    assert status(tmp_path) == Status(tmp_path)


def test_a_server_that_cannot_start_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    server = Neo4jServer(tmp_path, Settings(heap="nonsense"))
    with pytest.raises(Unreachable, match=r"(?s)ended with code 1.*Invalid initial heap size"):
        server.start()
    assert server.status() == Status(tmp_path)
    assert not (tmp_path / "server.json").exists()


def test_a_failing_admin_command_is_refused_with_its_words(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"(?s)neo4j-admin database import failed.*no-such-file"):
        import_admin(
            tmp_path,
            "database",
            "import",
            "full",
            "neo4j",
            f"--nodes={tmp_path}/no-such-file.csv",
            heap="256m",
        )
    assert not (tmp_path / "conf" / "admin.args").exists()


def test_the_lock_is_of_the_committed_wishes_and_names_no_host() -> None:
    lock = LockFile.load(jars.LOCK)
    spec = jars.LOCK.with_name("jgo.toml")
    assert len(lock.dependencies) == 345
    assert lock.spec_hash == compute_spec_hash(spec)
    locked = {f"{jar.groupId}:{jar.artifactId}:{jar.version}" for jar in lock.dependencies}
    assert set(EnvironmentSpec.load(spec).coordinates) - locked == set()
    assert all(jar.sha256 and len(jar.sha256) == 64 for jar in lock.dependencies)
    assert "://" not in jars.LOCK.read_text()


def test_a_jar_cut_short_by_a_kill_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = LockFile.load(jars.LOCK)
    lock.dependencies = lock.dependencies[:1]
    lock.save(tmp_path / "one.lock.toml")
    monkeypatch.setattr(jars, "LOCK", tmp_path / "one.lock.toml")
    monkeypatch.setenv("M2_REPO", str(tmp_path / "none"))
    (whole,) = jars.jars()
    short = tmp_path / "cache" / whole.relative_to(jars.user_cache())
    short.parent.mkdir(parents=True)
    short.write_bytes(whole.read_bytes()[:100])

    fetched: list[str] = []

    def fetch(artifact: object) -> Path:
        fetched.append(str(artifact))
        assert not short.exists()
        short.write_bytes(b"not the jar")
        return short

    monkeypatch.setattr("jgo.maven.Artifact.resolve", fetch)
    with pytest.raises(Corrupt, match="the lock says 1020fcbc"):
        jars.jars(tmp_path / "cache")
    assert len(fetched) == 1
    assert not short.exists()


def test_a_jar_that_cannot_be_fetched_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(artifact: object) -> Path:
        raise OSError("no route")

    monkeypatch.setenv("M2_REPO", str(tmp_path / "none"))
    monkeypatch.setattr("jgo.maven.Artifact.resolve", fail)
    with pytest.raises(Unreachable, match=r"could not be fetched into .* \(no route\)"):
        jars.jars(tmp_path / "cache")
    assert os.listdir(tmp_path / "cache") == [".lock"]
