"""Deltas for the store suite: a small world as plain Python rows, written as the Parquet that a projection writes.

`Delta` is what one revision puts and ends. `World` invents a sequence of valid ones from a seed: rows are put,
ended and put anew under a new number, over several labels, with valid intervals, hubs, mixed components, withdrawn
mentions, pairs across components and hub counters.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from graph.tables import ROWS

Row = dict[str, Any]
ENDS = pa.schema([("table", pa.string()), ("row", pa.int64())])
KINDS = ("Person", "Company", "Address")
LINK_KINDS = ("OFFICER_OF", "REGISTERED_AT")
DAYS = (None, "2019-01-01", "2019-06-30", "2020-02-29T12:00:00Z", "2020-02-29", "2021-12-31")


def an_id(number: int) -> bytes:
    """The 16-byte id of a number: order as the numbers'."""
    return number.to_bytes(16, "big")


@dataclass
class Delta:
    """Rows that one revision puts, by table, and the (table, row) it ends."""

    puts: dict[str, list[Row]] = field(default_factory=dict)
    ends: list[tuple[str, int]] = field(default_factory=list)

    def put(self, table: str, row: int, **values: Any) -> None:
        self.puts.setdefault(table, []).append(DEFAULTS[table] | {"row": row} | values)

    def end(self, table: str, row: int) -> None:
        self.ends.append((table, row))

    def write(self, directory: Path, *, row_group: int = 1_000_000) -> Path:
        """Write the delta as Parquet; tables without rows have no file."""
        directory.mkdir(parents=True, exist_ok=True)
        for table, rows in self.puts.items():
            arrow = pa.Table.from_pylist(rows, schema=ROWS[table])
            pq.write_table(arrow, directory / f"{table}.parquet", row_group_size=row_group)
        if self.ends:
            ends = pa.Table.from_pylist([{"table": t, "row": r} for t, r in self.ends], schema=ENDS)
            pq.write_table(ends, directory / "ends.parquet", row_group_size=row_group)
        return directory


DEFAULTS: dict[str, Row] = {
    "mentions": {
        "mid": an_id(1), "comp": 1, "grp": 1, "label": 1, "born": 1, "source": 1, "rec_key": "k", "slot": "company",
        "kind": "Company", "caption": "Ash Ltd", "authority": 1, "props": None, "derived_by": None,
        "valid_from": None, "valid_to": None, "observed_at": "2020-01-01T00:00:00Z", "revision": 1,
        "locator": "line 1",
    },
    "groups": {
        "comp": 1, "grp": 1, "label": 1, "anchor": an_id(1), "born": 1, "n": 1, "kind": "Company",
        "caption": "Ash Ltd", "authority": 1, "keys": "[]",
    },
    "keys": {"key": "icao24:4ca1fa", "comp": 1, "grp": 1, "label": 1},
    "pairs": {
        "comp": 1, "other": 1, "a": an_id(1), "b": an_id(2), "grp_a": 1, "grp_b": 2, "verdict": "SAME",
        "by": "judgement", "strength": None, "id": "j1", "label": 1, "label_a": 1, "label_b": 1, "reason": "{}",
    },
    "links": {
        "kind": "OFFICER_OF", "role": "director", "from_comp": 1, "to_comp": 2, "from_grp": 1, "to_grp": 2,
        "from_mid": an_id(1), "to_mid": an_id(2), "from_kind": "Person", "to_kind": "Company",
        "from_anchor": an_id(1), "to_anchor": an_id(2), "label": 1, "valid_from": None, "valid_to": None,
        "props": None,
    },
    "counters": {"comp": 1, "label": 1, "out": True, "kind": "OFFICER_OF", "nkind": "Company", "n": 64},
}  # fmt: skip


class World:
    """Seeded sequences of valid deltas. things: how many components; labels: 1 … labels."""

    def __init__(self, seed: int, *, things: int = 12, labels: int = 4) -> None:
        self._random = random.Random(seed)
        self._things, self._labels = things, labels
        self._next: dict[str, int] = {}
        self._standing: dict[str, dict[int, Row]] = {table: {} for table in DEFAULTS}
        self._placed: dict[int, Row] = {}
        self._withdrawn: list[Row] = []
        self.revision = 0

    def delta(self, size: int = 12) -> Delta:
        """The next revision: about `size` rows put and half as many ended, some of them put anew."""
        self.revision += 1
        delta = Delta()
        for _ in range(size // 2 if self.revision > 1 else 0):
            self._end_one(delta)
        for _ in range(size):
            self._random.choice(
                (self._mention, self._mention, self._group, self._key, self._pair, self._counter)
                + (self._link,) * 5
            )(delta)
        for rows in delta.puts.values():
            self._random.shuffle(rows)
        return delta

    def _put(self, delta: Delta, table: str, **values: Any) -> None:
        # Numbers have gaps and do not rise with time: all that is promised is that each is used once.
        place = self._next[table] = self._next.get(table, 0) + 1
        row = place * 7919 % 100_003
        delta.put(table, row, **values)
        self._standing[table][row] = delta.puts[table][-1]

    def _end_one(self, delta: Delta) -> None:
        table = self._random.choice(("mentions", "groups", "keys", "pairs", "links", "links", "counters"))
        fresh = {row["row"] for row in delta.puts.get(table, ())}
        rows = sorted(self._standing[table].keys() - fresh)
        if not rows:
            return
        row = self._standing[table].pop(self._random.choice(rows))
        delta.end(table, row["row"])
        if table == "mentions" and self._random.random() < 0.4:
            self._withdrawn.append(row)
        elif self._random.random() < 0.6:
            again = {name: value for name, value in row.items() if name != "row"}
            if "caption" in again:
                again["caption"] += "'"
            self._put(delta, table, **again)

    def _thing(self) -> tuple[int, str, bytes | None]:
        """(component, kind, anchor): every third is not plain. The first few are met most, as hubs are."""
        comp = min(self._random.randint(1, self._things), self._random.randint(1, self._things))
        return comp, KINDS[comp % 3], None if comp % 3 == 0 else an_id(comp * 1000)

    def _grp(self, comp: int) -> int:
        return comp * 10 + self._random.randint(0, 2)

    def _label(self) -> int:
        return self._random.randint(1, self._labels)

    def _interval(self) -> dict[str, str | None]:
        first, last = sorted(self._random.choices(DAYS, k=2), key=lambda day: day or "")
        return {"valid_from": first, "valid_to": last if self._random.random() < 0.7 else None}

    def _mention(self, delta: Delta) -> None:
        if self._withdrawn and self._random.random() < 0.3:
            back = self._withdrawn.pop(self._random.randrange(len(self._withdrawn)))
            self._put(delta, "mentions", **{name: value for name, value in back.items() if name != "row"})
            return
        comp, kind, _ = self._thing()
        number = self._next.get("mid", 0) + 1
        self._next["mid"] = number
        self._put(
            delta, "mentions", mid=an_id(number * 7907 % 100_019), comp=comp, grp=self._grp(comp),
            label=self._label(), born=self.revision, revision=self.revision, kind=kind, rec_key=f"r{number}",
            props=json.dumps({"name": [[f"N{number}", None]]}), **self._interval(),
        )  # fmt: skip

    def _group(self, delta: Delta) -> None:
        comp, kind, _ = self._thing()
        self._put(
            delta, "groups", comp=comp, grp=self._grp(comp), label=self._label(), kind=kind,
            anchor=an_id(self._next.get("groups", 0) * 37 % 10_007), born=self._random.randint(1, self.revision),
            n=self._random.randint(1, 5),
            keys=json.dumps([f"icao24:{comp:06x}"] if comp % 2 else []),
        )  # fmt: skip

    def _key(self, delta: Delta) -> None:
        comp, *_ = self._thing()
        key = self._random.choice(("icao24:4ca1fa", "address:1 Élan Rd", f"company_number:GB-COH/{comp:08}"))
        self._put(delta, "keys", key=key, comp=comp, grp=self._grp(comp), label=self._label())

    def _pair(self, delta: Delta) -> None:
        (comp, *_), (other, *_) = self._thing(), self._thing()
        by_model = self._random.random() < 0.5
        self._put(
            delta, "pairs", comp=comp, other=other, a=an_id(comp), b=an_id(other), grp_a=comp, grp_b=other,
            verdict=self._random.choice(("SAME", "DIFFERENT", "UNSURE")),
            id=f"p{self._next.get('pairs', 0) * 37 % 10_007}",
            by="model-1" if by_model else "judgement", strength=self._random.random() if by_model else None,
            label=self._label(), label_a=self._label(), label_b=self._label(),
        )  # fmt: skip

    def _link(self, delta: Delta) -> None:
        (a, a_kind, a_anchor), (b, b_kind, b_anchor) = self._thing(), self._thing()
        self._put(
            delta, "links", kind=self._random.choice(LINK_KINDS), from_comp=a, to_comp=b, from_grp=self._grp(a),
            to_grp=self._grp(b), from_mid=an_id(a), to_mid=an_id(b), from_kind=a_kind, to_kind=b_kind,
            from_anchor=a_anchor, to_anchor=b_anchor, label=self._label(), **self._interval(),
        )  # fmt: skip

    def _counter(self, delta: Delta) -> None:
        comp, *_ = self._thing()
        self._put(
            delta, "counters", comp=comp, label=self._label(), out=self._random.random() < 0.5,
            kind=self._random.choice(LINK_KINDS), nkind=self._random.choice(KINDS), n=self._random.randint(64, 99),
        )  # fmt: skip
