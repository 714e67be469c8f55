"""The register's event stream for one month: changes and deletes, with heartbeats, replays and kinds of no concern."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO

from . import psc
from .companies import Appointment, Company
from .seeds import NOISE, etag, rng, token

HEARTBEAT_EVERY: Final = 8
REPLAY_EVERY: Final = 10
_TYPES: Final = {
    "cic": "ltd",
    "guarantee": "private-limited-guarant-nsc",
    "oversea": "oversea-company",
    "overseas-entity": "registered-overseas-entity",
    "charity": "charitable-incorporated-organisation",
    "society": "registered-society-non-jurisdictional",
}
_STATUS: Final = {
    "Liquidation": "liquidation",
    "In Administration": "administration",
    "Voluntary Arrangement": "voluntary-arrangement",
}
_FIRST_TIMEPOINTS: Final = {
    "company-profile": 61_000_000,
    "company-officers": 41_000_000,
    "filing-history": 201_000_000,
}
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Event(NamedTuple):
    """One change; `who` is the truth of what it is about: (slot, kind, true id), empty when nothing is claimed."""

    stamp: str
    resource: str
    uri: str
    deleted: bool
    data: dict[str, Any]
    who: tuple[str, str, str] | None = None


def events(seed: int, company: Company, start: date, end: date) -> Iterator[Event]:
    """What happens to a company from a snapshot's day, exclusive, up to `end`, exclusive."""
    for day in sorted(_profile_days(company)):
        if start < day < end:
            yield Event(
                _stamp(company, day, 0),
                "company-profile",
                f"/company/{company.number}",
                False,
                profile(company, day),
                ("company", "Company", company.number),
            )
    for officer in company.officers:
        yield from _officer_events(seed, company, officer, start, end)
    yield from _control_events(company, start, end)
    if (company.index * 7_919 + start.toordinal() * 31) % 33 == 0:
        draw = rng(seed, NOISE, company.index, start.toordinal() & 0xFFFF)
        day = date.fromordinal(start.toordinal() + 1 + int(draw.random() * ((end - start).days - 1)))
        yield _noise(
            company,
            day,
            ("filing-history", "company-charges", "company-insolvency")[int(draw.random() ** 3 * 3)],
        )


def _profile_days(company: Company) -> set[date]:
    days = {company.born, *(day for day, _ in company.names[1:]), *(day for day, _ in company.addresses[1:])}
    return {*days, company.dissolved} if company.dissolved else days


def _officer_events(
    seed: int, company: Company, officer: Appointment, start: date, end: date
) -> Iterator[Event]:
    days = [day for day in (officer.appointed, officer.resigned) if day is not None and start < day < end]
    struck = officer.deleted is not None and start < officer.deleted < end
    if not days and not struck:
        return
    own = token(seed, "appointment", company.number, officer.slot)
    uri = f"/company/{company.number}/appointments/{own}"
    true_id = officer.person.true_id if officer.person else officer.party.true_id if officer.party else ""
    who = ("officer", "Person" if officer.person else "Company", true_id)
    for day in days:
        data = _appointment(officer, uri, day)
        yield Event(_stamp(company, day, officer.slot), "company-officers", uri, False, data, who)
    if struck and officer.deleted is not None:
        yield Event(_stamp(company, officer.deleted, officer.slot), "company-officers", uri, True, {})


def _control_events(company: Company, start: date, end: date) -> Iterator[Event]:
    for control in company.controls:
        moments = {control.known, control.ceased_known, control.deleted}
        if control.kind != "exemptions" and not any(day and start < day < end for day in moments):
            continue
        uri = psc.link(company, control)
        kind = next((short for start_, short in _PSC_KINDS if control.kind.startswith(start_)), "")
        if control.kind == "exemptions":
            day = start.replace(day=5 + company.index % 9)
            # The register sends this one kind without the leading slash.
            yield Event(
                _stamp(company, day, 9), "company-exemptions", uri[1:], False, psc.data(company, control, day)
            )
            continue
        person, party = control.person, control.party
        true = ("Person", person.true_id) if person else ("Company", party.true_id) if party else None
        who = ("controller", *true) if true else None
        for day in sorted({control.known, control.ceased_known or control.known}):
            if kind and start < day < end:
                yield Event(
                    _stamp(company, day, control.slot), kind, uri, False, psc.data(company, control, day), who
                )
        if control.deleted is not None and kind and start < control.deleted < end:
            yield Event(
                _stamp(company, control.deleted, control.slot),
                kind,
                uri,
                True,
                {} if company.index % 2 else psc.data(company, control, control.deleted),
            )


_PSC_KINDS: Final = (
    ("individual-person", "company-psc-individual"),
    ("corporate-entity-person", "company-psc-corporate"),
    ("legal-person-person", "company-psc-legal"),
    ("persons-with-significant-control-statement", "company-psc-statement"),
)


def profile(company: Company, day: date) -> dict[str, Any]:
    """The company's public profile on a day."""
    nation = {"SC": "scotland", "NI": "northern-ireland"}.get(company.number[:2], "england-wales")
    gone = company.dissolved is not None and company.dissolved <= day
    own = f"/company/{company.number}"
    made: dict[str, Any] = {
        "can_file": not gone,
        "company_name": company.name_on(day),
        "company_number": company.number,
        "company_status": "dissolved" if gone else _STATUS.get(company.status, "active"),
        "date_of_creation": company.born.isoformat(),
        "etag": etag(own, day),
        "jurisdiction": nation,
        "links": {
            "self": own,
            "officers": f"{own}/officers",
            "filing_history": f"{own}/filing-history",
            "persons_with_significant_control": f"{own}/persons-with-significant-control",
        },
        "registered_office_address": psc.address_json(company.address_on(day)),
        "sic_codes": [sic[:5] for sic in company.sics if sic[0].isdigit()],
        "type": _TYPES.get(company.kind, company.kind),
    }
    if gone and company.dissolved is not None:
        made["date_of_cessation"] = company.dissolved.isoformat()
    names = [pair for pair in company.names if pair[0] <= day]
    if len(names) > 1:
        made["previous_company_names"] = [
            {"name": old, "effective_from": since.isoformat(), "ceased_on": until.isoformat()}
            for (since, old), (until, _) in pairwise(names)
        ][::-1]
    return made


def _appointment(officer: Appointment, uri: str, day: date) -> dict[str, Any]:
    made: dict[str, Any] = {
        "address": psc.address_json(officer.address),
        "appointed_on": officer.appointed.isoformat(),
    }
    who = officer.person
    if who is not None:
        made |= {
            "country_of_residence": who.residence,
            "date_of_birth": {"month": who.born.month, "year": who.born.year},
            "name": f"{who.surname.upper()}, {who.forenames}",
            "nationality": who.nationality,
            "occupation": who.occupation,
        }
    elif officer.party is not None:
        made["name"] = officer.party.name
    made |= {"links": {"self": uri}, "officer_role": officer.role}
    if officer.resigned is not None and officer.resigned <= day:
        made["resigned_on"] = officer.resigned.isoformat()
    return made


def _noise(company: Company, day: date, resource: str) -> Event:
    own = token(company.number, day, resource)
    uri = f"/company/{company.number}/{resource.removeprefix('company-')}/{own}"
    data = {
        "date": day.isoformat(),
        "type": "CS01",
        "category": "confirmation-statement",
        "description": "confirmation-statement-with-no-updates",
        "transaction_id": own,
        "links": {"self": uri},
    }
    return Event(
        _stamp(company, day, 10),
        resource,
        uri,
        False,
        data if resource == "filing-history" else {"etag": own},
    )


def _stamp(company: Company, day: date, slot: int) -> str:
    second = (company.index * 7_919 + slot * 611) % 43_200 + 25_200
    stamp = f"{day.isoformat()}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    return f"{stamp}.{second * 13 % 1_000_000:06d}Z" if company.index % 3 == 1 else stamp


def spill(event: Event) -> str:
    """The event as a line that sorts by time, for a file that is sorted later."""
    change = "deleted" if event.deleted else "changed"
    body = _ENCODE(
        {
            "resource_kind": event.resource,
            "resource_uri": event.uri,
            "resource_id": event.uri.rsplit("/", 1)[1],
            "data": event.data,
        }
    )
    return f"{event.stamp}\t{event.resource}\t{change}\t{body}\n"


def write_sorted(spilled: Path, out: TextIO, timepoints: dict[str, int]) -> int:
    """Write a month's stream in order of time; counts lines, heartbeats included. `timepoints` goes on from month to month."""
    written, replay = 0, ""
    with spilled.open(encoding="utf-8", newline="\n") as lines:
        ordered = sorted(lines)
    for place, row in enumerate(ordered, 1):
        stamp, resource, change, body = row.rstrip("\n").split("\t")
        point = timepoints.get(resource, _FIRST_TIMEPOINTS.get(resource, 11_000_000)) + 1 + place % 3
        timepoints[resource] = point
        event = _ENCODE({"timepoint": point, "published_at": stamp, "type": change})
        line = f'{body[:-1]},"event":{event}}}\n'
        chunk = [line]
        if place % REPLAY_EVERY == 3:
            replay = line
        if place % REPLAY_EVERY == 7 and replay:
            chunk.append(replay)
        if place % HEARTBEAT_EVERY == 0:
            chunk.append("\n")
        out.write("".join(chunk))
        written += len(chunk)
    return written
