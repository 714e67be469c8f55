"""`search`: entities by name, each once, by its best name, in an order that pages can follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from api.schema.context import AsOf, Info, view_of
from api.schema.entities import Siblings
from api.schema.enums import EntityKind, names
from api.schema.paging import PageInfo, Total, Truncation, first_of
from api.schema.results import SearchConnection, SearchEdge
from api.service import Service
from graph.errors import Corrupt, InvalidValue
from graph.model import Entity, View
from graph.model import Total as TotalModel
from graph.reading import cursors
from graph.search import Hit
from graph.search.names import CANDIDATES, TEXT


def search(
    info: Info, text: str, kinds: list[EntityKind] | None = None, first: int = 20, after: str | None = None,
    as_of: AsOf | None = None,
) -> SearchConnection:  # fmt: skip
    """The root field's resolver. after: a cursor of an earlier answer; it goes on at its own revision."""
    service = info.context.service
    view, place = cursors.resume("search", view_of(info, as_of), after, [str, str, str])
    found = service.search.find(view, text, kinds=names(kinds), limit=CANDIDATES)
    hits = _each_once(service, view, found.hits)
    start = None if place is None else _place_of(place)
    rest = [hit for hit in hits if start is None or hit.place > start]
    page = rest[: first_of(first)]
    near = Siblings(service, view)
    edges = [
        SearchEdge(node=near.entity(entity), cursor=_cursor(view, hit), score=hit.score, name=hit.name)
        for hit, entity in zip(page, _worked_out(service, view, page), strict=True)
    ]
    truncated = []
    if len(rest) > len(page):
        truncated.append(Truncation(by="first", limit=first, next=edges[-1].cursor))
    if found.candidate_limit_hit:
        truncated.append(Truncation(by="candidates", limit=CANDIDATES, next=None))
    if found.text_cut:
        truncated.append(Truncation(by="text", limit=TEXT, next=None))
    return SearchConnection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        total_count=Total.of(TotalModel(len(hits), "GTE" if found.candidate_limit_hit else "EQ")),
        page_info=PageInfo(
            has_next_page=len(rest) > len(page), end_cursor=edges[-1].cursor if edges else None
        ),
        truncated=truncated,
        revision=view.revision,
    )


_Place = tuple[float, str, bytes]


class _Found(NamedTuple):
    """An entity that was found. Its own id and caption order it: those of its documents depend on how mentions are
    split over groups, which a hidden judgement changes. entity: None where a plain component's is still to be read."""

    mid: bytes
    score: float
    name: str
    caption: str
    comp: int
    entity: Entity | None

    @property
    def place(self) -> _Place:
        return -self.score, self.caption, self.mid


def _each_once(service: Service, view: View, hits: Sequence[Hit]) -> list[_Found]:
    """Each entity once, by the best of its names (the first by text of equally good ones), best first."""
    mixed = [hit for hit in hits if hit.anchor is None]
    entities = dict(zip(mixed, service.graph.located(view, [(h.comp, h.grp) for h in mixed]), strict=True))
    found: dict[bytes, _Found] = {}
    for hit in hits:
        entity = entities.get(hit)
        mid, caption = (hit.anchor, hit.caption) if entity is None else (entity.id, entity.caption)
        if mid is not None:
            one = _Found(mid, hit.score, hit.name, caption, hit.comp, entity)
            held = found.get(mid, one)
            found[mid] = min(held, one, key=lambda each: (-each.score, each.name))
    return sorted(found.values(), key=lambda one: one.place)


def _worked_out(service: Service, view: View, page: Sequence[_Found]) -> list[Entity]:
    plain = [one for one in page if one.entity is None]
    read = dict(zip(plain, service.graph.located(view, [(one.comp, None) for one in plain]), strict=True))
    found = [one.entity or read[one] for one in page]
    if None in found:
        raise Corrupt("The search index has an entity that the store has not.", remedy="Run `clew check`.")
    return [entity for entity in found if entity is not None]


def _cursor(view: View, hit: _Found) -> str:
    return cursors.cursor("search", view, [repr(hit.score), hit.caption, hit.mid.hex()])


def _place_of(place: Sequence[cursors.Place]) -> _Place:
    score, caption, mid = place
    try:
        return -float(str(score)), str(caption), cursors.id_of(mid)
    except ValueError as error:
        raise InvalidValue("Cursor", score, "a cursor that an earlier search answer gave") from error
