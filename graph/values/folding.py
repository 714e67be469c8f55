"""Text folded so that DuckDB (bytes), rapidfuzz (code points) and Python see the same characters."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import token_sort_ratio

_SPACES = dict.fromkeys((9, 10, 11, 12, 13, 133, 160, 8232, 8233), " ")
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), 8203, 8206, 8207, 65279)) | _SPACES


def tidy(raw: str) -> str:
    """NFC, control and invisible characters out, runs of white space to one space, trimmed; may be empty."""
    if not raw.isascii():
        raw = unicodedata.normalize("NFC", raw)
    if not raw.isprintable():
        raw = raw.translate(_CONTROLS)
    return " ".join(raw.split())


def fold(text: str) -> str:
    """Upper-case ASCII of a text, transliterated by anyascii ("Zażółć" -> "ZAZOLC"), spaces tidied."""
    return " ".join((text if text.isascii() else anyascii(text)).upper().split())


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return fold(text)


def alike(a: str, b: str) -> float:
    """Likeness of two texts by folded form: the better of Jaro-Winkler and sorted-token ratio, 0..1."""
    a, b = sorted((_folded(a), _folded(b)))
    if a == b:
        return 1.0
    return min(0.999, max(JaroWinkler.similarity(a, b), token_sort_ratio(a, b) / 100))
