"""Truth sets that resemble no published one: made here, seeded, nobody real. Each is a folder with truth.toml and its files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

GIVEN: Final = [
    a + b
    for a in ("Al", "Ber", "Cor", "Da", "El", "Fi", "Gre", "Ha", "Iv", "Jo")
    for b in ("na", "rick", "lia", "mond", "wen")
]
FAMILY: Final = [
    a + b
    for a in ("Ash", "Birch", "Cole", "Dane", "Elm", "Ford")
    for b in ("by", "ton", "ham", "worth", "field")
]
_DEDUPE: Final = '[truth]\ncluster = "thing"\n[columns]\n'


def ragged(folder: Path) -> Path:
    """People in latin-1 with semicolons, day before month, and rows of too many and too few fields."""
    draw = Random(5)
    given = ["Jürgen", "Björn", "Søren", "François", "Zoë", "Émile", "Anaïs", "Günther", "Håkan", "Inês"]
    family = ["Müller", "Sjöström", "Øgaard", "Lefèvre", "Núñez", "Weiß", "Gonçalves", "Bräuer", "Çelik"]
    rows = ["kennung;thing;vorname;nachname;geboren;ort;telefon"]
    for thing in range(300):
        first, last = draw.choice(given), draw.choice(family) + draw.choice(["", "mann", "son", "berg"])
        born = f"{draw.randint(1, 28):02}.{draw.randint(1, 12):02}.{draw.randint(1940, 2000)}"
        phone, town = f"0{draw.randint(10**8, 10**9 - 1)}", draw.choice(["Köln", "Malmö", "Århus", "Liège"])
        for _ in range(draw.choice([1, 2, 3])):
            values = [_worn(draw, first), _worn(draw, last), _maybe(draw, born), town, _maybe(draw, phone)]
            line = f"k{len(rows)};p{thing};" + ";".join(values)
            rows.append(line + ";extra" if draw.random() < 0.02 else line)
            if draw.random() < 0.02:
                rows.append(f"x{len(rows)};p{thing};{first}")
    said = 'task = "dedupe"\nkind = "Person"\nrecords = ["leute.csv"]\nid = "kennung"\ndelimiter = ";"\nencoding = "latin-1"\n'
    columns = 'vorname = "first_name"\nnachname = "last_name"\ngeboren = "birth_date"\nort = "city"\ntelefon = "phone"\n'
    return _folder(folder, said + _DEDUPE + columns, {"leute.csv": "\n".join(rows).encode("latin-1")})


def two_files(folder: Path) -> Path:
    """A link of two files that state other columns: a name in one piece and a date; names in two and a year."""
    draw = Random(6)
    given = ["Anna", "Bruno", "Carla", "Dev", "Erik", "Fatima", "Goran", "Hana", "Ivan", "Jun"]
    family = ["Kowal", "Lund", "Marek", "Nowak", "Okafor", "Petrov", "Quist", "Rossi", "Silva", "Tanaka"]
    left, right, pairs = ["id,full_name,dob,mail"], ["id\tgiven\tfamily\tyear\tcontact\ttown"], ["left,right"]
    for n in range(400):
        first, last = draw.choice(given), draw.choice(family) + draw.choice(["", "a", "ski", "sen", "ov"])
        year, mail = draw.randint(1940, 2004), f"{first}.{last}{draw.randint(1, 99)}@example.org".lower()
        if n < 280:
            born = f"{year}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
            left.append(f'a{n},"{last}, {first}",{born},{_maybe(draw, mail, 0.4)}')
        if n >= 120:
            right.append(
                f"b{n}\t{_worn(draw, first)}\t{_worn(draw, last)}\t{year}\t{_maybe(draw, mail, 0.3)}\tLeeds"
            )
        if 120 <= n < 280:
            pairs.append(f"a{n},b{n}")
    said = """task = "link"
kind = "Person"
records = ["a.csv", "b.tsv"]
id = "id"
[truth]
pairs = "gt.csv"
left = "left"
right = "right"
[columns]
full_name = "name"
given = "first_name"
family = "last_name"
dob = "birth_date"
year = "birth_year"
mail = "email"
contact = "email"
town = "city"
"""
    files = {"a.csv": left, "b.tsv": right, "gt.csv": pairs}
    return _folder(folder, said, {name: "\n".join(rows).encode() for name, rows in files.items()})


def nested(folder: Path) -> Path:
    """Organisations in JSON lines whose values lie in lists and objects."""
    draw = Random(7)
    words = [
        "Kestrel",
        "Harbour",
        "Northern",
        "Blue",
        "Alpine",
        "Vertex",
        "Maple",
        "Crown",
        "Delta",
        "Orchid",
    ]
    rows: list[str] = []
    for thing in range(250):
        name = " ".join([*draw.sample(words, 2), draw.choice(["Trading", "Foods", "Logistics", "Media"])])
        number = str(draw.randint(10**7, 10**8 - 1))
        street = f"{draw.randint(1, 99)} {draw.choice(['High', 'Station', 'Mill'])} {draw.choice(['Street', 'Road'])}"
        for _ in range(draw.choice([1, 2, 2, 3])):
            row = {
                "_id": len(rows), "thing": f"o{thing}", "names": [{"value": _worn(draw, name) + draw.choice([" Ltd", " Limited", ""])}],
                "registration": {"number": number if draw.random() < 0.5 else None},
                "addresses": [{"line": _worn(draw, street), "post": "AB1 2CD"}],
                "contact": {"phones": [f"01{thing:09}"] if draw.random() < 0.4 else []},
            }  # fmt: skip
            rows.append(json.dumps(row))
    said = 'task = "dedupe"\nkind = "Organisation"\nrecords = ["o.jsonl"]\nid = "_id"\n'
    columns = (
        '"names.value" = "name"\n"registration.number" = "registration_number"\n"addresses.line" = "street"\n'
    )
    columns += '"addresses.post" = "postcode"\n"contact.phones" = "phone"\n'
    return _folder(folder, said + _DEDUPE + columns, {"o.jsonl": "\n".join(rows).encode()})


def households(folder: Path) -> Path:
    """Couples and their children, each told three times: one surname, phone and address, and birth dates of their own."""
    draw = Random(8)
    rows = ["id,thing,first,last,born,phone,street,post"]
    for home in range(150):
        last, phone = draw.choice(FAMILY), f"01{home:09}"
        where = f"{draw.randint(1, 99)} {draw.choice(FAMILY)} Road,AB{home % 30} {home % 10}CD"
        for n, first in enumerate(draw.sample(GIVEN, draw.choice([2, 2, 3, 4]))):
            born = f"{draw.randint(1940, 2004)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
            for _ in range(3):
                told = [
                    _worn(draw, first),
                    _worn(draw, last),
                    _maybe(draw, born, 0.05),
                    _maybe(draw, phone, 0.05),
                    where,
                ]
                rows.append(f"{len(rows)},{home}-{n}," + ",".join(told))
    said = 'task = "dedupe"\nkind = "Person"\nrecords = ["h.csv"]\nid = "id"\n'
    columns = 'first = "first_name"\nlast = "last_name"\nborn = "birth_date"\nphone = "phone"\nstreet = "street"\npost = "postcode"\n'
    return _folder(folder, said + _DEDUPE + columns, {"h.csv": "\n".join(rows).encode()})


def often(folder: Path) -> Path:
    """Forty people of sixty records each, one of three hundred, and two hundred of one."""
    draw = Random(9)
    given = ["Agnes", "Boris", "Clara", "Dmitri", "Edith", "Felix", "Greta", "Hugo", "Irene", "Jonas"]
    family = ["Abel", "Brandt", "Conti", "Duarte", "Engel", "Ferrer", "Gallo", "Haas", "Ibsen", "Jansen"]
    rows = ["id,thing,first,last,born,town,mail"]
    for thing, times in enumerate([300, *[60] * 40, *[1] * 200]):
        first, last = draw.choice(given), draw.choice(family) + draw.choice(["", "i", "sen", "er", "o"])
        born = f"{draw.randint(1940, 2004)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        town, mail = (
            draw.choice(["Leeds", "Hull", "York"]),
            f"{first}.{draw.randint(100, 999)}@example.org".lower(),
        )
        for _ in range(times):
            told = [_worn(draw, first), _worn(draw, last), _maybe(draw, born, 0.1), town, _maybe(draw, mail)]
            rows.append(f"{len(rows)},{thing}," + ",".join(told))
    said = 'task = "dedupe"\nkind = "Person"\nrecords = ["o.csv"]\nid = "id"\n'
    columns = 'first = "first_name"\nlast = "last_name"\nborn = "birth_date"\ntown = "city"\nmail = "email"\n'
    return _folder(folder, said + _DEDUPE + columns, {"o.csv": "\n".join(rows).encode()})


def branches(folder: Path) -> Path:
    """Chains whose branches share a name, a phone and a page; each has its own street and postal code."""
    draw = Random(10)
    rows = ["id,thing,name,street,town,post,phone,page"]
    branch = 0
    for chain in range(30):
        name = f"{draw.choice(FAMILY)} {draw.choice(FAMILY)} {draw.choice(['Stores', 'Cafes', 'Motors'])}"
        phone, page = f"0800{chain:06}", f"{name.lower().replace(' ', '')}.example"
        for _ in range(draw.choice([1, 4, 12, 25])):
            branch += 1
            street = f"{draw.randint(1, 120)} {draw.choice(FAMILY)} {draw.choice(['Road', 'Street', 'Lane'])}"
            town, post = (
                draw.choice(["Leeds", "Hull", "York"]),
                f"AB{draw.randint(1, 40)} {draw.randint(1, 9)}{draw.choice('CDEF')}{draw.choice('GHJK')}",
            )
            for _ in range(draw.choice([1, 2, 3])):
                told = [
                    _worn(draw, name),
                    _worn(draw, street),
                    town,
                    _maybe(draw, _worn(draw, post)),
                    _maybe(draw, phone, 0.3),
                    _maybe(draw, page, 0.3),
                ]
                rows.append(f"{len(rows)},{branch}," + ",".join(told))
    said = 'task = "dedupe"\nkind = "Organisation"\nrecords = ["b.csv"]\nid = "id"\n'
    columns = (
        'name = "name"\nstreet = "street"\ntown = "city"\npost = "postcode"\nphone = "phone"\npage = "url"\n'
    )
    return _folder(folder, said + _DEDUPE + columns, {"b.csv": "\n".join(rows).encode()})


def years(folder: Path) -> Path:
    """Names, birth years up to two off, birth places and trades, as a census has them."""
    draw = Random(11)
    rows = ["id,thing,name,year,place,trade"]
    for thing in range(1200):
        name = f"{draw.choice(GIVEN)} {draw.choice(FAMILY)}"
        year, place = (
            draw.randint(1790, 1850),
            draw.choice(["Leeds", "Hull", "York", "Bath", "Derby", "Truro", "Exeter"]),
        )
        trade = draw.choice(["servant", "weaver", "miner", "scholar"])
        for _ in range(draw.choice([1, 1, 2])):
            told = [
                _worn(draw, name),
                str(year + draw.choice([-2, -1, 0, 0, 0, 1, 2])),
                place,
                _maybe(draw, trade, 0.4),
            ]
            rows.append(f"{len(rows)},{thing}," + ",".join(told))
    said = 'task = "dedupe"\nkind = "Person"\nrecords = ["y.csv"]\nid = "id"\n'
    columns = 'name = "name"\nyear = "birth_year"\nplace = "birth_place"\ntrade = "occupation"\n'
    return _folder(folder, said + _DEDUPE + columns, {"y.csv": "\n".join(rows).encode()})


def numbers(folder: Path) -> Path:
    """One registered number, now and then with a slip, and nothing else."""
    draw = Random(12)
    rows = ["id,thing,number"]
    for thing in range(900):
        number = str(draw.randint(10**8, 10**9 - 1))
        for _ in range(draw.choice([1, 1, 2, 3])):
            rows.append(f"{len(rows)},{thing},{_worn(draw, number) if draw.random() < 0.3 else number}")
    said = 'task = "dedupe"\nkind = "Organisation"\nrecords = ["n.csv"]\nid = "id"\n'
    return _folder(
        folder, said + _DEDUPE + 'number = "registration_number"\n', {"n.csv": "\n".join(rows).encode()}
    )


SETS: Final[dict[str, Callable[[Path], Path]]] = {
    "ragged": ragged, "two files": two_files, "nested": nested, "households": households, "often": often,
    "branches": branches, "years": years, "numbers": numbers,
}  # fmt: skip


def plain(folder: Path, rows: list[str], columns: str = 'name = "name"\n') -> Path:
    """Rows under the header id,thing,name,born."""
    said = 'task = "dedupe"\nkind = "Person"\nrecords = ["r.csv"]\nid = "id"\n'
    return _folder(
        folder, said + _DEDUPE + columns, {"r.csv": "\n".join(["id,thing,name,born", *rows]).encode()}
    )


def _folder(folder: Path, said: str, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "truth.toml").write_text(said, encoding="utf-8")
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def _worn(draw: Random, text: str) -> str:
    """Now and then two letters that change places."""
    if len(text) < 4 or draw.random() < 0.85:
        return text
    at = draw.randrange(1, len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _maybe(draw: Random, text: str, lost: float = 0.2) -> str:
    return "" if draw.random() < lost else text
