"""Flights by number and day: "BA1393 on 12 June 2026", or by a call sign with letters behind ("EZY 82AB tomorrow"). A number
without a day beside it is no flight.

graph/resolution/named_flights.py tells which leg is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.values import clean_or_none
from graph.values.postcode import AREAS
from ingest.extract.airlines import KNOWN, THINGS, WORDS
from ingest.extract.base import Found, Setting
from ingest.extract.days import DAY, read_day

_NUMBER = re.compile(
    r"(?<![\w/@.£$€#-])(?P<line>[A-Z]{3}|[A-Z][A-Z0-9]|[0-9][A-Z])(?P<gap> ?)(?P<number>[0-9]{1,4})[A-Z]?(?![\w/@-])",
    re.IGNORECASE,
)
_SIGN = re.compile(r"(?<![\w/@.£$€#-])(?P<line>[A-Z]{3}) ?[0-9]{1,2}[A-Z]{2}(?![\w/@-])")
_SAID = re.compile(
    r"(?i:\b(?:flights?|flt|fly(?:ing)?|flew|call ?sign|plane)\b(?: (?:is|no\.?|number|on|with|in))*[ :#]*)$"
)
_SHOUTED = re.compile(r"[A-Z]{2,} +$")
_TIME = r"(?:[0-9]{1,2}[:.][0-9]{2}(?:\s?[ap]m)?|[0-9]{1,2}\s?[ap]m|[0-9]{4}z?)"
_VERBS = "leav(?:es|ing)|depart(?:s|ing)|land(?:s|ing)|arriv(?:es|ing)|gets? in|takes? off|flies|due|dep|arr|is|was"
_BETWEEN = rf"(?:[\s,(]*(?:\b(?:on|of|for|this|the|{_VERBS}|at {_TIME}|{_TIME})\b|[-–:])){{0,3}}[\s,(]*"
_AFTER = re.compile(rf"{_BETWEEN}(?:{DAY})", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?:{DAY})[\s,:)–-]*(?:(?:on|flight|with|by|the|a|i|he|she|we|they|am|are|is|takes?|taking|fly|flies|flying|boards?|catch(?:es)?)\s+){{0,4}}$",
    re.IGNORECASE,
)
_REACH = 48
"""Characters before a number in which its day is looked for."""


class Flights:
    name, version, rank = "flights", 4, 7
    hint = re.compile(r"[A-Za-z][A-Za-z0-9]? ?[0-9]|[0-9][A-Za-z] ?[0-9]")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        for match in _NUMBER.finditer(text):
            value = clean_or_none("flight_number", match[0])
            if value is not None and (sure := _sure(text, match)):
                yield from _on_its_day(text, around, match, "flight_number", value, sure)
        for match in _SIGN.finditer(text):
            value = clean_or_none("callsign", match[0])
            if value is not None and (match["line"] in KNOWN or _said(text, match)):
                yield from _on_its_day(text, around, match, "callsign", value, 0.85)


def _said(text: str, match: re.Match[str]) -> bool:
    return _SAID.search(text, max(0, match.start() - _REACH), match.start()) is not None


def _sure(text: str, match: re.Match[str]) -> float:
    """How sure it is, 0 to 1, that what has a flight number's form is one: by its airline, its length, and a word before it."""
    line, gap, digits = match["line"].upper(), match["gap"], len(match["number"])
    best = 0.9 if line.isalpha() else 0.8
    if _said(text, match):
        return best
    if THINGS.fullmatch(match[0].upper()):
        return 0.0
    if not match[0].isupper():
        return 0.6 if line in KNOWN and line not in WORDS and not gap and digits > 2 else 0.0
    if gap and line in WORDS:
        # "PAY ME 500 TODAY" is shouted, "ME 500 today" is none.
        shouted = _SHOUTED.search(text, max(0, match.start() - _REACH), match.start())
        return 0.0 if digits < 3 or shouted else 0.5
    if line not in KNOWN:
        return 0.6 if not gap and digits > (1 if len(line) == 3 else 2) else 0.0
    # "SE1 today", "LS1 on Friday": it may be where.
    return 0.5 if line in AREAS and digits < 3 else best


def _on_its_day(
    text: str, around: Setting, match: re.Match[str], name: str, value: str, sure: float
) -> Iterator[Found]:
    day = _AFTER.match(text, match.end()) or _BEFORE.search(
        text, max(0, match.start() - _REACH), match.start()
    )
    read = read_day(day, around.sent_at) if day else None
    if read:
        values = {name: match[0], "day": read[0].isoformat()}
        yield Found(
            match.start(), match.end(), "Flight", f"{value} {read[0]}", values, round(read[1] * sure, 2)
        )


FINDER = Flights()
