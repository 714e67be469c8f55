"""Registrations of road vehicles: the current style anywhere, older ones only after a word that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.errors import InvalidValue
from graph.values import vehicle_registration
from ingest.extract.base import Found, Setting

_WORD = r"(?:reg(?:istration)?|plates?|van|car|lorry|truck|vehicle|motor|trailer)\.?(?:\s+(?:no\.?|number|is|plate))*\s*:?\s+"
_CURRENT = re.compile(
    # With a space only in capitals: "in24 hrs" and "at 07 and" are words.
    r"(?<![\w/@.-])(?:[A-Z]{2}[0-9]{2} [A-Z]{3}|[A-Z]{2}[0-9]{2}[A-Z]{3}|[a-z]{2}[0-9]{2}[a-z]{3})(?![\w/@-])"
)
_COUNT = re.compile(
    r"[a-z]{2}[0-9]{2}(?:cal|day|gbp|hrs|ish|kgs|lbs|min|mph|nds|pax|pcs|ppl|pts|sec|usd|yrs)", re.IGNORECASE
)
"""A word, a number and what it counts, written in one: "at24hrs"."""
_OLDER = re.compile(
    rf"\b{_WORD}(?P<mark>[A-Z]{{1,3}}[0-9]{{1,4}} ?[A-Z]{{0,3}}|[A-Z]{{3}} [0-9]{{1,3}}[A-Z]|[A-Z]{{2}}[0-9]{{2}} ?[A-Z]{{3}})(?![\w/@-])",
    re.IGNORECASE,
)


class Vehicles:
    name, version, rank = "vehicles", 3, 5
    hint = re.compile(r"[A-Za-z][0-9]|[A-Z]{3} [0-9]")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        for match in _CURRENT.finditer(text):
            if _COUNT.fullmatch(match[0]):
                continue
            yield from _found(match[0], match.start(), ("current",), 0.9 if match[0].isupper() else 0.75)
        for match in _OLDER.finditer(text):
            mark = match["mark"].rstrip()
            if mark.upper() == mark or " " not in mark:
                yield from _found(mark, match.start("mark"), ("current", "prefix", "suffix", "dateless"), 0.7)


def _found(written: str, start: int, styles: tuple[str, ...], sure: float) -> Iterator[Found]:
    try:
        value, style = vehicle_registration.parse(written)
    except InvalidValue:
        return
    if style in styles:
        key = f"vehicle_registration:{value}"
        yield Found(
            start, start + len(written), "Vehicle", value, {"registration": written}, sure, (key,), (value,)
        )


FINDER = Vehicles()
