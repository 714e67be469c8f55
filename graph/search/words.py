"""The words of a text, each with its place: what texts are found by, and where a hit lies in its text.

A word is folded as names are (graph/search/text.py). Scripts that write without spaces (Han, kana, Thai …) are taken
character by character, and what is asked for is then found as a phrase.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple

from graph.errors import InvalidValue
from graph.search.text import TOKEN_LENGTH, tokens_of

LONGEST: Final = 1000
"""Characters that a question may have."""

MOST: Final = 32
"""Words and phrases that a question may have."""

_SIGNS: Final = "'’‘`´ʼ"
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PLAIN: Final = re.compile(rf"[A-Za-z0-9]+(?:[{_SIGNS}][A-Za-z0-9]+)*")


@cache
def _words() -> re.Pattern[str]:
    """A word of any script: letters and digits with their marks, and the apostrophes between them."""
    marks = "".join(
        chr(code)
        for code in range(0x300, min(sys.maxunicode, 0x1E95D))
        if unicodedata.category(chr(code))[0] == "M"
    )
    letter = rf"(?:(?![{_UNSPACED}])[^\W_]|[{marks}])"
    return re.compile(rf"[{_UNSPACED}]|{letter}+(?:[{_SIGNS}]{letter}+)*")


class Word(NamedTuple):
    """A folded word and its place in the text, in code points."""

    token: str
    start: int
    end: int


class Clause(NamedTuple):
    """One thing that a text must hold, or must not: these tokens one after the other, or a word that begins so."""

    tokens: tuple[str, ...]
    how: Literal["words", "prefix"] = "words"
    wanted: bool = True


def words_of(text: str) -> list[Word]:
    """The words of a text, in its order."""
    if text.isascii():
        return [Word(_bare(m[0]), m.start(), m.end()) for m in _PLAIN.finditer(text)]
    found = ((_folded(m[0]), m.start(), m.end()) for m in _words().finditer(text))
    return [Word(token, start, end) for token, start, end in found if token]


def tokens_in(text: str) -> list[str]:
    """The tokens of words_of alone, for what never shows where they stand."""
    if text.isascii():
        return [_bare(word) for word in _PLAIN.findall(text)]
    return [token for word in _words().findall(text) if (token := _folded(word))]


def _bare(word: str) -> str:
    return word.replace("'", "").replace("`", "").lower()[:TOKEN_LENGTH]


@lru_cache(maxsize=1 << 16)
def _folded(word: str) -> str:
    return "".join(tokens_of(word))[:TOKEN_LENGTH]


def asked(text: str) -> tuple[Clause, ...]:
    """What a question means: every word, "every phrase", -none of this, begin* … A chunk of several words without a
    space between, such as an e-mail address, is a phrase. () when it has no letter or digit.

    Raises InvalidValue for one longer than LONGEST, or of more than MOST parts."""
    if len(text) > LONGEST:
        raise InvalidValue("text", f"{len(text)} characters", f"at most {LONGEST} characters")
    clauses: dict[Clause, None] = {}
    for minus, quoted, chunk in re.findall(r'(?:(?<=\s)|^)(-?)(?:"([^"]*)"|(\S+))', text):
        tokens = tuple(word.token for word in words_of(quoted or chunk))
        if tokens:
            begins = chunk.endswith("*") and len(tokens) == 1
            clauses[Clause(tokens, "prefix" if begins else "words", not minus)] = None
    if len(clauses) > MOST:
        raise InvalidValue("text", f"{len(clauses)} words", f"at most {MOST} words and phrases")
    return tuple(clauses)


def places(text: str, clauses: Sequence[Clause]) -> list[tuple[int, int]]:
    """Where a text holds what is wanted: (start, end) in code points, in order, none over another."""
    words = words_of(text)
    marked = [False] * len(words)
    for clause in clauses:
        if not clause.wanted:
            continue
        n = len(clause.tokens)
        first = clause.tokens[0]
        for at, word in enumerate(words):
            if clause.how == "prefix":
                marked[at] = marked[at] or word.token.startswith(first)
            elif word.token == first and clause.tokens == tuple(w.token for w in words[at : at + n]):
                marked[at : at + n] = [True] * n
    return [(word.start, word.end) for word, hit in zip(words, marked, strict=True) if hit]
