"""What mentions are compared by: stored columns, upper-case ASCII, one row a mention. One file a kind, loud on a duplicate.

Two steps. `make` reads mentions and the links of their own records, and looks at nobody else. `scoped` adds what hangs
on others, how many share an identifier, counted among the mentions of some labels only (resolve.py says which).

Inputs are two tables or views of a DuckDB connection, with at least these columns:
men(mno, mid, rid, label, kind, caption, props, names, keys), lnk(kind, from_mno, to_mno).
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

import duckdb

from graph.resolution.columns.shared import TIES as TIES
from graph.resolution.columns.shared import scoped as scoped


def _makers() -> dict[str, str]:
    """The module of each kind's columns."""
    found: dict[str, str] = {}
    for module in iter_modules(__path__, f"{__name__}."):
        for kind in getattr(import_module(module.name), "KINDS", ()):
            if kind in found:
                raise ValueError(f"{module.name} and {found[kind]} both make the columns of {kind}")
            found[kind] = module.name
    return found


_MAKERS: Final = _makers()


def make(con: duckdb.DuckDBPyConnection, kinds: tuple[str, ...], men: str, lnk: str, into: str) -> int:
    """Make <into> (a row a mention of these kinds, which share a file) and <into>_near (mno, label, teller, class, value,
    shared): how many rows."""
    (module,) = {_MAKERS[kind] for kind in kinds}
    return int(import_module(module).make(con, men, lnk, into))
