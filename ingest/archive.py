"""Files out of .zip and .gz, bounded: an archive can't fill the disk, escape its folder or hide another archive.

The archive as a whole is refused when its names or its sizes are hostile; a member that alone is encrypted or
an archive itself is refused alone.
"""

from __future__ import annotations

import errno
import gzip
import lzma
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

from graph.errors import Refused

_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
_CHUNK = 1 << 20
# What the readers of archives raise for bytes that are no such archive; bz2 says OSError (see _chunk).
_BROKEN = (
    EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError,
    UnicodeDecodeError, ValueError, OverflowError, IndexError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bounds:
    """size: bytes of all members unpacked. ratio: unpacked over packed, looked at from `grace` bytes on, as small
    texts may pack very well. count: members. depth of folders in a member's name is bounded by its length."""

    size: int = 64 << 30
    ratio: int = 200
    grace: int = 64 << 20
    count: int = 1_000
    name: int = 512


BOUNDS = Bounds()
"""The whole register is 2.7 GB at ratio 6; controllers' parts are 0.4 GB at ratio 9 (formats.md 1.1, 1.2)."""


@dataclass(frozen=True, slots=True)
class Member:
    """A plain file to read. name: its own name. Or, when `refused` says why and what now, one that was not unpacked."""

    name: str
    path: Path
    refused: str | None = None


def members(path: Path, into: Path, bounds: Bounds = BOUNDS) -> Iterator[Member]:
    """The file itself, or the members of the archive that it is, each unpacked just before it is given.

    into: an existing folder for them; each is deleted when the next is asked for. Raises Refused for an archive
    that is broken, breaks the bounds or holds a name that leads out of its folder."""
    with path.open("rb") as file:
        magic = file.read(4)
    if magic[:2] == _GZIP:
        yield from _gzip(path, into, bounds)
    elif magic in _ZIP:
        yield from _zip(path, into, bounds)
    else:
        yield Member(readable(path), path)


def readable(path: Path) -> str:
    """A file's own name as text that can be written down: what of it is no UTF-8 is replaced."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _gzip(path: Path, into: Path, bounds: Bounds) -> Iterator[Member]:
    name = re.sub(r"(?i)\.gz$", "", readable(path))
    target = into / "0"
    try:
        with gzip.open(path, "rb") as source:
            _copy(cast(IO[bytes], source), target, path, path.stat().st_size, 0, bounds)
        yield _unless_nested(Member(name, target))
    except _BROKEN as error:
        raise Refused(f"{readable(path)}: the archive is cut off or broken ({error}).") from error
    finally:
        target.unlink(missing_ok=True)


def _zip(path: Path, into: Path, bounds: Bounds) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [
                info for info in archive.infolist() if not info.is_dir() and not _of_macos(info.filename)
            ]
            _check(path, infos, bounds)
            if not infos:
                raise Refused(f"{readable(path)}: the archive holds no file.")
            unpacked = 0
            for index, info in enumerate(infos):
                own = PurePosixPath(info.filename).name
                if info.flag_bits & 1:
                    yield Member(own, path, "is encrypted. Unpack it with its password first.")
                    continue
                target = into / str(index)
                try:
                    with archive.open(info) as source:
                        unpacked += _copy(source, target, path, max(1, info.compress_size), unpacked, bounds)
                    yield _unless_nested(Member(own, target))
                finally:
                    target.unlink(missing_ok=True)
    except (*_BROKEN, OSError) as error:
        # Told to seek before its start, the file calls the argument invalid; all else is the machine's trouble.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        raise Refused(f"{readable(path)}: the archive is cut off or broken ({error}).") from error


def _check(path: Path, infos: list[zipfile.ZipInfo], bounds: Bounds) -> None:
    if len(infos) > bounds.count:
        raise Refused(
            f"{readable(path)}: holds {len(infos)} files, more than {bounds.count}.",
            remedy="Unpack it first.",
        )
    for info in infos:
        name = info.filename
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if (
            name.startswith(("/", "\\"))
            or ".." in parts
            or ":" in name
            or "\0" in name
            or len(name) > bounds.name
        ):
            raise Refused(
                f"{readable(path)}: holds a file named {name[:80]!r}, which leads out of its folder."
            )


def _copy(source: IO[bytes], target: Path, archive: Path, packed: int, before: int, bounds: Bounds) -> int:
    size = 0
    with target.open("wb") as out:
        while chunk := _chunk(source):
            size += len(chunk)
            if before + size > bounds.size:
                raise Refused(f"{readable(archive)}: unpacks to more than {bounds.size >> 30} GiB.")
            if size > bounds.grace and size > bounds.ratio * packed:
                raise Refused(
                    f"{readable(archive)}: unpacks to more than {bounds.ratio} times its size: an archive bomb?"
                )
            out.write(chunk)
    return size


def _chunk(source: IO[bytes]) -> bytes:
    """The next bytes of a member; EOFError also for what its reader calls an error of the machine."""
    try:
        return source.read(_CHUNK)
    except gzip.BadGzipFile:
        raise
    except OSError as error:
        if error.errno is not None:
            raise
        raise EOFError(str(error)) from error


def _unless_nested(member: Member) -> Member:
    with member.path.open("rb") as file:
        magic = file.read(4)
    if magic[:2] == _GZIP or magic in _ZIP:
        return Member(member.name, member.path, "is an archive inside an archive. Unpack it first.")
    return member


def _of_macos(name: str) -> bool:
    """Finder's companions of files (resource forks), which are no part of what was packed."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name == ".DS_Store"
