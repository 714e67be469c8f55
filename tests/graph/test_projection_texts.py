"""Texts as the projection carries them: with their record, with what enrichers say of them, closed or withdrawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from graph.evidence import mention_id
from graph.projection import Projection, Revised
from graph.projection.endings import Snapshot
from graph.tables import handles
from tests.graph.batches import D, M, R, T, write_batch
from tests.graph.followed import SECRET, SOURCES, Rows

ANN, ROOM = M("author", "Account", ("discord_user:1",), "ann"), M("room", "ChatRoom", (), "general")


def said(key: str, body: str, day: str = "2026-01-01", **more: Any) -> R:
    text = T("text", body, "author", "room", "2026-01-01T10:00:00Z")
    return R(key, day, (ANN, ROOM), texts=(text,), **more)


class World:
    """A projection that is fed records, and what follows it."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows, self.revision = path, Rows(), 0
        self.projection = Projection(path / "state.duckdb", SECRET)

    def put(self, source: str, *records: R, snapshot: Snapshot | None = None) -> list[dict[str, Any]]:
        """The texts that stand after a revision, by key."""
        self.revision += 1
        batch, delta = self.path / f"b{self.revision}", self.path / f"d{self.revision}"
        tables = write_batch(batch, list(records))
        number = SOURCES[source].id
        self.projection.end(number, batch, snapshot, [])
        tables = {
            t: [str(p) for p in (batch / f"{t}.parquet", batch / f"ended_{t}.parquet") if p.exists()]
            for t in tables
        }
        self.projection.project(Revised(self.revision, SOURCES[source], tables), delta)
        self.projection.commit()
        self.rows.apply(delta, self.revision)
        return self.at(self.revision)

    def at(self, revision: int) -> list[dict[str, Any]]:
        return sorted(self.rows.live("texts", revision), key=lambda row: row["rec_key"])


def bodies(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {row["rec_key"]: row["body"] for row in rows}


def test_a_text_carries_who_where_when_and_what_it_is_about(tmp_path: Path) -> None:
    phone = M("text@5", "Phone", ("phone:+447700900001",), derived_by="phones 2")
    record = R(
        "m1",
        "2026-01-01",
        (ANN, ROOM, phone),
        texts=(T("text", "call 07700 900001", "author", "room", "2026-01-01T10:00:00Z", "en", "m0"),),
    )
    (row,) = World(tmp_path).put("b", record)
    ids = {slot: mention_id(SECRET, "b", "m1", slot) for slot in ("text", "author", "room", "text@5")}
    assert row | {"row": 0} == {
        "row": 0, "tid": ids["text"], "label": 1, "source": 2, "rec_key": "m1", "slot": "text", "kind": "message",
        "author": ids["author"], "author_keys": ["discord_user:1"], "room": ids["room"], "room_keys": [],
        "about": sorted(handles(ids["text@5"], ["phone:+447700900001"])), "sent_at": "2026-01-01T10:00:00Z",
        "body": "call 07700 900001", "reply_to": "m0", "language": "en", "derived": None,
        "observed_at": "2026-01-01T00:00:00Z", "revision": 1, "locator": "line 1", "since": 1, "until": None,
    }  # fmt: skip


def test_a_text_changes_and_goes_with_its_record(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put("a", said("m1", "one"), said("m2", "two"))
    world.put("a", said("m1", "one, edited", "2026-01-02"), said("m2", "two", "2026-01-02"))
    world.put("a", R("m1", "2026-01-03", put=False))
    world.put("a", said("m2", "older", "2025-12-31"))
    told = [bodies(world.at(revision)) for revision in (1, 2, 3, 4)]
    assert told == [
        {"m1": "one", "m2": "two"},
        {"m1": "one, edited", "m2": "two"},
        {"m2": "two"},
        {"m2": "two"},
    ]
    assert len({row["tid"] for row in world.rows.rows["texts"].values()}) == 2, "an edited text keeps its id"
    assert len(world.rows.rows["texts"]) == 3, "what did not change is not put again"


def test_a_closed_record_keeps_its_texts_and_a_withdrawn_one_does_not(tmp_path: Path) -> None:
    for closed, left in ((True, {"m1": "one", "m2": "two"}), (False, {"m2": "two"})):
        (tmp_path / str(closed)).mkdir()
        world = World(tmp_path / str(closed))
        world.put("a", said("m1", "one"))
        rows = world.put(
            "a", said("m2", "two", "2026-02-01"), snapshot=Snapshot("2026-02-01T00:00:00Z", "", closed)
        )
        assert bodies(rows) == left


def test_a_derived_value_is_of_one_body_and_one_label(tmp_path: Path) -> None:
    world = World(tmp_path)
    tid = mention_id(SECRET, "b", "m1", "text")
    world.put("b", said("m1", "guten Tag"))
    (row,) = world.put("c", R("language/m1", "2026-01-02", derived=(D(tid, "guten Tag", "de", None, 0.75),)))
    assert json.loads(row["derived"]) == {
        "language": {"value": "de", "assumed": None, "confidence": 0.75, "by": "made-up 1"}
    }
    assert (row["body"], row["language"], row["revision"]) == ("guten Tag", None, 1)
    (row,) = world.put("a", R("language/m1", "2026-01-03", derived=(D(tid, "guten Tag", "en"),)))
    assert json.loads(row["derived"])["language"]["value"] == "de", "another label's word does not count"
    (row,) = world.put("c", R("again/m1", "2026-01-04", derived=(D(tid, "guten Tag", "und", "nl"),)))
    assert json.loads(row["derived"])["language"] == {
        "value": "und",
        "assumed": "nl",
        "confidence": 1.0,
        "by": "made-up 1",
    }
    (row,) = world.put("b", said("m1", "good day", "2026-01-05"))
    assert row["derived"] is None, "it was made of another body"
    assert [json.loads(r["derived"] or "null") and json.loads(r["derived"])["language"]["value"] for r in
            (world.at(n)[0] for n in (1, 2, 3, 4, 5))] == [None, "de", "de", "und", None]  # fmt: skip


def test_a_derived_value_may_come_before_its_text(tmp_path: Path) -> None:
    world = World(tmp_path)
    tid = mention_id(SECRET, "b", "m1", "text")
    world.put("c", R("language/m1", "2026-01-02", derived=(D(tid, "hej", "sv"),)))
    (row,) = world.put("b", said("m1", "hej"))
    assert json.loads(row["derived"])["language"]["value"] == "sv"


def test_projecting_again_gives_the_same_texts(tmp_path: Path) -> None:
    deltas = []
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        world = World(tmp_path / name)
        world.put("a", *(said(f"m{n}", f"text {n}") for n in range(50)))
        world.put("a", *(said(f"m{n}", f"more {n}", "2026-01-02") for n in range(0, 50, 3)))
        deltas.append([world.at(1), world.at(2)])
    assert deltas[0] == deltas[1]
