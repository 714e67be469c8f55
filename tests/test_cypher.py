"""cypher/: every statement says what it takes and gives, and is loaded by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cypher

FILES = sorted(Path(cypher.__file__).parent.glob("*.cypher"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_one_statement_under_its_parameters_and_columns(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    header = re.match(r"(?://.*\n)+", text)
    assert header is not None
    assert " → " in header.group()
    assert ";" not in text[header.end() :]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_header_names_the_parameters_that_are_used(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    header = re.match(r"(?://.*\n)+", text)
    assert header is not None
    used = set(re.findall(r"\$(?:p\.)?(\w+)", text.replace("`$p`", "")))
    assert {name for name in used if not re.search(rf"\b{name}\b", header.group())} == set()


def test_a_slot_is_put_into_labels_types_and_index_names() -> None:
    assert cypher.load("put_components", 2).splitlines()[2] == "MERGE (:Component_2 {comp: r[0]})"
    assert "index_link_row_1 IF NOT EXISTS FOR ()-[l:LINK_1]-()" in cypher.load("index_link_row", 1)


def test_a_slot_that_is_missing_or_not_wanted_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"put_links\.cypher needs a slot"):
        cypher.load("put_links")
    with pytest.raises(ValueError, match=r"apply_head\.cypher has no slots"):
        cypher.load("apply_head", 1)


def test_names_are_those_of_a_prefix_in_order() -> None:
    assert cypher.names("end_") == (
        "end_counters",
        "end_groups",
        "end_keys",
        "end_links",
        "end_mentions",
        "end_pairs",
    )
