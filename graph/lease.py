"""The data directory's lease: one committer at a time, across processes."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import Busy


@contextmanager
def lease(path: Path, *, wait: float = 600.0, doing: str = "committing to") -> Iterator[None]:
    """Hold the lease file's lock; the kernel releases it when the process dies, however it dies.

    wait: seconds to wait for another holder; then Busy, with what that one is `doing`."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise Busy(
                        f"Another process is {doing} {path.parent}; waited {wait:.0f} s.",
                        remedy="Try again later.",
                    ) from error
                time.sleep(0.05)
        yield
    finally:
        os.close(handle)
