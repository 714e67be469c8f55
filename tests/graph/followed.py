"""What a store holds after following deltas, and the sources of projection tests."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from graph.ledger import Source
from graph.model import LabelId, Revision
from graph.tables import ROWS

SECRET = b"\x07" * 32
SOURCES = {
    name: Source(i + 1, name, LabelId(label), "", "", Revision(1))
    for i, (name, label) in enumerate([("a", 0), ("b", 1), ("c", 1)])
}


class Rows:
    """What a store holds after following deltas: every row with since and until."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)

    def apply(self, delta: Path, revision: int) -> None:
        for table in ROWS:
            path = delta / f"{table}.parquet"
            for row in pq.read_table(path).to_pylist() if path.exists() else []:
                assert row["row"] not in self.rows[table], "a row is put once"
                self.rows[table][row["row"]] = {**row, "since": revision, "until": None}
        ends = delta / "ends.parquet"
        for end in pq.read_table(ends).to_pylist() if ends.exists() else []:
            row = self.rows[end["table"]][end["row"]]
            assert row["until"] is None, "a row is ended once"
            row["until"] = revision

    def live(self, table: str, revision: int) -> list[dict[str, Any]]:
        return [
            r
            for r in self.rows[table].values()
            if r["since"] <= revision and (r["until"] is None or revision < r["until"])
        ]
