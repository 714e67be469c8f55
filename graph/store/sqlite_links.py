"""Reads of `links` in the SQLite store: by end, by pair of components, past hubs, and a hub's neighbours."""

from __future__ import annotations

import heapq
import json
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from graph.model import MentionLink, View
from graph.store.base import HubKey
from graph.store.sqlite_reads import columns, numbers, seen, valid, view_parameters
from graph.tables import AMONG

_COLUMNS: Final = columns(MentionLink, "l")
_LAST: Final = 2**63 - 1
_FEW: Final = 64
"""Links into one component up to which `between` reads them; beyond it reads those out of the other."""
_REPEATS: Final = 16
"""Links to one neighbour that are stepped over before seeking past the rest of them."""


class _Side(NamedTuple):
    """Names of one direction's columns: the near end is the component asked about, the far its neighbour."""

    by: str
    near: str
    far_comp: str
    far_kind: str
    far_anchor: str


_OUT: Final = _Side("links_out", "from_comp", "to_comp", "to_kind", "to_anchor")
_IN: Final = _Side("links_in", "to_comp", "from_comp", "from_kind", "from_anchor")


_made: Final[Callable[[Sequence[Any]], MentionLink]] = partial(tuple.__new__, MentionLink)


def _rows(connection: sqlite3.Connection, sql: str, parameters: dict[str, Any]) -> list[MentionLink]:
    return list(map(_made, connection.execute(sql, parameters)))


def by_end(
    connection: sqlite3.Connection, view: View, end: Literal["comp", "grp"], values: Collection[int],
    *, skip: str | None = None, limit: int | None = None,
) -> list[MentionLink]:  # fmt: skip
    """Links with either end's component or group among values, ordered by row.

    With a limit each value gives at most its `limit` lowest links in either direction (the `upto` columns), so
    that the first few of a hub cost a few."""
    if not values:
        return []
    condition = seen("l") + valid("l", view) + ("" if skip is None else _NOT_SKIPPED)
    if limit is None:
        return _all_by_end(connection, view, end, values, condition, skip)
    upto = {
        side: f"ifnull((SELECT l.row FROM links l INDEXED BY links_{side}_{end} WHERE l.{side}_{end} = e.value"
        f" AND {condition} ORDER BY l.row LIMIT 1 OFFSET :limit - 1), {_LAST})"
        for side in ("from", "to")
    }  # fmt: skip
    hits = " UNION ".join(
        f"SELECT l.row FROM ends e CROSS JOIN links l INDEXED BY links_{side}_{end}"
        f" ON l.{side}_{end} = e.value AND l.row <= e.{side}_upto WHERE {condition}"
        for side in ("from", "to")
    )
    sql = (
        f"WITH {'' if skip is None else _SKIP + ', '}ends (value, from_upto, to_upto) AS MATERIALIZED"
        f" (SELECT e.value, {upto['from']}, {upto['to']} FROM json_each(:values) e), hits (row) AS ({hits})"
        f" SELECT {_COLUMNS} FROM hits CROSS JOIN links l ON l.row = hits.row ORDER BY l.row LIMIT :limit"
    )
    parameters = {"values": numbers(values), "limit": limit, "skip": skip}
    return _rows(connection, sql, view_parameters(view) | parameters)


def _all_by_end(
    connection: sqlite3.Connection, view: View, end: str, values: Collection[int], condition: str, skip: str | None
) -> list[MentionLink]:  # fmt: skip
    """by_end without a limit: each link is read once, by its source or else by its target."""
    arms = " UNION ALL ".join(
        f"SELECT {_COLUMNS} FROM ends e CROSS JOIN links l INDEXED BY links_{side}_{end} ON l.{side}_{end} = e.value"
        f" WHERE {condition}{once}"
        for side, once in (("from", ""), ("to", f" AND l.from_{end} NOT IN (SELECT value FROM ends)"))
    )
    sql = (
        f"WITH {'' if skip is None else _SKIP + ', '}ends (value) AS MATERIALIZED"
        f" (SELECT value FROM json_each(:values)) {arms}"
    )
    found = _rows(connection, sql, view_parameters(view) | {"values": numbers(values), "skip": skip})
    found.sort(key=itemgetter(0))
    return found


_SKIP: Final = (
    "skip (comp, out, kind, nkind) AS MATERIALIZED (SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3"
    " FROM json_each(:skip))"
)
_NOT_SKIPPED: Final = "".join(
    f" AND (l.{side.far_anchor} IS NULL OR (l.{side.near}, l.kind, l.{side.far_kind})"
    f" NOT IN (SELECT comp, kind, nkind FROM skip WHERE out = {out}))"
    for side, out in ((_OUT, 1), (_IN, 0))
)


def past_hubs(
    connection: sqlite3.Connection,
    view: View,
    comps: Collection[int],
    skip: Iterable[HubKey],
    limit: int | None,
) -> list[MentionLink]:
    """Links of components without those that `skip` leaves out, at the cost of what is left."""
    words = {word: id_ for id_, word in connection.execute("SELECT id, word FROM words")}
    keys = {
        (comp, out, words[kind], words[nkind])
        for comp, out, kind, nkind in skip
        if kind in words and nkind in words
    }
    hubs = {key[0] for key in keys} & set(comps)
    packed = json.dumps(sorted(keys))
    links = by_end(connection, view, "comp", set(comps) - hubs, skip=packed, limit=limit)
    rows = [
        row for hub in sorted(hubs) for side in (_OUT, _IN) for row in _hub_rows(connection, view, side, hub, keys)
    ]  # fmt: skip
    sql = (
        f"WITH {_SKIP} SELECT {_COLUMNS} FROM json_each(:rows) r CROSS JOIN links l ON l.row = r.value"
        f" WHERE {seen('l')}{valid('l', view)}{_NOT_SKIPPED} ORDER BY l.row LIMIT :limit"
    )
    parameters = {"rows": numbers(rows), "limit": -1 if limit is None else limit, "skip": packed}
    links += _rows(connection, sql, view_parameters(view) | parameters)
    distinct = {link.row: link for link in links}
    return [distinct[row] for row in sorted(distinct)][:limit]


def _hub_rows(
    connection: sqlite3.Connection,
    view: View,
    side: _Side,
    hub: int,
    keys: Collection[tuple[int, bool, int, int]],
) -> Iterator[int]:
    """Rows of a hub's links in one direction: all of a kind that is not skipped, else those with no anchor."""
    index = f"FROM links INDEXED BY {side.by} WHERE {side.near} = ?"
    for kind, nkind in _kinds(connection, side, hub):
        run = f"SELECT row {index} AND kind = ? AND {side.far_kind} = ?"
        if (hub, side is _OUT, kind, nkind) in keys:
            for label in _labels(connection, view, side, (hub, kind, nkind)):
                only_mixed = f"{run} AND label = ? AND {side.far_anchor} IS NULL"
                yield from (row for (row,) in connection.execute(only_mixed, (hub, kind, nkind, label)))
        else:
            yield from (row for (row,) in connection.execute(run, (hub, kind, nkind)))


def _kinds(connection: sqlite3.Connection, side: _Side, comp: int) -> Iterator[tuple[int, int]]:
    """The (kind, far kind) of a component's links in one direction: a seek each, past the links of the last."""
    select = f"SELECT kind, {side.far_kind} FROM links INDEXED BY {side.by} WHERE {side.near} = ?"
    # Not (kind, far kind) > (?, ?): SQLite seeks to the first that is equal, and steps over a million from there.
    next_far = f"{select} AND kind = ? AND {side.far_kind} > ? ORDER BY {side.far_kind} LIMIT 1"
    next_kind = f"{select} AND kind > ? ORDER BY kind, {side.far_kind} LIMIT 1"
    found = connection.execute(next_kind, (comp, 0)).fetchone()
    while found is not None:
        yield found
        found = (
            connection.execute(next_far, (comp, *found)).fetchone()
            or connection.execute(next_kind, (comp, found[0])).fetchone()
        )


def _labels(
    connection: sqlite3.Connection, view: View, side: _Side, key: tuple[int, int, int]
) -> Iterator[int]:
    """The view's labels that links of (component, kind, far kind) carry, ascending: each side leaps to the
    other's next, so that thousands of either cost what the shorter does."""
    wanted, place = sorted(view.labels), 0
    while place < len(wanted):
        found = connection.execute(
            f"SELECT label FROM links INDEXED BY {side.by} WHERE {side.near} = ? AND kind = ?"
            f" AND {side.far_kind} = ? AND label >= ? ORDER BY label LIMIT 1",
            (*key, wanted[place]),
        ).fetchone()
        if found is None:
            return
        place = bisect_left(wanted, found[0], place)
        if place < len(wanted) and wanted[place] == found[0]:
            yield wanted[place]
            place += 1


def between(
    connection: sqlite3.Connection, view: View, pairs: Sequence[tuple[int, int]], limit: int | None
) -> list[MentionLink]:
    """Links from the first to the second component of a pair, ordered by row: read from the end with fewer."""
    halves = " UNION ".join(
        f"SELECT l.row FROM pair CROSS JOIN links l INDEXED BY {index} ON {ends} WHERE pair.few = {few}"
        f" AND {seen('l')}{valid('l', view)}"
        for few, index, ends in (
            (1, "links_to_comp", "l.to_comp = pair.b AND +l.from_comp = pair.a"),
            (0, "links_from_comp", "l.from_comp = pair.a AND +l.to_comp = pair.b"),
        )
    )
    sql = (
        "WITH pair (a, b, few) AS MATERIALIZED (SELECT p.value ->> 0, p.value ->> 1, NOT EXISTS (SELECT 1 FROM"
        " links l INDEXED BY links_to_comp WHERE l.to_comp = p.value ->> 1 LIMIT 1 OFFSET :few)"
        f" FROM json_each(:pairs) p), hits (row) AS ({halves})"
        f" SELECT {_COLUMNS} FROM hits CROSS JOIN links l ON l.row = hits.row ORDER BY l.row LIMIT :limit"
    )
    parameters = {
        "pairs": json.dumps(sorted(set(pairs))),
        "few": _FEW,
        "limit": -1 if limit is None else limit,
    }
    return _rows(connection, sql, view_parameters(view) | parameters)


def among(
    connection: sqlite3.Connection | None, view: View, comps: Collection[int], others: Collection[int]
) -> pa.Table:
    """Links with an end in `comps` and the other there or in `others` (none of them in both), in the columns of AMONG,
    ordered by row.

    The columns come as JSON lists, one row of them: numbers that SQLite writes and orjson reads cost half of what rows
    do that become Python's one by one."""
    if not comps or connection is None:
        return _table([[] for _ in range(len(AMONG) + 1)], {})
    # Numbers are written out: a list of parameters would be looked up anew for every row.
    labels = ", ".join(str(int(label)) for label in sorted(view.labels))
    condition = f"l.label IN ({labels}) AND l.since <= :at AND l.until > :at{valid('l', view)}"
    ways = [("comps", "from", "to", "known")]
    if others:
        few = _few_leave(connection, others, len(comps))
        ways.append(("others", "from", "to", "comps") if few else ("comps", "to", "from", "others"))
    columns = ", ".join(f"l.{name}" for name in AMONG.names)
    arms = " UNION ALL ".join(
        f"SELECT l.row, {columns} FROM {ends} e CROSS JOIN links l INDEXED BY links_{near}_comp"
        f" ON l.{near}_comp = e.value WHERE {condition} AND l.{far}_comp IN (SELECT value FROM {within})"
        for ends, near, far, within in ways
    )
    sql = (
        "WITH comps (value) AS MATERIALIZED (SELECT value FROM json_each(:comps)),"
        " others (value) AS MATERIALIZED (SELECT value FROM json_each(:others)),"
        " known (value) AS MATERIALIZED (SELECT value FROM comps UNION ALL SELECT value FROM others)"
        f" SELECT json_group_array(row), {', '.join(f'json_group_array({name})' for name in AMONG.names)} FROM ({arms})"
    )
    parameters = view_parameters(view) | {"comps": numbers(comps), "others": numbers(others)}
    found = [orjson.loads(column) for column in connection.execute(sql, parameters).fetchone()]
    return _table(found, dict(connection.execute("SELECT id, word FROM words").fetchall()))


def _few_leave(connection: sqlite3.Connection, comps: Collection[int], most: int) -> bool:
    """Whether at most some number of links leave components: a walk in an index, no further than that."""
    if len(comps) > most:
        return False
    sql = (
        "SELECT count(*) FROM (SELECT 1 FROM json_each(:comps) e CROSS JOIN links l INDEXED BY links_from_comp"
        " ON l.from_comp = e.value LIMIT :most + 1)"
    )
    counted: int = connection.execute(sql, {"comps": numbers(comps), "most": most}).fetchone()[0]
    return counted <= most


def _table(found: Sequence[Sequence[int]], words: Mapping[int, str]) -> pa.Table:
    """Columns as read (row, then those of AMONG), in the order of their rows."""
    rows, kinds, *ends = (np.array(column, np.int64) for column in found)
    order = np.argsort(rows, kind="stable")
    known = sorted(words)
    texts = np.array([words[word] for word in known], object)[np.searchsorted(known, kinds[order])]
    return pa.Table.from_arrays(
        [pa.array(texts, pa.string()), *(pa.array(column[order]) for column in ends)], schema=AMONG
    )


def neighbours(
    connection: sqlite3.Connection, view: View, hub: HubKey, after: bytes, limit: int
) -> list[tuple[bytes, int]]:
    """The distinct plain neighbours of a hub key after an anchor: a merge of index scans, one a label."""
    comp, out, *kinds = hub
    side = _OUT if out else _IN
    ids = [connection.execute("SELECT id FROM words WHERE word = ?", (kind,)).fetchone() for kind in kinds]
    if None in ids:
        return []
    key = (comp, ids[0][0], ids[1][0])
    runs = [
        _anchors(connection, view, side, key, label, after) for label in _labels(connection, view, side, key)
    ]
    found: list[tuple[bytes, int]] = []
    for neighbour in heapq.merge(*runs):
        if not found or found[-1][0] != neighbour[0]:
            found.append(neighbour)
        if len(found) > limit:
            break
    return found[:limit]


def _anchors(
    connection: sqlite3.Connection,
    view: View,
    side: _Side,
    key: tuple[int, int, int],
    label: int,
    after: bytes,
) -> Iterator[tuple[bytes, int]]:
    sql = (
        f"SELECT {side.far_anchor}, {side.far_comp} FROM links l INDEXED BY {side.by} WHERE {side.near} = :comp"
        f" AND kind = :kind AND {side.far_kind} = :nkind AND label = :label AND {side.far_anchor} > :after"
        f" AND since <= :at AND until > :at{valid('l', view)} ORDER BY {side.far_anchor}"
    )
    parameters = view_parameters(view) | dict(zip(("comp", "kind", "nkind"), key, strict=True))
    while True:
        cursor = connection.execute(sql, parameters | {"label": label, "after": after})
        repeats = 0
        for neighbour in cursor:
            repeats = repeats + 1 if neighbour[0] == after else 0
            if repeats > _REPEATS:
                break
            if not repeats:
                after = neighbour[0]
                yield neighbour
        cursor.close()
        if repeats <= _REPEATS:
            return
