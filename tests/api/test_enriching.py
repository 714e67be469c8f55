"""`clew enrich language`: a job that goes on after a kill, says what is new and nothing twice, and replaces nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from api.enriching import enrich
from api.service import Service
from graph.access import AccessLabel
from graph.errors import Refused
from graph.jobs import Jobs
from ingest.enrich import enrichers
from ingest.enrich.base import Unavailable
from ingest.enrich.language import ENRICHER
from tests.api.asking import chat, commit, data
from tests.api.conftest import open_service
from tests.graph.batches import R

POLISH, ENGLISH = (
    "jutro nie mogę przyjść do pracy, jestem chory",
    "could somebody lend me a ladder for the weekend please",
)
SAID = "{ messages(order: OLDEST) { nodes { text language { value assumed stated confidence derivedBy } } } }"


def unstated(n: int, body: str, room: str) -> R:
    made = chat(0, "1", body, "2026-09-01", room)
    return R(f"{room}/{n}", made.day, made.mentions, made.links, texts=made.texts)


@pytest.fixture
def service(tmp_path: Path) -> Any:
    made = open_service(tmp_path / "data")
    commit(
        made,
        "chat",
        [
            unstated(1, POLISH, "1"),
            unstated(2, "👍", "1"),
            unstated(3, "🔥", "2"),
            chat(4, "1", POLISH, "2026-09-02"),
        ],
    )
    yield made
    made.close()


def languages(service: Service, reader: str | None = None) -> dict[str, Any]:
    nodes = data(service, SAID, reader)["messages"]["nodes"]
    return {
        n["text"]: n["language"]
        and (n["language"]["value"], n["language"]["assumed"], n["language"]["stated"])
        for n in nodes
    }


def test_it_detects_assumes_of_the_room_and_replaces_nothing(service: Service) -> None:
    report = enrich(service, "language")
    assert (report["texts"], report["worked_out"], report["derived"], len(report["revisions"])) == (
        4,
        3,
        4,
        1,
    )
    assert languages(service) == {
        POLISH: ("en", None, True),
        "👍": ("und", "pl", False),
        "🔥": ("und", None, False),
    }
    totals = [
        data(service, f'{{ messages(filter: {{language: "{tongue}"}}) {{ totalCount {{ value }} }} }}')[
            "messages"
        ]["totalCount"]["value"]
        for tongue in ("pl", "en", "und")
    ]
    assert totals == [2, 1, 1]
    job = Jobs(service.settings.data / "ledger.db").get(report["job"])
    assert (job.state, job.done, job.total, job.result["derived"]) == ("DONE", 4, 4, 4)


def test_a_second_run_says_nothing_new_and_asks_the_model_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrich(service, "language")
    head = service.head()
    monkeypatch.setattr(type(ENRICHER), "derive", lambda self, bodies: pytest.fail("the cache knows them"))
    report = enrich(service, "language")
    assert (report["worked_out"], report["derived"], report["revisions"], service.head()) == (0, 0, [], head)


def test_an_edited_text_is_read_again_and_its_past_stays(service: Service) -> None:
    enrich(service, "language")
    before = service.head()
    commit(
        service,
        "chat",
        [
            R(
                "1/1",
                "2026-09-03",
                *(lambda r: (r.mentions, r.links))(unstated(1, ENGLISH, "1")),
                texts=unstated(1, ENGLISH, "1").texts,
            )
        ],
    )
    assert languages(service)[ENGLISH] is None, "what was said was said of other words"
    assert enrich(service, "language")["derived"] == 2, "the text, and what is assumed of its room"
    assert (languages(service)[ENGLISH][0], languages(service)["👍"]) == ("en", ("und", "en", False))
    then = f'{{ messages(filter: {{language: "pl"}}, asOf: {{known: {{revision: {before}}}}}) {{ totalCount {{ value }} }} }}'
    assert data(service, then)["messages"]["totalCount"]["value"] == 2


def test_what_is_assumed_of_a_room_depends_on_no_other_label(service: Service) -> None:
    (service.settings.data / "readers.toml").write_text("[outsider]\n", encoding="utf-8")
    commit(
        service,
        "case",
        [unstated(n, ENGLISH + f" {n}", "1") for n in range(10, 15)],
        AccessLabel(case="op-heron"),
    )
    enrich(service, "language")
    assert languages(service, "outsider") == {
        POLISH: ("en", None, True),
        "👍": ("und", "pl", False),
        "🔥": ("und", None, False),
    }
    assert "language of case" not in {s["name"] for s in service.sources(service.scope("outsider"))}


def test_a_model_that_is_not_there_is_said_and_nothing_is_committed(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(self: object, bodies: object) -> list[Any]:
        raise Unavailable("The model is not there.")

    monkeypatch.setattr(type(ENRICHER), "derive", gone)
    head = service.head()
    report = enrich(service, "language")
    assert (report["unavailable"], service.head()) == ("The model is not there.", head)
    assert Jobs(service.settings.data / "ledger.db").get(report["job"]).state == "FAILED"


_KILLED = """
import sys
from pathlib import Path
from api import enriching
from api.service import Service
from api.settings import Settings
from ingest.enrich.language import ENRICHER
enriching.PAGE = 2
real, seen = type(ENRICHER).derive, []
def slow(self, bodies):
    seen.append(1)
    if len(seen) == 2:
        print("here", flush=True)
        sys.stdin.read()
    return real(self, bodies)
type(ENRICHER).derive = slow
enriching.enrich(Service(Settings(data=Path(sys.argv[1]), store="sqlite:///")), "language")
"""


def test_killed_half_way_it_goes_on_from_its_cache(service: Service) -> None:
    root = service.settings.data
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "here\n"
        run.send_signal(signal.SIGKILL)
        run.wait()
    jobs = Jobs(root / "ledger.db")
    assert [job.state for job in jobs.list("local", service.view(service.scope(None)).labels)] == [
        "INTERRUPTED"
    ]
    report = enrich(service, "language")
    assert 0 < report["worked_out"] < 3
    assert report["derived"] == 4
    assert service.check()["ok"]


def test_a_rebuild_finds_the_same_languages(service: Service) -> None:
    enrich(service, "language")
    before = languages(service)
    service.rebuild()
    assert languages(service) == before


def test_an_unknown_enricher_is_refused_with_those_there_are(service: Service) -> None:
    with pytest.raises(Refused, match=r"no enricher 'mood'\. There are language"):
        enrich(service, "mood")
    assert list(enrichers()) == ["language"]


def test_short_and_unsure_texts_are_of_no_language() -> None:
    told = ENRICHER.derive(["ok", "👍👍👍", "", "12 34", "lol", POLISH, "x" * 100_000])
    assert [one.value for one in told][:6] == ["und", "und", "und", "und", "und", "pl"]
