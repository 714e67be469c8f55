"""Postal addresses: one line to show, and the key on which equal addresses meet."""

from __future__ import annotations

import re
from collections.abc import Iterable

from graph.errors import InvalidValue
from graph.values import postcode as postcodes
from graph.values.base import ValueType
from graph.values.folding import alike, bare, tidy


def clean(raw: str) -> str:
    """One line: white space tidied, parts separated by ", ", empty parts out; 1 to 1,000 characters."""
    text = ", ".join(part for part in (tidy(piece) for piece in re.split(r"[,\n]", raw)) if part)
    if not text or len(text) > 1_000:
        raise InvalidValue("address", raw[:80], "an address of 1 to 1,000 characters")
    return text


def one_line(parts: Iterable[str | None]) -> str:
    """The parts that there are, in order, as one cleaned line; "" when there are none."""
    return ", ".join(text for text in (tidy(part) for part in parts if part) if text)


def key(parts: Iterable[str | None], postcode: str | None, wider: Iterable[str | None] = ()) -> str | None:
    """The value of an `address:` identifier, or None when there is not enough to say which address it is.

    parts: care of, PO box, premises, lines and town, in the order they are written. wider: county and country.
    Upper-case ASCII, punctuation out, joined by spaces, postal code last and in its canonical form: so
    ("1", "High St.", "Leeds") meets ("1 HIGH ST", "LEEDS"). A UK code says the county and country, which sources
    write, leave out and misspell at will: beside one they are left out. Enough is a postal code and one more
    part, or three parts.
    """
    code = _fold_code(postcode)
    kept = [part for part in parts if part]
    if code is None or not postcodes.is_uk(code):
        kept += [part for part in wider if part]
    if code:
        line = bare(" ".join(kept))
        return f"{line} {code}" if line else None
    texts = [text for text in map(bare, kept) if text]
    return " ".join(texts) if len(texts) >= 3 else None


def _fold_code(raw: str | None) -> str | None:
    if not raw or not raw.strip():
        return None
    try:
        return postcodes.clean(raw)
    except InvalidValue:
        return None


VALUE = ValueType("address", clean, alike)
