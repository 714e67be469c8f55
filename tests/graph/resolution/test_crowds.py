"""Crowds that ask for a mega-cluster: switchboards, mass addresses, namesakes, empty texts. Who is one is known to the pair."""

from __future__ import annotations

from tests.graph.resolution.deciding import Says, parts

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
