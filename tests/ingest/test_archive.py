"""Archives are unpacked within bounds, or refused with the reason."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from graph.errors import Refused
from ingest.archive import BOUNDS, Bounds, members


def unpack(path: Path, bounds: Bounds = BOUNDS) -> list[tuple[str, bytes | str]]:
    """(name, content) of every member, or (name, why it alone was refused)."""
    into = path.parent / "into"
    into.mkdir(exist_ok=True)
    found = [
        (member.name, member.refused or member.path.read_bytes()) for member in members(path, into, bounds)
    ]
    assert list(into.iterdir()) == []
    return found


def zipped(path: Path, *files: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return path


def test_a_plain_file_is_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x")
    assert unpack(path) == [("a.csv", b"x")]


def test_a_zip_gives_its_files_by_their_own_names(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "a.zip",
        ("one.csv", b"1"),
        ("in/two.csv", b"2"),
        ("__MACOSX/._one.csv", b"fork"),
        ("in/", b""),
    )
    assert unpack(path) == [("one.csv", b"1"), ("two.csv", b"2")]


def test_a_gz_gives_its_file_without_the_ending(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"1,2\n"))
    assert unpack(path) == [("a.csv", b"1,2\n")]


def test_an_archive_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    assert unpack(zipped(tmp_path / "a.csv", ("one.csv", b"1"))) == [("one.csv", b"1")]


@pytest.mark.parametrize(
    "name", ["../evil.csv", "/etc/evil", "a/../../evil", "C:evil", "..\\evil", "x" * 600]
)
def test_a_name_that_leads_out_refuses_the_whole_archive(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.zip", ("good.csv", b"1"), (name, b"2"))
    with pytest.raises(Refused, match="leads out of its folder"):
        unpack(path)


@pytest.mark.parametrize("suffix", [".zip", ".gz"])
def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"bomb{suffix}"
    zeros = bytes(4 << 20)
    if suffix == ".gz":
        path.write_bytes(gzip.compress(zeros))
    else:
        zipped(path, ("zeros", zeros))
    with pytest.raises(Refused, match="more than 200 times its size"):
        unpack(path, replace(BOUNDS, grace=1 << 20))


def test_the_size_of_all_members_is_bounded(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("one", b"x" * 600), ("two", b"y" * 600))
    with pytest.raises(Refused, match="unpacks to more than"):
        unpack(path, replace(BOUNDS, size=1_000))


def test_an_archive_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"a\.zip: the archive holds no file\."):
        unpack(zipped(tmp_path / "a.zip"))


def test_the_number_of_members_is_bounded(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", *((f"{n}.csv", b"x") for n in range(4)))
    with pytest.raises(Refused, match="holds 4 files, more than 3"):
        unpack(path, replace(BOUNDS, count=3))


def test_an_archive_inside_an_archive_is_refused_alone(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x", b"x")
    path = zipped(
        tmp_path / "a.zip", ("in.zip", inner.getvalue()), ("in.gz", gzip.compress(b"x")), ("good.csv", b"1")
    )
    assert unpack(path) == [
        ("in.zip", "is an archive inside an archive. Unpack it first."),
        ("in.gz", "is an archive inside an archive. Unpack it first."),
        ("good.csv", b"1"),
    ]


def test_an_encrypted_member_is_refused_alone(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("secret.csv", b"1"), ("good.csv", b"2"))
    content = bytearray(path.read_bytes())
    # Bit 0 of the general purpose flags: of the first local header, and of the first entry of the directory.
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))
    assert unpack(path) == [
        ("secret.csv", "is encrypted. Unpack it with its password first."),
        ("good.csv", b"2"),
    ]


@pytest.mark.parametrize("kept", [0.4, 0.9])
def test_a_truncated_archive_is_refused(tmp_path: Path, kept: float) -> None:
    for path, whole in (
        (tmp_path / "a.gz", gzip.compress(b"one,two\n" * 500)),
        (tmp_path / "a.zip", zipped(tmp_path / "b.zip", ("one.csv", b"one,two\n" * 500)).read_bytes()),
    ):
        path.write_bytes(whole[: int(len(whole) * kept)])
        with pytest.raises(Refused, match="cut off or broken"):
            unpack(path)


def test_a_member_with_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("one.csv", b"one,two\n")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"one,two", b"one,TWO"))
    with pytest.raises(Refused, match="cut off or broken"):
        unpack(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_corrupt_member_refuses_the_archive_whatever_its_method(tmp_path: Path, method: int) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.csv", "".join(f"{n},{n * n}\n" for n in range(2_000)))
    content = bytearray(path.read_bytes())
    content[60:120:20] = bytes(byte ^ 0xFF for byte in content[60:120:20])
    path.write_bytes(bytes(content))
    with pytest.raises(Refused, match="cut off or broken"):
        unpack(path)


def test_a_member_whose_name_is_no_text_refuses_the_archive(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("é.csv", b"1"))
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xff\xa9"))
    with pytest.raises(Refused, match="cut off or broken"):
        unpack(path)


def test_a_directory_that_points_before_the_file_refuses_the_archive(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.csv", b"1"))
    content = bytearray(path.read_bytes())
    end = content.index(b"PK\x05\x06")
    content[end + 16 : end + 20] = b"\xff\xff\xff\x7f"
    path.write_bytes(bytes(content))
    with pytest.raises(Refused, match="cut off or broken"):
        unpack(path)


@pytest.mark.parametrize("seed", range(4))
def test_an_archive_with_wrong_bytes_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    path = tmp_path / "a.zip"
    whole = zipped(tmp_path / "b.zip", ("é.csv", b"one,two\n" * 200), ("in/b.csv", b"x" * 300)).read_bytes()
    outcomes = {"read": 0, "refused": 0}
    for _ in range(200):
        content = bytearray(whole)
        for _ in range(chance.choice([1, 2, 4])):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(bytes(content))
        try:
            unpack(path)
            outcomes["read"] += 1
        except Refused:
            outcomes["refused"] += 1
    assert outcomes["refused"] > 100
