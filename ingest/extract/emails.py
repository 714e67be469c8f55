"""E-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.values import clean_or_none
from ingest.extract.base import Found, Setting

_FORM = re.compile(r"(?<![\w.+@-])[\w.+'%-]{0,63}\w@[\w-]{1,63}(?:\.[\w-]{1,63})+")


class Emails:
    name, version, rank = "emails", 1, 1
    hint = re.compile(r"\w@\w")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        for match in _FORM.finditer(text):
            value = clean_or_none("email", match[0])
            if value:
                yield Found(
                    match.start(),
                    match.end(),
                    "Email",
                    value,
                    {"email": match[0]},
                    0.95,
                    (f"email:{value}",),
                    (value,),
                )


FINDER = Emails()
