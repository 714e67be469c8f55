"""Made-up tables with truth, of any size and of errors of their own: to see that no constant fits one published set.

People as voters or patients are listed, and organisations as directories list them; seeded, nobody real.
"""

from __future__ import annotations

import csv
import string
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, TypeVar

from tests.world.addresses import _STREETS, _TOWNS
from tests.world.company_names import company_name
from tests.world.name_lists import CULTURES, NICKNAMES

Row = dict[str, str]
T = TypeVar("T")


@dataclass(frozen=True)
class Errors:
    """How often a value of a copy is changed (typed wrongly) or left out, and how often names change places."""

    typed: float = 0.15
    missing: float = 0.12
    swapped: float = 0.05
    moved: float = 0.15


MILD: Final = Errors(0.06, 0.05, 0.02, 0.05)
HARD: Final = Errors(0.25, 0.25, 0.08, 0.25)


def people(rows: int, seed: int, errors: Errors = Errors()) -> list[Row]:
    """About so many rows of people, one to five of each: cluster, id, names, birth date, address, phone, e-mail."""
    return _copies(rows, Random(seed), errors, _person, _worse_person)


def bodies(rows: int, seed: int, errors: Errors = Errors()) -> list[Row]:
    """About so many rows of organisations, one to five of each: cluster, id, name, address in one line, phone."""
    return _copies(rows, Random(seed), errors, _body, _worse_body)


PEOPLE_TOML: Final = """task = "dedupe"
kind = "Person"
records = ["rows.csv"]
id = "id"
[truth]
cluster = "cluster"
[columns]
given = "first_name"
family = "last_name"
born = "birth_date"
sex = "gender"
number = "house_number"
road = "street"
town = "city"
code = "postcode"
phone = "phone"
mail = "email"
"""
BODIES_TOML: Final = """task = "dedupe"
kind = "Organisation"
records = ["rows.csv"]
id = "id"
[truth]
cluster = "cluster"
[columns]
title = "name"
where = "address"
code = "postcode"
phone = "phone"
"""


def write(folder: Path, rows: list[Row], said: str) -> Path:
    """The folder, with rows.csv and truth.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (folder / "truth.toml").write_text(said, encoding="utf-8")
    return folder


def _copies(
    rows: int,
    draw: Random,
    errors: Errors,
    make: Callable[[Random, int], Row],
    worse: Callable[[Random, Row, Errors], Row],
) -> list[Row]:
    found: list[Row] = []
    thing = 0
    while len(found) < rows:
        first = make(draw, thing)
        for copy in range(draw.choice((1, 1, 1, 2, 2, 3, 5))):
            row = first if copy == 0 else worse(draw, first, errors)
            found.append({"cluster": f"t{thing}", **row})
        thing += 1
    draw.shuffle(found)
    return [{"id": f"r{n}", **row} for n, row in enumerate(found[:rows])]


def _skewed(draw: Random, values: tuple[T, ...]) -> T:
    return values[int(len(values) * draw.random() ** 1.7)]


def _person(draw: Random, thing: int) -> Row:
    culture = draw.choices(CULTURES, [c.weight for c in CULTURES])[0]
    sex = draw.choice("MF")
    given = _skewed(draw, culture.men if sex == "M" else culture.women)
    family = _skewed(draw, culture.surnames)
    return {
        "given": given,
        "family": family,
        "born": f"{draw.randint(1, 28):02d}/{draw.randint(1, 12):02d}/{draw.randint(1930, 2005)}",
        "sex": sex,
        **_home(draw),
        "phone": f"07{draw.randint(100000000, 999999999)}" if draw.random() < 0.6 else "",
        "mail": f"{given.lower()}.{family.lower()}{draw.randint(1, 99)}@example.org"
        if draw.random() < 0.5
        else "",
    }


def _home(draw: Random) -> Row:
    town = _skewed(draw, tuple(_TOWNS))
    return {
        "number": str(draw.randint(1, 180)),
        "road": _skewed(draw, tuple(_STREETS)),
        "town": str(town[0] if isinstance(town, tuple) else town),
        "code": f"{draw.choice('ABLMNS')}{draw.randint(1, 30)} {draw.randint(1, 9)}{draw.choice('ABDEF')}{draw.choice('HJLNP')}",
    }


def _worse_person(draw: Random, row: Row, errors: Errors) -> Row:
    row = dict(row)
    if draw.random() < errors.moved:
        row |= _home(draw)
    if draw.random() < errors.moved / 2 and row["given"] in NICKNAMES:
        row["given"] = NICKNAMES[row["given"]]
    if draw.random() < errors.swapped:
        row["given"], row["family"] = row["family"], row["given"]
    if draw.random() < errors.swapped:
        day, month, year = row["born"].split("/")
        row["born"] = f"{month}/{day}/{year}"
    return _worn(draw, row, errors)


def _body(draw: Random, thing: int) -> Row:
    home = _home(draw)
    return {
        "title": company_name(draw, thing, "Private Limited Company", thing + 1),
        "where": f"{home['number']} {home['road']}, {home['town']}",
        "code": home["code"],
        "phone": f"01{draw.randint(100000000, 999999999)}" if draw.random() < 0.7 else "",
    }


def _worse_body(draw: Random, row: Row, errors: Errors) -> Row:
    row = dict(row)
    if draw.random() < errors.moved:
        home = _home(draw)
        row["where"], row["code"] = f"{home['number']} {home['road']}, {home['town']}", home["code"]
    if draw.random() < errors.swapped * 3:
        words = row["title"].split()
        row["title"] = " ".join(words[:-1]) or row["title"]
    row["where"] = row["where"].replace("Street", draw.choice(("Street", "St", "St.")))
    return _worn(draw, row, errors)


def _worn(draw: Random, row: Row, errors: Errors) -> Row:
    for name, value in row.items():
        if value and name != "sex" and draw.random() < errors.missing:
            row[name] = ""
        elif value and draw.random() < errors.typed:
            row[name] = _typed(draw, value)
    return row


def _typed(draw: Random, text: str) -> str:
    """One slip: a character left out, put in, changed, or two that change places."""
    at = draw.randrange(len(text))
    letter = draw.choice(string.digits if text[at].isdigit() else string.ascii_lowercase)
    how = draw.randrange(4)
    if how == 0 and len(text) > 3:
        return text[:at] + text[at + 1 :]
    if how == 1:
        return text[:at] + letter + text[at:]
    if how == 2 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + letter + text[at + 1 :]
