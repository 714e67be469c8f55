"""The root fields: what can be asked, and the two things that can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from api.schema import types as t
from api.schema.context import AsOf, Context, identifier_keys, mention_ids, view_of
from api.schema.flights import Flights
from api.schema.flights import flights as find_flights
from api.service import Service
from graph.errors import ClewError, InvalidValue
from graph.model import MentionId, Revision, View
from graph.reading import answers

Info = t.Info
MOST = 1000
"""The most that one answer lists, whatever a limit argument says; larger limits are refused."""


def _limit(name: str, value: int) -> int:
    if not 1 <= value <= MOST:
        raise InvalidValue(name, value, f"1 to {MOST}")
    return value


@strawberry.type
class Query:
    @strawberry.field(
        description="Entities by name: typos, initials, word order and other scripts are forgiven."
    )
    def search(
        self,
        info: Info,
        text: str,
        kinds: list[str] | None = None,
        limit: int = 20,
        as_of: AsOf | None = None,
    ) -> t.Hits:
        view, service = view_of(info, as_of), info.context.service
        found = service.search.find(view, text, kinds=kinds or (), limit=_limit("limit", limit))
        entities = service.graph.located(view, [(hit.comp, hit.grp) for hit in found.hits])
        hits: dict[bytes, t.Hit] = {}
        for hit, entity in zip(found.hits, entities, strict=True):
            if entity is not None and entity.id not in hits:
                hits[entity.id] = t.Hit(entity=t.Entity.of(entity, view), score=hit.score, name=hit.name)
        return t.Hits(
            hits=list(hits.values()), total=t.Total.of(found.total), candidates_cut=found.candidate_limit_hit
        )

    @strawberry.field(description="The entity where a mention now lives; any id ever worn resolves.")
    def node(self, info: Info, id: strawberry.ID, as_of: AsOf | None = None) -> t.Entity | None:
        return _entities(info, [id], view_of(info, as_of))[0]

    @strawberry.field(description="As node, for several ids, in their order.")
    def nodes(self, info: Info, ids: list[strawberry.ID], as_of: AsOf | None = None) -> list[t.Entity | None]:
        return _entities(info, ids, view_of(info, as_of))

    @strawberry.field(
        description="The entity that holds an identifier, e.g. (Company, 5857258), (Airport, MAN)."
    )
    def entity(self, info: Info, kind: str, identifier: str, as_of: AsOf | None = None) -> t.Entity | None:
        return _identified(info, kind, identifier, view_of(info, as_of))

    @strawberry.field(description="A company by number; leading zeros may be left out.")
    def company(self, info: Info, number: str, as_of: AsOf | None = None) -> t.Entity | None:
        return _identified(info, "Company", number, view_of(info, as_of))

    @strawberry.field(description="An airport by ICAO or IATA code.")
    def airport(self, info: Info, code: str, as_of: AsOf | None = None) -> t.Entity | None:
        return _identified(info, "Airport", code, view_of(info, as_of))

    @strawberry.field(
        description="One hop around some entities: counts first, then the first links of each kind."
    )
    def expand(
        self, info: Info, ids: list[strawberry.ID], link_kinds: list[str] | None = None, per_kind_limit: int = 25,
        exclude: list[strawberry.ID] | None = None, after: list[str] | None = None, as_of: AsOf | None = None,
    ) -> list[t.Expansion]:  # fmt: skip
        view = view_of(info, as_of)
        found = info.context.service.graph.expand(
            view, mention_ids(ids), link_kinds=link_kinds or (), per_kind_limit=_limit("perKindLimit", per_kind_limit),
            exclude=mention_ids(exclude or ()), after=after or (),
        )  # fmt: skip
        return [t.Expansion.of(x, view) for x in found]

    @strawberry.field(description="Entities up to some hops away, and the links among them.")
    def neighbourhood(
        self, info: Info, ids: list[strawberry.ID], hops: int = 1, limit: int = 500, max_degree: int = 1000,
        after: str | None = None, as_of: AsOf | None = None,
    ) -> t.Subgraph:  # fmt: skip
        view = view_of(info, as_of)
        return t.Subgraph.of(_around(info, view, ids, hops, limit, max_degree, after), view)

    @strawberry.field(
        description="A graph in packed columns: the given entities, and those up to `around` hops away."
    )
    def graph(
        self,
        info: Info,
        ids: list[strawberry.ID],
        around: int = 0,
        limit: int = 1000,
        as_of: AsOf | None = None,
    ) -> t.GraphPayload:
        view = view_of(info, as_of)
        if around == 0:
            return t.GraphPayload.of(info.context.service.graph.subgraph(view, mention_ids(ids)), view)
        return t.GraphPayload.of(_around(info, view, ids, around, limit, 1000, None), view)

    @strawberry.field(description="All shortest paths between two entities, never through a hub.")
    def paths(
        self, info: Info, source: strawberry.ID, target: strawberry.ID, max_hops: int = 6, max_degree: int = 1000,
        limit: int = 25, as_of: AsOf | None = None,
    ) -> t.Paths:  # fmt: skip
        view = view_of(info, as_of)
        first, last = mention_ids([source, target])
        found = info.context.service.graph.paths(
            view, first, last, max_hops=max_hops, max_degree=max_degree, limit=_limit("limit", limit)
        )
        return t.Paths.of(found, view)

    @strawberry.field(description="Entities linked to each of the given ones.")
    def common_neighbours(
        self, info: Info, ids: list[strawberry.ID], link_kinds: list[str] | None = None, after: str | None = None,
        limit: int = 100, as_of: AsOf | None = None,
    ) -> t.Subgraph:  # fmt: skip
        view = view_of(info, as_of)
        found = info.context.service.graph.common_neighbours(
            view, mention_ids(ids), link_kinds=link_kinds or (), after=after, limit=_limit("limit", limit)
        )
        cut = (found.truncated,) if found.truncated else ()
        return t.Subgraph.of(answers.Subgraph(found.neighbours, found.links, cut), view)

    @strawberry.field(description="Dated events of some entities in time order.")
    def timeline(
        self,
        info: Info,
        ids: list[strawberry.ID],
        after: str | None = None,
        limit: int = 100,
        as_of: AsOf | None = None,
    ) -> t.Timeline:
        view = view_of(info, as_of)
        found = info.context.service.graph.timeline(
            view, mention_ids(ids), after=after, limit=_limit("limit", limit)
        )
        return t.Timeline.of(found, view)

    @strawberry.field(description="The records behind an entity (its id) or a link (kind:source:target).")
    def provenance(
        self,
        info: Info,
        id: strawberry.ID,
        after: str | None = None,
        limit: int = 100,
        as_of: AsOf | None = None,
    ) -> t.Provenance | None:
        view, service = view_of(info, as_of), info.context.service
        raw = service.raw_text
        if ":" in id:
            found = service.graph.link_provenance(
                view, id, after=after, limit=_limit("limit", limit), raw=raw
            )
        else:
            found = service.graph.provenance(
                view, mention_ids([id])[0], after=after, limit=_limit("limit", limit), raw=raw
            )
        return None if found is None else _provenance(service, found)

    flights: Flights = strawberry.field(
        resolver=find_flights, description="Flights by any of their facets, exactly counted."
    )

    @strawberry.field(description="What revisions after one put or ended.")
    def changes(
        self, info: Info, since: int, after: str | None = None, limit: int = 100, as_of: AsOf | None = None
    ) -> t.Changes:
        view = view_of(info, as_of)
        found = info.context.service.graph.changes(
            view, Revision(since), after=after, limit=_limit("limit", limit)
        )
        changes = [
            t.Change(
                revision=c.revision, what=c.table, put=c.put, kind=c.kind, entities=[t.Entity.of(e, view) for e in c.entities]
            )
            for c in found.changes
        ]  # fmt: skip
        cut = t.Truncation.of(found.truncated) if found.truncated else None
        return t.Changes(revision=view.revision, changes=changes, truncated=cut)

    @strawberry.field(description="The data sets you may see, and the files that came in.")
    def sources(self, info: Info, as_of: AsOf | None = None) -> list[t.Source]:
        view, context = view_of(info, as_of), info.context
        return [
            t.Source(
                name=s["name"],
                purpose=s["purpose"],
                zone=s["zone"],
                label=JSON(s["label"]),
                files=JSON(s["files"]),
            )
            for s in context.service.sources(context.scope, view.revision)
        ]


def _entities(info: Info, ids: list[strawberry.ID], view: View) -> list[t.Entity | None]:
    found = info.context.service.graph.entities(view, mention_ids(ids))
    return [None if entity is None else t.Entity.of(entity, view) for entity in found]


def _identified(info: Info, kind: str, identifier: str, view: View) -> t.Entity | None:
    for holders in info.context.service.graph.by_identifier(view, identifier_keys(kind, identifier)):
        if holders:
            return t.Entity.of(holders[0], view)
    return None


def _around(
    info: Info,
    view: View,
    ids: list[strawberry.ID],
    hops: int,
    limit: int,
    max_degree: int,
    after: str | None,
) -> answers.Subgraph:
    return info.context.service.graph.neighbourhood(
        view, mention_ids(ids), hops=hops, limit=_limit("limit", limit), max_degree=max_degree, after=after
    )


def _provenance(service: Service, found: answers.Provenance) -> t.Provenance:
    names = {source.id: source.name for source in service.directory.ledger.sources()}
    statements = [
        t.Statement(
            mention=strawberry.ID(s.mention.hex()), kind=s.kind, source=names[s.source], key=s.rec_key, slot=s.slot,
            locator=s.locator, observed_at=s.observed_at, revision=s.revision, derived_by=s.derived_by, raw=s.raw,
        )
        for s in found.statements
    ]  # fmt: skip
    cut = t.Truncation.of(found.truncated) if found.truncated else None
    return t.Provenance(statements=statements, total=found.total, truncated=cut)


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Say that two mentions are SAME, DIFFERENT, or that it is UNSURE.")
    def judge(
        self, info: Info, a: strawberry.ID, b: strawberry.ID, verdict: str, note: str = ""
    ) -> t.JudgementPayload:
        context = info.context
        try:
            first, second = mention_ids([a, b])
            # What the reader may not see is as if unknown, also to a judgement.
            view = context.service.view(context.scope)
            for shown, entity in zip(
                (a, b), context.service.graph.entities(view, [first, second]), strict=True
            ):
                if entity is None:
                    raise InvalidValue("id", shown, "a mention that is held")
            made = context.service.directory.judge(
                MentionId(first), MentionId(second), verdict, reader=context.scope.name, note=note
            )
        except ClewError as error:
            return _failed(error)
        return t.JudgementPayload(judgement=strawberry.ID(made.id), revision=made.revision, user_errors=[])

    @strawberry.mutation(description="Take a judgement back.")
    def undo(self, info: Info, judgement: strawberry.ID) -> t.JudgementPayload:
        context = info.context
        try:
            # Only one between mentions that the reader sees: what is hidden is as if it were not there.
            standing = {j.id: j for j in context.service.directory.ledger.judgements() if j.undone is None}
            held = standing.get(str(judgement))
            view = context.service.view(context.scope)
            seen = (
                held
                and all(context.service.graph.entities(view, [held.a, held.b]))
                and held.label in view.labels
            )
            if not seen:
                raise InvalidValue("judgement", str(judgement), "a judgement that stands")
            revision = context.service.directory.undo(str(judgement))
        except ClewError as error:
            return _failed(error)
        return t.JudgementPayload(judgement=judgement, revision=revision, user_errors=[])


def _failed(error: ClewError) -> t.JudgementPayload:
    return t.JudgementPayload(
        judgement=None, revision=None, user_errors=[t.UserError(code=error.code, path=[], message=str(error))]
    )


class Coded(SchemaExtension):
    """Gives errors that Clew raises on purpose their stable code, in extensions.code."""

    def on_operation(self) -> Any:
        yield
        result = self.execution_context.result
        for error in getattr(result, "errors", None) or ():
            if isinstance(error, GraphQLError) and isinstance(error.original_error, ClewError):
                error.extensions = {**(error.extensions or {}), "code": error.original_error.code}


class Schema(strawberry.Schema):
    """Strawberry's, but quiet about errors raised on purpose: they are answers, and logs hold no values."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        unexpected = [e for e in errors if e.original_error and not isinstance(e.original_error, ClewError)]
        if unexpected:
            super().process_errors(unexpected, execution_context)


schema = Schema(Query, Mutation, extensions=[Coded], config=StrawberryConfig(auto_camel_case=True))


def execute(
    service: Service, text: str, variables: Mapping[str, Any], *, reader: str | None = None
) -> dict[str, Any]:
    """Run a document in process; gives {"data": …} and, when there are any, "errors" as GraphQL over HTTP does."""
    context = Context(service, service.scope(reader))
    result = schema.execute_sync(text, variable_values=dict(variables), context_value=context)
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [error.formatted for error in result.errors]
    return answer
