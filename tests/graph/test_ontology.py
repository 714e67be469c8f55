"""The ontology ships whole, and a faulty one is refused with every fault named."""

from __future__ import annotations

import pytest

from graph.ontology import Kind, ontology, parse
from graph.values import value_types

GOOD = """
kinds:
  Person: {pole: P, properties: {name: name}}
  Company: {pole: O}
identifiers:
  number: {kind: Company, value: company_number, uniqueness: global, issuer: GB-COH}
links:
  RUNS: {from: [Person], to: [Company], properties: {since: date}}
"""


def test_the_ontology_that_ships_is_sound() -> None:
    read = ontology()
    assert [read.kinds[name].pole for name in ("Person", "Company", "Address", "Flight")] == [
        "P",
        "O",
        "L",
        "E",
    ]
    assert read.links["CONTROLS"].from_kinds == ("Person", "Organisation", "Company")
    assert {kind for link in read.links.values() for kind in link.to_kinds} <= set(read.kinds)
    assert {value for kind in read.kinds.values() for value in kind.properties.values()} <= set(value_types())


def test_every_kind_that_records_describe_can_be_flagged() -> None:
    described = [kind for kind in ontology().kinds.values() if kind.properties]
    assert [kind.name for kind in described if kind.properties.get("flags") != "code"] == []


def test_a_key_names_its_identifier_issuer_and_value() -> None:
    assert ontology().identifiers["company_number"].key("05857258") == "company_number:GB-COH/05857258"
    assert ontology().identifiers["icao24"].key("4ca7b5") == "icao24:4ca7b5"


def test_a_good_text_is_read() -> None:
    read = parse(GOOD)
    assert read.kinds["Person"] == Kind("Person", "P", {"name": "name"})
    assert read.links["RUNS"].to_kinds == ("Company",)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("name: name", "name: nam", "Person.name: there is no value type 'nam'"),
        ("pole: O", "pole: X", "kind Company: pole 'X' is not P, O, L or E"),
        ("from: [Person]", "from: [Persson]", "link RUNS: there is no kind 'Persson'"),
        ("kind: Company", "kind: Firm", "identifier number: there is no kind 'Firm'"),
        ("uniqueness: global", "uniqueness: some", "uniqueness 'some' is not known"),
        ("value: company_number", "value: numbr", "there is no value type 'numbr'"),
        ("pole: O", "pole: O, colour: red", "Company: unknown member 'colour'"),
        ("  Company:", "  Person:", "Person is there twice"),
        ("links:", "linkss:", "has the sections"),
    ],
)
def test_a_fault_is_named(old: str, new: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        parse(GOOD.replace(old, new, 1))
