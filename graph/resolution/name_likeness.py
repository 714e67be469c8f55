"""How alike two names are, of a person or of a body, with nothing else to go by: 0 to 1, for ranking.

Words are paired off, whatever their order; what stands on one side alone counts little (a middle name, a legal form),
what stands against another word counts against. The same for one pair and for many: rapidfuzz and tables, no training.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from graph.resolution.forenames import canonical
from graph.resolution.name_words import AFTERWARDS, BEFORE, FORMS, LIGHT, one_way
from graph.values.company_name import key

_SKELETON: Final = (
    ("SCH", "S"), ("TSCH", "C"), ("SZCZ", "S"), ("CZ", "C"), ("CH", "C"), ("SH", "S"), ("SZ", "S"), ("ZH", "J"), ("DJ", "J"), ("DZ", "J"),
    ("PH", "F"), ("GH", "G"), ("KH", "H"), ("TH", "T"), ("DH", "D"), ("TZ", "S"), ("TS", "S"), ("CK", "K"), ("KS", "X"), ("OU", "U"), ("EI", "I"),
)  # fmt: skip
PENALTY: Final = 1.5
"""How much what two paired words lack of being the same counts against them."""
AGAINST: Final = 2.5
"""How much a word counts against that stands against another one."""
OVER: Final = 0.25
"""How much one counts that stands alone."""
_NUMBER: Final = re.compile(r"\d+(ST|ND|RD|TH)?$")
"""Of two of these near is not alike: 11 and 12, 21st and 31st."""
_LETTERS: Final = str.maketrans("QCWZGYE", "KKVSKIA")


def likeness(a: str, b: str) -> float:
    """How alike two names are, 0..1; symmetric; 0 where one says nothing."""
    first, second = _words(a), _words(b)
    if not first or not second:
        return 0.0
    a_words, b_words = sorted((first, second))
    if a_words == b_words:
        return 1.0
    return round(max(_paired(a_words, b_words), _solid(a_words, b_words)), 6)


@lru_cache(maxsize=100_000)
def _words(name: str) -> tuple[str, ...]:
    before, comma, after = name.partition(",")
    text = f"{after} {before}" if comma and not set(key(after).split()) & FORMS else name
    found: list[str] = []
    for word in one_way(key(text).split()):
        if found[-1:] != [word]:
            found.append(word)
    return tuple(found)


def _weights(words: tuple[str, ...]) -> dict[int, float]:
    """What each word counts, by its place. A title counts little before another word of the name."""
    last = max((n for n, word in enumerate(words) if word not in FORMS and word not in AFTERWARDS), default=0)
    return {n: 0.15 if word in BEFORE and n < last else _weight(word) for n, word in enumerate(words)}


@lru_cache(maxsize=100_000)
def _weight(word: str) -> float:
    if word in FORMS:
        return 0.1
    if word in LIGHT:
        return 0.15
    if len(word) == 1:
        return 0.35
    return 1.0 if len(word) > 2 or _NUMBER.match(word) else 0.7


def _paired(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """Words paired off best first: alike, against one another, or alone."""
    ranked = sorted(
        ((_alike(x, y), -abs(i - j), i, j) for i, x in enumerate(a) for j, y in enumerate(b)), key=lambda r: (-r[0], -r[1], r[2], r[3])
    )  # fmt: skip
    left, right = _weights(a), _weights(b)
    good = bad = 0.0
    for alike, _, i, j in ranked:
        if alike >= 0.62 and i in left and j in right:
            weight = (left.pop(i) + right.pop(j)) / 2
            good += weight * alike
            bad += weight * (1 - alike) * PENALTY
    alone = (sum(left.values()), sum(right.values()))
    against, over = min(alone), abs(alone[0] - alone[1])
    if not good:
        return 0.0
    return good / (good + bad + AGAINST * against + OVER * over)


@lru_cache(maxsize=200_000)
def _alike(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if _NUMBER.match(a) or _NUMBER.match(b):
        return 0.0
    if canonical(a) == canonical(b):
        return 0.95
    if len(a) == 1 or len(b) == 1:
        return 0.8 if a[0] == b[0] else 0.0
    short = min(len(a), len(b))
    edits = DamerauLevenshtein.distance(a, b)
    if _skeleton(a) == _skeleton(b) and short > 2:
        return 0.93
    if edits == 1 and short >= 4:
        return 0.9 if short >= 5 else 0.85
    if edits == 2 and short >= 7:
        return 0.82
    near = JaroWinkler.similarity(a, b)
    return near * 0.85 if near >= 0.88 else near * 0.6 if near > 0.8 else 0.0


@lru_cache(maxsize=100_000)
def _skeleton(word: str) -> str:
    """A word as any alphabet's spelling of it might come out: consonants and the first vowel, one letter a sound."""
    for old, new in _SKELETON:
        word = word.replace(old, new)
    word = word.translate(_LETTERS)
    kept = word[:1] + re.sub(r"[AIOUH]", "", word[1:])
    return re.sub(r"(.)\1+", r"\1", kept)


def _solid(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """Words joined or parted otherwise: the names without their spaces."""
    x = "".join(w for w in a if w not in FORMS and w not in ("THE",))
    y = "".join(w for w in b if w not in FORMS and w not in ("THE",))
    if min(len(x), len(y)) < 5:
        return 0.97 if x == y and x else 0.0
    if x == y or (sorted(x) == sorted(y) and JaroWinkler.similarity(x, y) > 0.9):
        return 0.97
    if re.findall(r"\d+", x) != re.findall(r"\d+", y):
        return 0.0
    edits = DamerauLevenshtein.distance(x, y)
    return max(0.0, 1 - 1.7 * edits / max(len(x), len(y))) * 0.97
