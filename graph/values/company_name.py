"""Names of companies, and the key on which a stated name agrees with a registered one."""

from __future__ import annotations

import re

from graph.errors import InvalidValue
from graph.values import name as names
from graph.values.base import ValueType
from graph.values.folding import alike, bare
from graph.values.legal_forms import HINTS, PHRASES, WORDS

_PHRASE = re.compile("|".join(rf"\b{phrase}\b" for phrase in sorted(PHRASES, key=lambda p: (-len(p), p))))


def clean(raw: str) -> str:
    """As a name: NFC, white space tidied, case kept; 1 to 1,000 characters."""
    try:
        return names.clean(raw)
    except InvalidValue as error:
        raise InvalidValue("company_name", raw[:80], "a name of 1 to 1,000 characters") from error


def key(name: str) -> str:
    """What two names of one company must share to agree; "" when nothing of the name is a letter or digit.

    Upper-case ASCII (anyascii), & is AND, full stops and apostrophes vanish, other punctuation is a space, and
    legal forms are unified (legal_forms.py): "Foo & Bar (U.K.) Limited" -> "FOO AND BAR UK LTD".
    """
    text = bare(name.replace("&", " AND "))
    words = text.split(" ")
    if not HINTS.isdisjoint(words):
        words = _PHRASE.sub(lambda match: PHRASES[match[0]], text).split(" ")
    return " ".join([WORDS.get(word, word) for word in words])


def compare(a: str, b: str) -> float:
    """1.0 when the keys are equal and not empty, else the likeness of the keys."""
    key_a, key_b = key(a), key(b)
    return alike(key_a, key_b) if key_a and key_b else alike(a, b)


VALUE = ValueType("company_name", clean, compare)
