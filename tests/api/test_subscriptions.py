"""Alerts and changes over a real websocket: what has landed is told once, in order, and a token goes on behind it."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from api.service import Service
from tests.api.asking import CASE, READERS, commit, company, control, data
from tests.api.following import PROTOCOL, START, served, subscribed

ALERTS = """subscription A($after: String) { alerts(after: $after) { token revision change kind
  link { source { caption } target { caption } } sources } }"""
CHANGES = """subscription C($since: Int, $after: String) { changes(since: $since, after: $after) {
  revision token changes { what put kind entities { caption } } } }"""
WATCH = """mutation W($input: WatchInput!) { watch(input: $input) { watch { id since entity { caption } }
  userErrors { code path message } } }"""


@pytest.fixture
def service(tmp_path: Path) -> Any:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "readers.toml").write_text(READERS, encoding="utf-8")
    from tests.api.conftest import open_service

    opened = open_service(tmp_path / "data")
    yield opened
    opened.close()


def watch(service: Service, number: str, reader: str | None = None) -> Any:
    return data(service, WATCH, reader, input={"kind": "Company", "identifier": number})["watch"]


def told(event: dict[str, Any]) -> tuple[int, str, str, str]:
    alert = event["alerts"]
    link = alert["link"]
    return alert["revision"], alert["change"], link["source"]["caption"], link["target"]["caption"]


def test_a_subscriber_is_told_of_alerts_as_they_come_and_goes_on_behind_a_token(service: Service) -> None:
    assert watch(service, "1") == {
        "watch": {"id": watch(service, "1")["watch"]["id"], "since": 0, "entity": None},
        "userErrors": [],
    }

    async def follow(port: int) -> None:
        async with subscribed(port, ALERTS, variables={"after": START}) as subscriber:
            await _land(service, "register", [company(1, "ACME LTD")])
            assert told(await subscriber.next()) == (1, "CREATED", "ACME LTD", "1 HIGH ST")
            await _land(service, "controllers", [control(1, "Jo Smith"), control(1, "Jo Jones")])
            first = await subscriber.next()
        async with subscribed(port, ALERTS, variables={"after": first["alerts"]["token"]}) as subscriber:
            second = await subscriber.next()
            assert {told(first), told(second)} == {
                (2, "CREATED", "Jo Smith", "ACME LTD"),
                (2, "CREATED", "Jo Jones", "ACME LTD"),
            }
            await _land(service, "controllers", [control(1, "Joe Black")])
            assert told(await subscriber.next()) == (3, "CREATED", "Joe Black", "ACME LTD")

    with served(service) as port:
        asyncio.run(follow(port))


async def _land(service: Service, name: str, records: Any, label: Any = None) -> int:
    return await asyncio.to_thread(commit, service, name, records, label)


def test_the_reader_of_the_connection_is_told_what_that_reader_sees(service: Service) -> None:
    watch(service, "1", "outsider")
    watch(service, "1")

    async def follow(port: int) -> None:
        at = {"after": START}
        async with (
            subscribed(port, ALERTS, "outsider", at) as outsider,
            subscribed(port, ALERTS, None, at) as local,
        ):
            await _land(service, "case", [control(1, "Jo Dark")], CASE)
            await _land(service, "controllers", [control(1, "Jo Light")])
            assert told(await outsider.next())[:3] == (2, "CREATED", "Jo Light")
            assert [told(await local.next())[:3] for _ in range(2)] == [
                (1, "CREATED", "Jo Dark"),
                (2, "CREATED", "Jo Light"),
            ]
        async with connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[PROTOCOL]) as unknown:
            await unknown.send(json.dumps({"type": "connection_init", "payload": {"Clew-Reader": "nobody"}}))
            with pytest.raises(ConnectionClosed) as closed:
                await unknown.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4403

    with served(service) as port:
        asyncio.run(follow(port))


def test_changes_are_told_revision_by_revision_and_what_is_hidden_makes_no_event(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD")])

    async def follow(port: int) -> None:
        async with subscribed(port, CHANGES, "outsider", {"since": 0}) as outsider:
            first = (await outsider.next())["changes"]
            assert (first["revision"], len(first["changes"])) == (1, 3)
            await _land(service, "case", [control(1, "Jo Dark")], CASE)
            await _land(service, "controllers", [control(1, "Jo Light")])
            second = (await outsider.next())["changes"]
            assert (second["revision"], [c["what"] for c in second["changes"]]) == (
                3,
                ["mentions", "mentions", "links"],
            )
        async with subscribed(port, CHANGES, "outsider", {"after": first["token"]}) as again:
            assert (await again.next())["changes"] == second

    with served(service) as port:
        asyncio.run(follow(port))


def test_a_bulk_revision_comes_in_several_events_and_each_token_goes_on_within_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.schema.subscriptions._CHANGES_AN_EVENT", 4)
    commit(service, "controllers", [control(n, f"Jo {n}") for n in range(1, 6)])
    view = service.view(service.scope(None))
    all_changes = service.graph.changes(view, type(view.revision)(0), limit=100).changes
    want = [(c.table, c.put, c.kind) for c in all_changes]

    async def follow(port: int) -> list[Any]:
        got: list[Any] = []
        token = None
        while len(got) < len(want):  # a new connection for every event
            at = {"since": 0} if token is None else {"after": token}
            async with subscribed(port, CHANGES, None, at) as subscriber:
                event = (await subscriber.next())["changes"]
                token = event["token"]
                got += [(c["what"], c["put"], c["kind"]) for c in event["changes"]]
        return got

    with served(service) as port:
        assert asyncio.run(follow(port)) == want
    assert len(want) == 15


def test_one_who_never_reads_is_dropped_with_a_reason_and_misses_nothing(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(1, 4):
        long = {"kind": "Company", "identifier": str(number), "note": "n" * 1000}
        data(service, WATCH, input=long)
    for revision in range(1, 7):
        people = [control(n, f"Person {revision}-{m}") for n in range(1, 4) for m in range(150)]
        assert commit(service, "controllers", people) == revision
    notes = " ".join(f"n{n}: watches {{ note }}" for n in range(8))
    query = f"subscription A($after: String) {{ alerts(after: $after) {{ token revision link {{ id }} {notes} }} }}"
    want = [
        (alert.revision, alert.fired.key)
        for alert in service.alerts.outbox.alerts("", frozenset({0}), 99, (0, ""), 9999)
    ]
    assert len(want) == 6 * 450

    async def stall(port: int) -> list[dict[str, Any]]:
        """Reads a little, then nothing until it is dropped; then what the buffers held."""
        small = socket.socket()
        small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        small.connect(("127.0.0.1", port))
        got: list[dict[str, Any]] = []
        first = {"after": START}
        async with subscribed(
            port, query, None, first, sock=small, max_queue=1, compression=None
        ) as subscriber:
            got.append((await subscriber.next())["alerts"])
            while "dropped" not in caplog.text:
                await asyncio.sleep(0.05)
            closed = None
            while closed is None:
                try:
                    got.append((await subscriber.next())["alerts"])
                except ConnectionClosed as error:
                    closed = error.rcvd
            assert (closed.code, closed.reason) == (
                4408,
                "Nothing was read for 1 s; go on behind your last token.",
            )
        return got

    async def rest(port: int, token: str, number: int) -> list[dict[str, Any]]:
        async with subscribed(port, query, None, {"after": token}) as subscriber:
            return [(await subscriber.next())["alerts"] for _ in range(number)]

    with served(service, slow_after=1.0) as port:
        got = asyncio.run(stall(port))
        assert len(got) < len(want) - 100, "what waits is bounded"
        got += asyncio.run(rest(port, got[-1]["token"], len(want) - len(got)))
    assert [(alert["revision"], alert["link"]["id"]) for alert in got] == want
    told = [record.getMessage() for record in caplog.records if record.levelname in ("WARNING", "ERROR")]
    assert told == ["A subscriber who read nothing for 1 s is dropped"]
    assert not any(record.exc_info for record in caplog.records)


def test_a_token_that_is_none_ends_the_subscription_with_its_code(service: Service) -> None:
    async def follow(port: int) -> Any:
        async with connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[PROTOCOL]) as one:
            await one.send(json.dumps({"type": "connection_init"}))
            await one.recv()
            payload = {"query": ALERTS, "variables": {"after": "nonsense"}}
            await one.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            return json.loads(await one.recv())

    with served(service) as port:
        message = asyncio.run(follow(port))
    errors = message["payload"]["errors"] if message["type"] == "next" else message["payload"]
    assert [error["extensions"]["code"] for error in errors] == ["INVALID_VALUE"]


def test_a_question_over_the_websocket_is_answered_at_the_head_of_its_own_time(service: Service) -> None:
    query = '{ company(number: "1") { caption } }'

    async def ask(port: int) -> list[Any]:
        got = []
        async with connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[PROTOCOL]) as one:
            await one.send(json.dumps({"type": "connection_init"}))
            await one.recv()
            for name in ("ACME LTD", "ACME UK LTD"):
                await _land(service, "register", [company(1, name, day=f"2026-01-0{len(name) - 7}")])
                await one.send(json.dumps({"id": name, "type": "subscribe", "payload": {"query": query}}))
                got.append(json.loads(await one.recv())["payload"]["data"]["company"]["caption"])
                assert json.loads(await one.recv())["type"] == "complete"
        return got

    with served(service) as port:
        assert asyncio.run(ask(port)) == ["ACME LTD", "ACME UK LTD"]
