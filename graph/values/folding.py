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
    if raw.isascii() and raw.isprintable() and "  " not in raw:
        return raw.strip()
    if not raw.isascii():
        raw = unicodedata.normalize("NFC", raw)
    if not raw.isprintable():
        raw = raw.translate(_CONTROLS)
    return " ".join(raw.split())


def fold(text: str) -> str:
    """Upper-case ASCII of a text, transliterated by anyascii ("Zażółć" -> "ZAZOLC"), spaces tidied."""
    return " ".join((text if text.isascii() else anyascii(text)).upper().split())


_BARE = bytes(ord(chr(code).upper()) if chr(code).isalnum() else 32 for code in range(128)) + b" " * 128


def bare(text: str) -> str:
    """A folded text without punctuation: full stops and apostrophes vanish, all else parts words; may be empty."""
    ascii_only = text if text.isascii() else anyascii(text)
    return b" ".join(ascii_only.encode("ascii", "ignore").translate(_BARE, b".'`").split()).decode()


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return fold(text)


def alike(a: str, b: str) -> float:
    """Likeness of two texts by folded form: the better of Jaro-Winkler and sorted-token ratio, 0..1."""
    a, b = sorted((_folded(a), _folded(b)))
    if a == b:
        return 1.0
    return min(0.999, max(JaroWinkler.similarity(a, b), token_sort_ratio(a, b) / 100))
