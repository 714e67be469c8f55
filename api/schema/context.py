"""What a request carries: the service, the reader's scope, and how arguments become views and ids."""

from __future__ import annotations

import binascii
from collections.abc import Iterable
from datetime import date
from typing import Any

import strawberry
from strawberry.fastapi import BaseContext

from api.service import Service
from graph.access import Scope
from graph.errors import InvalidValue
from graph.model import View
from graph.values import airport_code, company_number, icao24, registration


class Context(BaseContext):
    """One request's service and reader."""

    def __init__(self, service: Service, scope: Scope) -> None:
        super().__init__()
        self.service = service
        self.scope = scope


@strawberry.input(description="What was known at a revision, or at a UTC instant: give one of the two.")
class Known:
    revision: int | None = None
    at: str | None = None


@strawberry.input(
    description="valid: only what was so on that day. known: only what this directory knew then."
)
class AsOf:
    valid: date | None = None
    known: Known | None = None


def view_of(info: strawberry.Info[Context, None], as_of: AsOf | None) -> View:
    """The reader's view for a root field's asOf argument; NotHeld beyond the head."""
    known = as_of.known if as_of else None
    context = info.context
    return context.service.view(
        context.scope,
        revision=known.revision if known else None,
        at=known.at if known else None,
        valid=as_of.valid if as_of else None,
    )


def mention_ids(ids: Iterable[str]) -> list[bytes]:
    """Shown ids (32 hex digits) as bytes; InvalidValue for anything else."""
    return [_mention_id(text) for text in ids]


def _mention_id(text: str) -> bytes:
    try:
        value = binascii.unhexlify(text)
    except (binascii.Error, ValueError) as error:
        raise InvalidValue("id", text, "32 hexadecimal digits") from error
    if len(value) != 16:
        raise InvalidValue("id", text, "32 hexadecimal digits")
    return value


def identifier_keys(kind: str, identifier: str) -> list[str]:
    """The keys an identifier may be held under by an entity kind; cleaned by its value type. InvalidValue for a kind
    that has no identifier, or a text that is none."""
    readers: dict[str, Any] = {
        "Company": lambda text: [f"company_number:GB-COH/{company_number.clean(text)}"],
        "Person": lambda text: [f"ch_person:GB-COH/{text.strip()[:8]}"],
        "Aircraft": _aircraft_keys,
        "Airport": lambda text: [
            f"airport_{'icao' if len(text.strip()) == 4 else 'iata'}:{airport_code.clean(text)}"
        ],
        "Organisation": lambda text: [f"airline_icao:{text.strip().upper()}"],
    }
    if kind not in readers:
        raise InvalidValue("kind", kind, "a kind with identifiers: " + ", ".join(sorted(readers)))
    keys: list[str] = readers[kind](identifier)
    return keys


def _aircraft_keys(text: str) -> list[str]:
    try:
        return [f"icao24:{icao24.clean(text)}"]
    except InvalidValue:
        return [f"registration:{registration.clean(text)}"]
