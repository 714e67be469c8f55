"""Tables, indexes and settings of the SQLite store, and why they are so.

One table a projected table (graph/tables.py, STORE_TABLES), its columns as there, `row` as the rowid, and
`since`, `until`: the revisions between which the row stood (`until` is tables.OPEN while it stands). Rows are
never deleted: ending one writes its `until`. So what a view at revision r sees never changes once the head has
reached r, and a read needs no transaction around its statements.

Words (kinds of entity and link) are interned in `words`: they are in the two widest indexes, of which a row
then costs 30 bytes and not 55. Ids are BLOBs of 16 bytes. `state` holds the head and, while a delta is being
applied, how far it is (sqlite_load.py).

Indexes, each for one question of the port:

    mentions_mid        mentions by id                          mentions_grp    pages of a group, by mid
    groups_comp         groups of a component                   keys_key        holders of an identifier key
    pairs_comp, _other  pairs with either end in a component    counters_comp   a component's hub counters
    links_out, _in      (component, kind, neighbour kind, label, anchor): the distinct plain neighbours of a hub
                        in anchor order, and past a hub's plain neighbours to the others (anchor NULL comes first)
    links_from_comp …   links of a component or group in row order (the rowid ends every index): the first few
                        cost a few
    *_since, *_until    what a revision put and ended, in row order; labels in the first, and only ended rows in
                        the second, so that skipping what is not seen stays inside the index

Statements name their index (INDEXED BY) and their join order (CROSS JOIN): the planner has no statistics, and
one wrong choice on a hub of a million links is a second.

Durability: WAL with synchronous=NORMAL. A killed process loses nothing that was committed; a power cut may lose
the last commits, never the file's consistency: the WAL is synced before a checkpoint and the file after it
(https://www.sqlite.org/pragma.html#pragma_synchronous). The head is in the same file, so what is lost is a tail,
and a follower replays it from the delta log.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final

import pyarrow as pa

from graph.errors import Corrupt
from graph.tables import OPEN, ROWS, STORE_TABLES

VERSION: Final = 2
"""Of this schema, kept in user_version. A store of another version is rebuilt, not migrated."""

WORDS: Final = frozenset({"kind", "nkind", "from_kind", "to_kind"})
"""Columns whose text is interned, in whichever table."""

_NULLABLE: Final = frozenset(
    {"props", "derived_by", "valid_from", "valid_to", "strength", "from_anchor", "to_anchor"}
)

INDEXES: Final[dict[str, str]] = {
    "mentions_mid": "mentions (mid)",
    "mentions_grp": "mentions (grp, mid)",
    "mentions_since": "mentions (since, row, label)",
    "mentions_until": f"mentions (until, row) WHERE until < {OPEN}",
    "groups_comp": '"groups" (comp)',
    "keys_key": "keys (key)",
    "pairs_comp": "pairs (comp)",
    "pairs_other": "pairs (other)",
    "pairs_since": "pairs (since, row, label, label_a, label_b)",
    "pairs_until": f"pairs (until, row) WHERE until < {OPEN}",
    "links_out": "links (from_comp, kind, to_kind, label, to_anchor)",
    "links_in": "links (to_comp, kind, from_kind, label, from_anchor)",
    "links_from_comp": "links (from_comp)",
    "links_to_comp": "links (to_comp)",
    "links_from_grp": "links (from_grp)",
    "links_to_grp": "links (to_grp)",
    "links_since": "links (since, row, label)",
    "links_until": f"links (until, row) WHERE until < {OPEN}",
    "counters_comp": "counters (comp)",
}


def _column(field: pa.Field[Any]) -> str:
    if field.name == "row":
        return "row INTEGER PRIMARY KEY"
    kind = field.type
    if field.name in WORDS or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        affinity = "INTEGER"
    elif pa.types.is_floating(kind):
        affinity = "REAL"
    else:
        affinity = "BLOB" if pa.types.is_fixed_size_binary(kind) else "TEXT"
    return f'"{field.name}" {affinity}' + ("" if field.name in _NULLABLE else " NOT NULL")


def _create_tables(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:  # not made by another process meanwhile
        for table in STORE_TABLES:
            columns = ", ".join(_column(field) for field in ROWS[table])
            connection.execute(
                f'CREATE TABLE "{table}" ({columns}, since INTEGER NOT NULL, until INTEGER NOT NULL)'
            )
        connection.execute("CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)")
        connection.execute(
            "CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), head INTEGER NOT NULL,"
            " step INTEGER NOT NULL, done INTEGER NOT NULL)"
        )
        connection.execute("INSERT INTO state VALUES (1, 0, 0, 0)")
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def prepare(connection: sqlite3.Connection, name: str) -> None:
    """Make the tables in a new file, or see that they are this version's; in WAL mode, autocommit.

    Raises Corrupt when the file (`name`, for the message) holds something else."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        connection.execute("PRAGMA page_size = 8192")
        connection.execute("PRAGMA journal_mode = WAL")
        _create_tables(connection)
    elif version != VERSION:
        raise Corrupt(
            f"Store {name} has schema version {version}, this program reads {VERSION}.",
            remedy="Run `clew rebuild`.",
        )
    connection.execute("PRAGMA synchronous = NORMAL")


def create_indexes(connection: sqlite3.Connection) -> None:
    """Make the indexes that are missing, each in a transaction of its own (sorted build)."""
    for name, columns in INDEXES.items():
        connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {columns}")
