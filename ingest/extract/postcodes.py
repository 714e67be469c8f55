"""Postcodes of the United Kingdom."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.values import clean_or_none, postcode, registration
from ingest.extract.base import Found, Setting

_FORM = re.compile(
    r"(?:(?<![\w/@.-])|(?<=[0-9][A-Za-z]{2}-))[A-Za-z]{1,3}(?:[0-9][0-9A-Za-z]?)?[ \u00a0]{0,2}[0-9][A-Za-z]{2}(?![\w/@]|-(?![A-Za-z]{1,2}[0-9]))"
)
_ORDINAL = re.compile(r"[0-9](?:st|nd|rd|th)", re.IGNORECASE)
_CHIP = re.compile(r"m[1-5] ?[0-9][gt]b", re.IGNORECASE)


class Postcodes:
    name, version, rank = "postcodes", 4, 6
    hint = re.compile(r"[A-Za-z](?:[0-9][0-9A-Za-z]?|IR|ir)[ \u00a0]{0,2}[0-9][A-Za-z]{2}")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        for match in _FORM.finditer(text):
            written = match[0]
            value = clean_or_none("postcode", written)
            if value and postcode.is_given(value) and not _other(written):
                # A code alone does not say which of its addresses is meant: it is one thing for all who name it.
                yield Found(
                    match.start(),
                    match.end(),
                    "Address",
                    value,
                    {"postcode": written},
                    _sure(written),
                    (f"address:{value}",),
                    (value,),
                )


def _other(written: str) -> bool:
    """An aircraft of the United States ("N123AB", "n123ab"), a place and a count ("B1 2nd floor"), a computer ("M1 8GB")."""
    return (
        registration.is_american(written.upper())
        or (not written.isupper() and _ORDINAL.fullmatch(written[-3:]) is not None)
        or _CHIP.fullmatch(written) is not None
    )


def _sure(written: str) -> float:
    if written.isupper():
        return 0.9
    return 0.75 if " " in written else 0.5


FINDER = Postcodes()
