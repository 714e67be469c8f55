"""Invented addresses in real towns: registered offices, homes, and formation agents whom thousands share."""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Final, NamedTuple

from .seeds import AGENT, HOME, rng, skewed

AGENTS: Final = 400


class Address(NamedTuple):
    """One address in the parts that the controllers' register uses; absent parts are empty."""

    premises: str
    line1: str
    line2: str
    locality: str
    region: str
    country: str
    postcode: str
    care_of: str = ""
    po_box: str = ""


_TOWNS = (
    ("London", "", "England", "EC", 4),
    ("London", "", "England", "N", 19),
    ("London", "", "England", "E", 17),
    ("London", "", "England", "SW", 19),
    ("London", "", "England", "W", 14),
    ("London", "", "England", "SE", 26),
    ("Manchester", "Greater Manchester", "England", "M", 34),
    ("Birmingham", "West Midlands", "England", "B", 46),
    ("Leeds", "West Yorkshire", "England", "LS", 28),
    ("Bristol", "", "England", "BS", 16),
    ("Glasgow", "Lanarkshire", "Scotland", "G", 53),
    ("Edinburgh", "Midlothian", "Scotland", "EH", 17),
    ("Cardiff", "South Glamorgan", "Wales", "CF", 24),
    ("Belfast", "County Antrim", "Northern Ireland", "BT", 17),
    ("Liverpool", "Merseyside", "England", "L", 28),
    ("Sheffield", "South Yorkshire", "England", "S", 14),
    ("Nottingham", "Nottinghamshire", "England", "NG", 16),
    ("Leicester", "Leicestershire", "England", "LE", 9),
    ("Newcastle Upon Tyne", "Tyne And Wear", "England", "NE", 16),
    ("Brighton", "East Sussex", "England", "BN", 3),
    ("Norwich", "Norfolk", "England", "NR", 9),
    ("Exeter", "Devon", "England", "EX", 6),
    ("Plymouth", "Devon", "England", "PL", 9),
    ("Swansea", "West Glamorgan", "Wales", "SA", 9),
    ("Aberdeen", "Aberdeenshire", "Scotland", "AB", 16),
    ("Dundee", "Angus", "Scotland", "DD", 5),
    ("Derby", "Derbyshire", "England", "DE", 24),
    ("Coventry", "West Midlands", "England", "CV", 8),
    ("Reading", "Berkshire", "England", "RG", 8),
    ("Milton Keynes", "Buckinghamshire", "England", "MK", 17),
    ("Northampton", "Northamptonshire", "England", "NN", 7),
    ("Ipswich", "Suffolk", "England", "IP", 9),
    ("Bradford", "West Yorkshire", "England", "BD", 18),
    ("Hull", "East Yorkshire", "England", "HU", 17),
    ("Bolton", "Lancashire", "England", "BL", 7),
    ("Preston", "Lancashire", "England", "PR", 7),
    ("Cambridge", "Cambridgeshire", "England", "CB", 5),
    ("Oxford", "Oxfordshire", "England", "OX", 4),
    ("Croydon", "Surrey", "England", "CR", 9),
    ("Harrow", "Middlesex", "England", "HA", 9),
    ("Ilford", "Essex", "England", "IG", 9),
    ("Slough", "Berkshire", "England", "SL", 3),
    ("Llandrindod Wells", "Powys", "Wales", "LD", 8),
    ("Bournemouth", "Dorset", "England", "BH", 11),
    ("Canterbury", "Kent", "England", "CT", 6),
    ("Maidstone", "Kent", "England", "ME", 20),
    ("St. Albans", "Hertfordshire", "England", "AL", 4),
    ("Watford", "Hertfordshire", "England", "WD", 25),
    ("Truro", "Cornwall", "England", "TR", 4),
    ("Inverness", "Inverness-Shire", "Scotland", "IV", 3),
)
_STREETS = (
    "High Street",
    "Station Road",
    "Church Lane",
    "Victoria Road",
    "London Road",
    "Green Lane",
    "Park Road",
    "Mill Lane",
    "King Street",
    "Queens Road",
    "Manor Road",
    "The Crescent",
    "Kingsway",
    "New Road",
    "York Road",
    "Springfield Road",
    "George Street",
    "Albert Road",
    "Richmond Road",
    "Grange Road",
    "Alexandra Road",
    "Windsor Road",
    "West Street",
    "North Street",
    "South Street",
    "Broadway",
    "Chapel Street",
    "St. John's Road",
    "Cross Street",
    "Highfield Avenue",
    "Castle Street",
    "The Avenue",
    "Bridge Street",
    "Clarence Road",
    "Fairfield Road",
    "Stanley Street",
    "Woodlands Drive",
    "Meadow Way",
    "Orchard Close",
    "Bramble Walk",
    "Heron Drive",
    "Pentland Terrace",
    "Larkspur Gardens",
    "Quarry Hill",
)
_HOUSES = (
    "Falcon House",
    "Regency House",
    "The Old Bakery",
    "Kestrel Court",
    "Unit 4",
    "Unit 12b",
    "Suite 7",
    "The Studio",
    "Office 3",
    "Victoria Chambers",
    "Castle Mill",
    "Innovation Centre",
    "First Floor",
    "Flat 2",
    "Flat 18",
    "Rose Cottage",
)
_ESTATES = (
    "Dock Lane Industrial Estate",
    "Newton Business Park",
    "Riverside",
    "Hunslet",
    "Enterprise Park",
    "Little Marsh",
)
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_FOREIGN = (
    ("12", "Esplanade", "St. Helier", "Jersey", "JE2 3QA"),
    ("Craigmuir House", "Waterfront Drive", "Road Town", "Virgin Islands, British", "VG1110"),
    ("5", "Rue Des Bains", "Luxembourg", "Luxembourg", "L-1212"),
    ("1209", "Orchard Street", "Wilmington", "United States", "19801"),
    ("8", "Fitzroy Square", "Dublin", "Ireland", "D02 XY45"),
    ("17", "Leidsegracht", "Amsterdam", "Netherlands", "1017 NA"),
    ("44", "Athol Street", "Douglas", "Isle Of Man", "IM1 1JB"),
    ("9", "Griva Digeni", "Limassol", "Cyprus", "3106"),
)


def postcode(draw: Random, area: str, districts: int) -> str:
    """A postcode of the national shape in an area; it need not exist."""
    inward = f"{int(draw.random() * 10)}{_INWARD[int(draw.random() * 20)]}{_INWARD[int(draw.random() * 20)]}"
    district = 1 + int(draw.random() * districts)
    # The City's districts carry a letter (EC1A … EC4Y).
    letter = _INWARD[int(draw.random() * 20)] if area == "EC" else ""
    return f"{area}{district}{letter} {inward}"


def make_address(draw: Random, business: bool = True, country: str = "") -> Address:
    """A new address; `country` narrows the towns to one nation."""
    town = _TOWNS[skewed(draw, len(_TOWNS), 1.3)]
    while country and town[2] != country:
        town = _TOWNS[int(draw.random() * len(_TOWNS))]
    locality, county, nation, area, districts = town
    street = _STREETS[skewed(draw, len(_STREETS), 1.2)]
    number = str(1 + skewed(draw, 240, 2.0))
    premises, line1, line2 = number, street, ""
    if business and draw.random() < 0.4:
        premises, line1 = _HOUSES[int(draw.random() * len(_HOUSES))], f"{number} {street}"
        line2 = _ESTATES[int(draw.random() * len(_ESTATES))] if draw.random() < 0.35 else ""
    shown = draw.random()
    return Address(
        premises,
        line1,
        line2,
        locality,
        county if shown < 0.55 else "",
        nation if shown < 0.5 else ("United Kingdom" if shown < 0.8 else ""),
        postcode(draw, area, districts),
        care_of="Harwood & Pell" if business and draw.random() < 0.004 else "",
        po_box=str(100 + int(draw.random() * 9000)) if business and draw.random() < 0.003 else "",
    )


def home(seed: int, person_id: int) -> Address:
    """Where a person lives."""
    return make_address(rng(seed, HOME, person_id), business=False)


@lru_cache(maxsize=AGENTS)
def agent(seed: int, number: int) -> Address:
    """The office of a formation agent, numbered 0 to AGENTS - 1; low numbers have most customers."""
    draw = rng(seed, AGENT, number)
    made = make_address(draw)
    return made._replace(
        premises=f"Suite {1 + number % 40}", line1=f"{20 + number % 160} {_STREETS[number % len(_STREETS)]}"
    )


def foreign_address(draw: Random, country: str) -> Address:
    """An office in one of the countries that chains of ownership leave to."""
    rows = [row for row in _FOREIGN if row[3] == country] or list(_FOREIGN)
    premises, line1, locality, nation, code = rows[int(draw.random() * len(rows))]
    return Address(premises, line1, "", locality, "", nation, code)
