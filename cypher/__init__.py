"""Every Cypher statement of the house: one a file, loaded by name.

A file begins with a comment `// parameters → columns`. Data goes in as parameters only, gathered in one map `$p` (graph/store/neo4j/server.py says why). A store keeps its rows
under labels, relationship types and index names that end in a slot number of ours, 1 or 2, so that a rebuild can
be filled beside the rows in use: the files write that number as `_N` ("Mention_N"), and `load` puts it in.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent
_SLOT: Final = re.compile(r"(?<=\w)_N\b")


@cache
def load(name: str, slot: int | None = None) -> str:
    """The text of `<name>.cypher`, for one slot when its labels have one.

    Raises ValueError when the statement has slots and none is given, or the other way round; FileNotFoundError
    for an unknown name.
    """
    text = (_FOLDER / f"{name}.cypher").read_text(encoding="utf-8")
    if (slot is None) == bool(_SLOT.search(text)):
        raise ValueError(f"cypher/{name}.cypher {'needs a slot' if slot is None else 'has no slots'}.")
    return text if slot is None else _SLOT.sub(f"_{slot:d}", text)


@cache
def names(prefix: str) -> tuple[str, ...]:
    """The names of all statements that begin with a prefix, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob(f"{prefix}*.cypher")))
