"""`clew evaluate`: one JSON line with the agreed keys, no data directory, errors in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli import main
from tests.quality import made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.write(tmp_path_factory.mktemp("set") / "people", made.people(300, 2), made.PEOPLE_TOML)


def test_evaluate_prints_one_json_line_and_opens_no_data_directory(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert main(["--data", str(data), "evaluate", str(folder), "--json", "--peer", "splink"]) == 0
    out = capsys.readouterr().out
    told = json.loads(out)
    assert out.count("\n") == 1
    assert list(told) == [
        "records", "true_pairs", "blocking_recall", "pairs_compared", "precision", "recall", "f1", "b3", "seconds", "peak_mb", "peer",
    ]  # fmt: skip
    assert (told["records"], told["true_pairs"]) == (300, 322)
    assert list(told["b3"]) == ["precision", "recall", "f1"]
    assert told["f1"] >= max(0.9, told["peer"].get("f1", 0))
    assert not data.exists()


def test_a_higher_threshold_puts_fewer_together(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recalls = []
    for threshold in ("0.5", "0.999999"):
        assert main(["evaluate", str(folder), "--json", "--threshold", threshold]) == 0
        recalls.append(json.loads(capsys.readouterr().out)["recall"])
    assert recalls[0] > recalls[1]


@pytest.mark.parametrize(
    ("threshold", "name", "message"),
    [
        ("1.5", "people", "--threshold: 1.5 is not a probability between 0 and 1."),
        ("0.9", "nowhere", "truth.toml is not there."),
    ],
)
def test_what_cannot_be_evaluated_is_told_in_one_line(
    threshold: str, name: str, message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(folder.parent / name), "--threshold", threshold]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err
    assert said.err.count("\n") == 1


def test_a_truth_of_no_pair_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toml = made.PEOPLE_TOML
    folder = made.write(tmp_path / "people", made.people(40, 2), toml)
    head, _, rest = toml.partition("[truth]")
    columns = rest[rest.index("[columns]") :]
    (folder / "truth.toml").write_text(
        f'{head}[truth]\npairs = "gt.csv"\nleft = "l"\nright = "r"\n{columns}', encoding="utf-8"
    )
    (folder / "gt.csv").write_text("l,r\n", encoding="utf-8")
    assert main(["evaluate", str(folder), "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["true_pairs"] == 0
    assert (
        "gt.csv no two records are one: precision, recall and F1 are over no true pair. Look at [truth] in truth.toml."
        in said.err
    )
