"""The records and the truth of a set, as texts. What cannot be read is a reject, counted and told; the rest goes on."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from graph.errors import Refused
from graph.resolution.evaluate.truth_file import TruthFile

_NOTHING: Final = frozenset(
    ["", "-", "--", "?", "N/A", "NA", "NAN", "NULL", "NONE", "UNKNOWN", "NOT KNOWN", "NOT STATED", "REFUSED", "<NA>", "#N/A"]
)  # fmt: skip
"""What tables write where they have nothing to say."""


Texts = tuple[str, ...]


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
class Records:
    """Rows in the order of the files. values: by column (ours; other_1, other_2 …), of each row the texts it states.

    pairs: of places of rows that are truly one; clusters: of each row, "" where it is not told."""

    ids: list[str] = field(default_factory=list)
    file: list[int] = field(default_factory=list)
    values: dict[str, list[Texts]] = field(default_factory=dict)
    clusters: list[str] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)


def read(said: TruthFile) -> Records:
    """The records of a set with their truth; raises Refused where a whole file is not as truth.toml says."""
    found = Records()
    targets = _targets(said)
    found.values = {name: [] for name in dict.fromkeys(targets.values())}
    places: list[dict[str, int]] = []
    asked = Asked(frozenset(filter(None, (said.id, said.cluster))), frozenset(targets))
    for number in range(len(said.records)):
        # Ids of one file: two files that are linked may count their rows alike.
        if not places or said.task == "link":
            places.append({})
        _take(found, said, number, targets, asked, places[-1])
    asked.complete(said.records[-1], asked.mapped - asked.seen, asked.known)
    if len(found) == 0:
        raise Refused(f"{said.folder} holds no record that can be read.", remedy=_first(found.rejects))
    if said.pairs:
        _pairs(found, said, places[0], places[-1])
    return found


def _targets(said: TruthFile) -> dict[str, str]:
    """Their column -> ours; what is compared as text keeps apart."""
    found: dict[str, str] = {}
    others = 0
    for theirs, ours in said.columns:
        if ours == "other":
            others += 1
            ours = f"other_{others}"
        found[theirs] = ours
    return found


def _take(
    found: Records,
    said: TruthFile,
    number: int,
    targets: dict[str, str],
    asked: Asked,
    places: dict[str, int],
) -> None:
    path = said.records[number]
    pattern = re.compile(said.pattern) if said.pattern else None
    for row, held in rows(path, said, asked, found.rejects):
        key = " ".join(held.get(said.id, ())) if said.id else str(row)
        if not key or key in places:
            why = "an earlier row has this id; ids must differ" if key else "the row has no id"
            found.rejects.append(Reject(path.name, row, said.id, key, f"Left out: {why}."))
            continue
        places[key] = len(found.ids)
        found.ids.append(key)
        found.file.append(number)
        if said.cluster:
            cluster = " ".join(held.get(said.cluster, ()))
            match = pattern.search(cluster) if pattern else None
            found.clusters.append((match[1] or "" if match else "") if pattern else cluster)
            if not found.clusters[-1]:
                found.rejects.append(Reject(path.name, row, said.cluster, cluster, "Kept as one of its own: it names no cluster."))  # fmt: skip
        stated: dict[str, Texts] = {}
        for theirs, ours in targets.items():
            texts = tuple(text for text in held.get(theirs, ()) if text.upper() not in _NOTHING)
            stated[ours] = stated.get(ours, ()) + texts
        for ours, texts in stated.items():
            found.values[ours].append(texts)


def _pairs(found: Records, said: TruthFile, left: dict[str, int], right: dict[str, int]) -> None:
    assert said.pairs is not None
    stated = 0
    for row, held in rows(said.pairs, said, Asked(frozenset((said.left, said.right))), found.rejects):
        stated += 1
        ends = []
        for column, places in ((said.left, left), (said.right, right)):
            key = " ".join(held.get(column, ()))
            if key not in places:
                found.rejects.append(Reject(said.pairs.name, row, column, key, "Left out: no record that was read has this id."))  # fmt: skip
                break
            ends.append(places[key])
        if len(ends) == 2 and ends[0] != ends[1]:
            found.pairs.append((min(ends), max(ends)))
    if stated and not found.pairs:
        raise Refused(
            f"{said.pairs}: none of {stated} pairs names records that were read.",
            remedy=f"Look whether `left` ({said.left}) is of the first file and `right` ({said.right}) of the last, and `id` ({said.id}).",
        )


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


def _delimited(
    path: Path, said: TruthFile, asked: Asked, rejects: list[Reject]
) -> Iterator[tuple[int, dict[str, Texts]]]:
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding=said.encoding, newline="") as file:
        delimiter = "\t" if path.suffix.lower() == ".tsv" else said.delimiter or ","
        if path == said.pairs:
            # Pairs are often parted by another sign than the records.
            first = file.readline()
            file.seek(0)
            delimiter = next((d for d in (delimiter, *",\t|;%") if d in first), ",")
        reader = csv.reader(file, delimiter=delimiter, skipinitialspace=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            at = asked.places(path, header, f"; is the delimiter {delimiter!r}?" if len(header) < 2 else "")
            for row, cells in enumerate(reader, 1):
                while len(cells) > len(header) and not cells[-1].strip():
                    cells.pop()
                if not any(cells):
                    continue
                if len(cells) != len(header):
                    why = f"Left out: it has {len(cells)} fields, the header {len(header)}."
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


def _first(rejects: list[Reject]) -> str:
    return f"The first of {len(rejects)} rejects: {rejects[0]}" if rejects else "The files are empty."
