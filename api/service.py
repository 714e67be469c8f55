"""One Clew, opened: the data directory with its store and search index, and what they are asked for.

The only place that puts `ingest`, `graph` and the followers together; the CLI, the API and the tests all use it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from analytics.alerts.follower import Alerts
from api.analysing import Analyses
from api.intake import Intake, in_groups, landed, read_all
from api.settings import Settings
from graph.access import Scope, scope_of
from graph.directory import Deciding, Directory
from graph.errors import ClewError, NotHeld, Replaced
from graph.files import scratch
from graph.lease import lease
from graph.model import Revision, View
from graph.reading import Graph
from graph.resolution import versions
from graph.resolution.decide import decide
from graph.resolution.models.base import Model
from graph.resolution.online.checking import problems as match_problems
from graph.resolution.online.index import FILE, MatchIndex
from graph.resolution.preview import Preview, preview
from graph.search import SearchIndex
from graph.store import open_store
from graph.store.base import Store
from ingest.pipeline import Progress


class Service:
    """Opened once per process. Reads are thread-safe; commits wait for the directory's lease."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        settings.data.mkdir(parents=True, exist_ok=True)
        self.store = self._open()
        self.graph = Graph(self.store)
        self._before: list[Store] = []
        self._opening = threading.Lock()
        self.search = SearchIndex(settings.data / "index")
        self.directory = Directory(
            settings.data, (_StoreNow(self), self.search), match=decide, memory=settings.memory
        )
        self.alerts = Alerts(
            self.directory.ledger, settings.data / "readers.toml", self.directory.delta, lambda: self.store
        )
        self.directory.followers += (self.alerts,)
        self.analyses = Analyses(self)

    def _open(self) -> Store:
        settings = self.settings
        return open_store(
            settings.store, data=settings.data, user=settings.neo4j_user, password=settings.neo4j_password
        )

    def close(self) -> None:
        """Release the store, when the jobs that need it have ended."""
        self.analyses.close()
        for store in (*self._before, self.store):
            store.close()

    def store_head(self) -> Revision:
        """The store's head; the store is opened again when another process has rebuilt it."""
        store = self.store
        try:
            return store.head()
        except Replaced:
            with self._opening:
                if self.store is store:
                    # Requests under way may still use it: closed with the service.
                    self._before.append(store)
                    self.store = self._open()
                    self.graph = Graph(self.store)
            return self.store.head()

    def scope(self, reader: str | None) -> Scope:
        """The scope of a named reader of readers.toml; the local reader's when None. NotHeld for an unknown name."""
        return scope_of(self.settings.data / "readers.toml", reader)

    def head(self) -> Revision:
        """The revision that both the store and the index have reached: what is answered from."""
        return Revision(min(self.store_head(), self.search.head()))

    def view(
        self,
        scope: Scope,
        *,
        revision: int | None = None,
        at: str | None = None,
        valid: date | None = None,
        head: Revision | None = None,
    ) -> View:
        """A reader's view now, at a known revision, or as known at a UTC instant; NotHeld beyond the head.

        head: the one that a request was begun at, so that its parts agree."""
        head = self.head() if head is None else head
        if at is not None:
            # A line that its followers have not reached yet is not known to anybody yet.
            revision = min(self.directory.ledger.revision_at(at), head)
        if revision is None:
            revision = head
        if not 0 <= revision <= head:
            raise NotHeld(f"Revision {revision} is not held: the head is {head}.")
        return View(scope.labels(self.directory.ledger.labels()), Revision(revision), valid)

    def ingest(
        self,
        path: Path,
        intake: Intake,
        *,
        progress: Progress | None = None,
        note: Callable[[str, str], None] | None = None,
        held: Callable[[str, Revision], None] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Take in a file or every member of an archive, one revision each; gives one report a file as it lands.

        A report is what `clew ingest --json` prints; note(file, text) is told what else there is to say of a file
        that was read, held(file, revision) since when one is held that commits nothing. A file that is refused
        leaves the others alone."""
        yield from self.ingest_all([path], intake, progress=progress, note=note, held=held)

    def ingest_all(
        self,
        paths: Iterable[Path],
        intake: Intake,
        *,
        progress: Progress | None = None,
        note: Callable[[str, str], None] | None = None,
        held: Callable[[str, Revision], None] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Take in files as ingest() does, in their order, a revision each. Small ones that come together are committed in one go, and
        their reports come when that is done: an open state and a step of the index are dear beside a phone book."""
        with scratch(self.settings.data, "staging") as staging:
            for together in in_groups(read_all(paths, intake, staging, progress)):
                yield from landed(self.directory, together, intake, note, held)

    def resolve(self, *, anew: bool = False, model: str = "", engine: str = "duckdb") -> dict[str, Any]:
        """Let the models decide (graph/resolution/resolve.py): what `clew resolve --json` prints.

        anew: compare all again, and nothing by memory; it comes to the same. model: a version to adopt (graph/resolution/versions.py):
        all is decided anew with it, and from now on. engine: where (graph/resolution/engines).
        revision: None when nothing new was decided, and nothing committed."""
        from graph.resolution.engines import opened  # Splink takes a second to load
        from graph.resolution.resolve import Run, digests, resolve

        started, runs = time.monotonic(), list[Run]()
        new = versions.load(model) if model else None

        def plan() -> Deciding:
            before = versions.adopted(self.directory.ledger.lines())
            kept = {new.decider: versions.keep(self.settings.data, new)} if new else {}
            held = {name: found for name, found in (before | kept).items() if found}
            models = versions.in_force(self.settings.data, held)

            def match(con: Any, path: Path) -> None:
                with opened(engine, self.settings.data, anew=anew) as run_on:
                    runs.append(resolve(con, path, models=models, engine=run_on))

            return Deciding(match, digests(models), held, always=held != before)

        revision = self.directory.resolve(plan)
        return {"revision": revision, **asdict(runs[0]), "seconds": round(time.monotonic() - started, 3)}

    def preview(self, scope: Scope, limit: int, *, model: str = "", engine: str = "duckdb") -> Preview:
        """What resolve() with this model and engine would change for a reader; nothing is committed, no version kept, nothing of what
        runs remember touched."""
        from graph.resolution.engines import apart
        from graph.resolution.resolve import resolve

        labels = self.view(scope).labels
        new = [versions.load(model)] if model else []

        def decide_anew(con: Any, path: Path) -> None:
            chosen = {m.decider: m for m in (*self.models(self.directory.ledger.head()), *new)}
            with apart(engine, self.settings.data) as run_on:
                resolve(con, path, models=tuple(chosen.values()), engine=run_on)

        return self.directory.preview(decide_anew, lambda trial: preview(trial, labels, limit))

    def train(self, kind: str, out: Path, *, about: str, seed: int | None) -> dict[str, Any]:
        """Make a version of a kind's model from what stands and everybody may see; gives its card."""
        from graph.resolution.train import SEED, make_version, trainable

        model, cards = trainable(kind), list[dict[str, Any]]()
        about = about or f"a data directory at revision {self.directory.ledger.head()}"

        def learn(con: Any, into: Path) -> None:
            cards.append(make_version(con, model, into, about=about, seed=SEED if seed is None else seed))

        self.directory.consult(learn, out)
        return cards[0]

    def models(self, revision: Revision) -> tuple[Model, ...]:
        """The models in the versions that are in force at a revision."""
        return versions.in_force(
            self.settings.data, versions.adopted(self.directory.ledger.lines(), revision)
        )

    def rebuild(
        self, until: int | None = None, *, progress: Callable[[int, int], None] | None = None
    ) -> Revision:
        """Make the store, the index and the state anew from evidence, judgements and decisions, in one switch.

        until: only up to that revision, into the chosen store alone, which must not be the live one: the directory's
        own state stays. progress(done, all) is called after each revision."""
        ledger = self.directory.ledger
        last = ledger.head() if until is None else Revision(until)
        if not 0 <= last <= ledger.head():
            raise NotHeld(f"Revision {last} is not held: the head is {ledger.head()}.")
        targets: list[Any] = [self.store] if until is not None else [self.store, self.search]
        # One rebuild at a time: a store's next rebuild drops the one before it, finished or not.
        with (
            lease(self.settings.data / "rebuilding", wait=0, doing="rebuilding"),
            scratch(self.settings.data, "rebuild") as work,
        ):
            fresh = [target.rebuilding() for target in targets]

            def follow(delta: Path, revision: Revision) -> None:
                for follower in fresh:
                    follower.apply(delta, revision)
                if progress:
                    progress(revision, max(last, revision))

            try:
                self.directory.project_from_nothing(work / "state.duckdb", work / "deltas", last, follow)
                if until is not None:
                    self.store.switch(fresh[0])
                    return last
                with self.directory.replacing(work, follow) as head:
                    for target, rebuilt in zip(targets, fresh, strict=True):
                        target.switch(rebuilt)
                    MatchIndex(self.settings.data / "index" / FILE, self.directory.delta).forget()
                    return head
            finally:
                fresh[0].close()

    def check(self) -> dict[str, Any]:
        """Directory.check(), after finishing what a killed commit or rebuild left. A store further behind than one
        revision, with the index at the head, was not left so by a kill: it is told, not driven."""
        unfinished: list[str] = []
        directory = self.directory
        try:
            # Followers are driven in one order, the index after the store: a kill leaves it behind, several revisions maybe.
            last = directory.ledger.head()
            if directory.replaced_halfway() or self.search.head() < last or self.head() == last - 1:
                directory.catch_up()
            self.alerts.follow(self.head())
        except ClewError as error:
            unfinished.append(str(error))
        found = directory.check()
        index = self.settings.data / "index" / FILE
        matching = match_problems(index, directory.ledger.head(), directory.delta)
        problems = unfinished + [x for x in (*found["problems"], *matching) if x not in unfinished]
        return {**found, "ok": not problems, "problems": problems}

    def sources(self, scope: Scope, until: int | None = None) -> list[dict[str, Any]]:
        """The sources a reader may see, by name, with their labels and what came in, up to a revision."""
        ledger = self.directory.ledger
        labels = dict(ledger.labels())
        lines = ledger.lines()
        return [
            {
                "name": source.name,
                "label": asdict(labels[source.label]),
                "purpose": source.purpose,
                "zone": source.zone,
                "files": [
                    {
                        "file": line.content["file"],
                        "format": line.content["format"],
                        "revision": line.revision,
                        "at": line.at,
                        "complete": line.content["complete"],
                        "ended": line.content["ended"],
                        **line.content["counts"],
                    }
                    for line in lines
                    if line.source == source.id and (until is None or line.revision <= until)
                ],
            }
            for source in sorted(ledger.sources(), key=lambda s: s.name)
            if scope.sees(labels[source.label]) and (until is None or source.revision <= until)
        ]


class _StoreNow:
    """The service's store as a follower, whichever it is after a rebuild by another process."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @property
    def name(self) -> str:
        return type(self._service.store).__name__

    def head(self) -> Revision:
        return self._service.store_head()

    def apply(self, delta: Path, revision: Revision) -> None:
        self._service.store.apply(delta, revision)
