"""People: name in any order, birth date to whatever precision, nationality, residence, occupation, and what they share."""

from __future__ import annotations

from typing import Final

from graph.resolution.models.base import Comparison, Key, Level, Model

# What keeps two forenames from being one person's is said a second time for whole clusters: forenames.contradiction.
_SWAPPED = " OR ".join(
    f"""("first_{x}" = "last_{y}" OR "last_{y}" = left("first_{x}", 1)) AND ("last_canon_{x}" = "canon_{y}" OR "last_{x}" = "first_{y}" || ' ' || "middle_{y}")"""
    for x, y in ("lr", "rl")
)


def _initial(name: str) -> str:
    return f'(length("{name}_l") = 1 OR length("{name}_r") = 1) AND left("{name}_l", 1) = left("{name}_r", 1)'


def _near(left: str, right: str) -> str:
    """A slip of the pen: one letter, or two of a long word."""
    return f"""left({left}, 1) = left({right}, 1) AND damerau_levenshtein({left}, {right})
      <= CASE WHEN least(length({left}), length({right})) >= 8 THEN 2 ELSE 1 END"""


def _ended(left: str, right: str) -> str:
    """The last letter is the same, or the last two have changed places."""
    turned = " AND ".join(
        f"right({x}, 1) = left(right({y}, 2), 1)" for x, y in ((left, right), (right, left))
    )
    return f"(right({left}, 1) = right({right}, 1) OR ({turned} AND least(length({left}), length({right})) >= 5))"


def _slip(left: str, right: str, listed: str) -> str:
    return f"({_near(left, right)} AND {_ended(left, right)} AND {listed})"


# Two names that people bear are two people's, however alike; and endings are no slips (Martin and Martina).
_SLIP = " OR ".join(
    [
        _slip('"first_l"', '"first_r"', '"listed_l" <> "listed_r"'),
        _slip('"canon_l"', '"first_r"', '"listed_l" AND NOT "listed_r"'),
        _slip('"first_l"', '"canon_r"', '"listed_r" AND NOT "listed_l"'),
    ]
)
_AMONG = """list_contains(string_split("middle_l", ' '), "first_r") OR list_contains(string_split("middle_r", ' '), "first_l")"""

RAREST: Final = 0.001
"""No name counts as rarer: the frozen frequencies are of a made-up world, and in the real one the hundredth surname, or the two
hundredth forename, of a country is still borne by one in a thousand. Who bears a rarer one is proposed rather than merged."""

FORENAME = Comparison(
    "forename",
    ("first", "middle"),
    (
        Level("not stated", '"first_l" IS NULL OR "first_r" IS NULL', null=True),
        Level("an initial", _initial("first"), 0.01, 0.001, trained=False),
        Level("same", '"first_l" = "first_r"', 0.90, 0.006, frequency="first", rarest=RAREST),
        Level("forename and surname change places", _SWAPPED, 0.004, 0.00001),
        Level("forms of one name", 'list_has_any("meanings_l", "meanings_r")', 0.03, 0.0005, least_m=0.03),
        Level("near", _SLIP, 0.02, 0.0001, trained=False),
        Level("a middle name", _AMONG, 0.005, 0.002, least_m=0.005),
        Level("forenames contradict", "ELSE", 0.01, 0.98, least_m=0.004),
    ),
)

# As many men as women are met, and few are called the other.
TITLE = Comparison(
    "title",
    ("title",),
    (
        Level("not stated", '"title_l" IS NULL OR "title_r" IS NULL', null=True),
        Level("agree", '"title_l" = "title_r"', 0.6, 0.6, trained=False),
        Level("titles contradict", "ELSE", 0.01, 0.4, trained=False),
    ),
)

GENERATION = Comparison(
    "generation",
    ("generation",),
    (
        Level("not stated", '"generation_l" IS NULL OR "generation_r" IS NULL', null=True),
        Level("agree", '"generation_l" = "generation_r"', 0.5, 0.5, trained=False),
        Level("generations contradict", "ELSE", 0.01, 0.5, trained=False),
    ),
)

SURNAME = Comparison(
    "surname",
    ("last", "former"),
    (
        Level("not stated", '"last_l" IS NULL OR "last_r" IS NULL', null=True),
        Level("an initial", _initial("last"), 0.01, 0.0004, trained=False),
        Level("same", '"last_l" = "last_r"', 0.92, 0.002, frequency="last", rarest=RAREST),
        Level(
            "a former surname",
            '"former_l" = "last_r" OR "former_r" = "last_l" OR "former_l" = "former_r"',
            0.01, 0.00005, trained=False,
        ),
        Level("forename and surname change places", _SWAPPED, 0.004, 0.0001),
        Level(
            "one is part of the other",
            """list_has_any(string_split("last_l", ' '), string_split("last_r", ' '))""",
            0.01, 0.0003, least_m=0.005,
        ),
        Level("near", f"""{_near('"last_l"', '"last_r"')} AND NOT ("last_listed_l" AND "last_listed_r")""", 0.02, 0.0002, trained=False),
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


_UNION = "'BRITISH', 'UNITED KINGDOM', 'GREAT BRITAIN', 'UK', 'GB', 'UNITED KINGDOM OF GREAT BRITAIN AND NORTHERN IRELAND'"
_NATIONS = (
    "'ENGLISH', 'SCOTTISH', 'WELSH', 'NORTHERN IRISH', 'ENGLAND', 'SCOTLAND', 'WALES', 'NORTHERN IRELAND'"
)
_NOTHING = "'NONE', 'NIL', 'NA', 'N A', 'NOT APPLICABLE', 'NOT STATED', 'NOT GIVEN', 'NOT KNOWN', 'UNKNOWN'"


def _union(column: str) -> str:
    """Both of the United Kingdom, one by its whole and one by another name of that or by a part: neither for nor against."""
    sides = (("l", "r"), ("r", "l"))
    either = " OR ".join(
        f'"{column}_{x}" IN ({_UNION}) AND "{column}_{y}" IN ({_UNION}, {_NATIONS})' for x, y in sides
    )
    return f'"{column}_l" <> "{column}_r" AND ({either})'


def _empty(column: str) -> str:
    """A word that fills a field of a form."""
    return f'"{column}_l" IN ({_NOTHING}) OR "{column}_r" IN ({_NOTHING})'


def _word(name: str, column: str, m: float, u: float, least: float, silent: str) -> Comparison:
    return Comparison(
        name,
        (column,),
        (
            Level(
                "not stated, or says nothing",
                f'"{column}_l" IS NULL OR "{column}_r" IS NULL OR {silent}',
                null=True,
            ),
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
        Level("shared by few", both("contact_few"), 0.60, 0.0002, trained=False),
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
        Level("a company of that name, of few", both("employer_few"), 0.10, 0.00002, trained=False),
        Level("an address of few", both("place_few"), 0.10, 0.0002, trained=False),
        Level("an address of some", both("place_some"), 0.05, 0.003, trained=False),
        Level("none shared by few", "ELSE", 0.50, 0.99657, trained=False),
    ),
)


# What most directors call themselves is no trade.
_TRADE = """NOT regexp_matches("occupation_l", 'DIRECTOR|MANAGER|SECRETARY|BUSINESS|CONSULTANT|NONE|SELF|RETIRED|ENTREPRENEUR|PARTNER')"""

# A middle name that only one of two registers' entries states tells namesakes apart as often as it is left out.
# Of an unlisted surname fewer than one in 100,000 are called: among 67 million people born in 700 months, one of a hundred forenames
# has one namesake in a hundred cases. The list knows the names of people at home; who states another nationality may be of many.
_RARE = """gamma_forename BETWEEN 3 AND 5 AND "last_l" = "last_r" AND length("last_l") > 3 AND NOT "last_listed_l" AND gamma_nationality <> 0 AND gamma_residence <> 0 AND gamma_middle_name <> 2
  AND regexp_full_match(coalesce("nationality_l", "nationality_r", ''), '(|BRITISH|ENGLISH|SCOTTISH|WELSH|IRISH|NORTHERN IRISH|UNITED KINGDOM)')"""

PERSON: Final = Model(
    decider="person-1",
    kinds=("Person",),
    # By whatever name they are known: a firm's people whom books have by first names are many, not one.
    who="(coalesce(b.both_names, b.canon, b.last), b.year, b.month)",
    comparisons=(
        FORENAME,
        SURNAME,
        MIDDLE,
        TITLE,
        GENERATION,
        BORN,
        _word("nationality", "nationality", 0.97, 0.3, 0.02, _union("nationality")),
        _word("residence", "country", 0.95, 0.3, 0.04, _union("country")),
        _word("occupation", "occupation", 0.85, 0.07, 0.12, _empty("occupation")),
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
    # Namesakes born in one month are many: such a pair needs the day, a tie, a surname that hardly anybody bears, or a country or nationality and a middle name or trade.
    # Nor is anybody somebody of whose name nothing is to be compared; a surname alone is a household's, but for one born then.
    corroborated=f"""(gamma_forename >= 0 OR (gamma_surname >= 0 AND gamma_birth_date >= 3)) AND (gamma_birth_date = 4 OR gamma_phone_or_email = 2 OR gamma_company_or_address >= 2
      OR (gamma_birth_date = 3 AND greatest(gamma_nationality, gamma_residence) = 1 AND gamma_nationality <> 0 AND gamma_residence <> 0
        AND (("middle_l" = "middle_r" AND length("middle_l") > 1) OR ("occupation_l" = "occupation_r" AND {_TRADE})))
      OR (gamma_birth_date = 3 AND {_RARE}))""",
    vetoes=(
        ("forenames contradict", "gamma_forename = 0"),
        ("surnames contradict", "gamma_surname = 0 AND gamma_birth_date < 3"),
        (
            "middle names contradict",
            """gamma_middle_name = 0 AND NOT list_has_any(string_split("middle_l", ' '), string_split("middle_r", ' '))""",
        ),
        ("titles contradict", "gamma_title = 0"),
        # Of a common name a large employer has several; their numbers tell them apart.
        (
            "an employer by name alone, other numbers",
            'gamma_company_or_address = 3 AND gamma_phone_or_email = 0 AND "last_listed_l" AND gamma_birth_date < 3',
        ),
        # A register of one company, or one person's phone book, has seldom two entries of one person.
        (
            "two entries of one list, born otherwise",
            'gamma_birth_date = 1 AND coalesce(list_has_any("entries_l", "entries_r"), false)',
        ),
        (
            "two entries of one list, of other nationality and country",
            'gamma_nationality = 0 AND gamma_residence = 0 AND coalesce(list_has_any("entries_l", "entries_r"), false)',
        ),
        (
            "two cards of one book, no number shared",
            'coalesce("book_l" = "book_r", false) AND gamma_phone_or_email < 1 AND (gamma_birth_date < 3 OR gamma_forename = 6)',
        ),
        ("generation", "gamma_generation = 0"),
    ),
    unseen=RAREST,
    mark=("year", "month", "day"),
    called=True,
    besides=("entries", "book"),
    impossible="abs(l.year - r.year) > 1 AND l.month <> r.month",
    training=(
        "l.first = r.first AND l.last = r.last",
        "l.year = r.year AND l.month = r.month AND list_has_any(l.body_few, r.body_few)",
    ),
)
