"""A list to match loses no line without a word: what is not read, or not compared, is told by row, field and value."""

from __future__ import annotations

import pytest

from graph.errors import InvalidValue
from graph.resolution.online.lists import read
from graph.resolution.online.record import read as read_record

Told = tuple[int, str, str, str]


def rejects(text: str, kind: str = "Person") -> list[Told]:
    """(row, field, value, the start of the remedy) of all that is not compared."""
    found: list[Told] = []
    for one in read(text):
        _, faults = read_record(kind, one.values)
        found += [(one.row, f.field, f.value, f.remedy.partition(":")[0]) for f in one.told(faults)]
    return found


def names(text: str) -> list[tuple[int, str]]:
    return [(one.row, " ".join(one.values.get("name", []))) for one in read(text)]


def test_a_quote_that_is_not_closed_costs_its_own_line_alone() -> None:
    text = 'name,birth date\nAnn Lee,1970\n"Kev Smith,1970\nBo Day,1962\n"Cy, Fox",1980\n'
    assert names(text) == [(1, "Ann Lee"), (2, ""), (3, "Bo Day"), (4, "Cy, Fox")]
    ((row, field, value, remedy),) = rejects(text)
    assert (row, field, value) == (2, "the whole row", '"Kev Smith,1970')
    assert remedy == "Left out. A quote that is not closed takes the 2 lines behind it"
    last = 'name,birth date\nAnn Lee,1970\n"Kev Smith,1970\nBo Day,1962\n\n'
    assert names(last) == [(1, "Ann Lee"), (2, ""), (3, "Bo Day")]


def test_a_text_of_many_lines_in_quotes_is_one_value() -> None:
    text = 'name,address\r\nAnn Lee,"12 High St\r\nLeeds LS1 1AA"\r\n'
    (only,) = read(text)
    assert only.values["address"] == ["12 High St\nLeeds LS1 1AA"]
    assert rejects(text) == []


def test_more_quotes_left_open_than_are_looked_into_refuse_the_list() -> None:
    with pytest.raises(InvalidValue, match="100 quotes that are not closed"):
        list(read("name\n" + '"Ann\nBo\n' * 101))


def test_a_first_line_with_an_open_quote_is_refused() -> None:
    with pytest.raises(InvalidValue, match="a first line whose quotes are closed"):
        list(read('"name,phone\nAnn,1\n'))


def test_lines_that_say_nothing_are_told_up_to_the_last_that_does() -> None:
    text = "name,phone\n\nAnn Lee,\n,\n , \nBo Day,\n\n,\n"
    assert names(text) == [(1, ""), (2, "Ann Lee"), (3, ""), (4, ""), (5, "Bo Day")]
    assert rejects(text) == [(row, "the whole row", "", "Left out") for row in (1, 3, 4)]


def test_a_second_value_of_what_is_compared_once_is_told() -> None:
    assert rejects("name,name\nAnn Lee,Bo Day\n") == [(1, "name", "Bo Day", "Only the first is compared")]
    assert rejects("name,dob,phone,phone\nAnn Lee,1970;1971,+447612000001,+447612000002\n") == [
        (1, "birth_date", "1971", "Only the first is compared")
    ]
    assert rejects("first name,middle name,surname\nAnn,Mary,Lee\n") == []


@pytest.mark.parametrize(
    ("kind", "values", "told"),
    [
        ("Person", {}, ("the whole record", "")),
        ("Person", {"name": ["  "]}, ("the whole record", "")),
        ("Person", {"name": ["…"]}, ("name", "…")),
        ("Person", {"address": ["12 High St"]}, ("address", "12 High St")),
        ("Organisation", {"name": ["Acme"], "birth_date": ["1970"]}, ("birth_date", "1970")),
        ("Organisation", {"name": ["Acme"], "company_name": ["Bcme"]}, ("company_name", "Acme")),
        ("Organisation", {"company_number": ["1", "2"]}, ("company_number", "00000002")),
    ],
)
def test_what_is_not_compared_is_told(kind: str, values: dict[str, list[str]], told: tuple[str, str]) -> None:
    _, faults = read_record(kind, values)
    assert [(fault.field, fault.value) for fault in faults] == [told]
    assert all(fault.remedy for fault in faults)


@pytest.mark.parametrize("text", ["???\n", "Ann Lee\n???\n", "value\n???\n", "name\n???\n"])
def test_a_bare_value_of_signs_alone_is_told(text: str) -> None:
    row = 2 if text.startswith("Ann") else 1
    assert rejects(text) == [(row, "name", "???", "It has no letter or digit to compare.")]


@pytest.mark.parametrize("text", ["", " \n\n", "\ufeff", "name,phone\n", "name,phone\n\n,\n"])
def test_a_list_of_no_record_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="at least one record"):
        list(read(text))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,name\nAnn Lee,Bo Day\n", ("name", "Bo Day")),
        ("title,title,name\nMr,Mrs,Ann Lee\n", ("title", "Mrs")),
        ("surname,last name\nLee,Day\n", ("surname", "Day")),
        ("birth date,dob,name\n1970,1980,Ann Lee\n", ("birth_date", "1980")),
        ("value,value\nAnn Lee,Bo Day\n", ("name", "Bo Day")),
        ("value\nAnn Lee; Bo Day\n", ("name", "Bo Day")),
    ],
)
def test_of_two_columns_of_one_field_the_second_is_compared_or_told(text: str, told: tuple[str, str]) -> None:
    assert [found[1:3] for found in rejects(text)] == [told]
