"""Telephone numbers that say whose country they are of: with a country's code, or British with the 0 before it. Of those
whose country's code has lost its + just British mobile numbers are told from other digits.

A second one may follow a first right behind a stroke or comma. Of the ways to end a run of digits the longest that is a number given out is taken, else the longest that could be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from graph.errors import InvalidValue
from graph.values import phone
from ingest.extract.base import Found, Setting

_RUN = re.compile(
    r"(?:(?<=[0-9]{3}[/,;|])|(?<![\w/@#£$€+-])(?<![0-9][.,:]))(?:(?:\+|\(\+|00|\(?0)[0-9(]|44 ?7(?=(?: ?[0-9]){9}(?![0-9])))(?:[0-9]|[ ()./\u00a0\u2011\u2013-]{1,3}(?=[0-9(])){5,24}(?![\w@])"
)
_ENDS = re.compile(r"[0-9](?![0-9])")
_DATE = re.compile(r"0?[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{2}){1,2}(?![0-9])")


class Phones:
    name, version, rank = "phones", 4, 8
    hint = re.compile(r"(?:\+|00|0)[0-9 ()]|44 ?7")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        at = 0
        while match := _RUN.search(text, at):
            found = None if _DATE.match(text, match.start()) else _read(match[0])
            at = match.end()
            if found:
                length, value, given = found
                start, at = match.start(), match.start() + length
                bare = text[start] == "4"
                written = text[start:at]
                yield Found(
                    start,
                    at,
                    "Phone",
                    value,
                    {"phone": written},
                    0.6 if not given else 0.8 if bare else 0.95,
                    (f"phone:{value}",),
                    (value,),
                )


@lru_cache(maxsize=1 << 14)
def _read(run: str) -> tuple[int, str, bool] | None:
    """(characters, E.164, whether it is given out) of the number that a run of digits begins with."""
    possible = None
    lost = "+" if run[0] == "4" else ""
    for end in sorted((m.end() for m in _ENDS.finditer(run)), reverse=True):
        if sum(c.isdigit() for c in run[:end]) < 7:
            break
        try:
            value, given = phone.read(lost + run[:end])
        except InvalidValue:
            continue
        if given:
            return end, value, True
        # A British one has ten digits after its 0: "01234567" may be anything.
        if run[0] == "+" or run.startswith("00") or sum(c.isdigit() for c in run[:end]) >= 11:
            possible = possible or (end, value, False)
    return possible


FINDER = Phones()
