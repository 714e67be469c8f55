"""Small verbs over Arrow text columns, typed once here; null is "no value"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    Array: TypeAlias = pa.Array[Any]
else:
    Array = pa.Array

# The stubs know no text columns with mixed literals; what these verbs return is typed below instead.
_pc: Any = pc
_pa: Any = pa
_join = _pc.binary_join_element_wise


def flat(column: object) -> Array:
    """A chunked column as one array."""
    return cast(Array, column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column)


def nulls(length: int) -> Array:
    """A text column of nothing."""
    return pa.nulls(length, pa.string())


def repeat(text: str, length: int) -> Array:
    """The same text in every row."""
    return cast(Array, pa.repeat(pa.scalar(text, pa.string()), length))


def trimmed(column: object) -> Array:
    """Text without white space around it; null where nothing is left."""
    return or_null(cast(Array, _pc.utf8_trim_whitespace(flat(column))))


def or_null(texts: Array) -> Array:
    """Null where a text is empty."""
    return cast(Array, _pc.if_else(_pc.equal(texts, ""), pa.scalar(None, pa.string()), texts))


def join(*parts: Array | str) -> Array:
    """Texts joined row by row, null where one is."""
    return cast(Array, _join(*parts, "", null_handling="emit_null"))


def join_present(parts: Sequence[Array], separator: str) -> Array:
    """The texts that are there joined row by row, null where none is."""
    parts = [part for part in parts if part.null_count < len(part)] or list(parts[:1])
    if len(parts) == 1:
        return parts[0]
    if any(not part.null_count for part in parts):
        return cast(Array, _join(*parts, separator, null_handling="skip"))
    # Arrow 25 loses the rows in which it skips every text, so each gets an empty one first, and its separator off.
    joined = _join(repeat("", len(parts[0])), *parts, separator, null_handling="skip")
    return or_null(cast(Array, _pc.utf8_slice_codeunits(joined, start=len(separator))))


def join_gaps(parts: Sequence[Array], separator: str) -> Array:
    """All texts joined row by row, missing ones as empty, null where none is there."""
    joined = cast(Array, _join(*(_pc.fill_null(part, "") for part in parts), separator))
    here = _pc.is_valid(coalesce(parts))
    return cast(Array, _pc.if_else(here, joined, pa.scalar(None, pa.string())))


def coalesce(parts: Sequence[Array]) -> Array:
    """The first text that is there, row by row."""
    return cast(Array, _pc.coalesce(*parts))


def fill(texts: Array, text: str) -> Array:
    """A text in the rows that have none."""
    return cast(Array, _pc.fill_null(texts, text))


def mask(texts: Array) -> Array | None:
    """True where a value is there; None when it is everywhere."""
    return cast(Array, _pc.is_valid(texts)) if texts.null_count else None


def all_of(*masks: Array | None) -> Array | None:
    """True where every mask is; None is True everywhere."""
    result: Array | None = None
    for given in masks:
        if given is not None:
            result = given if result is None else cast(Array, _pc.and_(result, given))
    return result


def without(texts: Array, others: Array) -> Array:
    """The texts, null where the other column holds the same."""
    same = _pc.fill_null(_pc.equal(texts, others), pa.scalar(False))
    return cast(Array, _pc.if_else(same, pa.scalar(None, pa.string()), texts))


def lists(columns: Sequence[Array], length: int) -> Array:
    """One list a row of the values that its columns have there, in the columns' order."""
    columns = [column for column in columns if column.null_count < length]
    if not columns or not length:
        offsets = pa.array(np.zeros(length + 1, np.int32))
        return cast(Array, _pa.ListArray.from_arrays(offsets, pa.array([], pa.string())))
    width = len(columns)
    order = (np.arange(width) * length + np.arange(length)[:, None]).ravel()
    mixed = pa.concat_arrays(columns).take(pa.array(order))
    counts = np.asarray(mixed.is_valid()).reshape(length, width).sum(axis=1)
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]).astype(np.int32))
    return cast(Array, _pa.ListArray.from_arrays(offsets, mixed.drop_null()))
