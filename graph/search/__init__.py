"""Search over names, facets and texts, for both stores: a follower of the delta's `docs` and `texts`
(docs/architecture.md)."""

from __future__ import annotations

from graph.search.documents import Document
from graph.search.facets import Counts, Page
from graph.search.filters import Filter
from graph.search.index import SearchIndex
from graph.search.messages import Handles, TextDoc, TextFilter
from graph.search.names import CANDIDATES, Hit, Hits, Place

__all__ = [
    "CANDIDATES", "Counts", "Document", "Filter", "Handles", "Hit", "Hits", "Page", "Place", "SearchIndex", "TextDoc", "TextFilter",
]  # fmt: skip
