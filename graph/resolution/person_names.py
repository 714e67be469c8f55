"""A person's name taken apart for comparing: titles dropped, any of the usual orders, upper-case ASCII.

What a source keeps apart (forenames, surname) stays apart; a full name is split at its last word, or at a comma.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

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
SAVED_AS: Final = frozenset(["GYM", "VET", "WORK", "LANDLORD", "LANDLADY", "ALLOTMENT", "MOBILE", "HOME", "OFFICE", "PLUMBER", "TAXI", "CAB", "DENTIST", "DOCTOR", "NEIGHBOUR", "BUILDER", "ELECTRICIAN", "GARAGE", "FOOTBALL", "CHOIR", "YOGA", "UNI", "PUB"])  # fmt: skip

# One line a name: what it is short for first, then its short and familiar forms.
_SHORT: Final = """DAVID DAVE DAVEY
JAMES JIM JIMMY JAMIE
ANDREW ANDY DREW
MICHAEL MIKE MICK MICKY MICKEY
ROBERT BOB BOBBY ROB ROBBIE BERT
RICHARD DICK RICK RICKY RICH
PETER PETE
CHRISTOPHER CHRIS KIT
STEPHEN STEVE STEVEN STEPH STEVIE
THOMAS TOM TOMMY
DANIEL DAN DANNY
MATTHEW MATT
WILLIAM BILL BILLY WILL LIAM WILLY
JONATHAN JON JONNY
JOHN JACK JOHNNY JOHNNIE
ANTHONY TONY ANTONY
PHILIP PHIL PHILLIP PIP
BENJAMIN BEN BENNY BENJI
ALEXANDER ALEX ALEC SANDY SASHA
NICHOLAS NICK NICKY NICOLAS
SAMUEL SAM SAMMY
TIMOTHY TIM
EDWARD TED ED EDDIE NED TEDDY
JOSEPH JOE JOEY
GEORGE GEORGIE
CHARLES CHARLIE CHAS CHUCK
KENNETH KEN KENNY
RONALD RON RONNIE
RAYMOND RAY
GERALD GERRY JERRY
LAWRENCE LARRY LAURENCE LAURIE
FREDERICK FRED FREDDIE FREDDY
ALBERT AL ALBIE
HENRY HARRY HAL
LEONARD LEN LENNY
PATRICK PADDY PAT
STUART STU STEWART
GREGORY GREG
GRAHAM GRAEME
TERENCE TERRY
VINCENT VINCE VINNY
MARTIN MARTY
SIMON SI
ELIZABETH LIZ LIZZIE BETH BETTY LIBBY BESS ELIZA BETTE ELISABETH
CATHERINE CATH CATHY KATE KATIE KATHERINE KATHRYN KATHY KAY
MARGARET MAGGIE MEG PEGGY MADGE MARGE
SUSAN SUE SUSIE SUZANNE
SARAH SALLY SARA
REBECCA BECKY BECCA
JENNIFER JENNY JEN
VICTORIA VICKY VICKI TORI
PATRICIA TRISH TRICIA PATTY
DEBORAH DEBBIE DEBRA DEB
CHRISTINE TINA CHRISSIE CHRISTINA
SAMANTHA SAMMIE
JACQUELINE JACKIE JACQUI
AMANDA MANDY
ALISON ALI ALLISON
JOANNE JO JOANNA
NATALIE NAT
ALEXANDRA ALEXA LEXI
CHARLOTTE LOTTIE CHARLEY
DOROTHY DOT DOTTY DOLLY
ELEANOR ELLIE NELL NELLIE
FLORENCE FLO FLOSSIE
FRANCES FRAN FANNY FRANCIS FRANK FRANKIE
GERTRUDE TRUDY
HELEN NELLY
BARBARA BARB BABS
THERESA TERESA TESS TESSA
VALERIE VAL
MOHAMMED MUHAMMAD MOHAMED MOHAMMAD MO MUHAMMED MOHAMAD
AHMED AHMAD
HUSSAIN HUSSEIN HUSAIN
KRZYSZTOF KRIS
TOMASZ TOMEK
MALGORZATA GOSIA
KATARZYNA KASIA
AGNIESZKA AGA
ALEKSANDR OLEKSANDR SASHA
DMITRY DIMA DMITRI DMITRIY
SERGEI SERGEY SERHII"""


class Parsed(NamedTuple):
    """Folded parts. first, last: None when the name has none. middle: the other forenames, "" for none.

    formal: the source keeps forenames and surname apart, so that a missing middle name says something."""

    first: str | None
    middle: str
    last: str | None
    formal: bool


def canonical() -> dict[str, str]:
    """What a familiar form is short for; a form of several is of the first one that names it."""
    found: dict[str, str] = {}
    for line in _SHORT.splitlines():
        full, *short = line.split()
        for form in (full, *short):
            found.setdefault(form, full)
    return found


@lru_cache(maxsize=200_000)
def parse(name: str, forenames: str, surname: str) -> Parsed:
    """The parts of a name as stated; forenames and surname "" where only a full name is there."""
    name, forenames, surname = _letters(name), _letters(forenames), _letters(surname)
    if surname and forenames:
        given, family = _words(forenames, TITLES), _words(surname, frozenset())
        if given and family and family[-1] not in SAVED_AS:
            return Parsed(given[0], " ".join(given[1:]), " ".join(family), True)
    before, comma, after = name.partition(",")
    if comma and _words(after, TITLES | AFTER) and _words(before, TITLES):
        given, family = _words(after, TITLES | AFTER), _words(before, TITLES)
        return Parsed(given[0], " ".join(given[1:]), " ".join(family), False)
    words = _words(name or f"{forenames} {surname}", TITLES)
    while len(words) > 2 and words[-1] in AFTER:
        words.pop()
    if len(words) < 2:
        return Parsed(words[0] if words else None, "", None, False)
    if words[-1] in SAVED_AS:
        return Parsed(words[0], "", words[1] if len(words) > 2 else None, False)
    start = len(words) - 1
    while start > 1 and words[start - 1] in PARTICLES:
        start -= 1
    return Parsed(words[0], " ".join(words[1:start]), " ".join(words[start:]), False)


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
