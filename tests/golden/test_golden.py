"""Every golden input comes to its committed answer, and no mapped field can go missing unseen."""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.formats.companies_house_psc import TRAILER
from ingest.helpers.psc import KINDS
from tests.golden import ROOT, answer, expected_path, inputs
from tests.ingest.told import Told, outcomes

_OWN = ("companies-house-basic", "companies-house-officers", "companies-house-psc", "companies-house-stream")


@pytest.mark.parametrize("path", inputs(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_input_comes_to_its_answer(path: Path) -> None:
    assert answer(path) == json.loads(expected_path(path).read_text(encoding="utf-8"))


def _facts(content: str, like: Path, folder: Path) -> list[Any]:
    """What a changed input comes to: everything but counts, which a change of one field may leave alone.

    A file that is refused for want of a field has been seen to lack it."""
    path = folder / like.name
    path.write_text(content, encoding="utf-8", newline="")
    [told] = outcomes(path)
    if not isinstance(told, Told):
        return [told.refused]
    whole = told.as_json()
    return [whole["records"], whole["rejects"], whole["report"]["notes"], whole["report"]["observed_basis"]]


def test_every_column_of_the_register_is_seen_when_dropped(tmp_path: Path) -> None:
    [path] = [path for path in inputs() if path.parent.name == "companies-house-basic"]
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    whole = _facts(_csv(rows), path, tmp_path)
    unseen = []
    for column, name in enumerate(rows[0]):
        without = [rows[0], *([*row[:column], "", *row[column + 1 :]] for row in rows[1:])]
        if _facts(_csv(without), path, tmp_path) == whole:
            unseen.append(name)
    assert unseen == []


def _csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return out.getvalue()


# Positions from 0 of formats.md 1.3; the filler and the header's run number say nothing.
_COMPANY = {"status": (9, 10), "officers": (32, 36)}
_PERSON = {
    "origin": (9, 10), "type": (10, 12), "person number": (12, 24), "corporate": (24, 25), "appointed": (32, 40),
    "resigned": (40, 48), "postcode": (48, 56), "partial birth": (56, 64), "full birth": (64, 72),
}  # fmt: skip


def test_every_field_of_the_officers_is_seen_when_dropped(tmp_path: Path) -> None:
    [path] = [path for path in inputs() if path.parent.name == "companies-house-officers"]
    lines = path.read_text(encoding="utf-8").splitlines()
    whole = _facts("\n".join(lines) + "\n", path, tmp_path)
    unseen = []
    for name, changed in _without_a_field(lines):
        if _facts("\n".join(changed) + "\n", path, tmp_path) == whole:
            unseen.append(name)
    assert unseen == []


def _without_a_field(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    for kind, fields in (("1", _COMPANY), ("2", _PERSON)):
        for name, (start, end) in fields.items():
            yield (
                name,
                [
                    line[:start] + " " * (end - start) + line[end:] if line[8:9] == kind else line
                    for line in lines
                ],
            )
    yield "company name", [line[:40] + "<" if line[8:9] == "1" else line for line in lines]
    for index in range(14):
        yield f"variable {index + 1}", [_blank(line, index) if line[8:9] == "2" else line for line in lines]


def _blank(line: str, index: int) -> str:
    values = line[76:].split("<")
    return line[:76] + "<".join([*values[:index], "", *values[index + 1 :]])


# What formats leave out on purpose, each with its reason where it is ignored.
_IGNORED = {
    "data.etag", "data.description", "data.can_file", "data.links.self", "data.links.statement", "resource_id",
    "event.fields_changed", "data.accounts.last_accounts.period_end_on",
    "data.accounts.last_accounts.period_start_on", "data.accounts.next_accounts.due_on",
    "data.accounts.next_accounts.period_end_on", "data.accounts.next_accounts.period_start_on",
    "data.accounts.next_accounts.overdue",
    "data.foreign_company_details.accounting_requirement.foreign_account_type",
    "data.foreign_company_details.accounts.account_period_from.day",
    "data.foreign_company_details.accounts.account_period_from.month",
    "data.foreign_company_details.company_type", "data.foreign_company_details.is_a_credit_finance_institution",
    # The number in a profile's address counts, and one in its body that agrees says nothing more.
    "data.company_number",
    # The name of the member says it again.
    "data.exemptions.psc_exempt_as_shares_admitted_on_market.exemption_type",
    "data.exemptions.disclosure_transparency_rules_chapter_five_applies.exemption_type",
}  # fmt: skip
# An event's resource_kind says the same.
_SAID_TWICE = {"data.kind"}


@pytest.mark.parametrize(
    ("name", "said_twice"),
    [
        ("companies-house-psc/psc-snapshot-2026-09-17_1of1.txt", set()),
        ("companies-house-stream/stream-2026-09.jsonl", _SAID_TWICE),
    ],
)
def test_every_json_field_is_seen_when_dropped(name: str, said_twice: set[str], tmp_path: Path) -> None:
    path = ROOT / name
    unseen: set[str] = set()
    for line in _json_lines(path):
        whole = _facts(json.dumps(line) + "\n", path, tmp_path) if _describes(line) else None
        if whole is None or len(whole) == 1 or whole[1]:
            continue
        for where in _leaves(line):
            changed = copy.deepcopy(line)
            _drop(changed, where)
            if _facts(json.dumps(changed) + "\n", path, tmp_path) == whole:
                unseen.add(_dotted(where))
    assert unseen - _IGNORED == said_twice


def test_every_field_of_a_listed_controller_is_seen_when_dropped(tmp_path: Path) -> None:
    path = ROOT / "companies-house-psc/psc_list.json"
    body = json.loads(path.read_text(encoding="utf-8"))
    whole = _facts(json.dumps(body), path, tmp_path)
    unseen = set()
    for where in _leaves(body["items"]):
        changed = copy.deepcopy(body)
        _drop(changed["items"], where)
        if _facts(json.dumps(changed), path, tmp_path) == whole:
            unseen.add(_dotted(where))
    assert unseen == {"etag"}


_PARTS = [
    "care_of", "po_box", "premises", "address_line_1", "address_line_2", "locality", "region", "postal_code", "country",
]  # fmt: skip
_CONTROLLER = {
    "kind", "name", "natures_of_control", "notified_on", "ceased_on", "ceased", "etag", "is_sanctioned",
    "nationality", "country_of_residence", "description", "statement", "restrictions_notice_withdrawal_reason",
    "linked_psc_name", "links.self", "links.statement", "date_of_birth.month", "date_of_birth.year",
    *(f"name_elements.{p}" for p in ("title", "forename", "middle_name", "other_forenames", "surname")),
    *(f"address.{p}" for p in _PARTS),
    *(f"principal_office_address.{p}" for p in ("premises", "address_line_1", "locality", "country")),
    *(f"identification.{p}" for p in ("legal_form", "legal_authority", "country_registered", "place_registered",
                                      "registration_number")),
    "identity_verification_details.identity_verified_on",
    "exemptions.psc_exempt_as_shares_admitted_on_market.items.exempt_from",
    "exemptions.disclosure_transparency_rules_chapter_five_applies.items.exempt_to",
}  # fmt: skip
"""Every field of formats.md 1.2, by its place in `data`."""

_PROFILE = {
    "company_number", "company_name", "company_status", "company_status_detail", "type", "subtype", "jurisdiction",
    "date_of_creation", "date_of_cessation", "registered_office_is_in_dispute",
    "undeliverable_registered_office_address", "sic_codes", "has_charges", "has_insolvency_history", "can_file",
    "etag", "registered_office_address.address_line_1", "service_address.address_line_1",
    *(f"previous_company_names.{p}" for p in ("name", "effective_from", "ceased_on")),
    "accounts.next_due", "confirmation_statement.next_due", "annual_return.next_due",
    "branch_company_details.business_activity", "foreign_company_details.registration_number",
}  # fmt: skip
_APPOINTMENT = {
    "name", "officer_role", "appointed_on", "appointed_before", "is_pre_1992_appointment", "resigned_on",
    "nationality", "occupation", "country_of_residence", "person_number", "address.premises", "date_of_birth.month",
    "date_of_birth.year", "former_names.forenames", "former_names.surname", "links.self",
    "links.officer.appointments",
    *(f"identification.{p}" for p in ("identification_type", "legal_authority", "legal_form", "place_registered",
                                      "registration_number")),
}  # fmt: skip
"""Every field of formats.md 1.4's profile and appointment, which events carry, by its place in `data`."""


def test_every_kind_and_field_that_is_documented_is_in_a_golden_snapshot() -> None:
    held = [
        line["data"] for line in _json_lines(ROOT / "companies-house-psc/psc-snapshot-2026-09-17_1of1.txt")
    ]
    assert {data["kind"] for data in held} == {*KINDS, TRAILER}
    found = {_dotted(where) for data in held for where in _leaves(data)}
    assert _CONTROLLER - found == set()


def test_every_resource_kind_and_field_that_is_documented_is_in_a_golden_stream() -> None:
    events = list(_json_lines(ROOT / "companies-house-stream/stream-2026-09.jsonl"))
    changed = {e["resource_kind"] for e in events if e["event"]["type"] == "changed"}
    assert changed >= {
        "company-profile", "company-officers", "company-psc-individual", "company-psc-corporate",
        "company-psc-legal", "company-psc-statement", "company-exemptions", "filing-history",
    }  # fmt: skip
    for kind, documented in (("company-profile", _PROFILE), ("company-officers", _APPOINTMENT)):
        held = [event["data"] for event in events if event["resource_kind"] == kind]
        assert documented - {_dotted(where) for data in held for where in _leaves(data)} == set()


def _json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _dotted(where: tuple[str | int, ...]) -> str:
    return ".".join(part for part in where if isinstance(part, str))


def _describes(line: dict[str, Any]) -> bool:
    """Not a trailer, an event of another kind, or one that takes a record back."""
    if "company_number" in line:
        return True
    kind = line.get("resource_kind")
    return kind not in (None, "filing-history") and line["event"]["type"] == "changed"


def _leaves(value: Any, where: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    inner = list(items)
    if where and not inner:
        yield where
    for key, held in inner:
        yield from _leaves(held, (*where, key))


def _drop(value: Any, where: tuple[str | int, ...]) -> None:
    for part in where[:-1]:
        value = value[part]
    del value[where[-1]]


def test_the_formats_of_this_folder_have_golden_inputs() -> None:
    assert {path.parent.name for path in inputs()} >= set(_OWN)
