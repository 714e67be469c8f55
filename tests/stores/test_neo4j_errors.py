"""Errors of the Neo4j store, told as ours: a server that stops, is not there, or is not one."""

from __future__ import annotations

import socket
import threading
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from neo4j.exceptions import ServiceUnavailable, SessionExpired

from graph.errors import Refused, Unreachable
from graph.model import Revision
from graph.store.neo4j import Neo4jStore
from tests.stores.asking import everything
from tests.stores.rows import Delta

pytestmark = pytest.mark.neo4j


@pytest.fixture
def url(neo4j_url: str) -> str:
    Neo4jStore.wipe(neo4j_url)
    return neo4j_url


class _Relay:
    """A door to a server that can be shut: what a server that stops looks like from outside."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._open: list[socket.socket] = []
        self._listen(0)
        self.port: int = self._door.getsockname()[1]

    def _listen(self, port: int) -> None:
        self._door = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._serve, args=(self._door,), daemon=True).start()

    def _serve(self, door: socket.socket) -> None:
        while True:
            try:
                near, _ = door.accept()
            except OSError:
                return
            far = socket.create_connection(self._to)
            self._open += [near, far]
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    @staticmethod
    def _pass_on(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def shut(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for end in self._open:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # its other end has gone first
            finally:
                end.close()
        self._open.clear()

    def reopen(self) -> None:
        self._listen(self.port)


def test_a_server_that_stops_is_unreachable_until_it_is_back(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.store.neo4j.server.RETRY_SECONDS", 0.1)
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    relay = _Relay(parts.hostname, parts.port)
    with closing(Neo4jStore(f"bolt://127.0.0.1:{relay.port}")) as store:
        delta = Delta()
        delta.put("links", 1)
        store.apply(delta.write(tmp_path / "1"), Revision(1))
        relay.shut()
        with pytest.raises(
            Unreachable, match=f"Neo4j at bolt://127.0.0.1:{relay.port} does not answer"
        ) as caught:
            store.links(everything(1), [1])
        assert isinstance(caught.value.__cause__, ServiceUnavailable | SessionExpired)
        with pytest.raises(Unreachable):
            store.apply(tmp_path / "1", Revision(2))
        relay.reopen()
        assert [link.row for link in store.links(everything(1), [1])] == [1]
    relay.shut()


def test_an_address_where_nothing_listens_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with pytest.raises(Unreachable, match="does not answer"):
        Neo4jStore(f"bolt://127.0.0.1:{port}")


def test_a_url_that_the_driver_does_not_know_is_refused() -> None:
    with pytest.raises(Refused, match="is not one for Neo4j"):
        Neo4jStore("ftp://127.0.0.1:7687")


def test_credentials_in_the_url_are_taken_out_of_it(url: str) -> None:
    parts = urlsplit(url)
    with closing(Neo4jStore(f"{parts.scheme}://neo4j:se%40cret@{parts.hostname}:{parts.port}")) as store:
        assert store.head() == 0
        server = store._server
        assert (server.address, server.user) == (f"{parts.scheme}://{parts.hostname}:{parts.port}", "neo4j")
