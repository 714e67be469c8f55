"""GraphiQL with the worked examples, from this machine alone: nothing on the page is fetched from anywhere else."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Final

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, HTMLResponse

from api.examples import documents

WEB: Final = Path(__file__).parent / "web"
ASSETS: Final = {
    "react.production.min.js": "node_modules/react/umd/react.production.min.js",
    "react-dom.production.min.js": "node_modules/react-dom/umd/react-dom.production.min.js",
    "graphiql.min.js": "node_modules/graphiql/graphiql.min.js",
    "graphiql.min.css": "node_modules/graphiql/graphiql.min.css",
    "page.js": "page.js",
    "page.css": "page.css",
}
"""What the page loads, by the name that it is served under: these files and no others."""

# Styles are inline in GraphiQL's editor; nothing else is.
_POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "worker-src 'self' blob:; frame-ancestors 'none'"
)


def page() -> HTMLResponse:
    """The page; the examples can be read on it without GraphiQL too."""
    examples = list(documents().values())
    plain = "".join(f"<pre>{html.escape(text)}</pre>" for text in examples)
    fallback = (
        "<div class='plain'><h1>Clew</h1><p>POST GraphQL to <code>/graphql</code>. The editor is not installed: run "
        f"<code>make setup</code>, which fetches it.</p>{plain}</div>"
    )
    # Escaped: no text of an example can end the script element that holds it.
    data = json.dumps(examples).replace("<", "\\u003c")
    text = (WEB / "graphiql.html").read_text(encoding="utf-8")
    text = text.replace("<!-- FALLBACK -->", fallback).replace("<!-- EXAMPLES -->", data)
    return HTMLResponse(text, headers={"Content-Security-Policy": _POLICY})


def add_assets(app: FastAPI) -> None:
    """Serve the page's own files under /assets."""

    @app.get("/assets/{name}", include_in_schema=False)
    def asset(name: str) -> FileResponse:
        path = WEB / ASSETS.get(name, "")
        if name not in ASSETS or not path.is_file():
            raise HTTPException(status_code=404, detail="There is no such file.")
        return FileResponse(path)
