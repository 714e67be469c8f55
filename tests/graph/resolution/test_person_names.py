"""Names are taken apart the same way however a source writes them."""

from __future__ import annotations

import pytest

from graph.resolution.person_names import canonical, parse


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


def test_familiar_forms_are_short_for_one_name() -> None:
    short = canonical()
    assert {short[x] for x in ("BOB", "ROBBIE", "ROBERT")} == {"ROBERT"}
    assert short["STEVE"] == short["STEVEN"] == "STEPHEN"
