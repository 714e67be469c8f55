"""Postcodes of the United Kingdom."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.values import clean_or_none
from ingest.extract.base import Found, Setting

_FORM = re.compile(
    r"(?<![\w/@.-])(?:GIR ?0AA|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]{1,2}|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9][ABEHMNPRVWXY])"
    r" ?[0-9][ABD-HJLNP-UW-Z]{2})(?![\w/@-])",
    re.IGNORECASE,
)


class Postcodes:
    name, version, rank = "postcodes", 1, 6
    hint = re.compile(r"[A-Za-z][0-9][0-9A-Za-z]? ?[0-9][A-Za-z]{2}")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        for match in _FORM.finditer(text):
            value = clean_or_none("postcode", match[0])
            if value:
                # A code alone does not say which of its addresses is meant: it is one thing for all who name it.
                sure = 0.9 if match[0].isupper() else 0.75
                yield Found(
                    match.start(),
                    match.end(),
                    "Address",
                    value,
                    {"postcode": match[0]},
                    sure,
                    (f"address:{value}",),
                    (value,),
                )


FINDER = Postcodes()
