"""The page that draws a graph answer, at `/`: built by Vite from api/web/viewer into api/web/dist, served from there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

DIST: Final = Path(__file__).parent / "web" / "dist"

# A legend's colours and sigma's canvases are styled by script.
_POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
)
_MISSING: Final = (
    "<!doctype html><title>Clew</title><p>This page is not built: run <code>make setup</code>. "
    "The API is at <a href='/graphql'>/graphql</a>.</p>"
)


def add_viewer(app: FastAPI, dist: Path = DIST) -> None:
    """Serve the page and its files: those that were built, and no others."""

    @app.get("/", include_in_schema=False)
    def viewer() -> HTMLResponse:
        built = dist / "index.html"
        text = built.read_text(encoding="utf-8") if built.is_file() else _MISSING
        return HTMLResponse(text, headers={"Content-Security-Policy": _POLICY})

    app.mount("/viewer", StaticFiles(directory=dist, check_dir=False), name="viewer")
