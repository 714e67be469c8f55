"""Rows of the aircraft register made ready for its mapping: one set of columns for both generations of the file, and
owners and operators told apart from texts that name nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.values.folding import tidy
from ingest.arrow import Array, trimmed
from ingest.helpers.party import is_organisation, names_nobody

_pc: Any = pc

READY: Final = (
    "icao24", "timestamp", "acars", "adsb", "built", "categorydescription", "country", "engines", "firstflightdate",
    "firstseen", "icaoaircraftclass", "icaoaircrafttype", "linenumber", "manufacturericao", "manufacturername", "model",
    "modes", "nextreg", "notes", "operator", "operatorcallsign", "operatoriata", "operatoricao", "owner", "prevreg",
    "reguntil", "registered", "registration", "seatconfiguration", "selcal", "serialnumber", "status", "testreg",
    "typecode", "vdl",
)  # fmt: skip
"""The columns of both generations, in lower case; a file has those of one."""

MADE: Final = (
    "address", "mark_alone", "until", "owner_person", "owner_organisation", "owner_nobody", "operator_person",
    "operator_organisation", "operator_nobody", "operator_name", "operator_key",
)  # fmt: skip
"""What is made of them."""


class Ready:
    """Batches made ready, and what was left out of them. skipped: rows without anything, and dummies. backward: rows
    whose registration ends before it begins."""

    def __init__(self) -> None:
        self.empty = self.dummies = self.backward = 0

    @property
    def skipped(self) -> int:
        return self.empty + self.dummies

    def batch(self, source: pa.Table) -> pa.Table:
        """The rows that say something, with the columns READY and MADE, `line` and `raw`; other columns stay."""
        table = source.rename_columns([name.lower() for name in source.column_names])
        for name in READY:
            if name not in table.column_names:
                table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
        table = self._without_dummies(table)
        made = self._made(table)
        for name in MADE:
            table = table.append_column(name, made[name])
        return table

    def _without_dummies(self, table: pa.Table) -> pa.Table:
        icao24, registration = _text(table, "icao24"), _text(table, "registration")
        said = np.zeros(table.num_rows, bool)
        for name in READY:
            said |= np.asarray(_pc.not_equal(_text(table, name), ""))
        # Addresses below 004000 are no state's (ICAO Annex 10): 000000 and 000023 stand where none is known.
        dummy = np.asarray(_unallotted(icao24)) & np.asarray(_pc.equal(registration, "")) & said
        self.empty += int((~said).sum())
        self.dummies += int(dummy.sum())
        keep = said & ~dummy
        return table if keep.all() else table.filter(pa.array(keep))

    def _made(self, table: pa.Table) -> dict[str, Array]:
        icao24, begins, ends = _text(table, "icao24"), _text(table, "registered"), _text(table, "reguntil")
        backward = _pc.and_(
            _pc.and_(_pc.not_equal(begins, ""), _pc.not_equal(ends, "")), _pc.less(ends, begins)
        )
        self.backward += int(_pc.sum(backward).as_py() or 0)
        code = _pc.utf8_upper(_text(table, "operatoricao"))
        coded = _pc.match_substring_regex(code, "^[A-Z]{3}$")
        operator, owner = _sorted_out(_text(table, "operator")), _sorted_out(_text(table, "owner"))
        # Who has a three-letter code is an airline, whatever it is called, and firms own what airlines fly.
        name = _pc.if_else(coded, _either(operator), operator["organisation"])
        unallotted = _unallotted(icao24)
        return {
            "address": _pc.if_else(unallotted, "", icao24),
            "mark_alone": _pc.if_else(
                _pc.or_(unallotted, _pc.equal(icao24, "")), _text(table, "registration"), ""
            ),
            "until": _pc.if_else(backward, "", ends),
            "owner_person": _pc.if_else(coded, None, owner["person"]),
            "owner_organisation": _pc.if_else(coded, _either(owner), owner["organisation"]),
            "owner_nobody": owner["nobody"],
            "operator_person": _pc.if_else(coded, None, operator["person"]),
            "operator_organisation": _pc.coalesce(name, _pc.if_else(coded, code, None)),
            "operator_nobody": operator["nobody"],
            "operator_name": name,
            "operator_key": _pc.if_else(coded, code, None),
        }


def _either(named: dict[str, Array]) -> Array:
    return cast(Array, _pc.coalesce(named["organisation"], named["person"]))


def _text(table: pa.Table, name: str) -> Array:
    return cast(Array, _pc.fill_null(trimmed(table[name]), ""))


def _unallotted(icao24: Array) -> Array:
    return cast(Array, _pc.match_substring_regex(icao24, "^00[0-3]"))


def _sorted_out(texts: Array) -> dict[str, Array]:
    """A column of names parted into those of persons, of organisations, and texts that name nobody; null elsewhere."""
    encoded = cast(Any, texts).dictionary_encode()
    distinct = [tidy(text or "") for text in encoded.dictionary.to_pylist()]
    kinds: dict[str, Callable[[str], bool]] = {
        "nobody": names_nobody,
        "organisation": is_organisation,
        "person": lambda name: not names_nobody(name) and not is_organisation(name),
    }
    return {
        kind: pa.array([text if text and holds(text) else None for text in distinct], pa.string()).take(
            encoded.indices
        )
        for kind, holds in kinds.items()
    }
