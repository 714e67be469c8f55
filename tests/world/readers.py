"""Plain readers of the world's files for tests: written from the formats, not from the writers."""

from __future__ import annotations

import csv
import gzip
import json
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
