"""What texts name: phones, e-mail and web addresses, handles, postcodes, companies, vehicles, aircraft and flights.

`findings` is the one pass over a text; derive.py turns what it finds into mentions of the text's record. Of two things
that overlap the one of the lower rank stays, then the one that begins first, then the longer one.
"""

from __future__ import annotations

import pkgutil
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Final

from ingest.extract.base import Finder, Found, Setting

_NOT: Final = frozenset({"airlines", "base", "derive", "days", "platforms"})

_NARROW: Final = str.maketrans("０１２３４５６７８９＋－（）／．，　", "0123456789+-()/., ")
"""Digits of full width, as Japanese and Chinese keyboards write them, and what stands among them: one sign for one sign."""

_ANY: Final = re.compile(r"[0-9@]|\w\.\w|-[A-Za-z]|://|[A-Za-z] ?[:=] ?[A-Za-z]")
"""Where this finds nothing no finder does: one cheap look at most of what people write."""

LONGEST: Final = 200_000
"""Characters that are read at once; a longer text, a dump rather than something said, is read in pieces."""


@cache
def finders() -> tuple[Finder, ...]:
    """Every finder by rank; TypeError for a module without one, or two of one rank or name."""
    found: list[Finder] = []
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        if module not in _NOT:
            given = getattr(import_module(f"{__name__}.{module}"), "FINDER", None)
            if given is None:
                raise TypeError(f"ingest.extract.{module} does not end with FINDER = …")
            found.append(given)
    if len({f.rank for f in found}) < len(found) or len({f.name for f in found}) < len(found):
        raise TypeError("Two finders have one rank or one name.")
    return tuple(sorted(found, key=lambda finder: finder.rank))


def findings(text: str, around: Setting) -> list[tuple[Finder, Found]]:
    """What a text names, in its order, none over another."""
    return [
        (finder, replace(found, start=found.start + at, end=found.end + at) if at else found)
        for at, piece in _pieces(text)
        for finder, found in _within(piece, around)
    ]


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """(where it begins, a piece): cut at the end of a line, else between words, else anywhere."""
    at = 0
    while len(text) - at > LONGEST:
        half, full = at + LONGEST // 2, at + LONGEST
        end = max(text.rfind("\n", half, full), 0) or max(text.rfind(" ", half, full), 0) or full - 1
        yield at, text[at : end + 1]
        at = end + 1
    yield at, text[at:]


def _within(text: str, around: Setting) -> list[tuple[Finder, Found]]:
    if not text.isascii():
        text = text.translate(_NARROW)
        around = replace(around, named=tuple(name.translate(_NARROW) for name in around.named))
    if _ANY.search(text) is None:
        return []
    kept: list[tuple[int, int, Finder, Found]] = []
    for finder in finders():
        if finder.hint.search(text) is None:
            continue
        for found in sorted(finder.find(text, around), key=lambda f: (f.start, -f.end)):
            at = bisect_left(kept, (found.start,), key=lambda k: (k[0],))
            free = (at == 0 or kept[at - 1][1] <= found.start) and (
                at == len(kept) or found.end <= kept[at][0]
            )
            if free:
                kept.insert(at, (found.start, found.end, finder, found))
    return [(finder, found) for _, _, finder, found in kept]
