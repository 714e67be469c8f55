"""`python -m api.match_follower DATA REVISION`: a directory's match index brought up to a revision, in a process of its own.

Names taken apart in Python would hold the interpreter that a server answers with. It gives way to what else runs, and ends when its
standard input does: with the server that began it, however that ends.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Final

from graph.directory import Directory
from graph.errors import ClewError
from graph.model import Revision
from graph.resolution.online.index import FILE, MatchIndex

_GIVING_WAY: Final = 10


def main(data: Path, revision: Revision) -> int:
    """0 when the index is there; else 1, and what is wrong on stderr."""
    try:
        MatchIndex(data / "index" / FILE, Directory(data).delta).catch_up(revision)
    except ClewError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _end_with_the_server() -> None:
    sys.stdin.read()
    os._exit(2)  # what is not committed is not there: the next one begins where this one did


if __name__ == "__main__":
    os.nice(_GIVING_WAY)
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    sys.exit(main(Path(sys.argv[1]), Revision(int(sys.argv[2]))))
