"""What runs gave, as GraphQL: communities, with what sums each up, and ranks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import strawberry

from analytics.algorithms import algorithms as known_algorithms
from analytics.analyse import RISK
from analytics.runs import Run as RunModel
from api.schema.algorithms import Algorithm
from api.schema.context import AsOf, Info, mention_ids, view_of
from api.schema.entities import Entity, Siblings
from api.schema.enums import EntityKind, names
from api.schema.jobs import Run
from api.schema.paging import PageInfo, Total, Truncation, first_of
from graph.errors import InvalidValue, Refused
from graph.model import Total as TotalModel
from graph.model import View
from graph.reading import cursors


@strawberry.type(description="How many of one kind.")
class KindCount:
    kind: str
    count: int


@strawberry.type(
    description="A community. Its id stays with its members from run to run. kinds: its members counted; linkKinds: links inside, most first; density: pairs of members that are linked, of all pairs; top: the members with the most neighbours inside."
)
class Community:
    id: strawberry.ID
    size: int
    density: float
    kinds: list[KindCount]
    link_kinds: list[KindCount]
    top: list[Entity]
    run: Run
    number: strawberry.Private[int]
    model: strawberry.Private[RunModel]
    near: strawberry.Private[Siblings]

    @strawberry.field(description="Its members, those with the most neighbours inside first.")
    def members(self, first: int = 25, after: str | None = None) -> MemberConnection:
        table = self.near.service.analyses.runs.table(self.model, "values")
        rows = table.filter(pc.equal(table["value"], pa.scalar(self.number, pa.int64())))
        page = Page.of("members", self.near.view, rows, first, after, self.model.id, str(self.id))
        shown = [(row["degree"], one) for row, one in living(self.near, page.rows) if one is not None]
        return MemberConnection(
            nodes=[one for _, one in shown], degrees=[degree for degree, _ in shown],
            total_count=Total.of(TotalModel(rows.num_rows)), page_info=PageInfo.of(page.truncated), truncated=page.truncated,
        )  # fmt: skip


@strawberry.type(
    description="Members of a community; degrees: their neighbours inside it, parallel to nodes."
)
class MemberConnection:
    nodes: list[Entity]
    degrees: list[int]
    total_count: Total
    page_info: PageInfo
    truncated: list[Truncation]


@strawberry.type(
    description="Communities of two or more members, largest first. note: what to know of the run, or that there is none yet."
)
class CommunityConnection:
    nodes: list[Community]
    run: Run | None
    note: str
    total_count: Total
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int


@strawberry.type(description="An entity's score in a run; rank counts from 1 among those asked for.")
class RankEdge:
    node: Entity
    rank: int
    score: float
    cursor: str


@strawberry.type(
    description="Entities by their score, highest first. note: what to know of the run, or that there is none yet."
)
class RankConnection:
    edges: list[RankEdge]
    run: Run | None
    note: str
    total_count: Total
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int


def communities(
    info: Info,
    first: int = 25,
    after: str | None = None,
    run: strawberry.ID | None = None,
    as_of: AsOf | None = None,
) -> CommunityConnection | None:
    """Communities of a run, or of the latest one."""
    view, near, found = chosen(info, as_of, run, after, output="COMMUNITY")
    if found is None:
        first_of(first)
        return CommunityConnection(
            nodes=[], run=None, note=_NONE.format("COMMUNITY", "LEIDEN"), total_count=Total.of(TotalModel(0)),
            page_info=PageInfo.of([]), truncated=[], revision=view.revision,
        )  # fmt: skip
    table = near.service.analyses.runs.table(found, "communities")
    page = Page.of("communities", view, table, first, after, found.id, "")
    return CommunityConnection(
        nodes=_communities(near, found, page.rows), run=Run.of(found), note=note(found, view),
        total_count=Total.of(TotalModel(table.num_rows)), page_info=PageInfo.of(page.truncated),
        truncated=page.truncated, revision=view.revision,
    )  # fmt: skip


def community(
    info: Info, id: strawberry.ID | None = None, of: strawberry.ID | None = None, run: strawberry.ID | None = None,
    as_of: AsOf | None = None,
) -> Community | None:  # fmt: skip
    """A community by its id, or the one that an entity is in."""
    if id is None and of is None:
        raise Refused(
            "community: neither `id` nor `of` is given.", remedy="Give one; `communities` lists them."
        )
    if id is not None and of is not None:
        raise Refused(
            "community: both `id` and `of` are given.",
            remedy="Give the community's id, or an entity's as `of`.",
        )
    view, near, found = chosen(info, as_of, run, None, output="COMMUNITY")
    if found is None:
        mention_ids([id or of or ""])
        return None
    table = near.service.analyses.runs.table(found, "communities")
    if id is not None:
        rows = table.filter(pc.equal(table["id"], pa.scalar(mention_ids([id])[0], pa.binary(16))))
    else:
        (wanted,) = mention_ids([of or ""])
        entity = near.service.graph.entity(view, wanted)
        values = near.service.analyses.runs.table(found, "values")
        held = values.filter(
            pc.equal(values["id"], pa.scalar(entity.id if entity else wanted, pa.binary(16)))
        )
        number = held["value"][0].as_py() if held.num_rows else -1
        rows = table.filter(pc.equal(table["number"], pa.scalar(number, pa.int64())))
    shown = _communities(near, found, rows.to_pylist())
    return shown[0] if shown else None


def rank(
    info: Info, algorithm: Algorithm | None = None, kinds: list[EntityKind] | None = None, first: int = 25,
    after: str | None = None, run: strawberry.ID | None = None, as_of: AsOf | None = None,
) -> RankConnection | None:  # fmt: skip
    """Entities by their score in a run, or in the latest one."""
    name = None if algorithm is None else str(algorithm.value)
    if name is not None and (name == RISK or known_algorithms()[name].output != "SCORE"):
        raise InvalidValue(
            "algorithm", name, "one that gives scores; `communities` lists what this one gives"
        )
    view, near, found = chosen(info, as_of, run, after, output="SCORE", algorithm=name)
    if found is None:
        first_of(first)
        return RankConnection(
            edges=[], run=None, note=_NONE.format("SCORE", (name or "pagerank").upper()),
            total_count=Total.of(TotalModel(0)), page_info=PageInfo.of([]), truncated=[], revision=view.revision,
        )  # fmt: skip
    table = near.service.analyses.runs.table(found, "values")
    if kinds:
        table = table.filter(
            pc.is_in(pc.cast(table["kind"], pa.string()), pa.array(names(kinds), pa.string()))
        )
    page = Page.of("rank", view, table, first, after, found.id, ",".join(sorted(names(kinds))))
    edges = [
        RankEdge(node=one, rank=page.start + n + 1, score=row["value"], cursor=page.cursor(n))
        for n, (row, one) in enumerate(living(near, page.rows))
        if one is not None
    ]
    return RankConnection(
        edges=edges, run=Run.of(found), note=note(found, view), total_count=Total.of(TotalModel(table.num_rows)),
        page_info=PageInfo.of(page.truncated), truncated=page.truncated, revision=view.revision,
    )  # fmt: skip


_NONE = "No run of a {0} algorithm under your labels yet: mutation {{ analyse(input: {{algorithm: {1}}}) {{ job {{ id }} }} }}."


def note(run: RunModel, view: View) -> str:
    """What to know of a run that found nothing to look at, or is not of this view's revision; "" of any other."""
    told = "" if run.size else "The run found nothing to look at: no entity of its kinds and period. "
    if run.revision == view.revision:
        return told.strip()
    return f"{told}Of revision {run.revision}; this answer is read at {view.revision}. Analyse again for what came since."


def chosen(
    info: Info,
    as_of: AsOf | None,
    run: str | None,
    after: str | None,
    *,
    output: str,
    algorithm: str | None = None,
) -> tuple[View, Siblings, RunModel | None]:
    """(the view, an answer's siblings in it, the run that is asked for). A cursor goes on in its own run."""
    service, scope = info.context.service, info.context.scope
    view = service.graph.view(view_of(info, as_of), after)
    runs = service.analyses.runs
    if run is None and after is not None:
        run = _run_of(after)
    if run is not None:
        found: RunModel | None = runs.get(str(run), view, scope)
        if found is not None and (found.output != output or algorithm not in (None, found.algorithm)):
            raise InvalidValue("run", run, f"a run of {algorithm or 'an algorithm that gives a ' + output}")
    else:
        found = runs.latest(view, scope, output=output, algorithm=algorithm)
    return view, Siblings(service, view), found


def _run_of(after: str) -> str:
    for what in ("communities", "rank", "members", "risk"):
        try:
            return str(cursors.read(what, after, [str, str, int])[1][0])
        except InvalidValue:
            continue
    raise InvalidValue("Cursor", after, "a cursor that an earlier answer gave")


class Page:
    """Some rows of a run's table, and how to go on."""

    def __init__(
        self, what: str, view: View, run: str, of: str, start: int, rows: list[dict[str, Any]]
    ) -> None:
        self._what, self._view, self._run, self._of = what, view, run, of
        self.start, self.rows = start, rows
        self.truncated: list[Truncation] = []

    @classmethod
    def of(
        cls, what: str, view: View, table: pa.Table, first: int, after: str | None, run: str, of: str
    ) -> Page:
        """The first rows, or those after a cursor of the same run and question."""
        limit, start = first_of(first), 0
        if after is not None:
            held, about, place = cursors.read(what, after, [str, str, int])[1]
            if (held, about) != (run, of) or not 0 <= int(place or 0) <= table.num_rows:
                raise InvalidValue(
                    "Cursor", after, f"a cursor that an earlier {what} answer of this run gave"
                )
            start = int(place or 0)
        page = cls(what, view, run, of, start, table.slice(start, limit).to_pylist())
        if start + limit < table.num_rows:
            page.truncated = [Truncation(by="first", limit=limit, next=page.cursor(limit - 1))]
        return page

    def cursor(self, row: int) -> str:
        """To go on after one of the rows."""
        return cursors.cursor(self._what, self._view, [self._run, self._of, self.start + row + 1])


def living(near: Siblings, rows: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], Entity | None]]:
    """Rows with their entities as they now are; None for one that is gone."""
    found = near.service.graph.entities(near.view, [row["id"] for row in rows])
    return [(row, None if one is None else near.entity(one)) for row, one in zip(rows, found, strict=True)]


def _communities(near: Siblings, run: RunModel, rows: Sequence[dict[str, Any]]) -> list[Community]:
    tops = [json.loads(row["top"]) for row in rows]
    ids = mention_ids([mid for top in tops for mid in top])
    found = dict(zip(ids, near.service.graph.entities(near.view, ids), strict=True))
    shown = []
    for row, top in zip(rows, tops, strict=True):
        members = {one.id: one for mid in mention_ids(top) if (one := found[mid]) is not None}
        shown.append(
            Community(
                id=strawberry.ID(row["id"].hex()), size=row["size"],
                density=round(2 * row["pairs"] / (row["size"] * (row["size"] - 1)), 9),
                kinds=_counts(row["kinds"]), link_kinds=_counts(row["link_kinds"]),
                top=near.entities(members.values()), run=Run.of(run), number=row["number"], model=run, near=near,
            )
        )  # fmt: skip
    return shown


def _counts(text: str) -> list[KindCount]:
    return [KindCount(kind=kind, count=count) for kind, count in json.loads(text)]
