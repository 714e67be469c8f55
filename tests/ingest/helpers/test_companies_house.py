"""Small shared steps of the Companies House formats: roles, names, registers, dates and parts in file names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.helpers.observed import day_in_name, part_in_name, plausible
from ingest.helpers.officers import name_parts, person_key, role_of
from ingest.helpers.psc import psc_key, yes_no
from ingest.helpers.uk_registers import on_uk_register, stated_key


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("186491970001", "ch_person:GB-COH/18649197"),
        ("18649197", "ch_person:GB-COH/18649197"),
        ("1864919", None),
        ("000000000001", None),
        ("18649197000X", None),
        ("١٨٦٤٩١٩٧٠٠٠١", None),
        ("", None),
        (None, None),
    ],
)
def test_a_person_number_says_who_by_its_first_eight_digits(number: str | None, key: str | None) -> None:
    assert person_key(number) == key


def test_roles_and_names_as_the_stream_writes_them() -> None:
    assert role_of("corporate-nominee-secretary") == ("nominee-secretary", True)
    assert role_of("director") == ("director", False)
    assert name_parts("DUKE, Michael Roy") == ("Michael Roy", "DUKE")
    assert name_parts("SECRETARIES LTD") == (None, None)
    assert name_parts("A, B, C") == (None, None)


@pytest.mark.parametrize(
    ("place", "country", "here"),
    [
        ("Companies House", None, True),
        ("companies house, cardiff", "England & Wales", True),
        (None, "United Kingdom", True),
        ("England", "Germany", False),
        ("Companies House", "Jersey", False),
        ("Amtsgericht Hamburg", "United Kingdom", False),
        (None, None, False),
    ],
)
def test_a_stated_register_is_the_uks_only_when_the_list_says_so(
    place: str | None, country: str | None, here: bool
) -> None:
    assert on_uk_register(place, country) is here


def test_a_stated_number_is_a_key_with_its_cleaned_name_only() -> None:
    assert (
        stated_key("1234567", "Foo & Bar (U.K.) Limited")
        == "stated_company:GB-COH/01234567/FOO AND BAR UK LTD"
    )
    assert [
        stated_key("N/A", "A LTD"),
        stated_key("1", "!"),
        stated_key(None, "A LTD"),
        stated_key("1", None),
    ] == [None] * 4


@pytest.mark.parametrize(
    ("name", "day", "part"),
    [
        ("BasicCompanyDataAsOneFile-2026-09-01.csv", (2026, 9, 1), None),
        ("BasicCompanyData-2026-09-01-part3_7.zip", (2026, 9, 1), "3 of 7"),
        ("psc-snapshot-2026-09-18_1of32.txt", (2026, 9, 18), "1 of 32"),
        ("psc-snapshot-2026-09-18_1of1.txt", (2026, 9, 18), None),
        ("Prod195_4257_20260706.dat", (2026, 7, 6), None),
        ("psc-2026-02-31.txt", None, None),
        ("stream-2026-09.jsonl", None, None),
    ],
)
def test_a_files_name_tells_its_day_and_its_part(
    name: str, day: tuple[int, int, int] | None, part: str | None
) -> None:
    assert day_in_name(name) == (datetime(*day, tzinfo=UTC) if day else None)
    assert part_in_name(name) == part


def test_years_that_no_register_of_ours_can_have_written_in_are_not_plausible() -> None:
    years = (1083, 1999, 2000, 2099, 2100, 9999)
    assert [plausible(datetime(year, 1, 1, tzinfo=UTC)) for year in years] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]


def test_a_resources_path_is_its_key_with_the_number_cleaned() -> None:
    assert psc_key("company/sc1/exemptions", False) == ("company/SC000001/exemptions", "SC000001")
    assert psc_key("/company/1/exemptions", True) == ("company/00000001/exemptions#statement", "00000001")


@pytest.mark.parametrize(
    ("value", "said"),
    [(True, "true"), (1, "true"), ("1", "true"), ("True", "true"), (False, "false"), (0, "false"), ("yes", None), (2, None), (None, None)],
)  # fmt: skip
def test_booleans_come_as_numbers_and_texts_too(value: object, said: str | None) -> None:
    assert yes_no(value) == said
