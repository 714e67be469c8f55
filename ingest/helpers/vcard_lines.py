"""A vCard file taken apart into cards of properties (formats.md 4.5), versions 2.1, 3.0 and 4.0 alike.

Versions differ in how a long line goes on: folded (white space at the next line's start), soft breaks of
quoted-printable (= at its end), base64 up to a blank line. Data of pictures, sounds and keys is never held.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

LONGEST: Final = 4 << 20
"""Characters of a card, pictures left out; no telephone writes one of a hundredth of that."""
DEEPEST: Final = 4
"""Cards within cards: a card may hold its agent's."""

DATA: Final = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
"""Properties whose value is a picture, a sound or a key, or the address of one."""

_ENDS: Final = re.compile(rb"\s*END\s*:\s*VCARD\s*", re.IGNORECASE)
_BEGINS: Final = re.compile(rb"\s*BEGIN\s*:\s*VCARD\s*", re.IGNORECASE)
_CARET: Final = {"^n": "\n", "^'": '"', "^^": "^"}


@dataclass(slots=True)
class Property:
    """One property. name: upper case. params: by upper-case name, all values lower case but a character set's and a
    user's; a bare one ("TEL;CELL") counts as TYPE. value: decoded, its escapes as they stand."""

    group: str
    name: str
    params: dict[str, list[str]]
    value: str
    guessed: bool = False
    """True when the bytes were not all UTF-8 or of a stated character set: read as the one that they look like."""

    def types(self) -> list[str]:
        """TYPE values without "pref", which preferred() tells, and "internet", which all e-mail is."""
        return [text for text in self.params.get("TYPE", ()) if text not in ("pref", "internet")]

    def preferred(self) -> bool:
        return "pref" in self.params.get("TYPE", ()) or "1" in self.params.get("PREF", ())


@dataclass(slots=True)
class Card:
    """One card. line: its first line's number. raw: as received, without the data of pictures.

    fault: why it is no whole card, "" for a sound one. broken: lines that were neither a property nor said to go on
    from one, and were taken as going on. agents: cards that stand inside it."""

    line: int
    properties: list[Property] = field(default_factory=list)
    raw: str = ""
    fault: str = ""
    broken: int = 0
    agents: list[Card] = field(default_factory=list)

    @property
    def version(self) -> str:
        return next((p.value.strip() for p in self.properties if p.name == "VERSION"), "")


@dataclass(frozen=True, slots=True)
class Stray:
    """Text between cards. line: its first line's number."""

    line: int
    raw: str


def cards(lines: Iterable[bytes], first: int = 1) -> Iterator[Card | Stray]:
    """The cards of a file in order, and what stands between them; lines without their ends, numbered from `first`."""
    yield from _Reader(lines, first).cards()


class _Reader:
    def __init__(self, lines: Iterable[bytes], first: int) -> None:
        self._lines = iter(lines)
        self._number = first - 1
        self._again: list[bytes] = []

    def _next(self) -> bytes | None:
        self._number += 1
        if self._again:
            return self._again.pop()
        return next(self._lines, None)

    def _back(self, line: bytes | None) -> None:
        self._number -= 1
        if line is not None:
            self._again.append(line)

    def cards(self) -> Iterator[Card | Stray]:
        stray: list[bytes] = []
        while (line := self._next()) is not None:
            if _BEGINS.fullmatch(line):
                if stray:
                    yield Stray(self._number - len(stray), _shown(stray))
                    stray = []
                yield self._card(1)
            elif line.strip():
                # A few lines tell what it is; a wrong file of gigabytes is not held.
                if len(stray) < 20:
                    stray.append(line[:1000])
            elif stray:
                yield Stray(self._number - len(stray), _shown(stray))
                stray = []
        if stray:
            yield Stray(self._number - len(stray), _shown(stray))

    def _card(self, depth: int) -> Card:
        """The card whose BEGIN was just read."""
        card = Card(self._number)
        raw: list[bytes] = [b"BEGIN:VCARD"]
        size = 0
        while True:
            line = self._next()
            if line is None:
                card.fault = "The file stops in the middle of the card."
                break
            if _ENDS.fullmatch(line):
                raw.append(b"END:VCARD")
                break
            if _BEGINS.fullmatch(line):
                last = card.properties[-1] if card.properties else None
                if last is None or last.name != "AGENT" or last.value.strip() or depth == DEEPEST:
                    card.fault = "Another card begins before this one ends."
                    self._back(line)
                    break
                card.agents.append(self._card(depth + 1))
                raw.append(card.agents[-1].raw.encode())
                continue
            if not line.strip():
                continue
            if size <= LONGEST:
                size += self._property(line, card, raw)
            else:
                card.fault = f"It is longer than {LONGEST >> 20} MiB."
        card.raw = _shown(raw)
        return card

    def _property(self, line: bytes, card: Card, raw: list[bytes]) -> int:
        """Adds the property that begins with this line; gives how many bytes it holds."""
        head, colon, value = _parted(line)
        if not colon or not head.strip():
            card.broken += 1
            raw.append(line)
            if card.properties:
                before = card.properties[-1]
                before.value += "\n" + _decoded(line, ())[0]
            return len(line)
        group, name, params = _head(head)
        encodings = set(params.get("ENCODING", ()))
        if encodings & {"base64", "b"} or name in DATA:
            return self._data(line, group, name, params, card, raw, encodings & {"base64", "b"} != set())
        pieces, whole, size = [value], [line], len(line)
        quoted = "quoted-printable" in encodings
        while (more := self._next()) is not None:
            if quoted and pieces[-1].endswith(b"=") and not _ENDS.fullmatch(more):
                pieces[-1] = pieces[-1][:-1]
                pieces.append(more)
            elif more[:1] in (b" ", b"\t") and more.strip():
                # 2.1 folds where white space stands and keeps it; later versions fold anywhere and add it.
                pieces.append(more if card.version == "2.1" and not quoted else more[1:])
            else:
                self._back(more)
                break
            whole.append(more)
            size += len(more)
            if size > LONGEST:
                break
        data = b"".join(pieces)
        text, guessed = _decoded(quopri.decodestring(data) if quoted else data, params.get("CHARSET", ()))
        card.properties.append(Property(group, name, params, text, guessed))
        raw += whole
        return size

    def _data(
        self, line: bytes, group: str, name: str, params: dict[str, list[str]], card: Card, raw: list[bytes],
        encoded: bool,
    ) -> int:  # fmt: skip
        """Skips a picture, sound or key, and reads another value in base64: its lines go on folded, or unfolded up to a blank line."""
        left, pieces = 0, [_parted(line)[2]]
        while (more := self._next()) is not None:
            folded = more[:1] in (b" ", b"\t") and more.strip()
            if not folded and not (encoded and more.strip() and b":" not in more):
                self._back(more)
                break
            left += len(more)
            if name not in DATA and left <= LONGEST:
                pieces.append(more)
        shown = line if len(line) <= 200 else line[:200] + b"\xe2\x80\xa6"
        left += max(0, len(line) - 200)
        raw.append(shown + (f" ({left:,} bytes of {name} left out)".encode() if left else b""))
        text, guessed = "", False
        if name not in DATA:  # a text that some program wrote so
            try:
                data = binascii.a2b_base64(b"".join(pieces))
                text, guessed = _decoded(data, params.get("CHARSET", ()))
            except binascii.Error:
                card.broken += 1
        card.properties.append(Property(group, name, params, text, guessed))
        return len(shown)


def _parted(line: bytes) -> tuple[bytes, bytes, bytes]:
    """(before the first colon outside quotes, the colon, after it)."""
    if b'"' not in line:
        return line.partition(b":")
    quoted = False
    for at, byte in enumerate(line):
        if byte == 34:
            quoted = not quoted
        elif byte == 58 and not quoted:
            return line[:at], b":", line[at + 1 :]
    return line.partition(b":")


_PARAM = re.compile(r';((?:"[^"]*"|[^;"])*)')
_LISTED = re.compile(r'"[^"]*"|[^,]+')
_ENCODINGS = frozenset({"quoted-printable", "base64", "b", "8bit", "7bit"})


def _head(head: bytes) -> tuple[str, str, dict[str, list[str]]]:
    """(group, name, parameters) before a property's colon."""
    text = head.decode("utf-8", "replace").strip()
    named, semicolon, rest = text.partition(";")
    group, _, name = named.rpartition(".")
    params: dict[str, list[str]] = {}
    for part in _PARAM.findall(semicolon + rest):
        key, equals, value = part.partition("=")
        if not equals:
            key, value = ("ENCODING" if key.strip().lower() in _ENCODINGS else "TYPE"), key
        key = key.strip().upper()
        for each in _LISTED.findall(value):
            clean = re.sub(r"\^[n'^]", lambda m: _CARET[m[0]], each.strip().strip('"').strip())
            # 4.0 quotes a whole list: TYPE="voice,cell".
            pieces = clean.split(",") if key == "TYPE" else [clean]
            params.setdefault(key, []).extend(
                p if key in ("CHARSET", "X-USER", "USERNAME") else p.lower() for p in pieces if p
            )
    return group.lower(), name.strip().upper(), params


def _decoded(data: bytes, charsets: Iterable[str]) -> tuple[str, bool]:
    """(the text, whether its character set had to be guessed)."""
    for charset in chain(charsets, ("utf-8",)):
        try:
            return data.decode(charset), False
        except (UnicodeDecodeError, LookupError):
            continue
    text = data.decode("utf-8", "replace")
    # Some programs cut a value between the bytes of one character: the others were UTF-8.
    wrong = text.count("\ufffd")
    if sum(not character.isascii() for character in text) > 3 * wrong:
        return text.replace("\ufffd", ""), True
    return data.decode("cp1252", "replace"), True


def _shown(lines: list[bytes]) -> str:
    return "\n".join(_decoded(line, ())[0] for line in lines)
