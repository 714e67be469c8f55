"""Addresses of web pages: with a scheme or "www.", or a bare host of a common ending."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.values import clean_or_none, url
from ingest.extract.base import Found, Setting

_FORM = re.compile(
    r"(?<![\w@./-])(?:(?P<sure>https?://|www\.)[^\s<>\"`|]+"
    r"|(?:[a-z0-9-]{1,63}\.)+(?:co\.uk|org\.uk|gov\.uk|ac\.uk|com|org|net|info|biz|io|eu|uk|example)(?![\w@-]|\.\w)(?:/[^\s<>\"`|]*)?"
    # With a page alone: "trust.me" lacks its space.
    r"|(?:discord\.gg|t\.me|wa\.me|bit\.ly|cutt\.ly|fb\.me|fb\.watch|goo\.gl|is\.gd|lnkd\.in|m\.me|ow\.ly|paypal\.me|rb\.gy|"
    r"redd\.it|spoti\.fi|t\.co|t\.ly|tiny\.cc|v\.gd|youtu\.be|cash\.app|revolut\.me|monzo\.me|linktr\.ee)/[^\s<>\"`|]+)",
    re.IGNORECASE,
)
_PAIRS = {")": "(", "]": "[", "}": "{"}


class Urls:
    name, version, rank = "urls", 2, 2
    hint = re.compile(r"://|\w\.\w")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        for match in _FORM.finditer(text):
            written = _trimmed(match[0])
            value = clean_or_none("url", written)
            if value:
                sure = 0.95 if match["sure"] else 0.7
                values = {"url": written, "host": url.host(value)}
                yield Found(
                    match.start(),
                    match.start() + len(written),
                    "Website",
                    value,
                    values,
                    sure,
                    (f"url:{value}",),
                    (value,),
                )


def _trimmed(written: str) -> str:
    """Without the stops and brackets of the sentence around it."""
    while written and (
        written[-1] in ".,;:!?'’\"*_~…"
        or (written[-1] in _PAIRS and written.count(written[-1]) > written.count(_PAIRS[written[-1]]))
    ):
        written = written[:-1]
    return written


FINDER = Urls()
