"""Everything beside registers and flights: the people of each company in books, chats, on maps and as owners of aircraft."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from . import story_life, traps
from .aircraft_register import Register
from .books import Books, Member
from .care import Tally
from .chats import Chats
from .companies import Company
from .contacts import holdings
from .parties import STORY_INDICES
from .people import SLOTS, Person, person
from .plan import CAST, FAMILIES, Plan
from .seeds import OWNER, rng
from .tiles import Listings
from .truth import Truth


class Life:
    """Takes companies in order and writes the files of the plan's families; without families it writes nothing."""

    def __init__(self, plan: Plan, out: Path, truth: Truth) -> None:
        self._plan, self._out, self._truth, self._tally = plan, out, truth, Tally()
        within = plan.families
        self._books = Books(plan, out, truth, self._tally) if "device" in within else None
        self._chats = Chats(plan, out, truth, self._tally) if "chat" in within else None
        self._shops = Listings(plan, out, truth, self._tally) if "listings" in within else None
        owners = "aircraft" in within or CAST in within
        self._register = Register(plan, out, truth, self._tally) if owners else None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        for part in (self._shops, self._register):
            if part:
                self._stack.enter_context(part)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def offer(self, company: Company) -> None:
        """One company's share of life."""
        if not self._plan.families & set(FAMILIES):
            return
        people = at_home(self._plan, company)
        for who in people:
            self._truth.holds(holdings(self._plan, who))
        for who in traps.planted(self._plan, company.index):
            self._truth.trap(*traps.trap(company.index), who)
        if self._books:
            firm, office = company.name_on(self._plan.months[-1]), company.address_on(self._plan.months[-1])
            self._books.offer(
                company.index, [Member(who, company.index, firm, office, company.number) for who in people]
            )
        if self._chats:
            self._chats.offer(company.index, people)
        if self._shops:
            self._shops.offer(company)
        if self._register:
            self._register.offer(company, people)

    def close(self) -> dict[str, int]:
        """Write what waits for the last company, and what the story adds; lines by file."""
        told = dict[str, int]()
        if self._plan.story and self._plan.families:
            told = story_life.write(self._plan, self._out, self._truth)
            for made in story_life.airframes(self._plan) if self._register else ():
                self._register.add(rng(self._plan.seed, OWNER, 0, 2), made, careful=True)
        if self._shops:
            self._shops.close()
        if self._plan.families:
            self._tally.write(self._out / "truth" / "care.csv")
        parts = (self._books, self._chats, self._shops, self._register)
        return told | {name: count for part in parts if part for name, count in part.lines.items()}


def at_home(plan: Plan, company: Company) -> list[Person]:
    """The people whose home a company is, as they are, not as recorded; of the story's cast nobody."""
    if plan.story and company.index in STORY_INDICES:
        return []
    recorded = [*company.officers, *company.controls]
    ids = sorted(
        {part.person.id for part in recorded if part.person and part.person.id // SLOTS == company.index}
    )
    return [*(person(plan.seed, known) for known in ids), *traps.planted(plan, company.index)]
