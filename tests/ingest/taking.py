"""Snapshots for tests, taken in through the command line: companies by month, controllers by day."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .formats.companies_house import company, controller, lines, register, trailer, write

Clew = Callable[..., Any]
"""Runs a command on a data directory of its own, which must succeed; gives its JSON lines (see conftest.py)."""
ENTITY = """query Q($n: String!) { entity(kind: Company, identifier: $n) {
  caption expand { links { kind source { caption } target { caption }
    episodes { role validFrom validTo properties } } } } }"""


def take(clew: Clew, folder: Path, name: str, content: str, *options: str) -> dict[str, Any]:
    """Takes one file in; gives its report, with what `sources` says of it."""
    [report] = clew("ingest", str(write(folder, name, content)), "--json", *options)
    files = [file for source in clew("sources", "--json") for file in source["files"]]
    [kept] = [file for file in files if file["revision"] == report["revision"]]
    return report | {"complete": kept["complete"], "ended": kept["ended"], "notes": kept["notes"]}


def told(clew: Clew, folder: Path, number: str) -> tuple[str, list[tuple[Any, ...]]] | None:
    """(caption, [(link kind, the other end, from, to)…]) of a company, None when nothing is held of it."""
    query = write(folder, "q.graphql", ENTITY)
    [answer] = clew("query", str(query), "--variables", json.dumps({"n": number}))
    entity = answer["data"]["entity"]
    if entity is None:
        return None
    links = [
        (link["kind"], other, episode["validFrom"], episode["validTo"])
        for link in entity["expand"]["links"]
        for other in {link["source"]["caption"], link["target"]["caption"]} - {entity["caption"]}
        for episode in link["episodes"]
    ]
    return entity["caption"], sorted(links, key=str)


def month(n: int, *companies: tuple[str, str, str]) -> tuple[str, str]:
    """(name, content) of a month's register of (name, number, street)."""
    rows = (
        company(name, number, RegAddress__AddressLine1=street, RegAddress__PostCode="EX4 2MP")
        for name, number, street in companies
    )
    return f"BasicCompanyDataAsOneFile-2026-{n:02d}-01.csv", register(*rows)


AUGUST = month(8, ("A OLD LTD", "1", "0 QUAY"), ("C LTD", "3", "3 QUAY"), ("D LTD", "4", "4 QUAY"))
SEPTEMBER = month(9, ("A LTD", "1", "1 QUAY"), ("B LTD", "2", "2 QUAY"), ("C LTD", "3", "3 QUAY"))
OCTOBER = month(10, ("A NEW LTD", "1", "9 QUAY"), ("B LTD", "2", "2 QUAY"))
NOVEMBER = month(11, ("C LTD", "3", "3 QUAY"))

AFTER_OCTOBER = [
    ("A NEW LTD", [("REGISTERED_AT", "9 QUAY, EX4 2MP", None, None)]),
    ("B LTD", [("REGISTERED_AT", "2 QUAY, EX4 2MP", None, None)]),
    ("C LTD", [("REGISTERED_AT", "3 QUAY, EX4 2MP", None, "2026-10-01")]),
]


def parts(n: int, *companies: tuple[tuple[str, str, str], ...]) -> list[tuple[str, str]]:
    """(name, content) of every part of a month's register."""
    return [
        (f"BasicCompanyData-2026-{n:02d}-01-part{number}_{len(companies)}.csv", month(n, *rows)[1])
        for number, rows in enumerate(companies, start=1)
    ]


PSC = "psc-snapshot-2026-09-{}.txt"
ONE = controller("00000005", "one", name="One Person", notified_on="2020-01-01")
TWO = controller("00000005", "two", name="Two Person", notified_on="2020-01-01", ceased_on="2021-01-01")


def day(n: int, *records: dict[str, Any]) -> tuple[str, str]:
    return PSC.format(n), lines(*records, trailer(len(records), at=f"2026-09-{n}T06:00:00Z"))
