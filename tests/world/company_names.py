"""Invented company names, unique for most indices, with the oddities that the register really holds."""

from __future__ import annotations

from random import Random
from typing import Final

from .name_lists import CULTURES, words
from .seeds import skewed

_FRONTS = words(
    "Cor Bex Quill Bray Tal Ver Hex Lum Nor Pel Cas Dra Eld Fen Gar Hal Ister Jor Kel Lan Mor Nev Ost Pry Ques Ros Sel Tor Ulm "
    "Vax Wyn Yar Zen Ald Bro Cal Dun Ever Fal Gran Hol Ivo Jas Kin Lor Mer Nim Orb Pax Rav Sol Tri Umb Vel Wes Xan Yor Zeb Ark Bly"
)
_BACKS = words(
    "vane moor haven stead ton mere line dale wick ford gate bridge more stone well field mark port wood crest ria ex on ant is"
)
_WORDS = words(
    "Kestrel Harbour Summit Orchard Granite Falcon Meridian Beacon Copper Willow Anchor Compass Juniper Lantern Pioneer Saffron "
    "Thistle Vanguard Amber Bramble Cobalt Dovetail Ember Foundry Gilded Heather Indigo Jubilee Keystone Linden Magnet Nimbus "
    "Oakleaf Paragon Quartz Rowan Sterling Tempest Umbra Vertex Walnut Zephyr Alpine Birch Cedar Delta Eagle Frost Grove Hazel"
)
_SECTORS = words(
    "Logistics Properties Consulting Construction Solutions Engineering Holdings Services Investments Trading Design Homes Developments Electrical Cleaning_Services Transport Foods Media Technologies Care Lettings Motors Catering Management Recruitment Interiors Security Plumbing_&_Heating Estates Software Hospitality Fashion Group Marketing Aviation Energy Farms Training Health Partners"
)
SUFFIXES: Final = {
    "llp": "LLP",
    "plc": "PLC",
    "cic": "C.I.C.",
    "oversea": "GMBH",
    "overseas-entity": "S.A.",
    "limited-partnership": "LP",
    "guarantee": "LIMITED",
    "charity": "",
    "society": "LIMITED",
}
_ODD = (
    "! LIMITED",
    "!? LTD",
    '"K" LINE LETTINGS LTD',
    "O'MALLEY, BYRNE & SONS LIMITED",
    "CAFÉ ŁÓDŹ LTD",
    "? WHAT NEXT LIMITED",
    "A  B  C  TRADING LTD",
    "1ST 4 U (UK) LTD.",
    "€URO-CARS LTD",
    'THE "GOOD" BREAD COMPANY, BATH LIMITED',
    "'N' GAUGE LTD",
    "@HOME CARE LTD",
    "ŽIŽKA & ÇELIK LIMITED",
    "MÜLLER+CO LTD",
)
ODD_FROM: Final = 40
_SPACE: Final = len(_FRONTS) * len(_BACKS) * len(_WORDS) * len(_SECTORS)


def company_name(draw: Random, index: int, kind: str, salt: int = 0) -> str:
    """A name in capitals; `salt` gives the same company another name."""
    if salt == 0 and ODD_FROM <= index < ODD_FROM + len(_ODD):
        return _ODD[index - ODD_FROM]
    suffix = SUFFIXES.get(kind) if kind in SUFFIXES else ("LIMITED" if draw.random() < 0.58 else "LTD")
    if draw.random() < 0.66:
        stem = _brand((index * 6_700_417 + salt * 104_729 + 77_773) % _SPACE)
    else:
        stem = _founders(draw)
    return f"{stem} {suffix}".strip().upper()


def _brand(number: int) -> str:
    """One of the brand names, a different one for each number below the size of their space."""
    number, sector = divmod(number, len(_SECTORS))
    number, word = divmod(number, len(_WORDS))
    front, back = divmod(number, len(_BACKS))
    return f"{_FRONTS[front % len(_FRONTS)]}{_BACKS[back]} {_WORDS[word]} {_SECTORS[sector]}"


def _founders(draw: Random) -> str:
    """A firm called after people or initials."""
    culture = CULTURES[0] if draw.random() < 0.6 else CULTURES[int(draw.random() * len(CULTURES))]
    surname = culture.surnames[skewed(draw, len(culture.surnames), 1.0)]
    sector = _SECTORS[int(draw.random() * len(_SECTORS))]
    style = draw.random()
    if style < 0.3:
        return f"{surname} & {culture.surnames[skewed(draw, len(culture.surnames), 1.0)]} {sector}"
    letters = "".join(chr(65 + int(draw.random() * 26)) for _ in range(2 if style < 0.7 else 3))
    if style < 0.75:
        return f"{letters[0]}. {letters[1]}. {surname} {sector}"
    return f"{letters} {surname} {sector}" if style < 0.9 else f"{surname} {sector} ({letters})"


def written_otherwise(draw: Random, name: str) -> str:
    """The name as another company's filing states it: case, suffix and punctuation drift, the name does not."""
    choice = draw.random()
    if choice < 0.35:
        return name.title().replace("'S", "'s")
    if choice < 0.55 and name.endswith(" LIMITED"):
        return name[: -len("LIMITED")] + "LTD"
    if choice < 0.7 and name.endswith(" LTD"):
        return name[: -len("LTD")] + ("Limited" if draw.random() < 0.5 else "Ltd.")
    if choice < 0.8:
        return name.replace("&", "and").title()
    return name
