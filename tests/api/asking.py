"""Worlds to ask about, and every root field asked: the selections come from the schema, so a new field is asked too."""

from __future__ import annotations

import json
import random
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, build_schema, get_named_type, is_leaf_type

from analytics.analyse import Request
from api.schema import execute, schema
from api.service import Service
from graph.access import AccessLabel, Scope
from graph.directory import Staged
from graph.errors import Refused
from graph.model import MentionId
from tests.graph.batches import L, M, R, T, write_batch

CASE = AccessLabel(case="op-heron")
NUMBER = "company_number:GB-COH/0000000"
READERS = '[outsider]\ncases = []\nmarkings = "*"\nhandlings = "*"\ncaveats = "*"\n'


def company(n: int, name: str, address: str = "1 HIGH ST", day: str = "2026-01-01") -> R:
    return R(
        f"company/{n}", day,
        (M("company", "Company", (f"{NUMBER}{n}",), name), M("office", "Address", (f"address:{address}",), address)),
        (L("REGISTERED_AT", "company", "office", valid_from="2020-01-01"),),
    )  # fmt: skip


def control(n: int, person: str, key: str = "", day: str = "2026-01-01") -> R:
    keys = (f"ch_person:GB-COH/{key}",) if key else ()
    return R(
        f"psc/{n}/{person}", day,
        (M("company", "Company", (f"{NUMBER}{n}",), authority=2), M("controller", "Person", keys, person)),
        (L("CONTROLS", "controller", "company", valid_from="2021-01-01", props=json.dumps({"share_min": 75, "share_max": 100})),),
    )  # fmt: skip


def holding(n: int, of: int, day: str = "2026-01-01") -> R:
    """A company that controls another, so that chains and rings come about."""
    return R(
        f"psc/{of}/by/{n}", day,
        (M("company", "Company", (f"{NUMBER}{of}",), authority=2), M("controller", "Company", (f"{NUMBER}{n}",), authority=1)),
        (L("CONTROLS", "controller", "company", valid_from="2021-01-01", props=json.dumps({"share_min": 50, "share_max": 75})),),
    )  # fmt: skip


def office(n: int, person: str, key: str, day: str = "2026-01-01") -> R:
    return R(
        f"officer/{n}/{person}", day,
        (M("company", "Company", (f"{NUMBER}{n}",), authority=2), M("officer", "Person", (f"ch_person:GB-COH/{key}",), person)),
        (L("OFFICER_OF", "officer", "company", role="director", valid_from="2020-05-01"),),
    )  # fmt: skip


def flight(n: int, callsign: str, origin: str, destination: str, day: str) -> R:
    facets = (
        f"airport:{origin}", f"airport:{destination}", f"from:{origin}", f"to:{destination}", f"route:{origin}-{destination}",
        f"day:{day}", f"callsign:{callsign}", f"operator:{callsign[:3]}", "aircraft:407a3f",
    )  # fmt: skip
    props = json.dumps({"callsign": [[callsign, None]], "day": [[day, None]]})
    return R(
        f"flight/{n}", day,
        (M("flight", "Flight", (), callsign, facets, props=props), M("aircraft", "Aircraft", ("icao24:407a3f",), "G-CVNE", props='{"registration": [["G-CVNE", null]]}'),
         M("origin", "Airport", (f"airport_icao:{origin}",), origin), M("destination", "Airport", (f"airport_icao:{destination}",), destination)),
        (L("FLOWN_BY", "flight", "aircraft"), L("DEPARTS_FROM", "flight", "origin", valid_from=day), L("ARRIVES_AT", "flight", "destination", valid_from=day)),
    )  # fmt: skip


def chat(n: int, who: str, body: str, day: str, room: str = "1") -> R:
    return R(
        f"{room}/{n}", day,
        (M("author", "Account", (f"discord_user:{who}",), f"user {who}"), M("room", "ChatRoom", (f"discord_room:{room}",), f"room {room}"),
         M("text@0", "Phone", (f"phone:+44770090000{who}",), f"+44770090000{who}", derived_by="phones 2")),
        (L("POSTED_IN", "author", "room", valid_from=day), L("MENTIONS", "author", "text@0", props=json.dumps({"text": "text", "start": 0, "end": 3}))),
        texts=(T("text", body, "author", "room", f"{day}T10:00:0{n}Z", "en" if n else None),),
    )  # fmt: skip


def commit(
    service: Service, name: str, records: list[R], label: AccessLabel | None = None, **more: Any
) -> int:
    """Makes records a revision of a source."""
    staging = service.settings.data / f"staged-{time.monotonic_ns()}"
    write_batch(staging, records)
    counts = {"read": len(records), "mentions": 0, "links": 0, "texts": 0, "rejected": 0, "skipped": 0,
              "leftovers": {}, "observed": "clock", "notes": []}  # fmt: skip
    staged = Staged(staging, name, label or AccessLabel(), "test", f"{name}.csv", str(staging), counts)
    return service.directory.commit(replace(staged, **more)).revision


def ask(service: Service, text: str, reader: str | None = None, **variables: Any) -> dict[str, Any]:
    """A document's whole answer."""
    return execute(service, text, variables, reader=reader)


def data(service: Service, text: str, reader: str | None = None, **variables: Any) -> Any:
    """A document's data, which must have no errors."""
    answer = ask(service, text, reader, **variables)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def mixed_world(service: Service, seed: int, hidden: bool, steps: int = 8) -> list[str]:
    """Commits of public and (when hidden) case-labelled rows about the same things, judgements among them; the same
    number of revisions either way. Gives the ids of mentions born, hidden ones included."""
    rng = random.Random(seed)
    people = ["Jo Smith", "Jo Jones", "Joe Black"]
    for step in range(steps):
        _watch(service, step)
        day = f"2026-01-{step + 1:02d}"

        def keyed() -> str:
            return rng.choice(["", "12345678"])

        public = [
            company(rng.randrange(4), rng.choice(["ACME LTD", "ACME UK LTD"]), rng.choice(["1 HIGH ST", "2 LOW ST"]), day)
            for _ in range(3)
        ]  # fmt: skip
        public += [control(rng.randrange(4), rng.choice(people[:2]), keyed(), day) for _ in range(2)]
        public += [
            office(rng.randrange(4), rng.choice(people), rng.choice(["12345678", "87654321"]), day),
            holding(rng.randrange(4), rng.randrange(4), day),
            flight(rng.randrange(3), "ABC12", "EGCC", "LKPR", day),
            chat(step % 5, rng.choice("12"), rng.choice(["acme pays", "meet at dover"]), day),
        ]
        secret = [control(rng.randrange(4), rng.choice(people[::2]), keyed(), day) for _ in range(3)]
        secret += [
            company(rng.randrange(4), "ACME HIDDEN LTD", rng.choice(["1 HIGH ST", "9 DARK ST"]), day),
            office(rng.randrange(4), rng.choice(people), "12345678", day),
            holding(rng.randrange(4), rng.randrange(4), day),
            flight(rng.randrange(3), "ABC12", "EGCC", "EGSV", day),
            chat(step % 5, rng.choice("13"), "acme pays in the dark", day, rng.choice("12")),
        ]
        commit(service, "public", public, digest=f"p{step}")
        commit(service, "case", secret if hidden else [], CASE, digest=f"c{step}")
        _judge(service, rng, step, hidden)
        if step == steps - 2:
            _analyse(service, hidden)
    return ids_of(service)


def _analyse(service: Service, hidden: bool) -> None:
    """Each reader says who is a suspect and a victim, in a case of the local one's and for all to see, and runs
    algorithms and risk over what he sees."""
    for reader in ("outsider", None) if (service.settings.data / "readers.toml").exists() else (None,):
        scope = service.scope(reader)
        keys = ["ch_person:GB-COH/12345678", "ch_person:GB-COH/87654321"]
        case = CASE.case if reader is None else ""
        for found, role in zip(
            service.graph.by_identifier(service.view(scope), keys), ("suspect", "victim"), strict=True
        ):
            if found and (hidden or not case):
                service.analyses.roles.set(MentionId(found[0].id), case, role, scope=scope)
        for name in ("leiden", "degree", "risk"):
            assert service.analyses.run(scope, Request(name)).state == "DONE"


def _watch(service: Service, step: int) -> None:
    """Both readers watch identifiers before anything is held, and from the third step an entity that both see."""
    watches = service.alerts.watches
    outsider = Scope("outsider", "*", "*", frozenset(), "*")
    for owner in ("", "outsider"):
        if step == 0:
            for kind, key in (
                ("Company", f"{NUMBER}1"),
                ("Aircraft", "icao24:407a3f"),
                ("Airport", "airport_icao:EGSV"),
            ):
                watches.add(owner, service.head(), keys=[key], kind=kind, identifier=key)
        if step == 2:
            (found,) = service.graph.by_identifier(service.view(outsider), ["ch_person:GB-COH/12345678"])
            for person in found[:1]:
                watches.add(owner, service.head(), mention=MentionId(person.id), link_kinds=["CONTROLS"])


def _judge(service: Service, rng: random.Random, step: int, hidden: bool) -> None:
    """A revision in which a person judges a hidden mention beside a visible one, or nothing is said at all."""
    verdict, pick = rng.choice(["SAME", "DIFFERENT", "UNSURE"]), (rng.random(), rng.random())
    if hidden:
        view = service.view(service.scope(None))
        ids = [bytes.fromhex(mid) for mid in ids_of(service)]
        people = [m for m in service.store.mentions(view, ids=ids) if m.kind == "Person"]
        dark, light = ([m.mid for m in people if (m.label != 0) is side] for side in (True, False))
        if dark and light:
            a, b = MentionId(dark[int(pick[0] * len(dark))]), MentionId(light[int(pick[1] * len(light))])
            with suppress(Refused):  # just this stands already
                service.directory.judge(a, b, verdict, reader="local", note=f"step {step}")
                return
    commit(service, "case", [], CASE, digest=f"j{step}")


def ids_of(service: Service) -> list[str]:
    """Ids of all mentions that changed lately, as the local reader sees them."""
    view = service.view(service.scope(None))
    found = service.graph.changes(view, type(view.revision)(0), limit=100_000).changes
    return sorted({mid.hex() for change in found for mid in change.mids})


@cache
def _graphql() -> GraphQLSchema:
    return build_schema(schema.as_str())


def selection(of: GraphQLObjectType) -> str:
    """All fields of a type and of those it leads to: of each type all where it is nearest to the root, elsewhere its leaves."""
    below: dict[tuple[str, ...], GraphQLObjectType] = {(): of}
    leaves: dict[tuple[str, ...], list[str]] = {}
    whole: set[str] = set()
    todo = deque([()])
    while todo:
        path: tuple[str, ...] = todo.popleft()
        here, first = below[path], below[path].name not in whole
        whole.add(here.name)
        leaves[path] = []
        for name, field in here.fields.items():
            inner = get_named_type(field.type)
            if is_leaf_type(inner):
                leaves[path].append(name)
            elif first:
                below[(*path, name)] = inner
                todo.append((*path, name))

    def told(path: tuple[str, ...]) -> str:
        deeper = [one for one in below if one[:-1] == path and one]
        fields = [*leaves[path], *(f"{one[-1]} {told(one)}" for one in deeper)]
        return "{ " + " ".join(fields or ["__typename"]) + " }"

    return told(())


def root_fields() -> list[str]:
    """The names of all fields that can be asked."""
    query = _graphql().query_type
    assert query is not None
    return list(query.fields)


def document(name: str, arguments: str) -> str:
    """A document that asks one root field for everything."""
    query = _graphql().query_type
    assert query is not None
    return f"{{ {name}{f'({arguments})' if arguments else ''} {selection(get_named_type(query.fields[name].type))} }}"


def questions(ids: list[str], extra: str) -> Iterator[tuple[str, str]]:
    """(root field, arguments): every root field with several arguments. extra: ", asOf: …" or "".

    KeyError for a root field that has no arguments here: give it some."""
    few = json.dumps(ids[:12])
    one, other = ids[0], ids[-1]
    asked: dict[str, list[str]] = {
        "search": ['text: "acme"', 'text: "jo smith", kinds: [Person], first: 1', 'text: "9 dark st"'],
        "flights": ["first: 1", 'filter: {airport: "EGSV"}', 'filter: {aircraft: "407A3F", from: "2026-01-03"}'],
        "messages": ["first: 1", 'text: "acme", first: 2', 'filter: {language: "en", from: "2026-01-02"}, order: OLDEST, first: 2',
                     *(f'filter: {{author: "{mid}"}}, first: 2' for mid in ids[:2]), f'filter: {{room: "{other}", mentions: "{one}"}}'],
        "node": [f'id: "{mid}"' for mid in ids[:12]],
        "nodes": [f"ids: {few}"],
        "entity": ['kind: Company, identifier: "1"', 'kind: Person, identifier: "12345678"', 'kind: Airport, identifier: "EGSV"'],
        "company": ['number: "1"', 'number: "2"'],
        "airport": ['code: "EGCC"', 'code: "EGSV"'],
        "ownership": [f'id: "{mid}"' for mid in ids[:6]],
        "expand": [f"ids: {few}, perKindLimit: 1", f"ids: {few}, linkKinds: [CONTROLS], exclude: [{json.dumps(one)}]"],
        "neighbourhood": [f"ids: {few}, hops: 2, first: 3", f"ids: {few}, hops: 3, maxDegree: 2"],
        "graph": [f"ids: {few}", f"ids: {few}, around: 2, first: 4"],
        "paths": [f'from: "{one}", to: "{mid}", maxDegree: 3' for mid in ids[1:12]],
        "commonNeighbours": [f'ids: ["{one}", "{mid}"]' for mid in (ids[1], other)],
        "timeline": [f"ids: {few}, first: 3", f"ids: {few}"],
        "provenance": [f'id: "{mid}", first: 2' for mid in ids[:8]],
        "changes": ["since: 0, first: 7", "since: 3"],
        "watches": [""],
        "alerts": ["", "first: 2", "since: 3, change: CREATED"],
        "match": ['record: {name: "Jo Smith", companyNumber: ["1"]}, first: 3', 'record: {name: "Joe Black", birthDate: "soon"}', 'record: {name: "ACME LTD"}, kind: Company',
                  'record: {companyNumber: ["2"]}', 'record: {companyName: ["ACME HIDDEN LTD"], surname: "Black"}'],
        "matchList": ['records: [{name: "Jo Jones"}, {value: ["00000001"]}], first: 1', 'csv: "name;company\\nJo Smith;Acme UK Limited\\n;Acme Hidden"', 'csv: "00000002\\nACME HIDDEN LTD", kind: Organisation'],
        "why": [f'a: "{one}", b: "{ids[len(ids) // 2]}"'],
        "how": [*(f'entity: "{mid}"' for mid in ids[:6]), f'entity: "{one}", first: 1'],
        "similar": [*(f'entity: "{mid}"' for mid in ids[:6]), f'entity: "{one}", first: 1'],
        "whyNot": [f'a: "{one}", b: "{mid}"' for mid in (ids[1], other)],
        "reviews": ["", "first: 1", "kind: Company"],
        "sources": [""],
        "algorithms": [""],
        "communities": ["", "first: 1"],
        "community": [f'of: "{mid}"' for mid in ids[:12]],
        "rank": ["", "algorithm: DEGREE, first: 3", "kinds: [Person], first: 2"],
        "risk": [f'id: "{mid}"' for mid in ids[:12]],
        "riskRanking": ["", "first: 2", "kinds: [Person]"],
        "safeguarding": ["", "first: 1"],
        "job": [f'id: "{one}"'],
        "jobs": ["", 'kind: "analyse"'],
    }  # fmt: skip
    for name in root_fields():
        for arguments in asked[name]:
            yield name, (arguments + extra).removeprefix(", ")


def answers(
    service: Service, ids: list[str], reader: str | None = None, revision: int | None = None
) -> dict[str, str]:
    """What every question comes to, as text, and all further pages of what has them."""
    extra = "" if revision is None else f", asOf: {{known: {{revision: {revision}}}}}"
    told: dict[str, str] = {}
    for name, arguments in questions(ids or ["00" * 16, "01" * 16], extra):
        answer = ask(service, document(name, arguments), reader)
        told[f"{name}({arguments})"] = json.dumps(answer, sort_keys=True)
        for number, page in enumerate(_further(service, name, arguments, answer, reader)):
            told[f"{name}({arguments}) page {number + 2}"] = json.dumps(page, sort_keys=True)
    return told


def _further(
    service: Service, name: str, arguments: str, answer: dict[str, Any], reader: str | None
) -> Iterator[dict[str, Any]]:
    for _ in range(50):
        info = ((answer.get("data") or {}).get(name) or {}) if name != "expand" else {}
        page = info.get("pageInfo") if isinstance(info, dict) else None
        if not page or not page["hasNextPage"]:
            return
        after = f"after: {json.dumps(page['endCursor'])}"
        answer = ask(service, document(name, ", ".join([arguments, after]) if arguments else after), reader)
        yield answer
    raise AssertionError(f"{name} never ends")
