"""People who are planted to be taken for one another: twins, father and son, namesakes at one address.

Only worlds that grow phone books or chats have them, so that the registers of plain worlds stay as they are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from .addresses import Address, agent, home
from .companies import Appointment, Company
from .contacts import TRAPPED
from .history import person_number
from .people import Person, person
from .plan import Plan
from .seeds import CONTACT, rng

EVERY: Final = 250
TWINS, JUNIORS, NAMESAKE, OTHER_NAMESAKE = 80, 81, 82, 83
"""Companies at these places of each EVERY; the two namesakes are in two companies and have one service address."""
_PAIRS = (("Mark", "Matthew"), ("Anna", "Anita"), ("James", "Jack"), ("Emma", "Emily"), ("Daniel", "David"))


def planted(plan: Plan, index: int) -> list[Person]:
    """Who is planted at a company; nobody at most."""
    place, base = index % EVERY, TRAPPED + index * 4
    if not plan.families & {"device", "chat"} or place not in (TWINS, JUNIORS, NAMESAKE, OTHER_NAMESAKE):
        return []
    draw = rng(plan.seed, CONTACT, index, 9)
    # Drawn for the block's first of the two companies, so that namesakes meet.
    like = person(plan.seed, TRAPPED + (index - place + min(place, NAMESAKE)) * 4)
    first = replace(like, id=base, middle="", former="", honours="")
    if place == TWINS:
        one, other = _PAIRS[int(draw.random() * len(_PAIRS))]
        return [replace(first, forename=one, title=""), replace(first, id=base + 1, forename=other, title="")]
    if place == JUNIORS:
        son = first.born.replace(year=max(first.born.year, 1968))
        father = son.replace(year=son.year - 29)
        return [replace(first, born=father, occupation="Retired"), replace(first, id=base + 1, born=son)]
    if place == OTHER_NAMESAKE:
        years = 3 + int(draw.random() * 9)
        return [replace(first, born=first.born.replace(year=first.born.year - years))]
    return [first]


def apply(plan: Plan, company: Company) -> Company:
    """The company with those who are planted there as its directors."""
    for place, who in enumerate(planted(plan, company.index)):
        appointed = max(company.born, who.born.replace(year=who.born.year + 18))
        number = person_number(who.id, 1 + company.index % 3)
        company.officers.append(
            Appointment(8 + place, "director", who, None, number, appointed, None, where(plan, company.index))
        )
    return company


def where(plan: Plan, index: int) -> Address:
    """Where those at a company live or are written to."""
    if index % EVERY in (NAMESAKE, OTHER_NAMESAKE):
        return agent(plan.seed, 0)
    return home(plan.seed, TRAPPED + index * 4)


def trap(index: int) -> tuple[str, str]:
    """The trap that a company is in, and its kind; namesakes share one across two companies."""
    block, place = divmod(index, EVERY)
    kind = {TWINS: "twins", JUNIORS: "father and son"}.get(place, "namesakes at one address")
    return f"{block}/{min(place, NAMESAKE)}", kind
