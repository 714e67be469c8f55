"""Worked queries: GraphiQL opens with them, the README prints them with their answers on the demo's case."""

from __future__ import annotations

from pathlib import Path


def documents() -> dict[str, str]:
    """The documents by file name, in order."""
    found = Path(__file__).parent.glob("*.graphql")
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted(found, key=lambda path: int(path.stem.partition("_")[0]))
    }
