"""`clew watch`: watches made, listed and ended, and alerts as JSON lines as they come."""

from __future__ import annotations

import argparse
import json
import time
from typing import Any, Final

from api.analyse_command import named
from api.schema import execute
from api.service import Service
from api.settings import Settings
from graph.errors import Refused
from graph.ontology import ontology

EVERY: Final = 0.2
"""Seconds between two looks."""

_SHOWN: Final = "id kind identifier linkKinds note since entity { id kind caption }"
_LABEL: Final = "labels { marking handling case caveat }"
_WATCH: Final = f"mutation($input: WatchInput!) {{ watch(input: $input) {{ watch {{ {_SHOWN} }} userErrors {{ code path message }} }} }}"
_UNWATCH: Final = (
    f"mutation($id: ID!) {{ unwatch(id: $id) {{ watch {{ {_SHOWN} }} userErrors {{ code path message }} }} }}"
)
_LIST: Final = f"{{ watches {{ {_SHOWN} }} }}"
_ALERTS: Final = f"""query($after: String, $change: AlertChange) {{ alerts(first: 100, after: $after, change: $change) {{
  token pageInfo {{ hasNextPage }} nodes {{ token revision rule change kind count watches {{ id kind identifier note }}
    link {{ id kind source {{ id kind caption }} target {{ id kind caption }}
      episodes {{ role validFrom validTo properties count }} }}
    statements {{ source file key slot locator observedAt revision }} sources {_LABEL} }} }} }}"""


def run(settings: Settings, args: argparse.Namespace) -> int:
    """Do what was asked; gives the exit status."""
    service = Service(settings)
    try:
        if args.follow:
            return _follow(service, args)
        if args.action == "add":
            return _told(service, args, _WATCH, "watch", input=_input(args))
        if args.action == "remove":
            if len(args.what) != 1:
                raise Refused("Which watch?", remedy="clew watch remove ID; `clew watch list` shows ids.")
            return _told(service, args, _UNWATCH, "unwatch", id=args.what[0])
        for watch in _ask(service, args, _LIST)["watches"]:
            _print(watch)
        return 0
    finally:
        service.close()


def _input(args: argparse.Namespace) -> dict[str, Any]:
    given: dict[str, Any] = {"note": args.note}
    if args.link_kinds:
        spaced = args.link_kinds.replace(" ", ",")
        given["linkKinds"] = list(named("--link-kinds", spaced, list(ontology().links)))
    if args.entity:
        return given | {"entity": args.entity}
    if len(args.what) != 2:
        raise Refused(
            "Watch what?",
            remedy="clew watch add KIND IDENTIFIER (Phone '+44 7700 900123'), or --entity ID.",
        )
    [kind] = named("kind", args.what[0], list(ontology().kinds)) or ("",)
    return given | {"kind": kind, "identifier": args.what[1]}


def _told(service: Service, args: argparse.Namespace, text: str, name: str, **variables: Any) -> int:
    payload = _ask(service, args, text, **variables)[name]
    if payload["userErrors"]:
        raise Refused(" ".join(error["message"] for error in payload["userErrors"]))
    _print(payload["watch"])
    return 0


def _follow(service: Service, args: argparse.Namespace) -> int:
    """Print alerts as they come, for ever: those behind --after, or from now on."""
    service.alerts.catch_up(service.head())
    after = (
        args.after
        or _ask(service, args, _ALERTS.replace("first: 100", "first: 1, since: 2147483647"))["alerts"][
            "token"
        ]
    )
    while True:
        found = _ask(service, args, _ALERTS, after=after, change=args.change)["alerts"]
        for alert in found["nodes"]:
            _print(alert)
        after = found["token"]
        if not found["pageInfo"]["hasNextPage"]:
            time.sleep(EVERY)
            service.alerts.catch_up(service.head())


def _ask(service: Service, args: argparse.Namespace, text: str, **variables: Any) -> Any:
    answer = execute(service, text, variables, reader=args.reader)
    if answer.get("errors"):
        raise Refused(" ".join(error["message"] for error in answer["errors"]))
    return answer["data"]


def _print(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)
