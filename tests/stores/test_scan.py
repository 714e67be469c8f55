"""Whole tables out of a store: the port's `scan`."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pytest

from graph.errors import NotHeld, Refused
from graph.model import Revision, View
from graph.store.base import Store
from tests.stores.asking import everything, views
from tests.stores.conftest import Follow
from tests.stores.oracle import Oracle
from tests.stores.rows import LINK_KINDS, Delta, World, an_id

ALL: dict[str, tuple[str, ...]] = {
    "mentions": ("row", "mid", "grp", "source", "caption", "valid_to"),
    "groups": ("grp", "comp", "anchor", "born", "kind", "keys"),
    "pairs": ("comp", "other", "a", "grp_a", "grp_b", "verdict", "by", "strength"),
    "links": ("kind", "from_grp", "to_grp", "from_kind", "from_anchor", "valid_from", "props", "row"),
}
NUMBERS = {"links": ("from_grp", "kind", "to_grp", "row"), "groups": ("grp", "comp")}
"""Tables of which only numbers are read: SQLite reads those another way."""


def scanned(
    store: Store | Oracle, view: View, tables: Mapping[str, Sequence[str]], kinds: Collection[str] = ()
) -> list[tuple[str, dict[str, Any]]]:
    """(table, row), as given."""
    return [
        (table, row)
        for table, batch in store.scan(view, tables, link_kinds=kinds)
        for row in batch.to_pylist()
    ]


@pytest.mark.parametrize("seed", range(3))
def test_a_scan_gives_the_oracles_rows_in_their_order_at_every_view(
    store: Store, follow: Follow, seed: int
) -> None:
    world, oracle, chance = World(seed), Oracle(), random.Random(seed)
    for _ in range(5):
        delta = world.delta(40)
        follow(delta)
        oracle.follow(delta)
    for view, _ in zip(views(chance, 5), range(8), strict=False):
        for tables in (ALL, NUMBERS):
            kinds = chance.choice(((), LINK_KINDS[:1], ("NO_SUCH_KIND",)))
            assert scanned(store, view, tables, kinds) == scanned(oracle, view, tables, kinds)


def test_columns_are_typed_as_the_tables_are_and_kinds_are_dictionaries(store: Store, follow: Follow) -> None:
    delta = Delta()
    delta.put("links", 3, kind="CONTROLS", from_anchor=an_id(5), to_anchor=None)
    follow(delta)
    names = ("row", "kind", "from_anchor", "to_anchor", "props")
    ((table, batch),) = store.scan(everything(1), {"links": names})
    assert table == "links"
    assert pa.types.is_dictionary(batch.schema.field("kind").type)
    assert [batch.schema.field(name).type for name in names if name != "kind"] == [
        pa.int64(),
        pa.binary(16),
        pa.binary(16),
        pa.string(),
    ]
    assert batch.to_pylist() == [
        {"row": 3, "kind": "CONTROLS", "from_anchor": an_id(5), "to_anchor": None, "props": None}
    ]


def test_a_scan_in_many_batches_gives_every_row_once(
    store: Store, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    delta = Delta()
    for row in range(1, 1001):
        delta.put("links", row, from_grp=row * 10)
    follow(delta)
    for module in ("graph.store.sqlite_scan", "graph.store.neo4j.store"):
        monkeypatch.setattr(f"{module}.BATCH_ROWS", 300)
    for names in (("row", "from_grp"), ("row", "from_grp", "props")):
        batches = [batch for _, batch in store.scan(everything(1), {"links": names})]
        assert len(batches) >= 2
        assert [(row["row"], row["from_grp"]) for batch in batches for row in batch.to_pylist()] == [
            (row, row * 10) for row in range(1, 1001)
        ]


def test_other_reads_and_commits_between_two_batches_change_nothing(
    store: Store, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    delta, later = Delta(), Delta()
    for row in range(1, 21):
        delta.put("links", row)
        later.end("links", row)
    follow(delta)
    for module in ("graph.store.sqlite_scan", "graph.store.neo4j.store"):
        monkeypatch.setattr(f"{module}.BATCH_ROWS", 8)
    stream = store.scan(everything(1), {"links": ("row",)})
    rows = next(stream)[1].to_pylist()
    follow(later)
    assert store.links(everything(2), [1]) == []
    rows += [row for _, batch in stream for row in batch.to_pylist()]
    assert [row["row"] for row in rows] == list(range(1, 21))


def test_a_scan_that_cannot_be_made_says_so(store: Store, follow: Follow) -> None:
    follow(Delta())
    with pytest.raises(NotHeld):
        list(store.scan(everything(2), ALL))
    assert list(store.scan(everything(0), ALL)) == []
    assert list(store.scan(View(frozenset(), Revision(1)), ALL)) == []
    for tables in ({"counters": ("n",)}, {"links": ("row", "until")}, {"links": ()}):
        with pytest.raises(Refused):
            list(store.scan(everything(1), tables))
