"""A reader, in a process of its own, that asks until it is told to stop."""

from __future__ import annotations

import json
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from api.schema import execute
from api.service import Service
from api.settings import Settings
from tests.soak.batches import question, same


class Told(NamedTuple):
    """What a reader saw. answers: how many. revisions: as they came. wrong: answers of no whole revision, and errors."""

    answers: int
    revisions: list[int]
    wrong: list[dict[str, Any]]


def run(told: Connection, stop: Connection, data: str, store: str) -> None:
    """Ask at the head, over and over; send what was Told when `stop` is closed."""
    service = Service(Settings(data=Path(data), store=store))
    asked, seen = question(), Told(0, [], [])
    while not stop.poll(0.02):
        answer = json.loads(json.dumps(execute(service, asked, {})))
        seen = seen._replace(answers=seen.answers + 1)
        revision = ((answer["data"] or {}).get("now") or {}).get("revision")
        if "errors" in answer or not same(answer, revision):
            seen.wrong.append(answer)
        elif seen.revisions[-1:] != [revision]:
            seen.revisions.append(revision)
    told.send(seen)
    service.close()
