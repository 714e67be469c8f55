"""One search result of a map, told as a listing with its number, page and address (formats.md 3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from graph.errors import InvalidValue
from graph.ontology import ontology
from graph.values import clean_or_none, postcode, url
from graph.values.folding import bare, tidy
from ingest.describe import Description, Fields, Properties, properties_of
from ingest.helpers.uk_address import describe_address

PROVIDER: Final = "azure-maps"
"""Whose ids they are. Azure's and TomTom's pages are of one shape, and their ids TomTom's: a page does not tell which."""

_BRITISH: Final = frozenset({"GB", "IM", "JE", "GG"})


class Place:
    """What a result says, taken field by field; raises InvalidValue for a result that names nothing.

    contested: keys of points (point_key) at which the file has one name under several numbers: those are several listings.
    key: the record's. locator: the listing's own id, or its name where it has none."""

    def __init__(self, result: Fields, contested: Collection[str] = ()) -> None:
        # How well it fits the question and how far from it: about the search. Where a map shows it: about the map.
        result.ignore(
            "score",
            "dist",
            "info",
            "viewport",
            "dataSources",
            "matchConfidence",
            "detourTime",
            "detourDistance",
        )
        self.id = result.text("id") or ""
        self.type = result.text("type")
        poi = result.inside("poi")
        self.name = tidy(poi.text("name") or "")
        if not self.name:
            raise InvalidValue("poi.name", None, "the name of a place")
        self.phone, self.url = poi.text("phone"), poi.text("url")
        self.brands = [text for each in poi.each("brands") if (text := each.text("name"))]
        self.categories = list(poi.texts("categories"))
        self.codes = [text for each in poi.each("categorySet") if (text := each.text("id"))]
        for each in poi.each("classifications"):
            if code := each.text("code"):
                self.codes.append(code)
            for name in each.each("names"):
                name.ignore("nameLocale")
                self.categories += [text] if (text := name.text("name")) else []
        self.hours = _hours(poi.inside("openingHours"))
        # Other programs' flags of it, and its time zone, which its position has.
        poi.ignore("timeZone")
        self.point = _point(result.inside("position"))
        self.entries = []
        for entry in result.each("entryPoints"):
            entry.ignore("type", "functions")
            if point := _point(entry.inside("position")):
                self.entries.append(point)
        self.address = _Address(result.inside("address"))
        self.place = clean_or_none("geo", self.point)
        # Where a map puts what it cannot place.
        self.nowhere = self.place is not None and {float(part) for part in self.place.split(",")} == {0.0}
        if not self.id and self.place is None:
            raise InvalidValue("id", None, "the listing's id, or its position beside its name")
        self._contested = self.point_key in contested
        self.key = f"{PROVIDER}/{self.id}" if self.id else f"place/{self._place_key()}"
        self.locator = self.id or self.name

    @property
    def point_key(self) -> str | None:
        """Name and point; None of what is at no point."""
        return None if self.place is None or self.nowhere else self._spot

    @property
    def _spot(self) -> str:
        return f"{bare(self.name) or self.name} {self.place}"

    def _place_key(self) -> str | None:
        """Name and point: ids change between releases of a map. At no point a name alone says nothing, nor does it where two
        of that name have numbers of their own; what tells two such listings apart is added."""
        if self.place is None:
            return None
        apart = (self.id or self.phone or self.address.line or "") if self.nowhere else ""
        if self._contested:
            apart = clean_or_none("phone", self.phone) or self.id or self.address.line or ""
        return f"{self._spot} {apart}" if apart else self._spot

    def describe(self, out: Description) -> None:
        """The listing, and what it is reached by, in the record that was begun."""
        known = ontology().identifiers
        props = properties_of("Listing")
        props.add("name", self.name)
        _all(props, "category", self.categories)
        _all(props, "category_code", self.codes)
        _all(props, "brand", self.brands)
        props.add("listing_type", self.type)
        props.put("provider", PROVIDER)
        props.add("listing_id", self.id or None)
        phone, page = props.add("phone", self.phone), props.add("url", self.url)
        props.add("address", self.address.line)
        _all(props, "postcode", self.address.postcodes)
        props.add("district", self.address.district)
        props.add("geo", self.point)
        _all(props, "entry_point", self.entries)
        props.add("opening_hours", self.hours)
        place = self._place_key()
        keys = (
            known["listing"].key(f"{PROVIDER}/{self.id}") if self.id else None,
            known["listing_place"].key(place) if place else None,
        )
        out.mention(
            "listing", "Listing", authority=0, caption=self.name, props=props, names=(self.name,), keys=keys
        )
        if phone:
            own = properties_of("Phone")
            own.add("phone", self.phone)
            out.mention(
                "phone", "Phone", authority=1, caption=phone, props=own, names=(phone,), keys=(known["phone"].key(phone),)
            )  # fmt: skip
            out.link("HAS_PHONE", "listing", "phone")
        if page:
            own = properties_of("Website")
            own.add("url", self.url)
            own.put("host", url.host(page))
            out.mention(
                "website", "Website", authority=1, caption=page, props=own, names=(page,), keys=(known["url"].key(page),)
            )  # fmt: skip
            out.link("HAS_WEBSITE", "listing", "website")
        describe_address(out, self.address.parts, "address", "HAS_ADDRESS", "listing")


class _Address:
    """parts: by the ontology's names. line: as the map writes it. postcodes: whole ones where there are any."""

    def __init__(self, fields: Fields) -> None:
        # What other fields say in words, in a code or again.
        fields.ignore(
            "countryCodeISO3",
            "countrySubdivision",
            "countrySubdivisionCode",
            "countryTertiarySubdivision",
            "localName",
        )
        self.line = fields.text("freeformAddress")
        self.district = fields.text("municipalitySubdivision")
        country, code = fields.text("country"), fields.text("countryCode")
        short = fields.text("postalCode")
        extended = [
            text.strip() for text in (fields.text("extendedPostalCode") or "").split(",") if text.strip()
        ]
        county, region = fields.text("countrySecondarySubdivision"), fields.text("countrySubdivisionName")
        british = code in _BRITISH
        # A British postalCode is often only its first half; elsewhere the extended one is for machines.
        whole = [text for text in (*extended, short or "") if _is_uk(text)] if british else []
        self.postcodes = list(dict.fromkeys(whole)) or ([short] if short else [])
        told = {
            "premises": fields.text("streetNumber"),
            "line_1": fields.text("streetName"),
            "locality": fields.text("municipality"),
            "region": county or region,
            "country": country or code,
            "postcode": self.postcodes[0] if len(self.postcodes) == 1 else short,
        }
        self.parts = {name: text for name, text in told.items() if text}


def _is_uk(text: str) -> bool:
    cleaned = clean_or_none("postcode", text)
    return cleaned is not None and postcode.is_uk(cleaned)


def _all(props: Properties, name: str, values: Iterable[str]) -> None:
    for value in dict.fromkeys(values):
        props.add(name, value)


def _point(position: Fields) -> str | None:
    """ "latitude,longitude" as received; None without either."""
    lat, lon = position.take("lat"), position.take("lon")
    if lat is None and lon is None:
        return None
    return f"{_number(lat)},{_number(lon)}"


def _number(value: Any) -> str:
    small = isinstance(value, float) and abs(value) < 0.001
    return f"{value:.6f}" if small else str(value)


def _hours(hours: Fields) -> str | None:
    """Opening hours in a line: "2026-09-01 09:00-17:30; …", one a time range, in the order given."""
    hours.ignore("mode")
    spans = [(span.inside("startTime"), span.inside("endTime")) for span in hours.each("timeRanges")]
    return "; ".join(f"{_moment(start)}-{_moment(end)}" for start, end in spans) or None


def _moment(fields: Fields) -> str:
    day = fields.text("date") or ""
    hour, minute = fields.take("hour"), fields.take("minute")
    clock = f"{hour:02d}:{minute:02d}" if isinstance(hour, int) and isinstance(minute, int) else ""
    return f"{day} {clock}".strip()
