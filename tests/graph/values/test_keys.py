"""The keys on which names and addresses agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.values import address, company_name
from graph.values.folding import bare, fold
from graph.values.legal_forms import HINTS, PHRASES, WORDS


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Foo & Bar (U.K.) Limited", "FOO AND BAR UK LTD"),
        ("FOO AND BAR UK LTD.", "FOO AND BAR UK LTD"),
        ("I.T.K. (SAFETY) LIMITED", "ITK SAFETY LTD"),
        ("Café Zażółć P.L.C.", "CAFE ZAZOLC PLC"),
        ("Cafe Zazolc public limited company", "CAFE ZAZOLC PLC"),
        ("DRAGON CYFYNGEDIG", "DRAGON LTD"),
        ("OAK Limited Liability Partnership", "OAK LLP"),
        ("O'NEILL'S CO", "ONEILLS CO"),
        ("ONEILLS COMPANY", "ONEILLS CO"),
        ("! LTD", "LTD"),
        ("!?", ""),
    ],
)
def test_names_that_differ_in_form_only_share_a_key(name: str, key: str) -> None:
    assert company_name.key(name) == key


def test_every_legal_phrase_holds_a_hint_and_comes_to_a_word_that_stays() -> None:
    for phrase, form in PHRASES.items():
        assert HINTS & set(phrase.split(" ")), phrase
        assert WORDS.get(form, form) == form


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(name: str) -> None:
    key = company_name.key(name)
    assert company_name.key(key) == key


@given(st.text(max_size=60))
def test_bare_text_is_upper_case_words_of_letters_and_digits(text: str) -> None:
    assert all(
        word.isascii() and word.isalnum() and word == word.upper() for word in bare(text).split(" ") if word
    )


def test_folding_transliterates() -> None:
    assert fold("  Łódź  Straße ") == "LODZ STRASSE"


def test_an_address_meets_itself_however_it_is_parted() -> None:
    one = address.key(("1", "High St.", "", "Leeds"), "ls1 2ab", ("West Yorkshire", "England"))
    other = address.key((None, "1 HIGH ST", "LEEDS"), "LS1 2AB")
    assert one == other == "1 HIGH ST LEEDS LS1 2AB"


def test_abroad_the_country_counts() -> None:
    assert address.key(("5", "Rue des Bains", "Luxembourg"), "L-1212", (None, "Luxembourg")) == (
        "5 RUE DES BAINS LUXEMBOURG LUXEMBOURG L-1212"
    )


@pytest.mark.parametrize(
    ("parts", "code", "key"),
    [
        (("1 High St",), "LS1 2AB", "1 HIGH ST LS1 2AB"),
        ((), "LS1 2AB", None),
        (("...",), "LS1 2AB", None),
        (("1 High St", "Leeds"), None, None),
        (("1", "High St", "Leeds"), None, "1 HIGH ST LEEDS"),
        (("1", "High St", "Leeds"), "-", "1 HIGH ST LEEDS"),
    ],
)
def test_an_address_without_enough_has_no_key(
    parts: tuple[str, ...], code: str | None, key: str | None
) -> None:
    assert address.key(parts, code) == key


def test_one_line_leaves_out_what_is_not_there() -> None:
    assert address.one_line(("Unit 9   Berry", None, "", "Tadley")) == "Unit 9 Berry, Tadley"
