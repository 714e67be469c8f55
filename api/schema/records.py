"""The records behind entities and links as GraphQL types."""

from __future__ import annotations

import strawberry

from api.schema.paging import PageInfo, Total, Truncation
from api.service import Service
from graph.model import Total as TotalModel
from graph.model import View
from graph.reading import answers


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
    raw: str | None


@strawberry.type(description="The records behind an entity or a link, by mention id.")
class Provenance:
    statements: list[Statement]
    total_count: Total
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int

    @classmethod
    def of(cls, service: Service, view: View, found: answers.Provenance) -> Provenance:
        names_of = {source.id: source.name for source in service.directory.ledger.sources()}
        files = service.directory.ledger.files(s.revision for s in found.statements)
        statements = [
            Statement(
                mention=strawberry.ID(s.mention.hex()), kind=s.kind, source=names_of[s.source], file=files[s.revision],
                key=s.rec_key, slot=s.slot, locator=s.locator, observed_at=s.observed_at, revision=s.revision,
                derived_by=s.derived_by, raw=s.raw,
            )
            for s in found.statements
        ]  # fmt: skip
        truncated = Truncation.all([found.truncated])
        return cls(
            statements=statements, total_count=Total.of(TotalModel(found.total)), page_info=PageInfo.of(truncated),
            truncated=truncated, revision=view.revision,
        )  # fmt: skip
