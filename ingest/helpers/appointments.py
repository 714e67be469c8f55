"""An officer's appointment as the stream and the API give it (formats.md 1.4)."""

from __future__ import annotations

import re
from typing import Any

from graph.errors import InvalidValue
from ingest.describe import Description, Fields, Properties, link_date, properties_of
from ingest.helpers.officers import name_parts, person_key, role_of
from ingest.helpers.psc import add_birth, add_identity, company_reference, yes_no
from ingest.helpers.uk_address import describe_address, take_address
from ingest.helpers.uk_registers import on_uk_register, stated_facet, stated_key

_OFFICER = re.compile(r"/?officers/([^/]+)/appointments")


def describe_appointment(number: str, data: Fields, out: Description) -> None:
    """What an appointment to the company of a cleaned number says; raises InvalidValue for another shape."""
    company_reference(out, number)
    # etag: the register's version stamp.
    data.ignore("etag")
    officer_role = data.text("officer_role")
    if officer_role is None:
        raise InvalidValue("data.officer_role", None, "an officer's role")
    role, body = role_of(officer_role)
    stated = data.inside("identification")
    if body or stated.names():
        _body(stated, data, out)
    else:
        _person(data, out)
    props: dict[str, Any] = {}
    began = link_date(props, "valid_from", data.text("appointed_on"))
    ended = link_date(props, "valid_to", data.text("resigned_on"))
    props["appointed_before"] = link_date(props, "appointed_before", data.text("appointed_before"))
    if yes_no(data.take("is_pre_1992_appointment")) == "true":
        props["pre_1992"] = True
    if began and ended and ended < began:
        props.setdefault("flags", []).append("valid_to:before_valid_from")
    out.link("OFFICER_OF", "officer", "company", role=role, valid_from=began, valid_to=ended, props=props)
    describe_address(
        out, take_address(data.inside("address")), "service_address", "SERVICE_ADDRESS", "officer"
    )


def _person(data: Fields, out: Description) -> None:
    props = properties_of("Person")
    name = props.add("name", data.text("name"))
    forenames, surname = name_parts(name or "")
    plain = f"{forenames} {surname}" if forenames else None
    props.put("forenames", forenames)
    props.put("surname", surname)
    for field in ("nationality", "occupation", "country_of_residence"):
        props.add(field, data.text(field))
    for former in data.each("former_names"):
        parts = (former.text("forenames"), former.text("surname"))
        props.put("former_name", " ".join(part for part in parts if part))
    add_birth(props, data)
    add_identity(props, data)
    key = person_key(data.text("person_number"))
    _officer_id(data, props)
    caption = plain or name
    out.mention(
        "officer", "Person", authority=1, caption=caption, names=(name, plain), keys=(key,), props=props
    )


def _body(stated: Fields, data: Fields, out: Description) -> None:
    place, registration = stated.text("place_registered"), stated.text("registration_number")
    country, type_ = stated.text("country_registered"), stated.text("identification_type")
    # The register's own form for "on this register" (constants.yml, identification_type).
    here = type_ == "uk-limited-company" or on_uk_register(place, country)
    kind = "Company" if here else "Organisation"
    props = properties_of(kind)
    name = props.add("name", data.text("name"))
    props.add("identification_type", type_)
    props.add("legal_form", stated.text("legal_form"))
    props.add("legal_authority", stated.text("legal_authority"))
    props.add("place_registered", place)
    props.add("country_registered", country)
    props.add("stated_registration_number", registration)
    for field in ("nationality", "occupation", "country_of_residence"):
        props.add(field, data.text(field))
    # The form asks persons for these; a body that filled them in has neither.
    data.inside("date_of_birth").ignore("day", "month", "year")
    for former in data.each("former_names"):
        former.ignore("forenames", "surname")
    _officer_id(data, props)
    keys = (person_key(data.text("person_number")), stated_key(registration, name) if here else None)
    facets = (stated_facet(registration, name),)
    out.mention(
        "officer", kind, authority=1, caption=name, names=(name,), keys=keys, props=props, facets=facets
    )


def _officer_id(data: Fields, props: Properties) -> None:
    """The register's id of the officer: the best hint of one person, but one person may have several."""
    links = data.inside("links")
    links.ignore("self")
    officer = links.inside("officer")
    officer.ignore("self")
    match = _OFFICER.fullmatch(officer.text("appointments") or "")
    props.put("officer_id", match[1] if match else None)
