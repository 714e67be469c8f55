"""What more than one folder of tests needs."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from graph.errors import ClewError
from graph.neo4j_server import Neo4jServer, Settings

# No test is a timed one: on a busy machine an example may take any time.
settings.register_profile("clew", deadline=None)
settings.load_profile("clew")


@pytest.fixture(scope="session")
def neo4j_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty, real Neo4j with Graph Data Science: `CLEW_TEST_NEO4J_URL`, else one of our own.

    Shared by the session: whoever writes cleans up. Fails, and does not skip, when none can be had.
    """
    given = os.environ.get("CLEW_TEST_NEO4J_URL")
    if given:
        yield given
        return
    server = Neo4jServer(tmp_path_factory.mktemp("neo4j"), Settings(heap="1g", page_cache="512m", quick=True))
    try:
        url = server.start()
    except ClewError as error:
        pytest.fail(f"The tests need a real Neo4j, and it could not be started. {error}", pytrace=False)
    yield url
    server.stop()
