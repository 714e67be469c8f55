"""Where an index lies and how one generation of it replaces another.

    index/current          the name of the live generation, replaced by rename: the one write of a switch
    index/<generation>/    the Tantivy index of names and facets; in its folder texts/ that of texts

Whoever has an old generation open goes on with it: its segments stay mapped after the directory is gone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import tantivy

from graph.errors import Busy, Corrupt
from graph.model import Revision
from graph.search.documents import schema as names_schema

FIRST: Final = "1"


class Reader(NamedTuple):
    """One state of the index: what it holds does not change while it is read."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher
    head: Revision


def live(path: Path) -> str:
    """The generation that this index's readers use."""
    try:
        return (path / "current").read_text().strip() or FIRST
    except FileNotFoundError:
        return FIRST


def make_live(path: Path, generation: str) -> None:
    """Point readers at a generation, in one write that is on disk when this returns."""
    path.mkdir(parents=True, exist_ok=True)
    fresh = path / "current.new"
    with fresh.open("w") as file:
        file.write(generation)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path / "current")
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def drop_others(path: Path) -> None:
    """Remove every generation but the live one."""
    keep = live(path)
    for other in sorted(path.glob("*/")):
        if other.name != keep and other.name.isdecimal():
            shutil.rmtree(other, ignore_errors=True)


def stamp(folder: Path) -> tuple[int, int] | None:
    """Changes whenever a commit is published in a generation; None when nothing ever was."""
    try:
        found = (folder / "meta.json").stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def open_index(folder: Path, schema: Callable[[], tantivy.Schema]) -> tantivy.Index | None:
    """The Tantivy index of a generation; None when nothing was ever committed to it.

    Raises Corrupt when its files cannot be read."""
    return None if stamp(folder) is None else create_index(folder, schema)


def create_index(folder: Path, schema: Callable[[], tantivy.Schema] = names_schema) -> tantivy.Index:
    """The Tantivy index of a generation, made when there is none. Raises Corrupt as open_index does."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(schema(), path=str(folder))
        index.config_reader("manual")
    except (OSError, ValueError) as error:
        raise Corrupt(
            f"Search index {folder} cannot be opened: {error}.", remedy="Run `clew rebuild`."
        ) from error
    return index


def open_writer(index: tantivy.Index, folder: Path, *, heap: int, threads: int) -> tantivy.IndexWriter:
    """The one writer a generation can have. Raises Busy while another process has it."""
    try:
        return index.writer(heap, threads)
    except ValueError as error:
        if "LockBusy" not in str(error):
            raise Corrupt(f"Search index {folder} cannot be written: {error}.") from error
        raise Busy(
            f"Search index {folder} is being written by another process.", remedy="Try again."
        ) from error


def read(index: tantivy.Index) -> Reader:
    """The index as last committed, with the head that was written in the same commit. Raises Corrupt."""
    try:
        index.reload()
    except (OSError, ValueError) as error:
        raise Corrupt(f"The search index cannot be read: {error}.", remedy="Run `clew rebuild`.") from error
    searcher = index.searcher()
    found = searcher.search(heads(index.schema), limit=1, count=False).hits
    head: Any = searcher.doc(found[0][1]).get_first("head") if found else 0
    return Reader(index.schema, searcher, Revision(head))


def heads(schema: tantivy.Schema) -> tantivy.Query:
    """The one document that says how far the index has come."""
    unsigned = tantivy.FieldType.Unsigned
    return tantivy.Query.range_query(schema, "head", unsigned, 0, None, use_inverted_index=True)
