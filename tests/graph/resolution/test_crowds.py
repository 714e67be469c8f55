"""Crowds that ask for a mega-cluster: switchboards, mass addresses, namesakes, empty texts. Who is one is known to the pair."""

from __future__ import annotations

import pytest

from graph.resolution.columns.shared import MANY
from graph.resolution.models import PERSON
from graph.resolution.online.columns import Tie, near
from tests.graph.resolution.deciding import Says, decided, mention, parts
from tests.graph.resolution.people import props

FIRST_NAMES = ("Anne", "Arthur", "Robert", "Susan", "Grace", "Peter", "Ivy", "Olga", "Tomasz", "Priya", "Sean", "Maria", "Hugo")  # fmt: skip


def test_a_firms_people_known_by_first_names_are_not_one_a_name() -> None:
    """One telephone, of thirteen names: it says nothing, though no name is whole; nor does an address of so many."""
    firm = [Says(name, phone="+441610000000", at="1 LS11AA") for name in FIRST_NAMES * 3]
    assert parts(firm)[0] == set()
    assert parts(firm[:3] * 2)[0] == {("Anne", "Anne"), ("Arthur", "Arthur"), ("Robert", "Robert")}


def test_who_has_no_name_is_nobody_else() -> None:
    nobody = [
        Says(name, phone="+441610000000", company="1", at="1 LS11AA") for name in ("", "-", "Anne Whitcombe")
    ]
    assert parts(nobody)[0] == set()


@pytest.mark.parametrize(("telephones", "joined"), [(MANY, MANY), (MANY + 1, 0)])
def test_a_record_with_more_telephones_than_many_is_a_list_of_nobody(telephones: int, joined: int) -> None:
    """And the match index says so, too."""
    name = props(name="Cuthbert Ashcombe")
    men = [mention(n, f"r{n}", "Person", "", name, []) for n in range(telephones + 1)]
    ends = [(n, n) for n in range(1, telephones + 1)] + [(0, n) for n in range(1, telephones + 1)]
    lnk: list[dict[str, object]] = []
    for who, phone in ends:
        lnk.append({"kind": "HAS_PHONE", "from_mno": who, "to_mno": len(men)})
        men.append(mention(len(men), f"r{who}", "Phone", "", "{}", [f"phone:{phone}"]))
    assert len(decided(men, lnk, PERSON)) == joined
    ties = [Tie("HAS_PHONE", "Phone", (f"phone:{n}",)) for n in range(telephones)]
    assert len(near([*ties, *ties], {})) == joined
