"""Undo of any older judgement, after later ingests, equals a directory that never heard of it: on disk, on both stores."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.service import Service
from graph.model import MentionId
from graph.store.neo4j import Neo4jStore
from tests.api.asking import CASE, READERS, commit, company, control, ids_of, office
from tests.api.conftest import open_service
from tests.api.told import hashes
from tests.graph.resolution.people import person
from tests.graph.resolution.test_resolve import ids, officers


def _later(service: Service, step: int) -> None:
    """What comes in after a judgement."""
    people = [person(f"late{step}", "Barnaby", "Ashcombe", "1961-04", company="00000001")]
    commit(service, "late", [*people, company(step, "ACME LTD")], digest=f"late{step}")
    commit(service, "case", [control(step, "Barnaby Ashcombe", "11112222"), office(1, "Jo Smith", "11112222")], CASE, digest=f"case{step}")  # fmt: skip


def _world(service: Service, judged: list[tuple[str, str, str]], undone: int, *, ever: bool) -> None:
    """Judgements with ingests between them; one of them is undone at the end, or was never made."""
    commit(service, "officers", officers())
    commit(service, "keyed", [person(f"k{n}", "Jo", "Smith", identifier="11112222") for n in range(4)])
    service.resolve()
    known, made = ids(service), ""
    for step, (a, b, verdict) in enumerate(judged):
        if step == undone and not ever:
            commit(service, "keyed", [], digest="instead of judging")
        else:
            one = service.directory.judge(MentionId(bytes.fromhex(known[a])), MentionId(bytes.fromhex(known[b])), verdict, reader="local")  # fmt: skip
            made = one.id if step == undone else made
        _later(service, step)
    service.resolve()
    if ever:
        service.directory.undo(made)
    else:
        commit(service, "keyed", [], digest="instead of undoing")


JUDGED = [("k0", "k1", "DIFFERENT"), ("1", "6", "SAME"), ("k2", "5", "SAME"), ("2", "4", "DIFFERENT")]


@pytest.mark.parametrize(
    ("store", "undone"),
    [
        *(("sqlite", n) for n in range(len(JUDGED))),
        *(pytest.param("neo4j", n, marks=pytest.mark.neo4j) for n in (0, 1)),
    ],
)
def test_undoing_any_older_judgement_equals_never_having_made_it(
    request: pytest.FixtureRequest, tmp_path: Path, store: str, undone: int
) -> None:
    url = "sqlite:///" if store == "sqlite" else request.getfixturevalue("neo4j_url")
    told = []
    for ever in (True, False):
        if store == "neo4j":
            Neo4jStore.wipe(url)
        service = open_service(tmp_path / str(ever), url)
        (tmp_path / str(ever) / "readers.toml").write_text(READERS, encoding="utf-8")
        _world(service, JUDGED, undone, ever=ever)
        told.append(hashes(service, ids_of(service)))
        if ever and not undone:
            service.rebuild()
            assert hashes(service, ids_of(service)) == told[0], "and a rebuild of it"
        service.close()
    assert told[0] == told[1]
