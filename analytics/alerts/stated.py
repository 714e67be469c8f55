"""Watched identifiers that are no key of what states them: a registration mark, beside an airframe's own address.

The first mention that states one, and that its watcher may see, is what the watch hangs on from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analytics.alerts.places import batches
from graph.model import LabelId, MentionId
from graph.ontology import ontology
from graph.watches import Watch

_COLUMNS = ["mid", "kind", "label", "props"]


def waiting_for(watch: Watch) -> list[tuple[str, str, str]]:
    """(entity kind, property, value) of what a mention may state for a watch to hang on; [] for most watches."""
    if watch.mention is not None:
        return []
    found = []
    for key in watch.keys:
        name, _, value = key.partition(":")
        identifier = ontology().identifiers.get(name)
        if identifier is not None and identifier.uniqueness != "global":
            found.append((identifier.kind, name, value))
    return found


def stating(delta: Path, watches: Sequence[Watch], labels: Mapping[str, frozenset[LabelId]]) -> list[Watch]:
    """The watches that a delta's mentions give something to hang on, with it. labels: what each watch's reader sees."""
    waiting: dict[tuple[str, str, str], list[Watch]] = {}
    for watch in watches:
        for what in waiting_for(watch):
            waiting.setdefault(what, []).append(watch)
    if not waiting:
        return []
    found: dict[str, Watch] = {}
    for batch in batches(delta / "mentions.parquet", _COLUMNS):
        for name in sorted({name for _, name, _ in waiting}):
            for row in _said(batch, name, [value for _, other, value in waiting if other == name]):
                for watch in waiting.get((row["kind"], name, row["value"]), ()):
                    if row["label"] in labels[watch.id] and watch.id not in found:
                        found[watch.id] = replace(watch, mention=MentionId(row["mid"]))
    return list(found.values())


def _said(batch: pa.RecordBatch, name: str, values: list[str]) -> list[dict[str, Any]]:
    """The rows whose first value of a property is one of some."""
    column: Any = batch.column("props")
    said: Any = pc.extract_regex(column, pattern=rf'"{name}":\s*\[\["(?P<value>[^"\\]+)"')
    value: Any = pc.struct_field(said, "value")
    held = pc.is_in(value, value_set=pa.array(values, pa.string()))
    return batch.append_column("value", value).filter(held).to_pylist()
