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
    assert told.endswith("Nothing is left to review.\n2 judged.\n")
    standing: list[Any] = [j for j in service.directory.ledger.judgements() if j.undone is None]
    assert sorted(j.verdict for j in standing) == ["DIFFERENT", "SAME"]
    assert pressed("").endswith("0 judged.\n"), "what was skipped comes again, and no key is quit"
    assert pressed("x u").count("s same") == 3
