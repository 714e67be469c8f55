"""What people are reached by: telephone numbers, e-mail addresses, handles and accounts; who holds what, and from when.

Nobody can be rung by these numbers. 07700 900xxx and the landlines are the regulator's own for drama; a world of a million
needs more, so the rest lie in ranges that no operator has been given (07609 to 07639, 07700 2xxxxx and 4xxxxx to 6xxxxx,
01632): possible by length and prefix, assigned to nobody. Every domain is reserved (RFC 2606).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from .people import Person, ascii_form
from .plan import Plan
from .seeds import CONTACT, rng

TRAPPED: Final = 9_000_000
"""Ids of people who are in the register only to mislead (traps.py) begin here."""
OUTSIDERS: Final = 30_000_000
"""Ids of people who are in no register begin here."""
BOTH, DEVICE_ONLY, CHAT_ONLY = 0.109, 0.26, 0.08
"""Chances that somebody on the register is in phone books and in chats, in one of them alone; the rest are in neither."""
MOVED: Final = 0.1
"""Chance that somebody has another number since a day of the last five years."""
_HOSTS = ("post.example.com", "mail.example.org", "inbox.example.net", "letters.example.com")
_TRADES = (
    "plumber",
    "garage",
    "school run",
    "gym",
    "landlord",
    "cleaner",
    "allotment",
    "football",
    "vet",
    "nursery",
)
_TAILS = ("", "", "_", "91", "_uk", "x", "_84", "007", "official", "1")


@dataclass(frozen=True, slots=True)
class Holding:
    """Who held what and when; an open end is None."""

    true_id: str
    kind: str
    value: str
    since: date | None = None
    until: date | None = None


def families_of(plan: Plan, person_id: int) -> frozenset[str]:
    """Which of phone books and chats somebody is in."""
    if person_id >= TRAPPED:
        return plan.families & {"device"}
    roll = rng(plan.seed, CONTACT, person_id).random()
    if roll < BOTH:
        return plan.families & {"device", "chat"}
    if roll < BOTH + DEVICE_ONLY:
        return plan.families & {"device"}
    return plan.families & {"chat"} if roll < BOTH + DEVICE_ONLY + CHAT_ONLY else frozenset()


def mobile(person_id: int) -> str:
    """The number that somebody has now, in E.164; no two have one."""
    # The last hundred of the drama range are the story's.
    if person_id < 900:
        return f"+447700900{person_id:03d}"
    if person_id >= OUTSIDERS:
        other = (person_id - OUTSIDERS) % 400_000
        return f"+447700{(2, 4, 5, 6)[other // 100_000]}{other % 100_000:05d}"
    # The factor is coprime with the count of numbers, so that no two of 14 million ids meet.
    return f"+44{7_609_000_000 + person_id * 7_368_787 % 14_000_000}"


def moved(plan: Plan, person_id: int) -> tuple[str, date] | None:
    """The number that somebody had before, and until when; None for most."""
    draw = rng(plan.seed, CONTACT, person_id, 1)
    if draw.random() >= MOVED or not 1_000 <= person_id < 7_000_000:
        return None
    when = plan.months[0] - timedelta(days=30 + int(draw.random() * 1_700))
    return f"+44{7_627_000_000 + person_id * 7_368_787 % 7_000_000}", when


def landline(company: int) -> str:
    """The number of a company's desk, in E.164."""
    places = (
        "113496", "114496", "115496", "116496", "117496", "118496", "121496", "131496", "141496", "151496",
        "161496", "207946", "191498", "289649", "292018",
    )  # fmt: skip
    if company < 10_000:
        place = places[company % len(places)]
        # Northern Ireland's block lies at 6xxx, all others at 0xxx.
        return f"+44{place}{'6' if place == '289649' else '0'}{company // len(places) % 900:03d}"
    return f"+441632{company * 7_919 % 960_000:06d}"


SWITCHBOARD: Final = "+442079460990"
"""One desk that answers for everybody who works through one firm of accountants: hundreds give it as theirs."""
TAXI: Final = "+442079460991"
"""A firm of taxis that is in most books."""


def email(plan: Plan, who: Person) -> str:
    """Somebody's address; its number makes it theirs alone."""
    draw = rng(plan.seed, CONTACT, who.id, 2)
    first, last = _letters(who.forename), _letters(who.surname)
    stem = (f"{first}.{last}", f"{first[:1]}{last}", f"{first}{last[:1]}", f"{last}.{first}")[
        int(draw.random() * 4)
    ]
    return f"{stem}{who.id}@{_HOSTS[int(draw.random() * len(_HOSTS))]}"


def handle(plan: Plan, who: Person) -> str:
    """The name that somebody goes by in chats; most hold a piece of the real one."""
    draw = rng(plan.seed, CONTACT, who.id, 3)
    first, last = _letters(who.forename), _letters(who.surname)
    stem = (f"{first}_{last[:1]}", f"{first}{last[:3]}", f"{last}{first[:1]}", f"x{first}x")[
        int(draw.random() * 4)
    ]
    return f"{stem}{_TAILS[int(draw.random() * len(_TAILS))]}{who.id % 1_000}"


def account(person_id: int) -> str:
    """The id of somebody's account: as many milliseconds since 2015 as the platform would have counted."""
    joined = 94_000_000_000 + person_id * 7_919 % 200_000_000_000
    return str((joined << 22) | (person_id & 0x3FFFFF))


def trade(person_id: int) -> str:
    """What a phone's owner knows somebody by."""
    return _TRADES[person_id % len(_TRADES)]


def holdings(plan: Plan, who: Person) -> list[Holding]:
    """All that is somebody's; empty for people who are in none of the families."""
    within = families_of(plan, who.id)
    if not within:
        return []
    before = moved(plan, who.id)
    held = [Holding(who.true_id, "phone", mobile(who.id), before[1] if before else None)]
    if before:
        held.append(Holding(who.true_id, "phone", before[0], None, before[1]))
    held.append(Holding(who.true_id, "email", email(plan, who)))
    if "chat" in within:
        held.append(Holding(who.true_id, "handle", handle(plan, who)))
        held.append(Holding(who.true_id, "account", account(who.id)))
    return held


def _letters(name: str) -> str:
    """The letters of a name that a keyboard without marks has; "x" when there are none."""
    return "".join(c for c in ascii_form(name).lower() if c.isascii() and c.isalnum()) or "x"
