"""Which addresses are one: spellings of one street are, two flats, houses, boxes and streets never."""

from __future__ import annotations

import time

import pytest

from graph.resolution.models import ADDRESS
from graph.resolution.postal import Postal, postal
from graph.values import address
from tests.graph.resolution.deciding import decided, mention
from tests.graph.resolution.people import props

Told = dict[str, str]


def written(text: str, code: str = "LS6 2AA") -> Told:
    """Lines and town of an address: "Flat 2 / 12 High St / Leeds"."""
    *lines, town = text.split(" / ")
    names = ("premises", "line_1", "line_2") if len(lines) > 1 else ("line_1",)
    return {**dict(zip(names, lines, strict=False)), "locality": town, "postcode": code}


def outcome(*said: Told) -> dict[tuple[int, int], str]:
    """(the two's numbers) -> SAME or UNSURE."""
    rows = []
    for n, told in enumerate(said):
        parts = [told.get(name) for name in ("care_of", "po_box", "premises", "line_1", "line_2", "locality")]
        key = address.key(parts, told["postcode"], (told.get("region"), told.get("country")))
        rows.append(mention(n, f"r{n}", "Address", "", props(**told), [f"address:{key}"]))
    return {
        (int.from_bytes(d.a, "big"), int.from_bytes(d.b, "big")): d.verdict
        for d in decided(rows, [], ADDRESS)
    }


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("12 High Street / Leeds", "12 High St. / Leeds"),
        ("12 High Street / Leeds", "12 / High Street / Headingley, Leeds"),
        ("Flat 2 / 12 High Street / Leeds", "Apartment 2, 12 High St / Leeds"),
        ("12 High Street / Flat 2 / Leeds", "Flat 2 / 12 High Street / Leeds"),
        ("2nd Floor / 12 High Street / Leeds", "Second Floor, 12 High St / Leeds"),
        ("10-12 High St / Leeds", "10 - 12 High Street / Leeds"),
        ("12 A High St / Leeds", "12A High Street / Leeds"),
        ("5 1st Avenue / Leeds", "5 First Avenue / Leeds"),
        ("12 Chapeltown Road / Leeds", "12 Chapletown Road / Leeds"),
        ("Riverside House / Mill Lane / Leeds", "Riverside House, Mill Ln / Leeds"),
        ("Unit 3 / Acme Industrial Estate / Leeds", "Unit 3 Acme Ind. Est. / Leeds"),
    ],
)
def test_spellings_of_one_address_are_one(a: str, b: str) -> None:
    assert outcome(written(a), written(b)) == {(0, 1): "SAME"}


def test_lines_longer_than_any_address_are_not_compared() -> None:
    """Two streets of 100,000 characters would be a matrix of 10 GB."""
    street = "12 " + "ab" * 50_000
    assert outcome(written(f"{street} / Leeds"), written(f"{street}b / Leeds")) == {}
    short = "12 " + "ab" * 490
    assert outcome(written(f"{short} / Leeds"), written(f"{short}b / Leeds")) == {(0, 1): "UNSURE"}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Flat 2 / 12 High Street / Leeds", "Flat 12 / 12 High Street / Leeds"),
        ("Flat 2 / 12 High Street / Leeds", "Flat 12 / 2 High Street / Leeds"),
        ("Flat 2 / 12 High Street / Leeds", "12 High Street / Leeds"),
        ("Flat 2 / 12 High Street / Leeds", "Unit 2 / 12 High Street / Leeds"),
        ("Flat A / 12 High Street / Leeds", "Flat B / 12 High Street / Leeds"),
        ("Flat 2A / 12 High Street / Leeds", "Flat 2 / 12 High Street / Leeds"),
        ("10-12 High Street / Leeds", "10 High Street / Leeds"),
        ("10-12 High Street / Leeds", "10-14 High Street / Leeds"),
        ("12A High Street / Leeds", "12 High Street / Leeds"),
        ("12 High Street / Leeds", "21 High Street / Leeds"),
        ("Unit 3 / Acme Park / Leeds", "Unit 4 / Acme Park / Leeds"),
        ("Units 3 and 4 / Acme Park / Leeds", "Unit 3 / Acme Park / Leeds"),
        ("1st Floor / 12 High Street / Leeds", "2nd Floor / 12 High Street / Leeds"),
        ("Ground Floor Flat / 12 High Street / Leeds", "First Floor Flat / 12 High Street / Leeds"),
        ("12 High Street / Leeds", "12 High Square / Leeds"),
        ("12 Mill Lane / Leeds", "12 Mill Close / Leeds"),
        ("12 Mill Lane / Leeds", "12 Hill Lane / Leeds"),
        ("12 East Street / Leeds", "12 West Street / Leeds"),
        ("12 High Street / Leeds", "12 Station Road / Leeds"),
        ("Riverside House / Mill Lane / Leeds", "Lakeside House / Mill Lane / Leeds"),
        ("PO Box 12 / Leeds", "PO Box 21 / Leeds"),
    ],
)
def test_two_flats_houses_boxes_and_streets_are_never_one(a: str, b: str) -> None:
    assert outcome(written(a), written(b)) == {}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (written("The Coach House / 12 High Street / Leeds"), written("12 High Street / Leeds")),
        (written("C/O Smith Accountants / 12 High Street / Leeds"), written("12 High Street / Leeds")),
        (written("12 High Street / Leeds", "LS6 2AA"), written("12 High St / Leeds", "LS6 2AB")),
        (written("Riverside House / Mill Lane / Leeds"), written("Riversyde House / Mill Lane / Leeds")),
    ],
)  # fmt: skip
def test_what_may_be_another_house_is_proposed_at_most(a: Told, b: Told) -> None:
    assert outcome(a, b) == {(0, 1): "UNSURE"}


def test_a_street_and_number_in_two_towns_are_two_addresses() -> None:
    assert outcome(written("12 High Street / Leeds"), written("12 High St / York", "YO1 7HH")) == {}


def test_of_one_key_it_matters_not_which_way_of_putting_it_came_first() -> None:
    """The town on its line or behind the street is one text, and one key; only the one tells that the third is the same."""
    apart, behind = (
        written("12 High Street / Leeds"),
        {"line_1": "12 High Street, Leeds", "postcode": "LS6 2AA"},
    )
    found = [outcome(*order, written("12 High St / Leeds")) for order in ((apart, behind), (behind, apart))]
    assert [list(one.values()) for one in found] == [["SAME"], ["SAME"]]


def test_an_address_of_a_hundred_thousand_is_one_row_and_its_other_spelling_is_found() -> None:
    """Mentions of one key are one already; five hundred flats of the postcode beside it are two by two apart."""
    rows = [
        mention(n, f"r{n}", "Address", "", props(**written("12 High Street / Leeds")), ["address:a"])
        for n in range(100_000)
    ]
    rows.append(mention(len(rows), "s", "Address", "", props(**written("12 High St / Leeds")), ["address:b"]))
    for flat in range(500):
        for text in (f"Flat {flat} / 12 High Street / Leeds", f"Apt {flat} / 12 High St / Leeds"):
            rows.append(
                mention(
                    len(rows), f"f{len(rows)}", "Address", "", props(**written(text)), [f"address:{text}"]
                )
            )
    started = time.process_time()
    found = decided(rows, [], ADDRESS)
    assert {d.verdict for d in found} == {"SAME"}
    assert len(found) == 501
    assert time.process_time() - started < 30


@pytest.mark.parametrize(
    ("parts", "is_"),
    [
        (["Flat Two", "12 High St"], Postal("12", "FLAT 2", "HIGH ST")),
        (["Office 7, 3rd Floor, 35-37 Ludgate Hill"], Postal("35 37", "FLOOR 3 OFFICE 7", "LUDGATE HILL")),
        (["Kemp House", "152 - 160 City Road"], Postal("152 160", None, "KEMP HSE CITY RD")),
        (["12 N Main St"], Postal("12", None, "N MAIN ST")),
        (["BOX 7"], Postal(None, "BOX 7", None)),
        (["Unit B4", "St. James Street"], Postal(None, "UNIT B4", "ST JAMES ST")),
        (["", " , "], Postal(None, None, None)),
        (["東京都千代田区1-1"], Postal(*postal(["東京都千代田区1-1"]))),
    ],
)
def test_an_address_is_taken_apart(parts: list[str], is_: Postal) -> None:
    assert postal(parts) == is_
