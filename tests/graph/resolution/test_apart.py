"""Who must stay apart and who must be one: twins, couples, households, namesakes, slips of the pen, bodies of one name."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.graph.resolution.deciding import Says, decisions, organisations, parts


def couple(*names: str, born: str = "1980-05", second: str = "") -> list[Says]:
    """Controllers of one company who live together, born in one month (the last one in `second`)."""
    dates = [*[born] * (len(names) - 1), second or born]
    return [
        Says(name, date, company="09000001", at="7 LS62AA", nationality="British", country="England")
        for name, date in zip(names, dates, strict=True)
    ]


def household(*names: str) -> list[Says]:
    """Entries of phone books with one number."""
    return [Says(name, phone="+441904960604") for name in names]


FORENAMES = "forenames contradict"
ENTRIES = "two entries of one list, born otherwise"
MIDDLES = "middle names contradict"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (couple("James Hartwell", "John Hartwell"), FORENAMES),
        (couple("Ms Chioma Okonkwo", "Ms Chinonso Okonkwo"), FORENAMES),
        (couple("Nasima Begum", "Nazma Begum"), FORENAMES),
        (couple("Maria Delgado", "Marie Delgado"), FORENAMES),
        (couple("Mr Daniel Pemberton", "Mrs Danielle Pemberton"), FORENAMES),
        (couple("Ali Khan", "Aliya Khan"), FORENAMES),
        (couple("Amit Patel", "Amita Patel"), FORENAMES),
        (couple("Amit Patel", "Anil Patel"), FORENAMES),
        (couple("Robert Ainsworth", "Roberta Ainsworth", born="1960-05", second="1961-05"), FORENAMES),
        (couple("Gurpreet Singh", "Harpreet Singh"), FORENAMES),
        (couple("Gurjeet Singh", "Gurmeet Singh"), FORENAMES),
        (couple("Asif Khan", "Asim Khan"), FORENAMES),
        (couple("Gabriel Moss", "Gabrielle Moss"), FORENAMES),
        (couple("Xyrel Moss", "Xyrella Moss"), FORENAMES),
        (couple("Mr Mohammed Bilal Hussain", "Mr Mohammed Tariq Hussain", born="1981-06", second="1982-06"), MIDDLES),
        (couple("Muhammad Ali Khan", "Muhammad Umar Khan"), MIDDLES),
        (couple("Anna Maria Fitch", "Anna Louise Fitch"), MIDDLES),
        (couple("Zhang Wei", "Wei Zhang", born="1990-02", second="1991-02"), ENTRIES),
        (couple("Priya Raman", "Priya Raman", born="1990-02", second="1991-02"), ENTRIES),
        (couple("Mr Robin Dean", "Mrs Robin Dean"), "titles contradict"),
        (couple("Mr J Dean", "Miss J Dean"), "titles contradict"),
        (couple("Robert Thackray Snr", "Robert Thackray Jnr"), "generation"),
        (couple("Robert Thackray II", "Robert Thackray III"), "generation"),
        (couple("Robert Thackray Sr", "Robert Thackray, Jr."), "generation"),
    ],
)  # fmt: skip
def test_two_of_one_house_company_and_month_are_proposed_at_most_and_told_why(
    said: list[Says], why: str
) -> None:
    assert parts(said) == (set(), {(0, 1): why})


def cards(*phones: str, book: str = "a", other: str = "") -> list[Says]:
    """Cards of one name and employer."""
    return [
        Says("Karen Ollerton", phone=phone, employer="Ollerton Haulage", book=name)
        for phone, name in zip(phones, [book, *[other or book] * (len(phones) - 1)], strict=True)
    ]


def test_two_cards_of_one_phone_book_that_share_no_number_are_proposed_at_most() -> None:
    one, other = "+441904960604", "+441904960605"
    assert parts(cards(one, other)) == (set(), {(0, 1): "two cards of one book, no number shared"})
    both = {("Karen Ollerton", "Karen Ollerton")}
    assert parts(cards(one, one)) == (both, {}), "a card saved twice"
    assert parts(cards(one, other, other="b")) == (both, {}), "two books"


def test_namesakes_at_one_employer_with_other_numbers_are_proposed_at_most() -> None:
    """A common name: a large employer has several of it. A rare one is enough, and so is a number that both have."""

    def colleagues(name: str, *phones: str) -> list[Says]:
        return [Says(name, phone=phone, employer="Tesco PLC", book=f"b{n}") for n, phone in enumerate(phones)]

    one, other = "+447700900101", "+447700900102"
    assert parts(colleagues("Sarah Jones", one, other)) == (
        set(),
        {(0, 1): "an employer by name alone, other numbers"},
    )
    assert len(parts(colleagues("Sarah Jones", one, one))[0]) == 1
    assert len(parts(colleagues("Sarah Ollerton", one, other))[0]) == 1


@pytest.mark.parametrize(
    "names",
    [
        ("Daniel Foster", "Danielle Foster"),
        ("Martin Kerridge", "Martina Kerridge"),
        ("Simon Brough", "Simone Brough"),
        ("Paul Dempster", "Paula Dempster"),
        ("Alan Price", "Alan Pryce"),
        ("A Whitcombe", "Anne Whitcombe", "Arthur Whitcombe"),
        ("Mr J Quigley", "Mrs J Quigley", "John Quigley", "Jane Quigley"),
        ("Pat Lovell", "Patrick Lovell", "Patricia Lovell"),
        ("Chris Nye", "Christopher Nye", "Christine Nye"),
        ("Sam Orde", "Samuel Orde", "Samantha Orde"),
        ("Jo Tarrant", "Joanne Tarrant", "Joseph Tarrant"),
        ("Robert Thackray", "Robert Thackray Snr", "Robert Thackray Jnr"),
        ("J Quigley", "Mr J Quigley", "Mrs J Quigley"),
    ],
)
def test_a_household_of_one_phone_stays_apart(names: tuple[str, ...]) -> None:
    assert parts(household(*names))[0] == set()


def test_two_with_middle_names_of_their_own_do_not_meet_in_a_third_without_any() -> None:
    same, proposed = parts(household("Mohammed Bilal Hussain", "Mohammed Tariq Hussain", "Mohammed Hussain"))
    assert same == set()
    assert proposed == {(0, 1): MIDDLES, (0, 2): "several", (1, 2): "several"}
    same, _ = parts(household("Mohammed Bilal Hussain", "Mohammed B Hussain", "Mohammed Hussain"))
    assert same == {("Mohammed Bilal Hussain", "Mohammed B Hussain", "Mohammed Hussain")}


def test_a_short_name_joins_none_of_several_but_its_like() -> None:
    same, proposed = parts(household("A Whitcombe", "Anne Whitcombe", "Arthur Whitcombe", "Anne Whitcombe"))
    assert same == {("Anne Whitcombe", "Anne Whitcombe")}
    assert proposed == {(0, 1): "several", (0, 2): "several"}
    same, _ = parts(household("Chris Nye", "Chris Nye", "Christopher Nye", "Christine Nye"))
    assert same == {("Chris Nye", "Chris Nye")}


@pytest.mark.parametrize(
    "names",
    [
        ("Mike T", "Mike Tanner", "Tanner Michael"),
        ("Steve Rowbotham", "Stephen Rowbotham", "Stephn Rowbotam"),
        ("Stephen Rowbotham", "Stephn Rowbotam"),
        ("Kasia Wiśniewska", "Katarzyna Wisniewska", "K. Wiśniewska"),
        ("A Whitcombe", "Anne Whitcombe"),
        ("Brannigan, Declan", "Declan Brannigan"),
        ("Mr Chris Nye", "Christopher Nye"),
    ],
)
def test_one_phone_of_few_joins_the_spellings_of_one_name(names: tuple[str, ...]) -> None:
    assert parts(household(*names))[0] == {names}


def test_the_same_first_name_and_phone_is_a_proposal() -> None:
    assert parts(household("Dave", "Dave")) == (set(), {(0, 1): ""})


NAMESAKES = [("Wei Zhang", "1988-01"), ("Mohammed Rahman", "1980-01"), ("Gurpreet Singh", "1984-01"), ("Sean O'Neill", "1980-01"),
             ("Maria Novak", "1952-07"), ("Hassan Sidhu", "1982-01")]  # fmt: skip


@pytest.mark.parametrize(("name", "born"), NAMESAKES)
def test_namesakes_born_in_one_month_with_nothing_else_in_common_are_proposed(name: str, born: str) -> None:
    both = [
        Says(name, born, company=company, at=at, nationality="British", country="England")
        for company, at in (("09100006", "1 M11AA"), ("09100007", "99 G11AA"))
    ]
    assert parts(both) == (set(), {(0, 1): ""})


def test_a_surname_that_hardly_anybody_bears_and_a_month_are_enough_at_home() -> None:
    contact = Says("Gareth Penhaligon", "1979-09-01", phone="+447700900961")
    director = Says("PENHALIGON, Gareth", "1979-09", company="1", nationality="British", country="Wales")
    assert len(parts([contact, director])[0]) == 1
    for other in (
        Says("Gareth Penhaligon", "1979-09", nationality="Dutch"),
        Says("Gareth Smith", "1979-09"),
        Says("G Penhaligon", "1979-09"),
    ):
        assert parts([other, Says(other.name.replace("G ", "Gareth "), "1979-09", company="2")])[0] == set()


def test_a_month_and_a_tie_or_a_day_or_a_middle_name_and_country_are_enough() -> None:
    far = {"nationality": "British", "country": "England"}
    tied = [
        Says("Wei Zhang", "1988-01", company="09100006"),
        Says("Wei Zhang", "1988-01", company="09100006"),
    ]
    dated = [Says("Ingrid Vandersloot", "1969-09-03"), Says("Ingrid Vandersloot", "1969-09-03")]
    middle = [Says("David Maria Smith", "1969-09", at=f"{n} M{n}1AA", **far) for n in (1, 2)]
    initial = [Says("David M Smith", "1969-09", at=f"{n} M{n}1AA", **far) for n in (1, 2)]
    assert [len(parts(said)[0]) for said in (tied, dated, middle, initial)] == [1, 1, 1, 0]


def test_what_says_nothing_is_no_evidence_and_one_country_has_two_names() -> None:
    def bits(*said: Says) -> dict[str, float]:
        (found,) = decisions(said)
        return dict(json.loads(found.reason))

    base = {"name": "Tomasz Nowak", "born": "1980-05", "company": "1"}
    filled = bits(Says(**base, occupation="None"), Says(**base, occupation="NONE"))
    baker = bits(Says(**base, occupation="Baker"), Says(**base, occupation="Baker"))
    assert (filled["occupation"], baker["occupation"] > 2) == (0.0, True)
    for one, other, against in (
        ("British", "United Kingdom", False), ("English", "British", False), ("English", "Scottish", True), ("British", "Polish", True),
    ):  # fmt: skip
        told = bits(Says(**base, nationality=one), Says(**base, nationality=other))["nationality"]
        assert (told < 0) == against
        assert told <= 0
    assert bits(Says(**base, country="England"), Says(**base, country="United Kingdom"))["residence"] == 0.0


def test_a_cluster_never_holds_two_forenames_that_contradict() -> None:
    """J J is James to the one and John to the other, in different companies, as far as each pair shows."""
    said = [
        Says("James John Hartwell", "1980-05", company="1", at="7 LS62AA"),
        Says("John Hartwell", "1980-05", company="1", at="7 LS62AA"),
        Says("James Hartwell", "1980-05", company="1", at="7 LS62AA"),
    ]
    assert all(not {"John Hartwell", "James Hartwell"} <= set(one) for one in parts(said)[0])


KESTREL = "KESTREL LEASING LIMITED"


def test_bodies_of_one_full_name_are_proposed_and_one_with_their_address() -> None:
    apart = [
        Says(KESTREL, number="09000004", at="1 LS11AA"),
        Says("Kestrel Leasing Ltd"),
        Says("Kestrel Leasing Limited"),
    ]
    assert organisations(apart) == (set(), {(0, 1): "", (0, 2): "", (1, 2): ""})
    at = [Says(one.name, number=one.number, at="1 LS11AA") for one in apart]
    assert organisations(at)[0] == {(KESTREL, "Kestrel Leasing Ltd", "Kestrel Leasing Limited")}
    assert organisations(at[1:])[0] == {("Kestrel Leasing Ltd", "Kestrel Leasing Limited")}


def test_other_legal_forms_and_names_without_one_and_employers_are_not_proposed_by_name() -> None:
    assert organisations([Says(KESTREL, number="09000004"), Says("Kestrel Leasing LLP")]) == (set(), {})
    assert organisations([Says("The Anchor"), Says("The Anchor")]) == (set(), {})
    assert organisations([Says(KESTREL, number="09000004"), Says("Kestrel Leasing Ltd", employs=True)]) == (
        set(),
        {},
    )


def test_sixty_of_one_name_are_few_proposals() -> None:
    _, proposed = organisations([Says("Kestrel Leasing Ltd") for _ in range(60)])
    assert len(proposed) <= 3 * 60
    assert {n for pair in proposed for n in pair} == set(range(60))


def test_two_controllers_of_one_name_and_month_with_other_nationality_and_country_are_two() -> None:
    said = [
        Says("Ewa Sikora", "1994-10", company="1", nationality="Polish", country="England"),
        Says("Ewa Sikora", "1994-10", company="1", nationality="British", country="Scotland"),
    ]
    assert parts(said) == (set(), {(0, 1): "two entries of one list, of other nationality and country"})
    assert len(parts([said[0], replace(said[1], nationality="Polish")])[0]) == 1


def test_a_tag_and_full_stops_lead_to_one_mailbox() -> None:
    same = [Says("Bea Quick", email=one) for one in ("bea.quick9@x.example", "beaquick9+home@x.example")]
    assert len(parts(same)[0]) == 1
    other = [Says("Bea Quick", email=one) for one in ("bea.quick9@x.example", "beaquick9@y.example")]
    assert parts(other)[0] == set()


def test_a_surname_alone_is_anybodys_of_a_household_but_for_who_was_born_then() -> None:
    def at_home(name: str, born: str = "", title: str = "") -> Says:
        return Says(name, born, phone="+441904960604", at="7 LS62AA", title=title)

    assert parts([at_home("Mr Quigley"), at_home("Jane Quigley")])[0] == set()
    assert parts([at_home("Mrs Quigley", "1961-04-09"), at_home("Jane Quigley", "1990-04-09")])[0] == set()
    assert len(parts([at_home("Mrs Quigley", "1961-04-09"), at_home("Jane Quigley", "1961-04-09")])[0]) == 1
