"""What the reads of the SQLite store share: the view as SQL, rows as the model's tuples, lists as parameters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from graph.model import LabelId, View
from graph.store.sqlite_schema import WORDS


def columns(model: type[NamedTuple], alias: str) -> str:
    """The select list that gives a model's tuple from a table, words spelt out."""
    return ", ".join(
        f'(SELECT word FROM words WHERE id = {alias}."{name}")' if name in WORDS else f'{alias}."{name}"'
        for name in model._fields
    )


def seen(alias: str) -> str:
    """The condition that a view sees a row. Parameters: view_parameters."""
    return (
        f"{alias}.label IN (SELECT value FROM json_each(:labels))"
        f" AND {alias}.since <= :at AND {alias}.until > :at"
    )


def valid(alias: str, view: View) -> str:
    """The condition that a link's interval contains the view's day; unknown bounds are open."""
    if view.valid is None:
        return ""
    # 'T99' is after every instant of the day: text of this form sorts by time (graph/tables.py).
    return f" AND ifnull({alias}.valid_from <= :day || 'T99', 1) AND ifnull({alias}.valid_to >= :day, 1)"


@lru_cache(maxsize=256)
def _labels(labels: frozenset[LabelId]) -> str:
    return json.dumps(sorted(labels))


def view_parameters(view: View) -> dict[str, Any]:
    """The named parameters of `seen` and `valid`."""
    day = {} if view.valid is None else {"day": view.valid.isoformat()}
    return {"labels": _labels(view.labels), "at": view.revision, **day}


def numbers(values: Iterable[int]) -> str:
    """Integers as the JSON that json_each reads: any number of them is one parameter."""
    return json.dumps(sorted(set(values)))


IDS = (
    "ids (id) AS MATERIALIZED (WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT :count)"
    " SELECT substr(:packed, 16 * i + 1, 16) FROM n WHERE :count > 0)"
)
"""A table of ids from one BLOB, 16 bytes each: SQLite has no array of BLOBs. Parameters: packed_ids."""


def packed_ids(values: Sequence[bytes]) -> dict[str, Any]:
    """The named parameters of IDS; what is not 16 bytes long is nobody's id and left out."""
    ids = sorted({value for value in values if len(value) == 16})
    return {"packed": b"".join(ids), "count": len(ids)}
