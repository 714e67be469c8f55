"""Companies with a shop front, as a map knows them: a trading name, a place, a telephone, a page."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from random import Random
from typing import Any, Final

from .addresses import Address, make_address
from .care import Tally, misdialled
from .chats import website
from .companies import Company
from .contacts import landline
from .people import mistyped
from .plan import Plan
from .seeds import SHOP, etag, rng

SHARE: Final = 0.12
"""Chance that a company has a shop front."""
CATEGORIES: Final = {
    "Licensed restaurants": ("RESTAURANT", 7315, "restaurant"),
    "Maintenance and repair of motor vehicles": ("REPAIR_FACILITY", 7310, "repair facility"),
    "Freight transport by road": ("COMPANY", 9352, "transport company"),
    "Other human health activities": ("HEALTH_CARE_SERVICE", 9663, "health care service"),
    "": ("SHOP", 9361, "shop"),
}
TOWNS: Final = {
    "London": (51.5074, -0.1278), "Manchester": (53.4808, -2.2426), "Birmingham": (52.4862, -1.8904),
    "Leeds": (53.8008, -1.5491), "Bristol": (51.4545, -2.5879), "Glasgow": (55.8642, -4.2518),
    "Edinburgh": (55.9533, -3.1883), "Cardiff": (51.4816, -3.1791), "Belfast": (54.5973, -5.9301),
    "Liverpool": (53.4084, -2.9916), "Sheffield": (53.3811, -1.4701), "Nottingham": (52.9548, -1.1581),
    "Leicester": (52.6369, -1.1398), "Newcastle Upon Tyne": (54.9783, -1.6178), "Brighton": (50.8225, -0.1372),
    "Norwich": (52.6309, 1.2974), "Exeter": (50.7184, -3.5339), "Plymouth": (50.3755, -4.1427),
    "Swansea": (51.6214, -3.9436), "Aberdeen": (57.1497, -2.0943), "Dundee": (56.462, -2.9707),
    "Derby": (52.9225, -1.4746), "Coventry": (52.4068, -1.5197), "Reading": (51.4543, -0.9781),
    "Milton Keynes": (52.0406, -0.7594), "Northampton": (52.2405, -0.9027), "Ipswich": (52.0567, 1.1482),
    "Bradford": (53.796, -1.7594), "Hull": (53.7676, -0.3274), "Bolton": (53.5769, -2.4282),
    "Preston": (53.7632, -2.7031), "Cambridge": (52.2053, 0.1218), "Oxford": (51.752, -1.2577),
    "Croydon": (51.3762, -0.0982), "Harrow": (51.5806, -0.342), "Ilford": (51.559, 0.0741),
    "Slough": (51.5105, -0.595), "Llandrindod Wells": (52.2417, -3.3786), "Bournemouth": (50.7192, -1.8808),
    "Canterbury": (51.2802, 1.0789), "Maidstone": (51.2704, 0.5227), "St. Albans": (51.7527, -0.3394),
    "Watford": (51.6565, -0.3903), "Truro": (50.2632, -5.051), "Inverness": (57.4778, -4.2247),
}  # fmt: skip
"""The world's towns with their middles, in degrees."""
_FORMS = (" LIMITED", " LTD", " LTD.", " PLC", " LLP", " C.I.C.")


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop as the map shows it. id and second: its id before and after the map's next release."""

    true_id: str
    id: str
    second: str
    name: str
    phone: str
    url: str
    category: tuple[str, int, str]
    street: tuple[str, str]
    town: str
    region: str
    postcode: str
    lat: float
    lon: float

    def spill(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"

    @staticmethod
    def read(line: str) -> Shop:
        held: dict[str, Any] = json.loads(line)
        return Shop(**held | {"category": tuple(held["category"]), "street": tuple(held["street"])})


def shop(plan: Plan, company: Company, tally: Tally) -> Shop | None:
    """The company's shop; None for most companies."""
    draw = rng(plan.seed, SHOP, company.index)
    day = plan.months[-1]
    if (
        draw.random() >= SHARE
        or not company.live_on(plan.months[0])
        or company.kind not in ("ltd", "plc", "llp", "cic")
    ):
        return None
    office = company.address_on(day)
    # Half of the shops are the registered office, if that is no box and no agent's suite.
    own = office.locality in TOWNS and "Suite" not in office.premises and draw.random() < 0.5
    at = office if own else make_address(draw)
    if at.locality not in TOWNS:
        return None
    name = _trading_name(company.name_on(day))
    if tally.draw(draw, "listings", "name", needed=True) == "varied":
        name = (mistyped(draw, name), name.upper(), f"{name} ({at.locality})")[int(draw.random() * 3)]
    return _listed(draw, tally, company.index, f"S{company.number}", name, _category(company), at)


def filler(plan: Plan, town: str, number: int) -> Shop:
    """A machine or a branch of a chain, which is no company of this world's register."""
    draw = rng(plan.seed, SHOP, 2_000_000 + list(TOWNS).index(town) * 1_000 + number)
    name = ("Cash Machine", "Bean & Gone", "Quick Press", "Parcel Point", "Nails by Nova")[number % 5]
    at = make_address(draw)
    region = at.country if at.country != "United Kingdom" else ""
    lat, lon = _near(draw, town)
    code = f"{at.postcode.split(' ')[0]} {at.postcode.split(' ')[1]}"
    digest = etag(plan.seed, town, number)
    return Shop(
        f"F:{town.replace(' ', '-')}:{number}", f"GB/POI/p0/{int(digest[:8], 16)}", digest[:22], name, "",
        "www.chain.example" if number % 5 in (1, 2) else "", ("CASH_DISPENSER", 7397, "cash dispenser") if number % 5 == 0
        else CATEGORIES[""], (at.premises, at.line1), town, region, code, lat, lon,
    )  # fmt: skip


def _listed(
    draw: Random,
    tally: Tally,
    index: int,
    true_id: str,
    name: str,
    category: tuple[str, int, str],
    at: Address,
) -> Shop:
    state = tally.draw(draw, "listings", "phone")
    number = landline(index)
    phone = "" if state == "missing" else misdialled(draw, number) if state == "varied" else number
    state = tally.draw(draw, "listings", "url")
    page = website(index)
    url = "" if state == "missing" else page
    if state == "varied":
        url = (f"http://{page}/", f"https://{page}/find-us", mistyped(draw, page.removeprefix("www.")))[
            int(draw.random() * 3)
        ]
    state = tally.draw(draw, "listings", "postcode")
    code = at.postcode
    # A variant is the outward code alone, as the map often has it.
    code = "" if state == "missing" else code.split(" ")[0] if state == "varied" else code
    lat, lon = _near(draw, at.locality)
    digest = etag("shop", true_id)
    old = draw.random() < 0.5
    return Shop(
        true_id,
        f"GB/POI/p0/{int(digest[:8], 16)}" if old else digest[:22],
        digest[8:30],
        name,
        _map_number(draw, phone) if phone else "",
        url,
        category,
        (at.premises, at.line1),
        at.locality,
        at.country if at.country != "United Kingdom" else "",
        code,
        lat,
        lon,
    )


def _map_number(draw: Random, number: str) -> str:
    """A number as the map writes it: +(44)-(20)-79460000 or +44 20 79460000."""
    national = number.removeprefix("+44")
    cut = 2 if national.startswith("2") else 4 if national.startswith("1632") else 3
    if draw.random() < 0.6:
        return f"+(44)-({national[:cut]})-{national[cut:]}"
    return f"+44 {national[:cut]} {national[cut:]}"


def _near(draw: Random, town: str) -> tuple[float, float]:
    lat, lon = TOWNS[town]
    return round(lat + (draw.random() - 0.5) * 0.12, 5), round(lon + (draw.random() - 0.5) * 0.18, 5)


def _trading_name(name: str) -> str:
    for form in _FORMS:
        name = name.removesuffix(form)
    return name.title().replace("'S", "'s")


def _category(company: Company) -> tuple[str, int, str]:
    for sic in company.sics:
        found = CATEGORIES.get(sic.partition(" - ")[2])
        if found:
            return found
    return CATEGORIES[""]
