"""The records behind entities and links as GraphQL types."""

from __future__ import annotations

import strawberry

from api.schema.paging import PageInfo, Total, Truncation
from api.service import Service
from graph.model import Mention, Revision, View
from graph.model import Total as TotalModel
from graph.reading import answers


class Texts:
    """The records of one answer: their sources' names, their files, and themselves as they were received. Once one is asked
    for, all that were shown by then are read at once."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._wanted: dict[int, set[str]] = {}
        self._held: dict[tuple[int, str], str | None] = {}
        self._revisions: set[int] = set()
        self._files: dict[int, str] = {}
        self._sources: dict[int, str] = {}

    def want(self, revision: int, key: str) -> None:
        """Count a record among those that may be asked for."""
        self._revisions.add(revision)
        if (revision, key) not in self._held:
            self._wanted.setdefault(revision, set()).add(key)

    def source(self, id: int) -> str:
        """A source's name."""
        if id not in self._sources:
            self._sources = {source.id: source.name for source in self._service.directory.ledger.sources()}
        return self._sources[id]

    def file(self, revision: int) -> str:
        """The file that a revision took in."""
        if revision not in self._files:
            missing = (self._revisions | {revision}) - self._files.keys()
            self._files |= self._service.directory.ledger.files(Revision(each) for each in missing)
        return self._files[revision]

    def of(self, revision: int, key: str) -> str | None:
        """A record as its revision brought it; None where evidence no longer has it."""
        self.want(revision, key)
        if self._wanted:
            found = self._service.directory.evidence.raw(self._wanted)
            self._held |= {
                (at, each): found.get((at, each)) for at, keys in self._wanted.items() for each in keys
            }
            self._wanted.clear()
        return self._held[revision, key]


@strawberry.type(
    description="A record that stands behind something: what it is in its source, where in its file, and as it was received."
)
class Statement:
    mention: strawberry.ID
    kind: str
    source: str
    file: str
    key: str
    slot: str
    locator: str
    observed_at: str
    revision: int
    derived_by: str | None
    texts: strawberry.Private[Texts]

    @classmethod
    def of(cls, mid: bytes, said: answers.Statement | Mention, texts: Texts) -> Statement:
        """The record behind a mention."""
        return cls(
            mention=strawberry.ID(mid.hex()), kind=said.kind, source=texts.source(said.source),
            file=texts.file(said.revision), key=said.rec_key, slot=said.slot, locator=said.locator,
            observed_at=said.observed_at, revision=said.revision, derived_by=said.derived_by, texts=texts,
        )  # fmt: skip

    @strawberry.field(description="The record as it was received.")
    def raw(self) -> str | None:
        return self.texts.of(self.revision, self.key)


@strawberry.type(description="The records behind an entity or a link, by mention id.")
class Provenance:
    statements: list[Statement]
    total_count: Total
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int

    @classmethod
    def of(cls, view: View, found: answers.Provenance, texts: Texts) -> Provenance:
        for s in found.statements:
            texts.want(s.revision, s.rec_key)
        statements = [Statement.of(s.mention, s, texts) for s in found.statements]
        truncated = Truncation.all([found.truncated])
        return cls(
            statements=statements, total_count=Total.of(TotalModel(found.total)), page_info=PageInfo.of(truncated),
            truncated=truncated, revision=view.revision,
        )  # fmt: skip
