"""Partial dates are intervals of days; instants keep what is known of their zone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidValue
from graph.values import date as dates
from graph.values import instant, partial_date
from graph.values.instant import Instant
from graph.values.partial_date import PartialDate


def test_a_month_is_all_its_days() -> None:
    assert partial_date.of_month(2024, 2) == PartialDate(date(2024, 2, 1), date(2024, 2, 29), "month")


def test_a_year_is_all_its_days() -> None:
    assert partial_date.parse("1955") == PartialDate(date(1955, 1, 1), date(1955, 12, 31), "year")


@pytest.mark.parametrize("text", ["1083-01-01", "9999-12-31", "2100-01", "1499"])
def test_a_year_hardly_meant_is_kept_and_flagged(text: str) -> None:
    parsed = partial_date.parse(text)
    assert (parsed.text, parsed.basis) == (text, "implausible")


@given(st.dates())
def test_every_day_of_the_calendar_reads_back(day: date) -> None:
    assert partial_date.parse(day.isoformat()).earliest == day
    assert dates.clean_dmy(f"{day.day:02}/{day.month:02}/{day.year:04}") == day.isoformat()
    assert dates.clean_compact(f"{day.year:04}{day.month:02}{day.day:02}") == day.isoformat()


@pytest.mark.parametrize("raw", ["31/04/2020", "2020-04-30", "1/2/20", "00/01/2020"])
def test_a_notation_reads_only_its_own_days(raw: str) -> None:
    with pytest.raises(InvalidValue):
        dates.clean_dmy(raw)


def test_a_stated_offset_gives_utc() -> None:
    assert instant.parse("2025-12-12 15:00+02:00") == Instant(
        "2025-12-12T13:00:00Z", "2025-12-12T15:00:00", "+02:00", "stated"
    )


def test_a_time_without_zone_has_no_utc() -> None:
    assert instant.parse("2022-11-15T18:27:56") == Instant(None, "2022-11-15T18:27:56", None, "unknown")


def test_a_sources_zone_gives_utc_on_its_basis() -> None:
    assert instant.parse("2026-07-01 12:00", "Europe/London", "source") == Instant(
        "2026-07-01T11:00:00Z", "2026-07-01T12:00:00", "Europe/London", "source"
    )


def test_a_wall_time_that_happens_twice_is_the_first_and_assumed() -> None:
    told = instant.parse("2026-10-25 01:30", "Europe/London", "source")
    assert (told.utc, told.basis) == ("2026-10-25T00:30:00Z", "assumed")


def test_a_wall_time_that_never_happens_is_moved_on_and_assumed() -> None:
    told = instant.parse("2026-03-29 01:30", "Europe/London", "source")
    assert (told.utc, told.basis) == ("2026-03-29T01:30:00Z", "assumed")


def test_unix_seconds_are_stated_utc() -> None:
    assert instant.of_unix(1_700_000_000).utc == "2023-11-14T22:13:20Z"


def test_a_zone_that_is_none_is_named() -> None:
    with pytest.raises(InvalidValue, match="Europe/Londn"):
        instant.parse("2026-03-29 01:30", "Europe/Londn")
