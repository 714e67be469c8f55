"""Blocking keys of a table: many narrow ones, so that two records of one thing share some whatever went wrong between
them. A key that too many share is narrowed by another column, and left out where that does not help (scoring.py)."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from graph.resolution.models.base import Key

_PEOPLE: Final = (
    ("both names", "both_names", "coalesce(born, postcode, city)"),
    ("sounds of both names", "least(sound_first, sound_last) || '|' || greatest(sound_first, sound_last)", "coalesce(year::VARCHAR, postcode)"),
    ("surname and initial", "last || '|' || substr(canon, 1, 1)", "year"),
    ("forename and initial", "canon || '|' || substr(last, 1, 1)", "year"),
    ("starts of both names", "least(substr(canon, 1, 3), substr(last, 1, 3)) || '|' || greatest(substr(canon, 1, 3), substr(last, 1, 3))", "year"),
    ("surname", "last", "substr(canon, 1, 2)"),
    ("sound of the surname", "sound_last", "born"),
    ("forename", "canon", "substr(last, 1, 2)"),
    ("surname as a forename", "unnest([last, canon])", "born"),
    ("another name", "unnest(aliases)", "born"),
    ("forename and birth month", "canon || '|' || year || '|' || month", "day"),
    ("surname and birth month", "last || '|' || year || '|' || month", "day"),
    ("forename and birth day", "canon || '|' || month || '|' || day", "substr(last, 1, 1)"),
    ("surname and birth day", "last || '|' || month || '|' || day", "substr(canon, 1, 1)"),
    ("surname and year", "sound_last || '|' || year", "substr(canon, 1, 1)"),
    ("forename and year", "sound_first || '|' || year", "substr(last, 1, 1)"),
    ("initials and birth date", "substr(canon, 1, 1) || '|' || born", "substr(last, 1, 1)"),
    ("forename and premises", "canon || '|' || premises", "street"),
    ("surname and premises", "last || '|' || premises", "street"),
    ("forename and postal code", "canon || '|' || postcode", "year"),
    ("surname and postal code", "sound_last || '|' || postcode", "year"),
    ("forename and town", "sound_first || '|' || city", "substr(last, 1, 2)"),
    ("surname and town", "sound_last || '|' || city", "substr(canon, 1, 2)"),
    ("town and birth month", "city || '|' || year || '|' || month", "day"),
    ("forename and birth place", "sound_first || '|' || birth_place", "year"),
    ("surname and birth place", "sound_last || '|' || birth_place", "year"),
    ("birth place and date", "birth_place || '|' || year", "coalesce(month::VARCHAR, substr(last, 1, 1))"),
    ("surname and occupation", "sound_last || '|' || occupation", "year"),
    ("forename and street", "canon || '|' || unnest(place_rare)", "year"),
    ("surname and street", "last || '|' || unnest(place_rare)", "year"),
)  # fmt: skip
_BODIES: Final = (
    ("name", "body_key", "coalesce(postcode, city, phone_one)"),
    ("a rare word", "unnest(body_rare)", "coalesce(premises, postcode, substr(body_solid, 1, 4))"),
    ("two rare words", "body_rare[1] || '|' || body_rare[2]", "premises"),
    ("the first and third rare word", "body_rare[1] || '|' || body_rare[3]", "premises"),
    ("the second and third rare word", "body_rare[2] || '|' || body_rare[3]", "premises"),
    ("the sound of a word", "unnest(body_sounds)", "substr(body_solid, 1, 3)"),
    ("start of the name", "substr(body_solid, 1, 5)", "coalesce(postcode, substr(body_solid, 6, 3))"),
    ("end of the name", "right(body_solid, 6)", "left(body_solid, 3)"),
    ("another name", "unnest(body_aliases)", "postcode"),
    ("a number in the name", "unnest(body_codes)", "body_rare[1]"),
    ("premises and start of the name", "premises || '|' || substr(body_solid, 1, 3)", "substr(street, 1, 3)"),
    ("premises and a rare word", "premises || '|' || unnest(body_rare)", "substr(street, 1, 3)"),
    ("postal code and start of the name", "postcode || '|' || substr(body_solid, 1, 3)", "premises"),
    ("town and a rare word", "city || '|' || unnest(body_rare)", "substr(body_solid, 1, 3)"),
)  # fmt: skip
_ANY: Final = (
    ("birth date", "born", "coalesce(substr(last, 1, 1), gender)"),
    ("birth date in any order", "year || '|' || least(month, day) || '|' || greatest(month, day)", "substr(last, 1, 1)"),
    ("digits of the birth date", "list_aggregate(list_sort(string_split(born, '')), 'string_agg', '')", "substr(canon, 1, 2)"),
    ("phone", "unnest(phone)", "coalesce(substr(last, 1, 2), substr(body_solid, 1, 3), premises)"),
    ("end of the phone", "right(phone_one, 6)", "coalesce(substr(last, 1, 2), substr(body_solid, 1, 3))"),
    ("start of the phone", "left(phone_one, greatest(length(phone_one) - 2, 5))", "coalesce(substr(last, 1, 2), substr(body_solid, 1, 3))"),
    ("email", "unnest(email)", "coalesce(substr(last, 1, 2), substr(body_solid, 1, 3))"),
    ("name of the email", "split_part(email_one, '@', 1)", "coalesce(substr(last, 1, 2), substr(body_solid, 1, 3))"),
    ("start of the email", "substr(email_one, 1, 6)", "coalesce(substr(last, 1, 2), year::VARCHAR)"),
    ("house and digits of the email", "regexp_replace(email_one, '[^0-9]', '', 'g') || '|' || split_part(email_one, '@', 2)", "substr(email_one, 1, 3)"),
    ("web page", "unnest(url)", "coalesce(premises, substr(body_solid, 1, 3))"),
    ("national number", "unnest(national_id)", "coalesce(substr(last, 1, 2), substr(body_solid, 1, 3))"),
    ("start of the national number", "left(national_id_one, 5)", "substr(last, 1, 1)"),
    ("end of the national number", "right(national_id_one, 5)", "substr(last, 1, 1)"),
    ("registered number", "unnest(registration_number)", "coalesce(substr(last, 1, 2), substr(body_solid, 1, 3))"),
    ("address", "premises || '|' || street", "coalesce(sound_first, substr(body_solid, 1, 3))"),
    ("premises and start of the street", "premises || '|' || substr(street, 1, 4)", "coalesce(postcode, city, substr(body_solid, 1, 2))"),
    ("premises and a rare word of the street", "premises || '|' || unnest(place_rare)", "coalesce(postcode, city)"),
    ("premises and postal code", "premises || '|' || postcode", "coalesce(substr(canon, 1, 1), substr(street, 1, 3))"),
    ("street and postal code", "street || '|' || postcode", "coalesce(substr(canon, 1, 1), substr(body_solid, 1, 2))"),
    ("street", "street", "coalesce(substr(canon, 1, 2), substr(body_solid, 1, 3), postcode)"),
    ("postal code", "postcode", "coalesce(born, substr(last, 1, 2))"),
)  # fmt: skip


def keys(kind: str, filled: Collection[str]) -> tuple[Key, ...]:
    """The keys that a table with these columns has anything for."""
    known = [*(_PEOPLE if kind == "Person" else ()), *(_BODIES if "body" in filled else ()), *_ANY]
    for name in sorted(c for c in filled if c.startswith("other_") and c.count("_") == 1):
        known.append(
            (
                f"a rare word of {name}",
                f"unnest({name}_rare)",
                "coalesce(substr(body_solid, 1, 2), substr(last, 1, 2))",
            )
        )
        known.append(
            (f"two rare words of {name}", f"{name}_rare[1] || '|' || {name}_rare[2]", f"{name}_rare[3]")
        )
        known.append(
            (
                f"start of {name}",
                f"substr({name}, 1, 12)",
                "coalesce(substr(body_solid, 1, 2), substr(last, 1, 2))",
            )
        )
    return tuple(
        Key(name, sql, _narrow(more, filled)) for name, sql, more in known if _columns(sql) <= set(filled)
    )


_FUNCTIONS: Final = frozenset(
    [
        "least",
        "greatest",
        "substr",
        "unnest",
        "coalesce",
        "right",
        "left",
        "length",
        "split_part",
        "regexp_replace",
        "list_aggregate",
        "list_sort",
        "string_split",
        "VARCHAR",
        "g",
        "string_agg",
    ]
)


def _columns(sql: str) -> set[str]:
    bare = re.sub(r"'[^']*'", "", sql)
    return set(re.findall(r"[a-z_][a-z_0-9]*", bare)) - _FUNCTIONS


def _narrow(sql: str, filled: Collection[str]) -> str:
    """The narrowing column, without those that the table lacks; NULL where it lacks all."""
    if sql.startswith("coalesce("):
        parts = [p for p in _split(sql[9:-1]) if _columns(p) <= set(filled)]
        return f"coalesce({', '.join(f'({p})::VARCHAR' for p in parts)})" if parts else "NULL"
    return sql if _columns(sql) <= set(filled) else "NULL"


def _split(text: str) -> list[str]:
    """At the commas outside of brackets."""
    parts, depth, start = [], 0, 0
    for n, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            parts.append(text[start:n].strip())
            start = n + 1
    return [*parts, text[start:].strip()]
