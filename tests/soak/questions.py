"""What two stores, or two revisions, are compared by: the README's queries and every root field about a sample."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from api.schema import execute
from api.service import Service
from tests.api.asking import document, root_fields
from tests.soak.intakes import History
from tests.test_readme import README, WORKED

Questions = list[tuple[str, dict[str, object]]]
"""(document, variables); a document with $asOf can be asked as of a revision."""


def readme() -> list[str]:
    """The README's worked queries."""
    return [worked[0] for worked in WORKED.findall(README.read_text(encoding="utf-8"))]


def asked(world: Path, history: History, entities: int, seed: int = 1) -> list[str]:
    """Documents over every root field, about randomly drawn mentions, companies, airports and names; with `$asOf`.

    KeyError for a root field that has no arguments here: give it some."""
    draw = random.Random(seed)
    ids = [mention.hex() for mention, _, _ in draw.sample(history.mentions, entities)]
    numbers = [row.split('","')[1] for row in _rows(next(world.glob("BasicCompanyData*")))]
    names = [row.split('","')[0].strip('"') for row in _rows(next(world.glob("BasicCompanyData*")))]
    codes = [row.split(",")[1].strip('"') for row in _rows(world / "airports.csv")]
    few = json.dumps(ids)
    pairs = [(a.hex(), b.hex()) for a, b in draw.sample(history.near, 3)] + list(pairwise(ids))[:1]
    arguments: dict[str, list[str]] = {
        "search": [f"text: {json.dumps(_mistyped(name, draw))}, first: 5" for name in draw.sample(names, 4)],
        "flights": ["first: 3", *(f'first: 2, filter: {{airport: "{code}"}}' for code in draw.sample(codes, 2))],
        "messages": ["first: 5", 'text: "call", first: 3'],
        "node": [f'id: "{mid}"' for mid in ids],
        "nodes": [f"ids: {few}"],
        "entity": [f'kind: Company, identifier: "{number}"' for number in draw.sample(numbers, 2)],
        "company": [f'number: "{number}"' for number in draw.sample(numbers, 3)],
        "airport": [f'code: "{code}"' for code in draw.sample(codes, 2)],
        "ownership": [f'id: "{mid}", first: 20' for mid in ids[:2]],
        "expand": [f"ids: {few}, perKindLimit: 5"],
        "neighbourhood": [f"ids: {json.dumps(ids[:3])}, hops: 2, first: 20"],
        "graph": [f"ids: {few}", f"ids: {json.dumps(ids[3:6])}, around: 2, first: 100"],
        "paths": [f'from: "{a}", to: "{b}", maxHops: 4' for a, b in pairs],
        "commonNeighbours": [f'ids: ["{a}", "{b}"]' for a, b in pairs],
        "timeline": [f"ids: {few}, first: 20"],
        "provenance": [f'id: "{mid}", first: 5' for mid in ids[:4]],
        "changes": ["since: 0, first: 5", "since: 3, first: 5"],
        "watches": [""],
        "alerts": ["", "first: 5"],
        "match": [f"record: {{companyNumber: [{json.dumps(number)}]}}, first: 3" for number in draw.sample(numbers, 2)]
                 + [f"record: {{name: {json.dumps(name)}}}, kind: Company, first: 3" for name in draw.sample(names, 2)],
        "matchList": [f'csv: {json.dumps("company name" + chr(10) + names[0])}, kind: Organisation'],
        "why": [f'a: "{a}", b: "{b}"' for a, b in pairs[:2]],
        "how": [f'entity: "{mid}", first: 20' for mid in ids[:3]],
        "similar": [f'entity: "{mid}", first: 5' for mid in ids[:3]],
        "whyNot": [f'a: "{a}", b: "{b}"' for a, b in pairs[:1]],
        "reviews": ["first: 5"],
        "algorithms": [""],
        "communities": ["first: 5"],
        "community": [f'of: "{ids[0]}"'],
        "rank": ["first: 5"],
        "risk": [f'id: "{mid}"' for mid in ids[:2]],
        "riskRanking": ["first: 5"],
        "safeguarding": [""],
        "job": [],  # there is none, and that is an error
        "jobs": [""],
        "sources": [""],
    }  # fmt: skip
    return [
        "query Q($asOf: AsOf) " + document(name, f"{told}, asOf: $asOf".removeprefix(", "))
        for name in root_fields()
        for told in arguments[name]
    ]


def _rows(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()[1:]


def _mistyped(name: str, draw: random.Random) -> str:
    at = draw.randrange(1, max(2, len(name) - 2))
    return name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]


def answers(
    service: Service, documents: list[str], revision: int | None = None, reader: str | None = None
) -> Iterator[bytes]:
    """The answers of documents, as bytes; revision: asked as of it."""
    as_of = None if revision is None else {"known": {"revision": revision}}
    for text in documents:
        variables = {"asOf": as_of} if "$asOf" in text else {}
        yield json.dumps(execute(service, text, variables, reader=reader)).encode()
