"""Truth sets at the default threshold, trained without their truth: floors, and never below plain Splink at 0.95."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from graph.resolution.evaluate import name_pairs, truth_file
from tests.quality import made
from tests.quality.sets import HERE, Judged, assemble, files_of, judged, names

FLOORS = {"fake_1000": 0.93, "febrl1": 0.99, "restaurants": 0.85, "senzing": 0.83}


def _better(found: Judged) -> bool:
    return isinstance(found.theirs, str) or found.ours.pairs.f1 >= found.theirs.pairs.f1


@pytest.mark.parametrize("name", FLOORS)
def test_a_published_set_is_resolved_as_well_as_promised_and_no_worse_than_by_plain_splink(
    name: str, tmp_path: Path
) -> None:
    folder = assemble(name, tmp_path)
    assert folder is not None
    found = judged(folder)
    print(f"\n{name}: {found}")
    assert found.ours.pairs.f1 >= FLOORS[name]
    assert _better(found)


@pytest.mark.parametrize("name", names())
def test_what_a_sets_truth_file_says_is_read(name: str, tmp_path: Path) -> None:
    """Also of those whose files lie elsewhere."""
    folder = tmp_path / name
    shutil.copytree(HERE / name, folder)
    for file in files_of(folder):
        (folder / file).touch()
    said = truth_file.read(folder)
    assert said.columns or said.task == "pairs"


@pytest.mark.parametrize("kind", ["people", "bodies"])
def test_a_table_nobody_has_seen_is_resolved_no_worse_than_by_plain_splink(kind: str, tmp_path: Path) -> None:
    rows, said = (
        (made.people(1500, 11), made.PEOPLE_TOML)
        if kind == "people"
        else (made.bodies(1500, 12), made.BODIES_TOML)
    )
    found = judged(made.write(tmp_path / kind, rows, said))
    print(f"\n{kind}: {found}")
    assert found.ours.pairs.precision >= 0.95
    assert found.ours.pairs.f1 >= (0.95 if kind == "people" else 0.88)
    assert _better(found)


def test_hard_pairs_of_names_are_ranked_as_well_as_promised(tmp_path: Path) -> None:
    folder = assemble("opensanctions-names", tmp_path)
    assert folder is not None
    ranking = name_pairs.judge(truth_file.read(folder), [])
    assert (ranking.pairs, ranking.true_pairs) == (826, 425)
    assert ranking.average_precision >= 0.90
    assert ranking.best_f1 >= 0.83
