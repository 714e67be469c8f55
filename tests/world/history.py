"""A company's whole history, before and within the run: names, offices, officers and what happens to them."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from .addresses import AGENTS, Address, agent, home, make_address
from .companies import Appointment, Company, Identity, Party, identity
from .company_names import company_name
from .controls import add_controls
from .people import SLOTS, VARIED, Person, person, somebody, team, varied
from .plan import Plan
from .seeds import STATE, rng, skewed

SERVICE_AT_OFFICE: Final = 0.80
"""Chance that a service address is the registered office; with moves and agents it comes to the measured 78 %."""
RELINKED: Final = 0.08
"""Chance that a known person gets a new person number, as the register does when it does not recognise somebody."""
# No person's number: people stay below 90,000,000.
_CORPORATE_NUMBERS: Final = 90_000_000
_PEOPLE: Final = 90_000_000
_NATIONS = {
    "SC": "Scotland",
    "SO": "Scotland",
    "SL": "Scotland",
    "NI": "Northern Ireland",
    "NC": "Northern Ireland",
}
_PLANTED: Final = {64: 0.1, 65: 0.3, 66: 0.9}
"""These companies change their name, office and officers in the first month of every world."""
_STATUSES = (
    (0.90, "Active"),
    (0.955, "Active - Proposal to Strike off"),
    (0.985, "Liquidation"),
    (0.990, "In Administration"),
    (0.993, "Voluntary Arrangement"),
    (0.995, "Live but Receiver Manager on at least one charge"),
    (1.0, "Active"),
)
SICS = (
    "62020 - Information technology consultancy activities",
    "70229 - Management consultancy activities other than financial management",
    "68209 - Other letting and operating of own or leased real estate",
    "41100 - Development of building projects",
    "68100 - Buying and selling of own real estate",
    "47910 - Retail sale via mail order houses or via Internet",
    "96090 - Other service activities n.e.c.",
    "99999 - Dormant Company",
    "82990 - Other business support service activities n.e.c.",
    "43210 - Electrical installation",
    "56101 - Licensed restaurants",
    "49410 - Freight transport by road",
    "86900 - Other human health activities",
    "64209 - Activities of other holding companies n.e.c.",
    "45200 - Maintenance and repair of motor vehicles",
    "51102 - Non-scheduled passenger air transport",
    "None Supplied",
    "78300 - Human resources provision and management of human resources functions",
    "98000 - Residents property management",
)


def build(plan: Plan, index: int) -> Company:
    """The company of an index with all that ever happens to it by the plan's end."""
    who = identity(plan.seed, index, plan.months, plan.end)
    draw = rng(plan.seed, STATE, index)
    agent_number = skewed(draw, AGENTS, 3.0) if draw.random() < 0.13 else None
    office = (
        agent(plan.seed, agent_number)
        if agent_number is not None
        else make_address(draw, country=_NATIONS.get(who.number[:2], ""))
    )
    company = Company(
        index,
        who.number,
        who.kind,
        who.born,
        _dissolved(draw, plan, who),
        "Active",
        [(who.born, who.name)],
        [(who.born, office)],
        tuple(sorted({SICS[skewed(draw, len(SICS), 1.3)] for _ in range(1 + int(draw.random() ** 3 * 3))})),
        charges=(int(draw.random() ** 6 * 8), 0),
        partners=(1, 1) if who.kind == "limited-partnership" else (0, 0),
        unpadded=index == 35 or (who.number[0] == "0" and draw.random() < 0.005),
    )
    roll = draw.random()
    company.status = next(status for share, status in _STATUSES if roll < share)
    if who.kind != "overseas-entity":
        _appoint(plan, draw, company, agent_number)
    add_controls(plan, draw, company)
    _happen(plan, draw, company)
    return company


def _dissolved(draw: Random, plan: Plan, who: Identity) -> date | None:
    roll = draw.random()
    if who.index < 100 or who.late is not None:
        return None
    if roll < 0.06:
        first = max(who.born + timedelta(days=60), date(2012, 1, 1))
        return first + timedelta(days=int(draw.random() * max(1, (plan.months[0] - first).days - 1)))
    month = int((roll - 0.06) / 0.008)
    if month < len(plan.months):
        start, end = plan.windows()[month]
        return start + timedelta(days=1 + int(draw.random() * ((end - start).days - 2)))
    return None


def _appoint(plan: Plan, draw: Random, company: Company, agent_number: int | None) -> None:
    """The officers appointed before the run, or at incorporation."""
    count, role = len(team(plan.seed, company.index)), "director"
    if company.kind == "llp":
        role, count = "llp-designated-member", max(2, count)
    for slot in range(count):
        known, later = somebody(plan.seed, draw, company.index, slot)
        if any(known.id == other.person.id for other in company.officers if other.person):
            continue
        # A designated member is one of the first two; the others are plain ones. Nobody is appointed before 18.
        of_age = _of_age(company, known)
        appointed = of_age if slot == 0 else _between(draw, of_age, plan.months[0])
        add_officer(
            plan,
            draw,
            company,
            slot,
            role if slot < 2 or role == "director" else "llp-member",
            known,
            later,
            appointed,
        )
    if company.kind == "ltd" and draw.random() < 0.18:
        if agent_number is not None or draw.random() < 0.2:
            number = agent_number if agent_number is not None else skewed(draw, AGENTS, 3.0)
            add_corporate(plan, draw, company, 5, number)
        elif company.officers and company.officers[0].person:
            first = company.officers[0]
            company.officers.append(
                Appointment(
                    5,
                    "secretary",
                    first.person,
                    None,
                    first.person_number,
                    first.appointed,
                    None,
                    first.address,
                    _origin(draw),
                )
            )
    if agent_number is not None and draw.random() < 0.25:
        nominee = person(plan.seed, _nominee(agent_number))
        add_officer(plan, draw, company, 6, "director", nominee, company.index > 0, _of_age(company, nominee))
    for officer in company.officers[1:]:
        if draw.random() < 0.25:
            officer.resigned = _between(draw, officer.appointed, plan.months[0])


def _of_age(company: Company, who: Person) -> date:
    """The first day on which somebody could be appointed."""
    return max(company.born, who.born.replace(year=who.born.year + 18))


def _nominee(agent_number: int) -> int:
    """The person whom an agent lends as a director: somebody beyond all companies, so a nominee everywhere."""
    return (1_000_000 + agent_number) * SLOTS


def add_officer(
    plan: Plan,
    draw: Random,
    company: Company,
    slot: int,
    role: str,
    who: Person,
    later: bool,
    appointed: date,
) -> Appointment:
    """Appoint somebody; a later record may be spelt otherwise and may have a new person number."""
    recorded = varied(draw, who) if later and draw.random() < VARIED else who
    core = who.id
    if later and draw.random() < RELINKED:
        core = 20_000_000 + company.index * SLOTS + slot
    at_office = draw.random() < SERVICE_AT_OFFICE
    made = Appointment(
        slot,
        role,
        recorded,
        None,
        person_number(core, 1 + (company.index + slot) % 6),
        appointed,
        None,
        company.addresses[0][1] if at_office else home(plan.seed, who.id),
        _origin(draw),
    )
    company.officers.append(made)
    return made


def person_number(core: int, version: int) -> str:
    """12 digits: eight for the person, four for the version of the details; different cores never meet."""
    # The factor is coprime with the count of numbers.
    return f"{(core * 7_368_787 + 12_345_671) % _PEOPLE:08d}{version:04d}"


def add_corporate(plan: Plan, draw: Random, company: Company, slot: int, agent_number: int) -> None:
    """A formation agent's company as secretary."""
    name = company_name(rng(plan.seed, STATE, 2_000_000 + agent_number), 3_000_000 + agent_number, "ltd", 1)
    stem = name.rsplit(" ", 1)[0]
    party = Party(f"X:agent:{agent_number}", f"{stem} SECRETARIES LIMITED", "", "", "", "", "")
    company.officers.append(
        Appointment(
            slot,
            "corporate-secretary",
            None,
            party,
            f"{_CORPORATE_NUMBERS + agent_number:08d}0001",
            company.born,
            None,
            agent(plan.seed, agent_number),
            _origin(draw),
        )
    )


def _origin(draw: Random) -> int:
    return 1 + skewed(draw, 6, 2.5)


def _between(draw: Random, start: date, end: date) -> date:
    return start + timedelta(days=int(draw.random() * max(1, (end - start).days)))


def _happen(plan: Plan, draw: Random, company: Company) -> None:
    """Names, moves, appointments, resignations and struck-out records, old and within the run."""
    _old_names(plan, draw, company)
    for start, end in plan.windows():
        first, last = max(start, company.born), min(end, company.dissolved or end)
        if (last - first).days < 4:
            continue
        planted = company.index in (64, 65, 66) and start == plan.months[0]
        if draw.random() < 0.02 or planted:
            _one_change(plan, draw, company, first + timedelta(days=1), last - timedelta(days=2))
        if draw.random() < 0.02 and company.officers:
            leaver = company.officers[-1]
            if leaver.resigned is None and leaver.appointed < first:
                leaver.resigned = _between(draw, first + timedelta(days=1), last - timedelta(days=1))
    if company.index == 62 and company.officers:
        company.officers[-1].deleted = plan.months[0] + timedelta(days=9)


def _old_names(plan: Plan, draw: Random, company: Company) -> None:
    if draw.random() >= 0.08 or company.index < 100:
        return
    current = company.names[0][1]
    changes = sorted(
        {
            _between(draw, company.born + timedelta(days=1), plan.months[0])
            for _ in range(1 + (draw.random() < 0.15))
        }
    )
    if changes[0] >= plan.months[0]:
        return
    older = [company_name(draw, company.index, company.kind, 1 + step) for step in range(len(changes))]
    company.names = [*zip((company.born, *changes), (*older, current), strict=True)]


def _one_change(plan: Plan, draw: Random, company: Company, first: date, last: date) -> None:
    day, roll = _between(draw, first, last), _PLANTED.get(company.index, draw.random())
    if roll < 0.2:
        company.names.append((day, company_name(draw, company.index, company.kind, 8)))
    elif roll < 0.55:
        to_agent = draw.random() < 0.2
        office: Address = agent(plan.seed, skewed(draw, AGENTS, 3.0)) if to_agent else make_address(draw)
        company.addresses.append((day, office))
    elif company.officers:
        slot = 4 if company.officers[-1].slot < 4 else 7
        known, later = somebody(plan.seed, draw, company.index, slot)
        if all(known.id != officer.person.id for officer in company.officers if officer.person):
            add_officer(plan, draw, company, slot, company.officers[0].role, known, later, day)
