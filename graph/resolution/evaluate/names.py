"""Names taken apart: a person's, and an organisation's."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import jellyfish

from graph.resolution.forenames import canonical
from graph.resolution.person_names import GENERATIONS, PARTICLES, Parsed, parse
from graph.values import company_name
from graph.values.folding import bare
from graph.values.legal_forms import WORDS as _FORMS

Texts = tuple[str, ...]

LEGAL: Final = frozenset(_FORMS.values()) | {"LLC", "LP", "CIC", "GMBH", "AG", "SA", "SAS", "SARL", "SRL", "SPA", "BV", "NV", "OY", "AB",
    "AS", "APS", "KG", "PTY", "PTE", "OOO", "OAO", "ZAO", "PAO", "JSC", "OJSC", "PJSC", "CJSC", "SE", "THE"}  # fmt: skip

_AFTER: Final = {**GENERATIONS, "SENIOR": 1, "JUNIOR": 2, "I": 1}
"""What tells father from son, behind a name."""


class Person(NamedTuple):
    first: str | None
    canon: str | None
    middle: str | None
    last: str | None
    aliases: list[str]
    firsts: list[str]
    lasts: list[str]
    after: int | None


def person(names: Texts, firsts: Texts, middles: Texts, lasts: Texts) -> Person:
    """Several forenames or surnames in one row are other names of the person: the first of each is compared first."""
    after = next(
        (w for text in (*lasts, *names, *firsts) if (w := _AFTER.get((bare(text).split() or [""])[-1]))), None
    )
    firsts, lasts, names = _without(firsts), _without(lasts), _without(names)
    given, family, middle = firsts[0] if firsts else "", lasts[0] if lasts else "", " ".join(middles)
    if given and family:
        parsed = parse("", f"{given} {middle}", family)
    elif given or family:
        parsed = Parsed(word(given), bare(middle), word(family), False)
    else:
        parsed = parse(names[0] if names else "", "", "")
    stated = [*names, *(f"{f} {s}" for f in firsts for s in lasts)]
    canon = parsed.first and canonical(parsed.first)
    mine = {canon, parsed.first, *parsed.middle.split(), *(w for f in firsts for w in bare(f).split())}
    ours = {*(parsed.last or "").split(), *(w for s in lasts for w in bare(s).split())} - PARTICLES
    return Person(
        parsed.first,
        canon,
        parsed.middle or None,
        parsed.last,
        sorted({key for key in map(_sorted_name, stated) if " " in key}),
        sorted(w for w in mine if w),
        sorted(ours),
        after,
    )


def _without(texts: Texts) -> Texts:
    """Names without the JUNIOR at their end."""
    return tuple(
        " ".join(text.split()[:-1])
        if (bare(text).split() or [""])[-1] in _AFTER and " " in text.strip()
        else text
        for text in texts
    )


def _sorted_name(name: str) -> str:
    return " ".join(sorted(word for word in bare(name).split() if word not in PARTICLES))


def word(text: str) -> str | None:
    return bare(text) or None


def body(*texts: Texts) -> tuple[str | None, str | None, list[str], list[str]]:
    names = [text for held in texts for text in held]
    keys = [k for k in (company_name.key(name) for name in names) if k]
    if not keys:
        return None, None, [], []
    plain = [bare_of_forms(k) for k in keys]
    codes = sorted({w for w in keys[0].split() if any(c.isdigit() for c in w)})
    return keys[0], plain[0], sorted(set(plain)), codes


def bare_of_forms(key: str) -> str:
    """A company's key without its legal form and "the", unless nothing else is there."""
    return " ".join(w for w in key.split() if w not in LEGAL) or key


@lru_cache(maxsize=500_000)
def sound(text: str) -> str:
    """How the words of a name sound, by NYSIIS of its letters; the text itself where it has none."""
    letters = "".join(c for c in text if c.isalpha())
    return (jellyfish.nysiis(letters) or letters)[:8] if letters else text
