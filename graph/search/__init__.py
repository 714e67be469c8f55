"""Search over names and facets, for both stores: a follower of the delta's `docs` (docs/architecture.md)."""

from __future__ import annotations

from graph.search.documents import Document
from graph.search.facets import Counts, Page
from graph.search.filters import Filter
from graph.search.index import SearchIndex
from graph.search.names import Hit, Hits, Place

__all__ = ["Counts", "Document", "Filter", "Hit", "Hits", "Page", "Place", "SearchIndex"]
