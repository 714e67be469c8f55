"""Following deltas: in order, once, all or nothing, killed at any moment, rebuilt beside its readers."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from graph.errors import Busy, Corrupt, NotHeld
from graph.model import Revision
from graph.search import Filter, SearchIndex
from graph.search.files import create_index, open_writer
from tests.graph.search.made import doc, index, view, write

FLIGHTS = Filter()


def flights(first: int, count: int) -> list[dict[str, object]]:
    return [doc(i, f"BA{i}", kind="Flight", facets=["operator:BAW"]) for i in range(first, first + count)]


def names(made: SearchIndex, revision: int, text: str = "smith") -> list[str]:
    return [hit.name for hit in made.find(view(revision), text, limit=50).hits]


def test_every_revision_goes_on_showing_what_it_showed(tmp_path: Path) -> None:
    made = index(
        tmp_path,
        ([doc(1, "Ann Smith"), doc(2, "Bob Smith")], ()),
        ([doc(3, "Cy Smith")], (1,)),
        ([doc(4, "Ann Smith")], (2, 3)),
    )
    assert names(made, 1) == ["Ann Smith", "Bob Smith"]
    assert names(made, 2) == ["Bob Smith", "Cy Smith"]
    assert names(made, 3) == ["Ann Smith"]
    assert names(made, 0) == []


def test_a_delta_again_or_of_the_past_changes_nothing(tmp_path: Path) -> None:
    made = index(tmp_path, ([doc(1, "Ann Smith")], ()), ([doc(2, "Bob Smith")], ()))
    made.apply(tmp_path / "deltas" / "2", Revision(2))
    made.apply(tmp_path / "deltas" / "1", Revision(1))
    assert made.head() == 2
    assert names(made, 2) == ["Ann Smith", "Bob Smith"]


def test_a_gap_is_refused(tmp_path: Path) -> None:
    made = index(tmp_path, ([doc(1, "Ann Smith")], ()))
    with pytest.raises(NotHeld, match="is at revision 1; revision 3 does not follow"):
        made.apply(write(tmp_path / "three", [doc(9, "Cy Smith")]), Revision(3))
    assert made.head() == 1


def test_an_empty_delta_moves_the_head(tmp_path: Path) -> None:
    made = index(tmp_path, ([doc(1, "Ann Smith")], ()))
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    made.apply(nothing, Revision(2))
    assert made.head() == 2
    assert names(made, 2) == ["Ann Smith"]


def test_a_row_put_and_ended_by_one_delta_is_never_seen(tmp_path: Path) -> None:
    made = index(tmp_path, ([doc(1, "Ann Smith"), doc(2, "Bob Smith")], (2,)))
    assert names(made, 1) == ["Ann Smith"]


def test_ending_a_row_that_does_not_stand_applies_nothing(tmp_path: Path) -> None:
    made = index(tmp_path, ([doc(1, "Ann Smith")], ()))
    with pytest.raises(Corrupt, match=r"ends docs row 7 \(1 such rows\), which does not stand"):
        made.apply(write(tmp_path / "wrong", [doc(2, "Bob Smith")], [1, 7]), Revision(2))
    assert made.head() == 1
    made.apply(write(tmp_path / "right", [doc(2, "Bob Smith")], [1]), Revision(2))
    assert names(made, 2) == ["Bob Smith"]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    delta = write(tmp_path / "delta", [doc(1, "Ann Smith")])
    pq.write_table(pq.read_table(delta / "docs.parquet").drop(["oldest"]), delta / "docs.parquet")
    with pytest.raises(Corrupt, match=r"docs\.parquet has no column 'oldest'"):
        SearchIndex(tmp_path / "index").apply(delta, Revision(1))


@pytest.mark.parametrize(
    ("facet", "said"),
    [("EGCC", "facet: 'EGCC' is not field:VALUE"), ("day:soon", "day: 'soon' is not a date like")],
)
def test_a_facet_of_another_form_names_its_row(tmp_path: Path, facet: str, said: str) -> None:
    delta = write(tmp_path / "delta", [doc(41, "BA1", facets=[facet])])
    with pytest.raises(Corrupt, match=f"docs row 41: {said}"):
        SearchIndex(tmp_path / "index").apply(delta, Revision(1))


def test_a_second_writer_is_told_to_try_again(tmp_path: Path) -> None:
    made = index(tmp_path, ([doc(1, "Ann Smith")], ()))
    folder = tmp_path / "index" / "1"
    writer = open_writer(create_index(folder), folder, heap=15 << 20, threads=1)
    with pytest.raises(Busy, match="is being written by another process"):
        made.apply(write(tmp_path / "two", [doc(2, "Bob Smith")]), Revision(2))
    assert names(made, 1) == ["Ann Smith"]
    writer.wait_merging_threads()
    made.apply(tmp_path / "two", Revision(2))
    assert made.head() == 2


_APPLIER = """
import sys
from pathlib import Path
from graph.search import SearchIndex
from graph.search import following
from graph.search import index as module
real = module.to_json
seen = 0
def slow(document, until):
    global seen
    seen += 1
    if seen == int(sys.argv[3]):
        print("here", flush=True)
        sys.stdin.read()
    return real(document, until)
module.to_json = slow
following.SMALL, following.HEAP = 0, 32 << 20
SearchIndex(Path(sys.argv[1])).apply(Path(sys.argv[2]), 2)
"""


def test_killed_in_the_middle_nothing_is_seen_and_applying_again_completes(tmp_path: Path) -> None:
    made = index(tmp_path, (flights(0, 500), ()))
    delta = write(tmp_path / "two", flights(1000, 3000), range(100))
    for at in (50, 101, 3000):
        command = [sys.executable, "-c", _APPLIER, str(tmp_path / "index"), str(delta), str(at)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as applier:
            assert applier.stdout is not None
            assert applier.stdout.readline() == "here\n"
            assert made.head() == 1
            applier.send_signal(signal.SIGKILL)
            assert applier.wait() == -signal.SIGKILL
        assert SearchIndex(tmp_path / "index").head() == 1
        assert made.count(view(1), FLIGHTS) == 500
    made.apply(delta, Revision(2))
    assert (made.count(view(1), FLIGHTS), made.count(view(2), FLIGHTS)) == (500, 3400)


def test_a_reader_of_another_process_sees_a_delta_whole(tmp_path: Path) -> None:
    made = index(tmp_path, (flights(0, 10), ()))
    reader = SearchIndex(tmp_path / "index")
    assert reader.count(view(1), FLIGHTS) == 10
    made.apply(write(tmp_path / "two", flights(100, 5), [3]), Revision(2))
    assert reader.head() == 2
    assert (reader.count(view(1), FLIGHTS), reader.count(view(2), FLIGHTS)) == (10, 14)


def test_threads_read_the_same_while_deltas_land(tmp_path: Path) -> None:
    made = index(tmp_path, (flights(0, 200), ()))
    wrong: list[int] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            total = made.count(view(1), FLIGHTS)
            if total != 200:
                wrong.append(total)

    watchers = [threading.Thread(target=watch) for _ in range(3)]
    for watcher in watchers:
        watcher.start()
    for revision in range(2, 8):
        rows = flights(revision * 1000, 30)
        made.apply(
            write(tmp_path / str(revision), rows, range(revision * 5, revision * 5 + 5)), Revision(revision)
        )
    done.set()
    for watcher in watchers:
        watcher.join()
    assert wrong == []
    assert made.count(view(7), FLIGHTS) == 200 + 6 * 30 - 6 * 5


def test_a_rebuild_disturbs_nobody_until_it_is_switched_in(tmp_path: Path) -> None:
    made = index(tmp_path, ([doc(1, "Ann Smith")], ()), ([doc(2, "Bob Smith")], ()))
    left = made.rebuilding()
    left.apply(write(tmp_path / "left", [doc(8, "Left Smith")]), Revision(1))
    other = SearchIndex(tmp_path / "index")
    assert names(other, 2) == ["Ann Smith", "Bob Smith"]
    fresh = made.rebuilding()
    assert fresh.head() == 0
    fresh.apply(write(tmp_path / "fresh", [doc(1, "Cy Smith")]), Revision(1))
    assert (names(fresh, 1), names(made, 2)) == (["Cy Smith"], ["Ann Smith", "Bob Smith"])
    made.switch(fresh)
    assert (made.head(), other.head(), SearchIndex(tmp_path / "index").head()) == (1, 1, 1)
    assert (names(made, 1), names(other, 1)) == (["Cy Smith"], ["Cy Smith"])
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == ["2", "current"]


def test_only_a_rebuild_of_the_same_index_is_switched_in(tmp_path: Path) -> None:
    made = index(tmp_path, ([doc(1, "Ann Smith")], ()))
    with pytest.raises(NotHeld, match="is not a rebuild of the search index"):
        made.switch(SearchIndex(tmp_path / "index"))
    with pytest.raises(NotHeld, match="is not a rebuild of the search index"):
        made.switch(SearchIndex(tmp_path / "elsewhere").rebuilding())


def test_a_broken_index_says_how_to_get_it_back(tmp_path: Path) -> None:
    index(tmp_path, ([doc(1, "Ann Smith")], ()))
    (tmp_path / "index" / "1" / "meta.json").write_text("{")
    with pytest.raises(Corrupt, match=r"cannot be opened.*Run `clew rebuild`"):
        SearchIndex(tmp_path / "index").head()
