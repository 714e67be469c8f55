"""Records of people for tests: an appointment, a controller, a phone book's entry."""

from __future__ import annotations

import json
from typing import Any

from tests.graph.batches import L, M, R


def props(**values: str) -> str:
    """A mention's properties as formats write them."""
    return json.dumps({name: [[value, None]] for name, value in values.items() if value})


def person(
    key: str, forenames: str, surname: str, born: str = "", *, company: str = "", phone: str = "", postcode: str = "",
    identifier: str = "", day: str = "2026-01-01", **more: str,
) -> R:  # fmt: skip
    """A record of one person and what it ties them to."""
    name = f"{forenames} {surname}"
    keys = (f"ch_person:GB-COH/{identifier}",) if identifier else ()
    said = props(name=name, forenames=forenames, surname=surname, birth_date=born, **more)
    mentions: list[Any] = [M("person", "Person", keys, name, authority=1, props=said)]
    links = []
    if company:
        mentions.append(M("company", "Company", (f"company_number:GB-COH/{company}",), authority=2))
        links.append(L("OFFICER_OF", "person", "company", role="director"))
    if phone:
        mentions.append(
            M("phone", "Phone", (f"phone:{phone}",), phone, authority=1, props=props(phone=phone))
        )
        links.append(L("HAS_PHONE", "person", "phone"))
    if postcode:
        where = f"1 HIGH STREET {postcode}"
        mentions.append(
            M(
                "address",
                "Address",
                (f"address:{where}",),
                where,
                authority=1,
                props=props(address=where, postcode=postcode),
            )
        )
        links.append(L("SERVICE_ADDRESS", "person", "address"))
    return R(key, day, tuple(mentions), tuple(links))
