"""Damage of every kind is told by name, and nobody goes on over it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.cli import main
from api.intake import Intake
from api.schema import execute
from api.service import Service
from graph.access import AccessLabel
from graph.directory import Staged
from graph.errors import Corrupt
from tests.api.asking import company
from tests.api.conftest import open_service
from tests.api.naming import commit, seen
from tests.graph.batches import write_batch
from tests.world import generate


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Service]:
    """A directory of four revisions: a register twice, flights with model decisions, a judgement."""
    service = open_service(tmp_path / "data")
    generate(tmp_path / "world", 200)
    commit(service, "ACME LTD")
    commit(service, "ACME UK LTD")
    for name in ("opensky_departures_EGCC_20260901.json", "aerodatabox_fids_EGCC_20260901.json"):
        assert ["revision" in report for report in service.ingest(tmp_path / "world" / name, Intake())] == [
            True
        ]
    hits = execute(service, "{ flights(first: 2) { nodes { id } } }", {})["data"]["flights"]["nodes"]
    first, second = (bytes.fromhex(hit["id"]) for hit in hits)
    service.directory.judge(first, second, "DIFFERENT", reader="anna")  # type: ignore[arg-type]
    assert service.check() == {"ok": True, "revisions": 5, "problems": []}
    yield service
    service.close()


def _flip(path: Path) -> None:
    held = bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    path.write_bytes(held)


def _sql(statement: str) -> Callable[[Path], None]:
    def change(data: Path) -> None:
        with sqlite3.connect(data / "ledger.db") as db:
            assert db.execute(statement).rowcount == 1
        db.close()

    return change


DAMAGE: list[tuple[str, Callable[[Path], object], str]] = [
    (
        "a flipped byte in evidence",
        lambda data: _flip(data / "evidence/00000002/mentions.parquet"),
        "Evidence of revision 2: mentions.parquet is not what was committed.",
    ),
    (
        "evidence that is gone",
        lambda data: shutil.rmtree(data / "evidence/00000001"),
        "Evidence of revision 1 is missing: {data}/evidence/00000001.",
    ),
    (
        "a manifest made to fit",
        lambda data: (data / "evidence/00000001/manifest.json").write_text('{"files": {}}'),
        "Evidence of revision 1: the manifest is not the one the ledger names.",
    ),
    (
        "deleted decisions",
        lambda data: (data / "decisions/00000004.parquet").unlink(),
        "Decisions of revision 4 are missing: 00000004.parquet.",
    ),
    (
        "changed decisions",
        lambda data: _flip(data / "decisions/00000004.parquet"),
        "Decisions of revision 4 are not those the ledger names.",
    ),
    (
        "a removed ledger line",
        _sql("DELETE FROM line WHERE revision = 2"),
        "{data}/ledger.db: line 3 does not follow line 1: the chain is broken.",
    ),
    (
        "a changed ledger line",
        _sql("UPDATE line SET content = replace(content, 'ACME UK', 'ACME') WHERE revision = 2"),
        "{data}/ledger.db: line 2 does not follow line 1: the chain is broken.",
    ),
    (
        "the last ledger line removed",
        _sql("DELETE FROM line WHERE revision = 5"),
        "SqliteStore is at revision 5, the ledger at 4.",
    ),
    (
        "a changed judgement",
        _sql("UPDATE judgement SET verdict = 'SAME'"),
        "{data}/ledger.db: the judgements kept are not those the chained lines state.",
    ),
    (
        "a source under another label",
        _sql("UPDATE source SET label = 7 WHERE name = 'register'"),
        "{data}/ledger.db: the sources kept are not those the chained lines state.",
    ),
    (
        "a lost delta",
        lambda data: shutil.rmtree(data / "deltas/00000003"),
        "Delta of revision 3 is missing. Run `clew rebuild`.",
    ),
    (
        "a lost table of a delta",
        lambda data: (data / "deltas/00000003/links.parquet").unlink(),
        "Delta of revision 3 is not what was projected: links.parquet. Run `clew rebuild`.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "message"), [d[1:] for d in DAMAGE], ids=[d[0] for d in DAMAGE])
def test_check_names_the_damage(
    held: Service, damage: Callable[[Path], object], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = held.settings.data
    damage(data)
    assert main(["--data", str(data), "check", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is False
    assert message.format(data=data) in found["problems"]


def test_a_store_behind_is_told_and_the_next_commit_drives_it(held: Service, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(held.settings.data, old)
    commit(held, "ACME GLOBAL LTD")
    commit(held, "ACME GALAXY LTD")
    held.close()
    for path in held.settings.data.glob("store.db*"):
        path.unlink()
    for path in old.glob("store.db*"):
        shutil.copy(path, held.settings.data)
    service = Service(held.settings)
    assert service.check() == {
        "ok": False,
        "revisions": 7,
        "problems": ["SqliteStore is at revision 5, the ledger at 7."],
    }
    assert seen(service) == ("ACME UK LTD", 5)
    assert commit(service, "ACME UNIVERSAL LTD") == 8
    assert seen(service) == ("ACME UNIVERSAL LTD", 8)
    assert service.check()["ok"]
    service.close()


def test_a_store_behind_a_lost_delta_does_not_go_on_without_it(held: Service) -> None:
    data = held.settings.data
    held.close()
    for path in data.glob("store.db*"):
        path.unlink()
    shutil.rmtree(data / "deltas/00000002")
    service = Service(held.settings)
    with pytest.raises(Corrupt, match=r"Delta of revision 2 is missing. Run `clew rebuild`."):
        service.directory.catch_up()
    assert service.store.head() == 1
    service.rebuild()
    assert service.check() == {"ok": True, "revisions": 5, "problems": []}
    assert seen(service) == ("ACME UK LTD", 5)
    service.close()


def test_a_ledger_that_lost_its_last_line_takes_no_commit_until_a_rebuild(held: Service) -> None:
    _sql("DELETE FROM line WHERE revision = 5")(held.settings.data)
    with pytest.raises(Corrupt, match="The projection is at revision 5, the ledger at 4"):
        commit(held, "ACME GLOBAL LTD")
    assert held.rebuild() == 4
    assert commit(held, "ACME GLOBAL LTD") == 5
    assert seen(held) == ("ACME GLOBAL LTD", 5)


def test_a_damaged_projection_is_named_and_a_rebuild_makes_it_anew(held: Service) -> None:
    held.settings.data.joinpath("state.duckdb").write_bytes(b"no database, and longer than its header " * 400)
    with pytest.raises(Corrupt, match=r"state\.duckdb cannot be opened: .* Run `clew rebuild`\."):
        commit(held, "ACME GLOBAL LTD")
    assert held.rebuild() == 5
    assert commit(held, "ACME GLOBAL LTD") == 6


def test_what_a_killed_commit_had_spilled_goes_with_the_next(held: Service) -> None:
    spilled = held.settings.data / "state.tmp"
    spilled.mkdir()
    (spilled / "duckdb_temp_storage-0.tmp").write_bytes(b"much")
    commit(held, "ACME GLOBAL LTD")
    assert not spilled.exists()


def test_a_file_that_is_no_ledger_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ledger.db").write_text("not a database, and longer than a header would be " * 9)
    assert main(["--data", str(tmp_path), "check"]) == 1
    assert f"{tmp_path}/ledger.db is damaged: file is not a database." in capsys.readouterr().err


def test_a_batch_staged_by_an_attempt_that_was_killed_before_its_move_is_committed_whole(
    service: Service,
) -> None:
    """Its manifest lay in the staged folder already, and would have been listed in itself."""
    staged = service.settings.data / "staged-1"
    write_batch(staged, [company(1, "ACME LTD")])
    (staged / "manifest.json").write_text("{}", encoding="utf-8")
    service.directory.commit(Staged(staged, "register", AccessLabel(), "test", "1.csv", "1", {}))
    assert service.check() == {"ok": True, "revisions": 1, "problems": []}
