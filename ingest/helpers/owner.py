"""Who a phone book belongs to, as an analyst states it (`clew ingest --owner`), or as nobody does."""

from __future__ import annotations

import re
from typing import NamedTuple

from graph.errors import Refused
from graph.values import clean_or_none
from graph.values.folding import bare, tidy


class Owner(NamedTuple):
    """What is stated of an owner: as much as there is. phones, emails: as stated, readable ones only."""

    name: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]

    @property
    def key(self) -> str:
        """What tells this owner from others: numbers and addresses, else the name; "" for an unnamed one."""
        known = [clean_or_none("phone", text) for text in self.phones]
        known += [clean_or_none("email", text) for text in self.emails]
        return " ".join(sorted(text for text in known if text)) or bare(self.name) or tidy(self.name)


_EMAIL = re.compile(r"<?[^\s<>,;@]+@[^\s<>,;@]+\.[^\s<>,;@]+>?")
_PHONE = re.compile(r"\(?\+?[0-9][0-9()\s./-]{5,}[0-9]")


_MEANT = 5
"""Digits that no name has."""


def owner_of(text: str) -> Owner:
    """An owner from a text such as "Zo Elmwell +44 7700 900123 zo@example.org", in any order; all is optional.

    Raises Refused where what is left holds five digits or an @: it was meant for a number or an address."""
    emails = tuple(found for found in _EMAIL.findall(text) if clean_or_none("email", found))
    for found in emails:
        text = text.replace(found, " ", 1)
    phones = tuple(found for found in _PHONE.findall(text) if clean_or_none("phone", found))
    for found in phones:
        text = text.replace(found, " ", 1)
    if "@" in text or sum(c.isdigit() for c in text) >= _MEANT:
        raise Refused(
            f"--owner: {tidy(text)!r} is not a name, a telephone number or an e-mail address.",
            remedy="Write numbers whole, such as 07700 900123 or +33 1 99 00 12 34.",
        )
    return Owner(tidy(re.sub(r"[,;<>]", " ", text)), phones, emails)
