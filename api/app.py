"""The service over HTTP: read top to bottom, this is what it does."""

from __future__ import annotations

from fastapi import FastAPI, Header, HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse
from strawberry.fastapi import GraphQLRouter

from api.graphiql import add_assets, page
from api.schema import Context, schema
from api.service import Service
from api.viewer import add_viewer
from graph.errors import ClewError, NotHeld


class Router(GraphQLRouter[Context, None]):
    """Strawberry's, with our GraphiQL in the place of one that loads itself from a network."""

    async def render_graphql_ide(self, request: Request) -> HTMLResponse:
        return page()


def create_app(service: Service) -> FastAPI:
    """GraphQL at /graphql (GraphiQL in a browser), and /health. The header Clew-Reader names a reader of readers.toml;
    without it the local reader asks, who sees everything: keep the service on the loopback."""

    async def context(clew_reader: str | None = Header(default=None)) -> Context:
        try:
            return Context(service, service.scope(clew_reader))
        except ClewError as error:
            # The file's own faults are its keeper's to read, not a caller's.
            told = error if isinstance(error, NotHeld) else ClewError("The readers cannot be read.")
            raise HTTPException(403, {"code": told.code, "message": told.message}) from error

    app = FastAPI(title="Clew", docs_url=None, redoc_url=None)
    app.include_router(Router(schema, context_getter=context), prefix="/graphql")
    add_assets(app)
    add_viewer(app)

    @app.get("/health")
    def health() -> dict[str, int]:
        return {"revision": service.head()}

    return app
