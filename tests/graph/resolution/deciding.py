"""Mentions in two small tables, and what a model makes of them: for tables of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from graph.resolution.joining import Decision
from graph.resolution.models import ORGANISATION, PERSON
from graph.resolution.models.base import Model
from graph.resolution.resolve import Run, decide
from tests.graph.resolution.people import props
from tests.quality.measure import clusters

TIES = {
    "phone": ("HAS_PHONE", "Phone", "phone:"),
    "email": ("HAS_EMAIL", "Email", "email:"),
    "company": ("CONTROLS", "Company", "company_number:GB-COH/"),
    "at": ("HAS_ADDRESS", "Address", "address:"),
}


@dataclass(frozen=True)
class Says:
    """A mention. phone, email, company, at: what it is tied to; at is a postcode, or "number postcode". employer: a name; book: whose card it is."""

    name: str
    born: str = ""
    phone: str = ""
    email: str = ""
    company: str = ""
    at: str = ""
    title: str = ""
    forenames: str = ""
    surname: str = ""
    nationality: str = ""
    country: str = ""
    number: str = ""
    employs: bool = False
    occupation: str = ""
    employer: str = ""
    book: str = ""


def decisions(said: Sequence[Says], model: Model = PERSON) -> list[Decision]:
    """The model's decisions; the n-th mention's id is n."""
    men: list[dict[str, object]] = []
    lnk: list[dict[str, object]] = []
    kind = "Person" if model is PERSON else "Company"
    for n, one in enumerate(said):
        keys = [f"company_number:GB-COH/{one.number}"] if one.number else []
        told = props(name=one.name, birth_date=one.born, title=one.title, forenames=one.forenames, surname=one.surname,
                     nationality=one.nationality, occupation=one.occupation, country_of_residence=one.country, company_number=one.number)  # fmt: skip
        men.append(mention(n, f"r{n}", kind, one.name, told, keys))
    for n, one in enumerate(said):
        for field, (link, kind, prefix) in TIES.items():
            if value := getattr(one, field):
                lnk.append({"kind": link, "from_mno": n, "to_mno": len(men)})
                told = props(postcode=value.split(" ")[-1]) if kind == "Address" else "{}"
                men.append(mention(len(men), f"r{n}", kind, "", told, [prefix + value]))
        if one.employer:
            lnk.append({"kind": "WORKS_FOR", "from_mno": n, "to_mno": len(men)})
            men.append(mention(len(men), f"r{n}", "Organisation", one.employer, "{}", []))
        if one.book:
            lnk.append({"kind": "HAS_CONTACT", "from_mno": len(men), "to_mno": n})
            men.append(mention(len(men), f"r{n}", "Person", "", "{}", [f"phone_book:{one.book}"]))
        if one.employs:
            lnk.append({"kind": "WORKS_FOR", "from_mno": len(men), "to_mno": n})
    return decided(men, lnk, model)


def decided(men: list[dict[str, object]], lnk: list[dict[str, object]], model: Model) -> list[Decision]:
    """The model's decisions on rows of mention() and of links."""
    schema = pa.schema([("kind", pa.string()), ("from_mno", pa.int64()), ("to_mno", pa.int64())])
    with duckdb.connect() as con:
        con.register("v_men", pa.Table.from_pylist(men))
        con.register("v_lnk", pa.Table.from_pylist(lnk, schema=schema))
        con.execute("CREATE TABLE men AS SELECT * FROM v_men")
        con.execute("CREATE TABLE lnk AS SELECT * FROM v_lnk")
        return decide(con, model, "men", "lnk", Run())


def parts(
    said: Sequence[Says], model: Model = PERSON
) -> tuple[set[tuple[str, ...]], dict[tuple[int, int], str]]:
    """Who is one, by name, those of two and more only; and what is proposed: the two's numbers, and against what."""
    found = decisions(said, model)
    number = {n.to_bytes(16, "big"): n for n in range(len(said))}
    of = clusters(number.values(), [(number[d.a], number[d.b]) for d in found if d.verdict == "SAME"])
    held: dict[int, list[str]] = {}
    for n, one in of.items():
        held.setdefault(one, []).append(said[n].name)
    proposed = {(number[d.a], number[d.b]): d.against for d in found if d.verdict == "UNSURE"}
    return {tuple(names) for names in held.values() if len(names) > 1}, proposed


def organisations(said: Sequence[Says]) -> tuple[set[tuple[str, ...]], dict[tuple[int, int], str]]:
    return parts(said, ORGANISATION)


def mention(n: int, record: str, kind: str, caption: str, said: str, keys: list[str]) -> dict[str, object]:
    """A row of men, public."""
    return {"mno": n, "mid": n.to_bytes(16, "big"), "rid": record, "label": 0, "kind": kind, "caption": caption, "props": said,
            "names": [], "keys": keys}  # fmt: skip
