"""What identifies across sources: what numbers, handles, pages and plates say beyond their cleaned form."""

from __future__ import annotations

import pytest

from graph.errors import InvalidValue
from graph.values import handle, phone, url, vehicle_registration
from ingest.describe import properties_of


def test_a_number_kept_for_drama_is_possible_and_not_assigned() -> None:
    assert phone.read("020 7946 0000") == ("+442079460000", True)
    assert phone.read("07700 900123") == ("+447700900123", False)


def test_a_phone_that_nobody_can_have_is_kept_and_flagged() -> None:
    props = properties_of("Phone")
    assert props.add("phone", "07700 900123") == "+447700900123"
    assert props.add("phone", "020 7946 0000") == "+442079460000"
    assert props.add("phone", "150") is None
    assert props.add("phone", "07700 90") is None
    assert props.flags == [
        ["phone:possible", "07700 900123"],
        ["phone:unreadable", "150"],
        ["phone:unreadable", "07700 90"],
    ]


def test_a_handle_has_a_key_on_its_platform() -> None:
    assert handle.key("Discord", "@Zo_E") == "discord/zo_e"
    assert handle.key("discord", "Zo Elm") is None


@pytest.mark.parametrize(
    "cleaned", ["example.org", "example.org/x?y=z", "example.org:8080/x", "example.org?q"]
)
def test_a_page_lies_on_a_host(cleaned: str) -> None:
    assert url.host(cleaned) == "example.org"


@pytest.mark.parametrize(
    ("mark", "style"),
    [
        ("LB07 SEC", "current"),
        ("AB51 CDE", "current"),
        ("A1 BCD", "prefix"),
        ("Q123 ABC", "prefix"),
        ("ABC 123D", "suffix"),
        ("ABC 123", "dateless"),
        ("1234 AB", "dateless"),
        ("AB 1234", "dateless"),
        ("AIZ 1234", "dateless"),
        ("IL 123", "dateless"),
    ],
)
def test_a_mark_has_one_style(mark: str, style: str) -> None:
    assert vehicle_registration.parse(mark.replace(" ", "").lower()) == (mark, style)
    assert vehicle_registration.style(mark) == style


@pytest.mark.parametrize(
    "mark", ["AB50 CDE", "AB00 CDE", "I123 ABC", "ABC 123I", "ABC 0", "ABCD 1", "", "A" * 50]
)
def test_what_stands_on_no_plate_is_no_mark(mark: str) -> None:
    with pytest.raises(InvalidValue):
        vehicle_registration.clean(mark)
