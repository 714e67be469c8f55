"""Bad input through the command line: counted rejects or a clear refusal, the good rest or nothing, and a sound directory."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from api.cli import main

from .formats.companies_house import (
    OFFICERS,
    REGISTER,
    company,
    controller,
    event,
    header,
    lines,
    officer,
    officer_company,
    officers,
    register,
    trailer,
)

FIELDS = [
    "file", "format", "source", "read", "mentions", "links", "texts", "rejected", "skipped", "leftovers", "revision",
    "seconds",
]  # fmt: skip
ROW = company("A LTD", "1", RegAddress__PostCode="EX4 2MP", RegAddress__AddressLine1="1 QUAY")
PROFILE = {"company_name": "A LTD"}


def zipped(*members: tuple[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


class Clew:
    """The command line on one data directory."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._data, self._capsys = data, capsys

    def run(self, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
        """(exit status, the JSON lines of stdout, stderr)."""
        self._capsys.readouterr()
        status = main(["--data", str(self._data), *arguments])
        out, err = self._capsys.readouterr()
        return status, [json.loads(line) for line in out.splitlines()], err

    def is_sound(self, revisions: int) -> None:
        assert self.run("check", "--json") == (0, [{"ok": True, "revisions": revisions, "problems": []}], "")


@pytest.fixture
def clew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Clew:
    return Clew(tmp_path / "data", capsys)


# What lands, and (read, rejected, skipped, mentions) of it.
LANDS: dict[str, tuple[str, str | bytes, tuple[int, int, int, int]]] = {
    "a register with a bad row": (REGISTER, register(ROW, company("B", "?"), "a,b", ""), (3, 2, 0, 2)),
    "a register of a header alone": (REGISTER, header() + "\n", (0, 0, 0, 0)),
    "a register with one company twice": (REGISTER, register(ROW, ROW), (2, 0, 0, 4)),
    "a register in a gz": (REGISTER + ".gz", gzip.compress(register(ROW).encode()), (1, 0, 0, 2)),
    "controllers with bad lines": (
        "psc.txt",
        lines(controller(name="A")) + "x\n[1]\n\n" + lines(controller(kind="odd"), controller(ident="b")),
        (5, 3, 0, 4),
    ),
    "controllers with impossible dates": (
        "psc.txt",
        lines(
            controller(ident="a", notified_on="1083-01-01"),
            controller(ident="b", notified_on="2020-01-01", ceased_on="2019-01-01"),
            controller(ident="c", notified_on="2020-02-31", ceased_on="9999-12-31"),
        ),
        (3, 0, 0, 6),
    ),
    "controllers whose trailer disagrees": ("psc.txt", lines(controller(name="A"), trailer(7)), (1, 0, 0, 2)),
    "protected persons with ceased as numbers": (
        "psc.txt",
        lines(*(controller(kind="super-secure", ident=str(n), ceased=n) for n in (0, 1))),
        (2, 0, 0, 4),
    ),
    "events of all sorts": (
        "events.jsonl",
        lines(event("company-profile", "company/1", PROFILE))
        + "\n\n"
        + lines(
            event("company-profile", "/company/1", {}, type="deleted", timepoint=2),
            event("filing-history", "/company/1/filing-history/x", {"a": 1}),
            event("company-profile", "/nobody/1", PROFILE),
        ),
        (4, 1, 1, 1),
    ),
    "officers with an unknown type": (
        OFFICERS,
        officers(officer_company("00000001", "A LTD"), officer("00000001", "111111110001", kind="99")),
        (2, 1, 0, 1),
    ),
}


@pytest.mark.parametrize("what", LANDS)
def test_rejects_are_counted_and_the_good_rest_lands(clew: Clew, tmp_path: Path, what: str) -> None:
    name, content, (read, rejected, skipped, mentions) = LANDS[what]
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    status, [report], _ = clew.run("ingest", str(path), "--json")
    assert (status, list(report), report["file"], report["revision"]) == (0, FIELDS, name, 1)
    assert (report["read"], report["rejected"], report["skipped"], report["mentions"]) == (
        read, rejected, skipped, mentions,
    )  # fmt: skip
    assert (report["leftovers"], report["texts"]) == ({}, 0)
    _, rejects, _ = clew.run("rejects", "--json")
    assert len(rejects) == rejected
    for reject in rejects:
        assert list(reject) == [
            "source", "file", "revision", "locator", "field", "value", "reason", "remedy", "raw",
        ]  # fmt: skip
        assert (reject["file"], reject["revision"]) == (name, 1)
        assert "" not in (
            reject["locator"],
            reject["field"],
            reject["reason"],
            reject["remedy"],
            reject["raw"],
        )
    clew.is_sound(1)
    assert clew.run("ingest", str(path), "--json")[1][0]["revision"] == 1


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "a wrong header": (REGISTER, register(ROW).replace(" CompanyNumber", "Number").encode(), "lacks CompanyNumber, and has Number"),
    "a register cut in a row": (REGISTER, register(ROW).encode()[:-20], "line 2: the file stops in the middle"),
    "a register that is not UTF-8": (REGISTER, register(company("CAFÉ", "1")).encode("latin-1"), "line 2: not UTF-8"),
    "controllers cut in a line": ("psc.txt", lines(controller(), controller(ident="b")).encode()[:-9], "line 2: the file stops in"),
    "events cut in a line": ("e.jsonl", lines(event("company-profile", "/company/1", PROFILE)).encode()[:-9], "line 1: the file stops"),
    "officers cut in a line": (OFFICERS, officers(officer("00000001", "1")).encode()[:-40], "line 2: the file stops in"),
    "another product": (OFFICERS, b"DDDDUPDT425720260706\n", "Product 198"),
    "an empty file": ("x.csv", b"", "x.csv: the file is empty"),
    "a picture": ("x.png", b"\x89PNG\r\n\x1a\n\0\0\rIHDR,\r", "x.png: no format knows this content"),
    "a broken gz": ("x.csv.gz", gzip.compress(register(ROW).encode())[:-9], "x.csv.gz: the archive is cut off or broken"),
    "a path that leads out": ("x.zip", zipped(("a.csv", register(ROW)), ("../b.csv", "x")), "leads out of its folder"),
    "an archive bomb": ("x.gz", gzip.compress(bytes(80 << 20)), "unpacks to more than 200 times its size"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_broken_file_is_refused_by_name_and_nothing_of_it_is_kept(
    clew: Clew, tmp_path: Path, what: str
) -> None:
    name, content, complaint = REFUSED[what]
    path = tmp_path / name
    path.write_bytes(content)
    status, [report], _ = clew.run("ingest", str(path), "--json")
    assert (status, list(report), report["file"]) == (1, ["file", "refused"], name)
    assert complaint in report["refused"]
    clew.is_sound(0)
    assert {entry.name for entry in (tmp_path / "data").iterdir()}.isdisjoint({"evidence", "deltas"})


def test_an_archives_members_land_or_are_refused_each_for_itself(clew: Clew, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(
        zipped(
            (f"in/{REGISTER}", register(ROW)), ("readme.txt", "hello"), ("more.zip", "PK\x03\x04"),
            ("psc.txt", lines(controller(name="A"))),
        )
    )  # fmt: skip
    status, reports, _ = clew.run("ingest", str(tmp_path / "all.zip"), "--json")
    assert (status, [(r["file"], r.get("revision")) for r in reports]) == (
        1,
        [
            (f"all.zip/{REGISTER}", 1),
            ("all.zip/readme.txt", None),
            ("all.zip/more.zip", None),
            ("all.zip/psc.txt", 2),
        ],
    )
    assert reports[2]["refused"] == "all.zip/more.zip is an archive inside an archive. Unpack it first."
    clew.is_sound(2)


def test_one_bad_file_of_several_leaves_the_others_alone(clew: Clew, tmp_path: Path) -> None:
    good, bad = tmp_path / REGISTER, tmp_path / "bad.csv"
    good.write_text(register(ROW), encoding="utf-8")
    bad.write_bytes(b"\0\1\2")
    status, reports, _ = clew.run("ingest", str(bad), str(tmp_path / "missing.csv"), str(good), "--json")
    assert (status, [r.get("revision") for r in reports]) == (1, [None, None, 1])
    assert (
        reports[1]["refused"]
        == "missing.csv: cannot be opened: No such file or directory. Name a file that is there and may be read."
    )
    clew.is_sound(1)


def test_a_name_that_is_no_text_is_shown_with_what_can_be(clew: Clew, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path / "register-") + b"\xff.csv"
    with open(path, "wb") as file:
        file.write(register(ROW).encode())
    status, [report], _ = clew.run("ingest", os.fsdecode(path), "--json")
    assert (status, report["file"], report["read"]) == (0, "register-\ufffd.csv", 1)
    clew.is_sound(1)


def test_why_a_snapshot_is_not_complete_and_what_was_skipped_is_said_beside_the_report(
    clew: Clew, tmp_path: Path
) -> None:
    (tmp_path / "psc.txt").write_text(lines(controller(name="A"), trailer(7)), encoding="utf-8")
    (tmp_path / "e.jsonl").write_text(
        lines(event("company-charges", "/company/1/x", {"a": 1})), encoding="utf-8"
    )
    _, reports, err = clew.run("ingest", str(tmp_path / "psc.txt"), str(tmp_path / "e.jsonl"), "--json")
    assert [list(report) for report in reports] == [FIELDS, FIELDS]
    said = " ".join(err.split())
    assert "the trailer says persons_of_significant_control_count 7, read 1." in said
    assert "e.jsonl: Skipped 1 events of company-charges." in said


def test_a_file_that_is_held_is_said_to_commit_nothing_beside_its_report(clew: Clew, tmp_path: Path) -> None:
    path = tmp_path / REGISTER
    path.write_text(register(ROW), encoding="utf-8")
    clew.run("ingest", str(path))
    said = [f"= {REGISTER}: held since revision 1, nothing committed"]
    status, reports, err = clew.run("ingest", str(path))
    assert (status, reports, [line for line in err.splitlines() if line]) == (0, [], said)
    status, [report], err = clew.run("ingest", str(path), "--json")
    assert (status, list(report), report["revision"]) == (0, FIELDS, 1)
    assert [line for line in err.splitlines() if line] == said
    clew.is_sound(1)


@pytest.mark.parametrize("zone", ["Mars/Base", "Europe", "../UTC", "/etc/localtime"])
def test_a_zone_that_there_is_not_is_refused_before_anything_is_read(
    clew: Clew, tmp_path: Path, zone: str
) -> None:
    path = tmp_path / REGISTER
    path.write_text(register(ROW), encoding="utf-8")
    assert clew.run("ingest", str(path), "--zone", zone) == (
        2,
        [],
        f"clew ingest: --zone {zone!r} is no time zone. Use an IANA name such as Europe/London or UTC.\n",
    )
    assert not (tmp_path / "data" / "ledger.db").exists()
    assert clew.run("ingest", str(path), "--zone", "Europe/London", "--json")[0] == 0
