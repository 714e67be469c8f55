"""Owners and their rights: companies as somebody else's filing states them, on this register and on foreign ones."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Final

from .companies import Identity, Party, identity
from .company_names import written_otherwise
from .people import mistyped
from .plan import Plan
from .seeds import PARTY, rng

STORY_INDICES: Final = range(180, 200)
_BANDS = ("25-to-50", "50-to-75", "75-to-100")
_FOREIGN = (
    (
        "Jersey",
        "Jersey Financial Services Commission",
        "Companies (Jersey) Law 1991",
        "Limited Company",
        "{:06d}",
    ),
    (
        "Virgin Islands, British",
        "Registry Of Corporate Affairs",
        "Bvi Business Companies Act 2004",
        "Bvi Business Company",
        "{:07d}",
    ),
    (
        "Luxembourg",
        "Registre De Commerce Et Des Sociétés",
        "Luxembourg Law",
        "Société À Responsabilité Limitée",
        "B{:06d}",
    ),
    (
        "United States",
        "Delaware Secretary Of State",
        "Delaware General Corporation Law",
        "Corporation",
        "{:07d}",
    ),
    (
        "Ireland",
        "Companies Registration Office",
        "Companies Act 2014",
        "Private Company Limited By Shares",
        "{:06d}",
    ),
    (
        "Isle Of Man",
        "Isle Of Man Companies Registry",
        "Companies Act 2006",
        "Company Limited By Shares",
        "{:06d}V",
    ),
    ("Netherlands", "Kamer Van Koophandel", "Dutch Law", "Besloten Vennootschap", "NL{:09d}"),
)
FOREIGN_PLACES: Final = len(_FOREIGN)
_HOME_PLACES = (
    ("Companies House", "United Kingdom"),
    ("Companies House", "England"),
    ("England And Wales", "England And Wales"),
    ("Companies House, Cardiff", "England & Wales"),
    ("Register Of Companies", "United Kingdom"),
    ("Uk", "Uk"),
)


def some_party(plan: Plan, draw: Random, index: int) -> Party:
    """An owner at the measured rates: 91 % state a number, 81.7 % of those have 8 characters, 77.9 % are in the register."""
    roll = draw.random()
    stated = draw.random() < 0.91 or index < 100
    if index and roll < 0.835:
        # Only earlier, older companies own: chains end, and rings are the planted ones alone.
        at = int(draw.random() * index)
        # The story's companies are not who their index says; nobody else names them.
        at -= 100 if plan.story and at in STORY_INDICES else 0
        owner = identity(plan.seed, at, plan.months, plan.end)
        if owner.kind != "overseas-entity":
            return _carelessly(home_party(owner, draw, stated, unpadded=draw.random() < 0.11), index)
    if roll < 0.855:
        number = f"{900_000 + int(draw.random() * 8_000_000):08d}"
        return Party(
            f"X:unknown:{number}",
            f"Formerly {rng(plan.seed, PARTY, index).choice(('Alder', 'Brack', 'Crane'))} "
            f"Holdings {index} Limited",
            "Limited Company",
            "Companies Act 1985",
            "Companies House",
            "United Kingdom",
            number if stated else "",
        )
    place = int(draw.random() * len(_FOREIGN))
    return foreign_party(place, 1 + int(draw.random() * max(40, plan.companies // 20)), stated)


def _carelessly(party: Party, index: int) -> Party:
    """The party with a slip in its name in one filing of twenty-five: number and register right, the name not quite."""
    slip = Random(f"{index}/{party.true_id}")
    return replace(party, name=mistyped(slip, party.name)) if slip.random() < 0.04 else party


def foreign_party(place: int, serial: int, stated: bool = True) -> Party:
    """A company on a foreign register, where the chain leaves ours."""
    country, register, law, form, pattern = _FOREIGN[place]
    number = pattern.format(serial * 37 + 1_000)
    return Party(
        f"X:{country}:{number}",
        f"Ostrava {country.split(',')[0]} Holdings {serial}",
        form,
        law,
        register,
        country,
        number if stated else "",
    )


def home_party(owner: Identity, draw: Random, stated: bool, unpadded: bool = False) -> Party:
    """A company of this world as its subsidiary's filing states it."""
    place, country = _HOME_PLACES[int(draw.random() * len(_HOME_PLACES))]
    if owner.number.startswith("SC"):
        place, country = "Companies House", "Scotland"
    number = owner.number.lstrip("0") if unpadded else owner.number
    form = (
        "Limited Liability Partnership"
        if owner.kind == "llp"
        else draw.choice(
            (
                "Private Company Limited By Shares",
                "Limited Company",
                "Private Limited Company",
                "Limited By Shares",
            )
        )
    )
    return Party(
        owner.number,
        written_otherwise(draw, owner.name),
        form,
        draw.choice(("Companies Act 2006", "Companies Act 2006", "United Kingdom (England)", "Uk Law")),
        place,
        country,
        number if stated else "",
    )


def natures(draw: Random, kind: str, owners: int) -> tuple[str, ...]:
    """The rights of one of so many equal owners, in the register's words for the kind of company."""
    if kind == "overseas-entity":
        return (
            "ownership-of-shares-more-than-25-percent-registered-overseas-entity",
            "voting-rights-more-than-25-percent-registered-overseas-entity",
        )
    band = _BANDS[2] if owners == 1 else _BANDS[draw.random() < 0.15] if owners == 2 else _BANDS[0]
    roll = draw.random()
    if kind == "llp":
        tail = "-limited-liability-partnership"
        rights = [
            f"voting-rights-{band}-percent{tail}",
            f"right-to-share-surplus-assets-{band}-percent{tail}",
        ]
        return (*rights, f"right-to-appoint-and-remove-members{tail}") if roll < 0.3 else tuple(rights)
    if roll < 0.03 or kind in ("guarantee", "limited-partnership"):
        return ("significant-influence-or-control",)
    suffix = "-as-trust" if roll < 0.05 else "-as-firm" if roll < 0.06 else ""
    rights = [f"ownership-of-shares-{band}-percent{suffix}"]
    if roll > 0.25:
        rights.append(f"voting-rights-{band}-percent{suffix}")
    if roll > 0.6 and owners == 1:
        rights.append("right-to-appoint-and-remove-directors")
    return tuple(rights)
