"""The model of a table: of all that records may state, what these do. Values only.

m and u are what is usual; learning.py replaces them by the table's own as far as the table can teach. No level names a
set, a country or a column of anybody's.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from graph.resolution.evaluate.keys import keys
from graph.resolution.models.base import Comparison, Level, Model

_SWAPPED: Final = '"canon_l" = "last_r" AND "last_l" = "canon_r"'
_CROSSED: Final = """jaro_winkler_similarity("last_l", "last_r") < 0.8 AND greatest(
    jaro_winkler_similarity("canon_l", "last_r"), jaro_winkler_similarity("last_l", "canon_r")) >= 0.92"""
_ALIAS: Final = 'list_has_any("aliases_l", "aliases_r")'
_INITIAL: Final = """(length("first_l") = 1 OR length("first_r") = 1) AND substr("first_l", 1, 1) = substr("first_r", 1, 1)"""
_AMONG: Final = 'list_has_any("firsts_l", "firsts_r")'
_PART: Final = 'list_has_any("lasts_l", "lasts_r")'


def _near(column: str, least: float) -> str:
    return f'jaro_winkler_similarity("{column}_l", "{column}_r") >= {least}'


SLIPS: Final = 200
"""Characters of the longest texts in which slips are looked for: that takes the product of two lengths. Longer ones are near or not."""


def _typo(column: str, most: int = 1) -> str:
    """Few edits; what cannot be is told by the lengths and a cheaper likeness first."""
    left, right = f'length("{column}_l")', f'length("{column}_r")'
    alike = f'jaro_similarity("{column}_l", "{column}_r") >= {0.75 if most == 1 else 0.6}'
    may = f"greatest({left}, {right}) <= {SLIPS} AND abs({left} - {right}) <= {most}"
    slip = f'damerau_levenshtein("{column}_l", "{column}_r") <= {most}'
    return f"CASE WHEN NOT ({may}) THEN false WHEN {alike} THEN {slip} ELSE false END"


def _start(column: str) -> str:
    return f"""length(least("{column}_l", "{column}_r")) >= 3 AND (starts_with("{column}_l", "{column}_r") OR starts_with("{column}_r", "{column}_l"))"""


def _null(*columns: str) -> Level:
    return Level("not stated", " OR ".join(f'"{c}_l" IS NULL OR "{c}_r" IS NULL' for c in columns), null=True)


# What two columns tell at once (both change places) is weighed once, by the forename.
FORENAME: Final = Comparison(
    "forename",
    ("first", "middle"),
    (
        _null("first"),
        Level("same", '"first_l" = "first_r"', 0.75, 0.01, frequency="first"),
        Level("forms of one name", '"canon_l" = "canon_r"', 0.03, 0.0005),
        Level("forename and surname change places, or another whole name is the same", f"({_SWAPPED}) OR {_ALIAS}", 0.02, 0.00002),
        Level("one slip", f'{_typo("first")} AND least(length("first_l"), length("first_r")) > 3', 0.05, 0.0015),
        Level("near", _near("first", 0.88), 0.04, 0.005),
        Level("an initial", _INITIAL, 0.03, 0.006),
        Level("the start, the sound or another forename", f'({_start("first")}) OR {_AMONG} OR "sound_first_l" = "sound_first_r"', 0.02, 0.004),
        Level("one's forename is the other's surname", _CROSSED, 0.02, 0.002),
        Level("somewhat near", _near("first", 0.75), 0.02, 0.03),
        Level("different", "ELSE", 0.05, 0.94),
    ),
)  # fmt: skip

SURNAME: Final = Comparison(
    "surname",
    ("last",),
    (
        Level("not stated, or told by the forename", f"""("last_l" IS NULL OR "last_r" IS NULL) OR coalesce(({_CROSSED}), false)
            OR ("last_l" <> "last_r" AND coalesce({_ALIAS}, false))""", null=True),
        Level("same", '"last_l" = "last_r"', 0.80, 0.003, frequency="last"),
        Level("one slip", f'{_typo("last")} AND least(length("last_l"), length("last_r")) > 3', 0.06, 0.0008),
        Level("near", _near("last", 0.88), 0.04, 0.003),
        Level("a part, the start, the sound or another surname", f'{_PART} OR ({_start("last")}) OR "sound_last_l" = "sound_last_r"', 0.02, 0.002),
        Level("somewhat near", _near("last", 0.75), 0.01, 0.03),
        Level("different", "ELSE", 0.05, 0.96),
    ),
)  # fmt: skip

MIDDLE: Final = Comparison(
    "middle_name",
    ("middle",),
    (
        _null("middle"),
        Level("same", '"middle_l" = "middle_r"', 0.80, 0.02, frequency="middle"),
        Level("an initial, or some of them", """substr("middle_l", 1, 1) = substr("middle_r", 1, 1)
            AND (length("middle_l") = 1 OR length("middle_r") = 1 OR starts_with("middle_l", "middle_r") OR starts_with("middle_r", "middle_l"))""", 0.10, 0.03),
        Level("near", _near("middle", 0.88), 0.05, 0.008),
        Level("different", "ELSE", 0.05, 0.94),
    ),
)  # fmt: skip

AFTER: Final = Comparison(
    "junior_or_senior",
    ("after",),
    (
        _null("after"),
        Level("same", '"after_l" = "after_r"', 0.97, 0.5),
        Level("different", "ELSE", 0.03, 0.5),
    ),
)

_Y, _M, _D = ('"year_l" = "year_r"', '"month_l" = "month_r"', '"day_l" = "day_r"')
BORN: Final = Comparison(
    "birth_date",
    ("year", "month", "day"),
    (
        _null("year"),
        Level("same day", '"born_l" = "born_r"', 0.75, 0.00005),
        Level("day and month change places", f'{_Y} AND "month_l" = "day_r" AND "day_l" = "month_r"', 0.02, 0.0001),
        Level("as far as it is told", f'{_Y} AND ("born_l" IS NULL OR "born_r" IS NULL) AND coalesce({_M}, true) AND coalesce({_D}, true)', 0.90, 0.012),
        Level("a year or two apart, no day told", '("born_l" IS NULL OR "born_r" IS NULL) AND abs("year_l" - "year_r") <= 2', 0.05, 0.06),
        Level("one slip", _typo("born"), 0.08, 0.0015),
        Level("two parts of three", f"({_Y} AND {_M}) OR ({_Y} AND {_D}) OR ({_M} AND {_D})", 0.05, 0.004),
        Level("two slips", _typo("born", 2), 0.03, 0.02),
        Level("the year", _Y, 0.01, 0.01),
        Level("different", "ELSE", 0.04, 0.96),
    ),
)  # fmt: skip

# One tie, not four: where the street agrees, its postal code and town say nothing more.
_STREET_SAME: Final = '"street_l" = "street_r"'
_STREET_NEAR: Final = 'array_inner_product("place_vec_l", "place_vec_r")'
_PREMISES: Final = '"premises_l" = "premises_r"'
ADDRESS: Final = Comparison(
    "address",
    ("premises", "unit", "street"),
    (
        _null("street"),
        Level("same, other units", f'{_PREMISES} AND {_STREET_SAME} AND "unit_l" <> "unit_r"', 0.02, 0.0001),
        Level("same", '"premises_street_l" = "premises_street_r"', 0.55, 0.0002, frequency="premises_street"),
        Level("same premises, street near", f'{_PREMISES} AND ({_STREET_NEAR} >= 0.6 OR ({_typo("street")}))', 0.12, 0.0001),
        Level("same premises, street somewhat near", f"{_PREMISES} AND {_STREET_NEAR} >= 0.35", 0.05, 0.0002),
        Level("street alone told, and same", f'{_STREET_SAME} AND ("premises_l" IS NULL OR "premises_r" IS NULL)', 0.05, 0.001),
        Level("same street, premises one slip off", f'{_STREET_NEAR} >= 0.6 AND {_typo("premises")}', 0.04, 0.002),
        Level("same street", f"{_STREET_NEAR} >= 0.6", 0.03, 0.004),
        Level("street near or same premises", f"{_STREET_NEAR} >= 0.4 OR {_PREMISES}", 0.04, 0.03),
        Level("different", "ELSE", 0.15, 0.96),
    ),
)  # fmt: skip

_AGREED: Final = '"premises_street_l" = "premises_street_r"'


def _postcode(given: Collection[str]) -> Comparison:
    said = f" OR coalesce({_AGREED}, false)" if "street" in given else ""
    city = "city" in given
    return Comparison(
        "postcode",
        ("postcode",),
        (
            Level("not stated, or the address agrees", f'"postcode_l" IS NULL OR "postcode_r" IS NULL{said}', null=True),
            Level("same", '"postcode_l" = "postcode_r"', 0.75, 0.003, frequency="postcode"),
            Level("one slip", _typo("postcode"), 0.10, 0.01),
            *([Level("same town", '"city_l" = "city_r"', 0.05, 0.02)] if city else []),
            Level("same start", 'substr("postcode_l", 1, 3) = substr("postcode_r", 1, 3)', 0.03, 0.04),
            Level("different", "ELSE", 0.10, 0.95),
        ),
    )  # fmt: skip


def _word(name: str, m: float, u: float, given: Collection[str] = ()) -> Comparison:
    said = f" OR coalesce({_AGREED}, false)" if "street" in given else ""
    return Comparison(
        name,
        (name,),
        (
            Level("not stated", f'"{name}_l" IS NULL OR "{name}_r" IS NULL{said}', null=True),
            Level("same", f'"{name}_l" = "{name}_r"', m, u, frequency=None if name == "gender" else name),
            Level("near", f"{_near(name, 0.88)} OR ({_start(name)})", 0.06, 0.01),
            Level("different", "ELSE", 1 - m, 1 - u),
        ),
    )


FEW: Final = "shared by few"
NUMBERS: Final = ("national_id", "registration_number")
MANY: Final = "shared by many"
"""A phone, page or number of this level is a switchboard's or a chain's: it says no more for one than is usual, whatever a table
teaches, or learning takes all that share one for one thing."""


def _shared(
    name: str, label: str, near: tuple[Level, ...], m: float = 0.6, unlike: float = 0.25
) -> Comparison:
    def has(which: str) -> str:
        return f'list_has_any("{name}_{which}_l", "{name}_{which}_r")'

    return Comparison(
        label,
        (name,),
        (
            _null(name),
            Level(FEW, has("few"), m, 0.0003),
            Level("shared by some", has("some"), 0.10, 0.001),
            Level(MANY, f'list_has_any("{name}_l", "{name}_r")', 0.05, 0.01),
            *near,
            Level("different", "ELSE", unlike, 0.98),
        ),
    )


_LOCAL: Final = "split_part(\"email_one_{}\", '@', 1)"
_SAME_LOCAL: Final = f"length({_LOCAL.format('l')}) >= 4 AND {_LOCAL.format('l')} = {_LOCAL.format('r')}"
_DIGITS: Final = "regexp_replace(\"email_one_{}\", '[^0-9]', '', 'g')"
_DIGITS_SAME: Final = f"{_DIGITS.format('l')} = {_DIGITS.format('r')}"
# Addresses are made of names: namesakes have near ones, told apart by their digits. What the name says is not said twice.
EMAIL: Final = _shared(
    "email",
    "email",
    (
        Level("one name elsewhere", _SAME_LOCAL, 0.10, 0.0005),
        Level("one or two slips", f'{_DIGITS_SAME} AND ({_typo("email_one", 2)})', 0.08, 0.0003),
        Level("near", f'{_DIGITS_SAME} AND jaro_winkler_similarity({_LOCAL.format("l")}, {_LOCAL.format("r")}) >= 0.9', 0.05, 0.002),
        Level("near, with other digits", f'jaro_winkler_similarity({_LOCAL.format("l")}, {_LOCAL.format("r")}) >= 0.9', 0.04, 0.01, trained=False),
    ),
)  # fmt: skip
PHONE: Final = _shared(
    "phone",
    "phone",
    (
        Level("the last seven digits", 'length("phone_one_l") >= 7 AND length("phone_one_r") >= 7 AND right("phone_one_l", 7) = right("phone_one_r", 7)', 0.05, 0.0003),
        Level("one slip", _typo("phone_one"), 0.06, 0.0005),
        Level("one exchange", 'length("phone_one_l") >= 9 AND length("phone_one_r") >= 9 AND left("phone_one_l", 6) = left("phone_one_r", 6)', 0.03, 0.005),
        Level("one area", 'length("phone_one_l") >= 9 AND length("phone_one_r") >= 9 AND left("phone_one_l", 3) = left("phone_one_r", 3)', 0.05, 0.1),
    ),
)  # fmt: skip
URL: Final = _shared("url", "url", (Level("one site", "split_part(\"url_one_l\", '/', 1) = split_part(\"url_one_r\", '/', 1)", 0.1, 0.005),))  # fmt: skip


def _number(name: str) -> Comparison:
    slips = Level("one slip", f'{_typo(f"{name}_one")} AND length("{name}_one_l") >= 5', 0.06, 0.0002)
    return _shared(name, name, (slips,), 0.85, 0.1)


_BODY_NEAR: Final = 'array_inner_product("body_vec_l", "body_vec_r")'
_WORDS_L, _WORDS_R = "string_split(\"body_key_l\", ' ')", "string_split(\"body_key_r\", ' ')"
BODY: Final = Comparison(
    "body_name",
    ("body",),
    (
        _null("body"),
        Level("same", '"body_key_l" = "body_key_r"', 0.45, 0.0003, frequency="body_key"),
        Level("same but for spaces, order or a name it also has", f'"body_solid_l" = "body_solid_r" OR list_sort({_WORDS_L}) = list_sort({_WORDS_R}) OR list_has_any("body_aliases_l", "body_aliases_r")', 0.05, 0.0001),
        Level("near", f"{_BODY_NEAR} >= 0.85", 0.10, 0.0002),
        Level("quite near", f"{_BODY_NEAR} >= 0.7", 0.10, 0.0004),
        Level("all words of the shorter", f"len({_WORDS_L}) > 1 AND len({_WORDS_R}) > 1 AND (list_has_all({_WORDS_L}, {_WORDS_R}) OR list_has_all({_WORDS_R}, {_WORDS_L}))", 0.05, 0.0004),
        Level("half", f"{_BODY_NEAR} >= 0.55", 0.08, 0.001),
        Level("one slip, or one starts the other", f'(length("body_solid_l") > 4 AND ({_typo("body_solid")})) OR ({_start("body_solid")})', 0.03, 0.001),
        Level("some", f"{_BODY_NEAR} >= 0.4", 0.07, 0.004),
        Level("little", f"{_BODY_NEAR} >= 0.25", 0.07, 0.03),
        Level("different", "ELSE", 0.10, 0.96),
    ),
)  # fmt: skip
CODES: Final = Comparison(
    "numbers_in_name",
    ("body_codes",),
    (
        _null("body_codes"),
        Level("same", '"body_codes_l" = "body_codes_r"', 0.60, 0.01),
        Level("some", 'list_has_any("body_codes_l", "body_codes_r")', 0.20, 0.01),
        Level("different", "ELSE", 0.20, 0.98),
    ),
)


def _other(name: str, vector: bool) -> Comparison:
    near = f'array_inner_product("{name}_vec_l", "{name}_vec_r")'
    texts = (
        Level("near", f"{near} >= 0.8", 0.15, 0.002),
        Level("half", f"{near} >= 0.55", 0.12, 0.005),
        Level("some", f"{near} >= 0.35", 0.10, 0.02),
        Level("little", f"{near} >= 0.2", 0.08, 0.06),
    )
    words = (
        Level("one slip", f'{_typo(name)} AND length("{name}_l") > 3', 0.06, 0.01),
        Level("near", f"{_near(name, 0.88)} OR ({_start(name)})", 0.06, 0.02),
    )
    return Comparison(
        name,
        (name,),
        (
            _null(name),
            Level("same", f'"{name}_l" = "{name}_r"', 0.50, 0.02, frequency=name),
            *(texts if vector else words),
            Level("different", "ELSE", 0.25, 0.9),
        ),
    )


def model(kind: str, filled: Collection[str], *, most: int) -> Model:
    """The model of a table whose filled columns are given. most: records that may share a blocking key."""
    people = kind == "Person"
    found: list[Comparison] = []

    def take(column: str, *comparisons: Comparison) -> None:
        if column in filled:
            found.extend(comparisons)

    if people:
        take("first", FORENAME)
        take("last", SURNAME)
        take("middle", MIDDLE)
        take("after", AFTER)
    take("body", BODY)
    take("body_codes", CODES)
    take("year", BORN)
    take("phone", PHONE)
    take("email", EMAIL)
    take("url", URL)
    take("national_id", _number("national_id"))
    take("registration_number", _number("registration_number"))
    take("street", ADDRESS)
    take("postcode", _postcode(filled))
    for name, m, u in (("city", 0.8, 0.03), ("region", 0.9, 0.2), ("country", 0.93, 0.4)):
        take(name, _word(name, m, u, filled))
    for name, m, u in (("gender", 0.96, 0.5), ("nationality", 0.93, 0.3), ("occupation", 0.7, 0.05), ("birth_place", 0.8, 0.05)):  # fmt: skip
        take(name, _word(name, m, u))
    for name in sorted(c for c in filled if c.startswith("other_") and c.count("_") == 1):
        take(name, _other(name, f"{name}_vec" in filled))
    return Model(
        decider=f"table-{kind.lower()}",
        kinds=(kind,),
        who="",
        comparisons=tuple(found),
        keys=keys(kind, filled),
        prior=1e-4,
        accept=0.0,
        review=-30.0,
        corroborated="true",
        impossible="false",
        training=(),
        most=most,
    )
