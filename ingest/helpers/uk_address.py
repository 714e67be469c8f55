"""The address object of Companies House JSON (formats.md 1.2), as an Address mention and a link to it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from graph.ontology import ontology
from graph.values import address
from ingest.describe import Description, Fields, properties_of

_PARTS = (
    ("care_of", "care_of"), ("po_box", "po_box"), ("premises", "premises"), ("address_line_1", "line_1"),
    ("address_line_2", "line_2"), ("locality", "locality"), ("region", "region"), ("country", "country"),
    ("postal_code", "postcode"),
)  # fmt: skip
_ORDERED = ("care_of", "po_box", "premises", "line_1", "line_2", "locality")


def take_address(fields: Fields) -> dict[str, str]:
    """The parts that an address object gives, by the ontology's names; all are optional."""
    return fields.texts_of(_PARTS)


def describe_address(
    out: Description,
    parts: dict[str, str],
    slot: str,
    link: str,
    of: str,
    props: dict[str, Any] | None = None,
) -> None:
    """An Address mention in a slot and the link to it from another, with props; nothing when there are no parts."""
    if not parts:
        return
    line, told, keys = _described(tuple(parts.items()))
    out.mention(slot, "Address", authority=1, caption=line, names=(line,), props=told, keys=keys)
    out.link(link, of, slot, props=props)


@lru_cache(maxsize=1 << 16)
def _described(items: tuple[tuple[str, str], ...]) -> tuple[str, str | None, tuple[str, ...]]:
    """(caption, props, keys): offices and homes are stated again for every company and controller there."""
    parts = dict(items)
    props = properties_of("Address")
    ordered = [parts.get(name) for name in _ORDERED]
    region, country, postcode = parts.get("region"), parts.get("country"), parts.get("postcode")
    line = address.one_line((*ordered, region, country, postcode))
    props.put("address", line)
    for name, text in items:
        props.add(name, text)
    key = address.key(ordered, postcode, (region, country))
    return line, props.json(), (ontology().identifiers["address"].key(key),) if key else ()
