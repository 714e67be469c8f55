"""Plain readers of the world's files for tests: written from the formats, not from the writers."""

from __future__ import annotations

import csv
import gzip
import json
import quopri
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def register(path: Path) -> list[dict[str, str]]:
    """Rows of a register CSV by header name, spaces around the names stripped."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name.strip(): cell for name, cell in row.items()} for row in csv.DictReader(file)]


def json_lines(path: Path) -> list[dict[str, Any]]:
    """Objects of a JSON lines file; empty lines are left out."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def flightlist(path: Path) -> list[dict[str, str]]:
    """Rows of a bulk flight list, packed or not."""
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class CompanyLine:
    number: str
    status: str
    officers: int
    name_length: int
    name: str


@dataclass(frozen=True)
class PersonLine:
    number: str
    role: str
    person_number: str
    corporate: str
    appointed: str
    resigned: str
    postcode: str
    born: str
    length: int
    fields: tuple[str, ...]
    rest: str


def officers(path: Path) -> Iterator[CompanyLine | PersonLine]:
    """Records between header and trailer, cut at the documented positions."""
    for line in path.read_text(encoding="utf-8").split("\n")[1:-2]:
        if line[8] == "1":
            yield CompanyLine(
                line[:8], line[9], int(line[32:36]), int(line[36:40]), line[40 : line.index("<", 40)]
            )
        else:
            *fields, rest = line[76:].split("<")
            yield PersonLine(
                number=line[:8],
                role=line[10:12],
                person_number=line[12:24],
                corporate=line[24],
                appointed=line[32:40],
                resigned=line[40:48],
                postcode=line[48:56].rstrip(),
                born=line[56:64],
                length=int(line[72:76]),
                fields=tuple(fields),
                rest=line[64:72] + rest,
            )


def truth(path: Path) -> list[dict[str, str]]:
    """Rows of `truth/records.csv` or `truth/legs.csv`."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class CardLines:
    """One vCard: its properties in order as (name without group, parameters, value), unfolded and decoded."""

    version: str
    lines: tuple[tuple[str, str, str], ...]

    def all(self, name: str) -> list[str]:
        return [value for key, _, value in self.lines if key == name]

    def one(self, name: str) -> str:
        return next(iter(self.all(name)), "")


def cards(path: Path) -> list[CardLines]:
    """The cards of a phone book; groups of 4.0 are left out."""
    found, held = list[CardLines](), list[tuple[str, str, str]]()
    for line in _whole_lines(path):
        head, _, value = line.partition(":")
        name, _, parameters = head.partition(";")
        name = name.rpartition(".")[2].upper()
        if "QUOTED-PRINTABLE" in parameters:
            value = quopri.decodestring(value.encode()).decode()
        else:
            value = value.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
        if name == "BEGIN":
            held = []
        elif name != "END":
            held.append((name, parameters, value))
        elif ("KIND", "", "group") not in held:
            found.append(CardLines(next(v for k, _, v in held if k == "VERSION"), tuple(held)))
    return found


def _whole_lines(path: Path) -> Iterator[str]:
    """Lines without their folds and soft breaks."""
    whole, soft = "", False
    for line in path.read_bytes().decode().split("\r\n"):
        if soft:
            whole = whole[:-1] + line
        elif line.startswith(" "):
            whole += line[1:]
        else:
            if whole:
                yield whole
            whole = line
        soft = "QUOTED-PRINTABLE" in whole and whole.endswith("=")
    if whole:
        yield whole


def aircraft(path: Path) -> list[dict[str, str]]:
    """Rows of the aircraft register, of either generation, told apart by its header."""
    with path.open(encoding="utf-8", newline="") as file:
        quote = "'" if file.read(1) == "'" else '"'
        file.seek(0)
        return [row for row in csv.DictReader(file, quotechar=quote) if row["icao24"]]
