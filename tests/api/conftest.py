"""A service over a small directory, with the story's three months of the company register."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.service import Service
from api.settings import Settings


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """An empty service with a fixed secret."""
    opened = open_service(tmp_path / "data")
    yield opened
    opened.close()


def open_service(data: Path, store: str = "sqlite:///") -> Service:
    data.mkdir(parents=True, exist_ok=True)
    (data / "secret").write_text("ab" * 32, encoding="ascii")
    return Service(Settings(data=data, store=store))
