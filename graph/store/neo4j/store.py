"""The store port on Neo4j: each read is one statement of cypher/, one round trip.

A reading statement gives its rows and then, read after them, the head of the generation they are from: no head
means that a rebuild has replaced the generation, and the rows may be half dropped.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from graph.errors import ClewError, NotHeld, Refused, Unreachable
from graph.model import CHANGED_TABLES, Change, Counter, Group, Mention, MentionLink, Pair, Revision, View
from graph.store.base import HubKey, Store
from graph.store.neo4j import generation
from graph.store.neo4j.outside import outside
from graph.store.neo4j.server import Row, Server
from graph.store.scan import BATCH_ROWS, KINDS, batch, checked, is_id
from graph.tables import AMONG

_ALL: Final = 2**62
"""A limit, and a row number, above all."""


class Neo4jStore:
    """A store on the Neo4j server at `url` (neo4j://, bolt:// or their +s forms); graph.store.base has the contract.

    Credentials: the arguments, else the URL's userinfo, else none. database: None is the server's default. Threads
    may share it. Raises Unreachable when the server does not answer, Refused when it does not take the URL or the
    credentials. Once a rebuild has been switched in, a store opened before raises Replaced on every call: the
    numbers its caller holds are of rows that are gone."""

    def __init__(
        self, url: str, *, user: str | None = None, password: str | None = None, database: str | None = None
    ) -> None:
        self._server = Server(url, user, password, database)
        try:
            self._generation = generation.current(self._server)
        except BaseException:
            self._server.close()
            raise

    @staticmethod
    def wipe(
        url: str, *, user: str | None = None, password: str | None = None, database: str | None = None
    ) -> None:
        """Drop all that stores keep on a server: rows, generations, indexes. Other labels are left alone."""
        server = Server(url, user, password, database)
        try:
            generation.wipe(server)
        finally:
            server.close()

    def head(self) -> Revision:
        return Revision(generation.state(self._server, self._generation)[0])

    def apply(self, delta: Path, revision: Revision) -> None:
        generation.follow(self._server, self._generation, delta, revision)

    def rebuilding(self) -> Store:
        rebuilt = copy(self)
        rebuilt._server = self._server.again()
        try:
            rebuilt._generation = generation.begin(rebuilt._server, self._generation)
        except BaseException:
            rebuilt._server.close()
            raise
        return rebuilt

    def switch(self, rebuilt: Store) -> None:
        if not isinstance(rebuilt, Neo4jStore):
            raise Refused("Only a store from rebuilding() can be switched in.")
        generation.switch(self._server, self._generation, rebuilt._generation)
        self._generation = rebuilt._generation

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
        limit = _ALL if limit is None else limit
        if ids and not groups:
            wanted = sorted(i.hex() for i in set(ids) if after is None or i > after)
            name = "read_mentions_last" if ended else "read_mentions"
            rows = self._read(name, view, ids=wanted, limit=limit)
        else:
            rows = self._read(
                "read_mentions_of_groups",
                view,
                groups=sorted(set(groups)),
                limit=limit,
                after="" if after is None else after.hex(),
            )
        return [Mention(bytes.fromhex(row[0]), *row[1:]) for row in rows]

    def groups(self, view: View, comps: Sequence[int]) -> dict[int, list[Group]]:
        found: dict[int, list[Group]] = {}
        for row in self._read("read_groups", view, comps=sorted(set(comps))):
            group = Group(*row)._replace(anchor=bytes.fromhex(row[3]), keys=tuple(json.loads(row[9])))
            found.setdefault(group.comp, []).append(group)
        return found

    def holders(self, view: View, keys: Sequence[str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for key, comp in self._read("read_holders", view, keys=sorted(set(keys))):
            found.setdefault(key, []).append(comp)
        return found

    def pairs(self, view: View, comps: Sequence[int]) -> list[Pair]:
        return [
            Pair(comp, other, bytes.fromhex(a), bytes.fromhex(b), *rest)
            for comp, other, a, b, *rest in self._read("read_pairs", view, comps=sorted(set(comps)))
        ]

    def counters(self, view: View, comps: Sequence[int]) -> list[Counter]:
        return [Counter(*row) for row in self._read("read_counters", view, comps=sorted(set(comps)))]

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
        limit = _ALL if limit is None else limit
        if between:
            pairs = [list(pair) for pair in sorted(set(between))]
            rows = self._read_links("read_links_between", view, between=pairs, limit=limit)
        elif groups:
            rows = self._read_links("read_links_of_groups", view, groups=sorted(set(groups)), limit=limit)
        elif hubs := set(skip):
            rows = self._read_links("read_links_past_hubs", view, **outside(comps, hubs), limit=limit)
        else:
            rows = self._read_links("read_links", view, comps=sorted(set(comps)), limit=limit)
        return [_link(row) for row in rows]

    def neighbours(
        self, view: View, hub: HubKey, *, after: bytes | None = None, limit: int
    ) -> list[tuple[bytes, int]]:
        comp, out, kind, nkind = hub
        rows = self._read_links(
            "read_neighbours_out" if out else "read_neighbours_in",
            view,
            comp=comp,
            kind=kind,
            nkind=nkind,
            after="" if after is None else after.hex(),
            limit=limit,
        )
        return [(bytes.fromhex(anchor), neighbour) for anchor, neighbour in rows]

    def among(self, view: View, comps: Collection[int], others: Collection[int] = ()) -> pa.Table:
        near = set(comps)
        far = set(others) - near
        found = self._read_links("read_links_among", view, comps=sorted(near), others=sorted(far))
        return _among(found, near, far) if found else AMONG.empty_table()

    def changed(
        self, view: View, since: Revision, *, after: tuple[int, int, int] | None = None, limit: int
    ) -> list[Change]:
        first, page = _page(since, after, view.revision)
        return [
            Change(revision, CHANGED_TABLES[tab], row, put, tuple(bytes.fromhex(mid) for mid in mids))
            for revision, tab, row, put, mids in self._read(
                "read_changed", view, since=first, page=page, limit=limit
            )
        ]

    def scan(
        self, view: View, tables: Mapping[str, Sequence[str]], *, link_kinds: Collection[str] = ()
    ) -> Iterator[tuple[str, pa.RecordBatch]]:
        checked(tables)
        for table, names in tables.items():
            after, more = -1, {"kinds": sorted(set(link_kinds))} if table == "links" else {}
            read = self._read_links if table == "links" else self._read
            while rows := read(
                f"read_scan_{table}", view, columns=list(names), after=after, limit=BATCH_ROWS, **more
            ):
                after = rows[-1][0]
                yield table, _batch(table, names, list(zip(*rows, strict=True))[1:])

    def close(self) -> None:
        self._server.close()

    def _read_links(self, name: str, view: View, **parameters: object) -> list[Row]:
        day = None if view.valid is None else view.valid.isoformat()
        # "T99" is after every instant of the day: a validity that begins within the day counts.
        return self._read(name, view, day=day, day_end=day and day + "T99", **parameters)

    def _read(self, name: str, view: View, **parameters: object) -> list[Row]:
        if view.revision == 0:
            # Nothing stood then; and the indexes that statements name are made with the first revision.
            generation.state(self._server, self._generation)
            return []
        try:
            found = self._server.read(
                name,
                self._generation.slot,
                generation=self._generation.number,
                labels=sorted(view.labels),
                revision=view.revision,
                **parameters,
            )
        except Unreachable:
            raise
        except ClewError:
            # A generation that was replaced loses its indexes before its rows: then this raises Replaced.
            generation.state(self._server, self._generation)
            raise
        if found is None:
            raise generation.replaced()
        head, rows = found
        if view.revision > head:
            raise NotHeld(
                f"Revision {view.revision} is beyond the store's head, {head}.",
                remedy="Wait until the store has followed, or ask for an earlier revision.",
            )
        return list(rows)


def _among(found: Sequence[Sequence[Any]], near: Collection[int], far: Collection[int]) -> pa.Table:
    """Columns as read_links_among.cypher gives them: of what it finds each link once, by row, with its ends known and
    one of them near."""
    rows, kinds, *ends = found
    columns = [np.array(column, np.int64) for column in ends]
    inside, known = (np.array(sorted(these), np.int64) for these in (near, {*near, *far}))
    _, first = np.unique(np.array(rows, np.int64), return_index=True)
    leave, reach = columns[0][first], columns[1][first]
    asked = np.isin(leave, known) & np.isin(reach, known) & (np.isin(leave, inside) | np.isin(reach, inside))
    kept = first[asked]
    texts = np.array(kinds, object)[kept]
    return pa.Table.from_arrays(
        [pa.array(texts, pa.string()), *(pa.array(column[kept]) for column in columns)], schema=AMONG
    )


def _batch(table: str, names: Sequence[str], columns: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    """Columns of rows as read: ids are kept as text there."""
    held = [
        [None if value is None else bytes.fromhex(value) for value in column]
        if is_id(table, name)
        else column
        for name, column in zip(names, columns, strict=True)
    ]
    made = batch(table, names, held)
    arrays: list[Any] = [
        column.dictionary_encode() if name in KINDS else column
        for name, column in zip(names, made.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, names=list(names))


def _link(row: Row) -> MentionLink:
    r: list[Any] = list(row)
    for i in (7, 8, 11, 12):
        r[i] = None if r[i] is None else bytes.fromhex(r[i])
    return MentionLink(*r)


def _page(since: int, after: tuple[int, int, int] | None, upto: int) -> tuple[int, dict[str, int]]:
    """The first revision to read, and for each kind of change the row above which to read it there."""
    kinds = {
        f"{name}_{change}": (tab, ended)
        for tab, name in enumerate(("mention", "link", "pair"))
        for ended, change in enumerate(("put", "end"))
    }
    if after is None or not since < after[0] <= upto:
        return max(since, after[0] if after else since), dict.fromkeys(kinds, _ALL)
    revision, table, position = after
    rows: dict[str, int] = {}
    for name, (tab, ended) in kinds.items():
        # row * 2 + ended > position, in the table of `after`; earlier tables are done, later ones are to come.
        rows[name] = (position - ended) // 2 if tab == table else _ALL if tab < table else -1
    return revision, rows
