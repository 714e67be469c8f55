"""Made-up search documents and deltas, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from graph.model import LabelId, Revision, View
from graph.search import SearchIndex
from graph.tables import ROWS

Row = dict[str, Any]


def ident(number: int) -> bytes:
    """A made-up mention id, as random-looking as a real one."""
    return sha256(str(number).encode()).digest()[:16]


def doc(
    row: int,
    *names: str,
    label: int = 0,
    kind: str = "Person",
    facets: Sequence[str] = (),
    comp: int | None = None,
    grp: int | None = None,
) -> Row:
    """One `docs` row; a grp makes it one of a component that is not plain."""
    oldest = ident(row)
    caption = names[0] if names else ""
    return {
        "row": row, "comp": row if comp is None else comp, "grp": grp, "label": label,
        "anchor": oldest if grp is None else None, "oldest": oldest, "kind": kind, "caption": caption,
        "names": list(names), "facets": list(facets),
    }  # fmt: skip


def write(folder: Path, put: Iterable[Row] = (), ended: Iterable[int] = ()) -> Path:
    """A delta directory."""
    folder.mkdir(parents=True)
    rows = list(put)
    if rows:
        pq.write_table(pa.Table.from_pylist(rows, ROWS["docs"]), folder / "docs.parquet")
    ends = [("docs", row) for row in ended] + [("groups", 10**9)]
    table: dict[str, list[Any]] = {"table": [name for name, _ in ends], "row": [row for _, row in ends]}
    pq.write_table(pa.table(table), folder / "ends.parquet")
    return folder


def index(folder: Path, *deltas: tuple[Iterable[Row], Iterable[int]]) -> SearchIndex:
    """An index that has followed deltas of (put, ended)."""
    made = SearchIndex(folder / "index")
    for number, (put, ended) in enumerate(deltas, 1):
        made.apply(write(folder / "deltas" / str(number), put, ended), Revision(number))
    return made


def view(revision: int = 1, labels: Iterable[int] = (0,)) -> View:
    return View(frozenset(map(LabelId, labels)), Revision(revision))
