"""Snapshots that come in parts: together they are one, whatever the order, and end nothing until all are in."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from .formats.companies_house import company, controller, lines, statement, trailer
from .taking import AFTER_OCTOBER, AUGUST, OCTOBER, ONE, SEPTEMBER, TWO, Clew, day, parts, take, told

IN_PARTS = parts(
    10, (("A NEW LTD", "1", "9 QUAY"),), (("B LTD", "2", "2 QUAY"),), (("E LTD", "5", "5 QUAY"),)
)


@pytest.mark.parametrize(
    ("order", "notes"),
    [
        ((1, 2, 3), ["Part 1 of 3: ends nothing until parts 2 and 3 are in.",
                     "Part 2 of 3: ends nothing until part 3 is in."]),
        ((3, 1, 2), ["Part 3 of 3: ends nothing until parts 1 and 2 are in.",
                     "Part 1 of 3: ends nothing until part 2 is in."]),
        ((2, 3, 1), ["Part 2 of 3: ends nothing until parts 1 and 3 are in.",
                     "Part 3 of 3: ends nothing until part 1 is in."]),
    ],
)  # fmt: skip
def test_a_register_in_parts_ends_what_none_of_them_holds_when_the_last_is_in(
    clew: Clew, tmp_path: Path, order: tuple[int, ...], notes: list[str]
) -> None:
    take(clew, tmp_path, *SEPTEMBER, "--complete")
    *before, last = [take(clew, tmp_path, *IN_PARTS[n - 1], "--complete") for n in order]
    assert [(r["complete"], r["ended"], r["notes"]) for r in before] == [(False, 0, [n]) for n in notes]
    assert (last["complete"], last["ended"], last["notes"], last["revision"]) == (True, 1, [], 4)
    assert [told(clew, tmp_path, n) for n in "123"] == AFTER_OCTOBER
    # Late ones are measured by the whole: what it lacks has ended, what it has stays as it is.
    assert take(clew, tmp_path, "BasicCompanyDataAsOneFile-2026-09-15.csv", AUGUST[1])["ended"] == 1
    gone = ("D LTD", [("REGISTERED_AT", "4 QUAY, EX4 2MP", None, "2026-10-01")])
    assert [told(clew, tmp_path, n) for n in "1234"] == [*AFTER_OCTOBER, gone]
    clew("rebuild")
    assert [told(clew, tmp_path, n) for n in "1234"] == [*AFTER_OCTOBER, gone]
    assert clew("check", "--json") == [{"ok": True, "revisions": 5, "problems": []}]


def test_an_older_register_whose_last_part_comes_late_ends_nothing_that_was_seen_since(
    clew: Clew, tmp_path: Path
) -> None:
    older = parts(8, (("A OLD LTD", "1", "0 QUAY"),), (("D LTD", "4", "4 QUAY"),))
    take(clew, tmp_path, *older[0], "--complete")
    take(clew, tmp_path, *SEPTEMBER, "--complete")
    take(clew, tmp_path, *OCTOBER, "--complete")
    report = take(clew, tmp_path, *older[1], "--complete")
    # Only D, which October's lacks.
    assert (report["complete"], report["ended"]) == (True, 1)
    assert [told(clew, tmp_path, n) for n in "123"] == AFTER_OCTOBER
    assert told(clew, tmp_path, "4") == ("D LTD", [("REGISTERED_AT", "4 QUAY, EX4 2MP", None, "2026-09-01")])


def test_a_part_with_rejects_makes_the_whole_incomplete_until_it_comes_corrected(
    clew: Clew, tmp_path: Path
) -> None:
    take(clew, tmp_path, *SEPTEMBER, "--complete")
    (first, sound), second, third = IN_PARTS
    note = [
        "Not taken as complete: in part 1 of 3, 1 records were rejected, and may be those that seem missing."
    ]
    for name, content in ((first, sound + company("X", "?") + "\n"), second, third):
        report = take(clew, tmp_path, name, content, "--complete")
        assert (report["complete"], report["ended"], report["notes"]) == (False, 0, note)
    report = take(clew, tmp_path, first, sound, "--complete")
    assert (report["complete"], report["ended"], report["notes"]) == (True, 1, [])
    assert [told(clew, tmp_path, n) for n in "123"] == AFTER_OCTOBER


def test_parts_that_were_taken_in_without_complete_are_named_and_can_be_said_to_be_so_later(
    clew: Clew, tmp_path: Path
) -> None:
    take(clew, tmp_path, *SEPTEMBER, "--complete")
    take(clew, tmp_path, *IN_PARTS[0])
    take(clew, tmp_path, *IN_PARTS[1], "--complete")
    report = take(clew, tmp_path, *IN_PARTS[2], "--complete")
    assert report["notes"] == ["Not taken as complete: without --complete came part 1."]
    report = take(clew, tmp_path, *IN_PARTS[0], "--complete")
    assert (report["complete"], report["ended"], report["revision"]) == (True, 1, 5)
    assert take(clew, tmp_path, *IN_PARTS[0])["revision"] == 2
    assert [told(clew, tmp_path, n) for n in "123"] == AFTER_OCTOBER


def test_two_parts_of_the_same_bytes_are_two_parts(clew: Clew, tmp_path: Path) -> None:
    take(clew, tmp_path, *SEPTEMBER, "--complete")
    empty = parts(10, (("A NEW LTD", "1", "9 QUAY"), ("B LTD", "2", "2 QUAY")), (), ())
    for part in empty[:2]:
        take(clew, tmp_path, *part, "--complete")
    report = take(clew, tmp_path, *empty[2], "--complete")
    assert (report["revision"], report["complete"], report["ended"]) == (4, True, 1)
    assert [told(clew, tmp_path, n) for n in "123"] == AFTER_OCTOBER


PARTS = {
    1: lines(TWO),
    2: lines(controller("00000006", "four", name="Four Person"), statement("00000005", "s", statement="x")),
    3: lines(controller("00000006", "five", name="Five Person"), trailer(3, 1, at="2026-09-19T06:00:00Z")),
}


def part(n: int) -> tuple[str, str]:
    return f"psc-snapshot-2026-09-19_{n}of3.txt", PARTS[n]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_controllers_in_parts_are_counted_together_by_the_trailer_of_one_of_them(
    clew: Clew, tmp_path: Path, order: tuple[int, ...]
) -> None:
    take(clew, tmp_path, *day(18, ONE, TWO))
    *before, last = [take(clew, tmp_path, *part(n)) for n in order]
    assert [(r["complete"], r["ended"]) for r in before] == [(False, 0), (False, 0)]
    assert before[1]["notes"] == [f"Part {order[1]} of 3: ends nothing until part {order[2]} is in."]
    assert (last["complete"], last["ended"], last["notes"]) == (True, 1, [])
    left = [("CONTROLS", "Two Person", "2020-01-01", "2021-01-01")]
    assert told(clew, tmp_path, "5") == ("00000005", left)
    # A part that comes once more in other bytes changes nothing and ends nothing.
    name, content = part(1)
    assert take(clew, tmp_path, name, content + "\n")["ended"] == 0
    assert told(clew, tmp_path, "5") == ("00000005", left)
    clew("rebuild")
    assert told(clew, tmp_path, "5") == ("00000005", left)
    assert clew("check", "--json") == [{"ok": True, "revisions": 5, "problems": []}]


@pytest.mark.parametrize(
    ("changed", "note"),
    [
        ({3: lines(trailer(9, 1, at="2026-09-19T06:00:00Z"))},
         "Not taken as complete: the trailer says persons_of_significant_control_count 9, the parts hold 2."),
        ({2: lines(controller("?", "four"))},
         "Not taken as complete: in part 2 of 3, 1 records were rejected, and may be those that seem missing."),
        ({3: lines(controller("00000006", "five", name="Five Person"))},
         "Not taken as complete: no part has a trailer with counts; are they whole?"),
    ],
)  # fmt: skip
def test_controllers_in_parts_that_are_not_as_counted_end_nothing(
    clew: Clew, tmp_path: Path, changed: dict[int, str], note: str
) -> None:
    take(clew, tmp_path, *day(18, ONE, TWO))
    reports = [take(clew, tmp_path, part(n)[0], (PARTS | changed)[n]) for n in PARTS]
    assert [(r["complete"], r["ended"]) for r in reports] == [(False, 0)] * 3
    assert reports[-1]["notes"] == [note]


def test_parts_whose_archives_alone_are_named_as_such_are_parts_of_their_day(
    clew: Clew, tmp_path: Path
) -> None:
    take(clew, tmp_path, *SEPTEMBER, "--complete")
    reports = []
    for name, content in IN_PARTS:
        path = tmp_path / name.replace(".csv", ".zip")
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("register.csv", content)
        reports += clew("ingest", str(path), "--complete", "--json")
    [source] = clew("sources", "--json")
    assert [report["revision"] for report in reports] == [2, 3, 4]
    assert [(file["complete"], file["ended"]) for file in source["files"]] == [
        (True, 0), (False, 0), (False, 0), (True, 1),
    ]  # fmt: skip
    assert [told(clew, tmp_path, n) for n in "123"] == AFTER_OCTOBER
