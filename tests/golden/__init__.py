"""Golden files: small composed inputs, and what each comes to, written by `python -m tests.golden`.

tests/golden/<format>/<input> has its answer in <input>.expected.json beside it. The inputs are invented for this
project; the answers are made by the code and read by people: read their diffs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.ingest.told import Told, outcomes

ROOT = Path(__file__).parent
ENDING = ".expected.json"


def inputs() -> list[Path]:
    """Every golden input, sorted."""
    folders = [
        folder for folder in sorted(ROOT.iterdir()) if folder.is_dir() and not folder.name.startswith("_")
    ]
    return [path for folder in folders for path in sorted(folder.iterdir()) if not path.name.endswith(ENDING)]


def answer(path: Path) -> list[dict[str, Any]]:
    """What an input comes to now."""
    return [out.as_json() if isinstance(out, Told) else {"refused": out.refused} for out in outcomes(path)]


def expected_path(path: Path) -> Path:
    """Where an input's answer is kept."""
    return path.with_name(path.name + ENDING)


def shown(answer: list[dict[str, Any]]) -> str:
    """An answer as its file holds it."""
    return json.dumps(answer, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
