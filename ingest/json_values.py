"""One JSON text of any size, value by value: the elements of its array, or of the arrays that its object holds.

The text is decoded a piece at a time; of an element, what was written is kept beside what it means.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from graph.errors import InvalidValue, Refused

CHUNK: int = 1 << 20
LONGEST: int = 16 << 20
"""Bytes read at a time, and characters of one element; no feed writes one of a thousandth of that."""

CUT = "the text stops in the middle"
"""How the refusal of a text that was cut off ends."""
_SPACE = re.compile(r"[ \t\r\n]*")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""Half of a character in JSON's notation; two of them are a whole one."""


class Element(NamedTuple):
    """member: the object's member that holds the array, None of a bare array. place: from 0 in that array, None of a
    member that is no array. value: what it means. raw: what was written."""

    member: str | None
    place: int | None
    value: Any
    raw: str

    def members(self, name: str) -> dict[str, Any]:
        """The members of the object that it is; name: what such an object is called.

        Raises InvalidValue when it is none, or when its text holds half a character ("\\ud800" alone), which can
        neither be stored nor sent on."""
        if not isinstance(self.value, dict):
            raise InvalidValue(name, self.raw[:80], "an object")
        if _HALF.search(self.raw):
            try:
                json.dumps(self.value, ensure_ascii=False).encode()
            except UnicodeEncodeError as error:
                half = f"\\u{ord(error.object[error.start]):04x}"
                raise InvalidValue(name, half, "a character: one half of it is missing") from error
        return self.value


def json_values(path: Path, name: str) -> Iterator[Element]:
    """The elements of a file in order; a member that is no array comes whole.

    Raises Refused, naming the place, for an empty file, bytes that are not UTF-8, text that is no JSON or stops in
    the middle, anything after its end, and a text that is neither an array nor an object."""
    with path.open("rb") as file:
        yield from _Text(iter(partial(file.read, CHUNK), b""), name).elements()


def whole_elements(head: bytes, most: int) -> list[Element]:
    """The first few array elements that a file's first bytes hold whole."""
    found: list[Element] = []
    with suppress(Refused):
        for element in _Text([head], "").elements():
            if element.place is not None:
                found.append(element)
            if len(found) == most:
                break
    return found


def single_object(head: bytes) -> Element | None:
    """The one object that a whole small file is, as the only element of a bare array would be; None when it is not."""
    with suppress(Refused):
        return _Text([head], "").single()
    return None


class _Text:
    """A JSON text being read: `_held` is what was read and is not yet behind `_at`."""

    def __init__(self, chunks: Iterable[bytes], name: str) -> None:
        self._chunks, self._name = iter(chunks), name
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder(parse_constant=_no_number)
        self._held, self._at, self._before, self._ended = "", 0, 0, False

    def elements(self) -> Iterator[Element]:
        match self._next():
            case "[":
                yield from self._array(None)
            case "{":
                yield from self._object()
            case "":
                raise Refused(
                    f"{self._name}: the file is empty.",
                    remedy="A feed that found nothing answers without a body: there is nothing to ingest.",
                )
            case _:
                self._broken("neither an array nor an object")
        if self._next():
            self._broken("something after the end")

    def single(self) -> Element | None:
        """See single_object."""
        if self._next() != "{":
            return None
        value, raw = self._value()
        return None if self._next() else Element(None, 0, value, raw)

    def _object(self) -> Iterator[Element]:
        for _ in self._items("}"):
            name, _raw = self._value()
            if not isinstance(name, str) or self._next() != ":":
                self._broken("no member of an object")
            self._at += 1
            if self._next() == "[":
                yield from self._array(name)
            else:
                yield Element(name, None, *self._value())

    def _array(self, member: str | None) -> Iterator[Element]:
        for index in self._items("]"):
            yield Element(member, index, *self._value())

    def _items(self, close: str) -> Iterator[int]:
        """Numbers the items between brackets; the caller reads each."""
        self._at += 1
        index = 0
        while self._next() != close:
            if index:
                if self._next() != ",":
                    self._broken(f"neither a comma nor {close!r}")
                self._at += 1
            yield index
            index += 1
        self._at += 1

    def _value(self) -> tuple[Any, str]:
        """The value that begins here, with its text; more is read until it is whole."""
        self._next()
        while True:
            try:
                value, end = self._json.raw_decode(self._held, self._at)
                if end < len(self._held) or not self._more():
                    break
            except (ValueError, RecursionError) as error:
                # A fault before the end of what is held may still be a value cut by it.
                if not self._more():
                    self._broken(self._fault(error), error)
        raw, self._at = self._held[self._at : end], end
        return value, raw

    def _next(self) -> str:
        """The next character that is no white space, "" at the end of the text."""
        while True:
            match = _SPACE.match(self._held, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Reads on, dropping what is behind; False at the end."""
        if self._ended:
            return False
        chunk = next(self._chunks, b"")
        self._ended = not chunk
        if len(self._held) - self._at > LONGEST:
            self._broken(f"one value of more than {LONGEST >> 20} MiB")
        try:
            text = self._decoder.decode(chunk, final=self._ended)
        except UnicodeDecodeError as error:
            raise Refused(
                f"{self._name}: not UTF-8 text.", remedy="Convert the file to UTF-8 and ingest it again."
            ) from error
        self._before += self._at
        self._held, self._at = self._held[self._at :] + text, 0
        return True

    def _fault(self, error: ValueError | RecursionError) -> str:
        """What is wrong with a value of which all that there is was read."""
        if isinstance(error, json.JSONDecodeError):
            cut = error.msg.startswith("Unterminated") or error.pos >= len(self._held.rstrip())
            return CUT if cut else f"{error.msg} at character {self._before + error.pos + 1}"
        return "values inside values without end" if isinstance(error, RecursionError) else str(error)

    def _broken(self, what: str, cause: Exception | None = None) -> NoReturn:
        end = CUT if self._ended and self._at >= len(self._held) else what
        raise Refused(
            f"{self._name}, character {self._before + self._at + 1}: is not the JSON it began as: {end}.",
            remedy="Get the whole file and ingest it again.",
        ) from cause


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
