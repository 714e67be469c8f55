"""Flights by number and day: "BA1393 on 12 June 2026". A number without a day beside it is no flight.

graph/resolution/named_flights.py tells which leg is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.values import clean_or_none
from ingest.extract.base import Found, Setting
from ingest.extract.days import DAY, read_day

_NUMBER = re.compile(
    r"(?<![\w/@.£$€#-])(?P<line>[A-Z]{3}|[A-Z][A-Z0-9]|[0-9][A-Z])(?P<gap> ?)(?P<number>[0-9]{1,4}[A-Z]?)(?![\w/@-])"
)
_BETWEEN = r"(?:[\s,(]*(?:\b(?:on|of|for|this|leaving|departing|landing|arriving|due|dep|arr|the)\b|[-–:])){0,2}[\s,(]*"
_AFTER = re.compile(rf"{_BETWEEN}(?:{DAY})", re.IGNORECASE)
_BEFORE = re.compile(rf"(?:{DAY})[\s,:)–-]*(?:(?:on|flight|with|by|the)\s+){{0,2}}$", re.IGNORECASE)
_ROAD = re.compile(r"[ABM][0-9]{1,4}")
_REACH = 48
"""Characters before a number in which its day is looked for."""


class Flights:
    name, version, rank = "flights", 1, 7
    hint = re.compile(r"[A-Z][A-Z0-9]? ?[0-9]|[0-9][A-Z] ?[0-9]")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        for match in _NUMBER.finditer(text):
            value = clean_or_none("flight_number", match[0])
            # A road: "the A14 on 12 June".
            if value is None or _ROAD.fullmatch(match[0]):
                continue
            day = _AFTER.match(text, match.end()) or _BEFORE.search(
                text, max(0, match.start() - _REACH), match.start()
            )
            read = read_day(day, around.sent_at) if day else None
            if read:
                sure = read[1] * (0.9 if match["line"].isalpha() else 0.8)
                values = {"flight_number": match[0], "day": read[0].isoformat()}
                yield Found(
                    match.start(), match.end(), "Flight", f"{value} {read[0]}", values, round(sure, 2)
                )


FINDER = Flights()
