"""Many small files in one run: a revision each, committed several at a time, to what one after the other comes to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import graph.projection
from api import intake
from api.intake import Intake
from api.service import Service
from graph.search import files
from ingest.pipeline import RefusedFile, read_file
from tests.api.asking import data
from tests.api.conftest import open_service
from tests.api.test_phone_books import card

NAMES = """query Q($named: String!, $at: Int!) { search(text: $named, asOf: { known: { revision: $at } }) {
  edges { node { id caption } } } }"""


def books(folder: Path, *cards: str) -> list[Path]:
    """A phone book of one card each, in order, with the taxi firm in all of them."""
    folder.mkdir()
    paths = [folder / f"book-{number}.vcf" for number in range(len(cards))]
    for path, text in zip(paths, cards, strict=True):
        path.write_text(text + card("Speedy Taxi", "TEL:+442079460000"), encoding="utf-8")
    return paths


def found(service: Service, text: str, at: int) -> list[dict[str, str]]:
    edges = data(service, NAMES, named=text, at=at)["search"]["edges"]
    return [edge["node"] for edge in edges]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often the state was opened, and a writer of the search index."""
    times = {"state": 0, "index": 0}

    def counting(module: Any, name: str, what: str) -> None:
        do = getattr(module, name)

        def counts(*given: Any, **more: Any) -> Any:
            times[what] += 1
            return do(*given, **more)

        monkeypatch.setattr(module, name, counts)

    counting(graph.projection, "connect", "state")
    counting(files, "open_writer", "index")
    return times


def test_small_files_are_a_revision_each_and_open_the_state_and_the_index_once(
    service: Service, tmp_path: Path, counted: dict[str, int]
) -> None:
    paths = books(tmp_path / "in", *(card(f"Friend {n}", f"TEL:+44770090000{n}") for n in range(5)))
    (tmp_path / "in" / "empty.vcf").touch()
    paths.insert(2, tmp_path / "in" / "empty.vcf")
    reports = list(service.ingest_all(paths, Intake()))
    assert [report["file"] for report in reports] == [path.name for path in paths]
    assert [report.get("revision") for report in reports] == [1, 2, None, 3, 4, 5]
    # Two indexes: of names and of texts.
    assert counted == {"state": 1, "index": 2}
    assert service.store.head() == service.search.head() == 5
    assert [line.revision for line in service.directory.ledger.lines()] == [1, 2, 3, 4, 5]
    assert service.check() == {"ok": True, "revisions": 5, "problems": []}
    assert [node["caption"] for node in found(service, "Friend 4", 5)] == ["Friend 4"]


def test_files_that_are_committed_together_answer_at_each_revision_as_those_one_after_the_other(
    tmp_path: Path,
) -> None:
    # One contact in all three, under one name and another: what one revision puts the next one ends.
    cards = [card(name, "UID:7", "TEL:+447700900001") for name in ("Ann Ash", "Bea Bell", "Ann Cole")]
    paths = [books(tmp_path / str(n), text)[0] for n, text in enumerate(cards)]
    together, apart = open_service(tmp_path / "together"), open_service(tmp_path / "apart")
    intake = Intake(source="phones")
    assert [r["revision"] for r in together.ingest_all(paths, intake)] == [1, 2, 3]
    for path in paths:
        [_] = apart.ingest(path, intake)
    for at in (1, 2, 3):
        for text in ("Ann Ash", "Bea Bell", "Ann Cole", "Speedy Taxi"):
            assert found(together, text, at) == found(apart, text, at)
    assert [node["caption"] for node in found(together, "Bea Bell", 2)] == ["Bea Bell"]
    assert "Bea Bell" not in {node["caption"] for node in found(together, "Bea Bell", 3)}
    together.close()
    apart.close()


def test_a_fault_of_the_machine_keeps_the_files_that_were_read_before_it(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = books(tmp_path / "in", *(card(f"Friend {n}", f"TEL:+44770090000{n}") for n in range(3)))

    def full(path: Path, **more: Any) -> Iterator[Any]:
        if path == paths[2]:
            raise OSError("the disk is full")
        yield from read_file(path, **more)

    monkeypatch.setattr(intake, "read_file", full)
    reports = []
    with pytest.raises(OSError, match="the disk is full"):  # noqa: PT012
        for report in service.ingest_all(paths, Intake()):
            reports.append(report["revision"])  # noqa: PERF401
    assert reports == [1, 2]
    assert service.store.head() == service.search.head() == 2


def test_files_wait_for_fifteen_others_and_never_for_a_large_one() -> None:
    one = (RefusedFile("book.vcf", "refused"), 0.0)
    assert [len(some) for some in intake.in_groups([one] * 40)] == [8] * 5
    assert [len(some) for some in intake.in_groups([one, one, None, one])] == [2, 1]


def test_a_kill_before_the_followers_of_several_revisions_is_made_up_for_by_check(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = books(tmp_path / "in", *(card(f"Friend {n}", f"TEL:+44770090000{n}") for n in range(4)))
    with monkeypatch.context() as patched:
        patched.setattr("graph.directory.Directory._drive", lambda self: None)
        assert [report["revision"] for report in service.ingest_all(paths, Intake())] == [1, 2, 3, 4]
    assert service.store.head() == 0
    assert service.check() == {"ok": True, "revisions": 4, "problems": []}
    assert service.store.head() == service.search.head() == 4
