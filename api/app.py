"""The service over HTTP: read top to bottom, this is what it does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Header, HTTPException

from api.graphiql import add_assets
from api.routes.export import add_exports
from api.schema import Context, schema
from api.service import Service
from api.viewer import add_viewer
from api.websockets import SLOW_AFTER, Router
from api.worker import Tail
from graph.errors import ClewError, NotHeld


def create_app(service: Service, *, slow_after: float = SLOW_AFTER) -> FastAPI:
    """GraphQL at /graphql (GraphiQL in a browser, subscriptions over graphql-transport-ws), /export, and /health. The header Clew-Reader names a reader of readers.toml;
    without it the local reader asks, who sees everything: keep the service on the loopback. slow_after: seconds after
    which a subscriber who does not read is dropped."""
    tail = Tail(service)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with tail.running():
            yield

    async def context(clew_reader: str | None = Header(default=None)) -> Context:
        try:
            asking = Context(service, service.scope(clew_reader))
        except ClewError as error:
            # The file's own faults are its keeper's to read, not a caller's.
            told = error if isinstance(error, NotHeld) else ClewError("The readers cannot be read.")
            raise HTTPException(403, {"code": told.code, "message": told.message}) from error
        asking.tail = tail
        return asking

    app = FastAPI(title="Clew", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.include_router(Router(schema, context_getter=context, slow_after=slow_after), prefix="/graphql")
    add_assets(app)
    add_viewer(app)
    add_exports(app, context)

    @app.get("/health")
    def health() -> dict[str, int]:
        return {"revision": service.head()}

    return app
