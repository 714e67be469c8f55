"""The made-up world has the registers' real shapes, says the same twice, and its truth fits its files."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from tests.world import generate
from tests.world.readers import CompanyLine, PersonLine, json_lines, officers, register, truth

HEADER = (
    "CompanyName, CompanyNumber,RegAddress.CareOf,RegAddress.POBox,RegAddress.AddressLine1, RegAddress.AddressLine2,"
    "RegAddress.PostTown,RegAddress.County,RegAddress.Country,RegAddress.PostCode,CompanyCategory,CompanyStatus,"
    "CountryOfOrigin,DissolutionDate,IncorporationDate,Accounts.AccountRefDay,Accounts.AccountRefMonth,"
    "Accounts.NextDueDate,Accounts.LastMadeUpDate,Accounts.AccountCategory,Returns.NextDueDate,Returns.LastMadeUpDate,"
    "Mortgages.NumMortCharges,Mortgages.NumMortOutstanding,Mortgages.NumMortPartSatisfied,Mortgages.NumMortSatisfied,"
    "SICCode.SicText_1,SICCode.SicText_2,SICCode.SicText_3,SICCode.SicText_4,LimitedPartnerships.NumGenPartners,"
    "LimitedPartnerships.NumLimPartners,URI,PreviousName_1.CONDATE, PreviousName_1.CompanyName, PreviousName_2.CONDATE,"
    " PreviousName_2.CompanyName,PreviousName_3.CONDATE, PreviousName_3.CompanyName,PreviousName_4.CONDATE,"
    " PreviousName_4.CompanyName,PreviousName_5.CONDATE, PreviousName_5.CompanyName,PreviousName_6.CONDATE,"
    " PreviousName_6.CompanyName,PreviousName_7.CONDATE, PreviousName_7.CompanyName,PreviousName_8.CONDATE,"
    " PreviousName_8.CompanyName,PreviousName_9.CONDATE, PreviousName_9.CompanyName,PreviousName_10.CONDATE,"
    " PreviousName_10.CompanyName,ConfStmtNextDueDate, ConfStmtLastMadeUpDate"
)
SEPTEMBER, OCTOBER, NOVEMBER = "2026-09-01", "2026-10-01", "2026-11-01"


def basic(world: Path, day: str) -> Path:
    return world / f"BasicCompanyDataAsOneFile-{day}.csv"


def psc(world: Path, day: str) -> Path:
    return world / f"psc-snapshot-{day}_1of1.txt"


def digests(world: Path) -> dict[str, str]:
    files = sorted(path for path in world.rglob("*") if path.is_file())
    return {str(path.relative_to(world)): sha256(path.read_bytes()).hexdigest() for path in files}


def share(hits: Iterable[bool]) -> float:
    seen = list(hits)
    return sum(seen) / len(seen)


def test_equal_arguments_give_equal_bytes(case: Path, tmp_path: Path) -> None:
    again = generate(tmp_path / "again", 200, seed=1, months=3, story=True).out
    assert digests(again) == digests(case)


def test_another_seed_gives_other_companies(case: Path, tmp_path: Path) -> None:
    other = generate(tmp_path / "other", 200, seed=2).out
    numbers = {row["CompanyNumber"] for row in register(basic(other, SEPTEMBER))}
    assert len(numbers & {row["CompanyNumber"] for row in register(basic(case, SEPTEMBER))}) <= 5


def test_a_company_does_not_hang_on_how_many_there_are(town: Path, tmp_path: Path) -> None:
    fewer = generate(tmp_path / "fewer", 300, seed=7).out
    first = basic(town, SEPTEMBER).read_bytes().split(b"\r\n")[:200]
    assert basic(fewer, SEPTEMBER).read_bytes().split(b"\r\n")[:200] == first


def test_the_register_has_the_real_header_of_55_columns(case: Path) -> None:
    header = basic(case, SEPTEMBER).read_bytes().split(b"\r\n")[0].decode()
    assert header == HEADER
    assert header.count(",") == 54


def test_the_register_quotes_every_cell_but_in_the_month_of_the_old_style(case: Path) -> None:
    new = basic(case, SEPTEMBER).read_bytes().split(b"\r\n")[1]
    old = basic(case, OCTOBER).read_bytes().split(b"\r\n")[1]
    assert b',"","",' in new
    assert b",,," not in new
    assert b",,," in old
    assert b'""' not in old


def test_every_row_of_the_register_has_55_cells(case: Path) -> None:
    for day in (SEPTEMBER, OCTOBER, NOVEMBER):
        for row in register(basic(case, day)):
            assert len(row) == 55
            assert all(cell is not None for cell in row.values())


def test_numbers_are_unique_and_have_eight_characters(town: Path) -> None:
    numbers = [row["CompanyNumber"] for row in register(basic(town, SEPTEMBER))]
    assert {len(number) for number in numbers} == {8}
    assert len(set(numbers)) == len(numbers)


def test_the_register_holds_odd_names_runs_of_spaces_and_prefixes(town: Path) -> None:
    rows = register(basic(town, SEPTEMBER))
    names = {row["CompanyName"] for row in rows}
    assert {
        "! LIMITED",
        '"K" LINE LETTINGS LTD',
        'THE "GOOD" BREAD COMPANY, BATH LIMITED',
        "CAFÉ ŁÓDŹ LTD",
    } <= names
    assert any("   " in row["RegAddress.AddressLine1"] for row in rows)
    assert {"SC", "NI", "OC", "OE"} <= {row["CompanyNumber"][:2] for row in rows}
    assert any(row["PreviousName_1.CompanyName"] for row in rows)


def test_who_leaves_the_register_was_dissolved_in_the_stream(case: Path) -> None:
    before = {row["CompanyNumber"] for row in register(basic(case, SEPTEMBER))}
    gone = before - {row["CompanyNumber"] for row in register(basic(case, OCTOBER))}
    events = json_lines(case / "stream-2026-09.jsonl")
    dissolved = {e["resource_id"] for e in events if e["data"].get("company_status") == "dissolved"}
    assert gone
    assert gone == dissolved


@pytest.mark.parametrize("day", [SEPTEMBER, OCTOBER, NOVEMBER])
def test_the_controllers_trailer_counts_its_lines(case: Path, day: str) -> None:
    *lines, last = json_lines(psc(case, day))
    kinds = Counter(line["data"]["kind"] for line in lines)
    statements = kinds.pop("persons-with-significant-control-statement")
    exemptions = kinds.pop("exemptions")
    assert "company_number" not in last
    assert last["data"] == {
        "kind": "totals#persons-of-significant-control-snapshot",
        "persons_of_significant_control_count": kinds.total(),
        "statements_count": statements,
        "exemptions_count": exemptions,
        "generated_at": f"{day}T06:00:00Z",
    }


def test_every_kind_of_controller_is_in_every_world(case: Path) -> None:
    *lines, _ = json_lines(psc(case, SEPTEMBER))
    person = "person-with-significant-control"
    assert {line["data"]["kind"] for line in lines} == {
        f"individual-{person}",
        f"corporate-entity-{person}",
        f"legal-person-{person}",
        f"super-secure-{person}",
        "persons-with-significant-control-statement",
        "exemptions",
        "individual-beneficial-owner",
        "corporate-entity-beneficial-owner",
        "legal-person-beneficial-owner",
        "super-secure-beneficial-owner",
    }


def test_a_super_secure_record_says_ceased_in_every_way_and_never_a_name(case: Path) -> None:
    *lines, _ = json_lines(psc(case, SEPTEMBER))
    secure = [x["data"] for x in lines if x["data"]["kind"] == "super-secure-person-with-significant-control"]
    said = Counter(repr(data.get("ceased")) for data in secure)
    assert said == {"False": 1, "1": 1, "None": 1, "True": 1, "0": 1}
    assert all(not data.keys() & {"name", "address", "notified_on"} for data in secure)


def test_the_impossible_dates_are_there(case: Path) -> None:
    *lines, _ = json_lines(psc(case, SEPTEMBER))
    people = [line["data"] for line in lines if "notified_on" in line["data"]]
    assert min(data["notified_on"] for data in people) == "1083-04-06"
    assert max(data.get("ceased_on", "") for data in people) == "9999-12-31"
    assert any(data.get("ceased_on", "9999") < data["notified_on"] for data in people)
    assert any(data.get("statement") == "no-individual-or-entity-with-signficant-control" for data in people)


def test_some_lines_lack_the_leading_zero(case: Path) -> None:
    *lines, _ = json_lines(psc(case, SEPTEMBER))
    short = [line for line in lines if len(line["company_number"]) < 8]
    assert short
    assert all(f"/company/0{x['company_number']}/" in x["data"]["links"]["self"] for x in short)


@pytest.mark.parametrize(("day", "run"), [("20260901", 4260), ("20261101", 4262)])
def test_the_officers_file_has_its_header_and_a_right_trailer(case: Path, day: str, run: int) -> None:
    lines = (case / f"Prod195_{run}_{day}.dat").read_text(encoding="utf-8").split("\n")
    assert lines[0] == f"DDDDSNAP{run}{day}"
    assert lines[-2:] == [f"99999999{len(lines) - 3:08d}", ""]


def test_the_officers_fixed_positions_hold(town: Path) -> None:
    waiting = 0
    for record in officers(town / "Prod195_4260_20260901.dat"):
        if isinstance(record, CompanyLine):
            assert waiting == 0
            assert record.name_length == len(record.name) + 1
            assert record.status in "CDLR "
            waiting = record.officers
        else:
            waiting -= 1
            _check_person(record)
    assert waiting == 0


def _check_person(record: PersonLine) -> None:
    assert len(record.fields) == 14
    assert record.length == sum(map(len, record.fields)) + 14
    assert record.rest == " " * 8
    assert record.person_number.isdigit()
    assert (record.role in ("02", "03", "06", "07")) == bool(record.resigned.strip())
    assert record.role in ("00", "01", "02", "03", "04", "05", "06", "07")
    date.fromisoformat(record.appointed)
    if record.corporate == "Y":
        assert record.born == " " * 8
    else:
        assert record.born[6:] == "  "
        assert 1 <= int(record.born[4:6]) <= 12
        assert int(record.born[:4]) + 17 <= int(record.appointed[:4])


def test_the_stream_has_heartbeats_replays_deletes_and_an_uri_without_slash(case: Path) -> None:
    lines = (case / "stream-2026-09.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    events = json_lines(case / "stream-2026-09.jsonl")
    points = Counter((event["resource_kind"], event["event"]["timepoint"]) for event in events)
    assert "" in lines
    assert 2 in points.values()
    deleted = {event["resource_kind"] for event in events if event["event"]["type"] == "deleted"}
    assert deleted == {"company-officers", "company-psc-individual"}
    assert all(event["data"] == {} for event in events if event["event"]["type"] == "deleted")
    slashless = {event["resource_kind"] for event in events if not event["resource_uri"].startswith("/")}
    assert slashless == {"company-exemptions"}
    assert {"filing-history", "company-profile"} <= {event["resource_kind"] for event in events}


def test_a_deleted_controller_is_not_in_the_next_snapshot(case: Path) -> None:
    events = json_lines(case / "stream-2026-09.jsonl")
    struck = [
        event["resource_uri"]
        for event in events
        if event["event"]["type"] == "deleted" and event["resource_kind"] == "company-psc-individual"
    ]
    held = {
        day: {x["data"].get("links", {}).get("self") for x in json_lines(psc(case, day))}
        for day in (SEPTEMBER, OCTOBER)
    }
    assert len(struck) == 1
    assert struck[0] in held[SEPTEMBER]
    assert struck[0] not in held[OCTOBER]


def test_the_rates_are_the_measured_ones(town: Path) -> None:
    *lines, _ = json_lines(psc(town, SEPTEMBER))
    kinds = Counter(line["data"]["kind"] for line in lines)
    assert kinds["individual-person-with-significant-control"] / len(lines) == pytest.approx(0.871, abs=0.025)
    assert kinds["corporate-entity-person-with-significant-control"] / len(lines) == pytest.approx(
        0.067, abs=0.015
    )
    assert kinds["persons-with-significant-control-statement"] / len(lines) == pytest.approx(0.058, abs=0.015)
    assert share("ceased_on" in line["data"] for line in lines) == pytest.approx(0.166, abs=0.03)


def test_four_in_five_service_addresses_are_the_registered_office(town: Path) -> None:
    office = {row["CompanyNumber"]: row["RegAddress.PostCode"] for row in register(basic(town, SEPTEMBER))}
    *lines, _ = json_lines(psc(town, SEPTEMBER))
    controllers = [
        line["data"]["address"]["postal_code"] == office[line["company_number"].zfill(8)]
        for line in lines
        if "address" in line["data"] and line["company_number"].zfill(8) in office
    ]
    people = [
        record.postcode == office[record.number]
        for record in officers(town / "Prod195_4260_20260901.dat")
        if isinstance(record, PersonLine) and record.number in office
    ]
    assert share(controllers) == pytest.approx(0.781, abs=0.03)
    assert share(people) == pytest.approx(0.78, abs=0.03)


def test_28_percent_of_controllers_keys_are_on_two_companies_or_more(town: Path) -> None:
    companies = defaultdict(set)
    for line in json_lines(psc(town, SEPTEMBER)):
        if line["data"]["kind"].startswith("individual-person"):
            name, born = line["data"]["name_elements"], line["data"]["date_of_birth"]
            key = (name["forename"], name["surname"], born["year"], born["month"])
            companies[key].add(line["company_number"])
    assert share(len(numbers) > 1 for numbers in companies.values()) == pytest.approx(0.28, abs=0.04)


def test_corporate_controllers_state_numbers_as_often_as_measured(town: Path) -> None:
    live = {row["CompanyNumber"] for row in register(basic(town, SEPTEMBER))}
    stated = [
        line["data"]["identification"].get("registration_number", "")
        for line in json_lines(psc(town, SEPTEMBER))
        if line["data"]["kind"] == "corporate-entity-person-with-significant-control"
    ]
    numbers = [number for number in stated if number]
    # About 180 records: two standard deviations either way.
    assert share(map(bool, stated)) == pytest.approx(0.91, abs=0.045)
    assert share(len(number) == 8 for number in numbers) == pytest.approx(0.817, abs=0.06)
    assert share(number.zfill(8) in live for number in numbers) == pytest.approx(0.779, abs=0.065)


def test_a_person_number_means_one_person_and_a_name_with_a_birth_month_does_not(town: Path) -> None:
    true = {
        row["key"]: row["true_id"] for row in truth(town / "truth/records.csv") if row["family"] == "officers"
    }
    by_number, by_key, written = defaultdict(set), defaultdict(set), defaultdict(set)
    for record in officers(town / "Prod195_4260_20260901.dat"):
        if isinstance(record, PersonLine) and record.corporate == " ":
            person = true[f"{record.number}/{record.person_number}"]
            by_number[record.person_number[:8]].add(person)
            by_key[(*record.fields[1:3], record.born)].add(person)
            written[person].add(record.fields[1:3])
    assert {len(people) for people in by_number.values()} == {1}
    assert max(map(len, by_key.values())) >= 2
    assert share(len(forms) > 1 for forms in written.values()) == pytest.approx(0.08, abs=0.05)


def test_truth_knows_every_named_controller(case: Path) -> None:
    true = {row["key"] for row in truth(case / "truth/records.csv") if row["family"] == "psc"}
    for day in (SEPTEMBER, OCTOBER, NOVEMBER):
        for line in json_lines(psc(case, day)):
            if "name" in line["data"]:
                assert line["data"]["links"]["self"] in true


def test_a_world_of_ten_companies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="companies is 10; a world has 200 to 1,000,000"):
        generate(tmp_path, 10)
