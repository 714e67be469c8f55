"""A record matched is weighed as the bulk run would weigh it, were it ingested; and the index follows what changes."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from api.service import Service
from graph.resolution import columns
from graph.resolution.models import MODELS
from graph.resolution.online.columns import Said, Tie
from graph.resolution.online.index import MatchIndex
from graph.resolution.online.matching import match
from graph.resolution.resolve import Run, propose
from tests.api.asking import commit
from tests.api.conftest import open_service
from tests.graph.batches import L, M, R
from tests.graph.resolution.people import person, props

PERSON = MODELS[0]
NUMBER = "company_number:GB-COH/"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = open_service(tmp_path / "data")
    yield opened
    opened.close()


def index(service: Service) -> MatchIndex:
    made = MatchIndex(service.settings.data / "index" / "match.db", service.directory.delta)
    made.catch_up(service.directory.ledger.head())
    return made


def company(key: str, name: str, number: str, day: str = "2026-01-01") -> R:
    return R(
        f"company/{key}",
        day,
        (M("company", "Company", (f"{NUMBER}{number}",), name, props=props(name=name)),),
    )


def worker(key: str, name: str, employer: str) -> R:
    return R(key, "2026-01-01", (M("person", "Person", (), name, props=props(name=name)), M("at", "Organisation", (), employer)),
             (L("WORKS_FOR", "person", "at"),))  # fmt: skip


def people(dice: random.Random, n: int) -> list[R]:
    """People who share little: names, months, phones, companies and postcodes, all of few."""
    made = []
    for key in range(n):
        forenames = dice.choice(["Martha", "Robert", "Bob", "Rob John", "J"])
        surname = dice.choice(["Ashcombe", "Ashcomb", "Kelham"])
        born = dice.choice(["", "1961", "1961-04", "1961-04-09", "1962-04"])
        said = {
            "company": dice.choice(["", "1", "2", "3"]),
            "phone": dice.choice(["", "+441", "+442", "+443"]),
            "postcode": dice.choice(["", "AB1 2CD", "AB1 2CE"]),
            "nationality": dice.choice(["", "British", "Irish"]),
            "occupation": dice.choice(["", "Plumber", "Director"]),
        }
        made.append(person(str(key), forenames, surname, born, **said))
    return made


def said(record: R) -> Said:
    """What a test's record says of its first mention."""
    by_slot = {m.slot: m for m in record.mentions}
    first = record.mentions[0]
    ends = [(link.kind, by_slot[link.target]) for link in record.links if link.source == first.slot]
    ties = tuple(Tie(kind, to.kind, to.keys, _plain(to.props), to.name) for kind, to in ends)
    return Said(first.kind, _plain(first.props), first.name, first.keys, ties)


def _plain(text: str | None) -> dict[str, str]:
    return {name: found[0][0] for name, found in json.loads(text or "{}").items()}


def bulk(service: Service, new: R, digest: str) -> dict[bytes, float]:
    """The bulk run's pairs of a record's person, which is ingested for it: bits by the other's id."""
    revision = commit(service, "asked", [new], digest=digest)
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{service.settings.data / 'state.duckdb'}' AS held (READ_ONLY)")
        con.execute("CREATE TEMP VIEW v_men AS SELECT * FROM held.men WHERE alive")
        columns.make(con, PERSON.kinds, "v_men", "held.lnk", "f_base")
        (mine,) = con.execute(
            "SELECT mid FROM v_men WHERE kind = 'Person' AND revision = ?", [revision]
        ).fetchall()[0]
        pairs = propose(con, PERSON, (0,), Run())
    return {(p.b if p.a == mine else p.a): p.weight for p in pairs if mine in (p.a, p.b)}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_record_is_weighed_as_the_bulk_run_would(service: Service, seed: int) -> None:
    dice = random.Random(seed)
    commit(service, "register", [company(n, f"ACME {n} LTD", n) for n in "12"])
    commit(service, "people", people(dice, 130))
    commit(
        service, "books", [worker("w1", "Bob Kelham", "Acme 1 Limited"), worker("w2", "Martha Smith", "Beta")]
    )
    compared = 0
    for n in range(3):
        new = replace(
            people(dice, 1)[0] if n else worker("w3", "Robert Kelham", "ACME 1 LTD"), key=f"new {n}"
        )
        found = match(index(service), service.view(service.scope(None)), PERSON, said(new), 1000)
        ours = {one.held.mid: one.weighed.bits for one in found.scored}
        theirs = bulk(service, new, f"asked {n}")
        compared += len(theirs)
        assert {mid: ours.get(mid) for mid in theirs} == pytest.approx(theirs, abs=1e-3)
        assert found.full == ()
    assert compared > 7, "the bulk run must propose pairs, or nothing is compared"


def test_the_index_follows_what_changes_and_keeps_what_was(service: Service) -> None:
    first = [
        person("1", "Barnaby", "Ashcombe", "1961-04-09", phone="+441"),
        person("2", "Tamsin", "Quick", phone="+442"),
    ]
    commit(service, "people", first)
    commit(
        service,
        "people",
        [person("1", "Barnaby", "Kelham", "1961-04-09", phone="+441", day="2026-02-01")],
        digest="b",
    )
    commit(service, "people", [person("2", "Tamsin", "Quick", phone="+442", day="2026-03-01")], digest="c")
    service.resolve()
    held = index(service)
    asked = said(person("x", "Barnaby", "Ashcombe", "1961-04-09", phone="+441"))
    surnames = {}
    for revision in (1, 2, 3):
        view = service.view(service.scope(None), revision=revision)
        surnames[revision] = [one.held.row["last"] for one in match(held, view, PERSON, asked, 9).scored]
    assert surnames == {1: ["ASHCOMBE"], 2: ["KELHAM"], 3: ["KELHAM"]}
    assert held.head() == service.directory.ledger.head()
    versions = sqlite3.connect(held.path).execute("SELECT count(*) FROM mention").fetchone()[0]
    assert versions == 3, "what did not change has one row, however often it was put"


def test_what_is_withdrawn_is_matched_no_more(service: Service) -> None:
    commit(
        service,
        "people",
        [person("1", "Barnaby", "Ashcombe", "1961-04-09")],
        observed_at="2026-01-01T00:00:00.000000Z",
        complete=True,
    )
    commit(
        service,
        "people",
        [person("2", "Tamsin", "Quick")],
        digest="b",
        observed_at="2026-02-01T00:00:00.000000Z",
        complete=True,
    )
    held = index(service)
    asked = said(person("x", "Barnaby", "Ashcombe", "1961-04-09"))
    at = [
        len(match(held, service.view(service.scope(None), revision=r), PERSON, asked, 9).scored)
        for r in (1, 2)
    ]
    assert at == [1, 0]


def test_an_index_made_at_once_or_step_by_step_holds_the_same(service: Service, tmp_path: Path) -> None:
    dice = random.Random(5)
    for n in range(4):
        commit(service, "people", people(dice, 20), digest=str(n))
        index(service)
    at_once = MatchIndex(tmp_path / "other.db", service.directory.delta)
    at_once.catch_up(service.directory.ledger.head())
    dumps = []
    for path in (service.settings.data / "index" / "match.db", tmp_path / "other.db"):
        with sqlite3.connect(path) as con:
            dumps.append(
                [
                    sorted(con.execute(f"SELECT * FROM {table}").fetchall())
                    for table in ("block", "share", "called", "ended", "state", "shape")
                ]
            )
    assert dumps[0] == dumps[1]


def test_ten_thousand_namesakes_are_cut_in_the_order_of_ids_and_it_is_told(service: Service) -> None:
    crowd = [person(str(n), "John", "Smith", f"{1900 + n % 100}") for n in range(3000)]
    commit(service, "crowd", crowd)
    found = match(
        index(service), service.view(service.scope(None)), PERSON, said(person("x", "John", "Smith")), 25
    )
    assert (found.compared, found.full) == (250, ("both names",))
    narrowed = match(
        index(service),
        service.view(service.scope(None)),
        PERSON,
        said(person("x", "John", "Smith", "1950")),
        25,
    )
    assert (narrowed.compared, narrowed.full) == (30, ("both names",))
