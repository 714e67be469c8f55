"""Whether a company that somebody states is said to be on the UK register, and the key on which it may meet it."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import resources

import yaml

from graph.errors import InvalidValue
from graph.ontology import ontology
from graph.values import company_name, company_number
from graph.values.folding import bare


@cache
def _listed() -> tuple[frozenset[str], frozenset[str]]:
    tree = yaml.safe_load(resources.files("ingest").joinpath("registers.yml").read_text(encoding="utf-8"))
    return tuple(
        frozenset(bare(text.replace("&", " and ")) for text in tree[part])
        for part in ("registers", "countries")
    )  # type: ignore[return-value]


@lru_cache(maxsize=65_536)
def on_uk_register(place: str | None, country: str | None) -> bool:
    """Whether a stated place and country of registration name the UK register (ingest/registers.yml).

    The place must be a registrar or a country on the list; without a place the country must be on it. A country
    that is stated and not on the list overrules the place: there are registrars of companies elsewhere.
    """
    registers, countries = _listed()
    where, land = (bare(text.replace("&", " and ")) if text else "" for text in (place, country))
    if land and land not in countries and land not in registers:
        return False
    return where in registers or where in countries if where else bool(land)


def stated_key(number: str | None, name: str | None) -> str | None:
    """The `stated_company` key of a stated number and name; None when the number is none or the name says nothing."""
    stated = _stated(number, name)
    return ontology().identifiers["stated_company"].key(stated) if stated else None


def stated_facet(number: str | None, name: str | None) -> str | None:
    """The search term of a stated number and name, whatever the register: proposals are found by it."""
    stated = _stated(number, name)
    return f"stated:{stated}" if stated else None


@lru_cache(maxsize=65_536)
def _stated(number: str | None, name: str | None) -> str | None:
    """The cleaned number and name, "number/name"."""
    if not number or not name:
        return None
    try:
        cleaned = company_number.clean(number)
    except InvalidValue:
        return None
    said = company_name.key(name)
    return f"{cleaned}/{said}" if said else None
