"""E-mail addresses."""

from __future__ import annotations

import re
import unicodedata

from graph.errors import InvalidValue
from graph.values.base import ValueType

_LONGEST = 254
"""The longest path that a mail server takes (RFC 5321), in characters."""
_LOCAL = r"[^\s@<>()\[\],;:\"\\]{1,64}"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_FORM = re.compile(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})+")


def clean(raw: str) -> str:
    """Lower case, without "mailto:", brackets and white space around it ("<Bob@Example.ORG>" -> "bob@example.org").

    No mail provider tells upper from lower case before the @; telephones write a capital there by themselves."""
    text = unicodedata.normalize("NFC", raw).strip().strip("<>").strip()
    text = text[7:] if text[:7].lower() == "mailto:" else text
    text = unicodedata.normalize("NFC", text.lower()).rstrip(".")
    if len(text) > _LONGEST or ".." in text or not _FORM.fullmatch(text):
        raise InvalidValue("email", raw[:80], "an e-mail address such as name@example.org")
    return text


def compare(a: str, b: str) -> float:
    """1.0 when equal, 0.9 when only full stops or a +tag before the @ differ, 0.5 for one name elsewhere, else 0.0."""
    if a == b:
        return 1.0
    (mine, here), (yours, there) = a.rsplit("@", 1), b.rsplit("@", 1)
    if _plain(mine) != _plain(yours):
        return 0.0
    return 0.9 if here == there else 0.5


def _plain(local: str) -> str:
    return (local.split("+", 1)[0] or local).replace(".", "")


VALUE = ValueType("email", clean, compare)
