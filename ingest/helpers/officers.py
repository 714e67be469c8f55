"""What officers' records of the bulk file and of the stream share: roles, and how a person's name is put together."""

from __future__ import annotations

from typing import Final

from graph.ontology import ontology

_ROLES: Final = (
    ("secretary", "00", "02"),
    ("director", "01", "03"),
    ("llp-member", "04", "06"),
    ("llp-designated-member", "05", "07"),
    ("judicial-factor", "11", "14"),
    ("receiver-and-manager", "12", "15"),
    ("cic-manager", "13", "16"),
    ("member-of-an-administrative-organ", "17", "20"),
    ("member-of-a-supervisory-organ", "18", "21"),
    ("member-of-a-management-organ", "19", "22"),
)
BULK_ROLES: Final = {code: role for role, *codes in _ROLES for code in codes}
"""Appointment types of the bulk files in the stream's words: each role has a code while it is held and another when
it is resigned. Source: the register's description of Products 195 and 198 (formats.md 1.3 names the current ones)."""

_CORPORATE: Final = "corporate-"


def role_of(officer_role: str) -> tuple[str, bool]:
    """(role, whether a body holds it) of the stream's `officer_role`: "corporate-director" is a body as director."""
    body = officer_role.startswith(_CORPORATE)
    return officer_role.removeprefix(_CORPORATE), body


def person_key(number: str | None) -> str | None:
    """The key of a person number's first eight digits, which say who it is (formats.md 1.3), be it a body; None without.

    The last four count versions of the details. The stream mostly leaves the number out."""
    if (
        not number
        or not (number.isascii() and number.isdecimal())
        or len(number) < 8
        or not number[:8].strip("0")
    ):
        return None
    return ontology().identifiers["ch_person"].key(number[:8])


def name_parts(name: str) -> tuple[str | None, str | None]:
    """(forenames, surname) of "SURNAME, Forenames"; (None, None) of a name written otherwise."""
    surname, comma, forenames = name.partition(",")
    if not comma or not surname.strip() or not forenames.strip() or "," in forenames:
        return None, None
    return forenames.strip(), surname.strip()
