"""A served Clew and a subscriber of it, for tests: a real server, a real websocket."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from api.app import create_app
from api.service import Service

START = "WyJhbGVydHMiLDAsIn4iXQ"
"""The token behind revision 0: a subscription from there needs no luck with when it began."""

PROTOCOL = Subprotocol("graphql-transport-ws")


@contextmanager
def served(service: Service, **more: Any) -> Iterator[int]:
    """The service, served from a thread; gives its port."""
    config = uvicorn.Config(create_app(service, **more), host="127.0.0.1", port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        threading.Event().wait(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Subscriber:
    """One subscription: its events, one at a time."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def next(self) -> dict[str, Any]:
        """The next event's data; its errors are the test's."""
        message = json.loads(await asyncio.wait_for(self.socket.recv(), 60))
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        return message["payload"]["data"]  # type: ignore[no-any-return]


@asynccontextmanager
async def subscribed(
    port: int, query: str, reader: str | None = None, variables: dict[str, Any] | None = None, **more: Any
) -> AsyncIterator[Subscriber]:
    """A subscription, acknowledged and sent."""
    url = f"ws://127.0.0.1:{port}/graphql"
    async with connect(url, subprotocols=[PROTOCOL], max_size=None, **more) as socket:
        payload = {} if reader is None else {"Clew-Reader": reader}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        asked = {"query": query, "variables": variables or {}}
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": asked}))
        yield Subscriber(socket)
