"""A rebuild answers with the live graph's bytes, and `--until` with what `asOf.known` answers, on both stores."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from api.service import Service
from api.settings import Settings
from tests.api.conftest import open_service
from tests.soak.intakes import Size, live_through
from tests.soak.questions import answers, asked, readme

SHORT = Size(companies=2_000, ingests=30, months=3, entities=8, revisions=1)
LONG = Size(companies=100_000, ingests=200, months=4, entities=40, revisions=3)


def differing(
    service: Service, documents: list[str], told: list[bytes], **when: int | str | None
) -> list[str]:
    """The documents that a service answers otherwise than was told."""
    found = answers(service, documents, **when)  # type: ignore[arg-type]
    return [text for text, one, other in zip(documents, found, told, strict=True) if one != other]


@pytest.mark.neo4j
@pytest.mark.parametrize(
    "size", [SHORT, pytest.param(LONG, marks=pytest.mark.soak)], ids=lambda size: f"{size.companies}"
)
def test_a_rebuild_answers_as_the_live_graph_at_every_revision(
    tmp_path: Path, neo4j_url: str, size: Size
) -> None:
    from graph.store.neo4j import Neo4jStore

    Neo4jStore.wipe(neo4j_url)
    clocks = [(time.monotonic(), time.process_time())]
    laps = list[str]()

    def lap(name: str) -> None:
        clocks.append((time.monotonic(), time.process_time()))
        took, used = (after - before for before, after in zip(*clocks[-2:], strict=True))
        laps.append(f"  {name}: {took:.1f} s, {used:.1f} s of this processor")

    service = open_service(tmp_path / "data")
    history = live_through(service, tmp_path, size)
    lap(f"{history.files} files, {history.judged} judgements, {history.undone} undone")
    assert history.files == size.ingests
    head = int(service.head())
    documents = asked(tmp_path / "world", history, size.entities)
    revisions = sorted(random.Random(3).sample(range(2, head), size.revisions))
    views: list[dict[str, int | str | None]] = [
        {},
        {"reader": "outsider"},
        *({"revision": revision} for revision in revisions),
    ]
    lived = [list(answers(service, documents, **view)) for view in views]  # type: ignore[arg-type]
    worked = list(answers(service, readme()))
    lap(f"{len(documents)} questions at {len(views)} views")
    assert not [answer for answer in lived[0] if b'"errors"' in answer]
    assert len(set(lived[0])) > len(documents) / 2, "the sample is of different things, most of them there"

    def same(rebuilt: Service) -> None:
        assert differing(rebuilt, readme(), worked) == []
        for view, told in zip(views, lived, strict=True):
            assert differing(rebuilt, documents, told, **view) == [], view

    assert service.rebuild() == head
    lap("rebuild into SQLite")
    same(service)
    assert service.check() == {"ok": True, "revisions": head, "problems": []}
    lap("compared")
    other = Service(Settings(data=tmp_path / "data", store=neo4j_url))
    assert other.rebuild() == head
    lap("rebuild into Neo4j")
    same(other)
    other.close()
    lap("compared there")
    past = Service(Settings(data=tmp_path / "data", store=f"sqlite://{tmp_path}/past.db"))
    for revision, told in zip(revisions, lived[2:], strict=True):
        assert past.rebuild(revision) == revision
        assert differing(past, documents, told) == [], revision
    lap("rebuilt until earlier revisions, compared")
    past.close()
    service.close()
    print(f"{size.companies:,} companies, {head} revisions:", *laps, sep="\n")
