"""Persons with significant control and beneficial owners (formats.md 1.2), as snapshot, stream and API give them.

`describe_psc` tells what one record's `data` says about a company: controllers with their CONTROLS link, statements
and exemptions as dated values of the company.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from graph.errors import InvalidValue
from graph.ontology import ontology
from graph.values import company_number
from ingest.describe import Description, Fields, Properties, link_date, properties_of
from ingest.helpers.natures import control
from ingest.helpers.uk_address import describe_address, take_address
from ingest.helpers.uk_registers import on_uk_register, stated_facet, stated_key

PROTECTED: Final = "Protected person (super-secure)"
REGISTER_BEGAN: Final = "2016-04-06"
"""The day from which companies had to keep the register (Small Business, Enterprise and Employment Act 2015)."""

# Without white space or control characters, which no id has and some stores cut a key at.
_PATH = re.compile(r"/?company/([^/]+)/([!-~]+)")


def psc_key(path: str, statement: bool, field: str = "data.links.self") -> tuple[str, str]:
    """(record key, company number) of a `links.self` or `resource_uri`; raises InvalidValue, naming the field.

    The company number in the path is cleaned, so that "/company/1234567/…" and "company/01234567/…" are one record.
    Statements are marked: old ones share the path of the company's exemptions.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise InvalidValue(field, path, "/company/<number>/…")
    number = company_number.clean(match[1])
    return f"company/{number}/{match[2]}{'#statement' if statement else ''}", number


def company_reference(out: Description, number: str) -> None:
    """The company that a record is about, by its number alone."""
    out.mention(
        "company", "Company", authority=2, keys=(ontology().identifiers["company_number"].key(number),)
    )


def describe_psc(number: str, data: Fields, out: Description, kind: str | None = None) -> None:
    """What a record says about the company of a cleaned number; raises InvalidValue for a kind it does not know.

    kind: of data that does not say it itself."""
    kind = data.text("kind") or kind
    # etag: the register's version stamp of the record, which says nothing about anybody.
    data.ignore("etag")
    # links: its key (self), and the statement it takes the place of, which is a record of its own.
    data.inside("links").ignore("self", "statement")
    if kind not in _KINDS:
        raise InvalidValue("data.kind", kind, "a kind of person with significant control")
    _KINDS[kind](number, data, out)


_NAME_PARTS = (
    ("title", "title"),
    ("forename", "forename"),
    ("middle_name", "middle"),
    ("other_forenames", "other"),
    ("surname", "surname"),
)


def _individual(number: str, data: Fields, out: Description) -> None:
    company_reference(out, number)
    props = properties_of("Person")
    parts = data.inside("name_elements").texts_of(_NAME_PARTS)
    title, surname = parts.get("title"), parts.get("surname")
    forenames = _joined(parts.get("forename"), parts.get("middle"), parts.get("other"))
    bare = _joined(forenames, surname)
    composed = _joined(title, bare)
    name = props.add("name", data.text("name") or composed or None)
    props.add("title", title)
    props.put("forenames", forenames)
    props.add("surname", surname)
    add_birth(props, data)
    for theirs in ("nationality", "country_of_residence"):
        props.add(theirs, data.text(theirs))
    props.add("sanctioned", yes_no(data.take("is_sanctioned")))
    add_identity(props, data)
    out.mention("controller", "Person", authority=1, caption=name, names=(name, bare), props=props)
    _controls(data, out)
    _office(data, out, "SERVICE_ADDRESS")


def _corporate(number: str, data: Fields, out: Description) -> None:
    company_reference(out, number)
    name = data.text("name")
    stated = data.inside("identification")
    place, country = stated.text("place_registered"), stated.text("country_registered")
    registration = stated.text("registration_number")
    here = on_uk_register(place, country)
    kind = "Company" if here else "Organisation"
    _party(kind, stated, data, name, (place, country, registration), here, out)


def _legal_person(number: str, data: Fields, out: Description) -> None:
    """A body that law makes a person, such as a ministry: on no register, so it is never a Company."""
    company_reference(out, number)
    stated = data.inside("identification")
    register = (
        stated.text("place_registered"),
        stated.text("country_registered"),
        stated.text("registration_number"),
    )
    # Old fixtures carry a person's name elements and birth date here; a body has neither.
    data.inside("name_elements").ignore("title", "forename", "middle_name", "other_forenames", "surname")
    data.inside("date_of_birth").ignore("day", "month", "year")
    _party("Organisation", stated, data, data.text("name"), register, False, out)


def _party(
    kind: str, stated: Fields, data: Fields, name: str | None, register: tuple[str | None, str | None, str | None],
    here: bool, out: Description,
) -> None:  # fmt: skip
    place, country, registration = register
    props = properties_of(kind)
    caption = props.add("name", name)
    props.add("legal_form", stated.text("legal_form"))
    props.add("legal_authority", stated.text("legal_authority"))
    props.add("country_registered", country)
    props.add("place_registered", place)
    props.add("stated_registration_number", registration)
    props.add("nationality", data.text("nationality"))
    props.add("country_of_residence", data.text("country_of_residence"))
    props.add("sanctioned", yes_no(data.take("is_sanctioned")))
    key = stated_key(registration, name) if here else None
    facets = (stated_facet(registration, name),)
    out.mention(
        "controller",
        kind,
        authority=1,
        caption=caption,
        names=(caption,),
        props=props,
        keys=(key,),
        facets=facets,
    )
    _controls(data, out)
    _office(data, out, "REGISTERED_AT")


def _office(data: Fields, out: Description, link: str) -> None:
    """The principal office, which the owners of overseas entities state beside their service address."""
    if "principal_office_address" in data:
        office = take_address(data.inside("principal_office_address"))
        describe_address(out, office, "principal_office", link, "controller")


def _super_secure(number: str, data: Fields, out: Description) -> None:
    """Somebody whose particulars the register keeps secret: that there is such a person, and nothing else."""
    company_reference(out, number)
    # description: the kind again, in words.
    data.ignore("description")
    props = properties_of("Person")
    props.put("protected", "true")
    props.add("sanctioned", yes_no(data.take("is_sanctioned")))
    out.mention("controller", "Person", authority=1, caption=PROTECTED, props=props)
    _controls(data, out)


def _controls(data: Fields, out: Description) -> None:
    natures = data.texts("natures_of_control")
    known, unknown = control(tuple(natures))
    props: dict[str, Any] = dict(known)
    began = link_date(props, "valid_from", data.text("notified_on"))
    ended = link_date(props, "valid_to", data.text("ceased_on"))
    flags = props.setdefault("flags", [])
    if began and ended and ended < began:
        flags.append("valid_to:before_valid_from")
    # Overseas entities' owners and old transfers aside, nobody could notify before there was a register.
    if began and began < REGISTER_BEGAN and "valid_from:implausible" not in flags:
        flags.append("valid_from:before_register")
    for code in unknown:
        flags.append(f"natures:unknown={code}")
    ceased = data.take("ceased")
    if ceased is not None and yes_no(ceased) is None:
        flags.append(f"ceased:unreadable={ceased}")
    if ended or yes_no(ceased) == "true":
        props["ceased"] = True
    elif yes_no(ceased) == "false":
        props["ceased"] = False
    if not flags:
        del props["flags"]
    out.link("CONTROLS", "controller", "company", valid_from=began, valid_to=ended, props=props)
    describe_address(
        out, take_address(data.inside("address")), "service_address", "SERVICE_ADDRESS", "controller"
    )


def _statement(number: str, data: Fields, out: Description) -> None:
    props = properties_of("Company")
    props.add("psc_statement", data.text("statement"))
    props.add("restrictions_notice_withdrawal_reason", data.text("restrictions_notice_withdrawal_reason"))
    props.add("linked_psc_name", data.text("linked_psc_name"))
    began, ended = (
        _dated(props, end, data.text(field))
        for end, field in (("valid_from", "notified_on"), ("valid_to", "ceased_on"))
    )
    _of_company(out, "company", number, props, began, ended)


def _exemptions(number: str, data: Fields, out: Description) -> None:
    exemptions = data.inside("exemptions")
    told = 0
    for name in exemptions.names():
        exemption = exemptions.inside(name)
        kind = exemption.text("exemption_type") or name.replace("_", "-")
        for index, item in enumerate(exemption.each("items")):
            props = properties_of("Company")
            props.add("psc_exemption", kind)
            began, ended = (
                _dated(props, end, item.text(field))
                for end, field in (("valid_from", "exempt_from"), ("valid_to", "exempt_to"))
            )
            _of_company(out, f"exemption/{name}/{index}", number, props, began, ended)
            told += 1
    if not told:
        company_reference(out, number)


def _of_company(
    out: Description, slot: str, number: str, props: Properties, began: str | None, ended: str | None
) -> None:
    key = ontology().identifiers["company_number"].key(number)
    out.mention(slot, "Company", authority=2, props=props, keys=(key,), valid_from=began, valid_to=ended)


def _dated(props: Properties, name: str, raw: str | None) -> str | None:
    """A date of a mention's validity, cleaned and flagged as a property's value would be."""
    return props.read(name, "date", raw)


def add_birth(props: Properties, data: Fields) -> None:
    """`date_of_birth{year, month, day?}` as a partial date: the register publishes no day."""
    born = data.inside("date_of_birth")
    parts = [born.text(part) for part in ("year", "month", "day")]
    if parts[0]:
        text = "-".join(part.zfill(2) for part in parts if part)
        cleaned = props.read("birth_date", "partial_date", text)
        props.put("birth_date", cleaned)


def add_identity(props: Properties, data: Fields) -> None:
    """`identity_verification_details{…}`: when and by whom a person's identity was verified."""
    if "identity_verification_details" not in data:
        return
    details = data.inside("identity_verification_details")
    props.add("identity_verified", details.text("identity_verified_on"))
    props.add("identity_verified_by", details.text("authorised_corporate_service_provider_name"))
    for body in details.texts("anti_money_laundering_supervisory_bodies"):
        props.add("identity_supervised_by", body)
    props.add("identity_verification_from", details.text("appointment_verification_start_on"))
    props.add("identity_verification_to", details.text("appointment_verification_end_on"))
    props.add("identity_statement_made", details.text("appointment_verification_statement_date"))
    props.add("identity_statement_due", details.text("appointment_verification_statement_due_on"))
    props.add("preferred_name", details.text("preferred_name"))


def yes_no(value: object) -> str | None:
    """Gives "true" or "false" of a JSON boolean, 0 or 1, or a text of them; None when it is neither."""
    return None if value is None else _YES_NO.get(str(value).lower())


def _joined(*parts: str | None) -> str:
    return " ".join([part for part in parts if part])


_YES_NO = {"true": "true", "1": "true", "false": "false", "0": "false"}
_KINDS: Final[dict[str, Callable[[str, Fields, Description], None]]] = {
    "individual-person-with-significant-control": _individual,
    "individual-beneficial-owner": _individual,
    "corporate-entity-person-with-significant-control": _corporate,
    "corporate-entity-beneficial-owner": _corporate,
    "legal-person-person-with-significant-control": _legal_person,
    "legal-person-beneficial-owner": _legal_person,
    "super-secure-person-with-significant-control": _super_secure,
    "super-secure-beneficial-owner": _super_secure,
    "persons-with-significant-control-statement": _statement,
    "exemptions": _exemptions,
}
KINDS: Final = frozenset(_KINDS)
STATEMENT: Final = "persons-with-significant-control-statement"
