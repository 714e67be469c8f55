"""What forenames say of each other, in Python for clusters and in SQL for pairs: the same."""

from __future__ import annotations

from itertools import combinations

import duckdb
import pyarrow as pa
import pytest

from graph.resolution.forenames import Called, canonical, contradiction, listed, meanings, middles_agree, slip
from graph.resolution.models.person import PERSON
from graph.resolution.person_names import parse


def test_familiar_forms_are_short_for_one_name_or_for_several() -> None:
    assert {canonical(x) for x in ("BOB", "ROBBIE", "ROBERT")} == {"ROBERT"}
    assert canonical("STEVE") == canonical("STEVEN") == "STEPHEN"
    assert meanings("PAT") == ("PATRICK", "PATRICIA")
    assert meanings("XYREL") == ("XYREL",)


@pytest.mark.parametrize(
    ("a", "b", "may_be"),
    [
        ("STEPHEN", "STEPHN", True), ("KATARZYNA", "KATARZNYA", True), ("DANIEL", "DANEIL", True),
        ("NASIMA", "NAZMA", False), ("ALI", "ALIYA", False), ("MARTIN", "MARTINA", False), ("SIMON", "SIMONE", False),
        ("HARPREET", "GURPREET", False), ("ALEXANDER", "ALEXANDRA", False), ("JOHN", "JON", False), ("MARIA", "MARINA", False),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_no_name_of_its_own(a: str, b: str, may_be: bool) -> None:
    assert slip(a, b) is slip(b, a) is may_be


def test_names_are_listed_in_order() -> None:
    assert listed("CHIOMA")
    assert listed("GURPREET")
    assert listed("BOB")
    assert not listed("STEPHN")


NAMES = """James Hartwell|John Hartwell|Mr J Hartwell|Mrs J Hartwell|Pat Lovell|Patrick Lovell|Patricia Lovell|Mike T|Mike Tanner
Tanner Michael|Stephn Rowbotam|Steve Rowbotham|Stephen Rowbotham|Mary Anne Poole|Anne Poole|Amit Patel|Amita Patel|Madonna|Dave
Robert Thackray Snr|Robert Thackray Jnr|Robert Thackray|Thackray Robert|Alexander Orde|Alexandra Orde|Alexandre Orde|R Thackray""".replace(
    "\n", "|"
).split("|")


def test_the_model_and_the_clusters_have_one_rule_for_middle_names() -> None:
    names = [
        "B",
        "BILAL",
        "BIL",
        "BILLAL",
        "TARIQ",
        "T",
        "ANNA MARIA",
        "MARIA",
        "MARIE",
        "ANNA M",
        "LOUISE",
        "LOUISA",
        "LOUIS J",
    ]
    levels = {c.name: c for c in PERSON.comparisons}["middle_name"].levels
    cases = " ".join(
        f"WHEN {level.sql} THEN '{level.label}'" for level in levels if level.sql != "ELSE" and not level.null
    )
    veto = dict(PERSON.vetoes)["middle names contradict"].replace(
        "gamma_middle_name = 0", "label = 'different'"
    )
    with duckdb.connect() as con:
        con.register("told", pa.table({"name": names}))
        rows = con.execute(
            f"""SELECT middle_l, middle_r, {veto} FROM (SELECT *, CASE {cases} ELSE 'different' END AS label
                FROM (SELECT l.name AS middle_l, r.name AS middle_r FROM told l, told r))"""
        ).fetchall()
    assert {(a, b): not middles_agree(a, b) for a, b, _ in rows} == {(a, b): apart for a, b, apart in rows}
    assert 40 < sum(apart for _, _, apart in rows) < len(rows) - 30


def test_the_model_and_the_clusters_have_one_rule_for_forenames() -> None:
    parsed = [parse(name, "", "") for name in NAMES]
    columns = pa.Table.from_pylist(
        [
            {
                "n": n, "first": p.first, "middle": p.middle or None, "last": p.last, "canon": p.first and canonical(p.first),
                "meanings": p.first and list(meanings(p.first)), "listed": listed(p.first or ""),
                "last_canon": p.last and canonical(p.last),
            }
            for n, p in enumerate(parsed)
        ]
    )  # fmt: skip
    said = {c.name: c for c in PERSON.comparisons}["forename"]
    cases = " ".join(f"WHEN {level.sql} THEN '{level.label}'" for level in said.levels if level.sql != "ELSE")
    names = [name for name in columns.column_names if name != "n"]
    sides = ", ".join(f'{x}."{name}" AS "{name}_{x}"' for x in "lr" for name in names)
    with duckdb.connect() as con:
        con.register("told", columns)
        rows = con.execute(
            f"""SELECT a, b, CASE {cases} ELSE '{said.levels[-1].label}' END FROM
                (SELECT l.n AS a, r.n AS b, {sides} FROM told l JOIN told r ON l.n < r.n)"""
        ).fetchall()
    found = {(a, b): label == "forenames contradict" for a, b, label in rows}
    called = [Called(p.first, p.middle or None, p.last) for p in parsed]
    wanted = {
        (a, b): contradiction(called[a], called[b]) != "" for a, b in combinations(range(len(called)), 2)
    }
    assert found == wanted
    assert 50 < sum(wanted.values()) < len(wanted) - 20
