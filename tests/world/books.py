"""Phone books: one to each circle of companies, whose people are in it, with old friends, strangers, a firm and a taxi."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

from . import traps, vcards
from .addresses import Address, home
from .care import Tally, dialled, email_varied, misdialled
from .company_names import written_otherwise
from .contacts import OUTSIDERS, SWITCHBOARD, TAXI, email, families_of, landline, mobile, moved, trade
from .parties import STORY_INDICES
from .people import SLOTS, Person, mistyped, person, shared_person
from .plan import Plan
from .saved_as import Saved, saved
from .seeds import BOOK, etag, rng
from .truth import Truth
from .vcards import Birthday, Card

CIRCLE: Final = 40
"""Companies whose people are in one book, in a small world; more in one that would have above a hundred books."""
_FRIENDS, _STRANGERS = 5, 2


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a circle with the company and address that others know them by."""

    who: Person
    company: int
    firm: str
    office: Address
    number: str


class Books:
    """Writes a book whenever a circle is full; `lines` counts cards by file."""

    def __init__(self, plan: Plan, out: Path, truth: Truth, tally: Tally) -> None:
        self._plan, self._out, self._truth, self._tally = plan, out, truth, tally
        self._circle: list[Member] = []
        self._size = max(CIRCLE, plan.companies // 100)
        self.lines: dict[str, int] = {}

    def offer(self, index: int, members: list[Member]) -> None:
        """The people whose home is the company of an index; indices come in order."""
        self._circle += [member for member in members if "device" in families_of(self._plan, member.who.id)]
        if index % self._size == self._size - 1 or index == self._plan.companies - 1:
            self._write(index // self._size)
            self._circle = []

    def _write(self, number: int) -> None:
        if not self._circle:
            return
        plan, draw = self._plan, rng(self._plan.seed, BOOK, number)
        taken = plan.months[0] + timedelta(days=int(draw.random() * (plan.end - plan.months[0]).days))
        name = f"book_{number:05d}_{taken:%Y%m%d}.vcf"
        dialect = vcards.DIALECTS[number % len(vcards.DIALECTS)]
        owner, *others = self._circle
        self._truth.add("vcard", f"{name}#owner", "owner", "Person", owner.who.true_id)
        self._truth.book(name, owner.who)
        cards = 0
        with (self._out / name).open("w", encoding="utf-8", newline="") as file:
            for card, true_id, firm in self._cards(draw, number, others):
                cards += 1
                file.write(vcards.write(card, dialect))
                kind = "Organisation" if card.organisation else "Person"
                self._truth.add("vcard", f"{name}#{cards}", "contact", kind, true_id)
                if firm and card.org:
                    self._truth.add("vcard", f"{name}#{cards}", "organisation", "Company", firm)
            if dialect == "4.0":
                file.write(vcards.group("Work", [etag(plan.seed, number, "a")[:32]]))
        self.lines[name] = cards

    def _cards(self, draw: Random, number: int, others: list[Member]) -> Iterator[tuple[Card, str, str]]:
        """(card, who it is, the company that employs them) of each card."""
        plan = self._plan
        for member in others:
            yield self._card(draw, number, member), member.who.true_id, member.number
        start = number * self._size
        met = {member.who.id for member in self._circle}
        for _ in range(_FRIENDS * self._size // CIRCLE if start else 0):
            # Friends are people of earlier circles: they are in their own circle's book too.
            known = shared_person(plan.seed, draw, start)
            told = known // SLOTS not in STORY_INDICES or not plan.story
            if told and known not in met and "device" in families_of(plan, known):
                met.add(known)
                who = person(plan.seed, known)
                friend = Member(who, known // SLOTS, "", home(plan.seed, known), "")
                yield self._card(draw, number, friend), who.true_id, ""
        for _ in range(_STRANGERS * self._size // CIRCLE):
            stranger = person(plan.seed, OUTSIDERS + int(draw.random() * max(60, plan.companies // 8)))
            if stranger.id not in met:
                met.add(stranger.id)
                yield (
                    self._card(draw, number, Member(stranger, -1, "", home(plan.seed, stranger.id), "")),
                    stranger.true_id,
                    "",
                )
        if draw.random() < 0.6:
            shown = ("Taxi", "A1 Cabs", "taxi 🚕", "Cab - town")[int(draw.random() * 4)]
            # Half of them are saved as a firm, half as if a firm were somebody.
            firm = draw.random() < 0.5
            yield (
                Card(
                    Saved(shown, "", "" if firm else shown),
                    etag(plan.seed, number, "taxi")[:32],
                    firm,
                    [("WORK", dialled(draw, TAXI))],
                    org=shown if firm else "",
                ),
                "O:taxi",
                "",
            )
        if others and others[0].firm:
            member = others[0]
            yield (
                Card(
                    Saved(member.firm, "", ""),
                    etag(plan.seed, number, "firm")[:32],
                    True,
                    [("WORK", dialled(draw, landline(member.company)))],
                    org=member.firm,
                    address=member.office,
                ),
                member.number,
                "",
            )

    def _card(self, draw: Random, number: int, member: Member) -> Card:
        plan, who, tally = self._plan, member.who, self._tally
        name = saved(draw, who, tally.draw(draw, "device", "name"), trade(who.id))
        phones = self._phones(draw, member)
        state = tally.draw(draw, "device", "email")
        address = email(plan, who)
        emails = [] if state == "missing" else [address if state == "right" else email_varied(draw, address)]
        state = tally.draw(draw, "device", "birthday")
        born = None if state == "missing" else Birthday(who.born)
        if born and state == "varied":
            born = _careless(draw, born)
        org = ""
        if member.firm:
            state = tally.draw(draw, "device", "organisation")
            org = "" if state == "missing" else member.firm
            if state == "varied":
                other = written_otherwise(draw, org)
                org = other if other != org else mistyped(draw, org)
        return Card(
            name,
            etag(plan.seed, number, who.id)[:32],
            False,
            phones,
            emails,
            born,
            org,
            who.occupation if org and draw.random() < 0.3 else "",
            self._address(draw, member),
            note="met at the dock, pays in cash\nring after six" if draw.random() < 0.04 else "",
            gender="" if draw.random() < 0.7 or not who.title else "M" if who.title == "Mr" else "F",
            photo=draw.random() < 0.05,
        )

    def _phones(self, draw: Random, member: Member) -> list[tuple[str, str]]:
        own, before = mobile(member.who.id), moved(self._plan, member.who.id)
        phones = []
        state = self._tally.draw(draw, "device", "phone")
        if state == "right":
            phones.append(("CELL", dialled(draw, own)))
        elif state == "varied":
            # A variant is the number of before, the desk's, or one digit off.
            roll = draw.random()
            desk = landline(member.company) if member.company >= 0 else own
            wrong = before[0] if before else desk if roll < 0.6 else misdialled(draw, own)
            phones.append(("CELL", dialled(draw, wrong)))
        if draw.random() < 0.08:
            phones.append(("WORK", dialled(draw, SWITCHBOARD)))
        elif member.firm and draw.random() < 0.1:
            phones.append(("WORK", dialled(draw, landline(member.company))))
        return phones

    def _address(self, draw: Random, member: Member) -> Address | None:
        state = self._tally.draw(draw, "device", "address")
        if state == "missing":
            return None
        at = (
            traps.where(self._plan, member.company)
            if member.company >= 0 and _trapped(member)
            else home(self._plan.seed, member.who.id)
        )
        if state == "right":
            return at
        if draw.random() < 0.5:
            return at._replace(
                line1=at.line1.replace("Road", "Rd").replace("Street", "St."), region="", country=""
            )
        return at._replace(line1=mistyped(draw, at.line1), postcode=at.postcode.replace(" ", "").lower())


def _trapped(member: Member) -> bool:
    return member.who.id // SLOTS != member.company


def _careless(draw: Random, born: Birthday) -> Birthday:
    """A birthday without its year or day, or a day off."""
    roll = draw.random()
    if roll < 0.4:
        return Birthday(born.day, "year")
    if roll < 0.7:
        return Birthday(born.day, "day")
    other: date = born.day.replace(day=born.day.day % 28 + 1)
    return Birthday(other)
