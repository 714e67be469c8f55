"""Flights by number and day: "BA1393 on 12 June 2026", or by a call sign with letters behind ("EZY 82AB tomorrow"). A number
without a day beside it is no flight.

graph/resolution/named_flights.py tells which leg is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.values import clean_or_none
from graph.values.postcode import AREAS
from ingest.extract.base import Found, Setting
from ingest.extract.days import DAY, read_day

_NUMBER = re.compile(
    r"(?<![\w/@.£$€#-])(?P<line>[A-Z]{3}|[A-Z][A-Z0-9]|[0-9][A-Z])(?P<gap> ?)(?P<number>[0-9]{1,4}[A-Z]?)(?![\w/@-])"
)
_SIGN = re.compile(r"(?<![\w/@.£$€#-])(?P<line>[A-Z]{3}) ?[0-9]{1,2}[A-Z]{2}(?![\w/@-])")
_KNOWN = """AAL ABY AFR AUA AUR AZA BAW BCS BEL BTI CFE CPA CSA CTN DAL DHK DLH EIN EJU ETD EWG EXS EZS EZY FDX FIN GEC GRL IBE
    IBK ICE KLM LGL LOG LOT MSR NAX NOZ NSZ PGT QTR RAM ROT RUK RYR SAS SHT SIA SWR TAP THY TOM TRA TUI TVF UAE UAL UPS VIR
    VLG WIF WUK WZZ"""
_LINES = frozenset(_KNOWN.split())
"""ICAO designators that a flight is known by: "BUY 20KG today" and "RTX 4090 today" have its form."""
_SAID = re.compile(
    r"(?i:\b(?:flights?|flt|fly(?:ing)?|flew|call ?sign|plane)\b(?: (?:is|no\.?|number|on|with|in))*[ :#]*)$"
)
_SHORT = "AM AN AS AT BE BY DO GO HE HI IF IN IS IT ME MY NO OF OH OK ON OR PC PM SO TO TV UP US WE"
_WORDS = frozenset(_SHORT.split())
"""What in front of a number is a word rather than an airline: "MEET AT 7 ON FRIDAY"."""
_THINGS = re.compile(r"PS[1-5]|UB40|WD40|AK(?:47|74)|AR15|MP[345]|GT[1-4]|[A-Z][0-9] ?[0-9]{1,2}")
"""What has a flight number's form and is a console, a weapon, a form, a car: "PS5 today", "P45 tomorrow"."""
_BETWEEN = r"(?:[\s,(]*(?:\b(?:on|of|for|this|leaving|departing|landing|arriving|due|dep|arr|the)\b|[-–:])){0,2}[\s,(]*"
_AFTER = re.compile(rf"{_BETWEEN}(?:{DAY})", re.IGNORECASE)
_BEFORE = re.compile(rf"(?:{DAY})[\s,:)–-]*(?:(?:on|flight|with|by|the)\s+){{0,2}}$", re.IGNORECASE)
_ROAD = re.compile(r"[ABM][0-9]{1,4}")
_REACH = 48
"""Characters before a number in which its day is looked for."""


class Flights:
    name, version, rank = "flights", 4, 7
    hint = re.compile(r"[A-Z][A-Z0-9]? ?[0-9]|[0-9][A-Z] ?[0-9]")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        for match in _NUMBER.finditer(text):
            value = clean_or_none("flight_number", match[0])
            # A road: "the A14 on 12 June".
            if value is not None and not _ROAD.fullmatch(match[0]) and _flies(text, match):
                yield from _on_its_day(text, around, match, "flight_number", value, _sure(match))
        for match in _SIGN.finditer(text):
            value = clean_or_none("callsign", match[0]) if match["line"] in _LINES else None
            if value is not None:
                yield from _on_its_day(text, around, match, "callsign", value, 0.85)


def _flies(text: str, match: re.Match[str]) -> bool:
    """Whether what has a flight number's form is one: by its airline, or by a word before it that says so."""
    line = match["line"]
    other = (
        (len(line) == 3 and line not in _LINES)
        or (match["gap"] and line in _WORDS)
        or _THINGS.fullmatch(match[0]) is not None
    )
    return not other or _SAID.search(text, max(0, match.start() - _REACH), match.start()) is not None


def _sure(match: re.Match[str]) -> float:
    """Of a postcode's outward part ("SE1 today", "LS1 on Friday") less: it may be where."""
    if match["line"] in AREAS and not match["gap"] and len(match["number"]) < 3:
        return 0.5
    return 0.9 if match["line"].isalpha() else 0.8


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
