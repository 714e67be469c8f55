"""Case tables of the person model: which pair of names scores above which, and which former, foreign and changed names are one."""

from __future__ import annotations

import pytest

from graph.resolution.joining import Decision
from graph.resolution.person_names import parse
from tests.graph.resolution.deciding import Says, decisions, parts


def bits(a: str, b: str, born: tuple[str, str] = ("1980-05-17", "1980-05-17"), **tie: str) -> float:
    """What the model says of two who share a company; -99 when they are too unlike to be proposed."""
    tie = tie or {"company": "09000001"}
    found: list[Decision] = decisions([Says(a, born[0], **tie), Says(b, born[1], **tie)])
    return found[0].weight or 0.0 if found else -99.0


# From the surest down: each name of a line against the first. No line may rank higher than the one before.
LINES = [
    ("Katarzyna Wiśniewska", "Katarzyna Wisniewska", "Kasia Wisniewska", "Katarzyna Kowalska", "Krzysztof Wisniewski"),
    ("Michael Tanner", "Michael Tanner", "Mike Tanner", "M Tanner", "Michelle Tanner"),
    ("Vincent van der Berg", "Vincent van der Berg", "Vincent Vanderberg", "Vincent Berg", "Vincent Kowalski"),
    ("Mohammed Rahman", "Mohammed Rahman", "Muhammad Rahman", "M Rahman", "Mahmoud Rahman"),
    ("Сергей Иванов", "Sergey Ivanov", "Sergei Ivanov", "S Ivanov", "Sergio Ivanov"),
    ("Siobhán O'Neill", "Siobhan ONeill", "S O'Neill", "Sinead O'Neill"),
]  # fmt: skip


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_the_nearer_name_never_scores_below_the_farther_one(line: tuple[str, ...]) -> None:
    first, *others = line
    ranked = [bits(first, other) for other in others]
    assert ranked == sorted(ranked, reverse=True)
    assert ranked[0] > ranked[-1] + 5


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [
        (("1980-05-17", "1980-05-17"), ("1980-05-17", "1980-05")),
        (("1980-05-17", "1980-05"), ("1980-05-17", "1980")),
        (("1980-05-07", "1980-07-05"), ("1980-05-07", "1980-09-23")),
        (("1980-05-17", "1981-05-17"), ("1980-05-17", "1983-11-02")),
    ],
)
def test_the_nearer_date_scores_above_the_farther_one(
    nearer: tuple[str, str], farther: tuple[str, str]
) -> None:
    assert bits("Gareth Penhaligon", "Gareth Penhaligon", nearer) > bits(
        "Gareth Penhaligon", "Gareth Penhaligon", farther
    )


@pytest.mark.parametrize(
    ("a", "b", "one"),
    [
        # Married and former names: the name borne before is stated by one of the two.
        (Says("Jane Ashcombe née Smith", "1980-05", company="1"), Says("Jane Smith", "1980-05", company="1"), True),
        (Says("Jane Ashcombe (formerly Smith)", "1980-05", phone="+441"), Says("Jane Smith", phone="+441"), True),
        (Says("Jane Ashcombe née Smith", phone="+441"), Says("Jane Smith", phone="+441"), True),
        (Says("Jane Ashcombe", phone="+441"), Says("Jane Smith", phone="+441"), False),
        # Her sister, her mother, and a namesake of her maiden name.
        (Says("Jane Ashcombe née Smith", phone="+441"), Says("Anne Smith", phone="+441"), False),
        (Says("Jane Ashcombe née Smith", "1980-05-02", phone="+441"), Says("Jane Smith", "1951-11-09", phone="+441"), False),
        (Says("Jane Ashcombe née Smith", "1980-05", company="1"), Says("Jane Smith", "1980-05", company="2"), False),
    ],
)  # fmt: skip
def test_a_former_surname_joins_who_bears_it_and_nobody_else(a: Says, b: Says, one: bool) -> None:
    assert len(parts([a, b])[0]) == one


@pytest.mark.parametrize(
    ("name", "former", "found"),
    [
        ("Jane Ashcombe née Smith", "", ("JANE", "ASHCOMBE", "SMITH")),
        ("Jane ASHCOMBE (NEE SMITH)", "", ("JANE", "ASHCOMBE", "SMITH")),
        ("Jane Ashcombe, formerly van der Berg", "", ("JANE", "ASHCOMBE", "VAN DER BERG")),
        ("Jane Ashcombe", "Jane Mary SMITH", ("JANE", "ASHCOMBE", "SMITH")),
        ("Jane Ashcombe", "Jane ASHCOMBE", ("JANE", "ASHCOMBE", None)),
        ("Victoria Nee", "", ("VICTORIA", "NEE", None)),
        ("VICTORIA NEE TAN", "", ("VICTORIA", "TAN", None)),
        ("Max Born", "", ("MAX", "BORN", None)),
        ("née", "", ("NEE", None, None)),
    ],
)
def test_a_name_borne_before_is_told_apart(name: str, former: str, found: tuple[str | None, ...]) -> None:
    told = parse(name, "", "", former=former)
    assert (told.first, told.last, told.former) == found
