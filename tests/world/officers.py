"""The officers' bulk snapshot: fixed positions counted in characters, then 14 fields that each end with `<`."""

from __future__ import annotations

from datetime import date
from typing import Final

from .companies import Appointment, Company

FIRST_RUN: Final = 4260
_COMPANY_WIDTH: Final = 201
# Held now, resigned.
_TYPES: Final = {
    "secretary": ("00", "02"),
    "corporate-secretary": ("00", "02"),
    "director": ("01", "03"),
    "corporate-director": ("01", "03"),
    "llp-member": ("04", "06"),
    "llp-designated-member": ("05", "07"),
}
_STATUS: Final = {"Liquidation": "L", "Live but Receiver Manager on at least one charge": "R"}


def header(run: int, day: date) -> str:
    return f"DDDDSNAP{run:04d}{day:%Y%m%d}"


def trailer(records: int) -> str:
    """The last line; `records` counts company and person records."""
    return f"99999999{records:08d}"


def visible(officer: Appointment, day: date) -> bool:
    """Whether a snapshot of a day holds the appointment."""
    return officer.appointed <= day and (officer.deleted is None or officer.deleted > day)


def records(company: Company, day: date) -> list[str]:
    """The company's record and one for each officer ever appointed by the day."""
    held = [officer for officer in company.officers if visible(officer, day)]
    gone = company.dissolved is not None and company.dissolved <= day
    status = "D" if gone else _STATUS.get(company.status, " ")
    name = f"{company.name_on(day)}<"
    head = f"{company.number}1{status}{'':22}{len(held):04d}{len(name):04d}{name}"
    return [head.ljust(_COMPANY_WIDTH), *(_person(company, officer, day) for officer in held)]


def _person(company: Company, officer: Appointment, day: date) -> str:
    resigned = officer.resigned if officer.resigned is not None and officer.resigned <= day else None
    born = officer.person.born.strftime("%Y%m  ") if officer.person else " " * 8
    variable = "".join(f"{value}<" for value in _fields(officer))
    return (
        f"{company.number}2{officer.origin}{_TYPES[officer.role][resigned is not None]}{officer.person_number}"
        f"{' ' if officer.person else 'Y'}{'':7}{_digits(officer.appointed)}{_digits(resigned) if resigned else '':8}"
        f"{officer.address.postcode:8}{born}{'':8}{len(variable):04d}{variable}"
    )


def _digits(day: date) -> str:
    # A third of strftime's time, and there are millions.
    return day.isoformat().replace("-", "")


def _fields(officer: Appointment) -> list[str]:
    who, at = officer.person, officer.address
    if who is not None:
        names = [who.title, who.forenames, who.surname, who.honours]
        rest = [who.occupation, who.nationality, who.residence]
    else:
        names = ["", "", officer.party.name if officer.party else "", ""]
        rest = ["", "British", ""]
    place = [
        at.care_of,
        at.po_box,
        f"{at.premises} {at.line1}".strip(),
        at.line2,
        at.locality,
        at.region,
        at.country,
    ]
    return [value.upper() for value in (*names, *place, *rest)]
