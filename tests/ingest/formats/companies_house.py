"""Companies House rows composed for tests, from the shapes of formats.md 1: nobody in them exists."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, Final

from tests.golden import ROOT
from tests.ingest.told import Told, outcomes

REGISTER: Final = "BasicCompanyDataAsOneFile-2026-09-01.csv"
SNAPSHOT: Final = "psc-snapshot-2026-09-17.txt"
OFFICERS: Final = "Prod195_4257_20260706.dat"
EVENTS: Final = "stream-2026-09.jsonl"

_HEADER = (ROOT / "companies-house-basic" / REGISTER).read_text(encoding="utf-8").splitlines()[0]
COLUMNS: Final = tuple(name.strip() for name in next(csv.reader([_HEADER])))


def golden(folder: str, name: str) -> Told:
    """What a golden input comes to."""
    [told] = outcomes(ROOT / folder / name)
    assert isinstance(told, Told), told
    return told


def header(names: tuple[str, ...] = COLUMNS, *, spaces: bool = True) -> str:
    """The register's header, with the leading spaces that its own names have unless told otherwise."""
    raw = _HEADER.split(",") if spaces and names == COLUMNS else names
    return ",".join(raw)


def company(name: str, number: str, *, quoted: bool = True, **columns: str) -> str:
    """One row of the register; columns by name with "__" for ".". quoted False: empty values without quotes."""
    values = dict.fromkeys(COLUMNS, "") | {"CompanyName": name, "CompanyNumber": number}
    values |= {column.replace("__", "."): value for column, value in columns.items()}
    if not quoted:
        return ",".join(f'"{value}"' if value else "" for value in values.values())
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="").writerow(values.values())
    return out.getvalue()


def register(*rows: str, end: str = "\n") -> str:
    """A register file of rows."""
    return end.join((header(), *rows)) + end


def controller(
    number: str = "00000005", ident: str = "aaa", kind: str = "individual", **data: Any
) -> dict[str, Any]:
    """One line of the controllers' snapshot: kind is the first word of its kind."""
    whole = f"{kind}-person-with-significant-control"
    path = f"/company/{number}/persons-with-significant-control/{kind}/{ident}"
    return {
        "company_number": number,
        "data": {"kind": whole, "etag": "0" * 40, "links": {"self": path}, **data},
    }


def statement(number: str, ident: str, **data: Any) -> dict[str, Any]:
    """One statement's line."""
    path = f"/company/{number}/persons-with-significant-control-statements/{ident}"
    kind = "persons-with-significant-control-statement"
    return {"company_number": number, "data": {"kind": kind, "links": {"self": path}, **data}}


def trailer(
    controllers: int, statements: int = 0, exemptions: int = 0, at: str = "2026-09-18T06:00:00Z"
) -> dict[str, Any]:
    """The snapshot's last line."""
    return {
        "data": {
            "kind": "totals#persons-of-significant-control-snapshot",
            "persons_of_significant_control_count": controllers,
            "statements_count": statements,
            "exemptions_count": exemptions,
            "generated_at": at,
        }
    }


def lines(*values: dict[str, Any]) -> str:
    """JSON lines."""
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


def event(
    kind: str,
    uri: str,
    data: Any,
    *,
    timepoint: Any = 1,
    at: Any = "2026-09-02T07:00:25",
    type: str = "changed",
) -> dict[str, Any]:
    """One event of the stream."""
    told = {"timepoint": timepoint, "published_at": at, "type": type}
    return {"resource_kind": kind, "resource_uri": uri, "resource_id": uri[-3:], "data": data, "event": told}


def officer_company(number: str, name: str, status: str = " ", count: int = 1) -> str:
    """A company's row of the officers' snapshot."""
    return f"{number}1{status}{'':22}{count:04d}{len(name) + 1:04d}{name}<"


def officer(
    number: str, person: str, *, kind: str = "01", corporate: str = " ", appointed: str = "20200101",
    resigned: str = "", postcode: str = "", born: str = "", full: str = "", origin: str = "1",
    fields: tuple[str, ...] = ("MR", "A", "B"),
) -> str:  # fmt: skip
    """A person's row of the officers' snapshot; fields of the variable part as far as they are given."""
    variable = "".join(f"{value}<" for value in (*fields, *[""] * (14 - len(fields))))
    return (
        f"{number}2{origin}{kind}{person:12}{corporate}{'':7}{appointed:8}{resigned:8}{postcode:8}{born:8}{full:8}"
        f"{len(variable):04d}{variable}"
    )


def officers(*rows: str, day: str = "20260706", counted: int | None = None) -> str:
    """An officers' snapshot: header, rows and the trailer that counts them."""
    count = len(rows) if counted is None else counted
    return "\n".join((f"DDDDSNAP4257{day}", *rows, f"99999999{count:08d}")) + "\n"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """A file of that content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
