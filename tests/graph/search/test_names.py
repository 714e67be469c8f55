"""Finding by name: typos, initials, order, transliteration, beginnings; pages; odd queries."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import NotHeld
from graph.model import Revision, Total
from graph.search import Hit, SearchIndex
from graph.search.names import CANDIDATES
from tests.graph.search.made import doc, ident, index, view, write

PEOPLE = (
    "John Smith",
    "J Smith",
    "Jürgen Müller",
    "Igor Ivanov",
    "Ольга Петрова",
    "Siobhán O'Brien",
    "Margaret Featherstonehaugh",
    "Acme Widgets Limited",
    "The Group Ltd",
    "🚗🔑",
    "Kit 🔑",
)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    rows = [doc(i, name) for i, name in enumerate(PEOPLE)]
    rows.append(doc(20, "Acme Widgets Holdings", "05857258", kind="Company"))
    return index(tmp_path_factory.mktemp("people"), (rows, ()))


def found(made: SearchIndex, text: str, **more: object) -> list[tuple[str, float]]:
    return [(hit.name, hit.score) for hit in made.find(view(), text, limit=10, **more).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("John Smith", [("John Smith", 100.0), ("J Smith", 95.0)]),
        ("smith, john", [("John Smith", 100.0), ("J Smith", 95.0)]),
        ("J Smith", [("J Smith", 100.0), ("John Smith", 95.0)]),
        ("Jhon Smith", [("J Smith", 95.0), ("John Smith", 90.0)]),
        ("Muller", [("Jürgen Müller", 90.0)]),
        ("Jurgen Müller", [("Jürgen Müller", 100.0)]),
        ("Иванов", [("Igor Ivanov", 90.0)]),
        ("Olga Petrova", [("Ольга Петрова", 100.0)]),
        ("OBrien", [("Siobhán O'Brien", 90.0)]),
        ("margaret fetherstonhaugh", [("Margaret Featherstonehaugh", 96.0)]),
        ("marg", [("Margaret Featherstonehaugh", 90.0)]),
        ("featherst", [("Margaret Featherstonehaugh", 90.0)]),
        ("058572", [("05857258", 90.0)]),
        ("05857259", [("05857258", 87.5)]),
        ("0585725", [("05857258", 93.3)]),
        ("The Group Ltd", [("The Group Ltd", 100.0)]),
        ("🔑🚗", [("🚗🔑", 100.0)]),
        ("🔑", [("🚗🔑", 90.0)]),
        ("🚗🔥", [("🚗🔑", 84.6)]),
        ("kit 🔥", [("Kit 🔑", 100.0)]),
    ],
)
def test_names_are_found_as_people_write_them(
    people: SearchIndex, query: str, expected: list[tuple[str, float]]
) -> None:
    assert found(people, query) == expected


def test_a_word_too_many_finds_the_nearest_only_when_nothing_has_all(people: SearchIndex) -> None:
    assert found(people, "Igor Pavlovich Ivanov") == [("Igor Ivanov", 90.0)]


def test_kinds_leave_out_the_others(people: SearchIndex) -> None:
    assert found(people, "acme widgets", kinds=("Company",)) == [("Acme Widgets Holdings", 90.0)]
    assert found(people, "acme widgets", kinds=("Company", "Person")) == [
        ("Acme Widgets Holdings", 90.0),
        ("Acme Widgets Limited", 90.0),
    ]
    assert found(people, "acme widgets", kinds=("Flight",)) == []


@pytest.mark.parametrize("query", ["", "   ", "😀", "🎉🎉", "!?*:()", "\u200b"])
def test_a_query_without_letters_or_digits_finds_nothing(people: SearchIndex, query: str) -> None:
    assert people.find(view(), query, limit=10) == ((), Total(0), False, False)


def test_a_very_long_query_is_cut_and_says_so(people: SearchIndex) -> None:
    answer = people.find(view(), "John Smith " * 1000, limit=10)
    assert answer.text_cut
    assert [hit.name for hit in answer.hits] == ["John Smith", "J Smith"]
    words = " ".join(f"word{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(2000))
    assert people.find(view(), words[:10_000], limit=10) == ((), Total(0), False, True)


def test_an_empty_index_finds_nothing_and_holds_no_revision(tmp_path: Path) -> None:
    empty = SearchIndex(tmp_path / "index")
    assert empty.head() == 0
    assert empty.find(view(0), "John Smith", limit=10) == ((), Total(0), False, False)
    with pytest.raises(NotHeld, match="Revision 1 is beyond the search index's head, 0"):
        empty.find(view(1), "John Smith", limit=10)
    assert not (tmp_path / "index").exists()


def test_a_hit_tells_component_group_anchor_and_the_name_that_matched(tmp_path: Path) -> None:
    rows = [doc(1, "Ann Lee", "Anna Leigh", comp=7), doc(2, "Anna Leigh", comp=8, grp=5)]
    answer = index(tmp_path, (rows, ())).find(view(), "anna leigh", limit=10)
    assert answer.hits == (
        (7, None, ident(1), "Person", "Ann Lee", 100.0, "Anna Leigh", ident(1)),
        (8, 5, None, "Person", "Anna Leigh", 100.0, "Anna Leigh", ident(2)),
    )
    assert answer.total == Total(2, "EQ")


def test_pages_join_to_the_whole_and_stay_when_newer_documents_land(tmp_path: Path) -> None:
    rows = [doc(i, f"Smith {'abcdefghij'[i % 10] * 5}") for i in range(60)]
    made = index(tmp_path, (rows, ()))
    whole = made.find(view(), "smith", limit=100)
    assert len(whole.hits) == 60
    pages: list[Hit] = []
    after = None
    for revision in range(2, 12):
        page = made.find(view(), "smith", limit=7, after=after)
        assert page.total == Total(60)
        pages += page.hits
        after = page.hits[-1].place if page.hits else after
        newer = [doc(1000 * revision + i, f"Smith {'abc'[i % 3] * 5}") for i in range(5)]
        made.apply(write(tmp_path / "deltas" / str(revision), newer), Revision(revision))
    assert tuple(pages) == whole.hits


def test_more_candidates_than_are_ranked_are_owned_up_to(tmp_path: Path) -> None:
    rows = [doc(i, "John Smith") for i in range(CANDIDATES)]
    made = index(
        tmp_path, (rows, ()), ([doc(CANDIDATES, "John Smith")], ()), ([doc(CANDIDATES + 1, "Jon Smith")], ())
    )
    exactly = made.find(view(1), "john smith", limit=1)
    assert (exactly.total, exactly.candidate_limit_hit) == (Total(CANDIDATES), False)
    over = made.find(view(2), "john smith", limit=CANDIDATES)
    assert (over.total, over.candidate_limit_hit) == (Total(CANDIDATES, "GTE"), True)
    first = sorted(ident(i) for i in range(CANDIDATES + 1))[:CANDIDATES]
    assert [hit.key for hit in over.hits] == first
    assert made.find(view(3), "jon smith", limit=1).hits[0].name == "Jon Smith"
