"""A process that applies a delta and may die on the way: `python -m tests.stores.child URL DELTA REVISION [KILL_AT]`.

It counts the calls made in graph/store and, at the KILL_AT-th, sends itself SIGKILL: in the middle of whatever
the store is doing, at the same place every time. Without KILL_AT it prints how many calls there were.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from graph.model import Revision
from graph.store import open_store
from graph.store.base import Store

CHUNK = 40
"""Rows a transaction of the child's SqliteStore: small, so that a small delta is many."""


def open_small(url: str) -> Store:
    """The store of a URL; SQLite's commits a few rows at a time."""
    if url.startswith("sqlite://"):
        from graph.store.sqlite import SqliteStore

        return SqliteStore(Path(url.removeprefix("sqlite://")), chunk=CHUNK)
    return open_store(url)


def _counting(kill_at: int | None, calls: list[int]) -> Callable[[FrameType, str, object], None]:
    def count(frame: FrameType, event: str, _: object) -> None:
        if event in ("call", "c_call") and "/graph/store/" in frame.f_code.co_filename:
            calls[0] += 1
            if calls[0] == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    return count


def main(url: str, delta: str, revision: str, kill_at: str | None = None) -> None:
    store, calls = open_small(url), [0]
    sys.setprofile(_counting(None if kill_at is None else int(kill_at), calls))
    store.apply(Path(delta), Revision(int(revision)))
    sys.setprofile(None)
    store.close()
    sys.stdout.write(f"{calls[0]}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
