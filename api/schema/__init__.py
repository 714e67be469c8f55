"""The GraphQL schema: types, what can be asked, what can be changed."""

from __future__ import annotations

from api.schema.root import execute, schema

__all__ = ["execute", "schema"]
