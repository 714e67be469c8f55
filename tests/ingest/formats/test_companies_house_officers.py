"""Officers in bulk: hand-read values of the golden snapshot, and every trap that formats.md 1.3 names."""

from __future__ import annotations

import re

import pytest

from ingest.helpers.officers import BULK_ROLES
from tests.ingest.told import refused, told

from .companies_house import OFFICERS, golden, officer, officer_company, officers

GOLDEN = ("companies-house-officers", "Prod195_4257_20260706.dat")


def test_a_companys_row_gives_its_number_name_status_and_count() -> None:
    out = golden(*GOLDEN)
    assert out.records[0]["key"] == "01234567"
    company = out.mention(0, "company")
    # formats.md 1.3: name from 41 up to "<"; officer count 33-36; status at 10.
    assert company["caption"] == "FERNWAY & HOLT (U.K.) LIMITED"
    assert company["props"]["officer_count"] == [["3", "0003"]]
    assert company["keys"] == [
        "company_number:GB-COH/01234567",
        "stated_company:GB-COH/01234567/FERNWAY AND HOLT UK LTD",
    ]
    # Older runs pad the name or add "$".
    assert (out.mention(4, "company")["caption"], out.mention(4, "company")["props"]["status"]) == (
        "FERNWAY WHARF LLP",
        [["L", None]],
    )


def test_a_persons_row_gives_the_person_the_appointment_and_the_address() -> None:
    out = golden(*GOLDEN)
    # formats.md 1.3: the first 8 digits of the person number identify the person.
    assert out.records[1]["key"] == "01234567/18649197/director/20191009"
    person = out.mention(1, "officer")
    assert (person["kind"], person["caption"], person["keys"]) == (
        "Person",
        "MR DAVID JOHN WALKER",
        ["ch_person:GB-COH/18649197"],
    )
    values = {name: [v for v, _ in pairs] for name, pairs in person["props"].items()}
    assert (values["title"], values["forenames"], values["surname"], values["honours"]) == (
        ["MR"], ["DAVID JOHN"], ["WALKER"], ["OBE"],
    )  # fmt: skip
    # Partial birth date 57-64, CCYYMM and two spaces.
    assert values["birth_date"] == ["1955-02"]
    assert (values["occupation"], values["nationality"], values["country_of_residence"]) == (
        ["ENGINEER"], ["BRITISH"], ["UNITED KINGDOM"],
    )  # fmt: skip
    link = out.link(1, "OFFICER_OF")
    assert (link["role"], link["valid_from"], link["valid_to"]) == ("director", "2019-10-09", None)
    assert link["props"] == {"origin": "3"}
    address = out.mention(1, "service_address")
    assert address["caption"] == (
        "HARWOOD & PELL, 12, 52 CHORLEY NEW ROAD, HEATON, BOLTON, LANCASHIRE, ENGLAND, BL1 4AP"
    )
    assert address["props"]["postcode"] == [["BL1 4AP", None]]


def test_a_full_birth_date_a_resignation_and_letters_beyond_ascii_keep_their_places() -> None:
    out = golden(*GOLDEN)
    # formats.md 1.3: positions are characters.
    assert out.mention(2, "officer")["caption"] == "ZOË EVANS"
    assert out.mention(2, "officer")["props"]["birth_date"] == [["1966-08-17", None]]
    assert (out.link(2, "OFFICER_OF")["valid_from"], out.link(2, "OFFICER_OF")["valid_to"]) == (
        "1995-06-01",
        "1999-02-01",
    )


def test_a_body_in_office_is_known_by_its_number_too() -> None:
    body = golden(*GOLDEN).mention(3, "officer")
    # formats.md 1.3: corporate flag at 25.
    assert (body["kind"], body["caption"], body["keys"]) == (
        "Organisation",
        "CORPORATE SECRETARIES LIMITED",
        ["ch_person:GB-COH/90000680"],
    )
    assert golden(*GOLDEN).link(3, "OFFICER_OF")["role"] == "secretary"


def test_impossible_dates_and_a_number_of_zeros_are_kept_and_flagged() -> None:
    out = golden(*GOLDEN)
    assert out.link(5, "OFFICER_OF")["props"]["flags"] == ["valid_to:before_valid_from"]
    link = out.link(6, "OFFICER_OF")
    assert (link["valid_from"], link["valid_to"]) == ("1083-01-01", None)
    assert link["props"]["flags"] == ["valid_from:implausible", "valid_to:unreadable=20209901"]
    assert (out.mention(6, "officer")["keys"], out.records[6]["key"]) == (
        [],
        "OC300001/B MEMBER/llp-member/10830101",
    )


def test_an_unknown_type_and_an_unknown_record_are_rejected_with_their_places() -> None:
    out = golden(*GOLDEN)
    assert (out.staged.read, out.staged.kept, out.staged.rejected, out.staged.snapshot) == (9, 7, 2, "NO")
    assert [(r["locator"], r["field"], r["value"]) for r in out.rejects] == [
        ("line 9", "appointment type", "99"),
        ("line 10", "record type", "3"),
    ]
    assert out.rejects[1]["reason"] == "record type: '3' is not 1 (company) or 2 (person)."


def test_each_documented_type_is_a_role() -> None:
    # formats.md 1.3: 00, 01, 04, 05, 11-13, 17-19.
    told_of = {code: BULK_ROLES[code] for code in ("00", "01", "04", "05")}
    assert told_of == {"00": "secretary", "01": "director", "04": "llp-member", "05": "llp-designated-member"}
    assert {"11", "12", "13", "17", "18", "19"} < BULK_ROLES.keys()


ROWS = (officer_company("00000005", "A LTD"), officer("00000005", "111111110001"))


@pytest.mark.parametrize(
    "content",
    [
        officers(*ROWS),
        officers(*ROWS).replace("\n", "\r\n"),
        "\ufeff" + officers(*ROWS),
        officers(*ROWS).rstrip(),
    ],
    ids=["as is", "crlf", "byte order mark", "no last line end"],
)
def test_a_trailer_that_agrees_makes_the_snapshot_complete_however_it_is_written(content: str) -> None:
    out = told(content, OFFICERS)
    assert (out.staged.read, out.staged.rejected, out.staged.snapshot, out.staged.notes) == (
        2,
        0,
        "COUNTED",
        (),
    )
    assert (out.staged.absence, out.staged.observed_basis) == ("closed", "header")
    assert str(out.records[0]["observed_at"]) == "2026-07-06 00:00:00+00:00"


@pytest.mark.parametrize(
    ("content", "name", "note"),
    [
        (officers(*ROWS, counted=3), OFFICERS, "the trailer counts 3 records, read 2."),
        (officers(*ROWS).rsplit("99999999", 1)[0], OFFICERS, "there is no trailer with a count; is the file whole?"),
        (officers(*ROWS), "Prod195_2898_ew_3_20260706.dat", "by its name it is one of several files."),
        (officers(*ROWS, officer("00000005", "2", kind="99")), OFFICERS,
         "1 records were rejected, and may be those that seem missing."),
        (officers(*ROWS, counted=3) + ROWS[1] + "\n", OFFICERS,
         "1 records were rejected, and may be those that seem missing."),
    ],
)  # fmt: skip
def test_anything_less_is_not_complete_and_the_note_says_why(content: str, name: str, note: str) -> None:
    staged = told(content, name, complete=True).staged
    assert (staged.snapshot, staged.notes) == ("NO", (f"Not taken as complete: {note}",))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (officers(*ROWS)[:-40].encode(), "line 3: the file stops in the middle of a line"),
        (officers(officer_company("1", "CAFÉ")).encode("latin-1"), "line 2: not UTF-8 text"),
        (
            b"DDDDUPDT425720260706\n",
            "is an update file of officers (Product 198), which this release does not read",
        ),
        (
            b"DISQUALS425720260706\n",
            "is a disqualifications file (Product 192), which this release does not read",
        ),
        (officers(*ROWS, day="20260231").encode(), "date: '2026-02-31' is not a day"),
        (officers(*ROWS, day="99991231").encode(), "says it was produced on 9999-12-31"),
        (b"DDDDSNAP\n", "header: 'DDDDSNAP' is not DDDDSNAP, a run number and CCYYMMDD"),
        (officers().encode(), "holds no records, yet is said to be complete"),
    ],
)
def test_a_broken_file_or_another_product_is_refused_by_name(content: bytes, complaint: str) -> None:
    assert complaint in refused(content, OFFICERS)


def test_a_line_without_its_fields_or_number_is_rejected_alone() -> None:
    short = officer("00000005", "111111110001").rstrip("<")
    out = told(officers(*ROWS, short, officer("ABCDEFGH", "1"), "x"), OFFICERS)
    assert [(r["locator"], r["field"], r["value"][:8]) for r in out.rejects] == [
        ("line 4", "variable data", "MR<A<B"),
        ("line 5", "company_number", "ABCDEFGH"),
        ("line 6", "company_number", "x"),
    ]


def test_moving_house_or_resigning_is_the_same_appointment() -> None:
    first = officer("00000005", "111111110001", kind="01", fields=("MR", "A", "B", "", "", "", "1 QUAY"))
    later = officer(
        "00000005",
        "111111110002",
        kind="03",
        resigned="20210101",
        fields=("MR", "A", "B", "", "", "", "2 QUAY"),
    )
    keys = [told(officers(row), OFFICERS).records[0]["key"] for row in (first, later)]
    assert keys == ["00000005/11111111/director/20200101"] * 2


def test_the_snapshot_speaks_for_officers_only() -> None:
    covers = told(officers(*ROWS), OFFICERS).staged.covers
    assert [
        bool(re.search(covers, key)) for key in ("00000005", "00000005/1/director/", "company/00000005")
    ] == [
        True,
        True,
        False,
    ]


def test_a_body_with_honours_keeps_them_as_a_flag() -> None:
    row = officer("00000005", "1", corporate="Y", fields=("", "", "A LTD", "OBE"))
    body = told(officers(row), OFFICERS).mention(0, "officer")
    assert (body["caption"], body["keys"]) == ("A LTD", [])
    assert body["props"]["flags"] == [["honours:of_a_body", "OBE"]]
