"""Whether the match index holds what the delta log says. Being behind is no fault: whoever asks brings it up."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import duckdb

from graph.errors import Corrupt
from graph.resolution.online import schema
from graph.resolution.online.columns import BODIES, KINDS
from graph.resolution.online.filling import files
from graph.resolution.online.hashes import hashed

_HANGING: Final = ("block", "share", "called")
"""Tables whose rows each are of a mention."""
_STANDING: Final = "SELECT m.mid, label, row, near, digest FROM mention m LEFT JOIN ended e ON e.n = m.n WHERE e.n IS NULL ORDER BY m.mid"
_AT_ONCE: Final = 5_000


def problems(path: Path, head: int, delta: Callable[[int], Path]) -> Iterator[str]:
    """What is wrong with the match index of a ledger that is at `head`, a sentence each; changes nothing. None where there is no index.

    delta: where a revision's delta lies."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as con:
            yield from _problems(con, path, head, delta)
    except sqlite3.DatabaseError as error:
        yield _said(path, f"cannot be read: {error}")


def _problems(con: sqlite3.Connection, path: Path, head: int, delta: Callable[[int], Path]) -> Iterator[str]:
    (damage,) = con.execute("PRAGMA quick_check(1)").fetchone()
    if damage != "ok":
        yield _said(path, f"is damaged: {damage}")
        return
    state = con.execute("SELECT head, version FROM state").fetchone()
    if state is None:
        yield _said(path, "does not say where it is")
        return
    at, version = state
    if version != schema.version():
        yield _said(
            path,
            "was made by another version of the program",
            "It is made anew when somebody next asks for a match; or remove it.",
        )
    elif at > head:
        yield _said(path, f"is at revision {at}, the ledger at {head}")
    else:
        deltas = [delta(revision) for revision in range(1, at + 1)]
        if all(one.is_dir() for one in deltas) and (wrong := _wrong(con, deltas)):
            yield _said(path, wrong)


def _said(path: Path, what: str, remedy: str = "Remove it; it is made anew.") -> str:
    return str(Corrupt(f"Match index {path} {what}.", remedy=remedy))


def _wrong(con: sqlite3.Connection, deltas: list[Path]) -> str:
    """How its rows are other than what the delta log puts and does not end; "" when they are not."""
    for table in _HANGING:
        sql = f"SELECT count(*) FROM {table} WHERE n NOT IN (SELECT n FROM mention)"
        if lost := con.execute(sql).fetchone()[0]:
            return f"has {lost:,} rows in {table} of mentions that it lacks"
    put = _put(deltas)
    mid, kind, caption = next(put, _END)
    for held, label, row, near, digest in con.execute(_STANDING):
        while mid and mid < held:
            if kind not in BODIES:
                return f"lacks mention {mid.hex()}"
            mid, kind, caption = next(put, _END)
        if mid != held:
            return f"holds mention {held.hex()}, which does not stand"
        if hashed("\x1f".join((str(label), caption, row, near))) != digest:
            return f"holds mention {held.hex()} otherwise than it was told"
        mid, kind, caption = next(put, _END)
    while mid and kind in BODIES:  # one without a name has no row
        mid, kind, caption = next(put, _END)
    return f"lacks mention {mid.hex()}" if mid else ""


_END: Final = (b"", "", "")


def _put(deltas: list[Path]) -> Iterator[tuple[bytes, str, str]]:
    """(mid, kind, caption) of the mentions that stand after some deltas and may have a row, by mid."""
    mentions, ends = files(deltas, "mentions"), files(deltas, "ends")
    if not mentions:
        return
    gone = f"""WHERE row NOT IN (SELECT row FROM {ends} WHERE "table" = 'mentions')""" if ends else ""
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        found = con.execute(
            f"SELECT mid, kind, caption FROM (SELECT * FROM {mentions} {gone}) WHERE kind IN ({kinds}) ORDER BY mid"
        )
        while rows := found.fetchmany(_AT_ONCE):
            yield from rows
