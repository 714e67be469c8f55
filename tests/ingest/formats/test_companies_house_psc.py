"""Controllers: hand-read values of the golden snapshot, kind by kind, and every trap that formats.md 1.2 names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from graph.snapshots import Part
from tests.ingest.told import refused, told

from .companies_house import SNAPSHOT, controller, golden, lines, statement, trailer

GOLDEN = ("companies-house-psc", "psc-snapshot-2026-09-17_1of1.txt")


def test_an_individual_is_a_person_who_controls_in_bands_from_a_day_to_a_day() -> None:
    out = golden(*GOLDEN)
    # formats.md 1.2: other files drop leading zeros; links.self names the record.
    assert out.records[0]["key"] == "company/00107919/persons-with-significant-control/individual/aaa"
    person = {name: [v for v, _ in pairs] for name, pairs in out.mention(0, "controller")["props"].items()}
    assert out.mention(0, "controller")["kind"] == "Person"
    assert (person["name"], person["title"], person["surname"]) == (["Ms Zoë A. Quill"], ["Ms"], ["Quill"])
    assert person["forenames"] == ["Zoë Anne"]
    assert out.mention(0, "controller")["names"] == ["Ms Zoë A. Quill", "Zoë Anne Quill"]
    # formats.md 1.2: date_of_birth{month,year}, no day.
    assert person["birth_date"] == ["1970-03"]
    assert (person["nationality"], person["country_of_residence"]) == (["British"], ["Wales"])
    assert (person["sanctioned"], person["identity_verified"]) == (["true"], ["2025-12-16"])
    link = out.link(0, "CONTROLS")
    assert (link["from_slot"], link["to_slot"]) == ("controller", "company")
    assert (link["valid_from"], link["valid_to"]) == ("2018-01-01", "2023-02-10")
    assert link["props"] == {
        "natures": [
            "ownership-of-shares-75-to-100-percent",
            "ownership-of-shares-25-to-50-percent-as-trust",
            "voting-rights-50-to-75-percent-as-firm",
            "right-to-appoint-and-remove-directors",
        ],
        "share_min": 75, "share_max": 100, "vote_min": 50, "vote_max": 75, "appoints_directors": True,
        "as_trust": True, "as_firm": True, "ceased": True,
    }  # fmt: skip
    assert out.mention(0, "company")["keys"] == ["company_number:GB-COH/00107919"]
    address = out.mention(0, "service_address")
    assert address["keys"] == ["address:HARWOOD PELL 77 FLAT 2 12 CHURCH LANE RIVERSIDE LEEDS LS1 2AB"]
    assert (out.link(0, "SERVICE_ADDRESS")["from_slot"], out.link(0, "SERVICE_ADDRESS")["to_slot"]) == (
        "controller",
        "service_address",
    )


def test_a_company_on_this_register_is_stated_by_number_and_name_and_one_elsewhere_is_not() -> None:
    out = golden(*GOLDEN)
    here, abroad = out.mention(2, "controller"), out.mention(3, "controller")
    # design 5: a stated number merges when the register is on the list and the cleaned names agree.
    assert (here["kind"], here["keys"]) == (
        "Company",
        ["stated_company:GB-COH/SC119437/EXAMPLE HOLDINGS LTD"],
    )
    assert here["props"]["stated_registration_number"] == [["SC119437", None]]
    assert (here["props"]["legal_form"], here["props"]["legal_authority"]) == (
        [["Private Company Limited By Shares", None]],
        [["Companies Act 2006", None]],
    )
    # "Companies House" of Germany is none.
    assert (abroad["kind"], abroad["keys"]) == ("Organisation", [])
    link = out.link(2, "CONTROLS")
    assert (link["props"]["surplus_min"], link["props"]["surplus_max"]) == (50, 75)
    # formats.md 1.2: notified_on before 2016-04-06, least year 1083.
    assert (link["valid_from"], link["props"]["flags"]) == ("1083-05-01", ["valid_from:implausible"])
    assert out.link(3, "CONTROLS")["props"]["flags"] == ["valid_from:before_register"]


def test_bodies_that_law_makes_persons_and_protected_persons_say_no_more_than_they_do() -> None:
    out = golden(*GOLDEN)
    assert (out.mention(4, "controller")["kind"], out.mention(4, "controller")["caption"]) == (
        "Organisation",
        "The Example Ministry",
    )
    assert out.link(4, "CONTROLS")["props"]["significant_influence"] is True
    protected = out.mention(6, "controller")
    assert (protected["caption"], protected["names"]) == ("Protected person (super-secure)", [])
    assert protected["props"] == {"protected": [["true", None]]}
    # formats.md 1.2: ceased may be 0 or 1.
    assert out.link(6, "CONTROLS")["props"] == {"ceased": True}


def test_a_statement_and_exemptions_are_dated_values_of_the_company() -> None:
    out = golden(*GOLDEN)
    said = out.mention(5, "company")
    assert said["props"] == {
        "psc_statement": [["psc-exists-but-not-identified", None]],
        "restrictions_notice_withdrawal_reason": [["restrictions-notice-withdrawn-by-company", None]],
        "linked_psc_name": [["Mr A Nother", None]],
    }
    assert (said["valid_from"], said["valid_to"]) == ("2016-06-30", "2017-01-02")
    told_of = {
        m["props"]["psc_exemption"][0][0]: (m["valid_from"], m["valid_to"])
        for m in out.mentions
        if m["rec"] == 7
    }
    assert told_of == {
        "psc-exempt-as-shares-admitted-on-market": ("2026-03-01", None),
        "disclosure-transparency-rules-chapter-five-applies": ("2016-10-29", "2019-01-01"),
    }


def test_owners_of_overseas_entities_state_a_principal_office() -> None:
    out = golden(*GOLDEN)
    assert [out.mention(rec, "controller")["kind"] for rec in (8, 9, 10, 11)] == [
        "Person", "Organisation", "Organisation", "Person",
    ]  # fmt: skip
    link = out.link(8, "CONTROLS")
    assert link["props"]["natures"][0].endswith("-registered-overseas-entity")
    assert (link["props"]["share_min"], link["props"]["share_max"], link["props"]["over_trust"]) == (
        25,
        100,
        True,
    )
    assert link["props"]["registered_owner_as_nominee"] is True
    assert out.mention(8, "principal_office")["caption"] == "9, Quay, Douglas, Isle Of Man, IM1 1JB"
    assert out.link(9, "REGISTERED_AT")["to_slot"] == "principal_office"
    assert out.link(11, "CONTROLS")["props"] == {"ceased": False}


def test_the_trailer_counts_and_dates_the_snapshot_and_an_unknown_nature_is_flagged() -> None:
    staged = golden(*GOLDEN).staged
    assert (staged.read, staged.rejected, staged.snapshot, staged.absence) == (12, 0, "COUNTED", "withdrawn")
    assert (staged.observed_basis, str(golden(*GOLDEN).records[0]["observed_at"])) == (
        "trailer",
        "2026-09-18 06:00:00+00:00",
    )
    assert staged.leftovers == {}
    # The code is kept as written, and flagged: the grammar of psc_descriptions.yml does not know it.
    link = golden(*GOLDEN).link(1, "CONTROLS")["props"]
    assert link["natures"] == ["significant-influence-or-control", "a-new-nature"]
    assert link["flags"] == ["valid_to:before_valid_from", "natures:unknown=a-new-nature"]


@pytest.mark.parametrize(
    ("given", "props"),
    [
        (0, {"ceased": False}), (1, {"ceased": True}), (True, {"ceased": True}), (False, {"ceased": False}),
        ("1", {"ceased": True}), (None, {}), (2, {"flags": ["ceased:unreadable=2"]}),
    ],
)  # fmt: skip
def test_ceased_is_read_as_a_boolean_or_a_number(given: Any, props: dict[str, Any]) -> None:
    out = told(lines(controller(kind="super-secure", ceased=given)), SNAPSHOT)
    assert out.link(0, "CONTROLS")["props"] == props


@pytest.mark.parametrize(
    ("notified", "ceased", "ends", "flags"),
    [
        ("2020-05-05", "2019-05-05", ("2020-05-05", "2019-05-05"), ["valid_to:before_valid_from"]),
        ("2020-05-05", "9999-12-31", ("2020-05-05", "9999-12-31"), ["valid_to:implausible"]),
        ("2021-02-31", None, (None, None), ["valid_from:unreadable=2021-02-31"]),
        ("31/02/2021", "2022-01-01", (None, "2022-01-01"), ["valid_from:unreadable=31/02/2021"]),
        ("2023-11-20T08:47:45.378Z", None, ("2023-11-20", None), None),
    ],
)  # fmt: skip
def test_impossible_dates_of_control_are_kept_as_written_and_flagged(
    notified: str, ceased: str | None, ends: tuple[str | None, str | None], flags: list[str] | None
) -> None:
    link = told(lines(controller(name="A", notified_on=notified, ceased_on=ceased)), SNAPSHOT).link(
        0, "CONTROLS"
    )
    assert ((link["valid_from"], link["valid_to"]), link["props"].get("flags")) == (ends, flags)


@pytest.mark.parametrize("number", ["5", 5, " 00000005 ", "00000005"])
def test_one_company_has_one_record_however_its_number_is_written(number: Any) -> None:
    value = controller(number="00000005", name="A") | {"company_number": number}
    assert told(lines(value), SNAPSHOT).records[0]["key"] == (
        "company/00000005/persons-with-significant-control/individual/aaa"
    )
    short = controller(number="5", name="A") | {"company_number": number}
    assert told(lines(short), SNAPSHOT).records[0]["key"].startswith("company/00000005/")


BAD: list[tuple[dict[str, Any], tuple[str, str]]] = [
    (controller(name=["A"]), ("name", "['A']")),
    (controller(address="x"), ("address", "x")),
    (controller(natures_of_control="x"), ("natures_of_control", "x")),
    (controller(date_of_birth=1970), ("date_of_birth", "1970")),
    (controller(links={}), ("data.links.self", "")),
    (controller(kind="unheard-of"), ("data.kind", "unheard-of-person-with-significant-control")),
    (controller() | {"company_number": "XX1"}, ("company_number", "XX1")),
    (controller() | {"company_number": "6"}, ("data.links.self", "/company/00000005/persons-with-significant-control/individual/aaa")),
    ({"company_number": "5", "data": []}, ("data", "[]")),
    (controller(ident="a\0b"), ("data.links.self", "/company/00000005/persons-with-significant-control/individual/a\0b")),
]  # fmt: skip


@pytest.mark.parametrize(("value", "at"), BAD)
def test_a_record_of_another_shape_is_rejected_alone_and_keeps_the_snapshot_from_being_complete(
    value: dict[str, Any], at: tuple[str, str]
) -> None:
    out = told(lines(controller(ident="good", name="B"), value, trailer(2)), SNAPSHOT)
    assert (out.staged.read, out.staged.kept, out.staged.rejected, out.staged.snapshot) == (2, 1, 1, "NO")
    [reject] = out.rejects
    assert (reject["locator"], (reject["field"], reject["value"])) == ("line 2", at)
    assert reject["remedy"] == f"Correct the {at[0]} in the file and ingest it again."
    assert json.loads(reject["raw"]) == value


@pytest.mark.parametrize(
    "line",
    ["not json", "[1]", '{"a":\0}', '{"a":"\\ud800"}', "[" * 100_000],
    ids=["text", "list", "nul", "half", "deep"],
)
def test_a_line_that_is_no_object_is_rejected_alone(line: str) -> None:
    out = told(lines(controller(name="A")) + line + "\n\n" + lines(controller(ident="b", name="B")), SNAPSHOT)
    assert (out.staged.read, out.staged.kept, [r["locator"] for r in out.rejects]) == (3, 2, ["line 2"])
    assert (out.rejects[0]["field"], out.rejects[0]["value"]) == ("line", line[:200])


def test_control_characters_in_values_are_cleaned_away() -> None:
    person = told(lines(controller(name="A\0B  C\u200b")), SNAPSHOT).mention(0, "controller")
    assert person["props"]["name"] == [["AB C", "A\0B  C\u200b"]]


WHOLE = lines(
    controller(name="A"), statement("00000005", "s", statement="psc-details-not-confirmed"), trailer(1, 1)
)


@pytest.mark.parametrize(
    ("content", "snapshot", "note"),
    [
        (WHOLE, "COUNTED", None),
        (WHOLE.replace("\n", "\r\n"), "COUNTED", None),
        ("\ufeff" + WHOLE.rstrip(), "COUNTED", None),
        (WHOLE.replace('_control_count": 1', '_control_count": 3'), "NO",
         "Not taken as complete: the trailer says persons_of_significant_control_count 3, read 1."),
        (lines(controller(name="A"), controller(ident="b", name="B")), "NO",
         "Not taken as complete: there is no trailer with counts; is the file whole?"),
        (lines(trailer(1), controller(name="A")), "NO", "Not taken as complete: its trailer is not its last line."),
        (WHOLE + "garbage\n", "NO", "Not taken as complete: its trailer is not its last line."),
        (lines(trailer(1)), "NO",
         "Not taken as complete: the trailer says persons_of_significant_control_count 1, read 0."),
    ],
)  # fmt: skip
def test_only_a_trailer_that_agrees_makes_a_snapshot_complete_and_the_note_says_why_not(
    content: str, snapshot: str, note: str | None
) -> None:
    staged = told(content, SNAPSHOT).staged
    assert (staged.snapshot, staged.notes) == (snapshot, (note,) if note else ())


@pytest.mark.parametrize("number", [1, 32])
def test_a_part_of_a_snapshot_is_not_complete_alone_and_tells_what_it_holds_of_the_whole(number: int) -> None:
    counted = {
        "persons_of_significant_control_count": "1", "statements_count": "1", "exemptions_count": "0",
    }  # fmt: skip
    read = {"persons_of_significant_control_count": 1, "statements_count": 1}
    for complete in (False, True):
        staged = told(WHOLE, f"psc-snapshot-2026-09-17_{number}of32.txt", complete=complete).staged
        assert (staged.snapshot, staged.notes) == ("NO", ())
        assert staged.part == Part(
            "companies-house-psc", "psc-snapshot-2026-09-17|.txt", "2026-09-17", number, 32, complete, read, counted
        )  # fmt: skip


def test_a_part_whose_trailer_is_not_its_last_line_or_that_has_rejects_says_so() -> None:
    name = "psc-snapshot-2026-09-17_1of32.txt"
    for content, fault in (
        (lines(trailer(1), controller(name="A")), "its trailer is not its last line"),
        (lines(controller("?")), "1 records were rejected, and may be those that seem missing"),
    ):
        assert [part.fault for part in [told(content, name).staged.part] if part] == [fault]


def test_a_trailer_of_a_year_that_is_hardly_meant_does_not_date_the_snapshot() -> None:
    out = told(lines(controller(name="A"), trailer(1, at="9999-12-31T00:00:00Z")), SNAPSHOT)
    assert (out.staged.observed_basis, str(out.records[0]["observed_at"])) == (
        "file name",
        "2026-09-17 00:00:00+00:00",
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (WHOLE[:-20].encode(), "line 3: the file stops in the middle of a line"),
        ((WHOLE + "garbage").encode(), "line 4: the file stops in the middle of a line"),
        (lines(controller(name="CAFÉ")).encode("latin-1"), "line 1: not UTF-8 text"),
        (
            json.dumps(controller(name="A"), indent=1).encode() + b"xx",
            "is not JSON: unexpected content after document",
        ),
        (json.dumps(controller(name="A"), indent=1).encode()[:-9], "is not JSON"),
    ],
)
def test_a_broken_file_is_refused_whole(content: bytes, complaint: str) -> None:
    assert complaint in refused(content, SNAPSHOT)


def test_single_objects_lists_and_lines_of_bodies_are_read_as_the_snapshots_lines_are() -> None:
    value = controller(name="A B", notified_on="2020-01-01")
    listing = {
        "items": [value["data"]],
        "items_per_page": 25,
        "links": {"self": "/company/00000005/persons-with-significant-control"},
    }
    forms = (
        lines(value), json.dumps(value, indent=2), "\ufeff" + json.dumps(value, indent=2), lines(value["data"]),
        json.dumps(value["data"], indent=2), lines(listing), json.dumps(listing, indent=2), lines(value["data"], value["data"]),
    )  # fmt: skip
    for form in forms:
        out = told(form, "one.json")
        assert out.records[0]["key"] == "company/00000005/persons-with-significant-control/individual/aaa"
        assert (out.staged.rejected, out.staged.leftovers, out.staged.snapshot) == (0, {}, "NO")
        assert out.mention(0, "controller")["caption"] == "A B"


def test_a_first_line_of_any_length_is_a_line() -> None:
    out = told(
        lines(controller(name="A", address={"address_line_1": "x" * 90_000}), controller(ident="b")), SNAPSHOT
    )
    assert (out.staged.read, out.staged.kept) == (2, 2)


def test_two_exemptions_of_one_type_are_two_mentions() -> None:
    items = {"exemption_type": "x", "items": [{"exempt_from": "2020-01-01"}, {"exempt_from": "2021-01-01"}]}
    data = {
        "kind": "exemptions",
        "exemptions": {"a": items, "b": items},
        "links": {"self": "/company/5/exemptions"},
    }
    out = told(lines({"company_number": "5", "data": data}), SNAPSHOT)
    assert [m["slot"] for m in out.mentions] == [
        "exemption/a/0",
        "exemption/a/1",
        "exemption/b/0",
        "exemption/b/1",
    ]
