"""GraphQL over websockets (graphql-transport-ws): who asks, and what becomes of one who does not read."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any, Final, cast

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.websockets import WebSocketDisconnect
from strawberry.exceptions import ConnectionRejectionError
from strawberry.fastapi import GraphQLRouter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.types.unset import UNSET, UnsetType

from api.graphiql import page
from api.schema import Context
from graph.errors import ClewError

READER: Final = "Clew-Reader"
"""Header, and member of the connection_init payload, that names the reader."""

SLOW_AFTER: Final = 30.0
"""Seconds that one message may wait for a subscriber to read."""

TOO_SLOW: Final = 4408
"""Close code for a subscriber who does not read."""

_LOG = logging.getLogger("clew.websockets")


class Handler(BaseGraphQLTransportWSHandler[Context, None]):
    """Strawberry's, but a subscriber who does not read is dropped: what waits for one is at most what the socket's own
    buffers hold and one message."""

    _dropped = False

    async def send_message(self, message: Any) -> None:
        if self._dropped:
            raise WebSocketDisconnected
        slow_after = getattr(self.view, "slow_after", SLOW_AFTER)
        try:
            await asyncio.wait_for(super().send_message(message), slow_after)
        except TimeoutError:
            reason = f"Nothing was read for {slow_after:g} s; go on behind your last token."
            _LOG.warning("A subscriber who read nothing for %g s is dropped", slow_after)
            self._dropped = True
            # Goes out behind what the buffers hold, should it ever read again; else the server's pings end it.
            self._closing = asyncio.create_task(self._close(reason))
            for operation in [*self.operations.values()]:
                if operation.task is not None and operation.task is not asyncio.current_task():
                    operation.task.cancel()
            raise WebSocketDisconnected from None

    async def _close(self, reason: str) -> None:
        # It may have gone by itself while its close waited: Starlette then has nobody to tell.
        with suppress(WebSocketDisconnected, WebSocketDisconnect, RuntimeError):
            await self.websocket.close(TOO_SLOW, reason)

    async def handle_task_exception(self, error: Exception) -> None:
        """A subscriber who has gone, or was dropped, is no fault of the server's: no traceback."""
        if not isinstance(error, WebSocketDisconnected):
            await super().handle_task_exception(error)

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        """One connection asks many questions: each at the head of its own time."""
        self.context.begin_again()
        try:
            await super().run_operation(operation)
        except WebSocketDisconnected:
            return


class Router(GraphQLRouter[Context, None]):
    """Strawberry's, with our GraphiQL in the place of one that loads itself from a network.

    slow_after: see SLOW_AFTER."""

    graphql_transport_ws_handler_class = Handler

    def __init__(self, *arguments: Any, slow_after: float = SLOW_AFTER, **more: Any) -> None:
        more["subscription_protocols"] = [GRAPHQL_TRANSPORT_WS_PROTOCOL]
        super().__init__(*arguments, **more)
        self.slow_after = slow_after

    def encode_json(self, data: object) -> str | bytes:
        """Text, as a websocket's messages have to be. What orjson refuses (whole numbers beyond 64 bits, halves of
        surrogate pairs) is left to the standard library, which takes seven times as long."""
        try:
            return orjson.dumps(data).decode()
        except TypeError:
            return super().encode_json(data)

    async def render_graphql_ide(self, request: Request) -> HTMLResponse:
        return page()

    async def on_ws_connect(self, context: Context) -> UnsetType | dict[str, object] | None:
        """A browser can set no header: the payload names the reader, unless the header did."""
        params = context.connection_params if isinstance(context.connection_params, dict) else {}
        given = params.get(READER, params.get(READER.lower()))
        request = context.request
        if given is not None and (request is None or READER not in request.headers):
            try:
                context.scope = context.service.scope(str(given))
            except ClewError as error:
                raise ConnectionRejectionError from error
        return cast(UnsetType, UNSET)
