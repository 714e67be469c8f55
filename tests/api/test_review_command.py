"""`clew review`: one key a step, from a script."""

from __future__ import annotations

import io
from typing import Any

import pytest

from api.cli import main
from api.service import Service
from tests.api.asking import commit
from tests.graph.resolution.people import person


def test_proposals_are_judged_skipped_and_undone_by_one_key_each(
    service: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(service, "a", [person(f"{n}/{side}", name, "Ashcombe") for n, name in enumerate(["Cuthbert", "Tarquin", "Lettice"]) for side in "ab"])  # fmt: skip
    assert service.resolve()["decided"] == {"UNSURE": 3}

    def pressed(keys: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(keys))
        assert main(["--data", str(service.settings.data), "review"]) == 0
        return capsys.readouterr().out

    told = pressed("s\nz\ns k d")
    assert "Undone: judgement" in told
    assert "SAME from" in told
    assert "not joined: too little agrees" in " ".join(told.split())
    assert "Not joined: too little agrees. What would change it: More that agrees, or a judgement." in told
    assert told.endswith("Nothing is left to review.\n2 judged.\n")
    standing: list[Any] = [j for j in service.directory.ledger.judgements() if j.undone is None]
    assert sorted(j.verdict for j in standing) == ["DIFFERENT", "SAME"]
    assert pressed("").endswith("0 judged.\n"), "what was skipped comes again, and no key is quit"
    assert pressed("x u").count("s same") == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["review", "--kind", "Nope"], "--kind: 'Nope' is no kind of entity. There are Person, Company,"),
        (["resolve", "--model", ""], "--model is empty: name a folder that `clew train` made"),
        (["resolve", "--preview", "--model", ""], "--model is empty"),
    ],
)
def test_words_that_mean_nothing_are_usage_errors(
    service: Service, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(service.settings.data), *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_list_that_is_not_there_is_told_with_what_to_name(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(service.settings.data), "match", "/nowhere/list.csv"]) == 1
    told = "/nowhere/list.csv cannot be read: No such file or directory. Name a CSV file, or - for stdin."
    assert told in capsys.readouterr().err
