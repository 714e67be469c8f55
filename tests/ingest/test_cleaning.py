"""Cleaners shared by both forms of formats."""

from __future__ import annotations

import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cleaning import GAP, GROUP, REGULAR, REGULAR_LENGTH, cleaner, read_value


@pytest.mark.parametrize("name", sorted(REGULAR))
def test_a_value_of_the_regular_form_is_its_own_cleaned_form_and_needs_no_escapes(name: str) -> None:
    @given(
        st.from_regex(re.compile(REGULAR[name], re.ASCII), fullmatch=True).filter(
            lambda v: len(v) <= REGULAR_LENGTH
        )
    )
    def holds(value: str) -> None:
        value = value.removesuffix("\n")
        assert cleaner(name)(value) == value
        assert orjson.dumps(value).decode() == f'"{value}"'

    holds()


@pytest.mark.parametrize(
    ("name", "raw", "read"),
    [
        ("date_dmy", "29/07/2020", ("2020-07-29", None)),
        ("date_dmy", "30/02/2020", (None, "unreadable")),
        ("date_dmy", "01/01/1083", ("1083-01-01", "implausible")),
        ("date", "9999-12-31", ("9999-12-31", "implausible")),
        ("date_compact", "19940307", ("1994-03-07", None)),
        ("month_compact", "196608", ("1966-08", None)),
        ("month_compact", "1966", ("1966", None)),
        ("month_compact", "196613", (None, "unreadable")),
        ("sic", "None Supplied", (None, None)),
        ("sic", "62020 - Consultancy", ("62020 - Consultancy", None)),
        ("company_name_key", "A & B LIMITED", ("A AND B LTD", None)),
        ("company_name_key", "!", (None, None)),
        ("address_key", f"1{GAP}HIGH ST{GROUP}KENT{GAP}UK{GROUP}TN1 1AA", ("1 HIGH ST TN1 1AA", None)),
        ("company_number", "XX1", (None, "unreadable")),
    ],
)
def test_a_value_is_cleaned_or_flagged(name: str, raw: str, read: tuple[str | None, str | None]) -> None:
    assert read_value(name, cleaner(name), raw) == read
