"""The root fields that read: each takes asOf, and gives what its reader may see and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import strawberry

from api.schema import results as r
from api.schema.alerts import AlertConnection, Watch, alerts, watches
from api.schema.algorithms import AlgorithmInfo, algorithms
from api.schema.analysis import (
    Community,
    CommunityConnection,
    RankConnection,
    communities,
    community,
    rank,
)
from api.schema.context import AsOf, Info, identifier_keys, mention_ids, view_of
from api.schema.entities import Entity, Expansion, Siblings
from api.schema.enums import EntityKind, LinkKind, names
from api.schema.explaining import How, Similar, WhyNot, how, similar, why_not
from api.schema.flight_terms import airport_codes
from api.schema.flights import FlightConnection, flights
from api.schema.jobs import Job, job, jobs
from api.schema.matching import Match, MatchList, match, match_list
from api.schema.messages import MessageConnection, messages
from api.schema.ownership import Ownership, checked, ownership_of
from api.schema.paging import MOST_PACKED, first_of
from api.schema.records import Texts
from api.schema.resolution import Reviews, Why, reviews, why
from api.schema.risk import (
    Risk,
    RiskConnection,
    SafeguardingConnection,
    risk,
    risk_ranking,
    safeguarding,
)
from api.schema.searching import search
from api.schema.views import Airport, Company
from api.service import Service
from graph.errors import InvalidValue
from graph.model import Entity as EntityModel
from graph.model import Revision, View
from graph.ontology import ontology
from graph.reading import answers

MOST_IDS = 1000
"""Ids that one question may name."""


# Every root field may be null: an error of one leaves the others' answers alone.
@strawberry.type
class Query:
    search: r.SearchConnection | None = strawberry.field(
        resolver=search,
        description="Entities by name: typos, initials, word order and other scripts are forgiven.",
    )
    flights: FlightConnection | None = strawberry.field(
        resolver=flights, description="Flights by any of their facets, exactly counted."
    )
    messages: MessageConnection | None = strawberry.field(
        resolver=messages,
        description='What people wrote, exactly counted. text: every word must be there; "a phrase", -without, begin*.',
    )

    algorithms: list[AlgorithmInfo] | None = strawberry.field(
        resolver=algorithms, description="The algorithms that `analyse` runs, with their parameters."
    )
    communities: CommunityConnection | None = strawberry.field(
        resolver=communities, description="Communities of a run (the latest by default), largest first."
    )
    community: Community | None = strawberry.field(
        resolver=community, description="A community by its id, or the one that an entity (of) is in."
    )
    rank: RankConnection | None = strawberry.field(
        resolver=rank,
        description="Entities by their score in a run (the latest by default), highest first; kinds: only of these.",
    )
    risk: Risk | None = strawberry.field(
        resolver=risk, description="An entity's risk, 0 to 100, with reasons that add up to it."
    )
    risk_ranking: RiskConnection | None = strawberry.field(
        resolver=risk_ranking,
        description="Entities by risk, of the latest run of RISK; victims are not ranked.",
    )
    safeguarding: SafeguardingConnection | None = strawberry.field(
        resolver=safeguarding, description="Victims in the cases that you may see, the most exposed first."
    )
    job: Job | None = strawberry.field(resolver=job, description="A job of your own.")
    jobs: list[Job] | None = strawberry.field(resolver=jobs, description="Your own jobs, the latest first.")

    @strawberry.field(description="The entity where a mention now lives; any id ever worn resolves.")
    def node(self, info: Info, id: strawberry.ID, as_of: AsOf | None = None) -> Entity | None:
        return _entities(info, [id], view_of(info, as_of))[0]

    @strawberry.field(description="As node, for several ids, in their order.")
    def nodes(
        self, info: Info, ids: list[strawberry.ID], as_of: AsOf | None = None
    ) -> list[Entity | None] | None:
        return _entities(info, ids, view_of(info, as_of))

    @strawberry.field(
        description="The entity that holds an identifier, e.g. (Company, 5857258), (Airport, MAN), (Aircraft, G-EUPT); the oldest, should a judgement keep several apart."
    )
    def entity(
        self, info: Info, kind: EntityKind, identifier: str, as_of: AsOf | None = None
    ) -> Entity | None:
        view = view_of(info, as_of)
        found = holder(info, view, kind.value, identifier)
        return None if found is None else Siblings(info.context.service, view).entity(found)

    @strawberry.field(description="A company by its register number; leading zeros may be left out.")
    def company(self, info: Info, number: str, as_of: AsOf | None = None) -> Company | None:
        view = view_of(info, as_of)
        found = holder(info, view, "Company", number)
        return None if found is None else Company.of(found, Siblings(info.context.service, view))

    @strawberry.field(description="An airport by ICAO or IATA code.")
    def airport(self, info: Info, code: str, as_of: AsOf | None = None) -> Airport | None:
        view = view_of(info, as_of)
        held = (holder(info, view, "Airport", name) for name in airport_codes(code))
        found = next((one for one in held if one is not None), None)
        return None if found is None else Airport.of(found, Siblings(info.context.service, view))

    @strawberry.field(
        description="Who owns and controls an entity, up to where the register ends, and what it owns and controls."
    )
    def ownership(
        self, info: Info, id: strawberry.ID, max_depth: int = 10, first: int = 500, as_of: AsOf | None = None
    ) -> Ownership | None:
        view = view_of(info, as_of)
        found = info.context.service.graph.entity(view, mention_ids([id])[0])
        if found is None:
            checked(max_depth, first)
            return None
        return ownership_of(Siblings(info.context.service, view), found, max_depth, first)

    @strawberry.field(
        description="One hop around some entities: counts first, then the first links of each kind. after: cursors (counts.next) of earlier answers; perKindLimit 0 only counts."
    )
    def expand(
        self, info: Info, ids: list[strawberry.ID], link_kinds: list[LinkKind] | None = None, per_kind_limit: int = 25,
        exclude: list[strawberry.ID] | None = None, after: list[str] | None = None, as_of: AsOf | None = None,
    ) -> list[Expansion] | None:  # fmt: skip
        service = info.context.service
        view = view_of(info, as_of)
        found = service.graph.expand(
            view, _asked(ids), link_kinds=names(link_kinds), exclude=_asked(exclude or ()), after=after or (),
            per_kind_limit=first_of(per_kind_limit) if per_kind_limit else 0,
        )  # fmt: skip
        near = Siblings(service, service.graph.view(view, after[0] if after else None))
        return [Expansion.of(one, near) for one in found]

    @strawberry.field(description="Entities up to some hops away, and the links among them.")
    def neighbourhood(
        self, info: Info, ids: list[strawberry.ID], hops: int = 1, first: int = 500, max_degree: int = 1000,
        after: str | None = None, as_of: AsOf | None = None,
    ) -> r.Subgraph | None:  # fmt: skip
        graph = info.context.service.graph
        view = view_of(info, as_of)
        found = graph.neighbourhood(
            view, _asked(ids), hops=hops, limit=first_of(first), max_degree=max_degree, after=after
        )
        return r.Subgraph.of(found, Siblings(info.context.service, graph.view(view, after)))

    @strawberry.field(
        description="A graph in packed columns: the given entities, and those up to `around` hops away."
    )
    def graph(
        self, info: Info, ids: list[strawberry.ID], around: int = 0, first: int = 10_000, max_degree: int = 1000,
        after: str | None = None, as_of: AsOf | None = None,
    ) -> r.GraphPayload | None:  # fmt: skip
        graph = info.context.service.graph
        view = view_of(info, as_of)
        if around < 0:
            raise InvalidValue("around", around, "0 or more")
        if around == 0:
            return r.GraphPayload.of(graph.subgraph(view, _asked(ids, MOST_PACKED)), view.revision)
        found = graph.neighbourhood(
            view, _asked(ids), hops=around, limit=first_of(first, MOST_PACKED), max_degree=max_degree, after=after
        )  # fmt: skip
        return r.GraphPayload.of(found, graph.view(view, after).revision)

    @strawberry.field(
        description="All shortest paths between two entities over links in either direction, never through a hub (more than maxDegree neighbours)."
    )
    def paths(
        self, info: Info, from_: Annotated[strawberry.ID, strawberry.argument(name="from")], to: strawberry.ID,
        max_hops: int = 6, max_degree: int = 1000, first: int = 25, as_of: AsOf | None = None,
    ) -> r.Paths | None:  # fmt: skip
        view = view_of(info, as_of)
        start, end = mention_ids([from_, to])
        found = info.context.service.graph.paths(
            view, start, end, max_hops=max_hops, max_degree=max_degree, limit=first_of(first)
        )
        return r.Paths.of(found, Siblings(info.context.service, view))

    @strawberry.field(description="Entities linked to each of the given ones, and those links.")
    def common_neighbours(
        self, info: Info, ids: list[strawberry.ID], link_kinds: list[LinkKind] | None = None, first: int = 100,
        after: str | None = None, as_of: AsOf | None = None,
    ) -> r.Subgraph | None:  # fmt: skip
        graph = info.context.service.graph
        view = view_of(info, as_of)
        found = graph.common_neighbours(
            view, _asked(ids), link_kinds=names(link_kinds), after=after, limit=first_of(first)
        )
        cut = (found.truncated,) if found.truncated else ()
        near = Siblings(info.context.service, graph.view(view, after))
        return r.Subgraph.of(answers.Subgraph(found.neighbours, found.links, cut), near)

    @strawberry.field(description="Dated events of some entities in time order.")
    def timeline(
        self, info: Info, ids: list[strawberry.ID], first: int = 100, after: str | None = None,
        as_of: AsOf | None = None,
    ) -> r.Timeline | None:  # fmt: skip
        graph = info.context.service.graph
        view = view_of(info, as_of)
        found = graph.timeline(view, _asked(ids), after=after, limit=first_of(first))
        return r.Timeline.of(found, Siblings(info.context.service, graph.view(view, after)))

    @strawberry.field(description="The records behind an entity (its id) or a link (kind:source:target).")
    def provenance(
        self, info: Info, id: strawberry.ID, first: int = 100, after: str | None = None,
        as_of: AsOf | None = None,
    ) -> r.Provenance | None:  # fmt: skip
        service, view = info.context.service, view_of(info, as_of)
        limit = first_of(first)
        if ":" in id:
            found = service.graph.link_provenance(view, id, after=after, limit=limit)
        else:
            mid = mention_ids([id])[0]
            found = service.graph.provenance(view, mid, after=after, limit=limit)
        if found is None:
            return None
        return r.Provenance.of(service.graph.view(view, after), found, Texts(service))

    @strawberry.field(
        description="What the revisions after `since` put or ended, as you may see it: mentions, links, and the decisions that merge and split entities. To follow the graph, ask again since the answer's revision."
    )
    def changes(
        self, info: Info, since: int, first: int = 100, after: str | None = None, as_of: AsOf | None = None
    ) -> r.Changes | None:
        graph = info.context.service.graph
        view = view_of(info, as_of)
        found = graph.changes(view, Revision(since), after=after, limit=first_of(first))
        return r.Changes.of(found, Siblings(info.context.service, graph.view(view, after)))

    watches: list[Watch] | None = strawberry.field(
        resolver=watches, description="What you watch, in the order in which you said so."
    )
    alerts: AlertConnection | None = strawberry.field(
        resolver=alerts,
        description="What your watches came to: links that watched entities gained, or that are said anew.",
    )

    match: Match | None = strawberry.field(
        resolver=match, description="Whom a record may be, by its kind's model: without ingesting it."
    )
    match_list: MatchList | None = strawberry.field(
        resolver=match_list,
        description="The same of a list of at most 500: records, or a CSV text with a header of fields, or of one bare value a line.",
    )

    why: Why | None = strawberry.field(
        resolver=why,
        description="Why two mentions are one entity, or are not: identifiers, judgements, decisions, and the model's waterfall of match weights, recomputed from its frozen parameters.",
    )
    how: How | None = strawberry.field(
        resolver=how,
        description="How an entity came to be: which judgements, identifiers and model decisions joined what, step by step, and what was not followed.",
    )
    similar: Similar | None = strawberry.field(
        resolver=similar,
        description="What an entity nearly is: entities proposed or kept apart, the strongest first, and why each is not one with it.",
    )
    why_not: WhyNot | None = strawberry.field(
        resolver=why_not,
        description="Why two entities are not one: what stands against it, the waterfall of the strongest pair, the blocking keys, and what would have to change.",
    )
    reviews: Reviews | None = strawberry.field(
        resolver=reviews, description="Proposals that nobody has judged: two entities that may be one."
    )

    @strawberry.field(description="The data sets you may see, and the files that came in.")
    def sources(self, info: Info, as_of: AsOf | None = None) -> list[r.Source] | None:
        context = info.context
        found = context.service.sources(context.scope, view_of(info, as_of).revision)
        return [r.Source.of(source) for source in found]


def _asked(ids: Sequence[str], most: int = MOST_IDS) -> list[bytes]:
    if len(ids) > most:
        raise InvalidValue("ids", f"a list of {len(ids)}", f"at most {most} ids")
    return mention_ids(ids)


def _entities(info: Info, ids: list[strawberry.ID], view: View) -> list[Entity | None]:
    found = info.context.service.graph.entities(view, _asked(ids))
    near = Siblings(info.context.service, view)
    return [None if entity is None else near.entity(entity) for entity in found]


def holder(info: Info, view: View, kind: str, identifier: str) -> EntityModel | None:
    """The entity that holds an identifier; the oldest where a judgement keeps several apart."""
    keys = identifier_keys(kind, identifier)
    holders = info.context.service.graph.by_identifier(view, keys)
    held = next((found[0] for found in holders if found), None)
    return held or _stating(info.context.service, view, kind, keys)


def _stating(service: Service, view: View, kind: str, keys: list[str]) -> EntityModel | None:
    """The entity that states an identifier which is no key of it: a registration, beside the aircraft's own address.

    Found by name, in which the identifiers of things are; the first of equally good ones."""
    parts = {key.partition(":")[0]: key.partition(":")[2] for key in keys}
    # A global identifier is a key of whoever has it: not held, it is nobody's, and no search need be made.
    known = ontology().identifiers
    names = {name: value for name, value in parts.items() if known[name].uniqueness != "global"}
    for value in dict.fromkeys(names.values()):
        hits = service.search.find(view, value, kinds=[kind], limit=20).hits
        found = [
            one for one in service.graph.located(view, [(h.comp, h.grp) for h in hits]) if one is not None
        ]
        for entity, said in zip(found, service.graph.values_of_all(view, found), strict=True):
            if any(_bare(v.value) == _bare(names[v.property]) for v in said.values if v.property in names):
                return entity
    return None


def _bare(value: str) -> str:
    return value.replace("-", "").upper()
