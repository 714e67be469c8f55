"""Every value type keeps the promises of graph.values.base.ValueType; each cleans what its rule says."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InvalidValue
from graph.values import clean, clean_or_none, code, collect, value_type, value_types
from graph.values.base import ValueType, same

CLEANED = [
    ("address", " 1  High St ,, Leeds\n LS1 2AB ", "1 High St, Leeds, LS1 2AB"),
    ("airport_code", "egll", "EGLL"),
    ("boolean", "Yes", "true"),
    ("boolean", "0", "false"),
    ("callsign", "BAW1393 ", "BAW1393"),
    ("ch_person", "1234 5678 0001", "12345678"),
    ("code", " Active -  Proposal to Strike off ", "Active - Proposal to Strike off"),
    ("company_name", "!OBAC\u00a0UK  LIMITED", "!OBAC UK LIMITED"),
    ("company_number", "5857258", "05857258"),
    ("company_number", "sc 1234", "SC001234"),
    ("company_number", "R0000012", "R0000012"),
    ("company_number", "ip28746r", "IP28746R"),
    ("company_number", "SP1RS", "SP0001RS"),
    ("country", "england and wales", "GB"),
    ("country", "Côte d’Ivoire", "CI"),
    ("date", "2023-11-20T08:47:45.378Z", "2023-11-20"),
    ("email", " <Zo.Elm@Example.ORG> ", "zo.elm@example.org"),
    ("email", "MAILTO:z@b.example.", "z@b.example"),
    ("email", "zoë@exämple.example", "zoë@exämple.example"),
    ("flight_number", "BA 0139a", "BA139A"),
    ("flight_number", "EZY1234", "EZY1234"),
    ("geo", "51.4775000, -0.4614", "51.4775,-0.4614"),
    ("handle", "@Zo_E", "zo_e"),
    ("handle", "discord/@Zo_E", "discord/zo_e"),
    ("handle", "zo#1234", "zo#1234"),
    ("platform_handle", "Discord/@Zo_E", "discord/zo_e"),
    ("icao24", " 4CA7B5 ", "4ca7b5"),
    ("instant", "2025-12-12 15:00+02:00", "2025-12-12T13:00:00Z"),
    ("instant", "2022-11-15T18:27:56", "2022-11-15T18:27:56"),
    ("instant", "2019-01-01 00:00:07+00:00", "2019-01-01T00:00:07Z"),
    ("integer", "007", "7"),
    ("integer", "-12", "-12"),
    ("name", "Zoe\u0308  \u200bElmwell ", "Zoë Elmwell"),
    ("number", "+01.50", "1.5"),
    ("number", "-0.0", "0"),
    ("partial_date", "1970-03", "1970-03"),
    ("partial_date", "1083-01-01", "1083-01-01"),
    ("partial_date", "9999", "9999"),
    ("phone", "07700 900123", "+447700900123"),
    ("phone", "0044 7700 900123", "+447700900123"),
    ("phone", "447700900123", "+447700900123"),
    ("phone", "7700900123", "+447700900123"),
    ("phone", "+44 (0)7700 900123", "+447700900123"),
    ("phone", "44(0)7700900123", "+447700900123"),
    ("phone", "+(44)-(20)-79460000", "+442079460000"),
    ("phone", "tel:+1-416-555-0100;ext=102", "+14165550100"),
    ("phone", "+33 1 99 00 12 34", "+33199001234"),
    ("phone", "0800 1111", "+448001111"),
    ("phone", "016977 2345", "+44169772345"),
    ("phone", "+39 02 5555 0123", "+390255550123"),
    ("phone", "+1 (555) 555-0100", "+15555550100"),
    ("phone", "020 7946 0000p12", "+442079460000"),
    ("phone", "+442079460000,,1234#", "+442079460000"),
    ("phone", "07700900123;5", "+447700900123"),
    ("phone", "+44 7700 900123 w 1", "+447700900123"),
    ("phone", "#31#07700900123", "+447700900123"),
    ("phone", "*67 +1 555 555 0100", "+15555550100"),
    ("phone", "141 07700 900123", "+447700900123"),
    ("postcode", "sw1a2aa", "SW1A 2AA"),
    ("postcode", "N12 0DR", "N12 0DR"),
    ("postcode", "L-1212", "L-1212"),
    ("postcode", "gir 0aa", "GIR 0AA"),
    ("registration", "g-eupt", "G-EUPT"),
    ("text", "Human\tresources", "Human resources"),
    ("url", "HTTP://www.Example.org/", "example.org"),
    ("url", "https://zo:secret@example.org:443/Zo/?a=B#top", "example.org/Zo?a=B"),
    ("url", "example.org:8080/x", "example.org:8080/x"),
    ("url", "www.org", "www.org"),
    ("vehicle_registration", "ab12cde", "AB12 CDE"),
    ("vehicle_registration", "A123 bcd", "A123 BCD"),
    ("vehicle_registration", "q1abc", "Q1 ABC"),
    ("vehicle_registration", "ABC123D", "ABC 123D"),
    ("vehicle_registration", "AIZ 1234", "AIZ 1234"),
    ("vehicle_registration", "1ab", "1 AB"),
]

REFUSED = [
    ("airport_code", "E"),
    ("boolean", "perhaps"),
    ("callsign", "TOOLONG12"),
    ("ch_person", "1234567"),
    ("company_number", "00000000"),
    ("company_number", "123456789"),
    ("company_number", "XX123456"),
    ("company_number", ""),
    ("country", "Ruritania"),
    ("date", "1970-03"),
    ("date", "2021-02-29"),
    ("email", "zo@localhost"),
    ("email", "zo..elm@example.org"),
    ("email", "zo elm@example.org"),
    ("flight_number", "1393"),
    ("geo", "91,0"),
    ("handle", "Zo Elm"),
    ("handle", "@"),
    ("handle", "a/b/c"),
    ("platform_handle", "zo_e"),
    ("platform_handle", "@zo_e"),
    ("icao24", "000000"),
    ("icao24", "4ca7b"),
    ("instant", "2025-12-12"),
    ("instant", "2025-12-12T25:00Z"),
    ("integer", "1.5"),
    ("name", " \u200b "),
    ("number", "1e3"),
    ("partial_date", "2019-13"),
    ("partial_date", "0000-01-01"),
    ("phone", "4.477E+11"),
    ("phone", "WITHHELD"),
    ("phone", "07700 900123, 07700 900124"),
    ("phone", "*100#"),
    ("phone", "#31#"),
    ("phone", "141 0770"),
    ("phone", "150"),
    ("phone", "7946 0000"),
    ("phone", "(416) 555-0100"),
    ("phone", "07700 900123 / 07700 900124"),
    ("phone", "07700 90"),
    ("phone", "+44 7700 90"),
    ("phone", "07700 9001"),
    ("phone", "07700 90012"),
    ("phone", "020 7946"),
    ("phone", "0161 123 456"),
    ("phone", "tel:0770090"),
    ("phone", "+31 6 1234"),
    ("postcode", "-"),
    ("registration", "G--EUPT"),
    ("url", "javascript:alert(1)"),
    ("url", "mailto:zo@example.org"),
    ("url", "localhost"),
    ("url", "1.2"),
    ("vehicle_registration", "AB01 CDE"),
    ("vehicle_registration", "ABC1234"),
    ("vehicle_registration", "IB12 CDE"),
    ("vehicle_registration", "HELLO"),
]


@pytest.mark.parametrize(("name", "raw", "cleaned"), CLEANED)
def test_a_value_is_cleaned_by_its_types_rule(name: str, raw: str, cleaned: str) -> None:
    assert clean(name, raw) == cleaned


@pytest.mark.parametrize(("name", "raw"), REFUSED)
def test_what_a_type_cannot_read_is_an_invalid_value_that_says_so(name: str, raw: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        clean(name, raw)
    assert caught.value.value == raw
    assert clean_or_none(name, raw) is None


def test_every_type_has_an_example_here() -> None:
    assert {name for name, _, _ in CLEANED} == set(value_types())


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(value_types())), raws=st.lists(st.text(max_size=40), min_size=2, max_size=2)
)
def test_cleaning_twice_is_cleaning_once_and_comparing_is_symmetric(name: str, raws: list[str]) -> None:
    kind = value_type(name)
    known = [raw for given_name, raw, _ in CLEANED if given_name == name]
    cleaned = [value for value in (clean_or_none(name, raw) for raw in (*raws, *known)) if value is not None]
    for a in cleaned:
        assert kind.clean(a) == a
        assert kind.compare(a, a) == 1.0
        for b in cleaned:
            assert 0.0 <= kind.compare(a, b) <= 1.0
            assert kind.compare(a, b) == kind.compare(b, a)
            assert (kind.compare(a, b) == 1.0) is (a == b) or name in (
                "company_name",
                "name",
                "text",
                "address",
            )


COMPARED = [
    ("company_name", "FOO & BAR LIMITED", "Foo and Bar Ltd.", 1.0),
    ("partial_date", "1970-03", "1970-03-09", 0.95),
    ("partial_date", "2001-03-04", "2001-04-03", 0.6),
    ("date", "2001-01-01", "2031-01-01", 0.0),
    ("postcode", "SW1A 2AA", "SW1A 1AA", 0.6),
    ("postcode", "SW1A 2AA", "SW9 1AA", 0.3),
    ("postcode", "SW1A 2AA", "N1 1AA", 0.0),
    ("registration", "G-EUPT", "GEUPT", 0.95),
    ("instant", "2025-01-01T00:30:00Z", "2025-01-01T00:00:00Z", 0.5),
    ("instant", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00", 0.0),
    ("icao24", "4ca7b5", "4ca7b6", 0.0),
    ("email", "zo.elm+x@example.org", "zoelm@example.org", 0.9),
    ("email", "zo@example.org", "zo@example.com", 0.5),
    ("email", "zo@example.org", "za@example.org", 0.0),
    ("handle", "zo_e", "zo.e", 0.8),
    ("platform_handle", "discord/zo_e", "discord/zo.e", 0.8),
    ("phone", "+447700900123", "+337700900123", 0.9),
    ("phone", "+447700900123", "+447700900213", 0.8),
    ("phone", "+447700900123", "+447700900456", 0.0),
    ("url", "example.org/a", "example.org/b", 0.5),
    ("vehicle_registration", "AB12 CDE", "AB12 CDF", 0.8),
    ("vehicle_registration", "AB12 CDE", "AB 1234", 0.0),
]


@pytest.mark.parametrize(("name", "a", "b", "score"), COMPARED)
def test_values_compare_as_their_type_says(name: str, a: str, b: str, score: float) -> None:
    assert value_type(name).compare(a, b) == pytest.approx(score)


def _module(name: str, value: object) -> ModuleType:
    module = ModuleType(f"graph.values.{name}")
    if value is not None:
        module.VALUE = value  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize(
    ("modules", "complaint"),
    [
        ([_module("colour", None)], "does not end with VALUE"),
        ([_module("colour", ValueType("color", code.clean, same))], "not as its file"),
        ([_module("colour", ValueType("colour", lambda raw: raw, same))], "does not document its rule"),
        ([_module("colour", ValueType("colour", code.clean, same))] * 2, "already"),
    ],
)
def test_the_registry_is_loud_about_a_malformed_type(modules: list[ModuleType], complaint: str) -> None:
    with pytest.raises(TypeError, match=complaint):
        collect(modules)


def test_an_unknown_type_names_the_ones_there_are() -> None:
    with pytest.raises(KeyError, match="postcode"):
        value_type("colour")
