"""From what records state to the columns that are compared: upper-case ASCII, one row a record, NULL for nothing said.

Python sees each distinct value once; what hangs on how many share a value is counted in DuckDB.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

import duckdb
import pyarrow as pa

from graph.resolution.evaluate import dates, places
from graph.resolution.evaluate.names import body, person, sound, word
from graph.resolution.evaluate.reading import Records
from graph.resolution.evaluate.vectors import vectors
from graph.values.folding import bare

T = TypeVar("T")
Texts = tuple[str, ...]

FEW: Final = 2
"""Up to so many different ones share a phone, an address for mail or a number that is worth its full weight."""
SOME: Final = 6
"""Up to so many share one that is worth something; beyond, it says nothing."""
RARE: Final = 3
"""So many of a text's rarest words are keys by which it is met."""
LISTS: Final = ("phone", "email", "url", "national_id", "registration_number")
WORDS: Final = ("gender", "nationality", "occupation", "birth_place", "country", "region", "city")


def table(
    con: duckdb.DuckDBPyConnection, records: Records, kind: str, into: str, *, linked: bool
) -> set[str]:
    """Make <into>, a row a record with all columns of the models; the names of those that say anything."""
    held = _Held(records)
    n = len(records)
    columns: dict[str, Any] = {
        "mno": pa.array(range(n), pa.int64()),
        "rid": pa.array(records.file if linked else range(n), pa.int64()),
        "keys": pa.array([[]] * n, pa.list_(pa.string())),
    }
    columns |= _people(held) if kind == "Person" else {}
    columns |= _bodies(held, "company_name" if kind == "Person" else "name")
    columns |= _births(held) | _places(held) | _words(held) | _lists(held) | _others(held)
    filled = {name for name, values in columns.items() if len(values) > values.null_count}
    sharers = _who(columns)
    for name in LISTS:
        if name in filled:
            columns[f"{name}_few"], columns[f"{name}_some"] = _shared(columns[name].to_pylist(), sharers)
    con.register("v_cleaned", pa.table(columns))
    con.execute(f"CREATE OR REPLACE TABLE {into} AS SELECT * FROM v_cleaned")
    con.unregister("v_cleaned")
    return filled


class _Held:
    """The records' texts by our names; functions over them see each distinct combination once."""

    def __init__(self, records: Records) -> None:
        self.n = len(records)
        self.values = records.values

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def column(self, name: str) -> list[Texts]:
        return self.values.get(name) or [()] * self.n

    def each(self, names: Sequence[str], make: Callable[..., T]) -> list[T]:
        """make(texts of the first name, texts of the second, …) of each row."""
        made: dict[tuple[Texts, ...], T] = {}
        found = []
        for row in zip(*(self.column(name) for name in names), strict=True):
            if row not in made:
                made[row] = make(*row)
            found.append(made[row])
        return found


def _people(held: _Held) -> dict[str, pa.Array[Any]]:
    rows = held.each(("name", "first_name", "middle_name", "last_name"), person)
    first, canon, middle, last, aliases, firsts, lasts, after = zip(*rows, strict=True)
    return {
        "first": _texts(first),
        "canon": _texts(canon),
        "middle": _texts(middle),
        "last": _texts(last),
        "sound_first": _texts([sound(text) if text else None for text in canon]),
        "sound_last": _texts([sound(text) if text else None for text in last]),
        "both_names": _texts(
            [" ".join(sorted((c, s))) if c and s else None for c, s in zip(canon, last, strict=True)]
        ),
        "aliases": _many(aliases),
        "firsts": _many(firsts),
        "lasts": _many(lasts),
        "after": pa.array(after, pa.int32()),
    }


def _bodies(held: _Held, field: str) -> dict[str, pa.Array[Any]]:
    """Names of organisations; field: where they are, beside company_name."""
    both = [field] if field == "company_name" else ["company_name", "name"]
    if not any(name in held for name in both):
        return {}
    rows = held.each(both, body)
    full, key, aliases, codes = zip(*rows, strict=True)
    rare = _rarest([(k or "").split() for k in key])
    return {
        "body": _texts(full),
        "body_key": _texts(key),
        "body_aliases": _many(aliases),
        "body_codes": _many(codes),
        "body_rare": _many(rare),
        "body_sounds": _many([[sound(w) for w in words] if words else [] for words in rare]),
        "body_solid": _texts([k.replace(" ", "") if k else None for k in key]),
        "body_vec": vectors(full),
    }


def _births(held: _Held) -> dict[str, pa.Array[Any]]:
    if "birth_date" not in held and "birth_year" not in held:
        return {}
    lead = dates.day_first(text for texts in held.column("birth_date") for text in texts)
    rows = held.each(("birth_date", "birth_year"), lambda day, year: _born(day, year, lead))
    numbers = [pa.array([row[n] or None if row else None for row in rows], pa.int32()) for n in range(3)]
    whole = [
        f"{y:04d}{m:02d}{d:02d}" if (y and m and d) else None
        for y, m, d in (row or (0, 0, 0) for row in rows)
    ]
    return {"year": numbers[0], "month": numbers[1], "day": numbers[2], "born": _texts(whole)}


def _born(day: Texts, year: Texts, lead: bool) -> dates.Born | None:
    found = [parts for text in day + year if (parts := dates.born(text, days_lead=lead))]
    parts = max(found, key=lambda p: sum(map(bool, p)), default=None)
    # Beyond what the columns hold, a year is noise.
    return parts if parts and parts[0] < 10_000 and parts[1] < 100 and parts[2] < 100 else None


def _places(held: _Held) -> dict[str, pa.Array[Any]]:
    if not any(name in held for name in ("house_number", "street", "address", "postcode")):
        return {}
    join = " ".join
    rows = held.each(
        ("house_number", "street", "address", "postcode"),
        lambda number, street, line, code: places.place(
            join(number), ", ".join(street), ", ".join(line), join(code[:1])
        ),
    )
    premises, unit, street, text, postcode = zip(*rows, strict=True)
    return {
        "premises": _texts(premises),
        "unit": _texts(unit),
        "street": _texts(street),
        "postcode": _texts(postcode),
        "place": _texts(text),
        "premises_street": _texts(
            [f"{p} {s}" if p and s else None for p, s in zip(premises, street, strict=True)]
        ),
        "place_vec": vectors(street),
        "place_rare": _many(_rarest([(s or "").split() for s in street], 2)),
    }


def _words(held: _Held) -> dict[str, pa.Array[Any]]:
    found = {}
    for name in WORDS:
        if name in held:
            found[name] = _texts(held.each((name,), lambda texts: word(" ".join(texts))))
    if "gender" in found:
        found["gender"] = _texts([text[:1] if text else None for text in found["gender"].to_pylist()])
    return found


def _lists(held: _Held) -> dict[str, pa.Array[Any]]:
    clean = {"phone": _phone, "email": _email, "url": _url}
    found: dict[str, pa.Array[Any]] = {}
    for name in LISTS:
        if name in held:
            make = clean.get(name, _number)
            values = held.each((name,), lambda texts, make=make: sorted({v for t in texts for v in make(t)}))
            found[name] = _many(values)
            found[f"{name}_one"] = _texts([v[0] if v else None for v in values])
    return found


def _phone(text: str) -> Iterable[str]:
    """The last nine digits, which a country's code and a leading nought do not change."""
    digits = re.sub(r"(?i)(?:x|ext|extension)\.?\s*\d+\s*$", "", text)
    held = "".join(c for c in bare(digits) if c.isdigit()).lstrip("0")
    return [held[-9:]] if len(held) >= 5 else []


def _email(text: str) -> Iterable[str]:
    inside = re.search(r"<([^<>]*@[^<>]*)>", text)
    held = "".join((inside[1] if inside else text).lower().removeprefix("mailto:").split()).strip("<>.,;")
    return [held] if held else []


def _url(text: str) -> Iterable[str]:
    held = re.sub(r"^[a-z]+://|^www\d?\.|/+$", "", text.strip().lower())
    held = re.sub(r"^www\d?\.", "", held)
    return [held] if held else []


def _number(text: str) -> Iterable[str]:
    held = bare(text).replace(" ", "")
    return [held] if held else []


def _others(held: _Held) -> dict[str, pa.Array[Any]]:
    found: dict[str, pa.Array[Any]] = {}
    for name in sorted(n for n in held.values if n.startswith("other_")):
        texts = held.each((name,), lambda stated: word(" ".join(stated)))
        found[name] = _texts(texts)
        found[f"{name}_rare"] = _many(_rarest([(t or "").split() for t in texts]))
        if sum(1 for t in texts if t and " " in t) > 0.2 * sum(1 for t in texts if t):
            found[f"{name}_vec"] = vectors(texts)
    return found


def _who(columns: dict[str, Any]) -> list[str | None]:
    """What tells two sharers of a number apart, roughly: where they are, else what they are called."""
    order = ("sound_last", "premises", "body_solid", "street", "born", "canon")
    parts = [columns[name].to_pylist() for name in order if name in columns]
    return [next((v[:6] for v in values if v), None) for values in zip(*parts, strict=True)] if parts else []


def _shared(
    rows: Sequence[list[str] | None], who: Sequence[str | None]
) -> tuple[pa.Array[Any], pa.Array[Any]]:
    """The values of each row that few different ones have, and those that some have."""
    sharers: dict[str, set[str]] = {}
    for values, one in zip(rows, who or [None] * len(rows), strict=True):
        for value in values or ():
            sharers.setdefault(value, set()).update([one] if one else [])
    few = [[v for v in values or () if len(sharers[v]) <= FEW] for values in rows]
    some = [[v for v in values or () if FEW < len(sharers[v]) <= SOME] for values in rows]
    return _many(few), _many(some)


def _rarest(rows: Sequence[Sequence[str]], most: int = RARE) -> list[list[str]]:
    """The rarest words of each row that at least two rows have, rarest first."""
    counted = Counter(word for words in rows for word in set(words))
    made: dict[tuple[str, ...], list[str]] = {}
    found = []
    for words in rows:
        held = tuple(words)
        if held not in made:
            kept = {w for w in held if counted[w] > 1 and len(w) > 1}
            made[held] = sorted(kept, key=lambda w: (counted[w], w))[:most]
        found.append(made[held])
    return found


def _texts(values: Iterable[str | None]) -> pa.Array[Any]:
    return pa.array(list(values), pa.string())


def _many(values: Iterable[Sequence[str]]) -> pa.Array[Any]:
    """Lists, NULL for an empty one."""
    return pa.array([list(v) or None for v in values], pa.list_(pa.string()))
