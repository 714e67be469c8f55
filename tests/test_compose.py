"""docker-compose.yml and the Dockerfile: docker cannot run in the tests, so what can be known without it is held here.

The schema is the published one of the compose specification, as the package check-jsonschema carries it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.cli import parser
from api.settings import Settings

ROOT = Path(__file__).parents[1]
COMPOSE = ROOT / "docker-compose.yml"


def check(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    return loaded


def test_the_file_is_valid_by_the_published_schema() -> None:
    done = check(COMPOSE)
    assert done.returncode == 0, done.stdout


def test_the_schema_would_see_a_mistake(tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(COMPOSE.read_text().replace("healthcheck:", "healthchek:"))
    done = check(wrong)
    assert done.returncode == 1
    assert "healthchek" in done.stdout


def test_it_brings_the_pair_and_the_api(services: dict[str, Any]) -> None:
    assert sorted(services) == ["api", "neo4j"]
    assert services["neo4j"]["image"] == "neo4j:5.26"  # the long-term release that graph/neo4j_server locks
    assert yaml.safe_load(services["neo4j"]["environment"]["NEO4J_PLUGINS"]) == ["graph-data-science"]
    assert services["api"]["depends_on"] == {"neo4j": {"condition": "service_healthy"}}


def test_every_port_is_on_the_loopback(services: dict[str, Any]) -> None:
    ports = [port for name in sorted(services) for port in services[name]["ports"]]
    assert ports == ["127.0.0.1:8000:8000", "127.0.0.1:7687:7687"]


def test_no_secret_is_in_it_and_a_missing_one_stops_it(services: dict[str, Any]) -> None:
    required = "${NEO4J_PASSWORD:?put NEO4J_PASSWORD into .env}"
    assert services["neo4j"]["environment"]["NEO4J_AUTH"] == f"neo4j/{required}"
    assert services["api"]["environment"]["NEO4J_PASSWORD"] == required
    # The image would read it as a setting called PASSWORD and refuse to start.
    assert "NEO4J_PASSWORD" not in services["neo4j"]["environment"]


def test_the_api_reads_every_name_it_is_given(services: dict[str, Any]) -> None:
    given = dict(services["api"]["environment"])
    given["NEO4J_PASSWORD"] = "from-env-file"
    given["CLEW_STORE"] = given["CLEW_STORE"].removeprefix("${CLEW_STORE:-").removesuffix("}")
    asked: set[str] = set()

    class Environment(dict[str, str]):
        def get(self, name: str, default: Any = None) -> Any:
            asked.add(name)
            return super().get(name, default)

    settings = Settings.read(Environment(given))
    assert set(given) - asked == set()
    assert (settings.data, settings.store) == (Path("/data"), "neo4j://neo4j:7687")
    assert (settings.neo4j_user, settings.neo4j_password) == ("neo4j", "from-env-file")
    assert (settings.host, settings.port) == ("0.0.0.0", 8000)


def test_both_services_are_watched_and_keep_their_data(services: dict[str, Any]) -> None:
    assert services["api"]["healthcheck"]["test"][:3] == ["CMD", "python", "-c"]
    compile(services["api"]["healthcheck"]["test"][3], "healthcheck", "exec")
    assert "http://127.0.0.1:8000/health" in services["api"]["healthcheck"]["test"][3]
    assert services["neo4j"]["volumes"] == ["neo4j-data:/data"]
    assert services["api"]["volumes"] == ["clew-data:/data"]


def test_the_server_s_health_check_hands_the_password_to_cypher_shell(
    services: dict[str, Any], tmp_path: Path
) -> None:
    kind, line = services["neo4j"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    shell = tmp_path / "cypher-shell"
    shell.write_text('#!/bin/sh\necho "$NEO4J_USERNAME $NEO4J_PASSWORD $1"\n')
    shell.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "NEO4J_AUTH": "neo4j/a/b c"}
    line = line.replace("$$", "$")  # compose's escape
    done = subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "neo4j a/b c RETURN gds.version();\n"


def test_the_image_runs_a_command_that_exists_on_what_the_build_may_see() -> None:
    words = [line.split() for line in (ROOT / "Dockerfile").read_text().splitlines() if line.strip()]
    assert ["FROM", "python:3.11-slim"] in words
    assert words[-1] == ["CMD", '["clew",', '"serve"]']
    assert parser().parse_args(["serve"]).verb == "serve"
    copied = {name for line in words if line[0] == "COPY" for name in line[1:-1]}
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    assert copied == {line[1:] for line in ignore if line.startswith("!")}
    assert all((ROOT / name).exists() for name in copied)
