"""The row form: fields are taken once, what is left is counted, a bad record leaves nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from graph.errors import InvalidValue
from ingest.describe import Description, Fields, link_date, properties_of

from .test_mapping import Kept

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def test_what_is_neither_taken_nor_ignored_is_left_over() -> None:
    fields = Fields(
        {"a": "1", "b": "", "c": {"d": 1, "e": None, "f": [0]}, "g": [{"h": 1}, {"h": 2}], "i": "x", "j": []}
    )
    assert fields.text("a") == "1"
    fields.ignore("i")
    assert fields.inside("c").take("d") == 1
    assert [item.take("h") for item in fields.each("g")] == [1, 2]
    assert fields.leftovers() == ["c.f"]


def test_untaken_objects_are_left_over_whole() -> None:
    assert Fields({"a": {"b": 1}, "c": 2}).leftovers() == ["a", "c"]


def test_a_field_is_there_once() -> None:
    fields = Fields({"a": " x "})
    assert (fields.peek("a"), fields.text("a"), fields.text("a")) == (" x ", "x", None)


def test_a_number_is_text_of_its_digits() -> None:
    assert Fields({"a": 1970}).text("a") == "1970"


def test_several_texts_are_taken_at_once() -> None:
    fields = Fields({"a": " x ", "b": "", "c": 3, "e": None})
    assert fields.texts_of((("a", "one"), ("b", "two"), ("c", "three"), ("d", "four"), ("e", "five"))) == {
        "one": "x",
        "three": "3",
    }


@pytest.mark.parametrize(
    ("ask", "value"),
    [
        ("text", []),
        ("text", True),
        ("texts", "x"),
        ("texts", [1]),
        ("inside", "x"),
        ("inside", []),
        ("each", {}),
        ("each", [1]),
    ],
)
def test_a_field_of_another_shape_is_an_invalid_value(ask: str, value: Any) -> None:
    if value in ({}, []) and ask in ("each",):
        value = {"x": 1}
    with pytest.raises(InvalidValue) as caught:
        getattr(Fields({"a": value}), ask)("a")
    assert caught.value.type_name == "a"


def test_properties_are_cleaned_by_the_ontology_and_flagged() -> None:
    props = properties_of("Company")
    assert props.add("name", "A  LTD") == "A LTD"
    assert props.add("incorporated", "1083-01-01") == "1083-01-01"
    assert props.add("dissolved", "yesterday") is None
    assert props.add("status", None) is None
    assert props.json() == (
        '{"name":[["A LTD","A  LTD"]],"incorporated":[["1083-01-01",null]],'
        '"flags":[["incorporated:implausible","1083-01-01"],["dissolved:unreadable","yesterday"]]}'
    )


def test_no_properties_are_no_text() -> None:
    assert properties_of("Person").json() is None


def test_a_links_dates_are_flagged_in_its_props() -> None:
    props: dict[str, Any] = {}
    assert link_date(props, "valid_from", "1083-01-01") == "1083-01-01"
    assert link_date(props, "valid_to", "soon") is None
    assert props == {"flags": ["valid_from:implausible", "valid_to:unreadable=soon"]}


def test_a_record_that_is_undone_leaves_nothing() -> None:
    kept = Kept()
    out = Description(kept, WHEN)
    out.record("a", "line 1", "raw a")
    out.mention("company", "Company", authority=2, keys=("k", None, "k"))
    out.record("b", "line 2", "raw b")
    out.mention("company", "Company", authority=2)
    out.link("CONTROLS", "x", "company")
    out.undo()
    out.reject("line 2", "name", "?", "It is odd.", "raw b", "Mend the {field}.")
    out.record("c", "line 3", "raw c", put=False, timepoint=7)
    out.flush()
    assert [(r["rec"], r["key"], r["put"], r["timepoint"]) for r in kept.rows["records"]] == [
        (0, "a", True, 0),
        (1, "c", False, 7),
    ]
    assert [(m["rec"], m["keys"], m["caption"]) for m in kept.rows["mentions"]] == [(0, ["k"], "")]
    assert kept.rows["links"] == []
    assert (out.kept, out.rejected) == (2, 1)
    assert (kept.rejects[0].reason, kept.rejects[0].remedy) == ("It is odd.", "Mend the name.")
