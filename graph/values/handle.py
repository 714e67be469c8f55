"""Handles: the names that people choose to be found by on a platform."""

from __future__ import annotations

import re
import unicodedata

from graph.errors import InvalidValue
from graph.values.base import ValueType

_FORM = re.compile(r"(?:[a-z0-9][a-z0-9.-]{0,39}/)?[^\s/@][^\s/]{0,99}")


def clean(raw: str) -> str:
    """Lower case, without the leading @ ("@Zo_E" -> "zo_e"); a platform may stand before it ("discord/zo_e").

    Platforms that show capitals do not tell two handles apart by them. Names that hold white space are no handles."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", raw).strip().lower())
    platform, slash, name = text.rpartition("/")
    text = f"{platform}{slash}{name.lstrip('@')}"
    if not text.isprintable() or not _FORM.fullmatch(text):
        raise InvalidValue("handle", raw[:80], "a handle such as zo_e, or discord/zo_e")
    return text


def key(platform: str, handle: str) -> str | None:
    """The value of a `handle:` identifier, None when the handle is none."""
    try:
        return clean(f"{platform.lower()}/{clean(handle)}")
    except InvalidValue:
        return None


def compare(a: str, b: str) -> float:
    """1.0 when equal, 0.8 when only full stops, hyphens and underscores differ, else 0.0."""
    if a == b:
        return 1.0
    return 0.8 if _plain(a) == _plain(b) and _plain(a) else 0.0


def _plain(handle: str) -> str:
    return re.sub(r"[._-]", "", handle)


VALUE = ValueType("handle", clean, compare)
