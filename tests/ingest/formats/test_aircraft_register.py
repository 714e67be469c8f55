"""OpenSky's aircraft database, both generations (formats.md 2.8)."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from graph.errors import Refused
from ingest.detect import detect
from ingest.helpers.party import is_organisation, names_nobody
from tests.golden import ROOT
from tests.ingest.formats.flight_goldens import columns_unseen, golden
from tests.ingest.told import refused, told

NEWER = "aircraft-register/aircraft-database-complete-2026-03-01.csv"
OLDER = "aircraft-register/aircraftDatabase-2021-05-01.csv"


def links(name: str, rec: int) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (link["kind"], link["to_slot"], link["valid_from"], link["valid_to"])
        for link in golden(name).links
        if link["rec"] == rec
    ]


def test_a_row_comes_to_its_hand_checked_values() -> None:
    register = golden(NEWER)

    # formats.md 2.8: single quotes, names with line breaks, registered and regUntil as the episode.
    assert (register.records[0]["key"], register.records[0]["locator"]) == (
        "40fe01/G-QLMA/2019-04-02",
        "line 4",
    )
    assert register.mention(0, "aircraft")["keys"] == ["icao24:40fe01"]
    assert register.mention(0, "aircraft")["caption"] == "G-QLMA"
    assert register.values(0, "aircraft", "previous_registration") == ["N44321"]
    assert register.values(0, "aircraft", "next_registration") == ["EI-QLM"]
    assert register.values(0, "aircraft", "model") == ["PA-28-161"]
    assert register.values(0, "aircraft", "type_code") == ["P28A"]
    assert register.values(0, "aircraft", "built") == ["2006-05-30"]
    assert register.values(0, "aircraft", "serial_number") == ["28-42001"]
    assert register.values(0, "aircraft", "revised") == ["2026-02-11T09:00:00"]
    mark = register.mention(0, "registration")
    assert (mark["keys"], mark["valid_from"], mark["valid_to"]) == (
        ["icao24:40fe01"], "2019-04-02", "2028-03-31",
    )  # fmt: skip
    assert register.values(0, "owner_organisation", "name") == ["QUILLMERE AVIATION LTD"]
    assert register.mention(0, "operator_organisation")["keys"] == ["airline_icao:QLM"]
    assert register.values(0, "operator_organisation", "callsign") == ["QUILL"]
    assert links(NEWER, 0) == [
        ("OWNED_BY", "owner_organisation", "2019-04-02", "2028-03-31"),
        ("OPERATED_BY", "operator_organisation", "2019-04-02", "2028-03-31"),
    ]


def test_an_owner_without_words_of_a_firm_is_a_person_apostrophes_and_all() -> None:
    register = golden(NEWER)

    assert register.values(1, "owner_person", "name") == ["Moira O'Dell"]
    assert register.values(1, "operator_person", "name") == ["Larkmoor, T"]
    assert links(NEWER, 1) == [
        ("OWNED_BY", "owner_person", "2021-09-14", None),
        ("OPERATED_BY", "operator_person", "2021-09-14", None),
    ]


def test_a_text_that_names_nobody_is_a_property_and_no_owner() -> None:
    register = golden(NEWER)

    assert register.values(2, "aircraft", "icao24") == ["40fe03"]
    assert register.values(2, "aircraft", "owner") == ["Registration Pending"]
    assert register.values(2, "aircraft", "operator") == ["Private"]
    assert links(NEWER, 2) == []


def test_an_end_before_its_beginning_is_left_out_and_counted() -> None:
    assert links(NEWER, 3) == [("OWNED_BY", "owner_organisation", "2022-01-01", None)]
    assert "Registrations that end before they begin, kept without an end: 1." in golden(NEWER).staged.notes


def test_dummies_and_empty_rows_are_skipped_and_addresses_of_no_state_join_nothing() -> None:
    register, older = golden(NEWER), golden(OLDER)

    assert register.staged.notes[0] == (
        "Skipped as dummies, without a registration and with an address of no state (000000): 2."
    )
    assert older.staged.notes == ("Skipped as nothing stands in them: 1.",)
    assert register.mention(4, "aircraft")["keys"] == []
    assert register.values(4, "aircraft", "registration") == ["N1ONE"]
    assert [r["key"] for r in register.records[4:6]] == ["N1ONE/N1ONE/2020-01-01", "N1TWO/N1TWO/soon"]


def test_an_airline_is_known_by_its_code_and_firms_own_what_it_flies() -> None:
    register = golden(NEWER)

    assert register.mention(6, "operator_organisation")["caption"] == "ZZQ"
    assert "name" not in register.mention(6, "operator_organisation")["props"]
    assert register.values(6, "owner_organisation", "name") == ["Harrow Lift"]


def test_bad_rows_are_rejects_and_the_good_ones_stay() -> None:
    register = golden(NEWER)

    staged = register.staged
    assert (staged.read, staged.kept, staged.rejected, staged.skipped) == (11, 7, 2, 2)
    assert sorted((r["locator"], r["field"]) for r in register.rejects) == [
        ("line 11", "icao24"),
        ("line 13", "line"),
    ]
    assert [m["props"]["flags"] for m in register.mentions if m["rec"] == 5 and "flags" in m["props"]] == []
    assert [link["props"] for link in register.links if link["rec"] == 5] == [
        {"flags": ["valid_from:unreadable=soon"]}
    ]


def test_the_older_generation_says_the_same_of_the_same_aircraft() -> None:
    older, newer = golden(OLDER), golden(NEWER)

    assert older.records[0]["key"] == newer.records[0]["key"]
    for name in (
        "icao24",
        "model",
        "type_code",
        "manufacturer",
        "serial_number",
        "line_number",
        "built",
        "engines",
    ):
        assert older.values(0, "aircraft", name) == newer.values(0, "aircraft", name)
    assert older.values(0, "aircraft", "test_registration") == ["G-41-2"]
    assert older.values(1, "owner_person", "name") == ['Elmwell, Zo "Bee"']
    assert links(OLDER, 0) == links(NEWER, 0)


def test_every_column_of_the_older_generation_is_seen_when_dropped(tmp_path: Path) -> None:
    assert columns_unseen(OLDER, tmp_path) == ["seatconfiguration", "modes", "adsb", "acars"], (
        "ignored on purpose"
    )


def test_every_column_of_the_newer_generation_is_seen_when_dropped(tmp_path: Path) -> None:
    text = (ROOT / NEWER).read_text(encoding="utf-8").rsplit("\n", 2)[0]
    rows = [*csv.reader(io.StringIO(text), quotechar="'")]
    whole = _facts(rows)
    unseen = [
        name
        for index, name in enumerate(rows[0])
        if _facts([rows[0], *([*row[:index], "", *row[index + 1 :]] for row in rows[1:])]) == whole
    ]
    assert unseen == ["acars", "adsb", "modes", "selCal", "vdl"], "ignored on purpose"


def _facts(rows: list[list[str]]) -> list[Any]:
    out = io.StringIO()
    csv.writer(out, quotechar="'", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    found = told(out.getvalue(), Path(NEWER).name)
    return [found.mentions, found.links, [r["key"] for r in found.records], len(found.rejects)]


def test_a_complete_register_closes_what_it_no_longer_holds() -> None:
    text = (ROOT / OLDER).read_text(encoding="utf-8")
    whole = told(text, "aircraftDatabase-2021-05-01.csv", complete=True).staged
    assert (whole.snapshot, whole.absence) == ("STATED", "closed")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("icao24,registration,typecode\n40fe01,G-A,C172\n", "no format knows this content"),
        ((ROOT / OLDER).read_text(encoding="utf-8")[:-30], "stops in the middle of a line"),
        ((ROOT / OLDER).read_text(encoding="utf-8").replace("Elmwell", "\udcff"), "not UTF-8"),
        ("", "the file is empty"),
    ],
)
def test_what_is_no_register_or_half_of_one_is_refused(content: str, why: str) -> None:
    assert why in refused(content.encode("utf-8", "surrogateescape"), "aircraftDatabase.csv")


def test_no_other_format_is_sure_of_either_generation() -> None:
    for name in (NEWER, OLDER):
        assert detect((ROOT / name).read_bytes(), Path(name).name).name == "aircraft-register"
    with pytest.raises(Refused):
        detect(b"icao24,operator\n", "x.csv")


@pytest.mark.parametrize(
    ("text", "nobody", "organisation"),
    [
        ("Private", True, False), ("PRIVATE OWNER", True, False), ("Registration Pending", True, False),
        ("unknown", True, False), ("-", True, False), ("N/A", True, False), ("Smith John", False, False),
        ("Van Der Berg, A", False, False), ("Acme Leasing", False, True), ("ACME LTD.", False, True),
        ("Wells Fargo Trust Co NA Trustee", False, True), ("Wren & Dray", False, True),
        ("The 47 Flyers", False, True), ("Deutsche Lufthansa AG", False, True),
    ],
)  # fmt: skip
def test_a_text_is_a_persons_name_a_firms_or_nobodys(text: str, nobody: bool, organisation: bool) -> None:
    assert (names_nobody(text), is_organisation(text)) == (nobody, organisation)


def test_a_releases_month_is_when_it_was_observed() -> None:
    """Releases are named by month: an older one, ingested later, must not take a newer one's place."""
    body = (ROOT / NEWER).read_text(encoding="utf-8")
    for name, day in (
        ("aircraft-database-complete-2024-05.csv", "2024-05-01"),
        ("aircraft-database-complete-2026-09.csv", "2026-09-01"),
    ):
        found = told(body, name)
        assert (found.staged.observed_basis, {str(r["observed_at"])[:10] for r in found.records}) == (
            "file name",
            {day},
        )
