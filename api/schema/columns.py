"""Columns that runs add to a packed graph: each entity's community, and its risk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from api.schema.context import Info
from api.schema.risk import roles_of, unranked_of


def communities(info: Info, ids: Sequence[str], revision: int) -> list[str]:
    """The community of each, "" for one that is alone or in no run."""
    service, scope = info.context.service, info.context.scope
    runs, view = service.analyses.runs, service.view(scope, revision=revision, head=info.context.head)
    run = runs.latest(view, scope, output="COMMUNITY")
    if run is None:
        return [""] * len(ids)
    table = runs.table(run, "communities")
    names: dict[Any, Any] = dict(zip(table["number"].to_pylist(), table["id"].to_pylist(), strict=True))
    found = _values(runs.table(run, "values"), ids)
    return [names[found[one]].hex() if found.get(one) in names else "" for one in ids]


def scores(info: Info, ids: Sequence[str], revision: int) -> list[float]:
    """The risk of each, 0 for one that is not ranked."""
    service, scope = info.context.service, info.context.scope
    runs, view = service.analyses.runs, service.view(scope, revision=revision, head=info.context.head)
    run = runs.latest(view, scope, output="RISK")
    if run is None:
        return [0.0] * len(ids)
    hidden = {mid.hex() for mid in unranked_of(info, roles_of(info, view))}
    found = _values(runs.table(run, "values"), ids)
    return [0.0 if one in hidden else float(found.get(one, 0.0)) for one in ids]


def _values(table: pa.Table, ids: Sequence[str]) -> dict[str, Any]:
    """The values of some entities of a run, by shown id."""
    wanted = pa.array([bytes.fromhex(one) for one in ids], pa.binary(16))
    held = table.filter(pc.is_in(table["id"], wanted)).select(["id", "value"])
    return {row["id"].hex(): row["value"] for row in held.to_pylist()}
