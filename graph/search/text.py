"""Names as the search index reads them: the one place where text is folded, for documents and queries alike.

Folding: letters, marks and digits only (emoji and other symbols say nothing of a name, unless they are all of it: then each
is a token, "u1f697"), transliterated to ASCII by anyascii ("Müller" -> "muller", "Иванов" -> "ivanov"), lower case, apostrophes out ("O'Brien" -> "obrien"), every
other sign parts two tokens ("J.R." -> "j", "r").
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from graph.values.folding import fold
from graph.values.legal_forms import WORDS

TOKEN_LENGTH: Final = 64
"""Characters of a token that count; the rest is left out, in documents and queries alike."""

WEAK: Final = frozenset(
    {word.lower() for pair in WORDS.items() for word in pair}
    | {"lp", "cic", "llc", "gmbh", "ag", "bv", "nv", "oy", "srl", "spa", "sarl", "sa"}
    | {
        "the",
        "and",
        "of",
        "for",
        "de",
        "la",
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "sir",
        "holdings",
        "group",
        "services",
    }
)
"""Words too common to find anything by: a candidate need not hold them, the re-ranking still weighs them.
A fixed list on purpose: how common a word is among documents must not show (graph/search/names.py)."""

_APOSTROPHES: Final = re.compile("['’‘`´ʼʹʺ]")
_TOKENS: Final = re.compile(r"[a-z0-9]+")
_SUBSET, _INITIALS, _PREFIX = 0.9, 0.95, 0.9
_REST: Final = 75.0
"""Likeness that tokens must have which no initial stands for: one typo in a word of five letters is 80."""


def folded(text: str) -> str:
    """Lower-case ASCII tokens of a text, one space between; empty when it has no letter, digit or emoji."""
    return " ".join(tokens_of(text))


def tokens_of(text: str) -> list[str]:
    """The folded tokens of a text, in its order."""
    given = text
    text = _APOSTROPHES.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in text)
        text = _APOSTROPHES.sub("", fold(text))
    tokens = _TOKENS.findall(text.lower())
    if not tokens and not given.isascii():
        return [f"u{ord(sign):x}" for sign in given if unicodedata.category(sign) == "So"]
    return tokens if len(text) <= TOKEN_LENGTH else [token[:TOKEN_LENGTH] for token in tokens]


def whole(tokens: list[str]) -> str:
    """A digest of a name's tokens in any order: how a name that is equal to the query is found first."""
    return blake2b(" ".join(sorted(tokens)).encode(), digest_size=12).hexdigest()


def typos(token: str) -> int:
    """Edits forgiven in a token: 1 from four letters, 2 from eight; with a digit in it none below eight, then 1,
    because the number beside another is somebody else's."""
    if any(char.isdigit() for char in token):
        return 1 if len(token) >= 8 else 0
    return 0 if len(token) < 4 else 1 if len(token) < 8 else 2


def likeness(query: str, name: str) -> float:
    """How alike a folded query and a folded name are, 0..100, to one decimal: the best of

    * rapidfuzz token_sort_ratio (indel similarity of the sorted tokens: word order counts for nothing);
    * 0.90 x token_set_ratio (one holds all tokens of the other, or nearly);
    * 0.95 x token_sort_ratio after initials of either are written out with the other's words, if the rest is alike;
    * 90 when the name, or one of its tokens, begins with the whole query (numbers typed in part).
    """
    best = max(token_sort_ratio(query, name), _SUBSET * token_set_ratio(query, name))
    if len(query) >= 3 and f" {name}".find(f" {query}") >= 0:
        best = max(best, 100 * _PREFIX)
    if best < 100 * _INITIALS:
        ours, theirs = query.split(), name.split()
        if any(len(token) == 1 for token in ours) or any(len(token) == 1 for token in theirs):
            best = max(best, _INITIALS * _by_initials(ours, theirs))
    return round(best, 1)


def _by_initials(ours: list[str], theirs: list[str]) -> float:
    """token_sort_ratio after each initial is written out with the other's first unused longer token that begins with
    it; 0 when the tokens that no initial stands for are not alike by themselves: an initial proves nothing alone, so
    that a thing called "H" is not what "Holdco" means. Two initials of the query's are something ("J. S.")."""
    mine, held = _written_out(ours, theirs), _written_out(theirs, ours)
    rest_mine = [token for i, token in enumerate(ours) if i not in mine and i not in held.values()]
    rest_held = [token for i, token in enumerate(theirs) if i not in held and i not in mine.values()]
    if not (rest_mine or rest_held):
        if len(mine) < 2:
            return 0.0
    elif token_sort_ratio(" ".join(rest_mine), " ".join(rest_held)) < _REST:
        return 0.0
    return token_sort_ratio(
        " ".join(theirs[mine[i]] if i in mine else token for i, token in enumerate(ours)),
        " ".join(ours[held[i]] if i in held else token for i, token in enumerate(theirs)),
    )


def _written_out(tokens: list[str], other: list[str]) -> dict[int, int]:
    """For the position of each initial that the other has not, that of the other's token it may stand for."""
    found: dict[int, int] = {}
    for i, token in enumerate(tokens):
        if len(token) == 1 and token not in other:
            fits = (
                at
                for at, whole in enumerate(other)
                if at not in found.values() and len(whole) > 1 and whole[0] == token
            )
            at = next(fits, None)
            if at is not None:
                found[i] = at
    return found


@lru_cache(maxsize=65536)
def folded_name(name: str) -> str:
    """folded(), remembered: the re-ranking folds the names of popular documents over and over."""
    return folded(name)
