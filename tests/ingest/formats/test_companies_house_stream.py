"""Streaming events: hand-read values of the golden stream, kind by kind, and every trap that formats.md 1.5 names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ingest.told import Told, refused, told

from .companies_house import EVENTS, controller, event, golden, lines

GOLDEN = ("companies-house-stream", EVENTS)


def record(out: Told, line: int) -> dict[str, Any]:
    """The record of a line of the file."""
    [found] = [r for r in out.records if r["locator"].partition(" (")[0] == f"line {line}"]
    return found


def test_a_profile_is_the_company_its_names_and_its_addresses() -> None:
    out = golden(*GOLDEN)
    first = record(out, 1)
    # formats.md 1.5: the number is in resource_uri; published_at has no zone and is UTC.
    assert (first["key"], first["put"], first["timepoint"], str(first["observed_at"])) == (
        "company/SC571653", True, 11, "2026-09-02 07:00:25+00:00",
    )  # fmt: skip
    values = {name: [v for v, _ in pairs] for name, pairs in out.mention(0, "company")["props"].items()}
    assert (values["name"], values["company_number"]) == (["FC KIOSKS LTD"], ["SC571653"])
    assert (values["status"], values["status_detail"]) == (["active"], ["active-proposal-to-strike-off"])
    assert (values["company_type"], values["company_subtype"]) == (["ltd"], ["community-interest-company"])
    assert (values["incorporated"], values["dissolved"]) == (["2017-07-20"], ["2024-01-02"])
    assert values["sic"] == ["56290", "56210"]
    assert (values["accounts_next_due"], values["accounts_overdue"]) == (["2023-04-30"], ["true"])
    assert (values["confirmation_next_due"], values["returns_next_due"]) == (["2023-08-02"], ["2016-08-17"])
    assert (values["has_charges"], values["office_disputed"], values["office_undeliverable"]) == (
        ["true"], ["false"], ["true"],
    )  # fmt: skip
    old = out.mention(0, "previous_name_1")
    assert (old["props"]["previous_name"], old["valid_from"], old["valid_to"]) == (
        [["FC STALLS LTD", None]], "2017-07-20", "2019-03-04",
    )  # fmt: skip
    assert out.mention(0, "registered_office")["caption"] == "Suite 4f, Ingram House, Glasgow, G1 1DA"
    assert out.link(0, "SERVICE_ADDRESS")["from_slot"] == "company"


def test_a_company_of_another_country_states_its_register_there() -> None:
    out = golden(*GOLDEN)
    [foreign] = [r["rec"] for r in out.records if r["key"] == "company/FC030001"]
    props = out.mention(foreign, "company")["props"]
    # formats.md 1.4: foreign_company_details.
    assert {name: props[name][0][0] for name in ("place_registered", "country_registered", "legal_form")} == {
        "place_registered": "RCS Nantes", "country_registered": "FRANCE", "legal_form": "SA",
    }  # fmt: skip
    assert props["stated_registration_number"] == [["B 321 033", None]]
    assert (props["legal_authority"], props["business_activity"]) == (
        [["French law", None]],
        [["Shipping", None]],
    )


def test_an_appointment_is_a_person_in_a_role_from_a_day_to_a_day() -> None:
    out = golden(*GOLDEN)
    first = record(out, 3)
    # formats.md 1.5: published_at may have microseconds and Z.
    assert (first["key"], str(first["observed_at"])) == (
        "company/11787956/appointments/iKu", "2026-09-02 07:00:25.123456+00:00",
    )  # fmt: skip
    person = out.mention(first["rec"], "officer")
    # formats.md 1.4: name "SURNAME, Forename Middle".
    assert (person["caption"], person["names"]) == (
        "Michael Roy DUKE",
        ["DUKE, Michael Roy", "Michael Roy DUKE"],
    )
    assert person["keys"] == ["ch_person:GB-COH/12345678"]
    assert person["props"]["birth_date"] == [["1959-08", None]]
    assert person["props"]["former_name"] == [["Michael EARL", None]]
    assert person["props"]["officer_id"] == [["AbC-1", None]]
    assert (person["props"]["nationality"], person["props"]["occupation"]) == (
        [["British", None]], [["Administrator", None]],
    )  # fmt: skip
    link = out.link(first["rec"], "OFFICER_OF")
    assert (link["role"], link["valid_from"], link["valid_to"]) == ("director", "2019-01-25", "2020-02-26")
    body = out.mention(record(out, 4)["rec"], "officer")
    assert body["props"]["identification_type"][0][0] == "uk-limited-company"
    assert (body["kind"], body["keys"][0]) == ("Company", "ch_person:GB-COH/00900006")
    assert out.link(record(out, 4)["rec"], "OFFICER_OF")["role"] == "secretary"


def test_controllers_statements_and_exemptions_have_the_keys_of_the_snapshot() -> None:
    keys = [r["key"] for r in golden(*GOLDEN).records if r["put"]]
    snapshot = [r["key"] for r in golden("companies-house-psc", "psc-snapshot-2026-09-17_1of1.txt").records]
    # design 6: controllers and statements share keys between snapshot and stream.
    assert set(keys) & set(snapshot) == {
        "company/00107919/persons-with-significant-control/individual/aaa",
        "company/00000003/persons-with-significant-control/corporate-entity/ccc",
        "company/00000008/persons-with-significant-control/legal-person/eee",
        "company/00000004/persons-with-significant-control-statements/fff#statement",
        # formats.md 1.5: exemption events come without the leading slash.
        "company/00000006/exemptions",
    }


def test_deletions_take_their_record_back_with_data_or_without() -> None:
    out = golden(*GOLDEN)
    taken = {r["key"]: r["timepoint"] for r in out.records if not r["put"]}
    assert taken == {
        "company/00000004/persons-with-significant-control-statements/fff#statement": 19,
        "company/11787956/appointments/iKu": 20,
    }
    assert [m for m in out.mentions if m["rec"] in {r["rec"] for r in out.records if not r["put"]}] == []


def test_other_kinds_are_skipped_and_counted_heartbeats_are_nothing_and_bad_events_are_rejected() -> None:
    staged = golden(*GOLDEN).staged
    assert (staged.read, staged.kept, staged.rejected, staged.skipped) == (18, 12, 5, 1)
    assert staged.notes == (
        "Skipped 1 events of filing-history.",
        "1 record holds values that could not be read or are hardly meant: kept as flags.",
    )
    assert [(r["field"], r["value"]) for r in golden(*GOLDEN).rejects] == [
        ("data.officer_role", "None"),
        ("resource_uri", "/officers/11787956"),
        ("event.type", "moved"),
        ("event.timepoint", "-1"),
        ("event.published_at", "yesterday"),
    ]


PROFILE = {"company_name": "A LTD", "company_number": "00000005"}


@pytest.mark.parametrize("uri", ["/company/00000005", "company/5", "/company/00000005/", "company/00000005"])
def test_a_resource_is_the_same_with_and_without_slashes_and_zeros(uri: str) -> None:
    assert told(lines(event("company-profile", uri, PROFILE)), EVENTS).records[0]["key"] == "company/00000005"


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ({"timepoint": 2**63}, ("event.timepoint", "9223372036854775808")),
        ({"timepoint": 10**40}, ("event.timepoint", "1e+40")),
        ({"timepoint": "7"}, ("event.timepoint", "7")),
        ({"timepoint": True}, ("event.timepoint", "True")),
        ({"timepoint": None}, ("event.timepoint", "None")),
        ({"at": "9999-12-31T23:59:59"}, ("event.published_at", "9999-12-31T23:59:59")),
        ({"at": "1083-01-01T00:00:00Z"}, ("event.published_at", "1083-01-01T00:00:00Z")),
        ({"at": "0001-01-01T00:00:00+14:00"}, ("event.published_at", "0001-01-01T00:00:00+14:00")),
        ({"at": "2026-09-02"}, ("event.published_at", "2026-09-02")),
        ({"type": "moved"}, ("event.type", "moved")),
        ({"data": {}}, ("data", "None")),
        ({"data": None}, ("data", "None")),
        ({"data": []}, ("data", "[]")),
        ({"uri": ""}, ("resource_uri", "")),
        ({"uri": "/company//x"}, ("resource_uri", "/company//x")),
        ({"uri": "/company/XX/exemptions"}, ("company_number", "XX")),
        ({"data": {"company_name": {"a": 1}}}, ("company_name", "{'a': 1}")),
    ],
)
def test_an_event_that_cannot_be_read_is_rejected_alone(given: dict[str, Any], at: tuple[str, str]) -> None:
    whole = {"kind": "company-profile", "uri": "/company/00000006", "data": PROFILE} | given
    content = lines(event("company-profile", "/company/00000005", PROFILE), event(**whole))
    out = told(content, EVENTS)
    assert (out.staged.read, out.staged.kept, out.staged.rejected) == (2, 1, 1)
    [reject] = out.rejects
    assert (reject["locator"], (reject["field"], reject["value"])) == ("line 2", at)
    assert reject["remedy"] == (
        f"Correct the {at[0]} and ingest the file again; applying the other events twice changes nothing."
    )


@pytest.mark.parametrize("data", [None, {}, PROFILE])
def test_a_deletion_needs_no_data(data: Any) -> None:
    out = told(lines(event("company-profile", "/company/5", data, type="deleted")), EVENTS)
    assert [(r["key"], r["put"]) for r in out.records] == [("company/00000005", False)]
    assert (out.mentions, out.staged.leftovers) == ([], {})


def test_a_body_that_says_another_number_than_its_address_is_flagged() -> None:
    out = told(lines(event("company-profile", "/company/6", PROFILE)), EVENTS)
    assert out.mention(0, "company")["props"]["company_number"] == [["00000006", None]]
    assert out.mention(0, "company")["props"]["flags"] == [["company_number:differs", "00000005"]]


@pytest.mark.parametrize(
    ("kind", "path", "data", "slot"),
    [
        ("company-psc-individual", "persons-with-significant-control/individual/x", {"name": "A"}, "controller"),
        ("company-psc-corporate", "persons-with-significant-control/corporate-entity/x", {"name": "A"}, "controller"),
        ("company-psc-legal", "persons-with-significant-control/legal-person/x", {"name": "A"}, "controller"),
        ("company-psc-statement", "persons-with-significant-control-statements/x", {"statement": "a"}, "company"),
        ("persons-with-significant-control-statement", "persons-with-significant-control-statements/x",
         {"statement": "a"}, "company"),
        ("company-exemptions", "exemptions", {"exemptions": {"a": {"items": [{"exempt_from": "2020-01-01"}]}}},
         "exemption/a/0"),
    ],
)  # fmt: skip
def test_data_that_does_not_say_its_kind_is_of_the_resources(
    kind: str, path: str, data: dict[str, Any], slot: str
) -> None:
    out = told(lines(event(kind, f"/company/5/{path}", data)), EVENTS)
    assert (out.staged.rejected, [m["slot"] for m in out.mentions][-1]) == (0, slot)


def test_a_line_that_does_not_say_what_it_is_of_is_a_reject() -> None:
    other = {"resource_kind": "filing-history", "event": {"timepoint": 1}}
    out = told(lines(other, {"foo": 1}, {**other, "resource_kind": 7}), EVENTS)
    assert (out.staged.read, out.staged.rejected, out.staged.skipped) == (3, 2, 1)
    assert [(r["locator"], r["field"], r["value"]) for r in out.rejects] == [
        ("line 2", "resource_kind", ""), ("line 3", "resource_kind", "7")
    ]  # fmt: skip


def test_kinds_that_are_not_ours_yet_are_skipped_by_name() -> None:
    kinds = ("company-charges", "company-insolvency", "disqualified-officer-natural", "company-charges")
    staged = told(lines(*(event(kind, "/company/5/x", {"a": 1}) for kind in kinds)), EVENTS).staged
    assert (staged.read, staged.kept, staged.rejected, staged.skipped, staged.leftovers) == (4, 0, 0, 4, {})
    assert staged.notes == (
        "Skipped 2 events of company-charges.",
        "Skipped 1 events of company-insolvency.",
        "Skipped 1 events of disqualified-officer-natural.",
    )


def test_heartbeats_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    one = lines(event("company-profile", "/company/5", PROFILE))
    for content in (one, "\n\r\n" + one + "\n\n", "\ufeff" + one.replace("\n", "\r\n"), one.rstrip()):
        staged = told(content, EVENTS).staged
        assert (staged.format, staged.read, staged.kept) == ("companies-house-stream", 1, 1)


def test_a_stream_that_stops_in_the_middle_is_refused() -> None:
    one = lines(event("company-profile", "/company/5", PROFILE))
    assert "line 2: the file stops in the middle of a line" in refused(one + one[:50], EVENTS)


def test_what_formats_md_does_not_name_is_a_leftover_by_its_place() -> None:
    data = PROFILE | {"new_thing": {"a": 1}, "accounts": {"next_due": "2020-01-01", "odd": 1}, "none": None}
    staged = told(lines(event("company-profile", "/company/5", data)), EVENTS).staged
    assert staged.leftovers == {"data.accounts.odd": 1, "data.new_thing": 1}


def test_every_field_of_the_apis_profile_and_appointment_is_taken_or_left_out_on_purpose() -> None:
    # formats.md 1.4, whole.
    profile = PROFILE | {
        "annual_return": {"last_made_up_to": "2015-01-01", "next_due": "2016-01-01", "next_made_up_to": "2016-01-01"},
        "foreign_company_details": None, "service_address": {}, "can_file": True, "has_charges": False,
    }  # fmt: skip
    officer = {
        "name": "A LTD", "officer_role": "corporate-director", "date_of_birth": {"month": 1, "year": 1970},
        "former_names": [{"forenames": "A", "surname": "B"}], "person_number": "111111110001",
        "identification": {"identification_type": "eea"},
        "links": {"self": "/x", "officer": {"self": "/officers/a", "appointments": "/officers/a/appointments"}},
    }  # fmt: skip
    events = (
        event("company-profile", "/company/5", profile),
        event("company-officers", "/company/5/appointments/x", officer),
    )
    staged = told(lines(*events), EVENTS).staged
    assert (staged.rejected, staged.leftovers) == (0, {})


def test_an_officer_of_before_1992_was_appointed_before_a_day() -> None:
    data = {
        "name": "A B", "officer_role": "director", "appointed_before": "1991-12-31", "is_pre_1992_appointment": True,
    }  # fmt: skip
    link = told(lines(event("company-officers", "/company/5/appointments/x", data)), EVENTS).link(
        0, "OFFICER_OF"
    )
    assert (link["valid_from"], link["props"]) == (None, {"appointed_before": "1991-12-31", "pre_1992": True})


def test_a_snapshots_line_inside_an_event_says_the_same() -> None:
    value = controller(
        name="A B", natures_of_control=["voting-rights-25-to-50-percent"], notified_on="2020-01-01"
    )
    path = value["data"]["links"]["self"]
    snapshot = told(lines(value), "s.txt")
    stream = told(lines(event("company-psc-individual", path, value["data"])), EVENTS)
    assert (stream.mentions, stream.links) == (snapshot.mentions, snapshot.links)
    assert [r["key"] for r in stream.records] == [r["key"] for r in snapshot.records]
