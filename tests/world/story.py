"""The case worth finding: a controller behind three shells, a decoy address, and an aircraft that keeps meeting a date.

Who is who is in `truth/story.json`. Days count from the first snapshot, so that the case moves with it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from .addresses import Address
from .companies import Appointment, Company, Control, Party
from .history import build, person_number
from .parties import STORY_INDICES
from .people import SLOTS, Person, ascii_form
from .plan import Plan
from .seeds import token

AGENT_OFFICE: Final = Address("Suite 900", "14 Larkspur Gardens", "", "London", "", "England", "EC2Q 7TZ")
DECOYS: Final = range(100, 172)
"""Companies with nothing to do with the case that are registered at the shells' address."""
NOMINEE_DECOYS: Final = range(100, 120)
DAYS: Final = {"holding": 7, "charter": 23, "nominees": 42, "takeover": 51, "director": 70}
"""Days after the first snapshot: three incorporations, the change of control, and a new director."""
REGISTRATION: Final = "G-CVNE"
ICAO24: Final = "407a3f"
OPERATOR: Final = "Corvane Air Charter Ltd"
AIRFIELD: Final = "EGSV"
_HOLDING, _CHARTER, _NOMINEES, _TARGET, _RING, _HAULAGE = 180, 181, 182, 183, (184, 185, 186), 187
_NUMBERS: Final = {
    _HOLDING: "17000180",
    _CHARTER: "17000181",
    _NOMINEES: "17000182",
    _TARGET: "08816402",
    184: "09340011",
    185: "09340012",
    186: "09340013",
    _HAULAGE: "07120544",
}
_NAMES: Final = {
    _HOLDING: "PELHAVEN MERIDIAN HOLDINGS LIMITED",
    _CHARTER: "CORVANE AIR CHARTER LTD",
    _NOMINEES: "TALMERE NOMINEES 21 LIMITED",
    _TARGET: "HALDRIDGE FREIGHT TERMINALS LIMITED",
    184: "RINGWICK ALPHA LIMITED",
    185: "RINGWICK BETA LIMITED",
    186: "RINGWICK GAMMA LIMITED",
    _HAULAGE: "WIERZBICKI HAULAGE LTD",
}
_JERSEY: Final = Party(
    "X:Jersey:121337",
    "Lenmore Trustees (Jersey) Limited",
    "Limited Company",
    "Companies (Jersey) Law 1991",
    "Jersey Financial Services Commission",
    "Jersey",
    "121337",
)
_JERSEY_OFFICE: Final = Address("12", "Esplanade", "", "St. Helier", "", "Jersey", "JE2 3QA")
_DOCKS: Final = Address("Terminal House", "Dock Road", "", "Ipswich", "Suffolk", "England", "IP3 8TT")
_YARD: Final = Address("Unit 4", "8 Quarry Hill", "", "Norwich", "Norfolk", "England", "NR6 4QD")


def _somebody(
    index: int, slot: int, name: tuple[str, str, str], born: date, nation: tuple[str, str]
) -> Person:
    title, forename, surname = name
    return Person(
        index * SLOTS + slot, title, forename, "", surname, born, nation[0], nation[1], "Director", "", ""
    )


CONTROLLER: Final = _somebody(
    _HOLDING, 0, ("Mr", "Radosław", "Wierzbicki"), date(1971, 6, 14), ("Polish", "Jersey")
)
NOMINEE: Final = _somebody(
    _HOLDING, 1, ("Ms", "Philippa", "Underwell"), date(1982, 2, 3), ("British", "England")
)
SELLER: Final = _somebody(
    _TARGET, 0, ("Mrs", "Margaret", "Haldridge"), date(1955, 11, 20), ("British", "England")
)
LEAVER: Final = _somebody(_TARGET, 1, ("Mr", "Colin", "Haldridge"), date(1953, 4, 9), ("British", "England"))
NEWCOMER: Final = _somebody(
    _TARGET, 2, ("Mr", "Gareth", "Penhaligon"), date(1979, 9, 1), ("British", "Wales")
)


def apply(plan: Plan, company: Company) -> Company:
    """The company as the case wants it: a member of the cast, a decoy at the shells' address, or as it was."""
    if not plan.story:
        return company
    if company.index in DECOYS:
        return _decoy(plan, company)
    if company.index in STORY_INDICES and company.index in _NUMBERS:
        return _cast(plan, company.index)
    return company


def day(plan: Plan, event: str) -> date:
    """When one of the DAYS is."""
    return plan.months[0] + timedelta(days=DAYS[event])


def _decoy(plan: Plan, company: Company) -> Company:
    before = company.addresses[0][1]
    company.addresses[0] = (company.addresses[0][0], AGENT_OFFICE)
    for officer in company.officers:
        if officer.address == before:
            officer.address = AGENT_OFFICE
    if company.index in NOMINEE_DECOYS:
        appointed = max(company.born, date(2015, 3, 2))
        company.officers.append(_officer(company.index, 3, NOMINEE, appointed, AGENT_OFFICE))
    return company


def _officer(
    index: int, slot: int, who: Person, appointed: date, at: Address, resigned: date | None = None
) -> Appointment:
    return Appointment(
        slot, "director", who, None, person_number(who.id, 1 + index % 3), appointed, resigned, at
    )


def _company(index: int, born: date, office: Address, sic: str) -> Company:
    return Company(
        index, _NUMBERS[index], "ltd", born, None, "Active", [(born, _NAMES[index])], [(born, office)], (sic,)
    )


def _owned(
    plan: Plan, company: Company, owner: Person | Party, since: date, band: str, at: Address | None = None
) -> Control:
    slot = len(company.controls)
    kind = "individual" if isinstance(owner, Person) else "corporate-entity"
    made = Control(
        slot,
        f"{kind}-person-with-significant-control",
        token(plan.seed, "story", company.index, slot),
        since,
        since,
        person=owner if isinstance(owner, Person) else None,
        party=owner if isinstance(owner, Party) else None,
        address=at,
        natures=(f"ownership-of-shares-{band}-percent", f"voting-rights-{band}-percent"),
    )
    company.controls.append(made)
    return made


def _party(index: int) -> Party:
    return Party(
        _NUMBERS[index],
        _NAMES[index].title(),
        "Private Company Limited By Shares",
        "Companies Act 2006",
        "Companies House",
        "United Kingdom",
        _NUMBERS[index],
    )


def _cast(plan: Plan, index: int) -> Company:
    builders: dict[int, Callable[[Plan], Company]] = {
        _HOLDING: _holding,
        _CHARTER: _charter,
        _NOMINEES: _nominees,
        _TARGET: _target,
        _HAULAGE: _haulage,
    }
    return builders[index](plan) if index in builders else _ring(plan, index)


def _shell(plan: Plan, index: int, event: str, sic: str) -> Company:
    company = _company(index, day(plan, event), AGENT_OFFICE, sic)
    company.officers.append(_officer(index, 1, NOMINEE, company.born, AGENT_OFFICE))
    return company


def _holding(plan: Plan) -> Company:
    company = _shell(plan, _HOLDING, "holding", "64209 - Activities of other holding companies n.e.c.")
    _owned(plan, company, CONTROLLER, company.born, "75-to-100")
    return company


def _charter(plan: Plan) -> Company:
    company = _shell(plan, _CHARTER, "charter", "51102 - Non-scheduled passenger air transport")
    _owned(plan, company, _party(_HOLDING), company.born, "50-to-75")
    _owned(plan, company, _JERSEY, company.born, "25-to-50", _JERSEY_OFFICE)
    return company


def _nominees(plan: Plan) -> Company:
    company = _shell(plan, _NOMINEES, "nominees", "82990 - Other business support service activities n.e.c.")
    _owned(plan, company, _party(_CHARTER), company.born, "75-to-100")
    return company


def _target(plan: Plan) -> Company:
    takeover = day(plan, "takeover")
    company = _company(_TARGET, date(2013, 12, 16), _DOCKS, "49410 - Freight transport by road")
    seller = _owned(plan, company, SELLER, date(2016, 4, 6), "75-to-100")
    seller.ceased = seller.ceased_known = takeover
    _owned(plan, company, _party(_NOMINEES), takeover, "75-to-100", AGENT_OFFICE)
    company.officers += [
        _officer(_TARGET, 0, SELLER, company.born, _DOCKS),
        _officer(_TARGET, 1, LEAVER, company.born, _DOCKS, takeover),
        _officer(_TARGET, 2, NEWCOMER, day(plan, "director"), _DOCKS),
    ]
    return company


def _haulage(plan: Plan) -> Company:
    """Where the controller can be met in the open, written without diacritics."""
    company = _company(_HAULAGE, date(2010, 1, 11), _YARD, "49410 - Freight transport by road")
    plain = _somebody(
        _HOLDING,
        0,
        ("Mr", ascii_form(CONTROLLER.forename), ascii_form(CONTROLLER.surname)),
        CONTROLLER.born,
        (CONTROLLER.nationality, "England"),
    )
    company.officers.append(_officer(_HAULAGE, 0, plain, company.born, _YARD))
    _owned(plan, company, plain, date(2016, 4, 6), "75-to-100")
    return company


def _ring(plan: Plan, index: int) -> Company:
    """One of three companies of which each owns the next."""
    company = _company(
        index,
        date(2014, 12, 8),
        AGENT_OFFICE,
        "68209 - Other letting and operating of own or leased real estate",
    )
    company.officers.append(_officer(index, 1, NOMINEE, company.born, AGENT_OFFICE))
    _owned(plan, company, _party(_RING[(_RING.index(index) + 1) % 3]), date(2016, 4, 6), "50-to-75")
    return company


def facts(plan: Plan) -> dict[str, Any]:
    """What an analyst should find, with the ids that the files hold."""
    chain = (_TARGET, _NOMINEES, _CHARTER, _HOLDING)
    last = plan.months[-1]
    decoys = [apply(plan, build(plan, index)) for index in DECOYS]
    nominated = [c for c in decoys if c.born <= last and any(o.person == NOMINEE for o in c.officers)]
    named = [{"number": _NUMBERS[index], "name": _NAMES[index]} for index in chain]
    return {
        "target": named[0],
        "chain": named,
        "controller": _who(CONTROLLER)
        | {"also_director_of": {"number": _NUMBERS[_HAULAGE], "name": _NAMES[_HAULAGE]}},
        "chain_leaves_register": {
            "of": _NUMBERS[_CHARTER],
            "to": _JERSEY.name,
            "register": _JERSEY.place,
            "number": _JERSEY.number,
            "band": "25-to-50",
        },
        "bands": ["75-to-100", "75-to-100", "50-to-75", "75-to-100"],
        "dates": {event: day(plan, event).isoformat() for event in DAYS},
        "seller": _who(SELLER),
        "resigned": _who(LEAVER) | {"on": day(plan, "takeover").isoformat(), "from": _NUMBERS[_TARGET]},
        "nominee_decoy": _who(NOMINEE) | {"companies": len(nominated) + 6},
        "address_decoy": {
            "premises": AGENT_OFFICE.premises,
            "line1": AGENT_OFFICE.line1,
            "postcode": AGENT_OFFICE.postcode,
            "unrelated": sum(c.live_on(last) and c.address_on(last) == AGENT_OFFICE for c in decoys),
        },
        "cycle": [{"number": _NUMBERS[index], "name": _NAMES[index]} for index in _RING],
        "aircraft": {
            "registration": REGISTRATION,
            "icao24": ICAO24,
            "operator": OPERATOR,
            "airfield": AIRFIELD,
            "landings": [(day(plan, event) + timedelta(days=1)).isoformat() for event in DAYS],
        },
    }


def _who(person: Person) -> dict[str, Any]:
    return {
        "true_id": person.true_id,
        "name": person.full,
        "born": person.born.strftime("%Y-%m"),
        "person_number": person_number(person.id, 0)[:8],
    }
