"""Files of records as rows of texts: CSV and its like, JSON lines, Parquet. What cannot be read is a reject."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from graph.errors import Refused
from graph.resolution.evaluate.truth_file import TruthFile
from graph.resolution.quotes import Lines, open_quote
from graph.values.name import LONGEST

Texts = tuple[str, ...]

MANY: Final = 50
"""Values that a record may state in one column."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row or value that was left out: where, which value, and what to do."""

    file: str
    row: int
    field: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, {self.field}: {self.value[:60]!r}. {self.remedy}"


@dataclass(slots=True)
class Asked:
    """Columns asked of files. needed: of each; mapped: of any. seen, known: those found, and all that there are."""

    needed: frozenset[str]
    mapped: frozenset[str] = frozenset()
    seen: set[str] = field(default_factory=set)
    known: dict[str, None] = field(default_factory=dict)

    def places(self, path: Path, names: Sequence[str], hint: str = "") -> dict[str, int]:
        """Where the columns are, by name, else by name in other case; raises Refused where a needed one is not."""
        lower = {name.lower(): n for n, name in reversed(list(enumerate(names)))}
        exact = {name: n for n, name in reversed(list(enumerate(names)))}
        found = {}
        for name in sorted(self.needed | self.mapped):
            place = exact.get(name, lower.get(name.lower()))
            if place is not None:
                found[name] = place
        self.seen.update(found)
        self.known.update(dict.fromkeys(names))
        self.complete(path, self.needed - set(found), names, hint)
        return found

    def complete(self, path: Path, lacking: Iterable[str], names: Iterable[str], hint: str = "") -> None:
        """Raises Refused where any is lacking."""
        lacked = sorted(lacking)
        if lacked:
            there = ", ".join(map(repr, list(names)[:40])) or "nothing"
            raise Refused(
                f"{path}: there is no column {', '.join(map(repr, lacked))}.",
                remedy=f"There is {there}{hint}.",
            )


def rows(
    path: Path, said: TruthFile, asked: Asked, rejects: list[Reject]
) -> Iterator[tuple[int, dict[str, Texts]]]:
    """(row number from 1, column -> texts) of a file; raises Refused where it lacks a needed column or cannot be read."""
    try:
        if path.suffix.lower() == ".parquet":
            yield from _parquet(path, asked)
        elif path.suffix.lower() == ".jsonl":
            yield from _json_lines(path, said.encoding, asked, rejects)
        else:
            yield from _delimited(path, said, asked, rejects)
    except UnicodeDecodeError as error:
        raise Refused(
            f"{path}: byte {error.object[error.start : error.start + 1]!r} at {error.start} is not {said.encoding}.",
            remedy='Name the encoding in truth.toml, for example encoding = "latin-1".',
        ) from error


def bounded(path: Path, row: int, column: str, texts: Texts, rejects: list[Reject]) -> Texts:
    """The texts as they are compared: at most MANY, of each at most LONGEST characters. What is beyond is told as a reject.

    Likeness costs the product of two lengths, so that one value could hold up a whole table."""
    if len(texts) > MANY:
        rejects.append(Reject(path.name, row, column, texts[MANY][:LONGEST], f"Compared by its first {MANY} values of {len(texts):,}."))  # fmt: skip
    rejects += [
        Reject(path.name, row, column, text[:LONGEST], f"Compared by its first {LONGEST:,} characters of {len(text):,}.")
        for text in texts[:MANY] if len(text) > LONGEST
    ]  # fmt: skip
    return tuple(text[:LONGEST] for text in texts[:MANY])


def _delimited(
    path: Path, said: TruthFile, asked: Asked, rejects: list[Reject]
) -> Iterator[tuple[int, dict[str, Texts]]]:
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding=said.encoding, newline="") as file:
        delimiter = said.delimiter or ("\t" if path.suffix.lower() == ".tsv" else ",")
        if path == said.pairs:
            # Pairs are often parted by another sign than the records.
            first = file.readline()
            file.seek(0)
            delimiter = next((d for d in (delimiter, *",\t|;%") if d in first), ",")
        lines = Lines(file)
        reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            lines.taken()
            at = asked.places(path, header, f"; is the delimiter {delimiter!r}?" if len(header) < 2 else "")
            for row, cells in enumerate(reader, 1):
                taken = lines.taken()
                while len(cells) > len(header) and not cells[-1].strip():
                    cells.pop()
                if not any(cells):
                    continue
                over = open_quote(taken, delimiter, spaces=True)
                if over or len(cells) != len(header):
                    why = f"Left out: it has {len(cells)} fields, the header {len(header)}. {over}".rstrip()
                    rejects.append(Reject(path.name, row, "the whole row", delimiter.join(cells), why))
                    continue
                yield row, {name: (text,) for name, n in at.items() if (text := cells[n].strip())}
        except csv.Error as error:
            raise Refused(
                f"{path}: line {reader.line_num}: {error}.",
                remedy="Look for a quote that does not end there.",
            ) from error


def _json_lines(
    path: Path, encoding: str, asked: Asked, rejects: list[Reject]
) -> Iterator[tuple[int, dict[str, Texts]]]:
    wanted = asked.needed | asked.mapped
    seen: set[str] = set()
    with path.open(encoding=encoding) as file:
        for row, line in enumerate(file, 1):
            if not line.strip():
                continue
            held: dict[str, list[str]] = {}
            try:
                value = json.loads(line)
                if not isinstance(value, dict):
                    raise ValueError("no object")
                _flatten(value, "", held)
            except (ValueError, RecursionError) as error:
                rejects.append(Reject(path.name, row, "the whole row", line.strip(), f"Left out: no JSON object ({error})."))  # fmt: skip
                continue
            asked.known.update(dict.fromkeys(held))
            kept = {name: tuple(texts) for name, texts in held.items() if name in wanted}
            seen.update(kept)
            yield row, kept
    asked.seen.update(seen)
    asked.complete(path, asked.needed - seen, asked.known)


def _parquet(path: Path, asked: Asked) -> Iterator[tuple[int, dict[str, Texts]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        top = {name.strip(): name for name in file.schema_arrow.names}
        wanted = asked.needed | asked.mapped
        # "a.b" is inside of column "a".
        held_in = {name: name if name in top else name.split(".")[0] for name in wanted}
        at = {name: top[inside] for name, inside in held_in.items() if inside in top}
        asked.seen.update(at)
        asked.known.update(dict.fromkeys(top))
        asked.complete(path, asked.needed - set(at), top)
        row = 0
        for batch in file.iter_batches(columns=sorted(set(at.values()))):
            for value in batch.to_pylist():
                row += 1
                held: dict[str, list[str]] = {}
                _flatten(value, "", held)
                yield row, {name: tuple(texts) for name, texts in held.items() if name in wanted}
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise Refused(f"{path} cannot be read as Parquet: {error}.", remedy="Write it again.") from error


def _flatten(value: Any, name: str, into: dict[str, list[str]]) -> None:
    """Texts by dotted path; items of a list share the path of the list."""
    if isinstance(value, dict):
        for key, inner in value.items():
            _flatten(inner, f"{name}.{key.strip()}" if name else key.strip(), into)
    elif isinstance(value, list):
        for inner in value:
            _flatten(inner, name, into)
    elif value is not None:
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        if text.strip():
            into.setdefault(name, []).append(text.strip())
