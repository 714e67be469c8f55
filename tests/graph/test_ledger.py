"""The ledger's chain, and access labels."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from graph.access import AccessLabel, Scope, read_scopes, scope_of
from graph.errors import Corrupt, NotHeld, Refused
from graph.ledger import WHOLES, Entry, Judgement, Ledger, Source
from graph.model import LabelId, Revision

SECRET_CASE = AccessLabel(case="op-heron")


def filled(path: Path) -> Ledger:
    ledger = Ledger(path)
    source = ledger.source("register", AccessLabel())
    ledger.append(Entry("ingest", "2026-01-01T00:00:00.000000Z", {"file": "a.csv"}, source, "d1"))
    hidden = ledger.source("phone", SECRET_CASE)
    ledger.append(
        Entry("ingest", "2026-01-02T00:00:00.000000Z", {"file": "b.csv"}, hidden, "d2"), SECRET_CASE
    )
    judgement = Judgement("j1", b"a" * 16, b"b" * 16, "SAME", LabelId(0), "anna", "", Revision(3))
    ledger.append(Entry("judge", "2026-01-03T00:00:00.000000Z", {}, judgements=(judgement,)))
    return ledger


def test_a_ledger_counts_up_by_one_and_verifies(tmp_path: Path) -> None:
    ledger = filled(tmp_path / "ledger.db")
    assert [(line.revision, line.kind) for line in ledger.lines()] == [
        (1, "ingest"),
        (2, "ingest"),
        (3, "judge"),
    ]
    assert ledger.verify() == 3
    assert ledger.labels() == [(0, AccessLabel()), (1, SECRET_CASE)]
    assert [line.revision for line in ledger.held(1, "d1", "d2")] == [1]
    assert ledger.held(2, "d1") == []


def test_the_revision_known_at_an_instant_is_the_last_line_written_by_then(tmp_path: Path) -> None:
    ledger = filled(tmp_path / "ledger.db")
    assert [ledger.revision_at(at) for at in ("2025-12-31", "2026-01-02T00:00:00.000000Z", "2027")] == [
        0,
        2,
        3,
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE line SET content = replace(content, 'a.csv', 'z.csv') WHERE revision = 1",
        "DELETE FROM line WHERE revision = 2",
        "UPDATE judgement SET verdict = 'DIFFERENT'",
        "DELETE FROM judgement",
        "UPDATE source SET label = 0 WHERE name = 'phone'",
        "UPDATE label SET case_ = 'op-wren' WHERE id = 1",
        "DELETE FROM source WHERE name = 'phone'",
        "UPDATE line SET content = '{' WHERE revision = 1",
    ],
)
def test_a_changed_ledger_is_found_out(tmp_path: Path, change: str) -> None:
    ledger = filled(tmp_path / "ledger.db")
    with sqlite3.connect(tmp_path / "ledger.db") as db:
        db.execute(change)
    db.close()
    with pytest.raises(Corrupt):
        ledger.verify()


def test_a_source_keeps_its_label_for_life(tmp_path: Path) -> None:
    ledger = filled(tmp_path / "ledger.db")
    with pytest.raises(Refused, match="one label for life"):
        ledger.source("register", SECRET_CASE)


def test_a_source_keeps_its_zone_and_purpose_for_life(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    made = ledger.source("phone", AccessLabel(), purpose="missing person", zone="Europe/London")
    ledger.append(Entry("ingest", "2026-01-01T00:00:00.000000Z", {}, made, "d1"))
    with pytest.raises(Refused, match="has the zone 'Europe/London', not 'Asia/Tokyo'"):
        ledger.source("phone", AccessLabel(), zone="Asia/Tokyo")
    with pytest.raises(Refused, match="has the purpose 'missing person', not 'fraud'"):
        ledger.source("phone", AccessLabel(), purpose="fraud")
    again = ledger.source("phone", AccessLabel(), zone="Europe/London")
    assert (again, ledger.source("phone", AccessLabel())) == (made, made)


def test_undoing_twice_is_refused_and_writes_no_line(tmp_path: Path) -> None:
    ledger = filled(tmp_path / "ledger.db")
    ledger.append(Entry("undo", "2026-01-04T00:00:00.000000Z", {}, undone=("j1",)))
    with pytest.raises(NotHeld):
        ledger.append(Entry("undo", "2026-01-05T00:00:00.000000Z", {}, undone=("j1",)))
    assert ledger.head() == 4
    assert ledger.judgements()[0].undone == 4
    assert ledger.verify() == 4


def test_a_label_is_visible_when_all_its_parts_are() -> None:
    anna = Scope("anna", cases=frozenset({"op-heron"}), markings=frozenset())
    assert anna.sees(SECRET_CASE)
    assert anna.sees(AccessLabel())
    assert not anna.sees(AccessLabel(case="op-heron", marking="SECRET"))
    assert not anna.sees(AccessLabel(case="op-wren"))
    assert anna.labels(
        [(LabelId(0), AccessLabel()), (LabelId(1), SECRET_CASE), (LabelId(2), AccessLabel(case="x"))]
    ) == {0, 1}


def test_readers_are_read_strictly_and_a_missing_part_allows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "readers.toml"
    path.write_text('[anna]\ncases = ["op-heron"]\nmarkings = "*"\n', encoding="utf-8")
    anna = read_scopes(path)["anna"]
    assert (anna.cases, anna.markings, anna.handlings) == (frozenset({"op-heron"}), "*", frozenset())
    assert scope_of(path, None).name == "local"
    with pytest.raises(NotHeld, match="bert"):
        scope_of(path, "bert")
    path.write_text('[anna]\ncase = ["op-heron"]\n', encoding="utf-8")
    with pytest.raises(Refused, match="unknown keys"):
        read_scopes(path)
    path.write_text("[anna]\ncases = 7\n", encoding="utf-8")
    with pytest.raises(Refused, match="list of texts"):
        read_scopes(path)


def test_the_snapshots_of_a_source_are_found_without_reading_its_other_lines(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    book, register = (
        replace(ledger.source(name, AccessLabel()), id=number) for number, name in ((1, "a"), (2, "b"))
    )
    seen = {"observed_at": "2026-01-01T00:00:00Z", "covers": "", "closed": True}
    told: list[tuple[Source, dict[str, object]]] = [
        (book, {"snapshot": None, "part": None, "file": '"snapshot": {'}),
        (register, {"snapshot": seen, "part": None}),
        (book, {"snapshot": None, "part": {"number": 1}}),
        (register, {"snapshot": None, "part": None}),
    ]
    for source, content in told:
        ledger.append(Entry("ingest", "2026-01-01T00:00:00Z", content, source))
    assert [line.revision for line in ledger.wholes(1)] == [3]
    assert [line.content["snapshot"] for line in ledger.wholes(2)] == [seen]
    with sqlite3.connect(tmp_path / "ledger.db") as db:
        plan = db.execute(f"EXPLAIN QUERY PLAN SELECT content FROM line WHERE {WHOLES}", (1,)).fetchall()
    assert [step[3] for step in plan] == ["SEARCH line USING INDEX line_whole (source=?)"]
