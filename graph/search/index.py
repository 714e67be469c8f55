"""The search index: a follower of `docs` and `texts` that finds names and words and filters facets, for both stores.

Two Tantivy indexes a generation (following.py): that of entities, by name and facet, and that of texts, by word.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from graph.errors import Corrupt, NotHeld
from graph.model import Revision, View
from graph.search import facets, files, messages, names
from graph.search.documents import Document, from_row, load, schema, to_json
from graph.search.filters import Filter
from graph.search.following import Following, Kind, steps
from graph.search.messages import TextFilter

_DOCS: Kind[Document] = Kind("docs", "", schema, from_row, lambda doc, until: to_json(doc, until), load)


class SearchIndex:
    """The index in a directory. Nothing is opened or made before it is needed."""

    def __init__(self, path: Path, *, generation: str | None = None) -> None:
        self.path = path
        self._fixed = generation
        self._names = Following(path, _DOCS, generation=generation)
        self._texts = Following(path, messages.TEXTS, generation=generation)

    def head(self) -> Revision:
        """The last revision whose delta is wholly in the index; 0 when empty.

        Raises Corrupt for an index without texts, as earlier versions made them."""
        told = self._names.head()
        if told and files.stamp(self._texts.folder()) is None and self._names.head():
            raise Corrupt(
                f"Search index {self.path} holds no texts: an earlier version made it.",
                remedy="Run `clew rebuild`.",
            )
        return min(told, self._texts.head())

    def apply(self, delta: Path, revision: Revision) -> None:
        """Follow one delta directory (docs.parquet, texts.parquet, ends.parquet; a missing file means no rows).

        As Store.apply: any size, all or nothing, a revision at or below the head is ignored, one beyond head + 1
        raises NotHeld. Raises Corrupt when the delta ends a row that does not stand or lacks a column, Busy while
        another process writes."""
        self._apply([(delta, revision)])

    def apply_all(self, deltas: Sequence[tuple[Path, Revision]]) -> None:
        """Follow several deltas, each following the one before: small ones with one commit of Tantivy, all of them or none."""
        for step in steps(deltas):
            self._apply(step)

    def _apply(self, deltas: Sequence[tuple[Path, Revision]]) -> None:
        # Texts first: an index of names alone is one of an earlier version.
        self._texts.apply(deltas)
        self._names.apply(deltas)

    def rebuilding(self) -> SearchIndex:
        """A second, empty index beside this one to fill; one that was begun earlier and left is dropped."""
        files.drop_others(self.path)
        return SearchIndex(self.path, generation=str(int(files.live(self.path)) + 1))

    def switch(self, rebuilt: SearchIndex) -> None:
        """Make an index from rebuilding() the one this path opens, in one write, and drop the old one."""
        if rebuilt.path != self.path or rebuilt._fixed is None:
            raise NotHeld(f"{rebuilt.path} is not a rebuild of the search index {self.path}.")
        files.make_live(self.path, rebuilt._fixed)
        files.drop_others(self.path)

    def find(
        self,
        view: View,
        text: str,
        *,
        kinds: Sequence[str] = (),
        limit: int,
        after: names.Place | None = None,
    ) -> names.Hits:
        """Documents by name, best first: see graph.search.names.find."""
        reader = self._names.at(view)
        return names.NO_HITS if reader is None else names.find(reader, view, text, kinds, limit, after)

    def select(
        self,
        view: View,
        wanted: Filter,
        *,
        after: tuple[str, bytes] | None = None,
        limit: int,
        ascending: bool = True,
    ) -> list[Document]:
        """Plain documents that match, ordered by (day, anchor), both ascending or both descending; those beyond
        `after` (day, anchor) only. A document with several days has the first, one without has "", the smallest."""
        return list(self.page(view, wanted, after=after, limit=limit, ascending=ascending).documents)

    def page(
        self,
        view: View,
        wanted: Filter,
        *,
        after: tuple[str, bytes] | None = None,
        limit: int,
        ascending: bool = True,
    ) -> facets.Page:
        """As select, and with the first page the exact total, for the price of one query."""
        reader = self._names.at(view)
        if reader is None:
            return facets.NO_PAGE
        return facets.page(reader, view, wanted, after, limit, ascending)

    def count(self, view: View, wanted: Filter) -> int:
        """How many plain documents match, exactly."""
        reader = self._names.at(view)
        return 0 if reader is None else facets.count(reader, view, wanted)

    def counts(self, view: View, wanted: Filter, *, by: str, limit: int) -> facets.Counts:
        """Plain documents that match, by the value of a facet field: see graph.search.facets.counts."""
        reader = self._names.at(view)
        return facets.NO_COUNTS if reader is None else facets.counts(reader, view, wanted, by, limit)

    def live(self, view: View, wanted: Filter) -> list[int]:
        """Components, ascending, whose visible non-plain documents might make a matching entity."""
        reader = self._names.at(view)
        return [] if reader is None else facets.live(reader, view, wanted)

    def documents(self, view: View, comps: Sequence[int]) -> list[Document]:
        """The visible documents of components, ordered by (comp, key)."""
        reader = self._names.at(view)
        return [] if reader is None else facets.documents(reader, view, comps)

    def texts(
        self,
        view: View,
        wanted: TextFilter,
        *,
        after: messages.Place | None = None,
        limit: int,
        ascending: bool = False,
    ) -> messages.Page:
        """Texts that match, by (sent_at, tid): see graph.search.messages.page."""
        reader = self._texts.at(view)
        if reader is None:
            return messages.NO_PAGE
        return messages.page(reader, view, wanted, after, limit, ascending)

    def text_counts(self, view: View, wanted: TextFilter, *, by: str, limit: int) -> facets.Counts:
        """Texts that match, by their day or language: see graph.search.facets.counts."""
        reader = self._texts.at(view)
        return facets.NO_COUNTS if reader is None else messages.counts(reader, view, wanted, by, limit)
