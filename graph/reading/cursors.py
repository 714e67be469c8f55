"""Opaque cursors: where an answer was cut, and the revision it was read at, so that the rest agrees with it."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import replace

from graph.errors import InvalidValue
from graph.model import Revision, View

Place = str | int | bool | None


def cursor(what: str, view: View, place: Sequence[Place]) -> str:
    """A cursor of a `what` ("expand", "values"…) to go on after `place`. The same place gives the same text."""
    text = json.dumps([what, view.revision, *place], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(what: str, text: str, types: Sequence[type | tuple[type, ...]]) -> tuple[Revision, list[Place]]:
    """(revision, place) of a cursor whose place has these types.

    InvalidValue when it is not a cursor of a `what`, which names no more than that."""
    kind, revision, place = _parts(text)
    allowed = [each if isinstance(each, tuple) else (each,) for each in types]
    if kind != what or len(place) != len(types):
        raise InvalidValue("Cursor", text, f"a cursor that an earlier {what} answer gave")
    if any(type(part) not in each for part, each in zip(place, allowed, strict=True)):
        raise InvalidValue("Cursor", text, f"a cursor that an earlier {what} answer gave")
    return Revision(revision), place


def revision(text: str) -> Revision:
    """The revision at which an answer gave a cursor, of any kind; InvalidValue when it is none."""
    return Revision(_parts(text)[1])


def _parts(text: str) -> tuple[str, int, list[Place]]:
    try:
        padded = text + "=" * (-len(text) % 4)
        kind, revision, *place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidValue("Cursor", text, "a cursor that an earlier answer gave") from error
    if type(revision) is not int or revision < 0:
        raise InvalidValue("Cursor", text, "a cursor that an earlier answer gave")
    return kind, revision, place


def resume(
    what: str, view: View, text: str | None, types: Sequence[type | tuple[type, ...]]
) -> tuple[View, list[Place] | None]:
    """The view at the cursor's revision and its place; the view itself and None without a cursor."""
    if text is None:
        return view, None
    revision, place = read(what, text, types)
    return replace(view, revision=revision), place


def id_of(place: Place) -> bytes:
    """The id that a cursor carries as hex; InvalidValue when it isn't one."""
    try:
        value = bytes.fromhex(str(place))
    except ValueError as error:
        raise InvalidValue("Cursor", place, "a cursor that an earlier answer gave") from error
    if len(value) != 16:
        raise InvalidValue("Cursor", place, "a cursor that an earlier answer gave")
    return value


def at_least(name: str, value: int, least: int) -> None:
    """InvalidValue when an argument that limits an answer is below `least`."""
    if value < least:
        raise InvalidValue(name, value, f"{least} or more")
