"""What a file came to, as plain Python: for tests of formats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq

from ingest.pipeline import RefusedFile, Staged, read_file

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """One file's outcome: its report, and the rows of its tables as dictionaries (props parsed)."""

    staged: Staged
    records: list[dict[str, Any]]
    mentions: list[dict[str, Any]]
    links: list[dict[str, Any]]
    texts: list[dict[str, Any]]
    rejects: list[dict[str, Any]]

    def mention(self, rec: int, slot: str) -> dict[str, Any]:
        """The one mention of a record in a slot."""
        [found] = [m for m in self.mentions if (m["rec"], m["slot"]) == (rec, slot)]
        return found

    def link(self, rec: int, kind: str) -> dict[str, Any]:
        """The one link of a record of a kind."""
        [found] = [link for link in self.links if (link["rec"], link["kind"]) == (rec, kind)]
        return found

    def values(self, rec: int, slot: str, name: str) -> list[str]:
        """The cleaned values of a mention's property."""
        return [cleaned for cleaned, _ in self.mention(rec, slot)["props"].get(name, [])]

    def as_json(self) -> dict[str, Any]:
        """All of it but the raw text, in a fixed order: what golden files hold."""
        staged = self.staged
        report = {name: getattr(staged, name) for name in _REPORTED}
        rejects = [{k: v for k, v in reject.items() if k != "raw"} for reject in self.rejects]
        return json.loads(
            json.dumps({"report": report, "records": [*self._told()], "rejects": rejects}, default=str)
        )

    def _told(self) -> Iterator[dict[str, Any]]:
        for record in self.records:
            rec = record["rec"]
            mentions = [_bare(m) for m in self.mentions if m["rec"] == rec]
            links = [_bare(link) for link in self.links if link["rec"] == rec]
            shown = {k: v for k, v in record.items() if k != "raw"}
            shown["mentions"] = sorted(mentions, key=lambda m: m["slot"])
            shown["links"] = sorted(
                links, key=lambda link: (link["kind"], link["from_slot"], link["to_slot"])
            )
            if texts := [_bare(text) for text in self.texts if text["rec"] == rec]:
                shown["texts"] = sorted(texts, key=lambda text: text["slot"])
            yield shown


_REPORTED = (
    "format", "read", "kept", "mentions", "links", "rejected", "skipped", "leftovers", "observed_basis", "snapshot",
    "absence", "notes",
)  # fmt: skip


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k != "rec" and v not in (None, [], "")}


def outcomes(
    path: Path, *, complete: bool = False, format: str | None = None, **options: Any
) -> list[Told | RefusedFile]:
    """Every outcome of a file or archive, read at NOW."""
    with TemporaryDirectory() as staging:
        read = read_file(
            path, format=format, now=NOW, zone=None, complete=complete, staging=Path(staging), **options
        )
        return [_load(outcome) if isinstance(outcome, Staged) else outcome for outcome in read]


def told(content: bytes | str, name: str, **options: Any) -> Told:
    """What a file of this content and name came to; AssertionError when it was refused."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        [outcome] = outcomes(path, **options)
    assert isinstance(outcome, Told), outcome
    return outcome


def refused(content: bytes | str, name: str, **options: Any) -> str:
    """Why a file of this content and name was refused; AssertionError when it was not."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        [outcome] = outcomes(path, **options)
    assert isinstance(outcome, RefusedFile), outcome
    return outcome.refused


def _load(staged: Staged) -> Told:
    tables = {
        name: pq.read_table(staged.directory / f"{name}.parquet").to_pylist()
        for name in ("records", "mentions", "links", "texts")
    }
    for row in (*tables["mentions"], *tables["links"]):
        row["props"] = json.loads(row["props"]) if row["props"] else {}
    text = (staged.directory / "rejects.jsonl").read_text(encoding="utf-8")
    rejects = [json.loads(line) for line in text.splitlines()]
    return Told(staged, tables["records"], tables["mentions"], tables["links"], tables["texts"], rejects)
