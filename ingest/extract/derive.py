"""From a batch's texts to the mentions derived from them: of the same record, joined to its author and room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
import pyarrow as pa

from graph.tables import BATCH
from ingest.describe import properties_of
from ingest.extract import findings
from ingest.extract.base import Finder, Found, Setting

_UNREAD: Final = frozenset({"system", "file name"})
"""Kinds of texts that nobody wrote."""


def derived(texts: pa.Table, platform: str, named: Mapping[int, Sequence[str]]) -> tuple[pa.Table, pa.Table]:
    """(mentions, links) that a `texts` table comes to. named: by record, who it says that its texts address.

    A mention's slot is "<text's slot>@<where it begins>"."""
    mentions: list[tuple[Any, ...]] = []
    links: list[tuple[Any, ...]] = []
    columns = ("rec", "slot", "kind", "author_slot", "room_slot", "sent_at", "body")
    for rec, slot, kind, author, room, sent_at, body in zip(
        *(texts.column(name).to_pylist() for name in columns), strict=True
    ):
        if kind in _UNREAD or not body:
            continue
        around = Setting(platform if room else "", sent_at, tuple(named.get(rec, ())))
        for finder, found in findings(body, around):
            own = f"{slot}@{found.start}"
            mentions.append(_mention(rec, own, finder, found))
            props = {"text": slot, "start": found.start, "end": found.end, "confidence": found.confidence}
            told = orjson.dumps(props).decode()
            ends = (end for end in (author, room) if end is not None)
            links += [(rec, "MENTIONS", "", end, own, sent_at, sent_at, told) for end in ends]
    return _table("mentions", mentions), _table("links", links)


def _mention(rec: int, slot: str, finder: Finder, found: Found) -> tuple[Any, ...]:
    props = properties_of(found.kind)
    for name, value in found.values.items():
        props.add(name, value)
    by = f"{finder.name} {finder.version}"
    return (
        rec,
        slot,
        found.kind,
        found.caption,
        2,
        props.json(),
        list(found.names),
        list(found.keys),
        [],
        by,
        None,
        None,
    )


def _table(name: str, rows: list[tuple[Any, ...]]) -> pa.Table:
    schema = BATCH[name]
    if not rows:
        return schema.empty_table()
    columns = [
        pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), schema, strict=True)
    ]
    return pa.table(columns, schema=schema)
