"""Who controls a company: individuals, companies in chains and cycles, statements, exemptions, and the register's oddities."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from .addresses import foreign_address, make_address
from .companies import Company, Control, Party, identity
from .parties import FOREIGN_PLACES, foreign_party, home_party, natures, some_party
from .people import SLOTS, VARIED, person, somebody, varied
from .plan import Plan
from .seeds import token

REGISTER_STARTS: Final = date(2016, 4, 6)
OVERSEAS_STARTS: Final = date(2022, 8, 1)
CYCLE_EVERY: Final = 500
"""The companies at 7, 8 and 9 of each so many own one another in a ring."""
_CYCLE: Final = (7, 8, 9)
SUPER_SECURE: Final = {21: "false", 22: "1", 23: "", 24: "true", 25: "0"}
"""How the `ceased` of a super-secure record is written, by company index; empty for not at all."""
STRUCK_OUT: Final = 63
"""This company's first controller is deleted within the first month of every world."""
_ODD_DATES: Final = {
    32: "ceased first",
    33: "year 1083",
    34: "year 9999",
    37: "early",
    38: "year 1083",
    39: "early",
}
_ODDITIES: Final = (
    (0.0009, "ceased first"),
    (0.0024, "early"),
    (0.00241, "year 1083"),
    (0.00245, "year 9999"),
    (0.0028, "struck out"),
)
_STATEMENTS = (
    "no-individual-or-entity-with-signficant-control",
    "no-individual-or-entity-with-signficant-control",
    "psc-exists-but-not-identified",
    "psc-details-not-confirmed",
    "steps-to-find-psc-not-yet-completed",
    "psc-contacted-but-no-response",
    "psc-has-failed-to-confirm-changed-details",
)
_OVERSEAS_KINDS = (
    "individual-beneficial-owner",
    "corporate-entity-beneficial-owner",
    "legal-person-beneficial-owner",
    "super-secure-beneficial-owner",
)
_PSC = "person-with-significant-control"


def add_controls(plan: Plan, draw: Random, company: Company) -> None:
    """Give a company the controllers and statements it has before the run, then what the months change."""
    index = company.index
    if company.kind == "overseas-entity":
        _overseas(plan, draw, company)
    elif index in SUPER_SECURE:
        _add(plan, draw, company, f"super-secure-{_PSC}", detail=SUPER_SECURE[index])
    elif index in _ODD_DATES or index == STRUCK_OUT:
        _individuals(plan, draw, company)
    elif index in (15, 16) or draw.random() < 0.00001:
        _add(plan, draw, company, "exemptions")
    elif index in (18, 19) or draw.random() < 0.001:
        party = Party(
            f"X:ministry:{index % 40}",
            f"The Secretary Of State For Works ({index % 40})",
            "Government Department",
            "Crown",
            "",
            "",
            "",
        )
        _add(
            plan,
            draw,
            company,
            f"legal-person-{_PSC}",
            party=party,
            natures=("significant-influence-or-control",),
        )
    elif owner_index(plan, draw, index) is not None or draw.random() < 0.09:
        _corporate(plan, draw, company)
    elif company.kind in ("ltd", "llp", "plc", "cic", "guarantee", "limited-partnership"):
        _individuals(plan, draw, company)
    _change(plan, draw, company)
    _odd(plan, draw, company)


def owner_index(plan: Plan, draw: Random, index: int) -> int | None:
    """The planted owner of a company in a ring, else None."""
    place = index % CYCLE_EVERY
    if place not in _CYCLE or index - place + _CYCLE[-1] >= plan.companies:
        return None
    return index - place + _CYCLE[(place - _CYCLE[0] + 1) % 3]


def _individuals(plan: Plan, draw: Random, company: Company) -> None:
    roll = draw.random()
    count = 0 if roll < 0.092 else 1 if roll < 0.62 else 2 if roll < 0.93 else 3
    if company.index in _ODD_DATES or company.index == STRUCK_OUT:
        count = max(1, count)
    if count == 0 or company.index in (12, 13):
        code = _STATEMENTS[0] if company.index in (12, 13) else draw.choice(_STATEMENTS)
        _add(plan, draw, company, "persons-with-significant-control-statement", detail=code)
        return
    officers = [
        officer
        for officer in company.officers
        if officer.person and officer.role != "secretary" and officer.slot < 6
    ]
    for place in range(count):
        if place < len(officers) and draw.random() < 0.9:
            recorded = officers[place].person
            assert recorded is not None
        else:
            recorded, _ = somebody(plan.seed, draw, company.index, (6, 7, 5)[place])
            if any(recorded.id == other.person.id for other in company.controls if other.person):
                continue
        if draw.random() < VARIED / 2:
            recorded = varied(draw, recorded)
        control = _add(plan, draw, company, f"individual-{_PSC}", natures=natures(draw, company.kind, count))
        control.person = recorded
        if draw.random() < 0.175:
            _cease(plan, draw, control)


def _corporate(plan: Plan, draw: Random, company: Company) -> None:
    planted = owner_index(plan, draw, company.index)
    if planted is not None:
        party = home_party(identity(plan.seed, planted, plan.months, plan.end), draw, True)
    else:
        party = some_party(plan, draw, company.index)
    control = _add(plan, draw, company, f"corporate-entity-{_PSC}", natures=natures(draw, company.kind, 1))
    control.party = party
    if (
        party.country
        and not party.true_id.startswith(("X:unknown", "X:agent"))
        and party.true_id.startswith("X:")
    ):
        control.address = foreign_address(draw, party.country)
    elif draw.random() < 0.3:
        control.address = make_address(draw)
    if planted is None and draw.random() < 0.14:
        _cease(plan, draw, control)


def _overseas(plan: Plan, draw: Random, company: Company) -> None:
    kind = _OVERSEAS_KINDS[company.index - 26 if 26 <= company.index < 30 else int(draw.random() ** 1.5 * 3)]
    control = _add(plan, draw, company, kind, natures=natures(draw, company.kind, 1))
    control.notified = control.known = max(control.known, OVERSEAS_STARTS, company.born)
    if kind.startswith("individual"):
        control.person = person(plan.seed, company.index * SLOTS)
    elif kind.startswith("corporate"):
        control.party = foreign_party(int(draw.random() * FOREIGN_PLACES), 1 + company.index % 40)
        control.address = foreign_address(draw, control.party.country)
    elif kind.startswith("legal"):
        control.party = Party(
            "X:state:1", "The State Of Ostrava", "Sovereign State", "Constitution", "", "", ""
        )
    else:
        control.natures, control.detail = (), "false"


def _add(
    plan: Plan,
    draw: Random,
    company: Company,
    kind: str,
    natures: tuple[str, ...] = (),
    party: Party | None = None,
    detail: str = "",
) -> Control:
    slot = len(company.controls)
    start = max(REGISTER_STARTS, company.born)
    # Nearly everybody was notified when the register opened or when the company was made.
    notified = start
    if draw.random() < 0.3 and start < plan.months[0]:
        notified = start + timedelta(days=int(draw.random() * (plan.months[0] - start).days))
    control = Control(
        slot,
        kind,
        token(plan.seed, company.index, slot),
        notified,
        notified,
        natures=natures,
        party=party,
        detail=detail,
    )
    if kind.startswith(("individual", "corporate", "legal")) and draw.random() >= 0.80:
        control.address = make_address(draw, business=False)
    company.controls.append(control)
    return control


def _cease(plan: Plan, draw: Random, control: Control) -> None:
    if control.notified is not None and control.notified < plan.months[0]:
        days = (plan.months[0] - control.notified).days
        control.ceased = control.ceased_known = control.notified + timedelta(days=int(draw.random() * days))


def _change(plan: Plan, draw: Random, company: Company) -> None:
    """Within each month a controller may go, and another come."""
    for start, end in plan.windows():
        if (
            draw.random() >= 0.008
            or not company.controls
            or (company.dissolved or end) < end
            or company.born >= start
        ):
            continue
        gone = company.controls[-1]
        if gone.ceased or gone.person is None or company.kind == "overseas-entity":
            continue
        gone.ceased = gone.ceased_known = start + timedelta(
            days=1 + int(draw.random() * ((end - start).days - 3))
        )
        heir = Control(
            len(company.controls),
            gone.kind,
            token(plan.seed, company.index, len(company.controls)),
            gone.ceased,
            gone.ceased,
            person=person(plan.seed, company.index * SLOTS + 6),
            natures=gone.natures,
        )
        if heir.person is not None and heir.person.id != gone.person.id:
            company.controls.append(heir)


def _odd(plan: Plan, draw: Random, company: Company) -> None:
    """The dates that cannot be, at the measured rates and once in every world; and records that are struck out."""
    first = next((control for control in company.controls if control.person and control.notified), None)
    if first is None or first.notified is None:
        return
    roll, index = draw.random(), company.index
    oddity = _ODD_DATES.get(index) or next((name for share, name in _ODDITIES if roll < share), "")
    if oddity == "ceased first":
        first.ceased, first.ceased_known = first.notified - timedelta(days=40), first.known
    elif oddity == "year 1083":
        first.notified = date(1083, 4, 6)
    elif oddity == "early":
        first.notified = date(2001 + index % 15, 3, 5)
    elif oddity == "year 9999":
        first.ceased, first.ceased_known = date(9999, 12, 31), first.known
    elif oddity == "struck out" or index == STRUCK_OUT:
        first.deleted = plan.months[0] + timedelta(days=12)
