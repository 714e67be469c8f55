"""truth.toml: what a truth set is made of. Read strictly: an unknown key or a wrong type is refused, with what to write.

task = "dedupe"                  # "link": two files, pairs between them only; "pairs": names beside names
kind = "Person"                  # or "Organisation"
records = ["a.csv"]              # .csv .tsv .jsonl .parquet, relative to the folder of truth.toml
id = "rec_id"
[truth]
cluster = "column"               # with an optional `pattern`, whose first group is the cluster;
pairs = "gt.csv"                 # or pairs of ids, with `left` and `right`;
[columns]
their_name = "ours"
"""

from __future__ import annotations

import codecs
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from graph.errors import Refused

FIELDS: Final = (
    "name",
    "first_name",
    "middle_name",
    "last_name",
    "birth_date",
    "birth_year",
    "birth_place",
    "gender",
    "nationality",
    "occupation",
    "phone",
    "email",
    "address",
    "house_number",
    "street",
    "city",
    "region",
    "postcode",
    "country",
    "national_id",
    "company_name",
    "registration_number",
    "url",
    "other",
)
"""What a column may be called."""
_KINDS: Final = {"Person", "Organisation"}
_SUFFIXES: Final = (".csv", ".tsv", ".jsonl", ".parquet")
_TOP: Final = {"task", "kind", "records", "id", "delimiter", "encoding", "truth", "columns"}


@dataclass(frozen=True, slots=True)
class TruthFile:
    """What truth.toml says. columns: (their name, ours), in the order of the file. id: "" for the row's number.

    left, right: columns of the pairs' file, or of the records where `match` names the column that says yes or no."""

    folder: Path
    task: str
    kind: str
    records: tuple[Path, ...]
    id: str
    columns: tuple[tuple[str, str], ...]
    cluster: str = ""
    pattern: str = ""
    pairs: Path | None = None
    left: str = ""
    right: str = ""
    match: str = ""
    delimiter: str = ""
    encoding: str = "utf-8-sig"


def read(folder: Path) -> TruthFile:
    """The truth.toml of a folder; raises Refused with the key, the value and what to write instead."""
    path = folder / "truth.toml"
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise Refused(
            f"{path} is not there.", remedy="Name a folder that holds truth.toml and its files."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read: {error}.", remedy="It must be TOML in UTF-8.") from error
    _known(path, "", said, _TOP)
    task = _text(path, said, "task", "dedupe, link or pairs")
    if task not in ("dedupe", "link", "pairs"):
        raise _wrong(path, "task", task, '"dedupe", "link" or "pairs"')
    kind = _text(path, said, "kind", "Person or Organisation")
    if kind not in _KINDS and not (task == "pairs" and kind == "Any"):
        raise _wrong(path, "kind", kind, '"Person" or "Organisation"')
    records = _records(path, folder, said.get("records"), task)
    truth = said.get("truth")
    if not isinstance(truth, dict):
        raise _wrong(
            path, "[truth]", truth, 'a table with `cluster = "column"` or `pairs`, `left` and `right`'
        )
    _known(path, "truth.", truth, {"cluster", "pattern", "pairs", "left", "right", "match"})
    made = TruthFile(
        folder,
        task,
        kind,
        records,
        _text(path, said, "id", "the column with the records' ids", ""),
        _columns(path, said.get("columns", {})),
        **_truth(path, folder, truth, task),
        delimiter=_text(path, said, "delimiter", "one character", ""),
        encoding=_text(path, said, "encoding", "a character encoding", "utf-8-sig"),
    )
    if len(made.delimiter) > 1:
        raise _wrong(path, "delimiter", made.delimiter, "one character")
    try:
        codecs.lookup(made.encoding)
    except LookupError as error:
        raise _wrong(path, "encoding", made.encoding, 'an encoding such as "utf-8" or "latin-1"') from error
    if task != "pairs" and not made.columns:
        raise _wrong(
            path, "[columns]", said.get("columns"), f"at least one column; ours are {', '.join(FIELDS)}"
        )
    if made.pairs and not made.id:
        raise _wrong(path, "id", "", "the column whose values the pairs name")
    return made


def _truth(path: Path, folder: Path, said: dict[str, Any], task: str) -> dict[str, Any]:
    if task == "pairs":
        return {name: _text(path, said, name, "a column of the records", at="truth.") for name in ("left", "right", "match")}  # fmt: skip
    if ("cluster" in said) == ("pairs" in said):
        raise _wrong(path, "[truth]", said, "either `cluster` or `pairs` with `left` and `right`")
    if "cluster" in said:
        pattern = _text(path, said, "pattern", "a regular expression", "", at="truth.")
        try:
            groups = re.compile(pattern).groups if pattern else 1
        except re.error as error:
            raise _wrong(path, "truth.pattern", pattern, f"a regular expression: {error}") from error
        if not groups:
            raise _wrong(path, "truth.pattern", pattern, "a pattern with a group in brackets")
        return {"cluster": _text(path, said, "cluster", "a column", at="truth."), "pattern": pattern}
    found = folder / _text(path, said, "pairs", "a file of pairs", at="truth.")
    if not found.is_file():
        raise _wrong(path, "truth.pairs", said["pairs"], f"a file beside truth.toml; {found} is not there")
    sides = {
        name: _text(path, said, name, "a column of the pairs' file", at="truth.")
        for name in ("left", "right")
    }
    return {"pairs": found, **sides}


def _records(path: Path, folder: Path, said: object, task: str) -> tuple[Path, ...]:
    names = [said] if isinstance(said, str) else said
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise _wrong(path, "records", said, 'a list of files, such as ["a.csv"]')
    if task == "link" and len(names) != 2:
        raise _wrong(path, "records", said, 'two files for task = "link"')
    for name in names:
        if not name.lower().endswith(_SUFFIXES):
            raise _wrong(path, "records", name, f"a file that ends in {', '.join(_SUFFIXES)}")
        if not (folder / name).is_file():
            raise _wrong(path, "records", name, f"a file beside truth.toml; {folder / name} is not there")
    return tuple(folder / name for name in names)


def _columns(path: Path, said: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(said, dict):
        raise _wrong(path, "[columns]", said, 'a table of their_name = "ours"')
    for theirs, ours in said.items():
        if ours not in FIELDS:
            hint = " (a dot in a name needs quotes)" if isinstance(ours, dict) else ""
            raise _wrong(path, f"columns.{theirs}", ours, f"one of {', '.join(FIELDS)}{hint}")
    return tuple((theirs.strip(), ours) for theirs, ours in said.items())


def _text(
    path: Path, said: dict[str, Any], name: str, expected: str, default: str | None = None, at: str = ""
) -> str:
    value = said.get(name, default)
    if not isinstance(value, str) or (default is None and not value):
        raise _wrong(path, f"{at}{name}", value, expected)
    return value.strip() if name in ("id", "left", "right", "cluster", "match") else value


def _known(path: Path, at: str, said: dict[str, Any], known: set[str]) -> None:
    for name in said:
        if name not in known:
            raise Refused(
                f"{path}: {at}{name} is not known.", remedy=f"Known are {', '.join(sorted(known))}."
            )


def _wrong(path: Path, key: str, value: object, expected: str) -> Refused:
    shown = "missing" if value is None else repr(value)
    return Refused(f"{path}: {key} is {shown}.", remedy=f"Write {expected}.")
