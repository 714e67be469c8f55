"""The store port by brute force: every row in a list, every question a loop. What the real stores are held to."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from graph.errors import NotHeld
from graph.model import CHANGED_TABLES, Change, Counter, Group, Mention, MentionLink, Pair, Revision, View
from graph.store.base import HubKey
from graph.tables import AMONG, OPEN, ROWS, STORE_TABLES
from tests.stores.rows import Delta, Row


class Oracle:
    """Holds (since, until, row) by table; `follow` takes the place of `apply`."""

    def __init__(self) -> None:
        self._rows: dict[str, list[dict[str, Any]]] = {table: [] for table in STORE_TABLES}
        self._head = 0

    def head(self) -> Revision:
        return Revision(self._head)

    def follow(self, delta: Delta) -> None:
        self._head += 1
        for table, rows in delta.puts.items():
            self._rows[table] += [row | {"since": self._head, "until": OPEN} for row in rows]
        for table, number in delta.ends:
            (row,) = [row for row in self._rows[table] if row["row"] == number]
            row["until"] = self._head

    def mids(self) -> list[bytes]:
        """Every mention id that ever had a row."""
        return sorted({row["mid"] for row in self._rows["mentions"]})

    def _visible(self, view: View, table: str, *, any_time: bool = False) -> Iterator[Row]:
        if view.revision > self._head:
            raise NotHeld(f"Revision {view.revision}")
        for row in self._rows[table]:
            labels = {row[name] for name in ("label", "label_a", "label_b") if name in row}
            if labels <= view.labels and (any_time or row["since"] <= view.revision < row["until"]):
                yield row

    def _links(self, view: View) -> Iterator[Row]:
        for row in self._visible(view, "links"):
            day = None if view.valid is None else view.valid.isoformat()
            first, last = row["valid_from"], row["valid_to"]
            if day is None or ((first is None or first[:10] <= day) and (last is None or last >= day)):
                yield row

    def mentions(
        self, view: View, *, ids: Sequence[bytes] = (), groups: Sequence[int] = (), after: bytes | None = None,
        limit: int | None = None, ended: bool = False,
    ) -> list[Mention]:  # fmt: skip
        rows = [r for r in self._visible(view, "mentions") if r["mid"] in ids or r["grp"] in groups]
        if ended:
            standing = {row["mid"] for row in rows}
            for mid in set(ids) - standing:
                gone = [r for r in self._visible(view, "mentions", any_time=True) if r["mid"] == mid]
                gone = [row for row in gone if row["until"] <= view.revision]
                rows += sorted(gone, key=lambda row: row["until"])[-1:]
        rows = sorted((r for r in rows if after is None or r["mid"] > after), key=lambda row: row["mid"])
        return [_as(Mention, row) for row in rows[:limit]]

    def groups(self, view: View, comps: Sequence[int]) -> dict[int, list[Group]]:
        found: dict[int, list[Group]] = {}
        rows = [row for row in self._visible(view, "groups") if row["comp"] in comps]
        for row in sorted(rows, key=lambda row: (row["born"], row["anchor"])):
            group = _as(Group, row | {"keys": tuple(json.loads(row["keys"]))})
            found.setdefault(row["comp"], []).append(group)
        return found

    def holders(self, view: View, keys: Sequence[str]) -> dict[str, list[int]]:
        found: dict[str, set[int]] = {}
        for row in self._visible(view, "keys"):
            if row["key"] in keys:
                found.setdefault(row["key"], set()).add(row["comp"])
        return {key: sorted(comps) for key, comps in found.items()}

    def pairs(self, view: View, comps: Sequence[int]) -> list[Pair]:
        rows = [
            row for row in self._visible(view, "pairs")
            if {row["comp"], row["other"]} & set(comps)
        ]  # fmt: skip
        return [_as(Pair, row) for row in sorted(rows, key=lambda row: row["id"])]

    def counters(self, view: View, comps: Sequence[int]) -> list[Counter]:
        sums: dict[tuple[int, bool, str, str], int] = {}
        for row in self._visible(view, "counters"):
            if row["comp"] in comps:
                key = (row["comp"], row["out"], row["kind"], row["nkind"])
                sums[key] = sums.get(key, 0) + row["n"]
        return [Counter(*key, n) for key, n in sorted(sums.items())]

    def links(
        self, view: View, comps: Sequence[int] = (), *, groups: Sequence[int] = (),
        between: Sequence[tuple[int, int]] = (), skip: Iterable[HubKey] = (), limit: int | None = None,
    ) -> list[MentionLink]:  # fmt: skip
        hubs = set(skip)
        rows = [
            row for row in self._links(view)
            if row["from_comp"] in comps or row["to_comp"] in comps
            or row["from_grp"] in groups or row["to_grp"] in groups
            or (row["from_comp"], row["to_comp"]) in between
        ]  # fmt: skip
        rows = [
            row for row in rows
            if not (row["to_anchor"] and (row["from_comp"], True, row["kind"], row["to_kind"]) in hubs)
            and not (row["from_anchor"] and (row["to_comp"], False, row["kind"], row["from_kind"]) in hubs)
        ]  # fmt: skip
        return [_as(MentionLink, row) for row in sorted(rows, key=lambda row: row["row"])[:limit]]

    def neighbours(
        self, view: View, hub: HubKey, *, after: bytes | None = None, limit: int
    ) -> list[tuple[bytes, int]]:
        comp, out, kind, nkind = hub
        near, far = ("from", "to") if out else ("to", "from")
        found = {
            (row[f"{far}_anchor"], row[f"{far}_comp"]) for row in self._links(view)
            if (row[f"{near}_comp"], row["kind"], row[f"{far}_kind"]) == (comp, kind, nkind)
            and row[f"{far}_anchor"] is not None and (after is None or row[f"{far}_anchor"] > after)
        }  # fmt: skip
        return sorted(found)[:limit]

    def among(self, view: View, comps: Collection[int], others: Collection[int] = ()) -> pa.Table:
        known = {*comps, *others}
        rows = [
            row for row in self._links(view)
            if {row["from_comp"], row["to_comp"]} <= known and {row["from_comp"], row["to_comp"]} & set(comps)
        ]  # fmt: skip
        shown = [
            {name: row[name] for name in AMONG.names} for row in sorted(rows, key=lambda row: row["row"])
        ]
        return pa.Table.from_pylist(shown, schema=AMONG)

    def changed(
        self, view: View, since: Revision, *, after: tuple[int, int, int] | None = None, limit: int
    ) -> list[Change]:
        found = []
        about = {"mentions": ("mid",), "links": ("from_mid", "to_mid"), "pairs": ("a", "b")}
        for number, table in enumerate(CHANGED_TABLES):
            for row in self._visible(view, table, any_time=True):
                mids = tuple(row[name] for name in about[table])
                for ended, revision in enumerate((row["since"], row["until"])):
                    place = (revision, number, row["row"] * 2 + ended)
                    if since < revision <= view.revision and (after is None or place > after):
                        found.append((place, Change(revision, table, row["row"], not ended, mids)))
        return [change for _, change in sorted(found)[:limit]]

    def scan(
        self, view: View, tables: Mapping[str, Sequence[str]], *, link_kinds: Collection[str] = ()
    ) -> Iterator[tuple[str, pa.RecordBatch]]:
        for table, names in tables.items():
            rows = list(self._links(view) if table == "links" else self._visible(view, table))
            if table == "links" and link_kinds:
                rows = [row for row in rows if row["kind"] in link_kinds]
            schema = pa.schema([ROWS[table].field(name) for name in names])
            shown = [{name: row[name] for name in names} for row in sorted(rows, key=lambda row: row["row"])]
            for batch in pa.Table.from_pylist(shown, schema=schema).to_batches(max_chunksize=7):
                kinds = [
                    column.dictionary_encode() if name in ("kind", "from_kind", "to_kind") else column
                    for name, column in zip(names, batch.columns, strict=True)
                ]
                yield table, pa.RecordBatch.from_arrays(kinds, names=list(names))


def _as(model: Any, row: Row) -> Any:
    return model(**{name: row[name] for name in model._fields})
