"""Texts as 63 bits and a sign, the same in DuckDB and in Python: what blocks and sharers are found by."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import md5
from typing import Any, Final

_HALF: Final = 2**63
_NULL: Final = "\\N"
_PART: Final = "\x1f"


def hashed(text: str) -> int:
    """Of a text."""
    return int.from_bytes(md5(text.encode(), usedforsecurity=False).digest()[:8], "little") - _HALF


def hashed_sql(text: str) -> str:
    """SQL: hashed() of a text that is an SQL expression."""
    return f"(md5_number_upper({text})::HUGEINT - {_HALF})::BIGINT"


def joined(parts: Sequence[Any]) -> str:
    """Values as one text; NULL is unlike every text of a column."""
    return _PART.join(_NULL if one is None else str(one) for one in parts)


def joined_sql(parts: Sequence[str]) -> str:
    """SQL: joined() of SQL expressions."""
    return f" || chr({ord(_PART)}) || ".join(f"coalesce(({one})::VARCHAR, '{_NULL}')" for one in parts)


def order(mid: bytes) -> int:
    """Sorts as a mention id does, up to its first 8 bytes."""
    return int.from_bytes(mid[:8], "big") - _HALF
