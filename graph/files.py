"""Files on the disk: their hashes, whole or not at all, and folders for work in hand."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(path: Path) -> dict[str, Any]:
    """What a manifest states of a file: {"sha256", "bytes"}."""
    return {"sha256": sha256(path), "bytes": path.stat().st_size}


def fingerprint_all(folder: Path) -> str:
    """SHA-256 of the files in a folder, names and bytes, in hex."""
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        whole.update(f"{path.name} {len(data)}\n".encode() + data)
    return whole.hexdigest()


def sync(path: Path) -> None:
    """Bring a file's bytes, or a folder's entries, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def drop(path: Path) -> None:
    """Remove a file or directory of ours, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_once(path: Path, text: str) -> None:
    """Make a file, readable by its owner only, whole and on the disk or not at all; one that is there already stays."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(part, path)
    part.unlink()
    sync(path.parent)


@contextmanager
def scratch(root: Path, prefix: str) -> Iterator[Path]:
    """A new folder `root`/`prefix`-…, this process's alone, removed at the end.

    Folders of that prefix whose processes are gone are removed first: a killed ingest may have left gigabytes."""
    with _locked(root):  # nobody sweeps between the making of a folder and its lock
        for left in root.glob(f"{prefix}-*"):
            _sweep(left)
        path = Path(tempfile.mkdtemp(prefix=f"{prefix}-", dir=root))
        held = _lock(path)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(held)


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    handle = _lock(root)
    try:
        yield
    finally:
        os.close(handle)


def _lock(path: Path, flags: int = fcntl.LOCK_EX) -> int:
    """An open handle that holds a folder's lock; the kernel lets go of it when the process dies."""
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, flags)
    except BaseException:
        os.close(handle)
        raise
    return handle


def _sweep(left: Path) -> None:
    with suppress(BlockingIOError, FileNotFoundError):
        handle = _lock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(left, ignore_errors=True)
        os.close(handle)
