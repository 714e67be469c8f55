"""A person's name taken apart for comparing: titles dropped, any of the usual orders, upper-case ASCII.

What a source keeps apart (forenames, surname) stays apart; a full name is split at its last word, or at a comma.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import takewhile
from typing import Final, NamedTuple

from graph.resolution.forenames import listed, surname_listed
from graph.values.folding import bare

TITLES: Final = frozenset(
    [
        "MR",
        "MRS",
        "MS",
        "MISS",
        "MX",
        "MASTER",
        "DR",
        "PROF",
        "PROFESSOR",
        "SIR",
        "DAME",
        "LORD",
        "LADY",
        "BARON",
        "BARONESS",
        "EARL",
        "COUNT",
        "COUNTESS",
        "VISCOUNT",
        "REV",
        "REVEREND",
        "FR",
        "FATHER",
        "BROTHER",
        "SISTER",
        "RABBI",
        "IMAM",
        "SHEIKH",
        "HON",
        "RT",
        "CLLR",
        "COUNCILLOR",
        "CAPT",
        "CAPTAIN",
        "MAJ",
        "MAJOR",
        "COL",
        "COLONEL",
        "LT",
        "SGT",
        "CPL",
        "PC",
        "DC",
        "DS",
        "DI",
        "DCI",
        "HERR",
        "FRAU",
        "MONSIEUR",
        "MADAME",
        "SENOR",
        "SENORA",
        "SIGNOR",
        "DOTT",
        "ING",
        "MAG",
    ]
)
AFTER: Final = frozenset(
    [
        "JR",
        "SR",
        "JNR",
        "SNR",
        "II",
        "III",
        "IV",
        "OBE",
        "MBE",
        "CBE",
        "KBE",
        "PHD",
        "FCA",
        "ACA",
        "FRICS",
        "MRICS",
        "BSC",
        "MSC",
        "MBA",
        "DL",
        "QC",
        "KC",
        "ESQ",
    ]
)
GENERATIONS: Final = {"SR": 1, "SNR": 1, "JR": 2, "JNR": 2, "II": 2, "III": 3, "IV": 4}
"""Father and son of one name are two; "Senior" and "Junior" in full are surnames too, and tell nothing."""

_MEN: Final = ["MR", "SIR", "LORD", "BARON", "VISCOUNT", "MASTER", "HERR", "MONSIEUR", "SENOR", "SIGNOR"]
_WOMEN: Final = ["MRS", "MISS", "MS", "DAME", "LADY", "BARONESS", "COUNTESS", "FRAU", "MADAME", "SENORA"]
_BEFORE: Final = TITLES | {"AND"}
_SPOKEN_OF: Final = dict.fromkeys(_MEN, "M") | dict.fromkeys(_WOMEN, "F")

# Not Sir, Dame and Sister, whom a forename follows.
_BEFORE_SURNAMES: Final = frozenset([
    "MR", "MRS", "MS", "MISS", "MX", "DR", "PROF", "PROFESSOR", "REV", "REVEREND", "CAPT", "CAPTAIN", "MAJ", "MAJOR", "COL", "COLONEL",
    "SGT", "CLLR", "COUNCILLOR", "HERR", "FRAU", "MONSIEUR", "MADAME", "SENOR", "SENORA", "SIGNOR"
])  # fmt: skip

PARTICLES: Final = frozenset(
    [
        "VAN",
        "VON",
        "DE",
        "DER",
        "DEN",
        "DEL",
        "DELLA",
        "DI",
        "DA",
        "DOS",
        "DU",
        "LA",
        "LE",
        "AL",
        "EL",
        "BIN",
        "IBN",
        "BINT",
        "ABU",
        "TER",
        "TEN",
        "ST",
    ]
)

# What a phone book's owner writes beside a first name, to know who it was.
SAVED_AS: Final = frozenset([
    "ACCOUNTANT", "AGENT", "ALLOTMENT", "BABYSITTER", "BAND", "BOILER", "BOXING", "BROKER", "BUILDER", "CAB", "CABS", "CARER",
    "CHILDMINDER", "CHOIR", "CLEANER", "CLEANING", "CLUB", "COACH", "COLLEAGUE", "COLLEGE", "CRICKET", "DECORATOR", "DELIVERY",
    "DENTIST", "DOCTOR", "ELECTRICIAN", "ESTATE", "FLAT", "FLATMATE", "FOOTBALL", "GARAGE", "GOLF", "GYM", "HAIRDRESSER", "HANDYMAN",
    "HEATING", "HOME", "HOSPITAL", "HOUSEMATE", "INSURANCE", "LANDLADY", "LANDLORD", "LETTINGS", "MANAGER", "MECHANIC", "MOBILE",
    "NAILS", "NANNY", "NEIGHBOUR", "NURSERY", "OFFICE", "OPTICIAN", "PHARMACY", "PHYSIO", "PLASTERER", "PLAYGROUP", "PLUMBER", "PTA",
    "PUB", "ROOFER", "RUGBY", "RUN", "SCHOOL", "SHOP", "SOLICITOR", "SURGERY", "SWIMMING", "TAXI", "TEACHER", "TENANT", "TENNIS",
    "UNI", "UNIVERSITY", "VET", "WORK", "YOGA"
])  # fmt: skip


class Parsed(NamedTuple):
    """Folded parts. first, last: None when the name has none. middle: the other forenames, "" for none.

    formal: the source keeps forenames and surname apart, so that a missing middle name says something.
    title: "M" or "F" where the title tells. generation: 1 for senior, 2 for junior and II, and so on. former: a surname borne before."""

    first: str | None
    middle: str
    last: str | None
    formal: bool
    title: str | None = None
    generation: int | None = None
    former: str | None = None


# In capitals NEE is a surname too, unless it stands in brackets.
_FORMER: Final = re.compile(
    r"(?<=\w)(?:,?\s+(?:née|né|nee|formerly|geb\.|NÉE|FORMERLY|Née|Formerly)|\s*[(\[](?:née|nee|born|formerly|geb\.?|NÉE|NEE|BORN|FORMERLY|Née|Nee|Formerly))"
    r"\s+([^()\[\],]+)[)\]]?"
)


@lru_cache(maxsize=200_000)
def parse(
    name: str, forenames: str, surname: str, title: str = "", honours: str = "", former: str = ""
) -> Parsed:
    """The parts of a name as stated; forenames and surname "" where only a full name is there, and so title, honours and former.

    former: a name borne before; else what stands behind "née", or "(formerly …)"."""
    if found := _FORMER.search(name):
        name, former = name[: found.start()] + name[found.end() :], former or found[1]
    if former:
        words, before = _words(_letters(former), TITLES), _parts(former, "", "")
        held = parse(name, forenames, surname, title, honours)
        was = " ".join(words) if words[:1] and words[0] in PARTICLES else before.last or before.first
        return held._replace(former=was if was != held.last else None)
    head, comma, tail = name.partition(",")
    whole = _plain(name)
    said = [_plain(title), whole, _plain(tail), _plain(forenames)]
    after = [whole[1:], _plain(surname)[1:], _plain(head)[1:] if comma else [], _plain(honours)]
    return _parts(name, forenames, surname)._replace(title=_title(said), generation=_generation(after))


def _title(texts: list[list[str]]) -> str | None:
    """Of whom the titles before a name speak; None when of nobody, or of both ("Mr & Mrs")."""
    told = {_SPOKEN_OF.get(word) for words in texts for word in takewhile(_BEFORE.__contains__, words)} - {
        None
    }
    return told.pop() if len(told) == 1 else None


def _generation(texts: list[list[str]]) -> int | None:
    told = {GENERATIONS[word] for words in texts for word in words if word in GENERATIONS}
    return told.pop() if len(told) == 1 else None


def _parts(name: str, forenames: str, surname: str) -> Parsed:
    name, forenames, surname = _letters(name), _letters(forenames), _letters(surname)
    if surname and forenames:
        given, family = _words(forenames, TITLES), _words(surname, frozenset(GENERATIONS))
        if given and family and family[-1] not in SAVED_AS:
            return Parsed(given[0], " ".join(given[1:]), " ".join(family), True)
    before, comma, after = name.partition(",")
    if comma and AFTER.issuperset(_plain(after)):
        name, comma = before, ""
    if comma and _words(after, TITLES | AFTER) and _words(before, TITLES):
        given, family = _words(after, TITLES | AFTER), _words(before, TITLES | frozenset(GENERATIONS))
        return Parsed(given[0], " ".join(given[1:]), " ".join(family), False)
    words = _words(name or f"{forenames} {surname}", TITLES)
    while len(words) > 2 and words[-1] in AFTER:
        words.pop()
    if len(words) < 2:
        alone = words[0] if words else None
        if alone and _surname_alone(alone, _plain(name), surname, forenames):
            return Parsed(None, "", alone, False)
        return Parsed(alone, "", None, False)
    if words[-1] in SAVED_AS:
        while len(words) > 1 and words[-1] in SAVED_AS:
            words.pop()
        return Parsed(words[0], "", words[1] if len(words) > 1 else None, False)
    start = len(words) - 1
    while start > 1 and words[start - 1] in PARTICLES:
        start -= 1
    return Parsed(words[0], " ".join(words[1:start]), " ".join(words[start:]), False)


def _surname_alone(word: str, name: list[str], surname: str, forenames: str) -> bool:
    """Whether a name of one word is a surname: the source says so, or a title stands before what nobody bears as a forename alone."""
    if surname and not forenames:
        return word in _plain(surname)
    return (
        name[:1] != [word]
        and name[:1] != []
        and name[0] in _BEFORE_SURNAMES
        and (surname_listed(word) or not listed(word))
    )


def _plain(text: str) -> list[str]:
    return bare(_letters(text)).split() if text else []


def _letters(text: str) -> str:
    """The text without pictures and signs, which would be folded to words ("airplane")."""
    if text.isascii():
        return text
    return "".join(
        " " if unicodedata.category(c) in ("So", "Sk", "Sm", "Cf", "Cn", "Co", "Me") else c for c in text
    )


def _words(text: str, dropped: frozenset[str]) -> list[str]:
    """Folded words that hold a letter, without those dropped, unless nothing else is there."""
    words = [word for word in bare(text).split() if any(c.isalpha() for c in word)]
    kept = [word for word in words if word not in dropped]
    return kept or words
