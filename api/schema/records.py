"""The records behind entities and links as GraphQL types."""

from __future__ import annotations

import strawberry

from api.schema.paging import PageInfo, Total, Truncation
from api.service import Service
from graph.model import Total as TotalModel
from graph.model import View
from graph.reading import answers


class Texts:
    """The records of one answer as they were received: once one is asked for, all that were shown by then are read
    at once."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._wanted: dict[int, set[str]] = {}
        self._held: dict[tuple[int, str], str | None] = {}

    def want(self, revision: int, key: str) -> None:
        """Count a record among those that may be asked for."""
        if (revision, key) not in self._held:
            self._wanted.setdefault(revision, set()).add(key)

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
    def of(cls, service: Service, view: View, found: answers.Provenance, texts: Texts) -> Provenance:
        names_of = {source.id: source.name for source in service.directory.ledger.sources()}
        files = service.directory.ledger.files(s.revision for s in found.statements)
        for s in found.statements:
            texts.want(s.revision, s.rec_key)
        statements = [
            Statement(
                mention=strawberry.ID(s.mention.hex()), kind=s.kind, source=names_of[s.source], file=files[s.revision],
                key=s.rec_key, slot=s.slot, locator=s.locator, observed_at=s.observed_at, revision=s.revision,
                derived_by=s.derived_by, texts=texts,
            )
            for s in found.statements
        ]  # fmt: skip
        truncated = Truncation.all([found.truncated])
        return cls(
            statements=statements, total_count=Total.of(TotalModel(found.total)), page_info=PageInfo.of(truncated),
            truncated=truncated, revision=view.revision,
        )  # fmt: skip
