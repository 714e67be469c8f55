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
MORE = [
    "zadzwoń do mnie wieczorem, proszę",
    "gdzie jest klucz do magazynu",
    "samochód stoi na parkingu za sklepem",
]
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
            *(unstated(n, body, "1") for n, body in enumerate(MORE, 5)),
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
        7,
        6,
        7,
        1,
    )
    assert languages(service) == {
        POLISH: ("en", None, True),
        **dict.fromkeys(MORE, ("pl", None, False)),
        "👍": ("und", "pl", False),
        "🔥": ("und", None, False),
    }
    job = Jobs(service.settings.data / "ledger.db").get(report["job"])
    assert (job.state, job.done, job.total, job.result["derived"]) == ("DONE", 7, 7, 7)


def test_what_is_assumed_is_found_only_when_it_is_asked_for(service: Service) -> None:
    enrich(service, "language")
    totals = [
        data(service, f"{{ messages(filter: {{{asked}}}) {{ totalCount {{ value }} }} }}")["messages"][
            "totalCount"
        ]["value"]
        for asked in (
            'language: "pl"',
            'language: "pl", assumed: true',
            'language: "en", assumed: true',
            'language: "und"',
            "assumed: true",
        )
    ]
    assert totals == [4, 5, 1, 2, 7]
    counted = data(service, "{ messages { byLanguage { values { value messages } others } } }")["messages"]
    assert counted == {
        "byLanguage": {
            "values": [
                {"value": "pl", "messages": 4},
                {"value": "und", "messages": 2},
                {"value": "en", "messages": 1},
            ],
            "others": 0,
        }
    }


@pytest.mark.parametrize(
    ("polish", "english", "assumed"), [(1, 0, None), (4, 0, None), (5, 0, "pl"), (4, 2, "pl"), (3, 2, None)]
)
def test_of_a_room_only_what_a_clear_majority_says_is_assumed(
    tmp_path: Path, polish: int, english: int, assumed: str | None
) -> None:
    made = open_service(tmp_path / "data")
    bodies = [f"{POLISH} {n}" for n in range(polish)] + [f"{ENGLISH} {n}" for n in range(english)] + ["👍"]
    commit(made, "chat", [unstated(n, body, "1") for n, body in enumerate(bodies)])
    enrich(made, "language")
    found = languages(made)
    assert found["👍"] == ("und", assumed, False)
    assert [found[f"{ENGLISH} {n}"] for n in range(english)] == [("en", None, False)] * english
    made.close()


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
    assert enrich(service, "language")["derived"] == 1, "four of five still say the same of its room"
    assert (languages(service)[ENGLISH][0], languages(service)["👍"]) == ("en", ("und", "pl", False))
    commit(service, "chat", [unstated(n, f"{ENGLISH} {n}", "1") for n in (9, 10)])
    assert enrich(service, "language")["derived"] == 3, "two texts, and that nothing is assumed any more"
    assert languages(service)["👍"] == ("und", None, False)
    then = f'{{ messages(filter: {{language: "pl"}}, asOf: {{known: {{revision: {before}}}}}) {{ totalCount {{ value }} }} }}'
    assert data(service, then)["messages"]["totalCount"]["value"] == 4


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
        **dict.fromkeys(MORE, ("pl", None, False)),
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
    assert 0 < report["worked_out"] < 6
    assert report["derived"] == 7
    assert service.check()["ok"]


def test_a_rebuild_finds_the_same_languages(service: Service) -> None:
    enrich(service, "language")
    before = languages(service)
    service.rebuild()
    assert languages(service) == before


def test_an_unknown_enricher_is_refused_with_those_there_are(service: Service) -> None:
    with pytest.raises(Refused, match=r"no enricher 'mood'\. The enrichers are: language\."):
        enrich(service, "mood")
    assert list(enrichers()) == ["language"]


def test_short_and_unsure_texts_are_of_no_language() -> None:
    told = ENRICHER.derive(["ok", "👍👍👍", "", "12 34", "lol", POLISH, "x" * 100_000])
    assert [one.value for one in told][:6] == ["und", "und", "und", "und", "und", "pl"]
