"""Where watched things live now: from the components that a delta touches to watches, without asking every watch.

A superset, kept up from deltas' rows: who is watched under which labels is worked out later, for the few watches near
a change. Components are internal and known to this index only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.model import View
from graph.store.base import Store
from graph.watches import Watch

Handle = bytes | str
"""What a watch hangs on: a mention id, or an identifier key."""

BATCH_ROWS = 100_000


class Places:
    """Made at one revision by `add`, then kept up by `follow`. Views given here see all labels."""

    def __init__(self) -> None:
        self._comp: dict[Handle, int] = {}
        self._at: dict[int, set[Handle]] = {}
        self._watches: dict[Handle, set[str]] = {}
        self._known: set[str] = set()

    def add(self, watches: Iterable[Watch], store: Store, view: View) -> None:
        """Place the watches that are not known yet, as of the view."""
        fresh = [watch for watch in watches if watch.id not in self._known]
        if not fresh:
            return
        self._known |= {watch.id for watch in fresh}
        for watch in fresh:
            for handle in ([watch.mention] if watch.mention else []) + list(watch.keys):
                self._watches.setdefault(handle, set()).add(watch.id)
        keys = sorted({key for watch in fresh for key in watch.keys})
        mids = sorted({watch.mention for watch in fresh if watch.mention})
        rows = store.mentions(view, ids=mids) if mids else []
        standing = {row.mid for row in rows}
        gone = [mid for mid in mids if mid not in standing]
        # A mention that was withdrawn lives on where the keys are held that it held last.
        rows += store.mentions(view, ids=gone, ended=True) if gone else []
        for row in rows:
            if row.mid in standing:
                self._move(row.mid, row.comp)
        keys += self._hold(store, view, [(row.mid, row.comp, row.grp) for row in rows])
        for key, comps in (store.holders(view, sorted(set(keys))) if keys else {}).items():
            self._move(key, comps[0])

    def follow(self, delta: Path, store: Store, view: View) -> None:
        """Take over what a delta moved; view: at its revision."""
        moved: list[tuple[bytes, int, int]] = []
        mids = [handle for handle in self._watches if isinstance(handle, bytes)]
        for row in _rows(delta / "mentions.parquet", ("mid", "comp", "grp"), "mid", mids, pa.binary(16)):
            self._move(row["mid"], row["comp"])
            moved.append((row["mid"], row["comp"], row["grp"]))
        fresh = set(self._hold(store, view, moved))
        keys = [handle for handle in self._watches if isinstance(handle, str)]
        for row in _rows(delta / "keys.parquet", ("key", "comp"), "key", keys, pa.string()):
            self._move(row["key"], row["comp"])
            fresh.discard(row["key"])
        for key, comps in (store.holders(view, sorted(fresh)) if fresh else {}).items():
            self._move(key, comps[0])

    def components(self) -> list[int]:
        """The components in which something is watched."""
        return list(self._at)

    def near(self, comps: Iterable[int]) -> set[str]:
        """Ids of the watches that may be about an entity of some components."""
        return {
            watch
            for comp in comps
            for handle in self._at.get(comp, ())
            for watch in self._watches.get(handle, ())
        }

    def _move(self, handle: Handle, comp: int) -> None:
        before = self._comp.get(handle)
        if before == comp:
            return
        if before is not None:
            self._at[before].discard(handle)
            if not self._at[before]:
                del self._at[before]
        self._comp[handle] = comp
        self._at.setdefault(comp, set()).add(handle)

    def _hold(self, store: Store, view: View, rows: Sequence[tuple[bytes, int, int]]) -> list[str]:
        """Let watches of mentions hang on the keys that their groups hold too; gives keys that are new to the index."""
        groups = store.groups(view, sorted({comp for _, comp, _ in rows})) if rows else {}
        keys = {group.grp: group.keys for found in groups.values() for group in found}
        fresh: list[str] = []
        for mid, _, grp in rows:
            for key in keys.get(grp, ()):
                if key not in self._watches:
                    fresh.append(key)
                self._watches.setdefault(key, set()).update(self._watches[mid])
        return fresh


def batches(path: Path, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """A delta's table, BATCH_ROWS at a time; none of one that the delta has no rows for, and so no file."""
    if path.exists():
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(BATCH_ROWS, columns=list(columns))


def _rows(
    path: Path, columns: Sequence[str], by: str, wanted: Sequence[Any], kind: Any
) -> Iterator[dict[str, Any]]:
    """The rows of a delta's table whose column is one of some values."""
    if not wanted:
        return
    values = pa.array(wanted, kind)
    for batch in batches(path, columns):
        # Any: the stubs know no is_in over fixed-size binary.
        column: Any = batch.column(by)
        yield from batch.filter(pc.is_in(column, value_set=values)).to_pylist()
