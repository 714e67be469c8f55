"""The batch form agrees with its oracle, row by row, and says what is wrong with a mapping."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.format import Reject
from ingest.formats import companies_house_basic
from ingest.mapping import (
    Cleaned,
    Coalesce,
    Column,
    Concat,
    Constant,
    LinkMap,
    Lookup,
    Mapping,
    MentionMap,
    key,
    properties,
    unnest,
)
from ingest.mapping_run import MappingRun

from . import oracle

_NUMBER = Cleaned("company_number", Column("number"))
ALL_WORDS = Mapping(
    columns=("number", "name", "old_1", "old_2", "began", "share", "role", "town", "code", "unused"),
    ignored={"unused": "says nothing"},
    key=Concat((Constant("company/"), _NUMBER)),
    required=(("name", Cleaned("company_name", Column("name"))),),
    prepare="SELECT * REPLACE (replace(town, ';', ',') AS town) FROM source",
    mentions=(
        MentionMap(
            "company",
            "Company",
            authority=0,
            caption=Column("name"),
            names=(Column("name"), *unnest((1, 2), lambda n: Column(f"old_{n}"))),
            keys=(key("company_number", _NUMBER), key("company_number", Column("old_1"))),
            facets=(Concat((Constant("town:"), Column("town"))),),
            properties=properties(
                name=Column("name"),
                previous_name=unnest((1, 2), lambda n: Column(f"old_{n}")),
                incorporated=Cleaned("date_dmy", Column("began")),
                status=Lookup(Column("role"), (("d", "director"), ("s", "secretary"))),
                category=Coalesce((Column("old_2"), Column("code"), Constant("none"))),
                uri=Concat((Column("code"), Column("town")), "/"),
            ),
            valid_from=Cleaned("date_dmy", Column("began")),
        ),
        MentionMap(
            "office",
            "Address",
            authority=1,
            properties=properties(postcode=Column("code")),
            when=Column("town"),
        ),
        MentionMap(
            "owner", "Company", authority=1, names=(Column("old_1"),), when=Column("old_1"), derived_by="rule"
        ),
    ),
    links=(
        LinkMap("REGISTERED_AT", "company", "office"),
        LinkMap(
            "CONTROLS",
            "owner",
            "company",
            role=Column("role"),
            valid_from=Cleaned("date_dmy", Column("began")),
            properties=(("share_min", Column("share")), ("natures", Column("role"))),
            when=Column("share"),
        ),
    ),
)


class Kept:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {"records": [], "mentions": [], "links": []}
        self.rejects: list[Reject] = []

    def put(self, table: str, rows: pa.Table | pa.RecordBatch) -> None:
        self.rows[table] += rows.to_pylist()

    def reject(self, reject: Reject) -> None:
        self.rejects.append(reject)

    def progress(self, done_bytes: int) -> None:
        pass


def run(mapping: Mapping, rows: list[dict[str, str]], extra: tuple[str, ...] = ()) -> tuple[Kept, MappingRun]:
    """The batch form's answer for rows, fed two at a time so that batches meet."""
    kept = Kept()
    running = MappingRun(mapping, kept, datetime(2026, 1, 1, tzinfo=UTC))
    names = (*mapping.columns, *extra)
    for start in range(0, len(rows), 2):
        some = rows[start : start + 2]
        table = {name: pa.array([row.get(name, "") for row in some], pa.string()) for name in names}
        table["line"] = pa.array(range(start + 2, start + 2 + len(some)), pa.int64())
        table["record"] = pa.array(range(start + 1, start + 1 + len(some)), pa.int64())
        table["raw"] = pa.array([json.dumps(row) for row in some], pa.string())
        running.feed(pa.table(table))
    return kept, running


def expected(mapping: Mapping, rows: list[dict[str, str]]) -> tuple[list[dict[str, Any]], list[int]]:
    """The oracle's answer: a description for every kept row, and the lines of the others."""
    told, lines = [], []
    for index, row in enumerate(rows):
        whole = {name: row.get(name, "") for name in mapping.columns}
        if mapping.prepare:
            whole["town"] = whole["town"].replace(";", ",")
        try:
            told.append(oracle.describe(mapping, whole))
        except oracle.Rejected:
            lines.append(index + 2)
    return told, lines


def assembled(kept: Kept) -> list[dict[str, Any]]:
    """The batch form's rows put together as the oracle gives them."""
    for row in (*kept.rows["mentions"], *kept.rows["links"]):
        row["props"] = json.loads(row["props"]) if row["props"] else {}
    told = [{"key": record["key"], "mentions": [], "links": []} for record in kept.rows["records"]]
    for table in ("mentions", "links"):
        for row in kept.rows[table]:
            told[row["rec"]][table].append({name: held for name, held in row.items() if name != "rec"})
    return told


_PIECES = ("", " ", "A", "a b", 'say "x"', "back\\slash", "é", "  two  spaces ", "31/12/2019", "30/02/2019", "01/01/1083",
           "12345678", "sc12", "0", "75", "1.50", "d", "s", "x;y", "\u00a0", "sw1a2aa", "tab\there", "LIMITED & CO.")  # fmt: skip


def _rows(columns: tuple[str, ...]) -> st.SearchStrategy[list[dict[str, str]]]:
    text = st.sampled_from(_PIECES) | st.text(
        st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12
    )
    row = st.dictionaries(st.sampled_from(columns), text, max_size=len(columns))
    good = st.sampled_from(["1", "12345678", " sc12 ", "OC300000", "NONE", ""])
    return st.lists(st.builds(lambda given, number: {**given, columns[0]: number}, row, good), max_size=5)


@settings(max_examples=150, deadline=None)
@given(_rows(ALL_WORDS.columns))
def test_the_batch_form_gives_what_the_oracle_gives(rows: list[dict[str, str]]) -> None:
    kept, running = run(ALL_WORDS, rows)
    told, lines = expected(ALL_WORDS, rows)
    assert assembled(kept) == told
    assert [reject.locator for reject in kept.rejects] == [f"line {line}" for line in lines]
    assert (running.read, running.rejected) == (len(rows), len(lines))


_REGISTER = companies_house_basic.MAPPING


@settings(max_examples=60, deadline=None)
@given(_rows(("CompanyNumber", *(name for name in _REGISTER.columns if name != "CompanyNumber"))))
def test_the_register_in_batches_is_the_register_row_by_row(rows: list[dict[str, str]]) -> None:
    kept, _ = run(_REGISTER, rows)
    told, _ = expected(_REGISTER, rows)
    assert assembled(kept) == told


def test_a_reject_names_line_field_value_and_reason() -> None:
    kept, _ = run(
        ALL_WORDS, [{"number": "12", "name": "A"}, {"number": "XX12", "name": "B"}, {"number": "13"}]
    )
    first, second = kept.rejects
    assert (first.locator, first.field, first.value) == ("line 3", "number", "XX12")
    assert (
        first.reason == "company_number: 'XX12' is not 1 to 8 digits, or a known prefix and up to 6 digits."
    )
    assert (second.locator, second.field, second.value, second.reason) == (
        "line 4",
        "name",
        "",
        "The name is missing.",
    )
    assert json.loads(second.raw) == {"number": "13"}


def test_records_are_numbered_from_0_without_gaps() -> None:
    kept, running = run(ALL_WORDS, [{"number": n, "name": "A"} for n in ("1", "bad", "2", "3", "bad", "4")])
    assert [record["rec"] for record in kept.rows["records"]] == [0, 1, 2, 3]
    assert [record["locator"] for record in kept.rows["records"]] == ["line 2", "line 4", "line 5", "line 7"]
    assert running.kept == 4


def test_a_column_that_is_neither_taken_nor_ignored_is_counted_where_it_holds_anything() -> None:
    rows = [
        {"number": "1", "name": "A", "new": "x"},
        {"number": "2", "name": "B", "new": " "},
        {"number": "3", "name": "C"},
    ]
    _, running = run(ALL_WORDS, [{**row, "unused": "x"} for row in rows], extra=("new",))
    assert running.leftovers == {"new": 1}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"mentions": (MentionMap("a", "Firm", 0),)}, "there is no kind 'Firm'"),
        (
            {"mentions": (MentionMap("a", "Person", 0, properties=properties(colour=Column("n"))),)},
            "has no property 'colour'",
        ),
        (
            {"mentions": (MentionMap("a", "Person", 0), MentionMap("a", "Person", 0))},
            "two mentions share a slot",
        ),
        ({"links": (LinkMap("OWNS", "a", "a"),)}, "there is no link 'OWNS'"),
        ({"links": (LinkMap("CONTROLS", "a", "b"),)}, "CONTROLS: there is no slot 'b'"),
        ({"links": (LinkMap("REGISTERED_AT", "a", "a"),)}, "does not go from 'a' to 'a'"),
        ({"key": Column("m")}, "there is no column 'm'"),
        ({"ignored": {"n": "no reason"}}, "column 'n' is taken and ignored"),
    ],
)
def test_a_faulty_mapping_is_refused_when_it_is_made(changes: dict[str, Any], fault: str) -> None:
    good: dict[str, Any] = {
        "columns": ("n",),
        "key": Column("n"),
        "mentions": (MentionMap("a", "Person", 0),),
    }
    with pytest.raises(ValueError, match=fault):
        Mapping(**{**good, **changes})
