"""One snapshot after another through the command line: what updates, what ends, and what late files cannot change."""

from __future__ import annotations

from pathlib import Path

import pytest

from .formats.companies_house import (
    EVENTS,
    controller,
    event,
    lines,
    officer,
    officer_company,
    officers,
    trailer,
    write,
)
from .taking import (
    AFTER_OCTOBER,
    AUGUST,
    NOVEMBER,
    OCTOBER,
    ONE,
    PSC,
    SEPTEMBER,
    TWO,
    Clew,
    day,
    month,
    parts,
    take,
    told,
)


def test_the_next_complete_register_updates_and_closes_what_it_lacks(clew: Clew, tmp_path: Path) -> None:
    assert take(clew, tmp_path, *SEPTEMBER, "--complete")["ended"] == 0
    report = take(clew, tmp_path, *OCTOBER, "--complete")
    assert (report["read"], report["complete"], report["ended"]) == (2, True, 1)
    assert [told(clew, tmp_path, n) for n in "123"] == AFTER_OCTOBER
    assert take(clew, tmp_path, *NOVEMBER, "--complete")["ended"] == 2
    # Back on the register: what was closed is open again.
    assert told(clew, tmp_path, "3") == ("C LTD", [("REGISTERED_AT", "3 QUAY, EX4 2MP", None, None)])
    assert told(clew, tmp_path, "2") == ("B LTD", [("REGISTERED_AT", "2 QUAY, EX4 2MP", None, "2026-11-01")])
    assert clew("check", "--json") == [{"ok": True, "revisions": 3, "problems": []}]


def test_without_complete_a_register_ends_nothing_whole_or_in_parts(clew: Clew, tmp_path: Path) -> None:
    take(clew, tmp_path, *SEPTEMBER)
    assert take(clew, tmp_path, *OCTOBER)["ended"] == 0
    for name, content in parts(12, (("P1 LTD", "11", "1 QUAY"),), (("P2 LTD", "12", "1 QUAY"),)):
        report = take(clew, tmp_path, name, content)
        assert (report["complete"], report["ended"], report["notes"]) == (False, 0, [])
    assert told(clew, tmp_path, "3") == ("C LTD", [("REGISTERED_AT", "3 QUAY, EX4 2MP", None, None)])
    assert told(clew, tmp_path, "11") == ("P1 LTD", [("REGISTERED_AT", "1 QUAY, EX4 2MP", None, None)])


@pytest.mark.parametrize(
    ("order", "ended"),
    [
        ((AUGUST, SEPTEMBER, OCTOBER), "2026-09-01"),
        ((SEPTEMBER, AUGUST, OCTOBER), "2026-09-01"),
        ((SEPTEMBER, OCTOBER, AUGUST), "2026-09-01"),
        ((OCTOBER, SEPTEMBER, AUGUST), "2026-09-01"),
        # Ended by October's already when September's comes: that day stands.
        ((OCTOBER, AUGUST, SEPTEMBER), "2026-10-01"),
        ((AUGUST, OCTOBER, SEPTEMBER), "2026-10-01"),
    ],
)
def test_the_same_companies_have_ended_in_whatever_order_the_registers_come(
    clew: Clew, tmp_path: Path, order: tuple[tuple[str, str], ...], ended: str
) -> None:
    for name, content in order:
        take(clew, tmp_path, name, content, *(("--complete",) if name != AUGUST[0] else ()))
    assert [told(clew, tmp_path, n) for n in "123"] == AFTER_OCTOBER
    gone = ("D LTD", [("REGISTERED_AT", "4 QUAY, EX4 2MP", None, ended)])
    assert told(clew, tmp_path, "4") == gone
    clew("rebuild")
    assert [told(clew, tmp_path, n) for n in "1234"] == [*AFTER_OCTOBER, gone]
    assert clew("check", "--json")[0]["ok"] is True


def test_what_was_known_and_what_was_so_can_be_asked_for_after_an_ending(clew: Clew, tmp_path: Path) -> None:
    take(clew, tmp_path, *SEPTEMBER, "--complete")
    take(clew, tmp_path, *OCTOBER, "--complete")
    ask = '{ entity(kind: Company, identifier: "3", asOf: %s) { expand { links { episodes { validTo } } } } }'
    open_, ended = [{"episodes": [{"validTo": None}]}], [{"episodes": [{"validTo": "2026-10-01"}]}]
    for as_of, links in (
        ("{known: {revision: 1}}", open_), ('{valid: "2026-09-15"}', ended), ('{valid: "2026-10-15"}', []),
    ):  # fmt: skip
        [answer] = clew("query", str(write(tmp_path, "q.graphql", ask % as_of)))
        assert answer["data"]["entity"]["expand"]["links"] == links


def test_a_counted_snapshot_of_controllers_withdraws_what_it_lacks_and_a_late_one_brings_nothing_back(
    clew: Clew, tmp_path: Path
) -> None:
    take(clew, tmp_path, *day(18, ONE, TWO))
    both = [
        ("CONTROLS", "One Person", "2020-01-01", None),
        ("CONTROLS", "Two Person", "2020-01-01", "2021-01-01"),
    ]
    assert told(clew, tmp_path, "5") == ("00000005", both)
    report = take(clew, tmp_path, *day(19, TWO))
    assert (report["complete"], report["ended"]) == (True, 1)
    assert told(clew, tmp_path, "5") == ("00000005", both[1:])
    # As of the day before, with a person that neither of the two snapshots since has.
    take(clew, tmp_path, *day(17, ONE, TWO, controller("00000005", "three", name="Three Person")))
    assert told(clew, tmp_path, "5") == ("00000005", both[1:])
    take(clew, tmp_path, *day(20, ONE, TWO))
    assert told(clew, tmp_path, "5") == ("00000005", both)
    assert clew("check", "--json") == [{"ok": True, "revisions": 4, "problems": []}]


@pytest.mark.parametrize(
    ("name", "content", "note"),
    [
        (PSC.format(19), lines(TWO, trailer(2, at="2026-09-19T06:00:00Z")),
         "Not taken as complete: the trailer says persons_of_significant_control_count 2, read 1."),
        (PSC.format(19), lines(TWO, ONE | {"company_number": "?"}, trailer(2, at="2026-09-19T06:00:00Z")),
         "Not taken as complete: the trailer says persons_of_significant_control_count 2, read 1."),
        ("psc-snapshot-2026-09-19_1of32.txt", day(19, TWO)[1], "Part 1 of 32: ends nothing until parts 2 to 32 are in."),
    ],
)  # fmt: skip
def test_a_snapshot_whose_count_disagrees_or_that_is_a_part_lands_and_ends_nothing(
    clew: Clew, tmp_path: Path, name: str, content: str, note: str
) -> None:
    take(clew, tmp_path, *day(18, ONE, TWO))
    report = take(clew, tmp_path, name, content)
    assert (report["complete"], report["ended"], report["notes"]) == (False, 0, [note])
    found = told(clew, tmp_path, "5")
    assert found is not None
    assert [other for _, other, _, _ in found[1]] == ["One Person", "Two Person"]


def test_events_put_replay_and_take_back_what_the_snapshot_says_when_they_share_its_source(
    clew: Clew, tmp_path: Path
) -> None:
    source = ("--source", "companies-house")
    kind, path = "company-psc-individual", "company/5/persons-with-significant-control/individual/one"
    take(clew, tmp_path, *day(18, ONE), *source)
    later = ONE["data"] | {"ceased_on": "2026-09-18", "name": "One Person"}
    put = event(kind, path, later, timepoint=7, at="2026-09-18T12:00:00")
    gone = event(kind, path, {}, timepoint=8, at="2026-09-18T12:00:00", type="deleted")
    take(clew, tmp_path, EVENTS, lines(put), *source)
    ended = ("00000005", [("CONTROLS", "One Person", "2020-01-01", "2026-09-18")])
    assert told(clew, tmp_path, "5") == ended
    # Out of order and twice: the greatest timepoint of the same second counts.
    take(clew, tmp_path, EVENTS, lines(gone, put, gone), *source)
    assert told(clew, tmp_path, "5") is None
    take(clew, tmp_path, EVENTS, lines(put) + "\n", *source)
    assert told(clew, tmp_path, "5") is None
    # A snapshot of the next day that has it again is later than the deletion.
    take(clew, tmp_path, *day(19, ONE), *source)
    assert told(clew, tmp_path, "5") == ("00000005", [("CONTROLS", "One Person", "2020-01-01", None)])
    assert clew("check", "--json")[0]["ok"] is True


def test_officers_that_a_counted_snapshot_lacks_have_ended_and_it_ends_nothing_else_of_its_source(
    clew: Clew, tmp_path: Path
) -> None:
    source = ("--source", "companies-house")
    rows = (
        officer_company("00000001", "A LTD", count=2),
        officer("00000001", "111111110001", fields=("", "ANN", "FIRST")),
        officer("00000001", "222222220001", fields=("", "BEN", "SECOND")),
    )
    take(clew, tmp_path, *SEPTEMBER, *source)
    take(clew, tmp_path, *day(18, controller("00000001", "x", name="One Person")), *source)
    take(clew, tmp_path, "Prod195_1_20261001.dat", officers(*rows, day="20261001"), *source)
    report = take(clew, tmp_path, "Prod195_2_20261101.dat", officers(*rows[:2], day="20261101"), *source)
    assert (report["complete"], report["ended"]) == (True, 1)
    assert told(clew, tmp_path, "1") == (
        "A LTD",
        [
            ("CONTROLS", "One Person", None, None),
            ("OFFICER_OF", "ANN FIRST", "2020-01-01", None),
            ("OFFICER_OF", "BEN SECOND", "2020-01-01", "2026-11-01"),
            ("REGISTERED_AT", "1 QUAY, EX4 2MP", None, None),
        ],
    )


def test_the_same_bytes_said_to_be_complete_end_what_they_lack(clew: Clew, tmp_path: Path) -> None:
    take(clew, tmp_path, *SEPTEMBER)
    assert take(clew, tmp_path, *OCTOBER)["revision"] == 2
    assert take(clew, tmp_path, *OCTOBER)["revision"] == 2
    report = take(clew, tmp_path, *OCTOBER, "--complete")
    assert (report["revision"], report["ended"]) == (3, 1)
    assert [told(clew, tmp_path, n) for n in "123"] == AFTER_OCTOBER


def test_bytes_that_are_back_under_a_later_date_are_news_and_a_copy_without_a_date_is_none(
    clew: Clew, tmp_path: Path
) -> None:
    companies = (("A LTD", "1", "1 QUAY"), ("B LTD", "2", "2 QUAY"))
    october, december = month(10, *companies), month(12, *companies)
    take(clew, tmp_path, *october, "--complete")
    take(clew, tmp_path, *month(11, ("A NEW LTD", "1", "9 QUAY")), "--complete")
    for name, options in (("copy.csv", ("--complete",)), ("copy.csv", ()), (october[0], ())):
        assert take(clew, tmp_path, name, october[1], *options)["revision"] == 1
    assert take(clew, tmp_path, *december, "--complete")["revision"] == 3
    back = [
        ("A LTD", [("REGISTERED_AT", "1 QUAY, EX4 2MP", None, None)]),
        ("B LTD", [("REGISTERED_AT", "2 QUAY, EX4 2MP", None, None)]),
    ]
    assert [told(clew, tmp_path, n) for n in "12"] == back
    for name in (december[0], october[0], "copy.csv"):
        assert take(clew, tmp_path, name, october[1], "--complete")["revision"] == 1
    clew("rebuild")
    assert [told(clew, tmp_path, n) for n in "12"] == back
    assert clew("check", "--json") == [{"ok": True, "revisions": 3, "problems": []}]
