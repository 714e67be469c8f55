"""Folding, tokens and likeness: what is equal, what is alike, by exact values."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graph.search.text import folded, likeness, typos, whole
from graph.search.words import tokens_in, words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Müller", "muller"),
        ("Иванов Игорь", "ivanov igor"),
        ("O'Brien", "obrien"),
        ("O’BRIEN", "obrien"),
        ("J.R. Smith-Jones", "j r smith jones"),
        ("Łódź  Ærø", "lodz aero"),
        ("MARKS & SPENCER P.L.C.", "marks spencer p l c"),
        ("ＡＣＭＥ １２", "acme 12"),
        ("😀 🎉", "u1f600 u1f389"),
        ("👍🏽", "u1f44d"),
        ("£ + =", ""),
        ("Acme 😀 Ltd", "acme ltd"),
        ("Zoe\u0308", "zoe"),
        ("  \t ", ""),
        ("x" * 70, "x" * 64),
    ],
)
def test_text_is_folded_to_ascii_tokens(text: str, expected: str) -> None:
    assert folded(text) == expected


@given(st.text())
def test_folding_folded_text_changes_nothing_and_leaves_only_ascii_tokens(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert all(char in "abcdefghijklmnopqrstuvwxyz0123456789 " for char in once)


@pytest.mark.parametrize(
    ("token", "edits"),
    [("abc", 0), ("abcd", 1), ("abcdefg", 1), ("abcdefgh", 2), ("ba123", 0), ("0585725", 0), ("05857258", 1)],
)
def test_longer_tokens_forgive_more_and_numbers_less(token: str, edits: int) -> None:
    assert typos(token) == edits


@pytest.mark.parametrize(
    ("query", "name", "score"),
    [
        ("john smith", "john smith", 100.0),
        ("smith john", "john smith", 100.0),
        ("jon smith", "john smith", 94.7),
        ("j smith", "john smith", 95.0),
        ("john smith", "j smith", 95.0),
        ("smith", "john smith", 90.0),
        ("0585", "05857258", 90.0),
        ("john smith", "acme trading", 18.2),
        ("j smoth", "john smith", 85.5),
        ("alfa gadgts", "g ezaa", 47.1),
        ("john smith", "j a smith", 86.4),
    ],
)
def test_likeness_has_its_documented_values(query: str, name: str, score: float) -> None:
    assert likeness(query, name) == score


def test_a_whole_name_is_the_same_in_any_order_and_another_with_another_token() -> None:
    assert whole(["john", "smith"]) == whole(["smith", "john"])
    assert whole(["john", "smith"]) != whole(["john", "smithe"])


@given(st.text(max_size=60))
@example("O'Brien 東京 naïve x́ 07700")
def test_the_tokens_of_a_text_are_those_of_its_words(text: str) -> None:
    assert tokens_in(text) == [word.token for word in words_of(text)]


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [("holdco", "h", 28.6), ("henry", "h", 33.3), ("prgaue", "p", 28.6), ("john smith", "j s", 46.2),
     ("j s", "john smith", 95.0), ("j smith", "john smith", 95.0), ("john smith", "j smith", 95.0)],
)  # fmt: skip
def test_an_initial_alone_is_no_name(query: str, name: str, expected: float) -> None:
    assert likeness(query, name) == expected
