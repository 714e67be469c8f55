"""The service over HTTP: read top to bottom, this is what it does."""

from __future__ import annotations

from fastapi import FastAPI, Header, HTTPException
from strawberry.fastapi import GraphQLRouter

from api.schema import schema
from api.schema.context import Context
from api.service import Service
from graph.errors import ClewError


def create_app(service: Service) -> FastAPI:
    """GraphQL at /graphql (GraphiQL in a browser), and /health. The header Clew-Reader names a reader of readers.toml;
    without it the local reader asks, who sees everything: keep the service on the loopback."""

    async def context(clew_reader: str | None = Header(default=None)) -> Context:
        try:
            return Context(service, service.scope(clew_reader))
        except ClewError as error:
            raise HTTPException(status_code=403, detail=str(error)) from error

    app = FastAPI(title="Clew", docs_url=None, redoc_url=None)
    app.include_router(GraphQLRouter(schema, context_getter=context), prefix="/graphql")

    @app.get("/health")
    def health() -> dict[str, int]:
        return {"revision": service.head()}

    return app
