"""Delimited text is read strictly: bad lines alone are rejected, a broken file is refused whole."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

import ingest.delimited
from graph.errors import Refused
from ingest.delimited import Delimited, Dialect, column_names
from ingest.format import Reject


class Rejects:
    """A sink that takes rejects only."""

    def __init__(self) -> None:
        self.found: list[Reject] = []

    def put(self, table: str, rows: pa.Table | pa.RecordBatch) -> None:
        raise AssertionError(table)

    def reject(self, reject: Reject) -> None:
        self.found.append(reject)

    def progress(self, done_bytes: int) -> None:
        pass


def read(
    tmp_path: Path, content: bytes, dialect: Dialect | None = None
) -> tuple[list[dict[str, object]], list[tuple[str, str]]]:
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    sink = Rejects()
    lines = Delimited(path, "f.csv", sink, dialect or Dialect())
    lines.require(("a", "b"))
    rows = [row for table in lines.batches() for row in table.to_pylist()]
    assert lines.rejected == len(sink.found)
    return rows, [(reject.locator, reject.reason) for reject in sink.found]


def row(a: str, b: str, line: int, raw: str, record: int | None = None) -> dict[str, object]:
    """record: where it is not the line's number after the header's."""
    return {"a": a, "b": b, "line": line, "raw": raw, "record": record or line - 1}


def test_header_spaces_byte_order_mark_quotes_and_both_line_ends_are_read(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, b'\xef\xbb\xbfa, b\r\n1,2\r\n"x","y, ""z"""\n\n,\xc3\xa9\n')
    assert rows == [
        row("1", "2", 2, "1,2"),
        row("x", 'y, "z"', 3, '"x","y, ""z"""'),
        row("", "é", 5, ",é", 3),
    ]
    assert rejects == []


@pytest.mark.parametrize("block", [4, 8, 1 << 20])
def test_bad_lines_are_rejected_alone_whatever_the_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(ingest.delimited, "BLOCK", block)
    rows, rejects = read(tmp_path, b'a,b\n1,2\n1,2,3\n"open,1\n\n5,6\n7\n8,9\n')
    assert [(r["line"], r["record"]) for r in rows] == [(2, 1), (6, 4), (8, 6)]
    assert sorted(rejects) == [
        ("line 3", "It has 3 values, the header 2."),
        ("line 4", "Its quotes do not close."),
        ("line 7", "It has 1 values, the header 2."),
    ]


def test_a_stray_quote_joins_no_lines(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, b'a,b\nx"y,"z\n3,4\np"q,"r,s\n5,6\n')
    assert rows == [
        row('x"y', "z", 2, 'x"y,"z'),
        row("3", "4", 3, "3,4"),
        row('p"q', "r,s", 4, 'p"q,"r,s'),
        row("5", "6", 5, "5,6"),
    ]
    assert rejects == []


def test_another_dialect(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, b"a;b\n'1;1';\"2\n", Dialect(";", "'"))
    assert rows == [row("1;1", '"2', 2, "'1;1';\"2")]


def test_a_last_line_without_its_end_is_read_when_it_is_whole(tmp_path: Path) -> None:
    assert read(tmp_path, b"a,b\n1,2")[0] == [row("1", "2", 2, "1,2")]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (
            b"a,b\n1,2\n3",
            "f.csv, line 3: the file stops in the middle of a line: it has 1 values, the header 2",
        ),
        (
            b'a,b\n1,2\n"3","4',
            "f.csv, line 3: the file stops in the middle of a line: its quotes do not close",
        ),
        (b"a,b\n1,2\n3,\xff4\n", "f.csv, line 3: not UTF-8 text"),
        (b"a,\xffb\n", "f.csv, line 1: not UTF-8 text"),
        (b"a,c\n1,2\n", "f.csv: the header lacks b"),
        (b"a,b,b\n1,2,3\n", "f.csv: the header has b twice"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    with pytest.raises(Refused, match=complaint):
        read(tmp_path, content)


TALL = b'a,b\n1,2\n"3\nthree","x\n\ny"\n4,5\n"open,6\n7,8\n'


@pytest.mark.parametrize("block", [4, 9, 1 << 20])
def test_a_quoted_value_may_hold_line_breaks_whatever_the_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(ingest.delimited, "BLOCK", block)
    rows, rejects = read(tmp_path, TALL)
    assert rows == [
        row("1", "2", 2, "1,2"),
        row("3\nthree", "x\n\ny", 3, '"3\nthree","x\n\ny"'),
        row("4", "5", 7, "4,5", 3),
        row("7", "8", 9, "7,8", 5),
    ]
    assert rejects == [("line 8", "Its quotes do not close.")]


def test_quotes_that_close_too_late_or_at_another_width_swallow_no_lines(tmp_path: Path) -> None:
    between = b"".join(b"%d,x\n" % n for n in range(30))
    rows, rejects = read(tmp_path, b'a,b\n"open,1\n' + between + b'2,close"\n3,4\n"5\n6",7,8\n')
    assert [r["line"] for r in rows] == [*range(3, 33), 34]
    assert rejects == [
        ("line 2", "Its quotes do not close."),
        ("line 33", "Its quotes do not close."),
        ("line 35", "Its quotes do not close."),
        ("line 36", "Its quotes do not close."),
    ]


def test_a_carriage_return_inside_a_line_makes_no_second_record(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, b'a,b\n1,2\r3,4\n5,"6\r7"\n8,9\n')
    assert rows == [row("5", "6\r7", 3, '5,"6\r7"'), row("8", "9", 4, "8,9")]
    assert rejects == [("line 2", "It is two records.")]


def test_a_reject_carries_its_line(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"a,b\n1,2,3\n")
    sink = Rejects()
    assert list(Delimited(path, "f.csv", sink).batches()) == []
    [reject] = sink.found
    assert (reject.locator, reject.field, reject.value, reject.raw) == ("line 2", "line", "1,2,3", "1,2,3")
    assert reject.remedy == "Correct the line in the file and ingest it again."


@pytest.mark.parametrize(
    ("head", "names"),
    [
        (b"\xef\xbb\xbf a, b\r\n1,2", {"a", "b"}),
        (b'"a","b, c"\n', {"a", "b, c"}),
        (b"%PDF-1.4\r%\xe2\xe3\r\n", set()),
        (b"", set()),
    ],
)
def test_column_names_of_a_files_first_bytes(head: bytes, names: set[str]) -> None:
    assert column_names(head) == names
