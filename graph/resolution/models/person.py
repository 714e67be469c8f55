"""People: name in any order, birth date to whatever precision, nationality, residence, occupation, and what they share."""

from __future__ import annotations

from typing import Final

from graph.resolution.models.base import Comparison, Key, Level, Model

_SWAPPED = '"first_l" = "last_r" AND "last_l" = "first_r"'
_INITIAL = (
    '(length("first_l") = 1 OR length("first_r") = 1) AND substr("first_l", 1, 1) = substr("first_r", 1, 1)'
)
_AMONG = """list_contains(string_split("middle_l", ' '), "first_r") OR list_contains(string_split("middle_r", ' '), "first_l")"""

FORENAME = Comparison(
    "forename",
    ("first", "middle"),
    (
        Level("not stated", '"first_l" IS NULL OR "first_r" IS NULL', null=True),
        Level("same", '"first_l" = "first_r"', 0.90, 0.006, frequency="first"),
        Level("forename and surname change places", _SWAPPED, 0.004, 0.00001),
        Level("forms of one name", '"canon_l" = "canon_r"', 0.03, 0.0005, least_m=0.03),
        Level("an initial", _INITIAL, 0.01, 0.004, least_m=0.01),
        Level("near", 'jaro_winkler_similarity("first_l", "first_r") >= 0.88', 0.03, 0.004, least_m=0.02),
        Level("a middle name", _AMONG, 0.005, 0.002, least_m=0.005),
        Level("different", "ELSE", 0.01, 0.98, least_m=0.004),
    ),
)

SURNAME = Comparison(
    "surname",
    ("last",),
    (
        Level("not stated", '"last_l" IS NULL OR "last_r" IS NULL', null=True),
        Level("same", '"last_l" = "last_r"', 0.92, 0.002, frequency="last"),
        Level("forename and surname change places", _SWAPPED, 0.004, 0.0001),
        Level(
            "one is part of the other",
            """list_has_any(string_split("last_l", ' '), string_split("last_r", ' '))""",
            0.01, 0.0003, least_m=0.005,
        ),
        Level("near", 'jaro_winkler_similarity("last_l", "last_r") >= 0.9', 0.04, 0.002, least_m=0.02),
        Level("different", "ELSE", 0.02, 0.99, least_m=0.015),
    ),
)  # fmt: skip

# In a register, which states all forenames, a middle name that one has and the other lacks says something.
MIDDLE = Comparison(
    "middle_name",
    ("middle",),
    (
        Level(
            "not told",
            """("middle_l" IS NULL OR "middle_r" IS NULL) AND NOT ("formal_l" AND "formal_r")""",
            null=True,
        ),
        Level("none", '"middle_l" IS NULL AND "middle_r" IS NULL', 0.50, 0.30),
        Level("same", '"middle_l" = "middle_r"', 0.40, 0.004),
        Level(
            "an initial, or some of them",
            """substr("middle_l", 1, 1) = substr("middle_r", 1, 1) AND (length("middle_l") = 1 OR length("middle_r") = 1
               OR starts_with("middle_l", "middle_r") OR starts_with("middle_r", "middle_l"))""",
            0.03, 0.004, least_m=0.02,
        ),
        Level("only one has any", '"middle_l" IS NULL OR "middle_r" IS NULL', 0.03, 0.50, least_m=0.03),
        Level("near", 'jaro_winkler_similarity("middle_l", "middle_r") >= 0.88', 0.02, 0.004, least_m=0.01),
        Level("different", "ELSE", 0.01, 0.20, least_m=0.01),
    ),
)  # fmt: skip

_MONTHS = '"year_l" = "year_r" AND "month_l" = "month_r"'
_DAYS = '"day_l" IS NOT NULL AND "day_r" IS NOT NULL'
BORN = Comparison(
    "birth_date",
    ("year", "month", "day"),
    (
        Level("not stated", '"year_l" IS NULL OR "year_r" IS NULL', null=True),
        Level("same day", f'{_MONTHS} AND "day_l" = "day_r"', 0.90, 0.00004, trained=False),
        Level("same month, day not told", f"{_MONTHS} AND NOT ({_DAYS})", 0.95, 0.0013),
        Level(
            "same year, no month told",
            '"year_l" = "year_r" AND ("month_l" IS NULL OR "month_r" IS NULL)',
            0.95, 0.016, trained=False,
        ),
        Level("one part differs", f"""({_MONTHS}) OR ("year_l" = "year_r" AND ({_DAYS} AND ("day_l" = "day_r"
              OR "day_l" = "month_r" AND "month_l" = "day_r") OR NOT ({_DAYS}) AND abs("month_l" - "month_r") <= 1))
              OR ("month_l" = "month_r" AND abs("year_l" - "year_r") IN (1, 10) AND ("day_l" = "day_r" OR NOT ({_DAYS})))""",
              0.02, 0.007, least_m=0.012),
        Level("different", "ELSE", 0.004, 0.97, least_m=0.003),
    ),
)  # fmt: skip


def _word(name: str, column: str, m: float, u: float, least: float) -> Comparison:
    return Comparison(
        name,
        (column,),
        (
            Level("not stated", f'"{column}_l" IS NULL OR "{column}_r" IS NULL', null=True),
            Level("same", f'"{column}_l" = "{column}_r"', m, u, frequency=column),
            Level("different", "ELSE", 1 - m, 1 - u, least_m=least),
        ),
    )


def shares(name: str, classes: tuple[str, ...], levels: tuple[Level, ...]) -> Comparison:
    """A comparison of shared identifiers, that says nothing unless both mentions have one of a class."""
    lacking = " AND ".join(
        f"NOT (coalesce(list_contains(\"classes_l\", '{c}'), false) AND coalesce(list_contains(\"classes_r\", '{c}'), false))"
        for c in classes
    )
    shown = tuple(f"{c}_{share}" for c in classes for share in ("few", "some"))
    return Comparison(name, shown, (Level("not stated", lacking, null=True), *levels))


def both(column: str) -> str:
    """SQL: the two lists have something in common."""
    return f'list_has_any("{column}_l", "{column}_r")'


CONTACT = shares(
    "phone_or_email",
    ("contact",),
    (
        Level("shared by few", both("contact_few"), 0.60, 0.0005, trained=False),
        Level("shared by some", both("contact_some"), 0.10, 0.004, trained=False),
        Level("none shared by few", "ELSE", 0.30, 0.9955, trained=False),
    ),
)
# A company and its office are one tie, not two: most service addresses are the company's office.
PLACE = shares(
    "company_or_address",
    ("body", "employer", "place"),
    (
        Level("a company of few", both("body_few"), 0.30, 0.00003, trained=False),
        Level("a company of some", both("body_some"), 0.05, 0.0002, trained=False),
        Level("a company of that name, of few", both("employer_few"), 0.10, 0.0001, trained=False),
        Level("an address of few", both("place_few"), 0.10, 0.0002, trained=False),
        Level("an address of some", both("place_some"), 0.05, 0.003, trained=False),
        Level("none shared by few", "ELSE", 0.50, 0.99657, trained=False),
    ),
)


PERSON: Final = Model(
    decider="person-1",
    kinds=("Person",),
    who="(b.both_names, b.year, b.month)",
    comparisons=(
        FORENAME,
        SURNAME,
        MIDDLE,
        BORN,
        _word("nationality", "nationality", 0.97, 0.3, 0.02),
        _word("residence", "country", 0.95, 0.3, 0.04),
        _word("occupation", "occupation", 0.85, 0.07, 0.12),
        CONTACT,
        PLACE,
    ),
    keys=(
        Key("surname and birth month", "last || '|' || year || '-' || month", "substr(canon, 1, 1)"),
        Key("forename and birth month", "canon || '|' || year || '-' || month", "substr(last, 1, 1)"),
        Key("both names", "both_names", "year"),
        Key("company and surname", "unnest(body_few) || '|' || last", "year"),
        Key("company and birth month", "unnest(body_few) || '|' || year || '-' || month", "last"),
        Key("company and forename", "unnest(body_few) || '|' || canon", "year"),
        Key("employer and surname", "unnest(employer_few) || '|' || last", "canon"),
        Key("employer and forename", "unnest(employer_few) || '|' || canon", "last"),
        Key("address and surname", "unnest(place_few) || '|' || last", "canon"),
        Key("address and forename", "unnest(place_few) || '|' || canon", "last"),
        Key("phone or e-mail", "unnest(contact_few)", "substr(canon, 1, 1)"),
        Key("phone or e-mail of some", "unnest(contact_some) || '|' || canon", "last"),
    ),
    prior=1e-5,
    accept=8.0,
    review=2.0,
    corroborated="gamma_birth_date >= 3 OR gamma_phone_or_email = 2 OR gamma_company_or_address >= 2",
    impossible="abs(l.year - r.year) > 1 AND l.month <> r.month",
    training=(
        "l.first = r.first AND l.last = r.last",
        "l.year = r.year AND l.month = r.month AND list_has_any(l.body_few, r.body_few)",
    ),
)
