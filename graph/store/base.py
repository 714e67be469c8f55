"""The store port: what a graph store must do, no more. Its docstrings are the contract (tests/stores).

A store is a follower: it holds the projected rows (graph/tables.py, STORE_TABLES) with the revisions between
which each stood, and answers reads under a View. It knows no entities, no judgements and no ontology: entities
are worked out per reader above the port (graph/reading), once, for every store.

Every read takes a View first and returns only rows that the view sees: label in view.labels and
since <= view.revision < until. (`valid` filters links only.) A pair is seen when its own label and both its
mentions' labels are visible. All results are in the order each docstring states, so that two stores give the
same bytes. A read at a revision beyond the head raises NotHeld.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from graph.model import Change, Counter, Group, Mention, MentionLink, Pair, Revision, View

HubKey = tuple[int, bool, str, str]
"""(component, out, link kind, neighbour kind)"""


class Store(Protocol):
    """A graph store. Opened by graph.store.open_store(url); closed with close()."""

    def head(self) -> Revision:
        """The last revision whose delta is wholly applied; 0 when empty. Reads never see beyond it."""

    def apply(self, delta: Path, revision: Revision) -> None:
        """Follow one delta: a directory with <table>.parquet (rows put) and ends.parquet (table, row).

        Missing files mean no such rows. Any size: streamed, in bounded memory. Readers see all of it or
        nothing: the head moves by one write at the end. Idempotent: applying it again, or after being killed
        in the middle, gives the same rows. Revisions are applied in order; one at or below the head is ignored;
        one beyond head + 1 raises NotHeld.
        """

    def rebuilding(self) -> Store:
        """A second, empty store beside this one to fill; readers of this one are not disturbed.

        A rebuild that was begun earlier and left is dropped."""

    def switch(self, rebuilt: Store) -> None:
        """Make a store from rebuilding() the one that this URL opens, in one write, and drop the old rows.

        Readers with the old one open go on with it, or get Replaced; SQLite's take the new one with their next
        head(). `self` answers from the new one afterwards."""

    def mentions(
        self,
        view: View,
        *,
        ids: Sequence[bytes] = (),
        groups: Sequence[int] = (),
        after: bytes | None = None,
        limit: int | None = None,
        ended: bool = False,
    ) -> list[Mention]:
        """Mentions by id, or all of some groups; ordered by mid. after/limit page by mid (keyset).

        ended: for ids that no longer stand at the view's revision, the row that stood last before it (label
        still checked): where a withdrawn mention used to live. With ids only."""

    def groups(self, view: View, comps: Sequence[int]) -> dict[int, list[Group]]:
        """The visible groups of components, each list ordered by (born, anchor); absent when none is."""

    def holders(self, view: View, keys: Sequence[str]) -> dict[str, list[int]]:
        """Components with a visible group that holds an identifier key, ascending; absent when none."""

    def pairs(self, view: View, comps: Sequence[int]) -> list[Pair]:
        """Visible pairs with either end in a component, ordered by (id), each once."""

    def counters(self, view: View, comps: Sequence[int]) -> list[Counter]:
        """Hub counters, summed over the view's labels, ordered by (comp, out, kind, nkind).

        Only what the `counters` table holds; ignores view.valid (the caller counts live when it is set)."""

    def links(
        self,
        view: View,
        comps: Sequence[int] = (),
        *,
        groups: Sequence[int] = (),
        between: Sequence[tuple[int, int]] = (),
        skip: Iterable[HubKey] = (),
        limit: int | None = None,
    ) -> list[MentionLink]:
        """Mention links ordered by (row), each once. Give exactly one of
        comps: either end in one of these components; groups: either end in one of these groups;
        between: from the first to the second component of a pair.

        skip (with comps): for each HubKey, the links of that component, direction and link kind to *plain*
        neighbours of that neighbour kind are left out; links to neighbours that are not plain are given.
        limit: at most that many, lowest rows first; a caller asks for one more than it needs to see whether
        there are others. Honours view.valid."""

    def neighbours(
        self,
        view: View,
        hub: HubKey,
        *,
        after: bytes | None = None,
        limit: int,
    ) -> list[tuple[bytes, int]]:
        """(anchor, component) of the distinct plain neighbours of a hub key, by anchor, after a given one.

        Costs what `limit` costs, however many there are. Honours view.valid."""

    def among(self, view: View, comps: Collection[int], others: Collection[int] = ()) -> pa.Table:
        """The mention links with an end in one of `comps` and the other there too or in one of `others`, by (row), each
        once, in the columns of tables.AMONG alone: for answers that count links and show none of their rows.

        Costs what the links of `comps` cost, whatever `others` are. Honours view.valid. docs/decisions/0008-among.md"""

    def changed(
        self,
        view: View,
        since: Revision,
        *,
        after: tuple[int, int, int] | None = None,
        limit: int,
    ) -> list[Change]:
        """Mention, link and pair rows put or ended in (since, view.revision], ordered by (revision, table, row)
        with the tables as in model.CHANGED_TABLES and the put of a row before its end; `after` is
        (revision, 0|1|2, row*2 + ended) of the last one got. Labels are checked, of a pair also its mentions';
        a row put and ended is listed twice."""

    def scan(
        self, view: View, tables: Mapping[str, Sequence[str]], *, link_kinds: Collection[str] = ()
    ) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Whole tables: every visible row of `mentions`, `groups`, `pairs` or `links`, in some of its columns.

        Gives (table, batch), the tables in the order asked for, each one's rows by (row), in bounded memory; types as
        in graph.tables.ROWS, but kinds are dictionary-encoded. The tables agree with each other: Replaced when a rebuild
        is switched in before the last batch, or they go on with the old one. link_kinds: only links of these.
        Honours view.valid. For algorithms over the whole graph (docs/decisions/0005-scan.md); everybody else asks for
        what they need. Refused for a table or column that cannot be scanned."""

    def close(self) -> None:
        """Release files and connections. The store can't be used afterwards."""
