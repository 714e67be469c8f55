"""Evidence: what sources said, append-only. One revision is one directory of Parquet files and a manifest.

    evidence/00000012/{records,…,texts}.parquet           the batch as its format read it
                      rejects.jsonl                      records that could not be read
                      ended_{records,…}.parquet          endings a complete snapshot implies, written as records
                      manifest.json                      every file's SHA-256 and size

A mention's id is the first 16 bytes of HMAC-SHA256(directory secret, source ‖ 0x1F ‖ key ‖ 0x1F ‖ slot)
(RFC 2104): never the content, so that a corrected record keeps its ids; keyed, because plain hashes of phone numbers
fall in minutes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from graph.errors import Corrupt
from graph.files import fingerprint, sync
from graph.model import MentionId
from graph.tables import BATCH

SEPARATOR = "\x1f"


def mention_id(secret: bytes, source: str, key: str, slot: str) -> MentionId:
    """The id a mention is born with."""
    message = SEPARATOR.join((source, key, slot)).encode()
    return MentionId(hmac.digest(secret, message, "sha256")[:16])


def mention_id_sql(secret: bytes) -> tuple[str, str]:
    """mention_id() as DuckDB expressions (message, hmac of {message}) over $source_name, rec_key, slot, $ipad, $opad."""
    if len(secret) > 64:
        raise ValueError("an HMAC-SHA256 key longer than a block would have to be hashed first")
    message = f"encode($source_name || chr({ord(SEPARATOR)}) || rec_key || chr({ord(SEPARATOR)}) || b.slot)"
    return message, "unhex(sha256($opad || unhex(sha256($ipad || {message})))[1:32])"


class Evidence:
    """The evidence of a data directory."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def directory(self, revision: int) -> Path:
        """Where a revision's files lie."""
        return self.root / f"{revision:08d}"

    def write(self, staged: Path, revision: int) -> str:
        """Take a staged directory in as a revision, durably; gives the manifest's SHA-256.

        What an uncommitted attempt left under that number is dropped."""
        target = self.directory(revision)
        if target.exists():
            shutil.rmtree(target)
        self.root.mkdir(parents=True, exist_ok=True)
        # What was staged by an attempt that was killed right before its move has a manifest already.
        (staged / "manifest.json").unlink(missing_ok=True)
        files = {path.name: fingerprint(path) for path in sorted(staged.iterdir()) if path.is_file()}
        manifest = json.dumps({"revision": revision, "files": files}, sort_keys=True, indent=1).encode()
        (staged / "manifest.json").write_bytes(manifest)
        for path in staged.iterdir():
            sync(path)
        shutil.move(staged, target)
        sync(target)
        sync(self.root)
        return hashlib.sha256(manifest).hexdigest()

    def verify(self, revision: int, expected: str) -> None:
        """Raise Corrupt unless a revision's manifest has this SHA-256 and every file in it has its own."""
        directory = self.directory(revision)
        try:
            manifest = (directory / "manifest.json").read_bytes()
        except OSError as error:
            raise Corrupt(f"Evidence of revision {revision} is missing: {directory}.") from error
        if hashlib.sha256(manifest).hexdigest() != expected:
            raise Corrupt(f"Evidence of revision {revision}: the manifest is not the one the ledger names.")
        for name, stated in json.loads(manifest)["files"].items():
            path = directory / name
            if not path.exists() or fingerprint(path) != stated:
                raise Corrupt(f"Evidence of revision {revision}: {name} is not what was committed.")

    def tables(self, revision: int) -> dict[str, list[str]]:
        """Parquet files of each batch table of a revision (its own, then its endings)."""
        directory = self.directory(revision)
        return {
            table: [
                str(path)
                for path in (directory / f"{table}.parquet", directory / f"ended_{table}.parquet")
                if path.exists()
            ]
            for table in BATCH
        }

    def rejects(self, revision: int) -> Iterator[dict[str, Any]]:
        """The records of a revision that could not be read, in file order."""
        path = self.directory(revision) / "rejects.jsonl"
        if path.exists():
            with path.open(encoding="utf-8") as lines:
                yield from (json.loads(line) for line in lines)

    def raw(self, wanted: Mapping[int, Collection[str]]) -> dict[tuple[int, str], str]:
        """The text of records as received, by (revision, key): as the revision brought it (the last, where it has several).

        wanted: the keys of each revision. All is one read, however many revisions it is of."""
        files = {path: revision for revision in wanted for path in self.tables(revision)["records"]}
        keys = [(revision, key) for revision, several in wanted.items() for key in several]
        if not files or not keys:
            return {}
        asked = pa.table(dict(zip(("revision", "key"), map(list, zip(*keys, strict=True)), strict=True)))
        brought = pa.table({"filename": list(files), "revision": list(files.values())})
        with duckdb.connect() as con:
            con.register("asked", asked)
            con.register("brought", brought)
            rows = con.execute(
                """SELECT revision, key, raw FROM read_parquet(?, union_by_name=true, filename=true)
                   JOIN brought USING (filename) JOIN asked USING (revision, key)
                   QUALIFY row_number() OVER (PARTITION BY revision, key ORDER BY observed_at DESC, timepoint DESC, rec DESC) = 1""",
                [list(files)],
            ).fetchall()
        return {(revision, key): raw for revision, key, raw in rows if raw is not None}


def empty_batch(directory: Path) -> None:
    """Write a batch with no rows into a directory (for a revision that brings only endings)."""
    for name, schema in BATCH.items():
        pq.write_table(schema.empty_table(), directory / f"{name}.parquet")
