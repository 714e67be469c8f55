"""`clew check` looks at the match index: what is damaged or made by another version is told, and what is only behind is not."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import metadata
from pathlib import Path

import pytest

import graph
from api.matching import matches
from api.service import Service
from graph.resolution.online import schema
from graph.resolution.online.checking import problems
from tests.api.asking import commit, company
from tests.api.conftest import open_service
from tests.graph.resolution.people import person


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A directory of three revisions, whose index is at the last: a person changed, a body without a name."""
    opened = open_service(tmp_path_factory.mktemp("checked") / "data")
    first = [person("1", "Barnaby", "Ashcombe", phone="+441"), person("2", "Tamsin", "Quick")]
    commit(opened, "people", first)
    commit(opened, "people", [person("2", "Tamsin", "Kelham", day="2026-02-01")], digest="b")
    commit(opened, "register", [company(1, "ACME LTD"), company(2, "")])
    matches(opened).index.catch_up(opened.directory.ledger.head())
    yield opened
    opened.close()


@pytest.fixture
def index(service: Service, tmp_path: Path) -> Path:
    """A copy of the index, to be damaged."""
    with closing(sqlite3.connect(service.settings.data / "index" / "match.db")) as con:
        con.execute("VACUUM INTO ?", [str(tmp_path / "match.db")])
    return tmp_path / "match.db"


def told(service: Service, index: Path, head: int = 3) -> list[str]:
    return list(problems(index, head, service.directory.delta))


def test_check_looks_at_the_index_that_a_directory_has(service: Service) -> None:
    assert service.check() == {"ok": True, "revisions": 3, "problems": []}
    held = service.settings.data / "index" / "match.db"
    sql("UPDATE state SET version = 'older'")(held)
    found = service.check()
    assert (found["ok"], found["problems"]) == (False, [f"Match index {held} {OLDER}"])
    matches(service).index.catch_up(service.directory.ledger.head())
    assert service.check()["ok"], "who asks next makes it anew"


def test_an_index_that_is_behind_or_was_never_made_is_sound(service: Service, index: Path) -> None:
    assert told(service, index, head=5) == []
    sql("DELETE FROM mention")(index)
    assert told(service, index) != []
    index.unlink()
    assert told(service, index) == []
    assert not index.exists()


def sql(text: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with closing(sqlite3.connect(path)) as con:
            con.executescript(text)

    return damage


def overwritten(path: Path) -> None:
    path.write_bytes(b"no database, and longer than its header " * 400)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


ANEW = "Remove it; it is made anew."
OLDER = "was made by another version of the program. It is made anew when somebody next asks for a match; or remove it."


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (overwritten, "cannot be read: file is not a database"),
        (emptied, "cannot be read: no such table: state"),
        (sql("DELETE FROM state"), "does not say where it is"),
        (sql("UPDATE state SET head = 9"), "is at revision 9, the ledger at 3"),
        (sql("DELETE FROM mention WHERE since = 2"), "has 1 rows in block of mentions that it lacks"),
        (sql("UPDATE mention SET row = replace(row, 'KELHAM', 'KELHAN')"), "holds mention {changed} otherwise than it was told"),
        (sql("DELETE FROM ended"), "holds mention {changed} otherwise than it was told"),
        (sql("DELETE FROM block; DELETE FROM share; DELETE FROM called; DELETE FROM mention"), "lacks mention {least}"),
        (sql("INSERT INTO ended SELECT n, 3 FROM mention WHERE mid = (SELECT mid FROM mention GROUP BY mid HAVING count(*) > 1) AND since = 2"), "lacks mention {changed}"),
    ],
    ids=["overwritten", "emptied", "no state", "ahead", "lost", "changed", "not ended", "nothing left", "ended"],
)  # fmt: skip
def test_check_names_what_is_wrong_and_what_to_do(
    service: Service, index: Path, damage: Callable[[Path], None], what: str
) -> None:
    with closing(sqlite3.connect(index)) as con:
        (changed,) = con.execute("SELECT mid FROM mention GROUP BY mid HAVING count(*) > 1").fetchone()
        (least,) = con.execute(
            "SELECT min(mid) FROM mention WHERE row LIKE '%\"BARNABY%' OR mid = ?", [changed]
        ).fetchone()
    damage(index)
    said = what.replace("{changed}", changed.hex()).replace("{least}", least.hex())
    assert told(service, index) == [f"Match index {index} {said}. {ANEW}"]


@pytest.mark.parametrize(
    ("file", "is_of"),
    [
        ("resolution/online/filling.py", True),
        ("resolution/online/hashes.py", True),
        ("resolution/columns/people.py", True),
        ("resolution/columns/shared.py", True),
        ("resolution/forenames.py", True),
        ("resolution/models/person_1/surnames.txt", True),
        ("values/legal_forms.py", True),
        ("values/folding.py", True),
        ("resolution/scoring.py", False),
        ("resolution/models/person_1/parameters.json", False),
        ("resolution/columns/addresses.py", False),
    ],
)
def test_the_version_is_of_all_that_rows_are_made_by(tmp_path: Path, file: str, is_of: bool) -> None:
    package = Path(graph.__file__).parent
    shutil.copytree(package, tmp_path / "graph", ignore=shutil.ignore_patterns("__pycache__"))
    assert schema.version_of(tmp_path / "graph") == schema.version_of(package)
    with (tmp_path / "graph" / file).open("a", encoding="utf-8") as changed:
        changed.write("\n# otherwise\n")
    assert (schema.version_of(tmp_path / "graph") != schema.version()) is is_of


def test_the_version_is_of_the_library_that_folds_names(monkeypatch: pytest.MonkeyPatch) -> None:
    package, before = Path(graph.__file__).parent, schema.version()
    monkeypatch.setattr(metadata, "version", lambda name: "another")
    assert schema.version_of(package) != before
