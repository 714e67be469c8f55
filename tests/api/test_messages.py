"""`messages`: a chat export taken in, found by its words, author, room, time, language and what it names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from api.intake import Intake
from api.service import Service
from graph.access import AccessLabel
from tests.api.asking import ask, chat, commit, data
from tests.api.conftest import open_service
from tests.golden import ROOT

SELECTION = """{ totalCount { value relation } pageInfo { hasNextPage endCursor } truncated { by limit }
  byLanguage { values { value messages } others } byDay { values { value messages } }
  nodes { text kind sentAt context highlights { start end } highlightsCut replyTo locator key source
    author { caption } room { caption } mentions { kind caption } language { value assumed stated } } }"""


@pytest.fixture
def service(tmp_path: Path) -> Any:
    made = open_service(tmp_path / "data", "sqlite:///")
    reports = list(made.ingest(ROOT / "discord" / "guild_general.json", Intake()))
    assert [report["format"] for report in reports] == ["discord"]
    yield made
    made.close()


def found(service: Service, arguments: str = "", reader: str | None = None) -> Any:
    told = f"({arguments})" if arguments else ""
    return data(service, f"{{ messages{told} {SELECTION} }}", reader)["messages"]


def entity(service: Service, kind: str, identifier: str) -> str:
    answer = data(service, f'{{ entity(kind: {kind}, identifier: "{identifier}") {{ id }} }}')
    return str(answer["entity"]["id"])


def test_a_hit_shows_its_words_author_room_and_time(service: Service) -> None:
    answer = found(service, 'text: "07700 harrow*"')
    (node,) = answer["nodes"]
    assert answer["totalCount"] == {"value": 1, "relation": "EQ"}
    assert node | {"mentions": None} == {
        "text": "call 07700 900123 or mail harrow.k@mail.example @The Boss", "kind": "message",
        "sentAt": "2026-08-30T08:01:00.123000Z", "context": "call 07700 900123 or mail harrow.k@mail.example @The Boss",
        "highlights": [{"start": 5, "end": 10}, {"start": 26, "end": 32}], "highlightsCut": False, "replyTo": None,
        "locator": "7002", "key": "9001/7002", "source": "discord", "author": {"caption": "Zoë"},
        "room": {"caption": "#general (Harbour chat)"}, "mentions": None, "language": None,
    }  # fmt: skip
    assert sorted((m["kind"], m["caption"]) for m in node["mentions"]) == [
        ("Email", "harrow.k@mail.example"), ("Phone", "+447700900123"),
    ]  # fmt: skip


def test_filters_hold_together_and_count_exactly(service: Service) -> None:
    zo, room = entity(service, "Account", "501"), entity(service, "ChatRoom", "9001")
    phone = entity(service, "Phone", "07700 900123")
    totals = {
        arguments: found(service, arguments)["totalCount"]["value"]
        for arguments in (
            "", f'filter: {{author: "{zo}"}}', f'filter: {{room: "{room}"}}', f'filter: {{mentions: "{phone}"}}',
            'filter: {kind: "message"}', 'filter: {from: "2026-08-31"}', 'filter: {to: "2026-08-30"}',
            'filter: {from: "2026-08-30T08:01:00Z", to: "2026-08-30T08:01:01Z"}', 'filter: {language: "und"}',
            f'filter: {{author: "{zo}", kind: "system"}}', f'filter: {{author: "{"00" * 16}"}}', 'text: "-call"',
            'text: "\\"dover 6am\\""',
        )
    }  # fmt: skip
    assert list(totals.values()) == [12, 5, 12, 1, 5, 7, 5, 1, 12, 2, 0, 11, 1]


def test_a_message_that_renames_its_author_stays_his(service: Service) -> None:
    boss = entity(service, "Account", "502")
    assert [n["text"] for n in found(service, f'filter: {{author: "{boss}"}}, order: OLDEST')["nodes"]] == [
        "👍 ok",
        "new name, who dis",
    ]


@pytest.mark.parametrize("order", ["NEWEST", "OLDEST"])
def test_pages_come_to_the_whole(service: Service, order: str) -> None:
    whole = [n["locator"] + n["text"] for n in found(service, f"order: {order}")["nodes"]]
    told: list[str] = []
    after = ""
    while True:
        page = found(service, f"order: {order}, first: 5{after}")
        told += [n["locator"] + n["text"] for n in page["nodes"]]
        assert page["totalCount"]["value"] == 12
        if not page["pageInfo"]["hasNextPage"]:
            break
        assert page["truncated"] == [{"by": "first", "limit": 5}]
        after = f', after: "{page["pageInfo"]["endCursor"]}"'
    assert told == whole
    assert len(whole) == 12


def test_what_was_known_then_is_what_it_was(service: Service) -> None:
    head = service.head()
    commit(service, "other", [chat(1, "1", "meet at dover", "2026-09-01", room="77")])
    assert found(service, 'text: "dover"')["totalCount"]["value"] == 2
    assert found(service, f'text: "dover", asOf: {{known: {{revision: {head}}}}}')["totalCount"]["value"] == 1
    assert found(service, 'text: "dover", asOf: {valid: "2026-08-31"}')["totalCount"]["value"] == 1


def test_a_case_shows_its_messages_to_its_readers_only(service: Service) -> None:
    (service.settings.data / "readers.toml").write_text("[outsider]\n", encoding="utf-8")
    commit(service, "case", [chat(1, "501", "dover in the dark", "2026-09-01")], AccessLabel(case="op-heron"))
    assert [
        found(service, 'text: "dover"', reader)["totalCount"]["value"] for reader in (None, "outsider")
    ] == [2, 1]
    days = found(service, "", "outsider")["byDay"]["values"]
    assert {day["value"]: day["messages"] for day in days} == {
        "2026-08-29": 1,
        "2026-08-30": 4,
        "2026-08-31": 7,
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ('filter: {from: "soon"}', "a day, month, year or time"),
        ('filter: {from: "2026-09-02", to: "2026-09-01"}', "not before 2026-09-02"),
        ('filter: {language: "English!"}', "a language tag"),
        ("first: 0", "1 to 1000"),
        ('filter: {author: "x"}', "32 hexadecimal digits"),
        (f'text: "{"a" * 1001}"', "at most 1000 characters"),
        ('text: "👍"', "a word of letters or digits"),
        ('text: "*"', "a word of letters or digits"),
        ('after: "nonsense"', "a cursor that an earlier"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(service: Service, arguments: str, said: str) -> None:
    (error,) = ask(service, f"{{ messages({arguments}) {SELECTION} }}")["errors"]
    assert said in error["message"]
    assert error["extensions"]["code"] == "INVALID_VALUE"


def test_a_long_text_shows_the_words_around_its_first_hit(service: Service) -> None:
    body = "spam " * 20_000 + "needle " + "spam " * 10
    commit(service, "other", [chat(1, "1", body, "2026-09-01", room="77")])
    (node,) = found(service, 'text: "needle"')["nodes"]
    assert "needle" in node["context"]
    assert len(node["context"]) <= 162
    (many,) = found(service, 'text: "spam"')["nodes"]
    assert (len(many["highlights"]), many["highlightsCut"]) == (100, True)


def test_a_rebuild_finds_the_same_messages(service: Service) -> None:
    before = found(service)
    service.rebuild()
    assert found(service) == before
    assert service.check() == {"ok": True, "revisions": service.head(), "problems": []}
