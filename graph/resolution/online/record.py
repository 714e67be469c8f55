"""What somebody asks about: one record's fields, cleaned by their value types into what a source would have said.

A field that cannot be read is told as a fault and left out; the rest of the record is answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from graph.errors import InvalidValue
from graph.resolution.online.columns import Said, Tie
from graph.values import clean
from graph.values.folding import bare, tidy

FIELDS: Final = ("name", "forenames", "surname", "title", "birth_date", "nationality", "country", "occupation", "phone", "email", "url",
                 "handle", "address", "postcode", "company_name", "company_number", "value")  # fmt: skip
"""Of a record. value: of a bare list, whatever it is: a phone, an e-mail address, a company's number, or a name."""

ALSO: Final = {
    "full_name": "name", "first_name": "forenames", "first_names": "forenames", "middle_name": "middle_name", "last_name": "surname",
    "family_name": "surname", "dob": "birth_date", "date_of_birth": "birth_date", "birth_year": "birth_date", "born": "birth_date",
    "country_of_residence": "country", "residence": "country", "jurisdiction": "country", "telephone": "phone", "mobile": "phone",
    "phone_number": "phone", "e_mail": "email", "email_address": "email", "website": "url", "post_code": "postcode", "employer": "company_name",
    "company": "company_name", "registration_number": "company_number", "number": "value", "nominal": "value",
}  # fmt: skip
"""Other names of the fields, as lists' headers have them."""

KINDS: Final = ("Person", "Organisation")
LONGEST: Final = 1000
"""Characters of a field."""
MANY: Final = 20
"""Values of one field, parted by semicolons."""
_NAMES: Final = frozenset({"name", "forenames", "surname", "company_name"})
_ONCE: Final = frozenset({"name", "surname", "title", "birth_date", "nationality", "country", "occupation"})
"""Fields of which one value is compared."""
_OF_PEOPLE: Final = ("forenames", "surname", "title", "birth_date", "nationality", "occupation")
_ISSUER: Final = "GB-COH"
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
_POSTCODE: Final = re.compile(r"\b([A-Z]{1,2}[0-9][0-9A-Z]?\s*[0-9][A-Z]{2})\s*$", re.IGNORECASE)


class Fault(NamedTuple):
    """A field that could not be read."""

    field: str
    value: str
    remedy: str


Values = Mapping[str, Sequence[str]]
"""A record as asked: texts by field, of FIELDS."""


def read(kind: str, values: Values) -> tuple[Said | None, list[Fault]]:
    """What a record says; None when nothing of it can be read.

    kind: Person or Organisation. Raises InvalidValue for another."""
    if kind not in KINDS:
        raise InvalidValue("kind", kind, "Person or Organisation")
    faults: list[Fault] = []
    told = {name: _told(name, some, faults) for name, some in values.items()}
    bare_ones: dict[str, list[str]] = {}
    for text in told.pop("value", ()):
        bare_ones.setdefault(guess(text), []).append(text)
    for name, some in bare_ones.items():
        told[name] = _told(name, [*told.get(name, ()), *some], faults)
    said = _person(told, faults) if kind == "Person" else _organisation(told, faults)
    if said.props or said.ties or said.keys or said.caption:
        return said, faults
    return None, faults or [
        Fault("the whole record", "", f"Nothing is said: give some of {', '.join(FIELDS)}.")
    ]


def guess(text: str) -> str:
    """What a bare value is: the name of its field."""
    if "@" in text:
        return "email"
    for name, form in (("phone", r"[+(0-9][0-9 ().\-+]{8,}"), ("company_number", r"[A-Za-z]{0,2}[0-9]{5,8}")):
        if re.fullmatch(form, text) and _cleaned(name, text) is not None:
            return name
    return "url" if re.match(r"(https?://|www\.)", text) else "name"


def _told(name: str, some: Sequence[str], faults: list[Fault]) -> list[str]:
    """The texts of a field that hold something."""
    if name not in FIELDS:
        faults.append(Fault(name, "", f"There is no such field; there are {', '.join(FIELDS)}."))
        return []
    found = [text for one in some if (text := tidy(one or ""))]
    faults += [
        Fault(name, text[:80], f"Give at most {LONGEST} characters.") for text in found if len(text) > LONGEST
    ]
    found = [text for text in found if len(text) <= LONGEST]
    if name in _NAMES:
        faults += [
            Fault(name, text, "It has no letter or digit to compare.") for text in found if not bare(text)
        ]
        found = [text for text in found if bare(text)]
    most = 1 if name in _ONCE else MANY
    if len(found) > most:
        remedy = (
            f"Give at most {MANY} values."
            if most > 1
            else "Only the first is compared: ask for another in a record of its own."
        )
        faults += [Fault(name, text[:80], remedy) for text in found[most : most + 1]]
    return found[:most]


def _person(told: Mapping[str, list[str]], faults: list[Fault]) -> Said:
    props = {
        name: " ".join(told[name]) for name in ("name", "forenames", "surname", "title") if told.get(name)
    }
    if "name" not in props and ("forenames" in props or "surname" in props):
        props["name"] = " ".join(props[one] for one in ("forenames", "surname") if one in props)
    for name, ours in (
        ("nationality", "nationality"),
        ("country", "country_of_residence"),
        ("occupation", "occupation"),
    ):
        if told.get(name):
            props[ours] = told[name][0]
    for text in told.get("birth_date", ())[:1]:
        if born := _checked("birth_date", text, faults, "Write 1961-04-09, 1961-04, 1961 or 09/04/1961."):
            props["birth_date"] = born
    numbers = _numbers(told, faults)
    ties = [Tie("OFFICER_OF", "Company", (key,)) for key in numbers]
    ties += [Tie("WORKS_FOR", "Organisation", (), {}, name) for name in told.get("company_name", ())]
    return Said("Person", props, props.get("name", ""), (), (*ties, *_contacts(told, faults)))


def _organisation(told: Mapping[str, list[str]], faults: list[Fault]) -> Said:
    for name in _OF_PEOPLE:
        faults += [Fault(name, text[:80], "Not compared of an organisation.") for text in told.get(name, ())]
    names = [*told.get("company_name", ()), *told.get("name", ())]
    faults += [Fault("company_name", text[:80], "Only the first name is compared.") for text in names[1:]]
    props = {"name": names[0]} if names else {}
    if told.get("country"):
        props["country_registered"] = told["country"][0]
    keys = _numbers(told, faults)
    faults += [
        Fault("company_number", key.rpartition("/")[2], "Only the first is compared.") for key in keys[1:]
    ]
    keys = keys[:1]
    if keys:
        props["company_number"] = keys[0].rpartition("/")[2]
    return Said("Company", props, props.get("name", ""), tuple(keys), tuple(_contacts(told, faults)))


def _numbers(told: Mapping[str, list[str]], faults: list[Fault]) -> list[str]:
    remedy = "Write a number of the UK register, such as 01234567 or SC123456."
    found = (_checked("company_number", text, faults, remedy) for text in told.get("company_number", ()))
    return [f"company_number:{_ISSUER}/{number}" for number in found if number]


_REACHED: Final = {
    "phone": ("HAS_PHONE", "Phone", "Write it as it is dialled: 020 7946 0000 or +33 1 99 00 12 34."),
    "email": ("HAS_EMAIL", "Email", "Write name@example.org."),
    "url": ("HAS_WEBSITE", "Website", "Write https://example.org."),
    "handle": ("HAS_HANDLE", "Handle", "Write platform/name."),
}


def _contacts(told: Mapping[str, list[str]], faults: list[Fault]) -> list[Tie]:
    found = [
        Tie(link, kind, (f"{name}:{value}",))
        for name, (link, kind, remedy) in _REACHED.items()
        for text in told.get(name, ())
        if (value := _checked(name, text, faults, remedy))
    ]
    codes = list(told.get("postcode", ()))
    for text in told.get("address", ()):
        if match := _POSTCODE.search(text):
            codes.append(match[1])
        else:
            faults.append(
                Fault("address", text[:80], "Only its postcode is compared, and none stands at its end.")
            )
    remedy = "Write a postcode such as SW1A 2AA."
    places = (_checked("postcode", text, faults, remedy) for text in codes)
    return found + [Tie("HAS_ADDRESS", "Address", (), {"postcode": value}) for value in places if value]


def _date(text: str) -> str:
    match = _DAY_FIRST.fullmatch(text)
    return clean("partial_date", f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}" if match else text)


_CLEAN: Final[Mapping[str, Callable[[str], str]]] = {"birth_date": _date}


def _cleaned(name: str, text: str) -> str | None:
    try:
        return _CLEAN[name](text) if name in _CLEAN else clean(name, text)
    except InvalidValue:
        return None


def _checked(name: str, text: str, faults: list[Fault], remedy: str) -> str | None:
    found = _cleaned(name, text)
    if found is None:
        faults.append(Fault(name, text[:80], remedy))
    return found
