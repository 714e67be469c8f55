"""E-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.values import clean_or_none
from ingest.extract.base import Found, Setting

_FORM = re.compile(r"(?<![\w.+@-])[\w.+'%-]{0,63}\w@[\w-]{1,63}(?:\.[\w-]{1,63})+")


_LOGIN = re.compile(r"://[^\s/@]*$")
"""A password within a web address: https://user:password@host."""
_REACH = 80


class Emails:
    name, version, rank = "emails", 2, 1
    hint = re.compile(r"\w@\w")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        for match in _FORM.finditer(text):
            value = clean_or_none("email", match[0])
            if value and not _LOGIN.search(text, max(0, match.start() - _REACH), match.start()):
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
