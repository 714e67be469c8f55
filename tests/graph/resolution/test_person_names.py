"""Names are taken apart the same way however a source writes them."""

from __future__ import annotations

import pytest

from graph.resolution.person_names import parse


@pytest.mark.parametrize(
    ("name", "forenames", "surname", "first", "middle", "last"),
    [
        ("MR DAVID JOHN SMITH", "DAVID JOHN", "SMITH", "DAVID", "JOHN", "SMITH"),
        ("Dr David John Smith", "", "", "DAVID", "JOHN", "SMITH"),
        ("Smith, David John", "", "", "DAVID", "JOHN", "SMITH"),
        ("Sir Ludwig van der Berg OBE", "", "", "LUDWIG", "", "VAN DER BERG"),
        ("Paweł Łuczak", "Paweł", "Łuczak", "PAWEL", "", "LUCZAK"),
        ("Anne-Marie O'Brien", "Anne-Marie", "O'Brien", "ANNE", "MARIE", "OBRIEN"),
        ("Madonna", "", "", "MADONNA", "", None),
        ("Robert Marwood 👑", "Robert", "Marwood 👑", "ROBERT", "", "MARWOOD"),
        ("Saima vet", "", "", "SAIMA", "", None),
        ("👻👻", "", "", None, "", None),
        ("", "", "", None, "", None),
    ],
)
def test_a_name_has_the_same_parts_in_any_notation(
    name: str, forenames: str, surname: str, first: str | None, middle: str, last: str | None
) -> None:
    assert parse(name, forenames, surname)[:3] == (first, middle, last)


@pytest.mark.parametrize(
    ("said", "title", "generation"),
    [
        (("Mr Daniel Smith", "", ""), "M", None),
        (("Daniel Smith", "Daniel", "Smith", "Mrs"), "F", None),
        (("Smith, Miss Jane", "", ""), "F", None),
        (("Mr & Mrs J Smith", "", ""), None, None),
        (("Mr and Mrs J Smith", "", ""), None, None),
        (("Dr Jane Smith", "", ""), None, None),
        (("Robert Thackray Snr", "", ""), None, 1),
        (("Robert Thackray, Jr.", "", ""), None, 2),
        (("Robert Thackray", "Robert", "Thackray III"), None, 3),
        (("Robert Thackray", "Robert", "Thackray", "", "Jnr OBE"), None, 2),
    ],
)
def test_titles_and_generations_are_kept(
    said: tuple[str, ...], title: str | None, generation: int | None
) -> None:
    found = parse(*said)
    assert (found.title, found.generation) == (title, generation)


def test_a_generation_is_no_part_of_the_name() -> None:
    assert parse("Robert Thackray Snr", "", "")[:3] == ("ROBERT", "", "THACKRAY")
    assert parse("Robert Thackray, Jr.", "", "")[:3] == ("ROBERT", "", "THACKRAY")
    assert parse("", "Robert", "Thackray III")[:3] == ("ROBERT", "", "THACKRAY")


def test_one_word_is_a_surname_where_the_source_or_a_title_says_so() -> None:
    said = [("Mr Quigley", "", ""), ("Quigley", "", "Quigley"), ("Mr & Mrs Quigley", "", ""), ("Mr Sanjay", "", ""), ("Sir John", "", ""), ("Dave", "", ""),
            ("Dave school run", "", ""), ("Dr", "", "")]  # fmt: skip
    assert [(p.first, p.last) for p in (parse(*one) for one in said)] == [
        (None, "QUIGLEY"), (None, "QUIGLEY"), (None, "QUIGLEY"), ("SANJAY", None), ("JOHN", None), ("DAVE", None), ("DAVE", None), ("DR", None)
    ]  # fmt: skip
