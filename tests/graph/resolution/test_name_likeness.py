"""Likeness of names alone: what is written two ways is one, whatever the language, office or number."""

from __future__ import annotations

import pytest

from graph.resolution.name_likeness import likeness


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("Tarnica Societate cu răspundere limitată", "Tarnica S.R.L."),
        ("Societatea cu Răspundere Limitată Tarnica", "SRL Tarnica"),
        ("Tarnica Società a responsabilità limitata", "Tarnica S. r. l."),
        ("Mostny Spółka z ograniczoną odpowiedzialnością", "Mostny Sp. z o.o."),
        ("Lubenec společnost s ručením omezeným", "Lubenec s.r.o."),
        ("Lubenec spol. s r. o.", "Lubenec s.r.o."),
        ("Tiszahal Korlátolt Felelősségű Társaság", "Tiszahal Kft."),
        ("Bregana društvo s ograničenom odgovornošću", "Bregana d.o.o."),
        ("Uždaroji akcinė bendrovė Nidava", "UAB Nidava"),
        ("Sabiedrība ar ierobežotu atbildību Salaspils", "SIA Salaspils"),
        ("Osaühing Kallaste", "Kallaste OÜ"),
        ("Lahtinen Osakeyhtiö", "Lahtinen Oy"),
        ("Grenholm Aktiebolag", "Grenholm AB"),
        ("Sandvig Anpartsselskab", "Sandvig ApS"),
        ("Brouwershaven naamloze vennootschap", "Brouwershaven N.V."),
        ("Общество с ограниченной ответственностью Ромашка", "ООО Ромашка"),
        ("Товариство з обмеженою відповідальністю Лелека", "ТОВ Лелека"),
        ("Дружество с ограничена отговорност Вежен", "Вежен ООД"),
        ("Ψαράς Ανώνυμη Εταιρεία", "Ψαράς Α.Ε."),
        ("Deniz Anonim Şirketi", "Deniz A.Ş."),
        ("Weller Gesellschaft mit beschränkter Haftung", "Weller GmbH"),
        ("Vallorbe Société par actions simplifiée", "Vallorbe SAS"),
        ("Serrano Sociedad Limitada", "Serrano S.L."),
    ],
)
def test_a_legal_form_in_full_is_the_form_that_is_shortened(full: str, short: str) -> None:
    assert likeness(full, short) >= 0.97


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("Studio Sixty-Four", "Studio 64"),
        ("Studio Sixtyfour", "Studio 64"),
        ("Seventeen Bridges", "17 Bridges"),
        ("Ninety Nine Lamps", "99 Lamps"),
        ("Twenty-First Century Tea", "21st Century Tea"),
        ("Thirtieth Lane", "30th Lane"),
        ("Twelfth Night Inns", "12th Night Inns"),
    ],
)
def test_a_number_in_words_is_the_number(words: str, digits: str) -> None:
    assert likeness(words, digits) == 1.0


def test_numbers_that_are_near_are_not_alike_and_digits_side_by_side_are_not_summed() -> None:
    assert likeness("Studio Sixty-Four", "Studio 65") < 0.5
    assert likeness("11th Lane", "12th Lane") < 0.5
    assert likeness("Route 20 4", "Route 24") < 0.9


@pytest.mark.parametrize(
    "title",
    [
        *("President", "Prime Minister", "Minister", "Senator", "Chancellor", "Governor", "Ambassador", "Judge"),
        *("Ayatollah", "Mullah", "Hajji", "Maulana", "Cardinal", "Archbishop", "Rabbi", "Swami", "Lama"),
        *("King", "Prince", "Sultan", "Emir", "Duchess", "Baroness", "Vice Admiral", "Brigadier General", "Sergeant"),
        *("Professor", "Doctor", "Dean", "Monsieur", "Señora", "Sheikh"),
    ],
)  # fmt: skip
def test_an_office_or_honorific_may_be_there_or_not(title: str) -> None:
    assert likeness(f"{title} Orsolya Vantongeren", "Orsolya Vantongeren") >= 0.95


def test_a_title_that_is_the_surname_is_one() -> None:
    assert likeness("Stephen King", "Stephen Smith") < 0.5
    assert likeness("King, Stephen", "Stephen King") == 1.0
