"""A run that compares only what changed decides what a run decides that compares everything: whatever came, changed or went between."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from graph.resolution.incremental import remembering
from graph.resolution.joining import Decision
from graph.resolution.models.base import Model
from graph.resolution.models.person import PERSON
from graph.resolution.resolve import Run, decide
from tests.graph.resolution.people import props

NARROW = replace(PERSON, most=6)
"""So few fit into a block that blocks fill and empty again within a test."""

_BYTES: Any = pa.binary()
_TEXT: Any = pa.string()
_NUMBER: Any = pa.int64()
_TEXTS: Any = pa.list_(pa.string())
_MEN = pa.schema(
    [("mno", _NUMBER), ("mid", _BYTES), ("rid", _NUMBER), ("label", _NUMBER), ("kind", _TEXT), ("caption", _TEXT), ("props", _TEXT),
     ("names", _TEXTS), ("keys", _TEXTS)]
)  # fmt: skip
_LNK = pa.schema([("kind", _TEXT), ("from_mno", _NUMBER), ("to_mno", _NUMBER)])
_TIES = {
    "phone": ("HAS_PHONE", "Phone", "phone:"),
    "company": ("OFFICER_OF", "Company", "company_number:GB-COH/"),
    "at": ("SERVICE_ADDRESS", "Address", "address:1 HIGH STREET "),
}


class Town:
    """Records by number, each a person and what it ties them to; what they say may change, and they may go."""

    def __init__(self) -> None:
        self.records: dict[int, dict[str, Any]] = {}

    def decide(
        self, con: duckdb.DuckDBPyConnection, model: Model, engine: Any = None
    ) -> tuple[list[Decision], int]:
        """The decisions, and how many pairs were compared."""
        men, lnk = list[dict[str, Any]](), list[dict[str, Any]]()
        for rid, says in sorted(self.records.items()):
            told = props(
                **{
                    k: says.get(k, "")
                    for k in ("name", "birth_date", "nationality", "country_of_residence", "occupation")
                }
            )
            men.append(
                _mention(
                    rid,
                    0,
                    says.get("label", 0),
                    "Person",
                    says["name"],
                    told,
                    [k for k in (says.get("key"),) if k],
                )
            )
            for slot, (field, (link, kind, prefix)) in enumerate(_TIES.items(), 1):
                if value := says.get(field):
                    told = props(postcode=value) if kind == "Address" else "{}"
                    men.append(_mention(rid, slot, says.get("label", 0), kind, "", told, [prefix + value]))
                    lnk.append({"kind": link, "from_mno": rid * 10, "to_mno": rid * 10 + slot})
        for name, table in (
            ("men", pa.Table.from_pylist(men, _MEN)),
            ("lnk", pa.Table.from_pylist(lnk, _LNK)),
        ):
            con.register("v_table", table)
            con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM v_table")
        run = Run()
        return sorted(decide(con, model, "men", "lnk", run, engine)), run.compared.get(model.decider, 0)


def _mention(
    rid: int, slot: int, label: int, kind: str, caption: str, told: str, keys: list[str]
) -> dict[str, Any]:
    mno = rid * 10 + slot
    return {"mno": mno, "mid": (mno * 7919 % 100_003).to_bytes(16, "big"), "rid": rid, "label": label, "kind": kind,
            "caption": caption, "props": told, "names": [], "keys": keys}  # fmt: skip


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        yield connection


class Both:
    """The same town decided by memory and anew."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path, model: Model = PERSON) -> None:
        self.con, self.folder, self.model, self.town = con, folder, model, Town()

    def agree(self) -> tuple[list[Decision], int]:
        """The decisions, the same both ways; and how many pairs the run by memory compared."""
        with remembering(self.folder) as engine:
            found, compared = self.town.decide(self.con, self.model, engine)
        anew, all_compared = self.town.decide(self.con, self.model)
        differ = {(d.a.hex(), d.b.hex()): (d, d in anew) for d in {*found} ^ {*anew}}
        assert not differ, f"decided otherwise (and whether by the full run): {differ}"
        assert len(found) == len(anew)
        assert compared <= all_compared
        return found, compared


def verdicts(found: list[Decision]) -> dict[str, int]:
    return {
        verdict: sum(d.verdict == verdict for d in found) for verdict in sorted({d.verdict for d in found})
    }


@pytest.mark.parametrize("seed", range(3))
def test_whatever_comes_changes_and_goes_the_decisions_are_those_of_a_full_run(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, seed: int
) -> None:
    """Three labels, few names, dates, phones and companies, blocks of six: all of it collides all the time."""
    draw = random.Random(seed)
    both, serial, seen = Both(con, tmp_path, NARROW), 0, 0
    for _ in range(7):
        held = sorted(both.town.records)
        for rid in draw.sample(held, len(held) // 6):
            del both.town.records[rid]
        for rid in draw.sample(sorted(both.town.records), len(both.town.records) // 6):
            both.town.records[rid] = somebody(draw) | {"label": both.town.records[rid]["label"]}
        for _ in range(draw.choice((1, 4, 30))):
            serial += 1
            both.town.records[serial] = somebody(draw)
        found, _ = both.agree()
        seen += len(found)
    assert seen > 50


def somebody(draw: random.Random) -> dict[str, Any]:
    def perhaps(share: float, *values: str) -> str:
        return draw.choice(values) if draw.random() < share else ""

    return {
        "name": f"{draw.choice(('Anne', 'Ann', 'Arthur', 'A.', 'Robert', 'Bob'))} {draw.choice(('Ashcombe', 'Ashcomb', 'Kelham'))}",
        "birth_date": perhaps(0.7, "1961-04", "1961-04-09", "1961-05-09", "1984-02-01"),
        "nationality": perhaps(0.5, "British", "Irish"),
        "phone": perhaps(0.4, "+447612000001", "+447612000002"),
        "company": perhaps(0.5, "00000001", "00000002", "00000003"),
        "at": perhaps(0.3, "AB1 2CD", "AB1 2CE"),
        "key": perhaps(0.15, "ch_person:GB-COH/1", "ch_person:GB-COH/2"),
        "label": draw.choice((0, 0, 0, 1, 2)),
    }  # fmt: skip


SAM = {"name": "Sam Smith", "phone": "+441610000001"}


def test_nothing_new_is_compared_twice_and_one_new_mention_meets_only_its_own(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    both = Both(con, tmp_path)
    both.town.records = {
        n: {"name": f"Name{n // 2} Family{n // 2}", "phone": f"+4416100{n // 2:05}"} for n in range(60)
    }
    found, compared = both.agree()
    assert (verdicts(found), compared) == ({"SAME": 30}, 30)
    assert both.agree() == (found, 0)
    both.town.records[60] = {"name": "Name3 Family3", "phone": "+441610000003"}
    found, compared = both.agree()
    assert verdicts(found)["SAME"] == 31
    assert compared == 2


def test_a_switchboard_frees_whom_it_joined_and_a_retraction_brings_them_back(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """None of the two changes: what their phone says of them does."""
    both = Both(con, tmp_path)
    both.town.records = {1: SAM, 2: SAM}
    assert verdicts(both.agree()[0]) == {"SAME": 1}
    both.town.records |= {n: {"name": f"Name{n} Family{n}", "phone": SAM["phone"]} for n in range(10, 50)}
    assert both.agree()[0] == []
    both.town.records = {1: SAM, 2: SAM}
    assert verdicts(both.agree()[0]) == {"SAME": 1}


def test_namesakes_fill_a_block_and_leave_it(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Six may share a block; the seventh closes it, and the pairs that met there alone are gone until he goes."""
    both = Both(con, tmp_path, NARROW)
    both.town.records = {n: {"name": "Cuthbert Ashcombe"} for n in range(6)}
    before, _ = both.agree()
    assert verdicts(before)["UNSURE"] > 3
    both.town.records[6] = {"name": "Cuthbert Ashcombe"}
    assert both.agree()[0] == []
    del both.town.records[6]
    assert both.agree()[0] == before


def test_a_late_birth_date_that_contradicts_splits(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    both = Both(con, tmp_path)
    day, company = "1961-04-09", "00000001"
    both.town.records = {1: {"name": "Barnaby Ashcombe", "birth_date": day, "company": company},
                         2: {"name": "Barnaby Ashcombe", "company": company},
                         3: {"name": "Barnaby Ashcombe", "birth_date": day}}  # fmt: skip
    assert verdicts(both.agree()[0]) == {"SAME": 2}
    both.town.records[2] = both.town.records[2] | {"birth_date": "1990-11-20"}
    assert verdicts(both.agree()[0])["SAME"] == 1


def test_what_is_remembered_may_be_lost_damaged_or_of_another_version(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    both = Both(con, tmp_path)
    both.town.records = {1: SAM, 2: SAM}
    found, compared = both.agree()
    assert (compared, both.agree()[1]) == (1, 0)
    about = tmp_path / PERSON.decider / "about.json"
    for broken in ("{", json.dumps({**json.loads(about.read_bytes()), "splink": "0"})):
        about.write_text(broken, encoding="ascii")
        assert both.agree() == (found, 1)
    both.model = replace(PERSON, accept=PERSON.accept + 1)
    assert both.agree()[1] == 1


def test_the_order_in_which_records_come_changes_no_decision(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    draw = random.Random(8)
    crowd = {n: somebody(draw) for n in range(1, 60)}
    told = []
    for order in range(2):
        both = Both(con, tmp_path / str(order), NARROW)
        left = draw.sample(sorted(crowd), len(crowd))
        while left:
            both.town.records |= {n: crowd[n] for n in left[-30:]}
            left = left[:-30]
            found, _ = both.agree()
        told.append(found)
    assert told[0] == told[1]
    assert verdicts(told[0])["SAME"] > 5
