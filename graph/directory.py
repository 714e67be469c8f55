"""A data directory: the truth (evidence, decisions, ledger) and what follows it.

    evidence/ decisions/ deltas/   one entry a revision          secret      the key of mention ids
    ledger.db                      the chain of revisions        lease       held for one commit
    models/                        adopted versions of models, by fingerprint
    state.duckdb store.db index/   projections, can be rebuilt   readers.toml

A commit: evidence is written, the projection works out the delta, one ledger line makes it so, then the followers
are driven to it. Killed before the line, nothing happened; killed after, the next commit (or `catch_up`) goes on.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from graph import check as checking
from graph.access import PUBLIC, AccessLabel
from graph.commits import Asked as Asked
from graph.commits import Committed as Committed
from graph.commits import Deciding as Deciding
from graph.commits import Follower as Follower
from graph.commits import Staged as Staged
from graph.commits import Stepping
from graph.errors import Corrupt, NotHeld, Refused
from graph.evidence import Evidence
from graph.files import drop, fingerprint, scratch, sha256, sync, write_once
from graph.lease import lease
from graph.ledger import Entry, Judgement, Ledger, Line, Source
from graph.model import LabelId, MentionId, Revision
from graph.projection import Matcher, Projection, Revised, Trial
from graph.projection.endings import Snapshot
from graph.snapshots import COMPLETE, Whole, held_since, held_snapshots, whole

T = TypeVar("T")


def utc_now() -> str:
    """The clock, to the microsecond: the only place a commit reads it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Directory:
    """A data directory, opened for reading by everyone; commits take its lease."""

    def __init__(
        self,
        root: Path,
        followers: tuple[Follower, ...] = (),
        *,
        match: Matcher | None = None,
        clock: Callable[[], str] = utc_now,
        memory: str = "2000MB",
    ) -> None:
        self.root = root
        self.followers = followers
        self.ledger = Ledger(_made(root) / "ledger.db")
        self.evidence = Evidence(root / "evidence")
        self._match, self._clock, self._memory = match, clock, memory

    @property
    def secret(self) -> bytes:
        """The key of mention ids: made once, readable by the owner only."""
        path = self.root / "secret"
        if not path.exists():
            write_once(path, secrets.token_hex(32))
        return bytes.fromhex(path.read_text(encoding="ascii"))

    def delta(self, revision: int) -> Path:
        """A revision's delta directory."""
        return self.root / "deltas" / f"{revision:08d}"

    def decisions(self, revision: int) -> Path:
        """Where a revision's model decisions lie, when it has any."""
        return self.root / "decisions" / f"{revision:08d}.parquet"

    def commit(self, staged: Staged) -> Committed:
        """Make a staged batch a revision. Takes the staged directory over.

        Raises Refused when the source carries another label, Busy when another process keeps the lease."""
        with self.committing() as commit:
            return commit(staged)

    @contextmanager
    def committing(self) -> Iterator[Callable[[Staged], Committed]]:
        """Several commits in a row: the lease is taken and the state opened once, and the followers are driven once, at the end.

        Each is a revision as commit() makes it, and stands when its call returns. Raises Busy as commit does."""
        with lease(self.root / "lease"), self._projection() as projection:
            yield lambda staged: self._commit(projection, staged)

    def _commit(self, projection: Projection, staged: Staged) -> Committed:
        source = self.ledger.source(staged.source, staged.label, purpose=staged.purpose, zone=staged.zone)
        # Held as complete, bytes are held; held otherwise, they are not yet when said to be complete.
        brought = self.ledger.held(source.id, staged.digest, staged.digest + COMPLETE)
        held = held_since(brought, staged.observed_at, dated=staged.dated, part=staged.part)
        if held is not None:
            return Committed(held, fresh=False)
        revision = Revision(self.ledger.head() + 1)
        lines = self.ledger.wholes(source.id)
        alone = Whole(staged.observed_at if staged.complete else "")
        found = whole(staged.part, staged.observed_at, lines) if staged.part else alone
        this = Snapshot(found.since, staged.covers, staged.absence == "closed") if found.since else None
        others = [self.evidence.tables(r)["records"][0] for r in found.beside]
        ended = projection.end(source.id, staged.directory, this, held_snapshots(lines), others)
        manifest = self.evidence.write(staged.directory, revision)
        notes = (found.note,) if found.note else ()
        content = {
            "file": staged.file,
            "format": staged.format,
            "manifest": manifest,
            "counts": {**staged.counts, "notes": [*staged.counts.get("notes", ()), *notes]},
            "observed_at": staged.observed_at,
            "complete": this is not None,
            "part": None if staged.part is None else asdict(staged.part),
            "snapshot": None if this is None else asdict(this),
            "ended": ended,
        }
        entry = Entry("ingest", self._clock(), content, source, staged.digest)
        self._project(projection, self._revised(revision, source), entry, staged.label)
        return Committed(revision, fresh=True, ended=ended, notes=notes)

    def judge(
        self,
        a: MentionId,
        b: MentionId,
        verdict: str,
        *,
        reader: str,
        note: str = "",
        label: AccessLabel | None = None,
    ) -> Judgement:
        """Say that two mentions are SAME, DIFFERENT, or that it is UNSURE; a revision of its own.

        Raises Refused for a mention paired with itself, or when just this already stands; NotHeld for an unknown id."""
        return self.judge_many(lambda: [(a, b, verdict, note)], reader=reader, label=label)[0]

    def judge_many(
        self,
        plan: Callable[[], Sequence[Asked]],
        *,
        reader: str,
        label: AccessLabel | None = None,
    ) -> tuple[Judgement, ...]:
        """Say several such things as one revision: all of them, or none. Raises as judge does.

        plan: gives them, none at all too; asked under the lease with every follower at the head, so that what it is planned
        by is what it is committed to."""
        with lease(self.root / "lease"), self._projection() as projection:
            self._drive()
            said = plan()
            if not said:
                return ()
            for a, b, verdict, _ in said:
                if verdict not in ("SAME", "DIFFERENT", "UNSURE"):
                    raise Refused(f"Verdict {verdict!r} is none.", remedy="Use SAME, DIFFERENT or UNSURE.")
                if a == b:
                    raise Refused("A mention cannot be judged against itself.")
            for mention in projection.unknown(sorted({mid for a, b, _, _ in said for mid in (a, b)})):
                raise NotHeld(f"There is no mention {mention.hex()}.")
            standing = {(j.a, j.b, j.verdict): j for j in self.ledger.judgements() if j.undone is None}
            revision = Revision(self.ledger.head() + 1)
            number = LabelId(PUBLIC if label is None else self.ledger.label_id(label))
            made: dict[str, Judgement] = {}
            for a, b, verdict, note in said:
                first, second = sorted((a, b))
                if held := standing.get((first, second, verdict)):
                    raise Refused(f"{verdict} already stands between these: judgement {held.id}.")
                seed = f"{first.hex()}|{second.hex()}|{verdict}|{reader}|{revision}"
                identity = hashlib.sha256(seed.encode()).hexdigest()[:32]
                made[identity] = Judgement(identity, first, second, verdict, number, reader, note, revision)
            judged = tuple(made.values())
            entry = Entry("judge", self._clock(), {}, judgements=judged)
            self._project(projection, Revised(revision, judged=judged), entry, label)
        return judged

    def resolve(self, plan: Callable[[], Deciding]) -> Revision | None:
        """Let models decide on all that stands; a revision of its own, None when nothing new was decided.

        plan: gives the run to be made; asked under the lease, so that no version is adopted between. Holds the lease while it runs."""
        with (
            lease(self.root / "lease"),
            self._projection() as projection,
            scratch(self.root, "resolving") as work,
        ):
            run = plan()
            projection.decide(run.match, work / "decisions.parquet")
            if not (work / "decisions.parquet").exists() and not run.always:
                return None
            revision = Revision(self.ledger.head() + 1)
            what = Revised(revision, decisions=self.decisions(revision))
            held = {"adopted": dict(run.adopted)} if run.adopted else {}
            entry = Entry("resolve", self._clock(), {"models": dict(run.digests), **held})

            def take(_: object, path: Path) -> None:
                if (work / "decisions.parquet").exists():
                    (work / "decisions.parquet").replace(path)

            self._project(projection, what, entry, None, take)
        return revision

    def consult(self, match: Matcher, into: Path) -> None:
        """Let a matcher read all that stands and make something of it at a path; nothing is committed."""
        with lease(self.root / "lease"), self._projection() as projection:
            projection.decide(match, into)

    def preview(self, match: Matcher, look: Callable[[Trial | None], T]) -> T:
        """What a look at the state before and after a run of the models gives; None is looked at when it decides nothing.

        Nothing is committed. Takes the lease while it runs."""
        with (
            lease(self.root / "lease"),
            self._projection() as projection,
            scratch(self.root, "resolving") as work,
        ):
            decided = work / "decisions.parquet"
            projection.decide(match, decided)
            if not decided.exists():
                return look(None)
            revision = Revision(self.ledger.head() + 1)
            with projection.trying(Revised(revision, decisions=decided), work / "delta") as trial:
                return look(trial)

    def undo(self, *judgements: str) -> Revision:
        """Take judgements back; one revision of its own. Raises NotHeld when one does not stand."""
        with lease(self.root / "lease"), self._projection() as projection:
            standing = {j.id for j in self.ledger.judgements() if j.undone is None}
            for judgement in judgements:
                if judgement not in standing:
                    raise NotHeld(
                        f"Judgement {judgement!r} does not stand.", remedy="It was never made, or is undone."
                    )
            revision = Revision(self.ledger.head() + 1)
            entry = Entry("undo", self._clock(), {}, undone=judgements)
            self._project(projection, Revised(revision, undone=judgements), entry, None)
        return revision

    def catch_up(self, *, wait: float = 600.0) -> Revision:
        """Drive the projection and every follower to the ledger's head; gives it. For after a crash.

        wait: seconds for another process's commit to end; then Busy."""
        with lease(self.root / "lease", wait=wait), self._projection():
            return self.ledger.head()

    def replay(self, projection: Projection, line: Line, delta: Path) -> None:
        """Project a revision again from evidence, judgements and the decisions made then, and keep it."""
        source = next((s for s in self.ledger.sources() if s.id == line.source), None)
        judged = tuple(j for j in self.ledger.judgements() if j.revision == line.revision)
        undone = tuple(line.content.get("undone", ()))
        what = self._revised(line.revision, source, judged, undone)
        if line.content.get("decisions"):
            checking.decided(self, line)
            what = replace(what, decisions=self.decisions(line.revision))
        projection.project(what, delta)
        _seal(delta)
        projection.commit()

    def project_from_nothing(
        self, path: Path, deltas: Path, until: Revision, each: Callable[[Path, Revision], None]
    ) -> None:
        """Replay every revision up to `until` into a new state file, or go on in one; each(delta, revision) gets
        every delta in turn."""
        projection = Projection(path, self.secret, memory=self._memory)
        try:
            for line in self.ledger.lines(projection.head()):
                if line.revision > until:
                    break
                delta = deltas / f"{line.revision:08d}"
                self.replay(projection, line, delta)
                each(delta, line.revision)
        finally:
            projection.close()

    @contextmanager
    def replacing(self, work: Path, each: Callable[[Path, Revision], None]) -> Iterator[Revision]:
        """Put what project_from_nothing() made in `work` (state.duckdb, deltas/) in the place of this directory's.

        Under the lease: what was committed meanwhile is replayed first, and given to each(delta, revision); the
        followers are switched in the body, so that no reader and no committer meets the new without the old."""
        with lease(self.root / "lease"):
            head = self.ledger.head()
            self.project_from_nothing(work / "state.duckdb", work / "deltas", head, each)
            (work / "deltas").mkdir(exist_ok=True)
            self._replace()
            # The one write after which a killed process's successor finishes the replacement.
            work.rename(self.root / "rebuilt")
            self._replace()
            yield head

    def replaced_halfway(self) -> bool:
        """Whether a process was killed while it replaced the projections; the next commit or catch_up() finishes it."""
        return (self.root / "rebuilt").exists()

    def _replace(self) -> None:
        """Finish a replacement of the projections that was begun; under the lease. Each step can be done again."""
        rebuilt = self.root / "rebuilt"
        if (rebuilt / "deltas").exists():
            drop(self.root / "deltas")
            (rebuilt / "deltas").rename(self.root / "deltas")
        if (rebuilt / "state.duckdb").exists():
            drop(self.root / "state.duckdb.wal")
            (rebuilt / "state.duckdb").replace(self.root / "state.duckdb")
        drop(rebuilt)

    def _revised(
        self,
        revision: Revision,
        source: Source | None,
        judged: tuple[Judgement, ...] = (),
        undone: tuple[str, ...] = (),
    ) -> Revised:
        if source is None:
            return Revised(revision, None, {}, judged, undone)
        return Revised(
            revision, source, self.evidence.tables(revision), judged, undone, self.decisions(revision)
        )

    def _project(
        self,
        projection: Projection,
        what: Revised,
        entry: Entry,
        label: AccessLabel | None,
        match: Matcher | None = None,
    ) -> None:
        revision = Revision(what.revision)
        if what.decisions:
            # What an uncommitted attempt decided under this number does not count.
            what.decisions.unlink(missing_ok=True)
            what.decisions.parent.mkdir(parents=True, exist_ok=True)
        try:
            rows = projection.project(what, self.delta(revision), match or self._match)
            _seal(self.delta(revision))
            content = {**entry.content, "rows": rows}
            if what.decisions and what.decisions.exists():
                sync(what.decisions)
                sync(what.decisions.parent)
                content["decisions"] = sha256(what.decisions)
            self.ledger.append(
                Entry(
                    entry.kind, entry.at, content, entry.source, entry.digest, entry.judgements, entry.undone
                ),
                label,
            )
        except BaseException:
            projection.rollback()
            raise
        projection.commit()

    @contextmanager
    def _projection(self) -> Iterator[Projection]:
        """The projection at the ledger's head; followers are driven there once it is left. Under the lease only.

        It is closed before they are driven, so that a bulk commit's working memory is given back first."""
        self._replace()
        drop(self.root / "state.tmp")  # what a killed commit had spilled
        projection = Projection(self.root / "state.duckdb", self.secret, memory=self._memory)
        try:
            if projection.head() > self.ledger.head():
                raise Corrupt(
                    f"The projection is at revision {projection.head()}, the ledger at {self.ledger.head()}.",
                    remedy="Bring the ledger's lost lines back, or go on without them: `clew rebuild`.",
                )
            for line in self.ledger.lines(projection.head()):
                self.replay(projection, line, self.delta(line.revision))
            yield projection
        finally:
            projection.close()
        self._drive()

    def _drive(self) -> None:
        head = self.ledger.head()
        for follower in self.followers:
            behind = range(follower.head() + 1, head + 1)
            if len(behind) > 1 and isinstance(follower, Stepping):
                follower.apply_all([self._projected(revision) for revision in behind])
                continue
            for revision in behind:
                follower.apply(*self._projected(revision))

    def _projected(self, revision: int) -> tuple[Path, Revision]:
        delta = self.delta(revision)
        if not delta.is_dir():  # a follower would take it for one without rows
            raise Corrupt(f"Delta of revision {revision} is missing.", remedy="Run `clew rebuild`.")
        return delta, Revision(revision)

    def check(self) -> dict[str, Any]:
        """Verify chain, evidence, decisions, deltas and cursors. {"ok": bool, "revisions": n, "problems": [text]}."""
        problems = list(checking.problems(self))
        return {"ok": not problems, "revisions": self.ledger.head(), "problems": problems}


def _made(root: Path) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    return root


def _seal(delta: Path) -> None:
    """Write a delta's manifest: what `check` holds its files to."""
    files = {path.name: fingerprint(path) for path in sorted(delta.glob("*.parquet"))}
    (delta / "manifest.json").write_text(json.dumps(files, indent=1), encoding="ascii")
