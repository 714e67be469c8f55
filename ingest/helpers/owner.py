"""Who a phone book belongs to, as an analyst states it (`clew ingest --owner`), or as nobody does."""

from __future__ import annotations

import re
from typing import NamedTuple

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


def owner_of(text: str) -> Owner:
    """An owner from a text such as "Zo Elmwell +44 7700 900123 zo@example.org", in any order; all is optional."""
    emails = tuple(found for found in _EMAIL.findall(text) if clean_or_none("email", found))
    for found in emails:
        text = text.replace(found, " ", 1)
    phones = tuple(found for found in _PHONE.findall(text) if clean_or_none("phone", found))
    for found in phones:
        text = text.replace(found, " ", 1)
    return Owner(tidy(re.sub(r"[,;<>]", " ", text)), phones, emails)
