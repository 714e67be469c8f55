"""Postal addresses that their keys keep apart though they are written of one: "12 High St" and "12 High Street, Leeds".

Set by hand: what tells two addresses apart is no matter of frequency. House number, unit and postcode must be equal; a slip is let
pass in the street alone."""

from __future__ import annotations

from typing import Final

from graph.resolution.models.base import Comparison, Key, Level, Model


def _none(column: str) -> Level:
    return Level("not stated", f'"{column}_l" IS NULL OR "{column}_r" IS NULL', null=True)


POSTCODE = Comparison(
    "postcode",
    ("postcode",),
    (
        _none("postcode"),
        Level("same", '"postcode_l" = "postcode_r"', 0.97, 0.00002, trained=False),
        Level("one character differs", 'damerau_levenshtein("postcode_l", "postcode_r") <= 1', 0.02, 0.0001, trained=False),
        Level("different", "ELSE", 0.01, 0.99988, trained=False),
    ),
)  # fmt: skip

NUMBER = Comparison(
    "number",
    ("number",),
    (
        _none("number"),
        Level("same", '"number_l" = "number_r"', 0.99, 0.02, trained=False),
        Level("different", "ELSE", 0.01, 0.98, trained=False),
    ),
)

UNIT = Comparison(
    "unit",
    ("unit",),
    (
        _none("unit"),
        Level("same", '"unit_l" = "unit_r"', 0.99, 0.1, trained=False),
        Level("different", "ELSE", 0.01, 0.9, trained=False),
    ),
)

# The kind of street stands last (St, Sq, Ct): it is no slip, nor is the first letter (Mill and Hill Lane).
STREET = Comparison(
    "street",
    ("street",),
    (
        _none("street"),
        Level("same", '"street_l" = "street_r"', 0.80, 0.002, trained=False),
        Level(
            "near",
            """damerau_levenshtein("street_l", "street_r") <= 1 AND left("street_l", 1) = left("street_r", 1)
               AND right("street_l", 2) = right("street_r", 2) AND least(length("street_l"), length("street_r")) >= 8""",
            0.08, 0.0005, trained=False,
        ),
        Level(
            "one is the start or the end of the other",
            """left("street_l", length("street_r")) = "street_r" OR left("street_r", length("street_l")) = "street_l"
               OR right("street_l", length("street_r")) = "street_r" OR right("street_r", length("street_l")) = "street_l\"""",
            0.09, 0.01, trained=False,
        ),
        Level("different", "ELSE", 0.03, 0.9875, trained=False),
    ),
)  # fmt: skip

# Post towns are left out, and written as the village or the county: it says little.
TOWN = Comparison(
    "town",
    ("town",),
    (
        _none("town"),
        Level("same", '"town_l" = "town_r"', 0.80, 0.2, trained=False),
        Level("different", "ELSE", 0.20, 0.8, trained=False),
    ),
)

ADDRESS: Final = Model(
    decider="address-1",
    kinds=("Address",),
    who="b.mid",
    comparisons=(POSTCODE, NUMBER, UNIT, STREET, TOWN),
    keys=(
        Key("postcode and number", "postcode || '|' || number", "coalesce(unit, left(street, 6))"),
        Key(
            "postcode and start of the street",
            "postcode || '|' || left(street, 5)",
            "coalesce(unit, number, street)",
        ),
        Key("number, street and town", "number || '|' || street || '|' || town", "left(postcode, 3)"),
    ),
    prior=1e-5,
    accept=7.0,
    review=3.0,
    # A house with a name only is one of many in its street: its words must be the same.
    corroborated="gamma_postcode = 2 AND (gamma_street = 3 OR (gamma_street = 2 AND gamma_number = 1))",
    impossible="coalesce(l.number, '') <> coalesce(r.number, '') OR coalesce(l.unit, '') <> coalesce(r.unit, '')",
    training=(),
    mark=("place", "NULL", "NULL"),
)
