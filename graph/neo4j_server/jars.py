"""The jars of Neo4j with Graph Data Science: exactly those of the committed lock, checked by SHA-256.

`jgo.toml` says what is wanted, `jgo.lock.toml` what that resolved to. A start reads only the lock,
so nothing is resolved again and 345 downloads can run side by side. After changing `jgo.toml` run
`python -m graph.neo4j_server.jars` to write the lock again (two minutes).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import Corrupt, Unreachable

if TYPE_CHECKING:
    from jgo.env import LockedDependency
    from jgo.maven import MavenContext

_SPEC = Path(__file__).with_name("jgo.toml")
LOCK = Path(__file__).with_name("jgo.lock.toml")
_DOWNLOADS_AT_ONCE = 16
_ATTEMPTS = 3
_TIMEOUT_SECONDS = 60


def user_cache() -> Path:
    """The per-user folder downloaded jars are kept in: `$XDG_CACHE_HOME/clew/maven`, else under `~/.cache`."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "clew" / "maven"


def jars(cache: Path | None = None) -> tuple[Path, ...]:
    """Paths of all locked jars in the lock's order, each with its locked checksum.

    Fetches what is missing; one process at a time, others wait. Jars that Maven's own repository already holds
    are used from there. Raises Unreachable (transient) when one cannot be fetched, Corrupt when what arrives is
    not what was locked.
    """
    from jgo.env import LockFile  # heavy, and only needed to start a server
    from jgo.maven import MavenContext

    cache = cache or user_cache()
    locked = LockFile.load(LOCK).dependencies
    context = MavenContext(repo_cache=cache, timeout=_TIMEOUT_SECONDS)
    with _exclusive(cache), ThreadPoolExecutor(_DOWNLOADS_AT_ONCE) as pool:
        return tuple(pool.map(lambda dependency: _jar(dependency, context), locked))


def sha256(path: Path) -> str:
    """The file's SHA-256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _exclusive(cache: Path) -> Iterator[None]:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _jar(locked: LockedDependency, context: MavenContext) -> Path:
    """The verified jar. A partial file of a killed download fails its checksum here and is fetched again."""
    from jgo.constants import default_maven_repo

    artifact = (
        context.project(locked.groupId, locked.artifactId)
        .at_version(locked.version)
        .artifact(locked.classifier or "", locked.packaging)
    )
    relative = artifact.component.path_prefix / artifact.filename
    cached: Path = context.repo_cache / relative
    for candidate in (cached, default_maven_repo() / relative):
        if candidate.is_file() and sha256(candidate) == locked.sha256:
            return candidate
    for attempt in range(_ATTEMPTS):
        cached.unlink(missing_ok=True)
        try:
            artifact.resolve()
            break
        except (OSError, RuntimeError) as error:  # requests' errors are OSErrors
            if attempt == _ATTEMPTS - 1:
                cached.unlink(missing_ok=True)
                raise Unreachable(
                    f"Neo4j: {artifact} could not be fetched into {context.repo_cache} ({error}).",
                    remedy="Check the way to the Maven repository, or set CLEW_TEST_NEO4J_URL to a running server.",
                ) from error
    found = sha256(cached)
    if found != locked.sha256:
        cached.unlink()
        raise Corrupt(f"Neo4j: {artifact} has SHA-256 {found}, the lock says {locked.sha256}.")
    return cached


def write_lock() -> int:
    """Resolves `jgo.toml` anew and writes the lock; the number of jars in it."""
    from jgo.env import EnvironmentBuilder, EnvironmentSpec, compute_spec_hash
    from jgo.maven import MavenContext

    cache = user_cache()
    builder = EnvironmentBuilder(
        MavenContext(repo_cache=cache, timeout=_TIMEOUT_SECONDS), cache_dir=cache / "environments"
    )
    with _exclusive(cache):
        lock = builder.resolve_lockfile(EnvironmentSpec.load(_SPEC))
    lock.spec_hash = compute_spec_hash(_SPEC)
    lock.save(LOCK)
    return len(lock.dependencies)


if __name__ == "__main__":
    print(f"{write_lock()} jars locked in {LOCK}", file=sys.stderr)
