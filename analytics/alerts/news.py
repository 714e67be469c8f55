"""The mention links of a delta that are near what is watched and that its own records say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from analytics.alerts.places import batches
from graph.model import MentionLink
from graph.tables import MENTION_ID, ROWS

CHUNK: Final = 20_000
"""Links that are worked out at a time: a watched hub may get a million at once."""


def ties(delta: Path, revision: int, comps: Sequence[int]) -> Iterator[list[MentionLink]]:
    """Links put with an end in one of some components, whose record this revision brought; some CHUNK at a time, those
    between two components together.

    A row that was put only because its place moved is left out: what moves it may be hidden. Costs what the delta
    has, and holds what is near."""
    near = _near(delta / "links.parquet", comps)
    start = 0
    while start < near.num_rows:
        stop = _whole(near, start + CHUNK)
        links = _links(near.slice(start, stop - start))
        brought = _brought(delta / "mentions.parquet", revision, sorted({link.from_mid for link in links}))
        if held := [link for link in links if link.from_mid in brought]:
            yield held
        start = stop


def _whole(near: pa.Table, stop: int) -> int:
    """The first row at or after `stop` that begins another pair of components."""
    last = near.num_rows
    while 0 < stop < last and _pair(near, stop) == _pair(near, stop - 1):
        stop += 1
    return min(stop, last)


def _pair(near: pa.Table, row: int) -> tuple[Any, Any]:
    return near["from_comp"][row].as_py(), near["to_comp"][row].as_py()


def _near(path: Path, comps: Sequence[int]) -> pa.Table:
    """The rows by (components, row)."""
    schema = pa.schema([field for field in ROWS["links"] if field.name in MentionLink._fields])
    held: list[Any] = []
    if comps:
        wanted = pa.array(sorted(comps), pa.int64())
        for batch in batches(path, MentionLink._fields):
            # Any: the stubs type comparisons by the column, which a batch does not know.
            start, end = (_in(batch.column(name), wanted) for name in ("from_comp", "to_comp"))
            found: Any = batch.filter(pc.or_(start, end))
            held += [found] if found.num_rows else []
    order = [(name, "ascending") for name in ("from_comp", "to_comp", "row")]
    return pa.Table.from_batches(held, schema).sort_by(order)  # type: ignore[arg-type]


def _links(rows: pa.Table) -> list[MentionLink]:
    columns = [rows.column(name).to_pylist() for name in MentionLink._fields]
    return list(map(MentionLink._make, zip(*columns, strict=True)))


def _brought(path: Path, revision: int, mids: Sequence[bytes]) -> set[bytes]:
    """Those of some mentions whose record came with this very revision; none of one that only ends records."""
    wanted = pa.array(mids, MENTION_ID)
    found: set[bytes] = set()
    for batch in batches(path, ("mid", "revision")):
        mine: Any = pc.and_(
            _in(batch.column("mid"), wanted),
            pc.equal(batch.column("revision"), pa.scalar(revision, pa.int64())),
        )
        mids_found: Any = batch.filter(mine).column("mid").to_pylist()
        found.update(mids_found)
    return found


def _in(column: Any, values: Any) -> Any:
    return pc.is_in(column, value_set=values)
