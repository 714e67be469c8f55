"""`clew enrich`: an enricher's words on all texts, as a job: what is new is committed, a revision a source.

Texts are read from the index at one revision, page by page; what is said of a body is kept in the cache as it comes, so
that a killed run goes on where it was. What is assumed of a room is of the texts of one source alone, which all carry
its label: nobody learns by it what he may not read.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from api.service import Service
from graph.access import LOCAL, AccessLabel
from graph.directory import Staged
from graph.errors import Refused
from graph.files import scratch
from graph.jobs import Jobs
from graph.model import View
from graph.search import TextDoc, TextFilter
from ingest.enrich import enricher_named
from ingest.enrich.base import Derived, Enricher, Unavailable
from ingest.enrich.batch import Said, write_said
from ingest.enrich.cache import Cache

PAGE: Final = 1_000
ENOUGH: Final = 5
"""Texts of a room that say something, below which nothing is assumed for those that say nothing."""
CLEAR: Final = 2 / 3
"""The part of them that must say the same: more than half, so there is one such value."""
_UNWRITTEN: Final = frozenset({"system", "file name"})
"""Kinds of texts that nobody wrote."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text and what is said of it; stands: what was said before."""

    tid: bytes
    rec_key: str
    slot: str
    room: str
    digest: str
    said: Derived
    stands: tuple[Any, ...]


def enrich(
    service: Service, name: str, *, reader: str = "local", progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Let an enricher work; gives the report that `clew enrich --json` prints, with "unavailable" where it cannot."""
    enricher = enricher_named(name)
    view = service.view(LOCAL)
    jobs = Jobs(service.settings.data / "ledger.db")
    job = jobs.start("enrich", {"enricher": name}, view.labels, reader)
    cache = Cache(service.settings.data / "cache" / "enrich.db")
    try:
        report = _run(service, enricher, view, cache, jobs, job.id, progress)
    except Unavailable as error:
        jobs.fail(job.id, error.reason)
        return {"enricher": name, "job": job.id, "unavailable": error.reason}
    except BaseException as error:
        jobs.fail(job.id, error if isinstance(error, Exception) else type(error).__name__)
        raise
    finally:
        cache.close()
    jobs.finish(job.id, report)
    return {"enricher": name, "job": job.id, **report}


def _run(
    service: Service, enricher: Enricher, view: View, cache: Cache, jobs: Jobs, job: str,
    progress: Callable[[int, int], None] | None,
) -> dict[str, Any]:  # fmt: skip
    version = enricher.version()
    by_source: dict[int, list[_Text]] = defaultdict(list)
    done = fresh = 0
    for docs, total in _pages(service, view):
        written = [doc for doc in docs if doc.kind not in _UNWRITTEN]
        said, new = _said(enricher, version, cache, [doc.body for doc in written])
        for doc, (digest, one) in zip(written, said, strict=True):
            by_source[doc.source].append(_text(doc, enricher.property, digest, one))
        done, fresh = done + len(docs), fresh + new
        jobs.progress(job, done, total)
        if progress:
            progress(done, total)
        if jobs.cancelled(job):
            raise Refused(
                "The job was cancelled.", remedy="What it worked out is in the cache: begin it again."
            )
    revisions, derived = [], 0
    with scratch(service.settings.data, "staging") as staging:
        for source, texts in sorted(by_source.items()):
            news = _news(enricher, version, texts)
            if news:
                write_said(staging / str(source), enricher.property, version, news, datetime.now(UTC))
                revisions.append(
                    _commit(service, source, enricher.name, version, staging / str(source), len(news))
                )
                derived += len(news)
    return {
        "version": version,
        "texts": done,
        "worked_out": fresh,
        "derived": derived,
        "revisions": revisions,
    }


def _pages(service: Service, view: View) -> Iterator[tuple[Sequence[TextDoc], int]]:
    after = None
    while True:
        page = service.search.texts(view, TextFilter(), after=after, limit=PAGE, ascending=True)
        if page.documents:
            yield page.documents, page.total
            after = page.documents[-1].place
        if len(page.documents) < PAGE:
            return


def _said(
    enricher: Enricher, version: str, cache: Cache, bodies: Sequence[str]
) -> tuple[list[tuple[str, Derived]], int]:
    """(digest, what is said) of each body, and how many of them were worked out now."""
    digests = [hashlib.sha256(body.encode()).hexdigest()[:32] for body in bodies]
    known = cache.get(version, sorted(set(digests)))
    new = {digest: body for digest, body in zip(digests, bodies, strict=True) if digest not in known}
    if new:
        worked = dict(zip(new, enricher.derive(list(new.values())), strict=True))
        cache.put(version, worked)
        known |= worked
    return [(digest, known[digest]) for digest in digests], len(new)


def _text(doc: TextDoc, name: str, digest: str, said: Derived) -> _Text:
    stands = doc.derived.get(name, {})
    room = "\x1f".join(doc.room_keys) or (doc.room.hex() if doc.room else "")
    before = tuple(stands.get(part) for part in ("value", "assumed", "confidence", "by"))
    return _Text(doc.tid, doc.rec_key, doc.slot, room, digest, said, before)


def _news(enricher: Enricher, version: str, texts: Sequence[_Text]) -> list[Said]:
    """What is to be committed of one source: all that does not stand so already."""
    most = _most(enricher, texts)
    news = []
    for text in texts:
        assumed = most.get(text.room) if text.said.value == enricher.nothing else None
        if text.stands != (text.said.value, assumed, text.said.confidence, version):
            news.append(
                Said(
                    text.tid,
                    text.rec_key,
                    text.slot,
                    text.digest,
                    text.said.value,
                    assumed,
                    text.said.confidence,
                )
            )
    return news


def _most(enricher: Enricher, texts: Sequence[_Text]) -> dict[str, str]:
    """What is assumed by room: the value that a clear majority of its texts says, of those that say one."""
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        if enricher.shared and text.room and text.said.value != enricher.nothing:
            told[text.room][text.said.value] += 1
    most = {}
    for room, values in told.items():
        value, times = values.most_common(1)[0]
        if values.total() >= ENOUGH and times >= CLEAR * values.total():
            most[room] = value
    return most


def _commit(service: Service, source: int, name: str, version: str, directory: Any, texts: int) -> int:
    """The revision that a source's news became; in a source of its own, with the label of the one it is about."""
    ledger = service.directory.ledger
    of = next(one for one in ledger.sources() if one.id == source)
    label: AccessLabel = dict(ledger.labels())[of.label]
    counts = {"read": texts, "mentions": 0, "links": 0, "texts": 0, "rejected": 0, "skipped": 0, "leftovers": {},
              "observed": "clock", "notes": []}  # fmt: skip
    digest = hashlib.sha256((directory / "derived.parquet").read_bytes()).hexdigest()
    staged = Staged(
        directory,
        f"{name} of {of.name}",
        label,
        f"enrich-{name}",
        version,
        f"{digest}+{ledger.head()}",
        counts,
    )
    return int(service.directory.commit(staged).revision)
