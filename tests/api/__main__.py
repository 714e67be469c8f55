"""`python -m tests.api`: write the committed schema anew; read the diff before you commit it."""

from __future__ import annotations

from pathlib import Path

from api.schema import schema

path = Path(__file__).parents[2] / "api" / "schema" / "schema.graphql"
path.write_text(schema.as_str() + "\n", encoding="utf-8")
print(path.name)
