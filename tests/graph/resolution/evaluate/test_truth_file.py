"""A truth set is read as its truth.toml says; what is broken is refused or rejected by name, with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.errors import Refused
from graph.resolution.evaluate.reading import read
from graph.resolution.evaluate.truth_file import read as read_file

TOML = """task = "dedupe"
kind = "Person"
records = ["a.csv"]
id = "rec_id"
[truth]
cluster = "who"
[columns]
given = "first_name"
"sur name" = "last_name"
alias = "last_name"
note = "other"
town = "other"
"""
ROWS = "rec_id, who, given, sur name, alias, note, town\n1,x,Ann,Lee,Ray,tall,Ely\n2,x,N/A,Lee,,,\n"


def made(folder: Path, toml: str = TOML, **files: str) -> Path:
    (folder / "truth.toml").write_text(toml, encoding="utf-8")
    for name, text in {"a_csv": ROWS, **files}.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


def test_columns_go_to_ours_and_several_may_go_to_one(tmp_path: Path) -> None:
    found = read(read_file(made(tmp_path)))
    assert found.ids == ["1", "2"]
    assert found.clusters == ["x", "x"]
    assert found.values == {
        "first_name": [("Ann",), ()],
        "last_name": [("Lee", "Ray"), ("Lee",)],
        "other_1": [("tall",), ()],
        "other_2": [("Ely",), ()],
    }
    assert found.rejects == []


def test_broken_rows_are_rejected_and_the_rest_goes_on(tmp_path: Path) -> None:
    rows = ROWS + "3,y,Bo\n1,y,Bo,Day,,,\n,y,Bo,Day,,,\n\n4,y,Bo,Day,,,,,\n5,,Cy,Fox,,,\n"
    found = read(read_file(made(tmp_path, a_csv=rows)))
    assert found.ids == ["1", "2", "4", "5"]
    assert [str(reject) for reject in found.rejects] == [
        "a.csv, row 3, the whole row: '3,y,Bo'. Left out: it has 3 fields, the header 7.",
        "a.csv, row 4, rec_id: '1'. Left out: an earlier row has this id; ids must differ.",
        "a.csv, row 5, rec_id: ''. Left out: the row has no id.",
        "a.csv, row 8, who: ''. Kept as one of its own: it names no cluster.",
    ]


def test_pairs_of_ids_that_no_record_has_are_rejected(tmp_path: Path) -> None:
    toml = TOML.replace('cluster = "who"', 'pairs = "gt.csv"\nleft = "l"\nright = "r"')
    found = read(read_file(made(tmp_path, toml, gt_csv="l|r\n1|2\n1|9\n")))
    assert found.pairs == [(0, 1)]
    assert [str(reject) for reject in found.rejects] == [
        "gt.csv, row 2, r: '9'. Left out: no record that was read has this id."
    ]


def test_nested_json_is_read_by_dotted_names(tmp_path: Path) -> None:
    toml = (
        TOML.split("[columns]")[0].replace("a.csv", "a.jsonl") + '[columns]\n"names.first" = "first_name"\n'
    )
    lines = [
        json.dumps({"rec_id": 1, "who": "x", "names": [{"first": "Ann"}, {"first": "Anna"}]}),
        "[1]",
        "{",
        json.dumps({"rec_id": 2.0, "who": "x", "names": None}),
    ]
    found = read(read_file(made(tmp_path, toml, a_jsonl="\n".join(lines))))
    assert found.ids == ["1", "2"]
    assert found.values == {"first_name": [("Ann", "Anna"), ()]}
    assert [(reject.row, reject.value) for reject in found.rejects] == [(2, "[1]"), (3, "{")]


def test_parquet_and_tab_separated_files_are_read(tmp_path: Path) -> None:
    table = pa.table(
        {"rec_id": [1, 2], "who": ["x", "x"], "given": ["Ann", None], "sur name": ["Lee", "Lee"]}
    )
    pq.write_table(table, tmp_path / "a.parquet")
    short = TOML.split("alias")[0]
    found = read(read_file(made(tmp_path, short.replace("a.csv", "a.parquet"))))
    assert found.values == {"first_name": [("Ann",), ()], "last_name": [("Lee",), ("Lee",)]}
    (tmp_path / "a.tsv").write_text("rec_id\twho\tgiven\tsur name\n1\tx\tAnn\tLee\n", encoding="utf-8")
    (tmp_path / "truth.toml").write_text(short.replace("a.csv", "a.tsv"), encoding="utf-8")
    assert read(read_file(tmp_path)).values == {"first_name": [("Ann",)], "last_name": [("Lee",)]}


def test_the_cluster_may_be_a_part_of_a_column(tmp_path: Path) -> None:
    toml = TOML.replace('cluster = "who"', "cluster = 'rec_id'\npattern = 'rec-(\\d+)-'")
    rows = "rec_id,given,sur name,alias,note,town\nrec-7-org,Ann,,,,\nrec-7-dup-0,Anne,,,,\n"
    assert read(read_file(made(tmp_path, toml, a_csv=rows))).clusters == ["7", "7"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"dedupe"', '"merge"', 'task is \'merge\'. Write "dedupe", "link" or "pairs".'),
        ('"Person"', '"Ship"', 'kind is \'Ship\'. Write "Person" or "Organisation".'),
        ('"dedupe"', '"link"', "records is ['a.csv']. Write two files for task = \"link\"."),
        ('["a.csv"]', '["b.csv"]', "records is 'b.csv'. Write a file beside truth.toml;"),
        (
            '["a.csv"]',
            '["a.xlsx"]',
            "records is 'a.xlsx'. Write a file that ends in .csv, .tsv, .jsonl, .parquet.",
        ),
        ('cluster = "who"', "", "[truth] is {}. Write either `cluster` or `pairs` with `left` and `right`."),
        ('"first_name"', '"forename"', "columns.given is 'forename'. Write one of name, first_name,"),
        ('id = "rec_id"', 'id = "rec_id"\nseed = 1', "seed is not known. Known are"),
        (
            'id = "rec_id"',
            'id = "rec_id"\nencoding = "utf-99"',
            "encoding is 'utf-99'. Write an encoding such as",
        ),
        ("task", "= task", "cannot be read"),
        ('"who"', '"whom"', "a.csv: there is no column 'whom'. There is 'rec_id', 'who', 'given'"),
        ("given =", "forename =", "a.csv: there is no column 'forename'. There is 'rec_id'"),
    ],
)
def test_what_is_wrong_is_refused_by_name_with_what_to_write(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    made(tmp_path, TOML.replace(old, new, 1))
    with pytest.raises(Refused) as refused:
        read(read_file(tmp_path))
    assert message in str(refused.value)


def test_another_encoding_is_refused_until_it_is_named(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "a.csv").write_bytes(ROWS.replace("Ann", "Zoë").encode("latin-1"))
    with pytest.raises(Refused, match=r"byte b'\\xeb' at \d+ is not utf-8-sig. Name the encoding"):
        read(read_file(tmp_path))
    (tmp_path / "truth.toml").write_text('encoding = "latin-1"\n' + TOML, encoding="utf-8")
    assert read(read_file(tmp_path)).values["first_name"][0] == ("Zoë",)


def test_a_quote_that_is_not_closed_says_how_many_lines_it_takes(tmp_path: Path) -> None:
    found = read(read_file(made(tmp_path, a_csv=ROWS + '3,y,"Bo,Day,,,\n4,y,Bo,Day,,,\n5,y,Bo,Day,,,\n')))
    assert found.ids == ["1", "2"]
    assert len(found.rejects) == 1
    assert str(found.rejects[0]).endswith(
        "Left out: it has 3 fields, the header 7. A quote that is not closed takes the 2 lines behind it, to the end of the file: close it or write it twice."
    )


def test_a_quote_that_is_not_closed_is_told_though_the_row_has_all_its_fields(tmp_path: Path) -> None:
    found = read(read_file(made(tmp_path, a_csv=ROWS + '3,y,Bo,Day,,,"Ely\n4,y,Bo,Day,,,\n')))
    assert found.ids == ["1", "2"]
    assert "takes the line behind it" in str(found.rejects[0])


def test_a_quote_closed_by_a_later_row_is_told_and_one_that_is_a_text_of_many_lines_is_read(
    tmp_path: Path,
) -> None:
    rows = ROWS + '3,y,"Bo,Day\n4,y,"Bo",Day,,,\n5,y,Bo,Day,,"a\nb",Ely\n'
    found = read(read_file(made(tmp_path, a_csv=rows)))
    assert found.ids == ["1", "2", "5"]
    assert found.values["other_1"][2] == ("a\nb",)
    assert "A quote that is not closed takes the line behind it: close it or write it twice." in str(
        found.rejects[0]
    )


def test_what_is_longer_than_is_compared_is_cut_and_told(tmp_path: Path) -> None:
    found = read(read_file(made(tmp_path, a_csv=ROWS + f"3,y,{'x' * 3000},Day,,,\n")))
    assert found.values["first_name"][2] == ("x" * 1000,)
    assert str(found.rejects[0]) == (
        f"a.csv, row 3, given: {'x' * 60!r}. Compared by its first 1,000 characters of 3,000."
    )


def test_more_values_than_are_compared_are_cut_and_told(tmp_path: Path) -> None:
    toml = TOML.split("given")[0].replace("a.csv", "a.jsonl") + 'first = "first_name"\n'
    line = json.dumps({"rec_id": 1, "who": "x", "first": [f"N{n}" for n in range(60)]})
    found = read(read_file(made(tmp_path, toml, a_jsonl=line)))
    assert found.values["first_name"] == [tuple(f"N{n}" for n in range(50))]
    assert str(found.rejects[0]) == "a.jsonl, row 1, first: 'N50'. Compared by its first 50 values of 60."


LINK = TOML.replace('"dedupe"', '"link"').replace('["a.csv"]', '["a.csv", "b.csv"]')
LINK = LINK.replace('cluster = "who"', 'pairs = "gt.csv"\nleft = "l"\nright = "r"')
OTHERS = ROWS.replace("\n1,", "\n8,").replace("\n2,", "\n9,")


def test_pairs_of_two_files_are_taken_in_either_order(tmp_path: Path) -> None:
    found = read(read_file(made(tmp_path, LINK, b_csv=OTHERS, gt_csv="l,r\n1,8\n9,2\n9,7\n")))
    assert found.pairs == [(0, 2), (1, 3)]
    assert [str(reject) for reject in found.rejects] == [
        "gt.csv, row 3, r: '7'. Left out: no record that was read has this id."
    ]


def test_where_two_files_share_ids_a_pair_is_taken_as_it_stands(tmp_path: Path) -> None:
    others = OTHERS + "1,x,Ann,Lee,,,\n"
    found = read(read_file(made(tmp_path, LINK, b_csv=others, gt_csv="l,r\n1,8\n9,2\n1,1\n")))
    assert found.pairs == [(0, 2), (0, 4)]
    assert [str(reject) for reject in found.rejects] == [
        "gt.csv, row 2, l: '9'. Left out: no record of its file has this id."
    ]


def test_what_the_file_says_of_its_delimiter_holds_for_tab_separated_ones(tmp_path: Path) -> None:
    toml = 'delimiter = ";"\n' + TOML.replace("a.csv", "a.tsv").split("alias")[0]
    found = read(read_file(made(tmp_path, toml, a_tsv="rec_id;who;given;sur name\n1;x;Ann;Lee\n")))
    assert found.values == {"first_name": [("Ann",)], "last_name": [("Lee",)]}


def test_pairs_from_the_wrong_side_are_refused(tmp_path: Path) -> None:
    toml = TOML.replace('cluster = "who"', 'pairs = "gt.csv"\nleft = "l"\nright = "r"')
    with pytest.raises(Refused, match=r"none of 1 pairs names two records that were read"):
        read(read_file(made(tmp_path, toml, gt_csv="l,r\n8,9\n")))
