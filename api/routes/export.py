"""/export: the crosswalk, and graph answers as CSV or GraphML, in the scope of the reader who asks."""

# Without `from __future__ import annotations`: FastAPI could not find `asking` by its name.

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, FastAPI
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.background import BackgroundTask
from starlette.requests import Request

from api.export import LINKS, NODES, answered, crosswalk, lines, link_rows, node_rows
from api.graphml import graphml
from api.schema import Context, execute_as
from api.schema.context import mention_ids
from api.schema.paging import MOST_PACKED, first_of
from graph.errors import ClewError
from graph.reading.answers import Subgraph

Part = Literal["graph.graphml", "nodes.csv", "links.csv"]


def add_exports(app: FastAPI, context: Callable[..., Any]) -> None:
    """Add the routes. context: the dependency that names the reader.

    GET /export/crosswalk.csv?kind=, GET /export/{graph.graphml,nodes.csv,links.csv}?ids=ID,…&around=1, and POST of
    {query, variables} to the latter three. A graph that was cut says so in the header Clew-Truncated."""
    router = APIRouter(prefix="/export")
    asking = Annotated[Context, Depends(context)]

    def of_crosswalk(context: asking, kind: str | None = None, plain: bool = False) -> Response:
        service = context.service
        handle, name = tempfile.mkstemp(dir=service.settings.data, prefix=".crosswalk.")
        os.close(handle)
        out = Path(name)
        try:
            crosswalk(service, service.view(context.scope), out, kind, plain=plain)
        except BaseException:
            out.unlink(missing_ok=True)
            raise
        done = BackgroundTask(out.unlink, missing_ok=True)
        return FileResponse(
            out, media_type="text/csv; charset=utf-8", filename="crosswalk.csv", background=done
        )

    def of_ids(
        part: Part, context: asking, ids: str, around: int = 0, first: int = 10_000, max_degree: int = 1000,
        plain: bool = False,
    ) -> Response:  # fmt: skip
        service = context.service
        found = service.graph.neighbourhood(
            service.view(context.scope), mention_ids(ids.replace(",", " ").split()), hops=around,
            limit=first_of(first, MOST_PACKED), max_degree=max_degree,
        )  # fmt: skip
        return _response(part, found, plain)

    def of_query(
        part: Part, context: asking, query: Annotated[str, Body()],
        variables: Annotated[dict[str, Any] | None, Body()] = None, plain: bool = False,
    ) -> Response:  # fmt: skip
        answer = execute_as(context, query, variables or {})
        if answer.get("errors"):
            return JSONResponse({"errors": answer["errors"]}, 400)
        view = context.service.view(context.scope, head=context.head)
        return _response(part, answered(context.service, view, answer["data"]), plain)

    router.add_api_route("/crosswalk.csv", of_crosswalk, methods=["GET"], response_model=None)
    router.add_api_route("/{part}", of_ids, methods=["GET"], response_model=None)
    router.add_api_route("/{part}", of_query, methods=["POST"], response_model=None)
    app.include_router(router)

    @app.exception_handler(ClewError)
    def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ClewError)
        return JSONResponse({"code": error.code, "message": str(error)}, 400)


def _response(part: Part, found: Subgraph, plain: bool) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{part}"'}
    if found.truncated:
        headers["Clew-Truncated"] = ", ".join(f"{cut.by} {cut.limit}" for cut in found.truncated)
    if part == "graph.graphml":
        return StreamingResponse(graphml(found), media_type="application/graphml+xml", headers=headers)
    header, rows = (NODES, node_rows(found)) if part == "nodes.csv" else (LINKS, link_rows(found))
    return StreamingResponse(
        _pieces(header, rows, plain), media_type="text/csv; charset=utf-8", headers=headers
    )


def _pieces(header: tuple[str, ...], rows: Iterator[tuple[object, ...]], plain: bool) -> Iterator[str]:
    file = io.StringIO()
    lines(file, header, rows, plain=plain)
    yield file.getvalue()
