"""A watched folder: files that are put into it are taken in once, each a revision as `clew ingest` makes it.

A file counts as complete when it has not changed for SETTLED looks, three seconds; names that begin with a dot or end with
.part, .tmp or ~ are work in hand: what is written slowly is put there under such a name and renamed. What became of each is remembered in the data directory (folder.jsonl: path, size, time,
outcome), so that a file is not read again after a restart; one that changes, or comes again, is. Nothing in the folder
is moved or removed: it is its owner's.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from api.intake import Intake
from api.service import Service
from graph.errors import ClewError, Transient

EVERY: Final = 0.5
"""Seconds between two looks."""

SETTLED: Final = 6
"""Looks that must find a file unchanged: whoever writes it may pause."""

_HAND: Final = (".part", ".tmp", ".crdownload", "~")
_LOG = logging.getLogger("clew.folder")

Stamp = tuple[int, int]
"""Size and time of last change: a file's state, as told apart from look to look."""


class Folder:
    """One watched folder. tell: what gets a report of each file, as `clew ingest --json` prints it."""

    def __init__(
        self,
        service: Service,
        path: Path,
        intake: Intake,
        tell: Callable[[dict[str, Any]], None],
        *,
        settled: int = SETTLED,
    ) -> None:
        self._service, self._path, self._intake, self._tell = service, path, intake, tell
        self._settled = settled
        self._log = service.settings.data / "folder.jsonl"
        self._done = _remembered(self._log)
        self._last: dict[str, tuple[Stamp, int]] = {}

    def look(self) -> int:
        """Take in what has come and is complete; gives how many files that were."""
        before, self._last = self._last, {}
        for name, stamp in self._files():
            was, looks = before.get(name, (stamp, -1))
            self._last[name] = stamp, looks + 1 if was == stamp else 0
        taken = 0
        for name, (stamp, looks) in sorted(self._last.items()):
            if looks >= self._settled and self._done.get(name) != stamp:
                taken += self._take(Path(name), stamp)
        return taken

    def _files(self) -> Iterator[tuple[str, Stamp]]:
        for folder, folders, files in os.walk(self._path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in files:
                if name.startswith(".") or name.endswith(_HAND):
                    continue
                path = Path(folder, name)
                try:
                    found = path.stat()
                except OSError:  # gone meanwhile
                    continue
                if path.is_file():
                    yield str(path.absolute()), (found.st_size, found.st_mtime_ns)

    def _take(self, path: Path, stamp: Stamp) -> bool:
        outcomes: list[dict[str, Any]] = []
        try:
            for report in self._service.ingest(path, self._intake):
                outcomes.append(report)
                self._tell(report)
        except Transient as error:  # somebody commits at length: it is tried again at the next look
            _LOG.warning("%s waits: %s", path.name, error)
            return False
        except (ClewError, OSError) as error:
            outcomes.append({"file": path.name, "refused": str(error)})
            self._tell(outcomes[-1])
        self._done[str(path)] = stamp
        shown = [
            {key: each[key] for key in ("file", "revision", "refused") if key in each} for each in outcomes
        ]
        line = {"path": str(path), "size": stamp[0], "changed": stamp[1], "outcomes": shown}
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        return True

    @contextmanager
    def watched(self, every: float = EVERY) -> Iterator[None]:
        """It is looked at in a thread of its own while the body runs; a file being taken in is finished first."""
        stop = threading.Event()

        def run() -> None:
            while not stop.wait(every):
                try:
                    self.look()
                except Exception:  # a fault of one look must not end the watch unseen
                    _LOG.exception("The folder could not be looked at")

        thread = threading.Thread(target=run, name="clew-folder", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def _remembered(log: Path) -> dict[str, Stamp]:
    """By path, the state in which each file was taken in or refused last."""
    done: dict[str, Stamp] = {}
    if log.exists():
        for text in log.read_text(encoding="utf-8").splitlines():
            try:
                line = json.loads(text)
                done[line["path"]] = (line["size"], line["changed"])
            except (
                ValueError,
                KeyError,
            ):  # the last line of a killed process: its file is read again, and held
                continue
    return done
