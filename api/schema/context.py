"""What a request carries: the service, the reader's scope, and how arguments become views, ids and identifiers."""

from __future__ import annotations

import binascii
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cached_property

import strawberry
from strawberry.fastapi import BaseContext

from api.service import Service
from api.worker import Tail
from graph.access import Scope
from graph.errors import InvalidValue
from graph.model import Revision, View
from graph.ontology import ontology
from graph.values import clean


class Context(BaseContext):
    """One request's service, reader and head: all its fields are answered at one revision, whatever lands meanwhile."""

    def __init__(self, service: Service, scope: Scope) -> None:
        super().__init__()
        self.service = service
        self.scope = scope
        self.tail: Tail | None = None
        """What subscriptions wait on; None in process, where nothing is followed."""

    @cached_property
    def head(self) -> Revision:
        return self.service.head()

    def begin_again(self) -> None:
        """Let the request be answered anew, at the head of then."""
        self.__dict__.pop("head", None)


Info = strawberry.Info[Context, None]


@strawberry.input(description="What was known at a revision, or at an instant: give one of the two.")
class Known:
    revision: int | None = None
    at: str | None = strawberry.field(
        default=None, description="ISO 8601 with its zone, e.g. 2026-09-01T12:00:00Z"
    )


@strawberry.input(
    description="valid: only what was so on that day. known: only what this directory knew then."
)
class AsOf:
    valid: date | None = None
    known: Known | None = None


def view_of(info: Info, as_of: AsOf | None) -> View:
    """The reader's view for a root field's asOf argument; NotHeld beyond the head."""
    known = (as_of.known if as_of else None) or Known()
    if known.revision is not None and known.at is not None:
        raise InvalidValue("asOf.known", f"{known.revision} and {known.at}", "a revision or an instant")
    return info.context.service.view(
        info.context.scope,
        revision=known.revision,
        at=None if known.at is None else _instant(known.at),
        valid=as_of.valid if as_of else None,
        head=info.context.head,
    )


def _instant(text: str) -> str:
    """An instant as the ledger writes them, so that their texts compare as times."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidValue("asOf.known.at", text, "an instant such as 2026-09-01T12:00:00Z") from error
    if at.tzinfo is None:
        raise InvalidValue("asOf.known.at", text, "an instant with its zone, such as 2026-09-01T12:00:00Z")
    try:
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    except OverflowError as error:
        raise InvalidValue("asOf.known.at", text, "an instant of the years 1 to 9999") from error


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
    """The keys that an identifier may be held under by an entity kind, cleaned by its value type.

    InvalidValue for a kind that has no identifiers, or a text that is none of them."""
    known = [i for i in ontology().identifiers.values() if i.kind == kind and not i.composed]
    if not known:
        kinds = sorted({i.kind for i in ontology().identifiers.values() if not i.composed})
        raise InvalidValue("kind", kind, "a kind with identifiers: " + ", ".join(kinds))
    keys, faults = [], []
    for one in known:
        try:
            keys.append(one.key(clean(one.value, identifier)))
        except InvalidValue as error:
            faults.append(error)
    if not keys:
        raise faults[0]
    return keys
