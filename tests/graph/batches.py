"""Small batches for tests: compact Python records to the Parquet tables of graph.tables.BATCH."""

from __future__ import annotations

import datetime as dt
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
class R:
    """A record; put False retracts. day: observed_at."""

    key: str
    day: str
    mentions: tuple[M, ...] = ()
    links: tuple[L, ...] = ()
    put: bool = True
    timepoint: int = 0
    raw: str | None = field(default=None)


def write_batch(directory: Path, records: list[R]) -> dict[str, list[str]]:
    """Write a batch; gives the files by table, as Revised.tables wants them."""
    directory.mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[dict[str, object]]] = {"records": [], "mentions": [], "links": []}
    for rec, r in enumerate(records):
        raw = r.raw if r.raw is not None else json.dumps([repr(r.mentions), repr(r.links)])
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
    files = {}
    for table, schema in BATCH.items():
        path = directory / f"{table}.parquet"
        pq.write_table(pa.Table.from_pylist(rows.get(table, []), schema=schema), path)
        files[table] = [str(path)]
    return files
