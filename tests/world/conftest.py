"""Worlds that the tests read: a case with a story, a town big enough for rates, and that town alive."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import generate
from tests.world.plan import FAMILIES


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """200 companies over three months, with the story."""
    return generate(tmp_path_factory.mktemp("case"), 200, seed=1, months=3, story=True).out


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2,000 companies in one month."""
    return generate(tmp_path_factory.mktemp("town"), 2000, seed=7).out


@pytest.fixture(scope="session")
def alive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2,000 companies in one month, with all families."""
    return generate(tmp_path_factory.mktemp("alive"), 2000, seed=7, families=FAMILIES).out
