"""Controllers' snapshot: one JSON object a line, in the register's own shapes, and its counting trailer."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from .addresses import Address
from .companies import Company, Control
from .seeds import etag

_PATHS = (
    ("individual-person", "persons-with-significant-control/individual"),
    ("corporate-entity-person", "persons-with-significant-control/corporate-entity"),
    ("legal-person-person", "persons-with-significant-control/legal-person"),
    ("super-secure-person", "persons-with-significant-control/super-secure"),
    ("persons-with-significant-control-statement", "persons-with-significant-control-statements"),
    ("individual-beneficial", "persons-with-significant-control/individual-beneficial-owner"),
    ("corporate-entity-beneficial", "persons-with-significant-control/corporate-entity-beneficial-owner"),
    ("legal-person-beneficial", "persons-with-significant-control/legal-person-beneficial-owner"),
    ("super-secure-beneficial", "persons-with-significant-control/super-secure-beneficial-owner"),
)
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_FLAGS = {"true": True, "false": False, "0": 0, "1": 1}


def visible(control: Control, day: date) -> bool:
    """Whether a snapshot of a day holds the record."""
    return control.known <= day and (control.deleted is None or control.deleted > day)


def line(company: Company, control: Control, day: date) -> str:
    """One snapshot line without its end of line."""
    number = company.number.lstrip("0") if company.unpadded else company.number
    return _ENCODE({"company_number": number, "data": data(company, control, day)})


def trailer(day: date, people: int, statements: int, exemptions: int) -> str:
    """The last line; the three counts are of records, statements and exemptions apart."""
    return _ENCODE(
        {
            "data": {
                "kind": "totals#persons-of-significant-control-snapshot",
                "persons_of_significant_control_count": people,
                "statements_count": statements,
                "exemptions_count": exemptions,
                "generated_at": f"{day.isoformat()}T06:00:00Z",
            }
        }
    )


def link(company: Company, control: Control) -> str:
    """The record's `links.self`, its key in snapshot and stream."""
    if control.kind == "exemptions":
        return f"/company/{company.number}/exemptions"
    path = next(path for start, path in _PATHS if control.kind.startswith(start))
    return f"/company/{company.number}/{path}/{control.token}"


def data(company: Company, control: Control, day: date) -> dict[str, Any]:
    """The record's content on a day."""
    ceased = control.ceased if control.ceased_known is not None and control.ceased_known <= day else None
    made: dict[str, Any] = {"kind": control.kind}
    own = link(company, control)
    if control.kind == "exemptions":
        made["exemptions"] = _exemptions(company)
    elif control.kind.startswith("super-secure"):
        tail = "beneficial-owner" if control.kind.endswith("owner") else "persons-with-significant-control"
        made["description"] = f"super-secure-{tail}"
        if control.detail:
            made["ceased"] = _FLAGS[control.detail]
    elif control.kind == "persons-with-significant-control-statement":
        made["statement"] = control.detail
    else:
        _named(made, company, control)
    if "super-secure" not in control.kind and control.notified is not None and control.kind != "exemptions":
        made["notified_on"] = control.notified.isoformat()
    made["etag"] = etag(own, ceased, control.detail)
    made["links"] = {"self": own}
    if ceased is not None:
        made["ceased_on"] = ceased.isoformat()
    return made


def _named(made: dict[str, Any], company: Company, control: Control) -> None:
    person, party = control.person, control.party
    if person is not None:
        made["name"] = person.full
        elements = {
            "title": person.title,
            "forename": person.forename,
            "middle_name": person.middle,
            "surname": person.surname,
        }
        made["name_elements"] = {key: value for key, value in elements.items() if value}
        made["date_of_birth"] = {"month": person.born.month, "year": person.born.year}
        made["nationality"] = person.nationality
        made["country_of_residence"] = person.residence
    elif party is not None:
        made["name"] = party.name
        stated = {
            "legal_form": party.form,
            "legal_authority": party.authority,
            "country_registered": party.country,
            "place_registered": party.place,
            "registration_number": party.number,
        }
        made["identification"] = {key: value for key, value in stated.items() if value}
    address = control.address or company.addresses[0][1]
    made["address"] = address_json(address)
    if control.kind.endswith("beneficial-owner"):
        made["principal_office_address"] = address_json(address)
        made["is_sanctioned"] = company.index % 97 == 28
    made["natures_of_control"] = list(control.natures)
    if person is not None and company.index % 11 == 3 and control.kind.startswith("individual-person"):
        made["identity_verification_details"] = {
            "appointment_verification_start_on": "2025-11-18",
            "appointment_verification_statement_date": "2025-11-18",
            "appointment_verification_statement_due_on": "2025-12-02",
        }


def address_json(address: Address) -> dict[str, str]:
    """An address with the register's member names, absent parts left out."""
    parts = {
        "care_of": address.care_of,
        "po_box": address.po_box,
        "premises": address.premises,
        "address_line_1": address.line1,
        "address_line_2": address.line2,
        "locality": address.locality,
        "region": address.region,
        "postal_code": address.postcode,
        "country": address.country,
    }
    return {key: value for key, value in parts.items() if value}


def _exemptions(company: Company) -> dict[str, Any]:
    market = {
        "exemption_type": "psc-exempt-as-shares-admitted-on-market",
        "items": [{"exempt_from": f"2018-03-{1 + company.index % 28:02d}"}],
    }
    rules = {
        "exemption_type": "disclosure-transparency-rules-chapter-five-applies",
        "items": [{"exempt_from": "2016-10-29", "exempt_to": "2018-02-28"}],
    }
    return {
        "psc_exempt_as_shares_admitted_on_market": market,
        "disclosure_transparency_rules_chapter_five_applies": rules,
    }
