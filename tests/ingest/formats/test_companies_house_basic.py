"""The register's CSV: hand-read values of its golden input, and every trap that formats.md 1.1 names."""

from __future__ import annotations

import pytest

from graph.snapshots import Part
from tests.ingest.told import refused, told

from .companies_house import COLUMNS, REGISTER, company, golden, header, register


def test_the_first_company_is_what_its_row_says() -> None:
    first = golden("companies-house-basic", REGISTER)
    assert [record["key"] for record in first.records][:2] == ["company/01234567", "company/00765432"]
    values = {name: [v for v, _ in pairs] for name, pairs in first.mention(0, "company")["props"].items()}
    # formats.md 1.1: names begin with odd characters.
    assert values["name"] == ["!FERNWAY & HOLT (U.K.) LIMITED"]
    assert values["company_number"] == ["01234567"]
    assert values["status"] == ["Active - Proposal to Strike off"]
    assert values["category"] == ["Private Limited Company"]
    assert values["country_of_origin"] == ["United Kingdom"]
    # formats.md 1.1: dates are dd/mm/yyyy.
    assert values["incorporated"] == ["2011-06-29"]
    assert values["dissolved"] == ["2023-02-01"]
    assert (values["accounts_reference_day"], values["accounts_reference_month"]) == (["29"], ["2"])
    assert (values["accounts_next_due"], values["accounts_last_made_up"]) == (["2022-09-29"], ["2020-12-31"])
    assert values["accounts_category"] == ["TOTAL EXEMPTION FULL"]
    assert (values["returns_next_due"], values["returns_last_made_up"]) == (["2017-07-27"], ["2016-06-29"])
    assert [values[f"mortgage_{m}"] for m in ("charges", "outstanding", "part_satisfied", "satisfied")] == [
        ["3"], ["1"], ["0"], ["2"],
    ]  # fmt: skip
    assert values["sic"] == [
        "62020 - Information technology consultancy activities",
        "70229 - Management consultancy activities other than financial management",
        "99999 - Dormant Company",
        "47710 - Retail sale of clothing in specialised stores",
    ]
    assert (values["general_partners"], values["limited_partners"]) == (["1"], ["4"])
    assert values["uri"] == ["http://business.data.gov.uk/id/company/01234567"]
    assert (values["confirmation_next_due"], values["confirmation_last_made_up"]) == (
        ["2022-07-13"],
        ["2021-06-29"],
    )


def test_previous_names_hold_until_their_day_and_share_the_companys_keys() -> None:
    told = golden("companies-house-basic", REGISTER)
    first, last = told.mention(0, "previous_name_1"), told.mention(0, "previous_name_10")
    # formats.md 1.1: PreviousName_n.CONDATE and PreviousName_n.CompanyName, ten of them.
    assert (first["props"]["previous_name"], first["valid_to"]) == (
        [["FERNWAY NUMBER 1 PLC", None]],
        "2021-07-01",
    )
    assert (last["props"]["previous_name"], last["valid_to"]) == (
        [["FERNWAY NUMBER 10 PLC", None]],
        "2012-07-10",
    )
    assert first["keys"] == told.mention(0, "company")["keys"]
    assert told.mention(0, "company")["keys"][:3] == [
        "company_number:GB-COH/01234567",
        "stated_company:GB-COH/01234567/FERNWAY AND HOLT UK LTD",
        "stated_company:GB-COH/01234567/FERNWAY NUMBER 1 PLC",
    ]


def test_the_registered_office_is_an_address_with_a_link() -> None:
    told = golden("companies-house-basic", REGISTER)
    office = told.mention(0, "registered_office")
    # formats.md 1.1: address lines contain runs of spaces.
    assert office["caption"] == (
        "HARROW ACCOUNTANTS, PO BOX 12, UNIT 9 BERRY COURT, LITTLE MARSH, TADLEY, HAMPSHIRE, UNITED KINGDOM, RG265AT"
    )
    assert office["props"]["line_1"] == [["UNIT 9 BERRY COURT", "UNIT 9   BERRY COURT"]]
    assert office["props"]["postcode"] == [["RG26 5AT", "RG265AT"]]
    assert (told.link(0, "REGISTERED_AT")["from_slot"], told.link(0, "REGISTERED_AT")["to_slot"]) == (
        "company",
        "registered_office",
    )


def test_impossible_and_implausible_dates_are_flagged_with_what_was_written() -> None:
    row = company(
        "A LTD", "124", IncorporationDate="01/01/1083", DissolutionDate="31/02/2020",
        Accounts__NextDueDate="31/12/9999", Returns__NextDueDate="2020-01-01",
    )  # fmt: skip
    props = told(register(row), REGISTER).mention(0, "company")["props"]
    assert props["incorporated"] == [["1083-01-01", "01/01/1083"]]
    assert props["accounts_next_due"] == [["9999-12-31", "31/12/9999"]]
    assert not {"dissolved", "returns_next_due"} & props.keys()
    assert props["flags"] == [
        ["dissolved:unreadable", "31/02/2020"],
        ["incorporated:implausible", "01/01/1083"],
        ["accounts_next_due:implausible", "31/12/9999"],
        ["returns_next_due:unreadable", "2020-01-01"],
    ]


ROW = company("A LTD", "765432", RegAddress__PostCode="EX4 2MP", RegAddress__AddressLine1="1 QUAY")
PLAIN = company(
    "A LTD", "765432", quoted=False, RegAddress__PostCode="EX4 2MP", RegAddress__AddressLine1="1 QUAY"
)


@pytest.mark.parametrize(
    "content",
    [
        register(ROW),
        register(ROW, end="\r\n"),
        "\ufeff" + register(ROW),
        header(spaces=False) + "\n" + ROW,
        ",".join(f'"{name}"' for name in COLUMNS) + "\n" + ROW + "\n\n",
        # formats.md 1.1: a 2019 file leaves empties unquoted.
        register(PLAIN),
        register("", ROW, "   ", ""),
    ],
    ids=["as is", "crlf", "byte order mark", "no leading spaces", "quoted header", "of 2019", "blank lines"],
)
def test_the_same_company_comes_out_however_the_file_is_written(content: str) -> None:
    out = told(content, REGISTER)
    assert (out.staged.read, out.staged.kept, out.staged.rejected, out.staged.leftovers) == (1, 1, 0, {})
    assert out.records[0]["key"] == "company/00765432"
    assert out.mention(0, "company")["props"]["company_number"] == [["00765432", "765432"]]
    assert out.mention(0, "registered_office")["keys"] == ["address:1 QUAY EX4 2MP"]
    assert str(out.records[0]["observed_at"]) == "2026-09-01 00:00:00+00:00"
    assert out.staged.observed_basis == "file name"


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (tuple(c.replace("CompanyNumber", "Company Number") for c in COLUMNS),
         "the header lacks CompanyNumber, and has Company Number."),
        (COLUMNS[:-1], "the header lacks ConfStmtLastMadeUpDate."),
        ((*COLUMNS, "CompanyName"), "the header has CompanyName twice."),
        (tuple(c.lower() for c in COLUMNS[:20]) + COLUMNS[20:], "the header lacks CompanyName, CompanyNumber, "),
    ],
)  # fmt: skip
def test_a_wrong_header_is_refused_with_what_differs(names: tuple[str, ...], complaint: str) -> None:
    assert refused(",".join(names) + "\n" + ROW + "\n", REGISTER).startswith(f"{REGISTER}: {complaint}")


def test_a_new_column_is_a_leftover_and_the_rest_lands() -> None:
    out = told(f"{header()},NewColumn\n{ROW},x\n{ROW},\n", REGISTER)
    assert (out.staged.kept, out.staged.leftovers) == (2, {"NewColumn": 1})


def test_bad_rows_are_rejected_with_place_field_value_reason_and_remedy_and_the_rest_lands() -> None:
    rows = (
        company("A LTD", "ABC"), company("A LTD", ""), company("A LTD", "123456789"), "a,b",
        company("B LTD", "sc 12"), "garbage",
    )  # fmt: skip
    out = told(register(*rows), REGISTER)
    assert [record["key"] for record in out.records] == ["company/SC000012"]
    assert (out.staged.read, out.staged.kept, out.staged.rejected) == (6, 1, 5)
    told_of = {r["locator"]: (r["field"], r["value"]) for r in out.rejects}
    assert told_of == {
        "line 2": ("CompanyNumber", "ABC"),
        "line 3": ("CompanyNumber", ""),
        "line 4": ("CompanyNumber", "123456789"),
        "line 5": ("line", "a,b"),
        "line 7": ("line", "garbage"),
    }
    reasons = {r["locator"]: r["reason"] for r in out.rejects}
    assert (
        reasons["line 2"]
        == "company_number: 'ABC' is not 1 to 8 digits, or a known prefix and up to 6 digits."
    )
    assert (reasons["line 3"], reasons["line 5"]) == (
        "The CompanyNumber is missing.",
        "It has 2 values, the header 55.",
    )
    assert {r["remedy"] for r in out.rejects} == {
        "Correct the CompanyNumber in the file and ingest it again.",
        "Correct the line in the file and ingest it again.",
    }


def test_quotes_line_breaks_nul_and_endless_values_stay_in_their_row() -> None:
    rows = (
        company(
            '"QUOTED" LTD', "1", RegAddress__AddressLine1="1 High St\nFlat 2", RegAddress__PostCode="EX4 2MP"
        ),
        company("NUL\0 LTD", "2", RegAddress__AddressLine1="\x1e1 QUAY\x1f", RegAddress__PostCode="EX4 2MP"),
        company("A" * 200_000, "3", RegAddress__AddressLine1="y" * 150_000),
        company("LAST LTD", "4"),
    )
    out = told(register(*rows), REGISTER)
    assert (out.staged.read, out.staged.kept) == (4, 4)
    assert out.mention(0, "company")["caption"] == '"QUOTED" LTD'
    assert out.values(0, "registered_office", "line_1") == ["1 High St Flat 2"]
    assert out.mention(0, "registered_office")["keys"] == ["address:1 HIGH ST FLAT 2 EX4 2MP"]
    assert out.mention(1, "company")["caption"] == "NUL LTD"
    assert out.mention(1, "registered_office")["keys"] == ["address:1 QUAY EX4 2MP"]
    assert out.mention(2, "company")["caption"] == "00000003"
    assert out.mention(2, "company")["props"]["flags"] == [["name:unreadable", "A" * 200_000]]
    assert [record["locator"] for record in out.records] == [
        "line 2", "line 4 (record 2)", "line 5 (record 3)", "line 6 (record 4)"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ((register(ROW) + ROW[:60]).encode(), "line 3: the file stops in the middle of a line"),
        ((register(ROW) + "garbage").encode(), "line 3: the file stops in the middle of a line"),
        (register(company("CAFÉ LTD", "1")).encode("latin-1"), "line 2: not UTF-8 text"),
        (register(ROW).encode("utf-16"), "no format knows this content"),
        (register(ROW).replace(",", ";").encode(), "no format knows this content"),
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
    ],
)
def test_a_broken_file_is_refused_whole(content: bytes, complaint: str) -> None:
    assert complaint in refused(content, REGISTER)


def test_a_file_of_a_header_alone_lands_empty_and_is_never_complete() -> None:
    assert (told(header() + "\n", REGISTER).staged.read, told(header(), REGISTER).staged.read) == (0, 0)
    assert "holds no records, yet is said to be complete" in refused(header() + "\n", REGISTER, complete=True)


@pytest.mark.parametrize(
    ("name", "rows", "snapshot", "notes"),
    [
        (REGISTER, (ROW,), "STATED", ()),
        ("BasicCompanyData-2026-09-01-part3_7.csv", (ROW,), "NO", ()),
        (REGISTER, (ROW, company("A", "?")), "NO",
         ("Not taken as complete: 1 records were rejected, and may be those that seem missing.",)),
    ],
)  # fmt: skip
def test_only_a_whole_and_sound_register_is_complete_when_it_is_said_to_be(
    name: str, rows: tuple[str, ...], snapshot: str, notes: tuple[str, ...]
) -> None:
    staged = told(register(*rows), name, complete=True).staged
    assert (staged.snapshot, staged.notes, staged.absence) == (snapshot, notes, "closed")
    assert told(register(*rows), name).staged.snapshot == "NO"


def test_a_part_of_a_register_tells_which_it_is() -> None:
    staged = told(register(ROW), "BasicCompanyData-2026-09-01-part3_7.csv", complete=True).staged
    assert staged.part == Part(
        "companies-house-basic", "basiccompanydata-2026-09-01-|.csv", "2026-09-01", 3, 7, stated=True
    )
    assert told(register(ROW), REGISTER, complete=True).staged.part is None


def test_a_company_without_a_name_is_shown_by_its_number_which_is_none_of_its_names() -> None:
    out = told(register(company("", "1"), company(" \u200b", "2"), company("A LTD", "3")), REGISTER)
    shown = [(out.mention(n, "company")["caption"], out.mention(n, "company")["names"]) for n in range(3)]
    assert shown == [("00000001", []), ("00000002", []), ("A LTD", ["A LTD"])]
    assert "name" not in out.mention(0, "company")["props"]


def test_what_could_not_be_read_and_what_is_there_twice_is_said_in_notes() -> None:
    rows = (
        company("A LTD", "1", IncorporationDate="31/02/2010", DissolutionDate="01/01/1083"),
        company("B LTD", "2"),
        company("B NEW LTD", "2"),
    )
    assert told(register(*rows), REGISTER).staged.notes == (
        "1 record holds values that could not be read or are hardly meant: kept as flags.",
        "1 record repeats a key of this file; the last one counts.",
    )
