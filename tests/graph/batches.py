"""Small batches for tests: compact Python records to the Parquet tables of graph.tables.BATCH."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from graph.tables import BATCH


@dataclass(frozen=True)
class M:
    """A mention: slot, kind, keys, name (caption and search name), facets, authority."""

    slot: str
    kind: str
    keys: tuple[str, ...] = ()
    name: str = ""
    facets: tuple[str, ...] = ()
    authority: int = 0
    props: str | None = None
    also: tuple[str, ...] = ()
    """further search names"""
    derived_by: str | None = None


@dataclass(frozen=True)
class L:
    """A mention link between two slots."""

    kind: str
    source: str
    target: str
    role: str = ""
    valid_from: str | None = None
    valid_to: str | None = None
    props: str | None = None


@dataclass(frozen=True)
class T:
    """A text of a record."""

    slot: str
    body: str
    author: str | None = None
    room: str | None = None
    sent_at: str | None = None
    language: str | None = None
    reply_to: str | None = None
    kind: str = "message"


@dataclass(frozen=True)
class D:
    """A derived value of a text, of the body that it was made of."""

    tid: bytes
    body: str
    value: str
    assumed: str | None = None
    confidence: float = 1.0
    property: str = "language"


@dataclass(frozen=True)
class R:
    """A record; put False retracts. day: observed_at."""

    key: str
    day: str
    mentions: tuple[M, ...] = ()
    links: tuple[L, ...] = ()
    put: bool = True
    timepoint: int = 0
    raw: str | None = field(default=None)
    texts: tuple[T, ...] = ()
    derived: tuple[D, ...] = ()


def _raw(r: R) -> str:
    more = [repr(r.texts), repr(r.derived)] if r.texts or r.derived else []
    return json.dumps([repr(r.mentions), repr(r.links), *more])


def write_batch(directory: Path, records: list[R]) -> dict[str, list[str]]:
    """Write a batch; gives the files by table, as Revised.tables wants them."""
    directory.mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[dict[str, object]]] = {
        "records": [],
        "mentions": [],
        "links": [],
        "texts": [],
        "derived": [],
    }
    for rec, r in enumerate(records):
        raw = r.raw if r.raw is not None else _raw(r)
        observed = dt.datetime.fromisoformat(r.day).replace(tzinfo=dt.UTC)
        rows["records"].append(
            {
                "rec": rec,
                "key": r.key,
                "put": r.put,
                "observed_at": observed,
                "timepoint": r.timepoint,
                "locator": f"line {rec + 1}",
                "raw": raw,
            }
        )
        for m in r.mentions:
            rows["mentions"].append(
                {
                    "rec": rec,
                    "slot": m.slot,
                    "kind": m.kind,
                    "caption": m.name,
                    "authority": m.authority,
                    "props": m.props,
                    "names": [*([m.name] if m.name else []), *m.also],
                    "keys": list(m.keys),
                    "facets": list(m.facets),
                    "derived_by": m.derived_by,
                }
            )
        for link in r.links:
            rows["links"].append(
                {
                    "rec": rec,
                    "kind": link.kind,
                    "role": link.role,
                    "from_slot": link.source,
                    "to_slot": link.target,
                    "valid_from": link.valid_from,
                    "valid_to": link.valid_to,
                    "props": link.props,
                }
            )
        for t in r.texts:
            rows["texts"].append(
                {
                    "rec": rec, "slot": t.slot, "kind": t.kind, "author_slot": t.author, "room_slot": t.room,
                    "sent_at": t.sent_at, "body": t.body, "reply_to": t.reply_to, "language": t.language,
                }
            )  # fmt: skip
        for d in r.derived:
            rows["derived"].append(
                {
                    "rec": rec, "tid": d.tid, "property": d.property, "value": d.value, "assumed": d.assumed,
                    "confidence": d.confidence, "digest": hashlib.sha256(d.body.encode()).hexdigest()[:32],
                    "derived_by": "made-up 1",
                }
            )  # fmt: skip
    files = {}
    for table, schema in BATCH.items():
        path = directory / f"{table}.parquet"
        pq.write_table(pa.Table.from_pylist(rows.get(table, []), schema=schema), path)
        files[table] = [str(path)]
    return files
