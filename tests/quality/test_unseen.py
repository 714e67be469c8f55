"""Sets that resemble no published one, by a truth.toml alone: no worse than plain Splink, or bounded and honest."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import pytest

from api.cli import main
from graph.resolution.evaluate import reading, truth_file
from graph.resolution.evaluate.run import THRESHOLD, Report, judge, resolve
from tests.quality import unseen
from tests.quality.sets import judged

FLOORS = {
    "ragged": 0.88,
    "two files": 0.90,
    "nested": 0.88,
    "households": 0.95,
    "often": 0.97,
    "branches": 0.97,
    "years": 0.80,
    "numbers": 0.80,
}


@pytest.mark.parametrize("name", FLOORS)
def test_a_set_of_another_make_is_resolved_no_worse_than_by_plain_splink(name: str, tmp_path: Path) -> None:
    found = judged(unseen.SETS[name](tmp_path / "set"))
    print(f"\n{name}: {found}")
    assert found.ours.pairs.precision >= 0.95
    assert found.ours.pairs.f1 >= FLOORS[name]
    assert isinstance(found.theirs, str) or found.ours.pairs.f1 >= found.theirs.pairs.f1


def alone(folder: Path) -> Report:
    said = truth_file.read(folder)
    records = reading.read(said)
    with duckdb.connect() as con:
        con.execute("SET memory_limit = '1GB'")
        done = resolve(con, records, said.kind, linked=False, threshold=THRESHOLD, tell=lambda what: None)
    return judge(records, done, linked=False)


BORN = 'name = "name"\nborn = "birth_date"\n'
NAMES = ["محمد علي", "فاطمة حسن", "王伟", "李娜", "佐藤 健", "김민수", "Владимир Иванов", "עמית כהן"]
FOREIGN = [f"{n},{n // 2},{NAMES[n // 2 % 8]},{1940 + n // 8}-{n // 2 % 12 + 1:02}-{n // 2 % 28 + 1:02}" for n in range(400)]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "columns", "precision", "recall"),
    [
        (["1,1,Ann Ash,"], 'name = "name"\n', 1.0, 1.0),
        ([f"{n},{n},," for n in range(300)], 'name = "name"\n', 1.0, 1.0),
        # Nothing tells 3,000 of one name and nothing else that they are one.
        ([f"{n},1,Ann Ash," for n in range(3000)], 'name = "name"\n', 1.0, 0.0),
        # Nor 10,000 namesakes of two a birthday, though the blocks are full.
        ([f"{n},{n},John Smith,{1930 + n % 75}-{n // 75 % 12 + 1:02}-{n // 900 % 28 + 1:02}" for n in range(10_000)], BORN, 1.0, 1.0),
        (FOREIGN, BORN, 0.99, 0.85),
    ],
    ids=["one row", "blank", "all equal", "namesakes", "foreign"],
)  # fmt: skip
def test_what_tells_little_is_bounded_and_not_joined(
    rows: list[str], columns: str, precision: float, recall: float, tmp_path: Path
) -> None:
    started = time.process_time()
    found = alone(unseen.plain(tmp_path / "set", rows, columns))
    assert found.pairs.precision >= precision
    assert found.pairs.recall >= recall
    assert found.pairs_compared <= 100 * len(rows)
    assert time.process_time() - started < 60


@pytest.mark.parametrize(
    ("rows", "columns", "told"),
    [
        ([], 'name = "name"\n', "holds no record that can be read"),
        (["1,1,Ann Ash,"], 'nom = "name"\n', "there is no column 'nom'"),
        (["1,1,Ann Ash,"], 'name = "nom"\n', "nom"),
    ],
)
def test_a_set_that_cannot_be_judged_says_why(
    rows: list[str], columns: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(unseen.plain(tmp_path / "set", rows, columns))]) == 1
    assert told in capsys.readouterr().err
