"""Tables that ask for trouble: one field, nothing, namesakes, a switchboard, other alphabets; and the same answer twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import duckdb
import pytest

from graph.resolution.evaluate.dates import born, day_first
from graph.resolution.evaluate.models import ADDRESS, BORN, FORENAME
from graph.resolution.evaluate.places import place
from graph.resolution.evaluate.reading import Records
from graph.resolution.evaluate.run import THRESHOLD, resolve
from graph.resolution.name_likeness import likeness
from tests.quality import made


def clusters(values: dict[str, list[str]], kind: str = "Person", files: list[int] | None = None) -> list[int]:
    size = len(next(iter(values.values())))
    told = {name: [(text,) if text else () for text in texts] for name, texts in values.items()}
    records = Records([str(n) for n in range(size)], files or [0] * size, told)
    with duckdb.connect() as con:
        con.execute("SET memory_limit = '1GB'")
        con.execute("SET temp_directory = ''")  # what does not fit fails
        return resolve(
            con, records, kind, linked=files is not None, threshold=THRESHOLD, tell=lambda what: None
        ).clusters


def columns(rows: list[made.Row], names: dict[str, str]) -> dict[str, list[str]]:
    return {ours: [row[theirs] for row in rows] for theirs, ours in names.items()}


PEOPLE = {
    "given": "first_name",
    "family": "last_name",
    "born": "birth_date",
    "phone": "phone",
    "code": "postcode",
}


def test_the_same_table_gives_the_same_clusters() -> None:
    values = columns(made.people(600, 3), PEOPLE)
    assert clusters(values) == clusters(values)


def test_a_phone_on_thousands_joins_nobody() -> None:
    rows = made.people(3000, 4)
    values = columns(rows, PEOPLE)
    alone = Counter(clusters(values))
    values["phone"] = ["020 7946 0000"] * len(rows)
    shared = Counter(clusters(values))
    assert max(alone.values()) <= 6
    assert max(shared.values()) <= 6


def test_ten_thousand_namesakes_are_not_one() -> None:
    draw = Random(5)
    days = [
        f"{draw.randint(1930, 2005)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        for _ in range(10_000)
    ]
    values = {"name": ["John Smith"] * 10_000, "birth_date": days}
    assert max(Counter(clusters(values)).values()) <= 12


@pytest.mark.parametrize("texts", [[""] * 5, ["Ann Lee"], ["Ann Lee", ""], ["…", "—", "?"], ["Ann Lee"] * 4])
def test_tables_with_next_to_nothing_are_answered(texts: list[str]) -> None:
    assert len(clusters({"name": texts})) == len(texts)


@pytest.mark.parametrize(
    ("a", "b", "slip"),
    [
        ("x" * 199, "x" * 200, True),
        ("ab" * 100, "ab" * 99 + "ba", True),
        ("ab" * 100, "ab" * 98 + "bbbb", False),
        ("x" * 200, "x" * 202, False),
        ("x" * 200, "x" * 201, False),
        ("ab" * 100_000, "ab" * 99_999 + "ba", False),  # would be a matrix of 40 billion
    ],
)
def test_slips_are_looked_for_in_texts_of_a_bounded_length(a: str, b: str, slip: bool) -> None:
    condition = next(level.sql for level in FORENAME.levels if level.label == "one slip")
    with duckdb.connect() as con:
        con.execute("CREATE TABLE t AS SELECT ?::VARCHAR AS first_l, ?::VARCHAR AS first_r", [a, b])
        assert con.execute(f"SELECT {condition} FROM t").fetchall() == [(slip,)]


@pytest.mark.parametrize(
    ("street", "near"), [("PARK RD", True), ("PRAK RD", True), ("PARKS RD", True), ("MILL LN", False)]
)
def test_a_slip_in_a_short_street_is_near_at_the_same_premises(street: str, near: bool) -> None:
    condition = next(level.sql for level in ADDRESS.levels if level.label == "same premises, street near")
    with duckdb.connect() as con:
        # Too short for its pieces to be alike.
        con.execute(
            """CREATE TABLE t AS SELECT 'PARK RD' AS street_l, ? AS street_r, '12' AS premises_l, '12' AS premises_r,
               [1, 0]::FLOAT[2] AS place_vec_l, [0, 1]::FLOAT[2] AS place_vec_r""",
            [street],
        )
        assert con.execute(f"SELECT {condition} FROM t").fetchall() == [(near,)]


@pytest.mark.parametrize(
    ("years", "days", "near"),
    [((1839, 1841), (None, None), True), ((1839, 1842), (None, None), False), ((1839, 1841), ("18390102", "18410102"), False)],
)  # fmt: skip
def test_years_alone_are_near_a_year_or_two_apart(
    years: tuple[int, int], days: tuple[str | None, str | None], near: bool
) -> None:
    condition = next(level.sql for level in BORN.levels if level.label == "a year or two apart, no day told")
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE t AS SELECT ?::INTEGER AS year_l, ?::INTEGER AS year_r, ?::VARCHAR AS born_l, ?::VARCHAR AS born_r",
            [*years, *days],
        )
        assert con.execute(f"SELECT {condition} FROM t").fetchall() == [(near,)]


def test_no_two_of_one_file_are_compared_when_files_are_linked() -> None:
    values = {
        "name": ["Quillon Ashby Ltd", "Quillon Ashby Ltd", "Verity Marlow Plc", "Verity Marlow Plc"] * 30
    }
    values["name"] = [f"{name} {n // 4}" for n, name in enumerate(values["name"])]
    files = [0, 0, 0, 1] * 30
    found = clusters(values, "Organisation", files)
    assert all(found[n] != found[n + 1] for n in range(0, 120, 4))


def test_names_of_other_alphabets_are_compared_by_how_they_are_written_in_ours() -> None:
    names = ["Владимир Путин", "Vladimir Putin", "محمد", "محمد", "习近平", "习近平"]
    assert len(clusters({"name": names * 3})) == 18
    assert likeness("Сергей Лавров", "Sergei Lavrov") > 0.9 > likeness("Сергей Лавров", "Rami Makhlouf")


def test_juniors_are_never_their_fathers() -> None:
    values = {
        "name": ["Robert Quilling Sr", "Robert Quilling Jr"],
        "birth_date": ["1950-01-02"] * 2,
        "email": ["rq@example.org"] * 2,
    }
    assert clusters(values) == [0, 1]


def test_dates_are_read_however_they_are_written() -> None:
    written = ["1978-11-12", "19781112", "12/11/1978", "12 Nov 1978", "Nov 12, 1978", "12.11.78", "12111978"]
    assert {born(text, days_lead=True) for text in written} == {(1978, 11, 12)}
    assert born("11/12/1978", days_lead=False) == (1978, 11, 12)
    assert [born(text, days_lead=True) for text in ("1978", "11/1978", "1978-11", "", "soon")] == [
        (1978, 0, 0), (1978, 11, 0), (1978, 11, 0), None, None
    ]  # fmt: skip
    assert day_first(["01/02/2000", "12/25/1999"]) is False
    assert day_first(["01/02/2000", "25/12/1999"]) is True
    assert day_first(["01/02/2000"]) is True


def test_addresses_are_taken_apart() -> None:
    assert place("", "", "Flat 2, 14 High Street, Leeds LS1 4AB", "") == (
        "14",
        "2",
        "HIGH ST",
        "FLAT 2 14 HIGH ST LEEDS",
        "LS14AB",
    )
    assert place("7", "Wallaby Place", "", "2119") == ("7", None, "WALLABY PL", "7 WALLABY PL", "2119")
    assert place("", "", "123 Main Street, Las Vegas NV 89132", "")[::2] == ("123", "MAIN ST", "89132")
    assert place("", "", "", "01234-5678") == (None, None, None, None, "1234")


def test_likeness_of_names_tells_what_stands_alone_from_what_stands_against() -> None:
    assert likeness("Ann Marie Lee", "Lee, Ann Marie") == 1.0
    assert likeness("ANJEM IFTIKHAR CHOUDARY", "ANJEM CHOUDARY") > 0.85
    assert likeness("JAMAL AL-TIKRITI", "JAMAL AL-DULAIMI") < 0.5
    assert likeness("Pol Pot", "PolPot") > 0.9
    assert likeness("Foo Joint Stock Company", "Foo JSC") == 1.0
    assert likeness("Ann Lee", "") == 0.0


def test_a_set_of_people_is_made_the_same_twice(tmp_path: Path) -> None:
    assert made.people(50, 1) == made.people(50, 1)
