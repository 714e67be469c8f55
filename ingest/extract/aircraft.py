"""Registrations of aircraft, with their hyphen: the marks of the states whose aircraft are seen over Europe.

In capitals, but for British ones, which people write as they come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.values import clean_or_none
from ingest.extract.base import Found, Setting

_MARKS = (
    r"G-[A-Z]{4}|D-[A-Z]{4}|F-[BGHOPW][A-Z]{3}|(?:PH|OO|OE|HB|SP|LN|SE|OY|EC|CS|LX|TC|UR|LZ|YR|HA|OK|OM|EI|EJ|9H|9A|S5|ES|YL|LY|OH|TF|"
    r"T7|YU|Z3|4O|E7|ER|EW|UP|4X|4K|4L|EK|SU|CN|TS|7T|5A|A6|A7|A9C|HZ|OD|JY|AP|VT|VP|VQ|ZS|ZK|VH|XA|PP|PR|LV|CC|HK)-[A-Z]{3,4}|"
    r"C-[FGI][A-Z]{3}|M-[A-Z]{4}|I-[A-Z]{4}|RA-[0-9]{5}|B-[0-9]{4}|9V-[A-Z]{3}|HS-[A-Z]{3}|9M-[A-Z]{3}"
)
_FORM = re.compile(rf"(?<![\w@/.-])(?:{_MARKS}|g-[a-z]{{4}})(?![\w@/-])")
_WORDS = frozenset(
    {"G-UNIT", "G-STAR", "G-SUIT", "G-CLEF", "G-EAZY", "G-SPOT", "D-LINK", "G-FORC", "M-PESA", "D-DAYS"}
)
"""What has the form of a mark and is something else."""


class AircraftMarks:
    name, version, rank = "aircraft", 1, 4
    hint = re.compile(r"[A-Za-z0-9]-[A-Za-z0-9]")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        for match in _FORM.finditer(text):
            value = clean_or_none("registration", match[0])
            if value and value not in _WORDS:
                sure = 0.85 if match[0].isupper() else 0.65
                key = f"registration:{value}"
                yield Found(
                    match.start(),
                    match.end(),
                    "Aircraft",
                    value,
                    {"registration": match[0]},
                    sure,
                    (key,),
                    (value,),
                )


FINDER = AircraftMarks()
