"""`neo4j-admin` on a home whose server is stopped."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Sequence
from pathlib import Path

from graph.errors import Busy, Refused
from graph.neo4j_server.home import (
    DEFAULT_PORT,
    Settings,
    configuration,
    java,
    java_arguments,
    lay_out,
    password,
    quoted,
    status,
    tail,
    write,
)

_ADMIN = "org.neo4j.cli.AdminTool"


def import_admin(home: Path, *arguments: str, heap: str = "1g") -> str:
    """Runs `neo4j-admin` with these arguments against a stopped home and returns what it printed.

    For instance `import_admin(home, "database", "import", "full", "neo4j", "--nodes=people.csv")`, which takes
    only an empty database. Paths are absolute. Raises Busy while the home's server runs, Refused with its last lines when it fails.
    """
    if status(home).running:
        raise Busy(f"Neo4j: {home} is being served; neo4j-admin works only on a stopped one.")
    home = home.absolute()
    class_path = lay_out(home)
    conf = home / "conf" / "neo4j.conf"
    if not conf.exists():
        write(conf, configuration(Settings(), DEFAULT_PORT))
    return _admin(home, class_path, arguments, heap)


def ensure_password(home: Path, class_path: Sequence[Path]) -> None:
    if password(home) is not None:
        return
    conf = home / "conf" / "neo4j.conf"
    write(conf, configuration(Settings(auth=True), DEFAULT_PORT))
    new = secrets.token_urlsafe(24)
    _admin(home, class_path, ("dbms", "set-initial-password", new), heap="256m")
    write(home / "password", new + "\n", mode=0o600)


def _admin(home: Path, class_path: Sequence[Path], arguments: Sequence[str], heap: str) -> str:
    # Everything goes through a private file, so that a password never shows in the list of processes.
    words = "\n".join(quoted(word) for word in (_ADMIN, *arguments))
    file = write(home / "conf" / "admin.args", f"{java_arguments(class_path, heap)}{words}\n", mode=0o600)
    try:
        done = subprocess.run(
            [str(java()), f"@{file}"],
            env={**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf"), "HEAP_SIZE": heap},
            cwd=home,  # where it leaves its import.report
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    finally:
        file.unlink()
    if done.returncode:
        # The command's two words only: the third may be a password.
        raise Refused(f"neo4j-admin {' '.join(arguments[:2])} failed:\n{tail(done.stdout)}")
    return done.stdout
