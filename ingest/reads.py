"""A column of values being cleaned: worked out once for each distinct value, most of them without Python.

A value that has its cleaner's regular form (ingest/cleaning.py) is its own cleaned form, and one that has the form to
be rewritten is a replacement away from it: both Arrow sees for whole columns at a time. Python cleans the others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ingest.arrow import Array, join
from ingest.cleaning import REGULAR, REGULAR_LENGTH, REWRITTEN, UNREADABLE, Cleaner, read_value

_pc: Any = pc


class Read:
    """One column cleaned. value: in every row, null where there is none or it cannot be read.

    flagged: some value is. composed: the values were put together from several columns, so that no one received
    them as such, and they have no original."""

    def __init__(self, source: Array, name: str, clean: Cleaner, composed: bool = False) -> None:
        encoded = cast(Any, source.dictionary_encode())
        self._codes, self._distinct, self._composed = encoded.indices, encoded.dictionary, composed
        self._cleaned, self._odd = _regular(self._distinct, name)
        odd = self._distinct if self._odd is None else self._distinct.filter(self._odd)
        self._outcomes = [(raw, *read_value(name, clean, raw)) for raw in odd.to_pylist()]
        self.flagged = any(flag for _, _, flag in self._outcomes)
        self.value = self._rows(self._cleaned, lambda raw, cleaned, flag: cleaned)

    def pairs(self, head: str = "", tail: str = "") -> Array:
        """JSON [cleaned, original|null] in every row between two texts, null where there is no value."""

        def show(raw: str, cleaned: str | None, flag: str | None) -> str | None:
            return None if cleaned is None else f"{head}{self._pair(raw, cleaned)}{tail}"

        regular = join(f'{head}["', self._cleaned, f'",null]{tail}')
        if self._cleaned is not self._distinct and not self._composed:
            changed = join(f'{head}["', self._cleaned, '","', self._distinct, f'"]{tail}')
            regular = _pc.if_else(_pc.equal(self._cleaned, self._distinct), regular, changed)
        return self._rows(regular, show)

    def texts(self, head: str, bare: bool) -> Array:
        """The cleaned value as JSON after a text, a string unless bare; null where there is none."""

        def show(raw: str, cleaned: str | None, flag: str | None) -> str | None:
            return None if cleaned is None else f"{head}{cleaned if bare else orjson.dumps(cleaned).decode()}"

        quote = "" if bare else '"'
        return self._rows(join(f"{head}{quote}", self._cleaned, quote), show)

    def flags(self, name: str) -> Array:
        """JSON ["<name>:<reason>", original] in the rows that are flagged, else null."""
        return self._flagged(lambda raw, flag: orjson.dumps([f"{name}:{flag}", raw]).decode())

    def link_flags(self, name: str) -> Array:
        """The flag of a link's property as a JSON string, else null."""
        return self._flagged(lambda raw, flag: orjson.dumps(link_flag(name, flag, raw)).decode())

    def _flagged(self, show: Callable[[str, str], str]) -> Array:
        nothing = pa.nulls(len(self._distinct), pa.string())
        return self._rows(nothing, lambda raw, cleaned, flag: None if flag is None else show(raw, flag))

    def _rows(self, regular: Array, show: Callable[[str, str | None, str | None], str | None]) -> Array:
        """What each row shows: `regular` for values of the regular form, show(outcome) for the others."""
        if not self._outcomes:
            return regular.take(self._codes)
        shown = pa.array([show(*outcome) for outcome in self._outcomes], pa.string())
        if self._odd is None:
            return shown.take(self._codes)
        return cast(Array, _pc.replace_with_mask(regular, self._odd, shown).take(self._codes))

    def _pair(self, raw: str, cleaned: str) -> str:
        return orjson.dumps([cleaned, None if self._composed or cleaned == raw else raw]).decode()


def link_flag(name: str, reason: str, original: str) -> str:
    """A flag in a link's properties: "<name>:<reason>", with "=<original>" where the value itself is left out."""
    return f"{name}:{reason}={original}" if reason == UNREADABLE else f"{name}:{reason}"


def _regular(distinct: Array, name: str) -> tuple[Array, Array | None]:
    """(the values cleaned, true for those that Python must clean instead; None when that may be all of them)."""
    if not len(distinct) or (name not in REGULAR and name not in REWRITTEN):
        return distinct, None
    if name in REWRITTEN:
        pattern, replacement = REWRITTEN[name]
        cleaned = _pc.replace_substring_regex(distinct, pattern=pattern, replacement=replacement)
    else:
        pattern, cleaned = REGULAR[name], distinct
    short = np.asarray(_pc.less_equal(_pc.binary_length(distinct), REGULAR_LENGTH))
    regular = np.asarray(_pc.match_substring_regex(distinct, pattern)) & short
    return cleaned, cast(Array, pa.array(~regular))
