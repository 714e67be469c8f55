"""Who a company is: number, name, dates, kind. A pure function of (seed, index), cheap enough to ask about neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from .addresses import Address
from .company_names import company_name
from .people import Person
from .seeds import COMPANY, rng

# (share in percent, prefix, kind); the rest are private companies in England and Wales.
_PREFIXES = (
    (5.0, "SC", "ltd"),
    (2.0, "NI", "ltd"),
    (2.2, "OC", "llp"),
    (0.3, "SO", "llp"),
    (0.1, "NC", "llp"),
    (0.4, "LP", "limited-partnership"),
    (0.5, "SL", "limited-partnership"),
    (0.3, "FC", "oversea"),
    (0.5, "OE", "overseas-entity"),
    (0.4, "CE", "charity"),
    (0.1, "CS", "charity"),
    (0.2, "RS", "society"),
)
CATEGORIES: Final = {
    "ltd": "Private Limited Company",
    "llp": "Limited Liability Partnership",
    "plc": "Public Limited Company",
    "cic": "Community Interest Company",
    "guarantee": "PRI/LTD BY GUAR/NSC (Private, limited by guarantee, no share capital)",
    "limited-partnership": "Limited Partnership",
    "oversea": "Overseas company",
    "overseas-entity": "Overseas Entity",
    "charity": "Charitable Incorporated Organisation",
    "society": "Registered Society",
}
OVERSEAS_INDICES: Final = range(26, 30)
"""One overseas entity for each of the four kinds of beneficial owner, in every world."""
# Number and date of incorporation go together: (number, year, day of year).
_LADDER = (
    (100_000, date(1909, 1, 1)),
    (1_000_000, date(1971, 1, 1)),
    (2_000_000, date(1986, 3, 1)),
    (4_000_000, date(2000, 5, 1)),
    (6_000_000, date(2006, 11, 1)),
    (8_000_000, date(2012, 3, 1)),
    (10_000_000, date(2016, 2, 15)),
    (12_000_000, date(2019, 5, 15)),
    (14_000_000, date(2022, 3, 25)),
    (16_000_000, date(2024, 10, 5)),
    (16_900_000, date(2026, 7, 20)),
)
_SPAN: Final = 16_800_000


@dataclass(frozen=True, slots=True)
class Identity:
    """What other companies' filings can know of a company."""

    index: int
    number: str
    name: str
    kind: str
    born: date
    late: int | None
    """The month of the run (0-based) in which it is incorporated, None when it is older than the first snapshot."""


@dataclass(frozen=True, slots=True)
class Party:
    """A company as somebody else's filing states it; `true_id` is a company number or an `X:` id off the register."""

    true_id: str
    name: str
    form: str
    authority: str
    place: str
    country: str
    number: str


@dataclass(slots=True)
class Appointment:
    """One officer of one company, as recorded; deleted means that the register struck the record out."""

    slot: int
    role: str
    person: Person | None
    party: Party | None
    person_number: str
    appointed: date
    resigned: date | None
    address: Address
    origin: int = 1
    deleted: date | None = None


@dataclass(slots=True)
class Control:
    """One controller record, statement or exemption of one company; `known` is when it first shows on the register."""

    slot: int
    kind: str
    token: str
    known: date
    notified: date | None
    ceased: date | None = None
    ceased_known: date | None = None
    person: Person | None = None
    party: Party | None = None
    natures: tuple[str, ...] = ()
    address: Address | None = None
    detail: str = ""
    deleted: date | None = None


@dataclass(slots=True)
class Company:
    """One company's whole history; what a file shows is its state on the file's day."""

    index: int
    number: str
    kind: str
    born: date
    dissolved: date | None
    status: str
    names: list[tuple[date, str]]
    addresses: list[tuple[date, Address]]
    sics: tuple[str, ...]
    officers: list[Appointment] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    charges: tuple[int, int] = (0, 0)
    partners: tuple[int, int] = (0, 0)
    unpadded: bool = False

    def name_on(self, day: date) -> str:
        return [name for since, name in self.names if since <= day or since == self.names[0][0]][-1]

    def address_on(self, day: date) -> Address:
        return [at for since, at in self.addresses if since <= day or since == self.addresses[0][0]][-1]

    def live_on(self, day: date) -> bool:
        return self.born <= day and (self.dissolved is None or self.dissolved > day)


def incorporated(number: int) -> date:
    """The day a number was given out, on the real register's ladder of numbers."""
    for (low, start), (high, end) in pairwise(_LADDER):
        if number < high:
            return start + timedelta(days=int((end - start).days * (number - low) / (high - low)))
    return _LADDER[-1][1]


def identity(seed: int, index: int, months: tuple[date, ...] = (), end: date | None = None) -> Identity:
    """Who the company of an index is; with months, one in 125 a month is incorporated within the run."""
    draw = rng(seed, COMPANY, index)
    late = None
    roll = draw.random()
    if index >= 100 and end is not None and roll < 0.008 * len(months):
        late = int(roll / 0.008)
        start, stop = months[late], (*months[1:], end)[late]
        born = start + timedelta(days=1 + int(draw.random() * ((stop - start).days - 2)))
        number, kind = f"{17_000_000 + index:08d}", "ltd"
    else:
        number, kind, born = _older(draw.random() * 100, seed, index)
        if kind == "ltd":
            share = draw.random()
            kind = (
                "plc" if share < 0.004 else "cic" if share < 0.01 else "guarantee" if share < 0.03 else "ltd"
            )
    return Identity(index, number, company_name(draw, index, kind), kind, born, late)


def _older(share: float, seed: int, index: int) -> tuple[str, str, date]:
    # Both factors are coprime with their modulus: no two indices get one number.
    plain = (index * 7_368_787 + seed * 7_919) % _SPAN + 100_000
    born = incorporated(plain)
    if index in OVERSEAS_INDICES:
        return (
            f"OE{(index * 7_919 + seed) % 1_000_000:06d}",
            "overseas-entity",
            date(2022, 8, 1) + timedelta(days=index),
        )
    if index < 100 and index not in (60, 61):
        return f"{plain:08d}", "ltd", born
    for percent, prefix, kind in _PREFIXES:
        if share < percent:
            if kind == "overseas-entity":
                born = max(born, date(2022, 8, 1))
            elif kind == "llp":
                born = max(born, date(2001, 4, 6))
            return f"{prefix}{(index * 7_919 + seed) % 1_000_000:06d}", kind, born
        share -= percent
    return f"{plain:08d}", "ltd", born
