"""Proving a data directory sound: chain, evidence, decisions, delta log, cursors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import ClewError, Corrupt
from graph.files import fingerprint, fingerprint_all, sha256
from graph.ledger import Line

if TYPE_CHECKING:
    from graph.directory import Directory


def problems(directory: Directory) -> Iterator[str]:
    """What is wrong with a directory, a sentence each; reads everything, changes nothing."""
    lines: list[Line] = []
    try:
        lines = directory.ledger.lines()
        directory.ledger.verify()
    except ClewError as error:
        yield str(error)
    for line in lines:
        try:
            _verify(directory, line)
        except (ClewError, OSError) as error:
            yield str(error)
    head = max((line.revision for line in lines), default=0)
    for follower in directory.followers:
        try:
            at = follower.head()
        except ClewError as error:
            yield str(error)
            continue
        if at != head:
            yield f"{_name(follower)} is at revision {at}, the ledger at {head}."


def _verify(directory: Directory, line: Line) -> None:
    if "manifest" in line.content:
        directory.evidence.verify(line.revision, line.content["manifest"])
    if "decisions" in line.content:
        decided(directory, line)
    for name, found in line.content.get("adopted", {}).items():
        kept(directory.root, name, found)
    _verify_delta(directory.delta(line.revision), line.revision)


def _verify_delta(delta: Path, revision: int) -> None:
    """Its manifest is its own, not the ledger's: a later version's rebuild may write other rows."""
    damage = ""
    if not delta.is_dir():
        damage = "is missing"
    elif not (delta / "manifest.json").exists():
        damage = "has no manifest"
    else:
        stated = json.loads((delta / "manifest.json").read_bytes())
        changed = [name for name in stated if not _is(delta / name, stated[name])]
        damage = f"is not what was projected: {changed[0]}" if changed else ""
    if damage:
        raise Corrupt(f"Delta of revision {revision} {damage}.", remedy="Run `clew rebuild`.")


def _is(path: Path, stated: object) -> bool:
    return path.exists() and fingerprint(path) == stated


def decided(directory: Directory, line: Line) -> None:
    """Raise Corrupt unless the decisions a line names are there, unchanged."""
    path = directory.decisions(line.revision)
    if not path.exists():
        raise Corrupt(f"Decisions of revision {line.revision} are missing: {path.name}.")
    if sha256(path) != line.content["decisions"]:
        raise Corrupt(f"Decisions of revision {line.revision} are not those the ledger names.")


def kept(root: Path, model: str, found: str) -> Path:
    """The folder of an adopted version of a model. Raises Corrupt unless it is there, unchanged."""
    folder = root / "models" / found
    if not folder.is_dir():
        damage = "is missing"
    elif fingerprint_all(folder) != found:
        damage = "has changed"
    else:
        return folder
    raise Corrupt(
        f"The version of {model} that decided here {damage}: models/{found}.",
        remedy="Bring the folder back, from a copy of the data directory.",
    )


def _name(follower: object) -> str:
    return str(getattr(follower, "name", type(follower).__name__))
