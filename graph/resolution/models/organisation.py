"""Companies and other bodies: the name without its legal form, a stated number, the country, and what they share.

Bodies that a register numbers are resolved by their numbers; the model brings in those that others only name."""

from __future__ import annotations

from typing import Final

from graph.resolution.models.base import Comparison, Key, Level, Model
from graph.resolution.models.person import both, shares

_FORM: Final = " (LTD|PLC|LLP|LP|CIC|CIO|INC|CORP|LLC|GMBH|AG|SA|SARL|BV|NV|SL|SRL|SPA|OY|AB|AS|KG)$"

NAME = Comparison(
    "name",
    ("name",),
    (
        Level("not stated", '"name_l" IS NULL OR "name_r" IS NULL', null=True),
        # A register lets no two bodies have one name, and holds some five million: enough to propose a pair. Not what a person's
        # employer is called, of which a phone book is full.
        Level(
            "same, with its legal form",
            f""""name_l" = "name_r" AND regexp_matches("name_l", '{_FORM}') AND NOT "employs_l" AND NOT "employs_r\"""",
            0.85, 0.0000004, trained=False,
        ),
        Level("same", '"name_l" = "name_r"', 0.85, 0.00002, trained=False),
        Level("same but for the legal form", '"words_l" = "words_r"', 0.08, 0.00001, trained=False),
        # One slip, in a word of four letters or more: what tells the companies of a group apart is a short word, or a number.
        Level(
            "a slip",
            """damerau_levenshtein("name_l", "name_r") <= 1 AND least(length("words_l"), length("words_r")) >= 8
               AND regexp_replace("name_l", '[A-Z]{4,}', '', 'g') = regexp_replace("name_r", '[A-Z]{4,}', '', 'g')""",
            0.04, 0.00002, trained=False,
        ),
        Level(
            "near",
            """jaro_winkler_similarity("words_l", "words_r") >= 0.95 AND damerau_levenshtein("words_l", "words_r") <= 2
               AND regexp_replace("words_l", '[^0-9]', '', 'g') = regexp_replace("words_r", '[^0-9]', '', 'g')""",
            0.04, 0.00005, trained=False,
        ),
        Level("different", "ELSE", 0.03, 0.99992, trained=False),
    ),
)  # fmt: skip

NUMBER = Comparison(
    "number",
    ("number",),
    (
        Level("not stated", '"number_l" IS NULL OR "number_r" IS NULL', null=True),
        Level("same", '"number_l" = "number_r"', 0.93, 0.000005, trained=False),
        Level("one digit differs", 'damerau_levenshtein("number_l", "number_r") <= 1', 0.02, 0.0001, trained=False),
        Level("different", "ELSE", 0.0005, 0.9998, trained=False),
    ),
)  # fmt: skip

COUNTRY = Comparison(
    "country",
    ("country",),
    (
        Level("not stated", '"country_l" IS NULL OR "country_r" IS NULL', null=True),
        Level("same", '"country_l" = "country_r"', 0.75, 0.25, trained=False),
        Level("different", "ELSE", 0.25, 0.75, trained=False),
    ),
)

CONTACT = shares(
    "phone_or_email",
    ("contact",),
    (
        Level("shared by few", both("contact_few"), 0.60, 0.0001, trained=False),
        Level("shared by some", both("contact_some"), 0.15, 0.0001, trained=False),
        Level("none shared by few", "ELSE", 0.25, 0.9998, trained=False),
    ),
)

PLACE = shares(
    "address",
    ("place",),
    (
        Level("an address of few", both("place_few"), 0.50, 0.0002, trained=False),
        Level("an address of some", both("place_some"), 0.10, 0.002, trained=False),
        Level("none shared by few", "ELSE", 0.40, 0.9978, trained=False),
    ),
)

# Who acts for a body, or works there: the same name, or one of its parts and the birth month.
PEOPLE = shares(
    "people",
    ("people",),
    (
        Level("somebody in common", both("people_few"), 0.50, 0.00002, trained=False),
        Level("nobody in common", "ELSE", 0.50, 0.99998, trained=False),
    ),
)

ORGANISATION: Final = Model(
    decider="organisation-1",
    kinds=("Company", "Organisation"),
    who="b.words",
    comparisons=(NAME, NUMBER, COUNTRY, CONTACT, PLACE, PEOPLE),
    keys=(
        Key("name", "words", "country"),
        Key("start of the name", "start || '|' || left(number, 3)", "number"),
        Key("number", "number", "left(words, 6)"),
        Key("phone or e-mail", "unnest(contact_few)", "left(words, 3)"),
        Key("address", "unnest(place_few) || '|' || left(words, 4)", "start"),
        Key("somebody and start of the name", "unnest(people_few) || '|' || left(words, 3)", "start"),
    ),
    prior=1e-5,
    accept=8.0,
    review=2.0,
    # Two of which nothing says what they are called are two, whatever they share; of one name, one is whom many write down for a number. Of the bodies that somebody has, many are called alike:
    # what differs must be a form that one of the two leaves out, or a slip.
    corroborated="""gamma_number = 2 OR (gamma_name >= 0 AND (gamma_phone_or_email = 2 OR gamma_address = 2))
      OR (gamma_phone_or_email = 1 AND gamma_name >= 3)
      OR (gamma_people = 1 AND (gamma_name >= 4 OR gamma_name = 2 OR (gamma_name = 3 AND (starts_with("name_l", "name_r") OR starts_with("name_r", "name_l")))))""",
    # Two numbers that a register gave out are two bodies, whatever else they share; and whether a number that somebody
    # states is the register's own is for stated.py, which proposes it where the names do not agree.
    impossible="""l.registered <> r.registered
      OR ((l.registered IS NULL) <> (r.registered IS NULL) AND l.number IS NOT NULL AND r.number IS NOT NULL)""",
    training=(),
    mark=("registered", "NULL", "NULL"),
)
