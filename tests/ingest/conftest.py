"""What tests of several kinds of intake share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api.cli import main

from .taking import Clew


@pytest.fixture
def clew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Clew:
    """Runs a command on a data directory of its own, which must succeed; gives its JSON lines."""

    def run(*arguments: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        status = main(["--data", str(tmp_path / "data"), *arguments])
        out = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert status == 0, out
        return out

    return run
