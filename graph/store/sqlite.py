"""The embedded graph store: one SQLite file (rationale of its tables and indexes: sqlite_schema.py).

Reads may come from many threads, each has a connection of its own; one `apply` runs at a time. A row that a view
sees at a revision the head has reached never changes, so every call answers for its view whatever lands
meanwhile. sqlite_load.py applies deltas, sqlite_links.py reads links, sqlite_files.py opens and switches files.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from heapq import merge
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
import pyarrow as pa

from graph.errors import NotHeld, Refused
from graph.model import (
    CHANGED_TABLES,
    Change,
    ChangedTable,
    Counter,
    Group,
    Mention,
    MentionLink,
    Pair,
    Revision,
    View,
)
from graph.store import sqlite_links as link_reads
from graph.store.base import HubKey, Store
from graph.store.scan import checked
from graph.store.sqlite_files import Readers, connect, new_rebuild, replace, translated
from graph.store.sqlite_load import CHUNK, load
from graph.store.sqlite_reads import IDS, columns, numbers, packed_ids, seen, view_parameters
from graph.store.sqlite_scan import scan
from graph.store.sqlite_schema import create_indexes
from graph.tables import OPEN


class SqliteStore:
    """The Store port (graph/store/base.py) over one SQLite file, made on first use.

    chunk: rows an apply commits at a time. Besides what the port says, every method raises Busy when another
    process keeps the file locked, Corrupt when it is damaged, Unreachable when it can't be read or written."""

    def __init__(self, path: Path, *, chunk: int = CHUNK) -> None:
        # One spelling of the folder, however it was written; the last part stays as it is: a switch puts a link there.
        self.path = path = path.parent.resolve() / path.name
        self._chunk = chunk
        self._readers = Readers(path)
        self._writing = threading.Lock()
        self._lacks_indexes = False
        self._defers_indexes = False

    def head(self) -> Revision:
        with translated(self.path):
            return Revision(self._readers.fresh().head())

    def apply(self, delta: Path, revision: Revision) -> None:
        with self._writing, translated(self.path), closing(connect(self.path)) as connection:
            head = connection.execute("SELECT head FROM state").fetchone()[0]
            if revision <= head:
                return
            if revision > head + 1:
                raise NotHeld(
                    f"Revision {revision} cannot follow {head}, the last that store {self.path} holds.",
                    remedy=f"Apply revision {head + 1} first.",
                )
            self._lacks_indexes = self._defers_indexes
            load(connection, delta, revision, chunk=self._chunk, defer_indexes=self._defers_indexes)

    def rebuilding(self) -> Store:
        with translated(self.path):
            rebuilt = SqliteStore(new_rebuild(self.path), chunk=self._chunk)
        rebuilt._defers_indexes = True
        return rebuilt

    def switch(self, rebuilt: Store) -> None:
        if not isinstance(rebuilt, SqliteStore) or not rebuilt.path.name.startswith(f"{self.path.name}."):
            raise Refused(
                "This store was not made by rebuilding().", remedy="Fill and switch a store that was."
            )
        with self._writing, translated(self.path):
            rebuilt.finish()
            replace(self.path, rebuilt.path)
            self._readers.renew()

    def finish(self) -> None:
        """Make the indexes a rebuild put off, bring all of the WAL into the file, and close it."""
        with self._writing, translated(self.path):
            self._readers.close()
            with closing(connect(self.path)) as connection:
                connection.execute("PRAGMA cache_size = -262144")
                create_indexes(connection)
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._lacks_indexes = False

    def close(self) -> None:
        self._readers.close()

    def mentions(
        self, view: View, *, ids: Sequence[bytes] = (), groups: Sequence[int] = (), after: bytes | None = None,
        limit: int | None = None, ended: bool = False,
    ) -> list[Mention]:  # fmt: skip
        page = {"after": after or b"", "limit": -1 if limit is None else limit}
        if groups:
            return [
                Mention._make(row)
                for row in self._read(view, _MENTIONS_OF_GROUPS, {"grps": numbers(groups)} | page)
            ]
        if not ids:
            return []
        if not ended:
            return [Mention._make(row) for row in self._read(view, _MENTIONS_BY_ID, packed_ids(ids) | page)]
        # Of a mention's rows up to the revision the last one stands, or stood last.
        rows = self._read(view, _MENTIONS_EVER, packed_ids(ids) | page)
        last = {mention.mid: mention for mention in map(Mention._make, rows)}
        return list(last.values())[:limit]

    def groups(self, view: View, comps: Sequence[int]) -> dict[int, list[Group]]:
        found: dict[int, list[Group]] = {}
        for row in self._read(view, _GROUPS, {"comps": numbers(comps)}) if comps else ():
            group = _group((*row[:-1], tuple(orjson.loads(row[-1]))))
            (found.get(group.comp) or found.setdefault(group.comp, [])).append(group)
        return found

    def holders(self, view: View, keys: Sequence[str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        wanted = json.dumps(sorted(set(keys)))
        for key, comp in self._read(view, _HOLDERS, {"keys": wanted}) if keys else ():
            found.setdefault(key, []).append(comp)
        return found

    def pairs(self, view: View, comps: Sequence[int]) -> list[Pair]:
        rows = self._read(view, _PAIRS, {"comps": numbers(comps)}) if comps else []
        return [Pair._make(row) for row in rows]

    def counters(self, view: View, comps: Sequence[int]) -> list[Counter]:
        rows = self._read(view, _COUNTERS, {"comps": numbers(comps)}) if comps else []
        return [Counter(comp, bool(out), kind, nkind, n) for comp, out, kind, nkind, n in rows]

    def links(
        self, view: View, comps: Sequence[int] = (), *, groups: Sequence[int] = (),
        between: Sequence[tuple[int, int]] = (), skip: Iterable[HubKey] = (), limit: int | None = None,
    ) -> list[MentionLink]:  # fmt: skip
        with translated(self.path):
            connection = self._seeing(view)
            if connection is None or limit == 0:
                return []
            hubs = list(skip)
            if between:
                return link_reads.between(connection, view, between, limit)
            if groups:
                return link_reads.by_end(connection, view, "grp", groups, limit=limit)
            if hubs:
                return link_reads.past_hubs(connection, view, comps, hubs, limit)
            return link_reads.by_end(connection, view, "comp", comps, limit=limit)

    def neighbours(
        self, view: View, hub: HubKey, *, after: bytes | None = None, limit: int
    ) -> list[tuple[bytes, int]]:
        with translated(self.path):
            connection = self._seeing(view)
            if connection is None or limit <= 0:
                return []
            return link_reads.neighbours(connection, view, hub, after or b"", limit)

    def among(self, view: View, comps: Collection[int], others: Collection[int] = ()) -> pa.Table:
        with translated(self.path):
            connection = self._seeing(view)
            return link_reads.among(connection, view, set(comps), set(others) - set(comps))

    def changed(
        self, view: View, since: Revision, *, after: tuple[int, int, int] | None = None, limit: int
    ) -> list[Change]:
        streams = []
        for number, table in enumerate(CHANGED_TABLES):
            for ended, statement in enumerate(_CHANGES[table]):
                revision, row = _change_after(since, after, number, ended)
                where = {"revision": revision, "row": row, "limit": limit}
                rows = self._read(view, statement, where)
                streams.append([((at, number, row * 2 + ended), mids) for at, row, *mids in rows])
        changes = list(merge(*streams, key=lambda change: change[0]))[: max(limit, 0)]
        return [
            Change(Revision(at), CHANGED_TABLES[number], place // 2, place % 2 == 0, tuple(mids))
            for (at, number, place), mids in changes
        ]

    def scan(
        self, view: View, tables: Mapping[str, Sequence[str]], *, link_kinds: Collection[str] = ()
    ) -> Iterator[tuple[str, pa.RecordBatch]]:
        checked(tables)
        with translated(self.path):
            if self._seeing(view) is None:
                return
            # A connection of its own: this thread may ask other things between two batches.
            with closing(connect(self.path)) as connection:
                connection.execute("PRAGMA query_only = ON")
                yield from scan(connection, view, tables, link_kinds)

    def _seeing(self, view: View) -> sqlite3.Connection | None:
        """This thread's connection; None when the view sees nothing whatever is held. Raises NotHeld."""
        reader = self._readers.get()
        if view.revision > reader.known_head:
            reader = self._readers.fresh()
        if view.revision > reader.known_head and view.revision > (head := reader.head()):
            raise NotHeld(
                f"Revision {view.revision} is beyond {head}, the last that store {self.path} holds.",
                remedy="Wait for the store to follow, or ask at an earlier revision.",
            )
        if view.revision < 1 or not view.labels:
            return None
        if self._lacks_indexes:
            with self._writing:
                create_indexes_of(self.path)
                self._lacks_indexes = False
        return reader.connection

    def _read(self, view: View, statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        with translated(self.path):
            connection = self._seeing(view)
            if connection is None:
                return []
            return connection.execute(statement, view_parameters(view) | parameters).fetchall()


def create_indexes_of(path: Path) -> None:
    """Make the indexes that the file behind a path lacks."""
    with closing(connect(path)) as connection:
        create_indexes(connection)


def _change_after(since: int, after: tuple[int, int, int] | None, number: int, ended: int) -> tuple[int, int]:
    """The (revision, row) after which one stream of changes goes on: see Store.changed for `after`."""
    start = (since, OPEN)
    if after is None:
        return start
    revision, table, place = after
    if number != table:
        return max(start, (revision, -1 if number > table else OPEN))
    return max(start, (revision, (place - ended) // 2))


_group: Final[Callable[[tuple[Any, ...]], Group]] = partial(tuple.__new__, Group)


def _sql(model: type[NamedTuple], alias: str, rest: str) -> str:
    return f"SELECT {columns(model, alias)} {rest}"


_MENTIONS_BY_ID = f"WITH {IDS} " + _sql(
    Mention, "m",
    "FROM ids CROSS JOIN mentions m INDEXED BY mentions_mid ON m.mid = ids.id"
    f" WHERE m.mid > :after AND {seen('m')} ORDER BY m.mid LIMIT :limit",
)  # fmt: skip
_MENTIONS_EVER = f"WITH {IDS} " + _sql(
    Mention, "m",
    "FROM ids CROSS JOIN mentions m INDEXED BY mentions_mid ON m.mid = ids.id"
    " WHERE m.mid > :after AND m.label IN (SELECT value FROM json_each(:labels))"
    " AND m.since <= :at AND m.since < m.until AND :limit <> 0 ORDER BY m.mid, m.since",
)  # fmt: skip
# Each group gives its first `limit` (the bound), so that a page of a group of 100,000 costs a page.
_MENTIONS_OF_GROUPS = (
    "WITH wanted (grp, upto) AS MATERIALIZED (SELECT g.value, CASE WHEN :limit > 0 THEN (SELECT m.mid FROM"
    " mentions m INDEXED BY mentions_grp WHERE m.grp = g.value AND m.mid > :after AND"
    f" {seen('m')} ORDER BY m.mid LIMIT 1 OFFSET :limit - 1) END FROM json_each(:grps) g) "
    + _sql(
        Mention, "m",
        "FROM wanted CROSS JOIN mentions m INDEXED BY mentions_grp ON m.grp = wanted.grp"
        f" WHERE m.mid > :after AND m.mid <= ifnull(wanted.upto, x'{'ff' * 17}')"
        f" AND {seen('m')} ORDER BY m.mid LIMIT :limit",
    )
)  # fmt: skip
_GROUPS = _sql(
    Group, "g",
    'FROM json_each(:comps) c CROSS JOIN "groups" g INDEXED BY groups_comp ON g.comp = c.value'
    f" WHERE {seen('g')} ORDER BY g.comp, g.born, g.anchor",
)  # fmt: skip
_HOLDERS = (
    "SELECT DISTINCT k.key, k.comp FROM json_each(:keys) j CROSS JOIN keys k INDEXED BY keys_key"
    f" ON k.key = j.value WHERE {seen('k')} ORDER BY k.key, k.comp"
)
_PAIRS = (
    "WITH hits (row) AS (SELECT p.row FROM json_each(:comps) c CROSS JOIN pairs p INDEXED BY pairs_comp"
    " ON p.comp = c.value UNION SELECT p.row FROM json_each(:comps) c CROSS JOIN pairs p INDEXED BY pairs_other"
    " ON p.other = c.value) "
    + _sql(
        Pair, "p",
        f"FROM hits CROSS JOIN pairs p ON p.row = hits.row WHERE {seen('p')}"
        " AND p.label_a IN (SELECT value FROM json_each(:labels))"
        " AND p.label_b IN (SELECT value FROM json_each(:labels)) ORDER BY p.id, p.row",
    )
)  # fmt: skip
_COUNTERS = (
    "SELECT c.comp, c.out, k.word, nk.word, sum(c.n) FROM json_each(:comps) j CROSS JOIN counters c"
    " INDEXED BY counters_comp ON c.comp = j.value CROSS JOIN words k ON k.id = c.kind CROSS JOIN words nk"
    f" ON nk.id = c.nkind WHERE {seen('c')} GROUP BY c.comp, c.out, k.word, nk.word"
    " ORDER BY c.comp, c.out, k.word, nk.word"
)


def _changes(table: ChangedTable, mids: str, *labels: str) -> tuple[str, str]:
    """The statements for rows put and for rows ended after (:revision, :row), up to the view's revision.

    labels: the columns that must all be visible."""
    seen_all = " AND ".join(f"t.{label} IN (SELECT value FROM json_each(:labels))" for label in labels)
    return (
        f"SELECT t.since, t.row, {mids} FROM {table} t INDEXED BY {table}_since"
        f" WHERE (t.since, t.row) > (:revision, :row) AND t.since <= :at AND {seen_all}"
        " ORDER BY t.since, t.row LIMIT :limit",
        f"SELECT t.until, t.row, {mids} FROM {table} t INDEXED BY {table}_until"
        f" WHERE (t.until, t.row) > (:revision, :row) AND t.until <= :at AND t.until < {OPEN} AND {seen_all}"
        " ORDER BY t.until, t.row LIMIT :limit",
    )


_CHANGES: dict[ChangedTable, tuple[str, str]] = {
    "mentions": _changes("mentions", "t.mid", "label"),
    "links": _changes("links", "t.from_mid, t.to_mid", "label"),
    "pairs": _changes("pairs", "t.a, t.b", "label", "label_a", "label_b"),
}
