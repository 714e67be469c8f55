"""The server's process: started, waited for, stopped. Nothing is signalled that does not name the home it serves."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from graph.errors import Busy, Unreachable
from graph.neo4j_server.admin import ensure_password
from graph.neo4j_server.home import (
    DEFAULT_PORT,
    HOST,
    Settings,
    Status,
    configuration,
    is_ours,
    java,
    java_arguments,
    lay_out,
    mark,
    state_file,
    status,
    tail,
    write,
)

_MAIN = "org.neo4j.server.CommunityEntryPoint"
_START_SECONDS = 180.0
_STOP_SECONDS = 90.0
# Bolt's preamble, then four protocol versions we could speak (5.x down to 4.4): the answer is four bytes.
_BOLT_HELLO = bytes.fromhex("6060b017 00080805 00000004 00000404 00000000")
_BOLT_REFUSED = bytes(4)
# Ends the server when the process that started it is gone, even by kill -9: then this standard input closes.
_WATCH = 'cat >/dev/null; tr "\\0" "\\n" <"/proc/$1/cmdline" | grep -qxF -e "$2" && kill "$1"'


class Neo4jServer:
    """One server in one home. As a context manager it runs inside the block and stops after it."""

    def __init__(self, home: Path, settings: Settings | None = None) -> None:
        self.home = home.absolute()
        self.settings = settings or Settings()
        self._watch: subprocess.Popen[bytes] | None = None

    def start(self, *, outlive: bool = False) -> str:
        """Starts the server and returns its `neo4j://127.0.0.1:port` when bolt answers.

        Unless `outlive`, it ends with this process, however that ends. Raises Busy when the home's server
        already runs, Unreachable when it does not come up (with the end of its console).
        """
        running = status(self.home)
        if running.running:
            raise Busy(f"Neo4j: {self.home} is already served at {running.url} by process {running.pid}.")
        class_path = lay_out(self.home)
        if self.settings.auth:
            ensure_password(self.home, class_path)
        port = self.settings.port or _free_port()
        write(self.home / "conf" / "neo4j.conf", configuration(self.settings, port))
        process = self._spawn(class_path)
        url = f"neo4j://{HOST}:{port}"
        write(state_file(self.home), json.dumps({"pid": process.pid, "url": url}))
        if not outlive:
            self._end_with_me(process.pid)
        try:
            _wait_for_bolt(port, process, self.home)
        except BaseException:  # an interrupt, too, must not leave a half-started server behind
            self.stop()
            raise
        return url

    def stop(self) -> None:
        """SIGTERM, and wait until the process is gone. Does nothing when it does not run."""
        atexit.unregister(self.stop)
        stop_detached(self.home)
        if self._watch is not None:
            self._watch.kill()
            self._watch.communicate()
            self._watch = None

    def status(self) -> Status:
        """Whether it runs, and where."""
        return status(self.home)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _spawn(self, class_path: Sequence[Path]) -> subprocess.Popen[bytes]:
        arguments = write(
            self.home / "conf" / "java.args",
            java_arguments(class_path, self.settings.heap, quick=self.settings.quick),
        )
        command = [
            str(java()),
            f"@{arguments}",
            _MAIN,
            mark(self.home),
            f"--config-dir={self.home / 'conf'}",
        ]
        with (self.home / "logs" / "console.log").open("wb") as console:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                start_new_session=True,  # Ctrl-C is for us; we then stop it in order
            )

    def _end_with_me(self, pid: int) -> None:
        atexit.register(self.stop)
        self._watch = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "watch", str(pid), mark(self.home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def start_detached(home: Path, settings: Settings | None = None) -> Status:
    """Starts a server that outlives this process, by default on port 7687 with a password; see `Neo4jServer.start`."""
    Neo4jServer(home, settings or Settings(port=DEFAULT_PORT, auth=True)).start(outlive=True)
    return status(home)


def stop_detached(home: Path) -> bool:
    """Stops the home's server; False when none ran. Kills only after 90 seconds without an end."""
    pid = status(home).pid
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        if not _until(lambda: not is_ours(pid, home), _STOP_SECONDS):
            os.kill(pid, signal.SIGKILL)
            _until(lambda: not is_ours(pid, home), _STOP_SECONDS)
        _reap(pid)
    state_file(home).unlink(missing_ok=True)
    return pid is not None


def _wait_for_bolt(port: int, process: subprocess.Popen[bytes], home: Path) -> None:
    def over() -> bool:
        return process.poll() is not None or _bolt_answers(port)

    came = _until(over, _START_SECONDS)
    if came and process.returncode is None:
        return
    what = (
        f"ended with code {process.returncode}" if came else f"did not answer within {_START_SECONDS:.0f} s"
    )
    said = "\n".join(tail(log.read_text(errors="replace")) for log in _logs(home) if log.exists())
    raise Unreachable(f"Neo4j in {home} {what}. The end of its logs:\n{said}")


def _logs(home: Path) -> tuple[Path, ...]:
    # Java itself speaks on the console, Neo4j in its own log.
    return (home / "logs" / "neo4j.log", home / "logs" / "console.log")


def _bolt_answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            connection.sendall(_BOLT_HELLO)
            return connection.recv(4) not in (b"", _BOLT_REFUSED)
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):  # started by another process: not ours to reap
        os.waitpid(pid, 0)


def _until(condition: Callable[[], bool], seconds: float) -> bool:
    """Waits for the condition; False when the time ran out."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
